#!/usr/bin/env bash
# Runs a fuzz target: fuzz/run.sh TARGET [SECONDS]. Without a target it lists them.
# A stable compiler will do: what cargo-fuzz asks of nightly is let through. SANITIZER=none builds without the address
# sanitizer, which finds nothing in code that has no unsafe blocks of its own.
set -euo pipefail
cd "$(dirname "$0")/.."
export RUSTC_BOOTSTRAP=1
[ $# -gt 0 ] || exec cargo fuzz list
target=$1
seconds=${2:-60}
# Nothing that is read may take long, or much memory: the limits are the test.
exec cargo fuzz run --sanitizer "${SANITIZER:-none}" "$target" -- \
    -max_total_time="$seconds" -timeout=20 -rss_limit_mb=2048 -max_len=16384
