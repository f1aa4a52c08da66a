#!/usr/bin/env python3
"""Run executions through `serve` and compare every event with what `simulate` writes.

    serve-simulate.py TOOL FOLDER [--match TEXT] [--failures N]

FOLDER holds run.py, cases/execution.jsonl and cases/mocked.jsonl. Each case of a Standard machine is a machine of its own,
created over HTTP, started (a case of a MockConfigFile.json as `arn#CASE`), described and read; `simulate` gets the same
definition, input and mocks, and begins at the moment at which the server began. Task tokens and ids that are drawn (UUIDs)
count as equal, and machines that draw numbers are counted apart: each execution of a server has a seed of its own.
Exit status: 0 = all are equal, 1 = not, 2 = could not run. Needs nothing but Python.
"""
import argparse
import datetime
import http.client
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ACCOUNT, REGION = "111111111111", "us-east-1"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/r"
TOKEN = re.compile(r"[A-Za-z0-9+/]{320}(?![A-Za-z0-9+/])")
DRAWS = re.compile(r"States\.MathRandom|\$random\b")
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


class Server:
    def __init__(self, tool, mocks):
        mocks = str(mocks)
        command = [tool, "serve", "--port", "0", "--account", ACCOUNT, "--region", REGION, "--mocks", mocks]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        line = self.process.stdout.readline()
        place = re.search(r"http://([^:]+):(\d+)", line)
        if not place:
            sys.exit("the server does not listen")
        self.at = (place[1], int(place[2]))
        self.connection = http.client.HTTPConnection(place[1], int(place[2]), timeout=60)

    def end(self):
        self.process.terminate()
        self.process.wait()

    def call(self, operation, **parameters):
        headers = {"Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": f"AWSStepFunctions.{operation}"}
        try:
            self.connection.request("POST", "/", json.dumps(parameters), headers)
            response = self.connection.getresponse()
        except (ConnectionError, http.client.RemoteDisconnected):
            # A connection that was idle for long.
            self.connection = http.client.HTTPConnection(*self.at, timeout=60)
            self.connection.request("POST", "/", json.dumps(parameters), headers)
            response = self.connection.getresponse()
        answer = json.loads(response.read() or "{}")
        if response.status != 200:
            raise Refused(answer.get("__type"), answer.get("message"))
        return answer

    def history(self, arn):
        events, token = [], {}
        while True:
            page = self.call("GetExecutionHistory", executionArn=arn, maxResults=1000, **token)
            events += page["events"]
            if "nextToken" not in page:
                return events
            token = {"nextToken": page["nextToken"]}


class Refused(Exception):
    pass


def read(case):
    """Definition, input and type of a case, as they are sent."""
    definition = case["definition"]
    return {
        "definition": definition if isinstance(definition, str) else json.dumps(definition),
        "input": case.get("input_raw") or json.dumps(case.get("input") or {}),
        "type": case["type"],
    }


def plain(value):
    """What is drawn, and differs from run to run, as one word."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=False)
    return json.loads(UUID.sub("(uuid)", TOKEN.sub("(token)", text)))


def seconds(event):
    """The event with its moment as a number of seconds."""
    at = event["timestamp"]
    if isinstance(at, str):
        at = datetime.datetime.fromisoformat(at).timestamp()
    return {**event, "timestamp": round(at, 3)}


def served(server, case, name):
    arn = server.call("CreateStateMachine", name=name, definition=case["definition"], roleArn=ROLE,
                      type=case["type"])["stateMachineArn"]
    arn += f"#{case['case']}" if "case" in case else ""
    begun = server.call("StartExecution", stateMachineArn=arn, name="e", input=case["input"])
    while True:
        told = server.call("DescribeExecution", executionArn=begun["executionArn"])
        if told["status"] != "RUNNING":
            break
    result = {name: told[name] for name in ("status", "error", "cause") if name in told}
    if "output" in told:
        result["output"] = json.loads(told["output"])
    result["events"] = [seconds(event) for event in server.history(begun["executionArn"])]
    return result, begun["startDate"]


def simulated(tool, folder, case, name, start):
    (folder / "definition.json").write_text(case["definition"], encoding="utf-8")
    (folder / "input.json").write_text(case["input"], encoding="utf-8")
    at = datetime.datetime.fromtimestamp(start, datetime.timezone.utc).isoformat(timespec="milliseconds")
    command = [tool, "simulate", "definition.json", "--type", case["type"].lower(), "--format", "json",
               "--account", ACCOUNT, "--region", REGION, "--role-arn", ROLE, "--input", "input.json",
               "--mocks", str(case["mocks"]), "--state-machine-name", name, "--execution-name", "e",
               "--start-time", at.replace("+00:00", "Z")]
    command += ["--test-case", case["case"]] if "case" in case else []
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    answer = json.loads(done.stdout or "{}")
    if "status" not in answer:
        return {"stopped": done.stderr or done.stdout}
    result = {name: answer[name] for name in ("status", "error", "cause", "output") if answer.get(name) is not None}
    if answer["status"] == "SUCCEEDED":
        result["output"] = answer.get("output")
    result["events"] = [seconds(event) for event in answer["events"]]
    return result


def parting(one, other):
    """Where two results differ first."""
    for name in ("status", "error", "cause", "output"):
        if one.get(name) != other.get(name):
            return f"{name}: {one.get(name)!r} != {other.get(name)!r}"
    for left, right in zip(one["events"], other["events"]):
        if left != right:
            return f"event {left.get('id')}:\n    {left}\n    {right}"
    if len(one["events"]) != len(other["events"]):
        return f"{len(one['events'])} events != {len(other['events'])}"
    return None


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("tool")
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("--match", default="")
    arguments.add_argument("--failures", type=int, default=5)
    told = arguments.parse_args()
    tool = str(Path(told.tool).resolve())
    sys.path.insert(0, str(told.folder))
    sys.dont_write_bytecode = True
    from run import native_mocks
    lines = (told.folder / "cases/execution.jsonl").read_text(encoding="utf-8").splitlines()
    mocked = (told.folder / "cases/mocked.jsonl").read_text(encoding="utf-8").splitlines()
    wanted = lambda case: told.match in case["id"] and case["type"] == "STANDARD"  # noqa: E731
    cases = list(filter(wanted, map(json.loads, lines)))
    mocked = list(filter(wanted, map(json.loads, mocked)))
    equal, stopped, drawn, refused, failures = 0, 0, 0, 0, []
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        mocks = folder / "mocks"
        mocks.mkdir()
        for number, case in enumerate(cases):
            text = json.dumps(native_mocks(case), ensure_ascii=False)
            (mocks / f"M{number}.mocks.json").write_text(text, encoding="utf-8")
        server = Server(tool, mocks)
        try:
            for number, case in enumerate(cases):
                run = {**read(case), "mocks": mocks / f"M{number}.mocks.json"}
                try:
                    one, start = served(server, run, f"M{number}")
                except Refused as error:
                    refused += 1
                    failures.append((case["id"], f"the server refuses it: {error}"))
                    continue
                other = simulated(tool, folder, run, f"M{number}", start)
                if "stopped" in other:
                    # What stops `simulate` fails the execution under a name of ours.
                    if str(one.get("error", "")).startswith("SfnTool."):
                        stopped += 1
                    else:
                        failures.append((case["id"], f"simulate stops: {other['stopped'][:300]}"))
                    continue
                difference = parting(plain(one), plain(other))
                if difference and DRAWS.search(run["definition"]):
                    drawn += 1
                elif difference:
                    failures.append((case["id"], difference))
                else:
                    equal += 1
        finally:
            server.end()
        for case in mocked:
            config = folder / "MockConfigFile.json"
            # Placeholders for names have brackets, which no name may have.
            name = case["state_machine_name"].strip("<>")
            text = json.dumps(case["mock_config"], ensure_ascii=False)
            config.write_text(text.replace(case["state_machine_name"], name), encoding="utf-8")
            run = {**read(case), "mocks": config, "case": case["test_case"]}
            server = Server(tool, config)
            try:
                one, start = served(server, run, name)
                other = simulated(tool, folder, run, name, start)
                # A machine whose case names fewer tasks than it calls stops `simulate`.
                stops = "stopped" in other and str(one.get("error", "")).startswith("SfnTool.")
                difference = None if stops else parting(plain(one), plain(other))
            except Refused as error:
                refused += 1
                stops, difference = False, f"the server refuses it: {error}"
            finally:
                server.end()
            if difference:
                failures.append((case["id"], difference))
            else:
                equal, stopped = equal + (not stops), stopped + stops
        count = len(cases) + len(mocked)
    for name, difference in failures[:told.failures]:
        print(f"{name}\n  {difference}")
    print(f"{count} executions: {equal} equal, {stopped} that stop both, {drawn} that draw other numbers, "
          f"{len(failures)} differ ({refused} refused)")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
