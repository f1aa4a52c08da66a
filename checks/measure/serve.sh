#!/usr/bin/env bash
# Measures `sfn-tool serve` beside moto's server and LocalStack, in one run: start to first answer, memory, round trips by
# boto3 and by a native client, and parked executions. It is run by hand, on a quiet machine, and prints a table in Markdown.
# LOCALSTACK names a `localstack` program to measure, too (`pip install 'localstack[runtime]==4.14.0'`, which is large).
# Exit 0: measured, or what is needed cannot be had (then the last line says SKIPPED and why).
source "$(dirname "$0")/../opening.bash"
repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

command -v rustc >/dev/null || skipped "there is no rustc"
python_packages boto3 'moto[server]' || skipped "$why"
release_build
rustc --edition 2024 -O -o "$scratch/serve-client" "$repository/checks/measure/serve-client.rs"
servers=("sfn-tool=$tool serve --port {port}" "moto=$scratch/venv/bin/moto_server -H 127.0.0.1 -p {port}")
if [ -n "${LOCALSTACK:-}" ]; then
    servers+=("LocalStack=env SERVICES=stepfunctions GATEWAY_LISTEN=127.0.0.1:{port} DISABLE_EVENTS=1 $LOCALSTACK start --host --no-banner")
fi
unset AWS_PROFILE AWS_ENDPOINT_URL AWS_ENDPOINT_URL_SFN SFN_MOCK_CONFIG
export AWS_CONFIG_FILE=/dev/null AWS_SHARED_CREDENTIALS_FILE=/dev/null
"$scratch/venv/bin/python" "$repository/checks/measure/serve.py" --client "$scratch/serve-client" "${servers[@]}"
