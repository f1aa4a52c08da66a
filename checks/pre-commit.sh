#!/usr/bin/env bash
# Tries the hooks of .pre-commit-hooks.yaml with the real pre-commit (from PyPI) in a scratch repository: installed from
# the package that cargo makes, so that the package is proven whole by the same stroke.
# Exit 0: they work, or pre-commit cannot be had here (then the last line says SKIPPED and why). Exit 1: they do not.
source "$(dirname "$0")/opening.bash"

# Hooks are installed with 'cargo install': build in this checkout's target folder, where the dependencies are.
export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-$repository/target}"
package() {
    (cd "$repository" && cargo package --quiet --locked --allow-dirty "$@")
}

if ! python_packages 'pre-commit>=4,<5'; then
    package
    skipped "$why"
fi
export PRE_COMMIT_HOME="$scratch/home" PRE_COMMIT_COLOR=never
export GIT_CONFIG_COUNT=2 GIT_CONFIG_KEY_0=user.name GIT_CONFIG_VALUE_0=check
export GIT_CONFIG_KEY_1=user.email GIT_CONFIG_VALUE_1=check@example.invalid

# What is tried is that they install and run, not how fast: optimising the crate once more takes minutes. What they build
# goes to a folder of their own, so that the release build of this checkout stays what it is.
mkdir "$scratch/.cargo"
cat >"$scratch/.cargo/config.toml" <<CONFIG
[build]
build-dir = "$CARGO_TARGET_DIR"

[profile.release.package.sfn-tool]
opt-level = 0
codegen-units = 16
CONFIG

# The hooks as they stand here, committed or not.
rm -f "$CARGO_TARGET_DIR"/package/sfn-tool-*.crate
package --no-verify
git init --quiet "$scratch/hooks"
tar -xzf "$CARGO_TARGET_DIR"/package/sfn-tool-*.crate -C "$scratch/hooks" --strip-components=1
export CARGO_TARGET_DIR=$scratch/target
git -C "$scratch/hooks" add --all
git -C "$scratch/hooks" commit --quiet --message hooks
revision=$(git -C "$scratch/hooks" rev-parse HEAD)

git init --quiet "$scratch/user"
cd "$scratch/user"
cat >.pre-commit-config.yaml <<CONFIG
repos:
  - repo: file://$scratch/hooks
    rev: $revision
    hooks:
      - id: sfn-tool-validate
      - id: sfn-tool-lint
      - id: sfn-tool-fmt
CONFIG
run() { # hook: sets status and output
    status=0
    output=$("$scratch/venv/bin/pre-commit" run "$1" --all-files 2>&1) || status=$?
}

cat >good.asl.json <<'ASL'
{"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}}
ASL
printf 'StartAt: Done\nStates:\n  Done:\n    Type: Succeed\n' >good.asl.yaml
echo '{"StartAt": "not a definition"}' >other.json
git add --all
run sfn-tool-validate
[ "$status" = 0 ] || failed "sfn-tool-validate refuses good definitions, or cannot be installed" "$output"
grep -q Passed <<<"$output" || failed "sfn-tool-validate did not run on good definitions" "$output"
run sfn-tool-lint
[ "$status" = 0 ] || failed "sfn-tool-lint refuses good definitions" "$output"

# A target that no state is: validate's finding. A loop that nothing ends: lint's.
cp "$repository/fixtures/broken/order-workflow-missing-state.asl.json" broken.asl.json
git add --all
run sfn-tool-validate
[ "$status" != 0 ] || failed "sfn-tool-validate accepts a broken definition" "$output"
grep -q MISSING_TRANSITION_TARGET <<<"$output" || failed "sfn-tool-validate does not name the finding" "$output"
grep -q broken.asl.json <<<"$output" || failed "sfn-tool-validate does not name the file" "$output"
grep -q other.json <<<"$output" && failed "sfn-tool-validate looks at files that are no definitions" "$output"
git rm --quiet --force broken.asl.json
cp "$repository/fixtures/rules/no-way-out/bad-in-processor.asl.json" regretted.asl.json
git add --all
run sfn-tool-lint
[ "$status" != 0 ] || failed "sfn-tool-lint finds nothing in a definition with a loop that nothing ends" "$output"
grep -q 'regretted.asl.json' <<<"$output" || failed "sfn-tool-lint does not name the file" "$output"
git rm --quiet --force regretted.asl.json

# Fields out of order: fmt rewrites the file, which fails the hook, and is content the second time.
echo '{"States": {"Done": {"Type": "Succeed"}}, "StartAt": "Done"}' >good.asl.json
git add --all
run sfn-tool-fmt
[ "$status" != 0 ] || failed "sfn-tool-fmt leaves a file as it is that is not in canonical form" "$output"
grep -q '^  "StartAt": "Done",$' good.asl.json || failed "sfn-tool-fmt did not rewrite the file" "$(cat good.asl.json)"
git add --all
run sfn-tool-fmt
[ "$status" = 0 ] || failed "sfn-tool-fmt is not content with what it wrote" "$output"

# What is excluded is left alone, though pre-commit names it; a template of Terraform's is looked at if it is a definition.
echo 'exclude = ["kept.asl.json"]' >sfn-tool.toml
echo '{"States": {"Done": {"Type": "Succeed"}}, "StartAt": "Gone"}' >kept.asl.json
echo 'echo ${name}' >user-data.sh.tftpl
git add --all
for hook in sfn-tool-fmt sfn-tool-validate; do
    run "$hook"
    [ "$status" = 0 ] || failed "$hook looks at what is excluded, or at what is no definition" "$output"
done
mv kept.asl.json flow.asl.json.tftpl
git add --all
run sfn-tool-validate
grep -q 'flow.asl.json.tftpl' <<<"$output" || failed "sfn-tool-validate does not look at a template" "$output"
echo "pre-commit $("$scratch/venv/bin/pre-commit" --version | cut -d' ' -f2): all hooks install, pass and fail as they should"
