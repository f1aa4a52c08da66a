#!/usr/bin/env bash
# Draws definitions with 'graph --format dot' and has the real graphviz (Debian's) lay them out.
# Exit 0: it takes them without a word, or cannot be had here (then the last line says SKIPPED and why). Exit 1: it does not.
source "$(dirname "$0")/opening.bash"

command -v dot >/dev/null || debian graphviz
release_build

count=0
for definition in "$repository"/fixtures/workflows/*/definition.* "$repository"/fixtures/broken/*.asl.json \
    "$repository"/fixtures/graph/*; do
    # Texts that are no definition have no states to draw.
    case $definition in */text-*) continue ;; esac
    "$tool" graph --format dot "$definition" >"$scratch/graph.dot"
    words=$(dot -Tplain "$scratch/graph.dot" 2>&1 >"$scratch/graph.plain") || failed "graphviz refuses $definition" "$words"
    # Fonts are the machine's business.
    words=$(grep -vi -e fontconfig -e 'font' <<<"$words" || true)
    [ -z "$words" ] || failed "graphviz warns about $definition" "$words"
    # The picture that we lay out ourselves, while we are here.
    "$tool" graph --format svg "$definition" >"$scratch/graph.svg"
    if command -v python3 >/dev/null; then
        words=$(python3 -c 'import sys, xml.dom.minidom; xml.dom.minidom.parse(sys.argv[1])' "$scratch/graph.svg" 2>&1) ||
            failed "the svg of $definition is no XML" "$words"
    fi
    count=$((count + 1))
done

# Ten states with names that try to break out, the start and the end: no name may have made a node of its own.
"$tool" graph --format dot "$repository/fixtures/graph/hostile-names.asl.json" | dot -Tplain >"$scratch/hostile.plain"
nodes=$(grep -c '^node ' "$scratch/hostile.plain")
[ "$nodes" = 12 ] || failed "hostile names give $nodes nodes instead of 12" "$(cat "$scratch/hostile.plain")"
echo "graphviz $(dot -V 2>&1 | grep -o '[0-9.]*' | head -n 1): draws $count definitions without a warning"
