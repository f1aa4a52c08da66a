# How every check begins: sourced by the scripts beside it, which name what they need from outside.
# Sets `repository`, the checkout, and `scratch`, a folder that goes with the script.
set -euo pipefail
repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# What is tried cannot be had here: WHY.
skipped() {
    echo "SKIPPED: $1"
    exit 0
}

# It is not as it should be: WHAT, and a log.
failed() {
    echo "FAILED: $1"
    [ -z "${2:-}" ] || sed 's/^/    /' <<<"$2"
    exit 1
}

# Installs Debian's PACKAGE.
debian() {
    [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null || skipped "there is no $1, and it cannot be installed"
    # One check at a time: apt-get does not wait for another.
    flock /var/lock/sfn-tool-checks sh -c 'apt-get update -qq && apt-get install -qq --no-install-recommends "$1"' - "$1" \
        >"$scratch/apt.log" 2>&1 ||
        skipped "apt-get cannot install $1: $(tail -n 1 "$scratch/apt.log")"
}

# Installs PACKAGES from npm into $scratch/node_modules.
npm_packages() {
    command -v node >/dev/null && command -v npm >/dev/null || skipped "there is no node with npm"
    echo '{"private": true}' >"$scratch/package.json"
    (cd "$scratch" && timeout 300 npm install --no-audit --no-fund --ignore-scripts --prefer-offline "$@") \
        >"$scratch/npm.log" 2>&1 ||
        skipped "npm cannot install $*: $(grep -m 1 -i error "$scratch/npm.log" || tail -n 1 "$scratch/npm.log")"
}

# Installs PACKAGES from PyPI into $scratch/venv; its programs stand in $scratch/venv/bin. False where they cannot be
# had; `why` says why then.
python_packages() {
    why="there is no python3"
    command -v python3 >/dev/null || return 1
    why="python3 cannot make a virtual environment"
    python3 -m venv "$scratch/venv" >/dev/null 2>&1 || return 1
    timeout 300 "$scratch/venv/bin/pip" install --quiet --disable-pip-version-check "$@" >"$scratch/pip.log" 2>&1 || {
        why="pip cannot install $*: $(tail -n 1 "$scratch/pip.log")"
        return 1
    }
}

# Sets `tool`: the binary that SFN_TOOL names, or the release build of this checkout as it stands: an older one would
# answer for code that it does not have.
release_build() {
    tool=${SFN_TOOL:-$repository/target/release/sfn-tool}
    [ -n "${SFN_TOOL:-}" ] || (cd "$repository" && cargo build --quiet --release --locked)
}

# Sets `wheel`: the wheel, built in the target folder of the release build with the maturin that python_packages installed;
# packed as tightly as it goes, as the releases are: it is built once, and downloaded often. `packed` is empty where Debian's
# advancecomp cannot be had, which does more than zlib.
build_wheel() {
    mkdir "$scratch/wheels"
    (cd "$repository" && "$scratch/venv/bin/maturin" build --quiet --release --locked --compression-level 9 --out "$scratch/wheels") \
        >"$scratch/maturin.log" 2>&1 || failed "maturin cannot build the wheel" "$(tail -n 20 "$scratch/maturin.log")"
    wheel=$(ls "$scratch"/wheels/*.whl)
    command -v advzip >/dev/null || (debian advancecomp) >/dev/null
    packed=$(command -v advzip || true)
    [ -z "$packed" ] || advzip --quiet --recompress -3 "$wheel"
}

# Packs the VS Code extension with `tool`, as a release does, and sets `package`; its types are checked, and it is bundled.
vscode_package() {
    command -v node >/dev/null && command -v npm >/dev/null || skipped "there is no node with npm"
    case $(uname -s)-$(uname -m) in
    Linux-x86_64) target=x86_64-unknown-linux-gnu platform=linux-x64 ;;
    Linux-aarch64) target=aarch64-unknown-linux-gnu platform=linux-arm64 ;;
    *) skipped "the extension is packed on Linux only" ;;
    esac
    extension=$scratch/vscode
    mkdir "$extension"
    (cd "$repository/editors/vscode" && tar -cf - --exclude node_modules --exclude dist --exclude bin .) | tar -xf - -C "$extension"
    (cd "$extension" && timeout 300 npm ci --no-audit --no-fund --ignore-scripts --prefer-offline) >"$scratch/npm.log" 2>&1 ||
        skipped "npm cannot install the extension's packages: $(grep -m 1 -i error "$scratch/npm.log" || tail -n 1 "$scratch/npm.log")"
    (cd "$extension" && npm run --silent check) >"$scratch/types.log" 2>&1 ||
        failed "the extension's types are wrong" "$(cat "$scratch/types.log")"
    # esbuild's program comes in a package of the platform; what it would do at installation is not needed.
    SFN_TOOL_ROOT=$repository node "$extension/pack.mjs" "$scratch/packages" "$target=$tool" >"$scratch/pack.log" 2>&1 ||
        failed "the extension cannot be packed" "$(cat "$scratch/pack.log")"
    package=$(ls "$scratch/packages"/sfn-tool-"$platform"-*.vsix)
}
