#!/usr/bin/env bash
# The second step of action.yml: annotations on stdout, findings and changes in the job's summary, and the worst exit
# status. PATHS and ARGS hold one argument per line; BASE is the commit that a pull request is against, or empty.
set -euo pipefail
mapfile -t paths < <(sed '/^[[:space:]]*$/d' <<<"$PATHS")
mapfile -t options < <(sed '/^[[:space:]]*$/d' <<<"$ARGS")
run() { # validate or lint, FORMAT, further options
    sfn-tool "$1" --format "$2" "${options[@]}" "${@:3}" -- "${paths[@]}"
}

status=0
for command in validate lint; do
    run "$command" github || { code=$?; [ "$code" -le "$status" ] || status=$code; }
done
{
    echo "## Step Functions workflows"
    echo
    # What could not be read stands in the log.
    for command in validate lint; do
        printf '### %s\n\n' "$command"
        run "$command" markdown --exit-zero 2>/dev/null || true
        echo
    done
} >>"$GITHUB_STEP_SUMMARY"
if [ "$SARIF" = true ]; then
    # A folder with a file of each command.
    sarif=$RUNNER_TEMP/sfn-tool-sarif
    mkdir -p "$sarif"
    for command in validate lint; do
        run "$command" sarif --exit-zero >"$sarif/$command.sarif" 2>/dev/null || true
        [ -s "$sarif/$command.sarif" ] || rm "$sarif/$command.sarif"
    done
    [ -z "$(ls "$sarif")" ] || echo "sarif=$sarif" >>"$GITHUB_OUTPUT"
fi
if [ "$DIFF" = true ] && [ -n "$BASE" ]; then
    git cat-file -e "$BASE^{commit}" 2>/dev/null || git fetch --quiet --depth=1 origin "$BASE"
    changes=$RUNNER_TEMP/sfn-tool-changes.md
    # 1 is: there are differences.
    sfn-tool diff --format markdown "$BASE" HEAD >"$changes" || [ $? = 1 ] || echo "The changes could not be compared." >>"$changes"
    { printf '\n### Changes\n\n' && cat "$changes"; } >>"$GITHUB_STEP_SUMMARY"
fi
exit "$status"
