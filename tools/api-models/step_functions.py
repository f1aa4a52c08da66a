#!/usr/bin/env python3
"""Writes data/step-functions-api.json: what Step Functions' own API takes and answers, from AWS's model as botocore has it.

Run by hand, when a newer model is wanted:

    pip download botocore --no-deps --dest SCRATCH
    tools/api-models/step_functions.py SCRATCH/botocore-*.whl

Documentation is left out, and so are the URLs. `operations` has for each operation its input, its output and its errors;
`shapes` has the shapes in the order of the model, and so are the members of each: answers are written in that order.
"""

import gzip
import json
import pathlib
import sys
import zipfile

DATA = pathlib.Path(__file__).resolve().parent.parent.parent / "data"
KEPT = ("type", "min", "max", "pattern", "enum", "sensitive", "required", "exception")


def shape(model):
    found = {key: model[key] for key in KEPT if key in model}
    if model["type"] == "structure":
        found["members"] = {name: member["shape"] for name, member in model["members"].items()}
    for key in ("member", "key", "value"):
        if key in model:
            found[key] = model[key]["shape"]
    return found


def main():
    wheel = pathlib.Path(sys.argv[1])
    with zipfile.ZipFile(wheel) as archive:
        paths = [p for p in archive.namelist() if p.startswith("botocore/data/stepfunctions/") and p.endswith("service-2.json.gz")]
        model = json.loads(gzip.decompress(archive.read(max(paths))))
    operations = {
        name: {
            "input": operation["input"]["shape"],
            "output": operation["output"]["shape"],
            "errors": [error["shape"] for error in operation.get("errors", ())],
        }
        for name, operation in model["operations"].items()
    }
    written = {
        "from": "botocore " + wheel.name.split("-")[1],
        "operations": operations,
        "shapes": {name: shape(found) for name, found in model["shapes"].items()},
    }
    text = json.dumps(written, separators=(",", ":"))
    (DATA / "step-functions-api.json").write_text(text.replace('},"', '},\n"') + "\n")
    print(f"{len(operations)} operations, {len(text)} bytes")


if __name__ == "__main__":
    main()
