#!/usr/bin/env bash
# Opens the page of 'simulate --html' in a real headless Chromium and clicks through it (tests/html.rs).
# Exit 0: all is as it should be, or there is none to be had here (then the last line says SKIPPED and why). Exit 1: it is not.
set -euo pipefail
repository=$(cd "$(dirname "$0")/.." && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

skipped() {
    echo "SKIPPED: $1"
    exit 0
}
failed() {
    echo "FAILED: $1"
    [ -z "${2:-}" ] || sed 's/^/    /' <<<"$2"
    exit 1
}

browser() {
    command -v "${CHROMIUM:-chromium}" || command -v chromium-browser || command -v google-chrome
}
if ! browser >/dev/null; then
    [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null || skipped "there is no Chromium, and it cannot be installed"
    { apt-get update -qq && apt-get install -qq --no-install-recommends chromium; } >"$scratch/apt.log" 2>&1 ||
        skipped "apt-get cannot install Chromium: $(tail -n 1 "$scratch/apt.log")"
fi
CHROMIUM=$(browser)
export CHROMIUM

cd "$repository"
cargo test --quiet --locked --test cli html:: -- --nocapture >"$scratch/test.log" 2>&1 ||
    failed "the page is not as it should be in $CHROMIUM" "$(tail -n 40 "$scratch/test.log")"
if grep -q SKIPPED "$scratch/test.log"; then failed "the test found no Chromium, though there is one" "$(cat "$scratch/test.log")"; fi
echo "$("$CHROMIUM" --version 2>/dev/null | head -n 1): opened the page, clicked, typed; nothing ran that should not"
