// What users of @aws-sdk/client-sfn do, step by step: client.mjs DEFINITION
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import {
  CreateActivityCommand, CreateStateMachineCommand, DeleteStateMachineCommand, DescribeExecutionCommand,
  DescribeStateMachineCommand, DeleteActivityCommand, GetActivityTaskCommand, GetExecutionHistoryCommand, SendTaskSuccessCommand, SFNClient,
  StartExecutionCommand, StartSyncExecutionCommand, StateMachineDoesNotExist, TestStateCommand,
} from '@aws-sdk/client-sfn';

const definition = readFileSync(process.argv[2], 'utf8');
const sfn = new SFNClient({ disableHostPrefix: true });
const roleArn = 'arn:aws:iam::123456789012:role/StepFunctionsRole';

const { stateMachineArn } = await sfn.send(new CreateStateMachineCommand({ name: 'Order', definition, roleArn }));
const { activityArn } = await sfn.send(new CreateActivityCommand({ name: 'ship' }));

// The worker polls before there is a task.
const poll = sfn.send(new GetActivityTaskCommand({ activityArn, workerName: 'w-1' }));
const { executionArn, startDate } = await sfn.send(new StartExecutionCommand({
  stateMachineArn, input: JSON.stringify({ orderId: '123', total: 20 }),
}));
assert.ok(startDate instanceof Date);
const { taskToken, input } = await poll;
assert.equal(JSON.parse(input).charge.Payload.id, 'ch_1');
await sfn.send(new SendTaskSuccessCommand({ taskToken, output: '"s-1"' }));
const ended = await sfn.send(new DescribeExecutionCommand({ executionArn }));
assert.equal(ended.status, 'SUCCEEDED');
const { events } = await sfn.send(new GetExecutionHistoryCommand({ executionArn, reverseOrder: true }));
assert.equal(events[0].type, 'ExecutionSucceeded');

const tested = await sfn.send(new TestStateCommand({
  definition: JSON.stringify({ Type: 'Pass', Result: 1, End: true }), roleArn, inspectionLevel: 'DEBUG',
}));
assert.equal(tested.output, '1');
const express = await sfn.send(new CreateStateMachineCommand({
  name: 'fast', roleArn, type: 'EXPRESS',
  definition: JSON.stringify({ StartAt: 'A', States: { A: { Type: 'Pass', End: true } } }),
}));
const sync = await sfn.send(new StartSyncExecutionCommand({ stateMachineArn: express.stateMachineArn, input: '[1]' }));
assert.deepEqual([sync.status, sync.output], ['SUCCEEDED', '[1]']);

for (const arn of [stateMachineArn, express.stateMachineArn]) {
  await sfn.send(new DeleteStateMachineCommand({ stateMachineArn: arn }));
}
await sfn.send(new DeleteActivityCommand({ activityArn }));
await assert.rejects(
  sfn.send(new DescribeStateMachineCommand({ stateMachineArn })),
  (error) => error instanceof StateMachineDoesNotExist && error.message.includes(stateMachineArn),
);
