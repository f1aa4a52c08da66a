#!/usr/bin/env bash
# Makes the Homebrew formula and the Dockerfile of a release: packaging/render.sh VERSION SHA256SUMS FOLDER
# SHA256SUMS is what sha256sum printed of the archives sfn-tool-VERSION-TARGET.tar.gz.
set -euo pipefail
version=$1 sums=$2 folder=$3
here=$(cd "$(dirname "$0")" && pwd)
release=https://github.com/sfn-tool/sfn-tool/releases/download/v$version

render() { # TEMPLATE RESULT
    local text target sum
    text=$(sed -e "s|@VERSION@|$version|g" -e "s|@RELEASE@|$release|g" "$1")
    for target in $(grep -o '@SHA256:[^@]*@' <<<"$text" | sed 's/@SHA256:\(.*\)@/\1/' || true); do
        sum=$(awk -v archive="sfn-tool-$version-$target.tar.gz" '$2 == archive || $2 == "*" archive { print $1 }' "$sums")
        [[ $sum =~ ^[0-9a-f]{64}$ ]] || {
            echo "$sums has no sum of sfn-tool-$version-$target.tar.gz" >&2
            exit 1
        }
        text=${text//"@SHA256:$target@"/$sum}
    done
    printf '%s\n' "$text" >"$2"
}

mkdir -p "$folder"
render "$here/homebrew/sfn-tool.rb.in" "$folder/sfn-tool.rb"
render "$here/docker/Dockerfile.in" "$folder/Dockerfile"
