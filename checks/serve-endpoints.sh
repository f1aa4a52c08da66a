#!/usr/bin/env bash
# Tasks without a mock are called for real: DynamoDB, SQS and SNS at moto's server, a function at a small server of its own,
# from executions of `sfn-tool serve`.
# Exit 0: the calls arrive and are answered, or moto cannot be had (then the last line says SKIPPED and why). Exit 1: they
# do not.
source "$(dirname "$0")/opening.bash"

python_packages boto3 'moto[server]' || skipped "$why"
release_build
timeout 120 "$scratch/venv/bin/python" "$repository/checks/serve/endpoints.py" "$tool" "$scratch/venv/bin/moto_server" \
    >"$scratch/endpoints.log" 2>&1 || failed "the endpoints are not called as they should be" "$(cat "$scratch/endpoints.log")"
echo "endpoints: all good"
