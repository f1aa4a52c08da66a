#!/usr/bin/env bash
# What the AWS CLI's users do, step by step: cli.sh AWS DEFINITION
set -euo pipefail
aws=$1 definition=$2
role=arn:aws:iam::123456789012:role/StepFunctionsRole

same() { # WHAT EXPECTED FOUND
    [ "$2" = "$3" ] || { echo "$1: expected $2, got $3"; exit 1; }
}
sfn() { "$aws" stepfunctions "$@" --output text; }

same "validate" OK "$(sfn validate-state-machine-definition --definition "file://$definition" --query result)"
machine=$(sfn create-state-machine --name Order --definition "file://$definition" --role-arn $role --type STANDARD \
    --query stateMachineArn)
same "create" arn:aws:states:us-east-1:123456789012:stateMachine:Order "$machine"
same "list" Order "$(sfn list-state-machines --query 'stateMachines[].name')"
same "describe" ACTIVE "$(sfn describe-state-machine --state-machine-arn "$machine" --query status)"
same "update" None "$(sfn update-state-machine --state-machine-arn "$machine" --definition "file://$definition" \
    --query revisionId)"
version=$(sfn publish-state-machine-version --state-machine-arn "$machine" --query stateMachineVersionArn)
same "publish" "$machine:1" "$version"
sfn create-state-machine-alias --name live --routing-configuration "stateMachineVersionArn=$version,weight=100" >/dev/null
same "aliases" "$machine:live" "$(sfn list-state-machine-aliases --state-machine-arn "$machine" \
    --query 'stateMachineAliases[].stateMachineAliasArn')"
sfn tag-resource --resource-arn "$machine" --tags key=team,value=orders >/dev/null
same "tags" orders "$(sfn list-tags-for-resource --resource-arn "$machine" --query 'tags[0].value')"

# An execution that waits for a worker; what failed before is in its history.
sfn create-activity --name ship >/dev/null
execution=$(sfn start-execution --state-machine-arn "$machine:live" --name exec-123 \
    --input '{"orderId": "o-1", "total": 20}' --query executionArn)
same "running" RUNNING "$(sfn describe-execution --execution-arn "$execution" --query status)"
same "failed attempts" TaskFailed "$(sfn get-execution-history --execution-arn "$execution" \
    --query 'events[?type==`TaskFailed` || type==`ExecutionFailed`].type')"
same "the executions of the alias" exec-123 "$(sfn list-executions --state-machine-arn "$machine:live" \
    --status-filter RUNNING --query 'executions[].name')"
sfn stop-execution --execution-arn "$execution" --error Cancelled --cause "by hand" >/dev/null
same "stopped" "ABORTED	Cancelled" "$(sfn describe-execution --execution-arn "$execution" --query '[status, error]')"

# A refusal, in AWS's words.
refusal=$(sfn describe-execution --execution-arn order 2>&1 || true)
case $refusal in
*"(InvalidArn) when calling the DescribeExecution operation: Invalid Arn: 'Invalid ARN prefix: order'"*) ;;
*) echo "refusal: $refusal"; exit 1 ;;
esac

same "a state" SUCCEEDED "$(sfn test-state --definition '{"Type": "Pass", "End": true}' --role-arn $role --input '{}' \
    --query status)"
sfn delete-activity --activity-arn "${machine/stateMachine:Order/activity:ship}" >/dev/null
sfn delete-state-machine --state-machine-arn "$machine" >/dev/null
same "deleted" "" "$(sfn list-state-machines --query 'stateMachines[].name')"
