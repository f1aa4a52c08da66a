#!/usr/bin/env bash
# Builds the wheel with maturin (from PyPI) in the target folder of the release build, installs it in a bare virtual
# environment with nothing else in reach, and runs it; then the same through the hooks of packaging/pre-commit, with the real
# pre-commit and pip kept to the wheel.
# Exit 0: it works, or what is needed cannot be had here (then the last line says SKIPPED and why). Exit 1: it does not.
source "$(dirname "$0")/opening.bash"

python_packages 'maturin>=1.16,<2' 'pre-commit>=4,<5' setuptools wheel || skipped "$why"
build_wheel
size=$(stat --format %s "$wheel")
[ -z "$packed" ] || [ "$size" -le $((8 * 1024 * 1024)) ] || failed "the wheel has $size bytes, which is more than 8 MiB"

python3 -m venv "$scratch/bare"
"$scratch/bare/bin/pip" install --quiet --disable-pip-version-check --no-index "$wheel"
order=$repository/fixtures/workflows/order
(cd "$repository" && sh packaging/smoke.sh "$scratch/bare/bin/sfn-tool") >"$scratch/smoke.log" 2>&1 ||
    failed "the program of the wheel does not run the order's workflow" "$(cat "$scratch/smoke.log")"

# The hooks, as somebody uses them who has neither Rust nor an index with anything but the wheel and setuptools.
cp -r "$repository/packaging/pre-commit" "$scratch/hooks"
export GIT_CONFIG_COUNT=2 GIT_CONFIG_KEY_0=user.name GIT_CONFIG_VALUE_0=check
export GIT_CONFIG_KEY_1=user.email GIT_CONFIG_VALUE_1=check@example.invalid
git init --quiet "$scratch/hooks"
git -C "$scratch/hooks" add --all
git -C "$scratch/hooks" commit --quiet --message hooks
"$scratch/venv/bin/pip" wheel --quiet --disable-pip-version-check --wheel-dir "$scratch/wheels" setuptools wheel \
    >"$scratch/pip.log" 2>&1 || skipped "setuptools cannot be had: $(tail -n 1 "$scratch/pip.log")"
export PRE_COMMIT_HOME="$scratch/home" PRE_COMMIT_COLOR=never
export PIP_NO_INDEX=1 PIP_FIND_LINKS="$scratch/wheels"
git init --quiet "$scratch/user"
cd "$scratch/user"
ids=$(sed -n 's/^- id: //p' "$scratch/hooks/.pre-commit-hooks.yaml")
{
    printf 'repos:\n  - repo: file://%s\n    rev: %s\n    hooks:\n' "$scratch/hooks" \
        "$(git -C "$scratch/hooks" rev-parse HEAD)"
    printf '      - id: %s\n' $ids
} >.pre-commit-config.yaml
cp "$order/definition.asl.json" order.asl.json
git add --all
for id in $ids; do
    # Without cargo in reach.
    log=$(PATH="$scratch/venv/bin:/usr/local/bin:/usr/bin:/bin" pre-commit run "$id" --all-files --verbose 2>&1) && status=0 || status=$?
    case $id in
    # The order's workflow has what lint finds.
    sfn-tool-lint | sfn-tool-check)
        [ "$status" != 0 ] && grep -q 'order.asl.json' <<<"$log" || failed "the hook $id finds nothing in the order's workflow" "$log"
        ;;
    sfn-tool-fmt) ;;
    *) [ "$status" = 0 ] && grep -q Passed <<<"$log" || failed "the hook $id fails on the order's workflow" "$log" ;;
    esac
done
cp "$repository/fixtures/broken/order-workflow-missing-state.asl.json" broken.asl.json
git add --all
log=$("$scratch/venv/bin/pre-commit" run sfn-tool-validate --all-files 2>&1) && failed "the hook accepts a broken definition" "$log"
grep -q MISSING_TRANSITION_TARGET <<<"$log" || failed "the hook does not name the finding" "$log"
echo "$(basename "$wheel"), $((size / 1000)) kB: installs and runs, alone and as a pre-commit hook"
