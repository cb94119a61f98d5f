#!/usr/bin/env bash
# mock-flink in a shell's tests: a savepoint that is asked for while no JobManager leads.
set -euo pipefail

# One line says where it listens; the process ends with this script.
exec {lines}< <(exec "${MOCK_FLINK:-mock-flink}" --port 0 --scenario job-zoo --virtual-time)
mock=$!
trap 'kill "$mock"' EXIT
read -r _ _ url <&"$lines"

ask() { curl -sS --fail-with-body -X "$1" "$url$2" "${@:3}"; }

job=$(ask GET /jobs/overview | grep -o '"jid":"[0-9a-f]*"[^}]*"state":"RUNNING"' | head -n 1 | cut -d '"' -f 4)
ask POST /mock/expectations -d '{"on": "POST /jobs/*/savepoints", "times": 2}' >/dev/null
ask POST /mock/faults -d '{"on": "POST /jobs/*/savepoints", "when": {"nth": 1}, "do": "leader-change"}' >/dev/null

# What is tested: a savepoint is asked for until somebody leads.
until trigger=$(ask POST "/jobs/$job/savepoints" -d '{"target-directory": "s3://bucket/savepoints"}' 2>/dev/null); do :; done

ask POST /mock/clock/advance -d '{"duration": "1 min"}' >/dev/null
trigger=$(cut -d '"' -f 4 <<<"$trigger")
ask GET "/jobs/$job/savepoints/$trigger" | grep -o 's3://bucket/savepoints/savepoint-[0-9a-f-]*'
ask GET /mock/verify >/dev/null
