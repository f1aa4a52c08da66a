#!/usr/bin/env bash
# The first step of action.yml: installs the wheel into a virtual environment and puts its program in the path of the steps
# that follow. VERSION is empty for the version of the action.
set -euo pipefail
version=${VERSION:-$(sed -n 's/^version = "\(.*\)"$/\1/p' "$GITHUB_ACTION_PATH/Cargo.toml" | head -n 1)}
python=$(command -v python3 || command -v python)
"$python" -m venv "$RUNNER_TEMP/sfn-tool"
programs=$RUNNER_TEMP/sfn-tool/bin
[ -d "$programs" ] || programs=$RUNNER_TEMP/sfn-tool/Scripts
"$programs/python" -m pip install --quiet --disable-pip-version-check --only-binary :all: "sfn-tool==$version"
echo "$programs" >>"$GITHUB_PATH"
