"""Runs schemathesis against a live intake: every answer must be one that its OpenAPI description names, and none a fault.

Usage: check_api.py EXAMPLE, where EXAMPLE is the built example `citizens` (cargo build --release -p intake --example citizens).
"""

import json
import os
import pathlib
import subprocess
import sys
import urllib.request

HERE = pathlib.Path(__file__).parent
EXAMPLES = 60  # of each kind for each operation; about 20 s


def main(example):
    intake = subprocess.Popen([example, "optimal"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        ready = json.loads(intake.stdout.readline())
        ticket = register(ready, ready["people"][0])["ticket"]
        status = schemathesis(ready, ticket)
        # The last person was nobody's: the intake still does its work.
        assert register(ready, ready["people"][-1])["receipt"]["format"].startswith("jebi/")
        return status
    finally:
        intake.stdin.close()
        intake.wait(timeout=60)


def schemathesis(ready, ticket):
    command = [sys.executable, "-m", "schemathesis.cli", "run", f"{ready['address']}/openapi.json", "--no-color"]
    command += ["--max-examples", str(EXAMPLES), "--seed", "1", "--suppress-health-check", "all"]
    told = {
        "JEBI_PEOPLE": json.dumps(ready["people"][:-1]),
        "JEBI_BORN": ready["born"],
        "JEBI_TICKET": ticket,
        "SCHEMATHESIS_HOOKS": "hooks",
        "PYTHONPATH": str(HERE),
    }
    return subprocess.run(command, env={**os.environ, **told}, cwd=HERE, timeout=120).returncode


def register(ready, code):
    choices = [{"session": "c001-1"}]
    body = {"access_code": code, "birth_date": ready["born"], "request_id": "before-1", "choices": choices}
    request = urllib.request.Request(f"{ready['address']}/api/v0/registrations", json.dumps(body).encode())
    request.add_header("content-type", "application/json")
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
