#!/usr/bin/env bash
# Prints how fast `sfn-tool serve` is and how much memory it takes, beside moto's server, in one run on one machine: start to
# first answer, memory at rest and after 400 executions, StartExecution and DescribeExecution with boto3 by one thread and
# by four, and of sfn-tool alone by a client that does nothing else, on 64 connections, and 100,000 executions that wait.
# LocalStack is not measured: it needs Docker, or a download of Java for JSONata.
source "$(dirname "$0")/../opening.bash"
python_packages boto3 'moto[server]' || skipped "$why"
release_build
exec "$scratch/venv/bin/python" "$repository/checks/measure/serve.py" "$tool" "$scratch/venv/bin/moto_server"
