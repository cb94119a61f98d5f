"""How a tool is tested against mock-flink. `failures` stands for the tool."""

import pytest

from mock_flink import mock_flink  # noqa: F401 - the fixture


def failures(mock, attempts=3):
    """Why jobs have failed, by their ids; asks again while no JobManager leads."""
    for _ in range(attempts):
        status, jobs = mock.ask("GET", "/jobs/overview")
        if status == 200:
            break
    else:
        raise TimeoutError("no JobManager leads")
    found = {}
    for job in jobs["jobs"]:
        if job["state"] == "FAILED":
            _, history = mock.ask("GET", f"/jobs/{job['jid']}/exceptions")
            found[job["jid"]] = history["exceptionHistory"]["entries"][0]["stacktrace"]
    return found


def running(mock):
    _, jobs = mock.ask("GET", "/jobs/overview")
    return next(job["jid"] for job in jobs["jobs"] if job["state"] == "RUNNING")


def test_the_exception_of_a_job_is_found(mock_flink):
    job = running(mock_flink)
    mock_flink.tell("POST", f"/jobs/{job}/fail", {"class": "java.io.IOException", "message": "disk full"})
    mock_flink.advance("5 min")
    assert "java.io.IOException: disk full" in failures(mock_flink)[job]


def test_a_change_of_the_leader_is_waited_out(mock_flink):
    mock_flink.expect("GET /jobs/overview", 2)
    mock_flink.fault("GET /jobs/overview", "leader-change", nth=1)
    assert failures(mock_flink)


def test_giving_up_is_an_error(mock_flink):
    mock_flink.fault("/jobs/**", {"status": {"code": 503}})
    with pytest.raises(TimeoutError):
        failures(mock_flink)
