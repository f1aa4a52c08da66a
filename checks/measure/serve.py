"""Measures servers of the Step Functions API: serve.py SFN_TOOL MOTO_SERVER (see serve.sh)"""

import json
import socket
import statistics
import subprocess
import sys
import threading
import time

import boto3
from botocore.config import Config

ROLE = "arn:aws:iam::123456789012:role/r"
PASSES = {"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "B"}, "B": {"Type": "Pass", "Next": "C"},
                                     "C": {"Type": "Pass", "End": True}}}
WAITS = {"StartAt": "A", "States": {"A": {"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
                                          "Parameters": {"QueueUrl": "q", "MessageBody": {"t.$": "$$.Task.Token"}}, "End": True}}}


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def client(url):
    config = Config(inject_host_prefix=False, retries={"total_max_attempts": 1}, max_pool_connections=10)
    return boto3.client("stepfunctions", endpoint_url=url, region_name="us-east-1", aws_access_key_id="a",
                        aws_secret_access_key="b", config=config)


def memory(process):
    for line in open(f"/proc/{process.pid}/status"):
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    return 0


class Raw:
    """One connection, spoken to without anything around it."""

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def call(self, operation, members):
        body = json.dumps(members)
        self.socket.sendall(f"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-amz-json-1.0\r\nX-Amz-Target: "
                            f"AWSStepFunctions.{operation}\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode())
        data = b""
        while b"\r\n\r\n" not in data:
            data += self.socket.recv(65536)
        head, _, rest = data.partition(b"\r\n\r\n")
        length = next(int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length"))
        while len(rest) < length:
            rest += self.socket.recv(65536)
        return json.loads(rest)


def together(threads, work):
    """Runs `work` in threads for three seconds: rounds a second, and how long each took in milliseconds."""
    end = time.monotonic() + 3
    times = [[] for _ in range(threads)]

    def run(mine):
        do = work()
        while time.monotonic() < end:
            began = time.perf_counter()
            do()
            mine.append((time.perf_counter() - began) * 1000)

    all_threads = [threading.Thread(target=run, args=(mine,)) for mine in times]
    for thread in all_threads:
        thread.start()
    for thread in all_threads:
        thread.join()
    flat = sorted(t for mine in times for t in mine)
    return len(flat) / 3, flat


def measure(name, command, port):
    began = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while True:
            try:
                Raw(port).call("ListStateMachines", {})
                break
            except (OSError, StopIteration, ValueError):
                time.sleep(0.001)
        print(f"{name}: start to first answer {(time.perf_counter() - began) * 1000:.0f} ms, at rest {memory(process):.0f} MB", end="")
        url = f"http://127.0.0.1:{port}"
        sfn = client(url)
        arn = sfn.create_state_machine(name="passes", definition=json.dumps(PASSES), roleArn=ROLE)["stateMachineArn"]

        def work():
            mine = client(url)

            def do():
                started = mine.start_execution(stateMachineArn=arn, input="{}")
                mine.describe_execution(executionArn=started["executionArn"])
            return do

        do = work()
        for _ in range(400):
            do()
        print(f", after 400 executions {memory(process):.0f} MB")
        for threads in (1, 4):
            rate, times = together(threads, work)
            print(f"    boto3, {threads} threads: {rate:.0f} rounds a second, median {statistics.median(times):.1f} ms, "
                  f"p99 {times[int(len(times) * 0.99)]:.1f} ms")
        if name == "sfn-tool":
            native(process, port, arn, sfn)
    finally:
        process.terminate()
        process.wait()


def native(process, port, arn, sfn):
    def work():
        raw = Raw(port)

        def do():
            started = raw.call("StartExecution", {"stateMachineArn": arn, "input": "{}"})
            raw.call("DescribeExecution", {"executionArn": started["executionArn"]})
        return do

    rate, times = together(1, work)
    print(f"    a socket in Python, 1 connection: {rate:.0f} rounds a second, median {statistics.median(times):.2f} ms")
    waits = sfn.create_state_machine(name="waits", definition=json.dumps(WAITS), roleArn=ROLE)["stateMachineArn"]
    before, count = memory(process), 100_000
    began = time.perf_counter()
    raw = Raw(port)
    for _ in range(count):
        started = raw.call("StartExecution", {"stateMachineArn": waits, "input": "{}"})
    took = time.perf_counter() - began
    status = raw.call("DescribeExecution", {"executionArn": started["executionArn"]})["status"]
    print(f"    {count} parked executions ({status}): {memory(process) - before:.0f} MB more, {count / took:.0f} started a second")


tool, moto = sys.argv[1:3]
for name, command in (("sfn-tool", [tool, "serve", "--port"]), ("moto", [moto, "-p"])):
    port = free_port()
    measure(name, [*command, str(port)], port)
