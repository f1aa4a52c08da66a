"""Calls of DynamoDB, SQS, SNS and Lambda from executions: endpoints.py SFN_TOOL MOTO_SERVER"""

import http.server
import json
import socket
import subprocess
import sys
import threading
import time
import urllib.request

import boto3
from botocore.config import Config

KEYS = {"region_name": "us-east-1", "aws_access_key_id": "test", "aws_secret_access_key": "test"}


class Function(http.server.BaseHTTPRequestHandler):
    """What `sam local start-lambda` listens to: the function says what it got."""

    def do_POST(self):
        sent = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        body = json.dumps({"path": self.path, "sent": sent}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


with socket.socket() as listener:
    listener.bind(("127.0.0.1", 0))
    moto_port = listener.getsockname()[1]
moto_url = f"http://127.0.0.1:{moto_port}"
functions = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Function)
threading.Thread(target=functions.serve_forever, daemon=True).start()
moto = subprocess.Popen([sys.argv[2], "-p", str(moto_port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
services = [f"--endpoint={name}={moto_url}" for name in ("dynamodb", "sqs", "sns")]
server = subprocess.Popen([sys.argv[1], "serve", "--port", "0", *services, "--lambda-endpoint",
                           f"http://127.0.0.1:{functions.server_port}"], stdout=subprocess.PIPE, text=True)
try:
    for _ in range(300):
        try:
            urllib.request.urlopen(f"{moto_url}/moto-api/").read()
            break
        except OSError:
            time.sleep(0.1)
    url = server.stdout.readline().split()[-1]
    sfn = boto3.client("stepfunctions", endpoint_url=url, config=Config(inject_host_prefix=False), **KEYS)
    dynamodb, sqs, sns = (boto3.client(name, endpoint_url=moto_url, **KEYS) for name in ("dynamodb", "sqs", "sns"))
    dynamodb.create_table(TableName="orders", KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}], BillingMode="PAY_PER_REQUEST",
                          AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}])
    queue = sqs.create_queue(QueueName="orders")["QueueUrl"]
    topic = sns.create_topic(Name="orders")["TopicArn"]

    def run(states):
        names = list(states)
        for name, after in zip(names, [*names[1:], None]):
            states[name].update({"Next": after} if after else {"End": True}, Type="Task", ResultPath=f"$.{name}")
        definition = json.dumps({"StartAt": names[0], "States": states})
        made = sfn.create_state_machine(name=f"m-{names[0]}", definition=definition, roleArn="arn:aws:iam::123456789012:role/r")
        started = sfn.start_execution(stateMachineArn=made["stateMachineArn"], input='{"id": "o-1"}')
        while (ended := sfn.describe_execution(executionArn=started["executionArn"]))["status"] == "RUNNING":
            time.sleep(0.05)
        return ended

    ended = run({
        "Put": {"Resource": "arn:aws:states:::dynamodb:putItem",
                "Parameters": {"TableName": "orders", "Item": {"id": {"S.$": "$.id"}, "total": {"N": "7"}}}},
        "Get": {"Resource": "arn:aws:states:::aws-sdk:dynamodb:getItem",
                "Parameters": {"TableName": "orders", "Key": {"id": {"S.$": "$.id"}}}},
        "Send": {"Resource": "arn:aws:states:::sqs:sendMessage",
                 "Parameters": {"QueueUrl": queue, "MessageBody": {"order.$": "$.Get.Item.id.S"}}},
        "Tell": {"Resource": "arn:aws:states:::sns:publish",
                 "Parameters": {"TopicArn": topic, "Message": "placed & paid", "Subject": "order"}},
        "Charge": {"Resource": "arn:aws:states:::lambda:invoke",
                   "Parameters": {"FunctionName": "charge", "Payload.$": "$.Get.Item"}},
    })
    assert ended["status"] == "SUCCEEDED", ended
    output = json.loads(ended["output"])
    assert output["Get"]["Item"]["total"] == {"N": "7"}, output
    assert output["Tell"]["MessageId"], output
    assert output["Charge"]["Payload"]["path"] == "/2015-03-31/functions/charge/invocations", output
    assert output["Charge"]["Payload"]["sent"]["id"] == {"S": "o-1"}, output
    message = sqs.receive_message(QueueUrl=queue)["Messages"][0]
    assert json.loads(message["Body"]) == {"order": "o-1"}, message

    # What the service refuses is an error with the name that Step Functions gives it.
    ended = run({"Lost": {"Resource": "arn:aws:states:::dynamodb:getItem",
                          "Parameters": {"TableName": "none", "Key": {"id": {"S": "x"}}}}})
    assert ended["error"] == "DynamoDB.ResourceNotFoundException", ended
finally:
    server.terminate()
    moto.terminate()
    functions.shutdown()
