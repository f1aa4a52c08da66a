"""What users of boto3 do, step by step: client.py DEFINITION"""

import json
import sys

import boto3
from botocore.config import Config

definition = open(sys.argv[1]).read()
sfn = boto3.client("stepfunctions", config=Config(inject_host_prefix=False))
ROLE = "arn:aws:iam::123456789012:role/StepFunctionsRole"

machine = sfn.create_state_machine(name="Order", definition=definition, roleArn=ROLE, type="STANDARD")["stateMachineArn"]
activity = sfn.create_activity(name="ship")["activityArn"]


def token_of(history):
    scheduled = [e["taskScheduledEventDetails"] for e in history["events"] if e["type"] == "TaskScheduled"]
    return json.loads(scheduled[-1]["parameters"])["MessageBody"]["taskToken"]


# A large order: approved by a callback, shipped by a worker of an activity.
order = {"orderId": "o-2", "total": 5000}
execution = sfn.start_execution(stateMachineArn=machine, name="order-2", input=json.dumps(order))["executionArn"]
again = sfn.start_execution(stateMachineArn=machine, name="order-2", input=json.dumps(order))
assert again["executionArn"] == execution
token = token_of(sfn.get_execution_history(executionArn=execution, maxResults=1000))
sfn.send_task_heartbeat(taskToken=token)
sfn.send_task_success(taskToken=token, output=json.dumps({"by": "ann"}))
task = sfn.get_activity_task(activityArn=activity, workerName="w-1")
assert json.loads(task["input"])["approval"] == {"by": "ann"}, task
sfn.send_task_success(taskToken=task["taskToken"], output='"s-1"')
ended = sfn.describe_execution(executionArn=execution)
assert ended["status"] == "SUCCEEDED", ended
assert json.loads(ended["output"])["shipment"] == "s-1", ended

# Its token is closed now; a worker that fails ends an execution.
for call in (lambda: sfn.send_task_heartbeat(taskToken=token), lambda: sfn.send_task_success(taskToken="x", output="1")):
    try:
        call()
    except (sfn.exceptions.TaskTimedOut, sfn.exceptions.InvalidToken):
        pass
    else:
        raise AssertionError("a closed token is taken")
execution = sfn.start_execution(stateMachineArn=machine, input='{"orderId": "o-3", "total": 1}')["executionArn"]
task = sfn.get_activity_task(activityArn=activity)
sfn.send_task_failure(taskToken=task["taskToken"], error="NoCarrier", cause="strike")
ended = sfn.describe_execution(executionArn=execution)
assert (ended["status"], ended["error"], ended["cause"]) == ("FAILED", "NoCarrier", "strike"), ended

# Pages.
for n in range(5):
    sfn.create_activity(name=f"page-{n}")
pages = sfn.get_paginator("list_activities").paginate(PaginationConfig={"PageSize": 2})
assert [a["name"] for page in pages for a in page["activities"]] == ["ship", *(f"page-{n}" for n in range(5))]
pages = sfn.get_paginator("get_execution_history").paginate(executionArn=execution, PaginationConfig={"PageSize": 3})
assert sum(len(page["events"]) for page in pages) > 3

# Express, waited for; and a refusal.
express = json.dumps({"StartAt": "A", "States": {"A": {"Type": "Pass", "End": True}}})
made = sfn.create_state_machine(name="fast", definition=express, roleArn=ROLE, type="EXPRESS")
ended = sfn.start_sync_execution(stateMachineArn=made["stateMachineArn"], input='{"a": 1}')
assert (ended["status"], json.loads(ended["output"])) == ("SUCCEEDED", {"a": 1}), ended
try:
    sfn.create_state_machine(name="bad", definition="{}", roleArn=ROLE)
except sfn.exceptions.InvalidDefinition as refused:
    assert "These fields are required" in str(refused)
else:
    raise AssertionError("an empty definition is taken")
for arn in (machine, made["stateMachineArn"]):
    sfn.delete_state_machine(stateMachineArn=arn)
for page in sfn.get_paginator("list_activities").paginate():
    for item in page["activities"]:
        sfn.delete_activity(activityArn=item["activityArn"])
assert sfn.list_activities()["activities"] == []
