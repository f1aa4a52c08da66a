#!/usr/bin/env bash
# The second step of action.yml: annotations on stdout, findings and changes in the job's summary, and the exit status of the
# check. PATHS and ARGS hold one argument per line; BASE is the commit that a pull request is against, or empty.
set -euo pipefail
mapfile -t paths < <(sed '/^[[:space:]]*$/d' <<<"$PATHS")
mapfile -t options < <(sed '/^[[:space:]]*$/d' <<<"$ARGS")
check() { # FORMAT, further options
    sfn-tool check --format "$1" "${options[@]}" "${@:2}" -- "${paths[@]}"
}

status=0
check github || status=$?
{
    echo "## Step Functions workflows"
    echo
    # What could not be read stands in the log.
    check markdown --exit-zero 2>/dev/null || true
} >>"$GITHUB_STEP_SUMMARY"
if [ "$SARIF" = true ]; then
    sarif=$RUNNER_TEMP/sfn-tool.sarif
    check sarif --exit-zero >"$sarif" 2>/dev/null || true
    [ ! -s "$sarif" ] || echo "sarif=$sarif" >>"$GITHUB_OUTPUT"
fi
if [ "$DIFF" = true ] && [ -n "$BASE" ]; then
    git cat-file -e "$BASE^{commit}" 2>/dev/null || git fetch --quiet --depth=1 origin "$BASE"
    changes=$RUNNER_TEMP/sfn-tool-changes.md
    # 1 is: there are differences.
    sfn-tool diff --format markdown "$BASE" HEAD >"$changes" || [ $? = 1 ] || echo "The changes could not be compared." >>"$changes"
    { printf '\n### Changes\n\n' && cat "$changes"; } >>"$GITHUB_STEP_SUMMARY"
fi
exit "$status"
