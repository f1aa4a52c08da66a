#!/bin/sh
# Tries a built program in a checkout: sh packaging/smoke.sh PROGRAM
# It is what it says, and runs an order through a workflow. Needs a shell and nothing else.
set -eu
program=$1
order=fixtures/workflows/order
version=$("$program" --version)
case $version in
"sfn-tool "*) ;;
*)
    echo "unexpected version: $version"
    exit 1
    ;;
esac
"$program" validate --format concise "$order/definition.asl.json"
# The order is rejected by its validation: the execution fails, and fails as the workflow says.
status=0
result=$("$program" simulate "$order/definition.asl.json" --quiet --format json \
    --input "$order/runs/validation-error.input.json" --mocks "$order/runs/validation-error.mocks.yaml") || status=$?
[ "$status" = 1 ] || {
    echo "exit status $status instead of 1: $result"
    exit 1
}
case $result in
*OrderProcessingFailed*) echo "$version: runs" ;;
*)
    echo "unexpected result: $result"
    exit 1
    ;;
esac
