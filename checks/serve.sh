#!/usr/bin/env bash
# AWS CLI, boto3 and @aws-sdk/client-sfn go through what users do with Step Functions, against `sfn-tool serve`: machines
# and their versions and aliases, executions with mocks, histories with a JMESPath query, callbacks, activities, tags,
# TestState. The set-ups for pytest, Vitest and Jest of docs/serve-tests.md run as they are printed there.
# Exit 0: all of it works, or a client cannot be had (then the last line says SKIPPED and why). Exit 1: it does not.
source "$(dirname "$0")/opening.bash"

python_packages boto3 awscli pytest || skipped "$why"
npm_packages @aws-sdk/client-sfn vitest jest
release_build
here=$repository/checks/serve
export AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test AWS_DEFAULT_REGION=us-east-1 AWS_REGION=us-east-1 AWS_PAGER=
export AWS_DISABLE_HOST_PREFIX_INJECTION=true AWS_CONFIG_FILE=/dev/null AWS_SHARED_CREDENTIALS_FILE=/dev/null
unset AWS_PROFILE AWS_ENDPOINT_URL AWS_ACCOUNT_ID SFN_MOCK_CONFIG LAMBDA_ENDPOINT

server=
trap '[ -z "$server" ] || kill "$server" 2>/dev/null || true; rm -rf "$scratch"' EXIT
serve() { # ARGUMENTS...: starts a server on a free port, and says where to the clients
    rm -f "$scratch/server.out"
    "$tool" serve --port 0 "$@" >"$scratch/server.out" 2>"$scratch/server.err" &
    server=$!
    for _ in $(seq 100); do
        grep -q listening "$scratch/server.out" 2>/dev/null && break
        kill -0 "$server" 2>/dev/null || failed "the server does not start" "$(cat "$scratch/server.err")"
        sleep 0.05
    done
    AWS_ENDPOINT_URL_SFN=$(sed -n 's/^listening on //p' "$scratch/server.out")
    export AWS_ENDPOINT_URL_SFN
}
stop() {
    kill "$server"
    wait "$server" || failed "the server ends with status $? after SIGTERM" "$(cat "$scratch/server.err")"
    server=
}
client() { # NAME COMMAND...
    timeout 120 "${@:2}" >"$scratch/client.log" 2>&1 || failed "$1" "$(cat "$scratch/client.log")"
    echo "$1: all good"
}

serve --mocks "$here/mocks"
client "AWS CLI" bash "$here/cli.sh" "$scratch/venv/bin/aws" "$here/order.asl.json"
client "boto3" "$scratch/venv/bin/python" "$here/client.py" "$here/order.asl.json"
cp "$here/client.mjs" "$scratch/client.mjs"
client "client-sfn" node "$scratch/client.mjs" "$here/order.asl.json"
stop

# The set-ups of the page: each block of code that begins with a comment with a file's name becomes that file.
mkdir "$scratch/project"
awk -v folder="$scratch/project" '
    /^```/ { inside = !inside; first = inside; file = ""; next }
    inside && first { first = 0; if ($0 ~ /^(#|\/\/) [A-Za-z_.]+\.(py|mjs|yaml)$/) file = folder "/" $2 }
    inside && file { print > file }
' "$repository/docs/serve-tests.md"
# The one block of JSON is the definition.
awk '/^```json$/ { inside = 1; next } /^```/ { inside = 0 } inside' "$repository/docs/serve-tests.md" >"$scratch/project/order.asl.json"
ln -s "$scratch/node_modules" "$scratch/project/node_modules"
mkdir -p "$scratch/bin"
ln -sf "$tool" "$scratch/bin/sfn-tool"
export PATH=$scratch/bin:$PATH
unset AWS_ENDPOINT_URL_SFN
cd "$scratch/project"
client "pytest" "$scratch/venv/bin/python" -m pytest -q -p no:cacheprovider .
client "Vitest" node_modules/.bin/vitest run --root .
sed -i.vitest "s|from 'vitest'|from '@jest/globals'|" order.test.mjs
NODE_OPTIONS=--experimental-vm-modules client "Jest" node_modules/.bin/jest
