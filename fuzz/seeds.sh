#!/usr/bin/env bash
# Makes the corpus of every fuzz target from fixtures/, as small as it can be without losing coverage.
set -euo pipefail
cd "$(dirname "$0")/.."
export RUSTC_BOOTSTRAP=1

# Files of at most so many bytes: large ones slow every try down.
most=${MOST:-4096}

# seeds TARGET FILES...
seeds() {
    local target=$1 from=fuzz/corpus/$1
    shift
    rm -rf "$from"
    mkdir -p "$from"
    for file in "$@"; do
        [ -f "$file" ] && [ "$(stat -c %s "$file")" -le "$most" ] || continue
        cp "$file" "$from/$(sha1sum <"$file" | cut -c 1-16)"
    done
    cargo fuzz cmin --sanitizer none "$target"
    echo "$target: $(find "$from" -type f | wc -l) files"
}

shopt -s globstar nullglob
seeds json fixtures/**/*.json
seeds yaml fixtures/**/*.yaml fixtures/**/*.yml
seeds template fixtures/templates/**/*
seeds definition fixtures/rules/**/*.asl.json fixtures/broken/**/*.asl.* fixtures/workflows/**/definition.*
seeds mocks fixtures/workflows/**/*.mocks.* fixtures/project/**/*mock*
seeds test_file fixtures/**/*.sfn-test.*
seeds history fixtures/histories/**/*.json
seeds terraform fixtures/**/*.tf
# Paths and expressions stand inside definitions.
paths() {
    grep -ohE '"\$[^"{%]*"' -r fixtures --include='*.asl.json' | tr -d '"' | sort -u
}
expressions() {
    grep -ohE '"\{% [^"\\]* %\}"' -r fixtures --include='*.asl.json' | sed 's/^"{% //; s/ %}"$//' | sort -u
}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
mkdir "$scratch"/{jsonpath,jsonata,editor,serve}
(cd "$scratch/jsonpath" && split -l 1 -a 4) < <(paths)
(cd "$scratch/jsonata" && split -l 1 -a 4) < <(expressions)
for file in "$scratch"/jsonpath/*; do
    printf '{"a": [1, {"b": "x"}], "id": 7}' >>"$file"
done
seeds jsonpath "$scratch"/jsonpath/*
seeds jsonata "$scratch"/jsonata/*

# In each definition a few characters are typed over.
for file in fixtures/rules/**/*.asl.json fixtures/workflows/**/definition.*; do
    to=$scratch/editor/$(sha1sum <"$file" | cut -c 1-16)
    perl -CSD -0777 -pe 's/^(.{0,150})(.{0,3})/$1\x01$2\x01"\x01/s' "$file" >"$to"
done
seeds editor "$scratch"/editor/*

# A machine is made, and something is done with it.
arn='arn:aws:states:us-east-1:123456789012'
machine='{"name": "m", "roleArn": "arn:aws:iam::123456789012:role/r",
    "definition": "{\"StartAt\": \"A\", \"States\": {\"A\": {\"Type\": \"Pass\", \"End\": true}}}"}'
members='{"stateMachineArn": "'$arn':stateMachine:m", "executionArn": "'$arn':execution:m:e", "name": "e", "input": "{}",
    "activityArn": "'$arn':activity:e", "resourceArn": "'$arn':stateMachine:m", "taskToken": "t", "output": "{}", "maxResults": 1}'
for operation in $(grep -oE '"[A-Z][A-Za-z]+":\{"input"' data/step-functions-api.json | cut -d '"' -f 2); do
    printf 'CreateStateMachine\n%s\n\nStartExecution\n%s\n\n%s\n%s\n' \
        "$machine" "$members" "$operation" "$members" >"$scratch/serve/$operation"
done
seeds serve "$scratch"/serve/*
