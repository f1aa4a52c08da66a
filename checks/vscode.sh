#!/usr/bin/env bash
# Packs the VS Code extension with the release build, as a release does: its types are checked, it is bundled, and what is in the
# package is looked at. measure/vscode.sh runs it in VS Code.
# Exit 0: it works, or there is no npm here (then the last line says SKIPPED and why). Exit 1: it does not.
source "$(dirname "$0")/opening.bash"

release_build
vscode_package

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
