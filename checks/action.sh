#!/usr/bin/env bash
# Runs the steps of action.yml as GitHub does, on a repository with a pull request, with the wheel of this checkout in the place
# of PyPI's: annotations, summary, SARIF and exit status. Then the commands of GitLab's template.
# Exit 0: they work, or what is needed cannot be had here (then the last line says SKIPPED and why). Exit 1: they do not.
source "$(dirname "$0")/opening.bash"

python_packages 'maturin>=1.16,<2' pyyaml || skipped "$why"
build_wheel
export PIP_NO_INDEX=1 PIP_FIND_LINKS="$scratch/wheels"
export GITHUB_ACTION_PATH=$repository RUNNER_TEMP=$scratch/temp GITHUB_PATH=$scratch/path
export GITHUB_OUTPUT=$scratch/output GITHUB_STEP_SUMMARY=$scratch/summary.md
export GIT_CONFIG_COUNT=2 GIT_CONFIG_KEY_0=user.name GIT_CONFIG_VALUE_0=check
export GIT_CONFIG_KEY_1=user.email GIT_CONFIG_VALUE_1=check@example.invalid
mkdir "$RUNNER_TEMP"

# A pull request that lets a state lead nowhere.
git init --quiet "$scratch/user"
cd "$scratch/user"
cp "$repository/fixtures/workflows/order/definition.asl.json" order.asl.json
git add --all
git commit --quiet --message base
base=$(git rev-parse HEAD)
cp "$repository/fixtures/broken/order-workflow-missing-state.asl.json" order.asl.json
git commit --quiet --all --message change

# The commands of action.yml, in their order, with the inputs' defaults.
cat >"$scratch/steps.py" <<'SCRIPT'
import sys, yaml
action = yaml.safe_load(open(sys.argv[1]))
for step in action['runs']['steps']:
    if 'run' in step:
        print(step['run'])
SCRIPT
mapfile -t steps < <("$scratch/venv/bin/python" "$scratch/steps.py" "$repository/action.yml")
[ "${#steps[@]}" = 2 ] || failed "action.yml has ${#steps[@]} steps that run something, and this check knows two"
VERSION='' bash -c "${steps[0]}" >"$scratch/install.log" 2>&1 || failed "the action cannot install the wheel" "$(cat "$scratch/install.log")"
PATH="$(cat "$GITHUB_PATH"):$PATH"
status=0
PATHS=. ARGS='' SARIF=true DIFF=true BASE=$base bash -c "${steps[1]}" >"$scratch/check.log" 2>"$scratch/said.log" || status=$?
[ "$status" = 1 ] || failed "the check exits with $status instead of 1" "$(cat "$scratch/check.log" "$scratch/said.log")"
grep -q '^::error file=order.asl.json,line=[0-9]*.*title=MISSING_TRANSITION_TARGET' "$scratch/check.log" ||
    failed "there is no annotation" "$(cat "$scratch/check.log")"
for words in 'MISSING_TRANSITION_TARGET' '### Changes' 'CreateBackorder'; do
    grep -q "$words" "$GITHUB_STEP_SUMMARY" || failed "the summary lacks '$words'" "$(cat "$GITHUB_STEP_SUMMARY")"
done
sarif=$(sed -n 's/^sarif=//p' "$GITHUB_OUTPUT")
grep -q '"version": "2.1.0"' "$sarif" || failed "there is no SARIF" "$(cat "$GITHUB_OUTPUT")"
git checkout --quiet "$base"
PATHS=order.asl.json ARGS=--fail-on=error SARIF=false DIFF=true BASE='' bash -c "${steps[1]}" >"$scratch/check.log" 2>&1 ||
    failed "the action fails on a definition without errors" "$(cat "$scratch/check.log")"

# GitLab's: the check's commands, in which the last decides.
cat >"$scratch/script.py" <<'SCRIPT'
import sys, yaml
for line in yaml.safe_load(open(sys.argv[1]))[sys.argv[2]]['script']:
    print(line)
SCRIPT
script() { "$scratch/venv/bin/python" "$scratch/script.py" "$repository/packaging/gitlab/sfn-tool.gitlab-ci.yml" "$1"; }
git checkout --quiet -
mv order.asl.json broken.asl.json
cp "$repository"/fixtures/project/order.* .
(set -e; SFN_TOOL_PATHS=.; eval "$(script sfn-tool-check)") >"$scratch/gitlab.log" 2>&1 && failed "GitLab's check accepts a broken definition"
"$scratch/venv/bin/python" -c '
import json
entries = json.load(open("gl-code-quality-report.json"))
assert any(entry["check_name"] == "MISSING_TRANSITION_TARGET" for entry in entries), entries
' || failed "GitLab's report lacks the finding" "$(cat gl-code-quality-report.json)"
(set -e; SFN_TOOL_PATHS=.; eval "$(script sfn-tool-test)") >"$scratch/gitlab.log" 2>&1 || failed "GitLab's tests fail" "$(cat "$scratch/gitlab.log")"
grep -q '<testsuites' sfn-tool-tests.xml || failed "there is no JUnit report" "$(cat sfn-tool-tests.xml)"
echo "action and GitLab's template: annotations, summary, SARIF, code quality and test reports are as they should be"
