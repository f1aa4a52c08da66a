#!/usr/bin/env bash
# Opens a project in a real VS Code (its server part, as code-server packs it for npm, with its window in a headless Chromium) that
# has the packed extension, and goes through what it offers: vscode/trial.js says what. Run by hand: it downloads 300 MB.
# Exit 0: it works, or what is needed cannot be had here (then the last line says SKIPPED and why). Exit 1: it does not.
source "$(dirname "$0")/../opening.bash"

headers=$(dirname "$(dirname "$(readlink -f "$(command -v node || echo /)")")")
[ -f "$headers/include/node/node_api.h" ] || skipped "there is no Node.js with its headers, which VS Code's own modules are built with"
browser=$(command -v "${CHROMIUM:-chromium}" || command -v chromium-browser || command -v google-chrome) || {
    debian chromium
    browser=chromium
}
npm_packages code-server@4.99.4 node-gyp
code=$scratch/node_modules/code-server/lib/vscode
# Less the scripts of the packages: one of them wants a program from GitHub, which only a search in files needs.
(
    cd "$code"
    npm install --omit=dev --ignore-scripts --no-audit --no-fund --prefer-offline
    (cd extensions && npm install --omit=dev --ignore-scripts --no-audit --no-fund --prefer-offline)
    ln -sfn node_modules node_modules.asar
    for module in @vscode/spdlog native-watchdog node-pty @parcel/watcher; do
        (cd "node_modules/$module" && "$scratch/node_modules/.bin/node-gyp" rebuild --nodedir "$headers")
    done
) >"$scratch/code.log" 2>&1 || skipped "VS Code's modules cannot be built: $(tail -n 1 "$scratch/code.log")"

release_build
vscode_package
server() {
    node "$code/out/server-main.js" --accept-server-license-terms --disable-telemetry --server-data-dir "$scratch/data" \
        --extensions-dir "$scratch/extensions" "$@"
}
server --install-extension "$package" >"$scratch/install.log" 2>&1 ||
    failed "VS Code does not install the package" "$(cat "$scratch/install.log")"
cp -r "$(dirname "$0")/vscode" "$scratch/extensions/sfn-tool-checks.trial-0.0.1"
# VS Code lists what lies there anew.
rm -f "$scratch/extensions/extensions.json"
mkdir "$scratch/project"
cp "$repository"/fixtures/project/order.* "$scratch/project"

port=$(node -e "const s = require('net').createServer().listen(0, '127.0.0.1', () => { console.log(s.address().port); s.close(); })")
server --host 127.0.0.1 --port "$port" --without-connection-token --disable-workspace-trust >"$scratch/server.log" 2>&1 &
trap 'kill $(jobs -p) 2>/dev/null || true; wait 2>/dev/null || true; rm -rf "$scratch"' EXIT
for _ in $(seq 60); do grep -q 'listening on' "$scratch/server.log" && break || sleep 0.5; done
"$browser" --headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking \
    --disable-component-update --disable-sync --user-data-dir="$scratch/profile" --remote-debugging-port=0 \
    "http://127.0.0.1:$port/?folder=$scratch/project" >"$scratch/browser.log" 2>&1 &
told=$scratch/project/told.json
for _ in $(seq 180); do [ -f "$told" ] && break || sleep 1; done
[ -f "$told" ] || failed "nothing was told within three minutes" "$(tail -n 20 "$scratch/server.log" "$scratch/browser.log")"
node -e "
const { version, told } = JSON.parse(require('fs').readFileSync('$told', 'utf8'));
const wrong = told.filter((one) => !one.holds);
for (const { name, seen } of wrong) console.log('FAILED: ' + name + ': ' + seen);
console.log('VS Code ' + version + ': ' + (told.length - wrong.length) + ' of ' + told.length + ' hold');
process.exit(wrong.length === 0 && told.length > 15 ? 0 : 1);"
