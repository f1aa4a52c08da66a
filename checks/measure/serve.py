#!/usr/bin/env python3
"""Measures `sfn-tool serve` beside other servers of Step Functions' API: see serve.sh.

    serve.py --client CLIENT NAME=COMMAND... [--parked 100000]

COMMAND has {port} where the port belongs. What is printed is a table in Markdown, one column a server.
"""
import argparse
import json
import os
import shlex
import signal
import socket
import statistics
import subprocess
import sys
import threading
import time
import urllib.request

import boto3
from botocore.config import Config

ROLE = "arn:aws:iam::123456789012:role/r"
PASS = {"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "B"}, "B": {"Type": "Pass", "Next": "C"},
                                   "C": {"Type": "Pass", "End": True}}}
PARKED = {"StartAt": "Ask", "States": {"Ask": {
    "Type": "Task", "End": True, "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
    "Parameters": {"QueueUrl": "q", "MessageBody.$": "$$.Task.Token"}}}}
NOTHING = "-"


def free_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


def family(pid):
    """A process and those that it has started."""
    found = [pid]
    for each in found:
        try:
            with open(f"/proc/{each}/task/{each}/children", encoding="ascii") as children:
                found += [int(child) for child in children.read().split()]
        except OSError:
            pass
    return found


def megabytes(pid):
    """Resident memory, children included."""
    total = 0
    for each in family(pid):
        try:
            with open(f"/proc/{each}/status", encoding="utf-8") as status:
                total += sum(int(line.split()[1]) for line in status if line.startswith("VmRSS:"))
        except OSError:
            pass
    return total / 1024


class Server:
    def __init__(self, command):
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        began = time.monotonic()
        self.process = subprocess.Popen(shlex.split(command.format(port=self.port)), stdout=subprocess.DEVNULL,
                                        stderr=subprocess.DEVNULL, start_new_session=True)
        self.took = None
        while time.monotonic() - began < 120:
            if self.process.poll() is not None:
                raise RuntimeError(f"it ends with status {self.process.returncode}")
            try:
                self.raw("ListStateMachines", {})
                self.took = (time.monotonic() - began) * 1000
                break
            except OSError:
                time.sleep(0.001)
        else:
            self.end()
            raise RuntimeError("it does not answer")

    def raw(self, operation, sent):
        headers = {"Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": f"AWSStepFunctions.{operation}",
                   "Authorization": "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/states/aws4_request, "
                                    "SignedHeaders=host, Signature=0"}
        request = urllib.request.Request(self.url, json.dumps(sent).encode(), headers)
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)

    def client(self):
        return boto3.session.Session().client(
            "stepfunctions", endpoint_url=self.url, region_name="us-east-1", aws_access_key_id="test",
            aws_secret_access_key="test", config=Config(retries={"total_max_attempts": 1}, max_pool_connections=10))

    def end(self):
        try:
            os.killpg(self.process.pid, signal.SIGTERM)
            self.process.wait(20)
        except (ProcessLookupError, subprocess.TimeoutExpired):
            os.killpg(self.process.pid, signal.SIGKILL)


def pairs(server, machine, threads, count):
    """StartExecution and DescribeExecution by boto3: per second, median and 99th percentile in milliseconds."""
    took, lock = [], threading.Lock()

    def work():
        client, own = server.client(), []
        for _ in range(count // threads):
            began = time.perf_counter()
            started = client.start_execution(stateMachineArn=machine, input="{}")
            client.describe_execution(executionArn=started["executionArn"])
            own.append((time.perf_counter() - began) * 1000)
        with lock:
            took.extend(own)
    workers = [threading.Thread(target=work) for _ in range(threads)]
    began = time.perf_counter()
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    passed = time.perf_counter() - began
    return len(took) / passed, statistics.median(took), statistics.quantiles(took, n=100)[98]


def native(program, server, machine, what, connections, count):
    command = [program, f"127.0.0.1:{server.port}", machine, what, str(connections), str(count)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600)
    if done.returncode:
        return None
    return [float(number) for number in done.stdout.split()]


def measure(command, program, parked, many):
    rows = {}
    server = Server(command)
    try:
        rows["start to first answer, ms"] = f"{server.took:.0f}"
        rows["memory at rest, MB"] = f"{megabytes(server.process.pid):.0f}"
        client = server.client()
        machine = client.create_state_machine(name="pass", definition=json.dumps(PASS), roleArn=ROLE)["stateMachineArn"]
        for threads in (1, 4):
            rate, median, last = pairs(server, machine, threads, 400)
            rows[f"Start + Describe, boto3, {threads} thread{'s' if threads > 1 else ''}, per s"] = f"{rate:.0f}"
            if threads == 1:
                rows["memory after 400 executions, MB"] = f"{megabytes(server.process.pid):.0f}"
                rows["the same: median / p99, ms"] = f"{median:.1f} / {last:.1f}"
        found = native(program, server, machine, "calls", 64, many)
        rows["Start + Describe, native client, 64 connections, per s"] = f"{found[0]:.0f}" if found else NOTHING
        rows["the same: median / p99, ms "] = f"{found[1]:.1f} / {found[2]:.1f}" if found else NOTHING
    finally:
        server.end()
    if parked:
        server = Server(command)
        try:
            client = server.client()
            machine = client.create_state_machine(name="ask", definition=json.dumps(PARKED), roleArn=ROLE)["stateMachineArn"]
            found = native(program, server, machine, "start", 64, parked)
            held = f"{parked:,} in {megabytes(server.process.pid):.0f} MB"
            rows["parked executions held"] = f"{held}, {found[0]:.0f} started per s" if found else NOTHING
        finally:
            server.end()
    return rows


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--client", required=True)
    arguments.add_argument("--parked", type=int, default=100_000)
    arguments.add_argument("servers", nargs="+")
    told = arguments.parse_args()
    columns = {}
    for number, server in enumerate(told.servers):
        name, _, command = server.partition("=")
        # The first is ours; of the others a hundredth is enough.
        try:
            columns[name] = measure(command, told.client, told.parked if number == 0 else 0, 20_000 if number == 0 else 400)
        except Exception as trouble:  # what a server does wrong is its column
            columns[name] = {}
            print(f"{name}: {trouble}", file=sys.stderr)
    names = list(columns)
    print("| | " + " | ".join(names) + " |")
    print("|---|" + "---|" * len(names))
    for row in columns[names[0]]:
        print(f"| {row.strip()} | " + " | ".join(columns[name].get(row, NOTHING) for name in names) + " |")


if __name__ == "__main__":
    main()
