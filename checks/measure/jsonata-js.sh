#!/usr/bin/env bash
# Measures expressions beside jsonata-js (from npm) in one run: see benches/jsonata.rs, which prints both. Run by hand: it
# builds all that benches need, which .ci/run has no time for.
# Exit 0: half of what each is to reach is reached, whatever else the machine does meanwhile; or jsonata-js cannot be had
# here (then the last line says SKIPPED and why). Exit 1: it is not.
set -euo pipefail
repository=$(cd "$(dirname "$0")/../.." && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

skipped() {
    echo "SKIPPED: $1"
    exit 0
}

command -v node >/dev/null && command -v npm >/dev/null || skipped "there is no node with npm"
cd "$scratch"
echo '{"private": true}' >package.json
timeout 300 npm install --no-audit --no-fund --ignore-scripts --prefer-offline jsonata@2 >npm.log 2>&1 ||
    skipped "npm cannot install jsonata: $(grep -m 1 -i error npm.log || tail -n 1 npm.log)"
cd "$repository"
JSONATA_JS=$scratch JSONATA_JS_FLOOR=${JSONATA_JS_FLOOR:-0.5} cargo bench --quiet --locked --bench jsonata
