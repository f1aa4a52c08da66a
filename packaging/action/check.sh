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
    git cat-file -e "$BASE^{commit}" 2>/dev/null || git fetch --quiet --depth=1 origin "$BASE" || true
    # Where the history is there, what the base branch got meanwhile is none of the pull request's changes.
    old=$(git merge-base "$BASE" HEAD 2>/dev/null || echo "$BASE")
    changes=$RUNNER_TEMP/sfn-tool-changes.md
    errors=$RUNNER_TEMP/sfn-tool-changes.log
    # All of the repository, unless the paths name parts of it.
    compared=("${paths[@]}")
    for path in "${paths[@]}"; do
        case $path in . | ./ | *[*?[]*) compared=(HEAD) ;; esac
    done
    same=true
    printf '\n### Changes\n\n' >>"$GITHUB_STEP_SUMMARY"
    for path in "${compared[@]}"; do
        code=0
        sfn-tool diff --format markdown "$old" "$path" >"$changes" 2>"$errors" || code=$?
        cat "$errors" >&2
        [ "$code" = 0 ] && continue
        same=false
        {
            cat "$changes"
            # 1 is: there are differences.
            [ "$code" = 1 ] || printf '\nNot all could be compared:\n\n~~~~~text\n%s\n~~~~~\n' "$(head -c 4000 "$errors")"
        } >>"$GITHUB_STEP_SUMMARY"
    done
    [ "$same" = false ] || echo "No difference in meaning." >>"$GITHUB_STEP_SUMMARY"
fi
exit "$status"
