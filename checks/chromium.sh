#!/usr/bin/env bash
# Opens the page of 'simulate --html' in a real headless Chromium and clicks through it (tests/html.rs).
# Exit 0: all is as it should be, or there is none to be had here (then the last line says SKIPPED and why). Exit 1: it is not.
source "$(dirname "$0")/opening.bash"

browser() {
    command -v "${CHROMIUM:-chromium}" || command -v chromium-browser || command -v google-chrome
}
if ! browser >/dev/null; then
    debian chromium
fi
CHROMIUM=$(browser)
export CHROMIUM

cd "$repository"
cargo test --quiet --locked --test cli html:: -- --nocapture >"$scratch/test.log" 2>&1 ||
    failed "the page is not as it should be in $CHROMIUM" "$(tail -n 40 "$scratch/test.log")"
if grep -q SKIPPED "$scratch/test.log"; then failed "the test found no Chromium, though there is one" "$(cat "$scratch/test.log")"; fi
echo "$("$CHROMIUM" --version 2>/dev/null | head -n 1): opened the page, clicked, typed; nothing ran that should not"
