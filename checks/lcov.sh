#!/usr/bin/env bash
# Writes coverage with 'test --coverage-lcov' and has the real genhtml (Debian's lcov) make pages of it.
# Exit 0: it takes them without a word, and counts what we count; or it cannot be had here (then the last line says
# SKIPPED and why). Exit 1: it does not.
source "$(dirname "$0")/opening.bash"

command -v genhtml >/dev/null || debian lcov
command -v python3 >/dev/null || skipped "there is no python3 to read the coverage with"
release_build

cd "$repository"
"$tool" test fixtures/project --coverage-lcov "$scratch/lcov.info" --coverage-json "$scratch/coverage.json" >"$scratch/test.log" ||
    failed "the tests of fixtures/project do not pass" "$(cat "$scratch/test.log")"
# A definition on one line, as CDK writes them.
mkdir "$scratch/minified"
tr -d '\n' <fixtures/project/order.asl.json >"$scratch/minified/order.asl.json"
cp fixtures/project/order.sfn-test.yaml "$scratch/minified"
"$tool" test "$scratch/minified" --coverage-lcov "$scratch/minified.info" >"$scratch/test.log" ||
    failed "the tests of the minified definition do not pass" "$(cat "$scratch/test.log")"

for trace in lcov minified; do
    genhtml --branch-coverage --output-directory "$scratch/$trace" "$scratch/$trace.info" >"$scratch/genhtml.log" 2>&1 ||
        failed "genhtml refuses $trace.info" "$(cat "$scratch/genhtml.log")"
    words=$(grep -i -e warning -e error "$scratch/genhtml.log" | grep -v -e 'no data' -e '0 error' || true)
    [ -z "$words" ] || failed "genhtml complains about $trace.info" "$words"
done

genhtml --branch-coverage --output-directory "$scratch/html" "$scratch/lcov.info" >"$scratch/genhtml.log" 2>&1
for part in 'lines:states' 'branches:transitions'; do
    ours=$(python3 -c 'import json, sys
part = json.load(open(sys.argv[1]))["definitions"][0][sys.argv[2]]
print("(%d of %d " % (part["taken"], part["of"]))' "$scratch/coverage.json" "${part#*:}")
    grep "${part%:*}" "$scratch/genhtml.log" | grep -qF "$ours" ||
        failed "genhtml counts other ${part%:*} than $ours${part#*:})" "$(cat "$scratch/genhtml.log")"
done
echo "lcov $(genhtml --version | grep -o '[0-9][0-9.]*' | head -n 1): genhtml takes the coverage and counts the same"
