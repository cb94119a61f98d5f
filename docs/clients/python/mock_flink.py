"""mock-flink for Python's tests: a cluster that starts in milliseconds and does what it is told. Nothing but the
standard library is needed; the fixture needs pytest."""

import json
import os
import subprocess
import urllib.error
import urllib.request

import pytest


class MockFlink:
    """A running cluster: `with MockFlink("--scenario", "job-zoo") as mock: ...`"""

    def __init__(self, *arguments):
        program = os.environ.get("MOCK_FLINK", "mock-flink")
        self._process = subprocess.Popen(
            [program, "--port", "0", *arguments], stdout=subprocess.PIPE, text=True
        )
        line = self._process.stdout.readline()
        if not line.startswith("listening on "):
            raise RuntimeError(f"mock-flink did not start: exit code {self._process.wait()}")
        self.url = line.split()[2]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self):
        self._process.terminate()
        self._process.wait(timeout=10)
        self._process.stdout.close()

    def ask(self, method, path, body=None):
        """The status and the JSON of an answer."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data, {"content-type": "application/json"}, method=method)
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as answer:
            return answer.code, json.load(answer)

    def tell(self, method, path, body=None):
        """Tells the mock something, below `/mock/`; the JSON of its answer."""
        status, answer = self.ask(method, "/mock" + path, body)
        if status != 200:
            raise RuntimeError(answer["errors"][0])
        return answer

    def advance(self, duration):
        """Moves a virtual clock: `advance("1 h")`."""
        return self.tell("POST", "/clock/advance", {"duration": duration})

    def fault(self, on, do, **when):
        """Lets answers go wrong: `fault("GET /jobs/*", {"status": {"code": 503}}, nth=2)`."""
        rule = {"on": on, "do": do}
        if when:
            rule["when"] = when
        return self.tell("POST", "/faults", rule)["id"]

    def requests(self):
        """What was asked so far, as `METHOD PATH`."""
        return [f"{one['method']} {one['target']}" for one in self.tell("GET", "/requests")["requests"]]

    def expect(self, on, times):
        """Expects requests from now on: `expect("POST /jobs/*/stop", 1)`, or `{"min": 1}`."""
        self.tell("POST", "/expectations", {"on": on, "times": times})

    def verify(self):
        """Fails unless everything came that was expected."""
        status, verdict = self.ask("GET", "/mock/verify")
        assert status == 200, json.dumps(verdict, indent=2)


@pytest.fixture
def mock_flink():
    """A cluster with a job in every state, whose time the test moves. What the test expects is checked at its end."""
    with MockFlink("--scenario", "job-zoo", "--virtual-time", "--seed", "7") as mock:
        yield mock
        mock.verify()
