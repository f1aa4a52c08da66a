#!/usr/bin/env bash
# Packs the packages for npm with the release build, installs them offline from their files, and runs them: the exit status
# and a signal pass through, a missing platform is told, and no script runs at installation.
# Exit 0: it works, or there is no npm here (then the last line says SKIPPED and why). Exit 1: it does not.
source "$(dirname "$0")/opening.bash"

command -v node >/dev/null && command -v npm >/dev/null || skipped "there is no node with npm"
case $(uname -s)-$(uname -m) in
Linux-x86_64) target=x86_64-unknown-linux-gnu npm=linux-x64 ;;
Linux-aarch64) target=aarch64-unknown-linux-gnu npm=linux-arm64 ;;
*) skipped "packages are tried on Linux only" ;;
esac
release_build
export npm_config_cache="$scratch/cache" npm_config_offline=true npm_config_audit=false npm_config_fund=false
export npm_config_update_notifier=false
node "$repository/packaging/npm/pack.mjs" "$scratch/packages" "$target=$tool" >"$scratch/pack.log" 2>&1 ||
    failed "the packages cannot be packed" "$(cat "$scratch/pack.log")"
version=$(node -p "require('$repository/packaging/npm/sfn-tool/package.json').version")
main=$scratch/packages/sfn-tool-$version.tgz
program=$scratch/packages/sfn-tool-$npm-$version.tgz

install() { # FOLDER PACKAGES...
    mkdir -p "$1"
    (cd "$1" && echo '{"private": true}' >package.json && npm install --ignore-scripts=false "${@:2}") >"$scratch/npm.log" 2>&1
}
install "$scratch/user" "$main" "$program" || failed "npm cannot install the packages offline" "$(cat "$scratch/npm.log")"
run=$scratch/user/node_modules/.bin/sfn-tool
(cd "$repository" && sh packaging/smoke.sh "$run") >"$scratch/smoke.log" 2>&1 ||
    failed "the installed program does not run the order's workflow" "$(cat "$scratch/smoke.log")"
(cd "$scratch/user" && npx --no-install sfn-tool --version) >"$scratch/npx.log" 2>&1 ||
    failed "npx does not run it" "$(cat "$scratch/npx.log")"
tar -xzOf "$main" package/package.json | grep -q '"\(pre\|post\)\?install"' && failed "a script runs at installation"

# The exit statuses.
order=$repository/fixtures/workflows/order/definition.asl.json
broken=$repository/fixtures/broken/order-workflow-missing-state.asl.json
status() { "$run" "$@" >/dev/null 2>&1 && echo 0 || echo $?; }
[ "$(status validate "$order")" = 0 ] || failed "validate exits with $(status validate "$order") instead of 0"
[ "$(status validate "$broken")" = 1 ] || failed "validate exits with $(status validate "$broken") instead of 1"
[ "$(status validate /no/such/file)" = 2 ] || failed "validate exits with $(status validate /no/such/file) instead of 2"

# A signal: the program waits for stdin, which stays open; it and the shim end as the signal ends a program.
mkfifo "$scratch/open"
"$run" validate - <"$scratch/open" >"$scratch/signal.log" 2>&1 &
shim=$!
exec 3>"$scratch/open"
child=
for _ in $(seq 100); do
    child=$(cat "/proc/$shim/task/$shim/children" 2>/dev/null | tr -d ' ') && [ -n "$child" ] && break
    sleep 0.1
done
[ -n "$child" ] || failed "the shim starts no program" "$(cat "$scratch/signal.log")"
kill -TERM "$shim"
ended=0
wait "$shim" || ended=$?
exec 3>&-
[ "$ended" = 143 ] || failed "after SIGTERM the status is $ended instead of 143" "$(cat "$scratch/signal.log")"
[ ! -e "/proc/$child" ] || failed "the program outlives its shim"

# Without the platform's package: told, with exit status 2.
install "$scratch/bare" --omit=optional "$main" || failed "npm cannot install the main package alone" "$(cat "$scratch/npm.log")"
words=$("$scratch/bare/node_modules/.bin/sfn-tool" --version 2>&1) && failed "it runs without a program"
grep -q 'no program for linux' <<<"$words" || failed "a missing platform is not told" "$words"
echo "npm $(npm --version): the packages install offline and run"
