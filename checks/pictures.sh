#!/usr/bin/env bash
# Draws every definition of the fixtures, and every workflow of the recorded answers where they lie beside the checkout,
# with 'graph --format svg', and looks in the pictures for what touches: labels, lines, boxes.
# Exit 0: nothing does, or there is no python3 (then the last line says SKIPPED and why). Exit 1: something does.
source "$(dirname "$0")/opening.bash"

command -v python3 >/dev/null || skipped "there is no python3"
release_build

mkdir "$scratch/definitions" "$scratch/drawn"
cases=$repository/../shared/conformance/cases
python3 - "$cases" "$scratch/definitions" <<'SCRIPT'
import json, pathlib, sys

cases, folder = map(pathlib.Path, sys.argv[1:])
seen = set()
for file in sorted(cases.glob("*.jsonl")):
    for line in file.open():
        open_values = [json.loads(line)]
        while open_values:
            value = open_values.pop()
            if isinstance(value, list):
                open_values.extend(value)
            elif isinstance(value, dict):
                open_values.extend(value.values())
                text = json.dumps(value)
                if "StartAt" in value and "States" in value and text not in seen:
                    seen.add(text)
                    (folder / f"{len(seen)}.asl.json").write_text(text)
            elif isinstance(value, str) and '"StartAt"' in value:
                try:
                    open_values.append(json.loads(value))
                except ValueError:
                    pass
SCRIPT
recorded=$(find "$scratch/definitions" -name '*.json' | wc -l)
count=0
while IFS= read -r definition; do
    # What is no definition has no picture, and what no picture can show says so.
    count=$((count + 1))
    "$tool" graph --format svg "$definition" >"$scratch/drawn/$count.svg" 2>/dev/null || rm "$scratch/drawn/$count.svg"
done < <(find "$repository/fixtures" -name '*.asl.*' ! -name '*.expected' ; find "$scratch/definitions" -name '*.json')
drawn=$(find "$scratch/drawn" -name '*.svg' | wc -l)
[ "$drawn" -gt 200 ] || failed "only $drawn of $count definitions are drawn"
words=$(find "$scratch/drawn" -name '*.svg' -print0 | xargs -0 python3 "$repository/checks/pictures/overlaps.py") ||
    failed "something touches what it must not" "$words"
# Does it look at all? A label moved aside lies on something.
"$tool" graph --format svg "$repository/fixtures/workflows/order/definition.asl.json" >"$scratch/moved.svg"
python3 - "$scratch/moved.svg" <<'SCRIPT'
import pathlib, re, sys

file = pathlib.Path(sys.argv[1])
text = file.read_text()
state = re.search(r'data-state="0".*?<rect x="([\d.]+)" y="([\d.]+)"', text, re.S)
label = re.compile(r'(<g class="label[^>]*>.*?<rect) x="[\d.]+" y="[\d.]+"', re.S)
file.write_text(label.sub(rf'\1 x="{state[1]}" y="{state[2]}"', text, count=1))
SCRIPT
! python3 "$repository/checks/pictures/overlaps.py" "$scratch/moved.svg" >/dev/null ||
    failed "a label that lies on a state is not found"
echo "nothing touches in $drawn pictures, $recorded of them of recorded workflows"
