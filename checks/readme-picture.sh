#!/usr/bin/env bash
# Takes README's picture, docs/images/execution.png: the page of a fixture's run in a headless Chromium.
# 'checks/readme-picture.sh --write' takes it anew, and notes the digest of the page beside it; without that, it looks
# whether the picture that is there was taken from the page as it is now, and whether one can be taken.
# Exit 0: so it is, or there is no Chromium to be had here (then the last line says SKIPPED and why). Exit 1: it is not.
source "$(dirname "$0")/opening.bash"

release_build
fixture=$repository/fixtures/workflows/checkout
images=$repository/docs/images
"$tool" simulate "$fixture/definition.asl.json" --input "$fixture/runs/paid-at-second-try.input.json" \
    --mocks "$fixture/runs/paid-at-second-try.mocks.yaml" --state-machine-name checkout \
    --html "$scratch/execution.html" >/dev/null
digest=$(sha256sum <"$scratch/execution.html" | cut -d ' ' -f 1)
if [ "${1:-}" != --write ]; then
    [ "$digest" = "$(cat "$images/execution.sha256")" ] ||
        failed "the page has changed since README's picture was taken" "checks/readme-picture.sh --write takes it anew"
    # The check of all pages installs one where it can.
    browser=${CHROMIUM:-$(command -v chromium || command -v chromium-browser || command -v google-chrome)} ||
        skipped "the page is that of README's picture; there is no Chromium to take one with"
else
    browser=${CHROMIUM:-$(command -v chromium || command -v chromium-browser || command -v google-chrome)} || {
        debian chromium
        browser=$(command -v chromium)
    }
fi
# The fourth visit is the task that was retried.
timeout 120 "$browser" --headless --no-sandbox --disable-gpu --hide-scrollbars --user-data-dir="$scratch/profile" \
    --window-size=1360,860 --virtual-time-budget=3000 --screenshot="$scratch/execution.png" \
    "file://$scratch/execution.html#v3" >"$scratch/chromium.log" 2>&1 && [ -s "$scratch/execution.png" ] ||
    skipped "Chromium takes no picture here: $(tail -n 1 "$scratch/chromium.log")"
size=$(stat -c %s "$scratch/execution.png")
[ "$size" -lt 200000 ] || failed "the picture has $size bytes, which is too much for a README"
if [ "${1:-}" = --write ]; then
    mkdir -p "$images"
    cp "$scratch/execution.png" "$images/execution.png"
    echo "$digest" >"$images/execution.sha256"
    echo "took docs/images/execution.png, $size bytes"
else
    echo "README's picture is of the page as it is now; one can be taken ($size bytes)"
fi
