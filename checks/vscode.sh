#!/usr/bin/env bash
# Packs the VS Code extension with the release build, as a release does: its types are checked, it is bundled, and what is in the
# package is looked at. VS Code itself is not run.
# Exit 0: it works, or there is no npm here (then the last line says SKIPPED and why). Exit 1: it does not.
source "$(dirname "$0")/opening.bash"

command -v node >/dev/null && command -v npm >/dev/null || skipped "there is no node with npm"
case $(uname -s)-$(uname -m) in
Linux-x86_64) target=x86_64-unknown-linux-gnu platform=linux-x64 ;;
Linux-aarch64) target=aarch64-unknown-linux-gnu platform=linux-arm64 ;;
*) skipped "the extension is packed on Linux only" ;;
esac
release_build
extension=$scratch/vscode
mkdir "$extension"
(cd "$repository/editors/vscode" && tar -cf - --exclude node_modules --exclude dist --exclude bin .) | tar -xf - -C "$extension"
(cd "$extension" && timeout 300 npm ci --no-audit --no-fund --ignore-scripts --prefer-offline) >"$scratch/npm.log" 2>&1 ||
    skipped "npm cannot install the extension's packages: $(grep -m 1 -i error "$scratch/npm.log" || tail -n 1 "$scratch/npm.log")"
(cd "$extension" && npm run --silent check) >"$scratch/types.log" 2>&1 ||
    failed "the extension's types are wrong" "$(cat "$scratch/types.log")"
# esbuild's program comes in a package of the platform; what it would do at installation is not needed.
SFN_TOOL_ROOT=$repository node "$extension/pack.mjs" "$scratch/packages" "$target=$tool" >"$scratch/pack.log" 2>&1 ||
    failed "the extension cannot be packed" "$(cat "$scratch/pack.log")"
package=$(ls "$scratch/packages"/sfn-tool-"$platform"-*.vsix)

# A .vsix is a zip file: Python reads it where there is no unzip.
command -v python3 >/dev/null || skipped "there is no python3 to read the package"
python3 -m zipfile -e "$package" "$scratch/unpacked"
inside=$scratch/unpacked/extension
cmp -s "$tool" "$inside/bin/sfn-tool" || failed "the program in the package is another one"
grep -q "TargetPlatform=\"$platform\"" "$scratch/unpacked/extension.vsixmanifest" ||
    failed "the package is not for $platform" "$(cat "$scratch/unpacked/extension.vsixmanifest")"
found=$(cd "$inside" && find . -type f | sort | tr '\n' ' ')
for file in $found; do
    case $file in
    ./LICENSE* | ./NOTICE | ./bin/sfn-tool | ./dist/extension.js | ./package.json | ./readme.md) ;;
    *) failed "the package has a file that nobody needs: $file" ;;
    esac
done

# What is bundled can be loaded, and begins and ends as VS Code wants it; VS Code's own module is a stand-in.
cat >"$scratch/load.cjs" <<'END'
const Module = require('node:module');
const stand = () => new Proxy(function () {}, { get: (of, name) => (name === 'prototype' ? of.prototype : stand()), apply: stand, construct: stand });
const load = Module._load;
Module._load = (name, ...rest) => (name === 'vscode' ? stand() : load(name, ...rest));
const { activate, deactivate } = require(process.argv[2]);
if (typeof activate !== 'function' || typeof deactivate !== 'function') process.exit(1);
END
node "$scratch/load.cjs" "$inside/dist/extension.js" >"$scratch/load.log" 2>&1 ||
    failed "the bundle cannot be loaded" "$(cat "$scratch/load.log")"
# Each command that is offered is registered.
for command in $(node -p "require('$inside/package.json').contributes.commands.map((entry) => entry.command).join(' ')"); do
    grep -q "\"$command\"" "$inside/dist/extension.js" || failed "the command $command is offered and not registered"
done
echo "the extension for $platform has $(stat -c %s "$package" | numfmt --to=si)B, the program in it included"
