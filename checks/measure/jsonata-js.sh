#!/usr/bin/env bash
# Measures expressions beside jsonata-js (from npm) in one run: see benches/jsonata.rs, which prints both. Run by hand: it
# builds all that benches need, which .ci/run has no time for.
# Exit 0: half of what each is to reach is reached, whatever else the machine does meanwhile; or jsonata-js cannot be had
# here (then the last line says SKIPPED and why). Exit 1: it is not.
source "$(dirname "$0")/../opening.bash"

npm_packages jsonata@2
cd "$repository"
JSONATA_JS=$scratch JSONATA_JS_FLOOR=${JSONATA_JS_FLOOR:-0.5} cargo bench --quiet --locked --bench jsonata
