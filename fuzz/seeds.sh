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
# Paths and expressions stand inside definitions.
paths() {
    grep -ohE '"\$[^"{%]*"' -r fixtures --include='*.asl.json' | tr -d '"' | sort -u
}
expressions() {
    grep -ohE '"\{% [^"\\]* %\}"' -r fixtures --include='*.asl.json' | sed 's/^"{% //; s/ %}"$//' | sort -u
}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
mkdir "$scratch/jsonpath" "$scratch/jsonata"
(cd "$scratch/jsonpath" && split -l 1 -a 4) < <(paths)
(cd "$scratch/jsonata" && split -l 1 -a 4) < <(expressions)
for file in "$scratch"/jsonpath/*; do
    printf '{"a": [1, {"b": "x"}], "id": 7}' >>"$file"
done
seeds jsonpath "$scratch"/jsonpath/*
seeds jsonata "$scratch"/jsonata/*
