#!/usr/bin/env python3
"""Writes data/api-models.txt and data/api-models.bin from AWS's own API models, as botocore publishes them.

Run by hand, when newer models are wanted:

    pip download botocore --no-deps --dest SCRATCH
    pip install zopfli
    tools/api-models/generate.py SCRATCH/botocore-*.whl

api-models.txt begins with where the models are from; then it has one line a service: its name in a Resource, the prefix
of its errors, where its block stands in api-models.bin, how long it is, and the service's place in it, from 0. A service
that Step Functions' documentation does not list has no prefix (and no block); one that botocore has no model of has no
block.

A block is zlib-compressed text, packed by Zopfli, which does 4 % more than zlib: 50 KB of each wheel. What is called
often has a block of its own, and so have the large ones; the others share blocks, with a NUL between them, which packs
better by a twelfth. The text of a service:

    ConditionalCheckFailedException InternalServerErrorException ...     the exceptions of the service
    getItem                                                              action: its input and its output are new shapes
    deleteItem 3 -                                                       its input is shape 3; it has no output
    subscribeToShard - - !                                               Step Functions does not offer it
                                                                         an empty line; then the shapes, one a line
    {!TableName s1,Key m4,Item m,Returned ,Name,...                      structure: members, ! required, ~ its token
    =ENABLED|DISABLED                                                    one of these strings

A type is the number of a shape's line, from 0; `[` and the type of the items of a list; `m` and that of the values of a
map; or a scalar: s string, t time, b blob, c what a stream or a whole body holds, i integer, f other number, o boolean, a
anything, behind it the length of a string or of bytes and the bounds of a number (s1, s..64, i0..10). Shapes are numbered
as they are first named, and there the number is left out (`Item m`, `Returned `, an action without types): numbers are what packs
worst, a tenth of all. A member without a type and the space before it is a string (`Name`). Only the shapes that some
output uses have bounds and lists of strings; of the services in SENT those that are only sent have lists as well, which
lint looks at.
"""

import gzip
import json
import pathlib
import re
import sys
import zipfile
import zlib

import zopfli.zlib

# Bounds that Step Functions was measured to have, where the API's own have moved on: "New actions and updates to
# already supported actions, such as new parameters, will not be immediately available after service SDK updates"
# [Learning to use AWS service SDK integrations in Step Functions].
MEASURED = {
    # A mocked 10241 "exceeds the maximum value" [LocalStack's recordings of AWS's TestState, of 2025-11].
    ("lambda", "MemorySize"): {"max": 10240},
}

# The services that the optimised integrations call, and S3: of all services the lists would be 30 kB.
SENT = set(
    "athena batch bedrock bedrockruntime codebuild databrew dynamodb ecs eks emr emrcontainers emrserverless eventbridge"
    " glue lambda mediaconvert s3 sagemaker sfn sns sqs".split()
)

# Bytes of the texts in a shared block: more takes longer to unpack than it saves.
SHARED = 100_000

# Characters of a mocked result [API MockInput]: a bound from here on is none.
MOCKED = 262_144

HERE = pathlib.Path(__file__).resolve().parent
DATA = HERE.parent.parent / "data"


def listed():
    """Prefix and unsupported actions of each service that Step Functions' documentation lists."""
    for line in (HERE / "services.txt").read_text().splitlines():
        if line and not line.startswith("#"):
            prefix, *unsupported = line.split()
            yield prefix.lower(), (prefix, set(unsupported))


def models(wheel):
    """The newest model of each service, by the name that Step Functions gives it: the SDK's for Java, in lower case."""
    files = {}
    with zipfile.ZipFile(wheel) as archive:
        for path in archive.namelist():
            parts = path.split("/")
            if path.startswith("botocore/data/") and parts[-1] == "service-2.json.gz":
                files[parts[2]] = max(files.get(parts[2], ""), path)
        for path in files.values():
            model = json.loads(gzip.decompress(archive.read(path)))
            identifier = model["metadata"]["serviceId"].removesuffix(" Service")
            name = re.sub("[^a-z0-9]", "", identifier.lower())
            for (service, shape), bounds in MEASURED.items():
                if service == name:
                    model["shapes"][shape].update(bounds)
            yield name, model


def uncapitalized(name):
    """`DescribeDBInstances` -> `describeDBInstances`, as the SDK for Java names its methods."""
    return name[:1].lower() + name[1:]


def exception(shape):
    """The class that the SDK for Java has for an error: `DBInstanceNotFoundFault` -> `DbInstanceNotFoundException`."""
    name = shape.removesuffix("Fault")
    if not name.endswith("Exception"):
        name += "Exception"
    words = re.findall(r"[A-Z]+(?![a-z])[0-9]*|[A-Z]?[a-z]+[0-9]*|[0-9]+", name)
    return "".join(word[:1].upper() + word[1:].lower() for word in words)


class Block:
    """The text of one service."""

    def __init__(self, model, unsupported, sent):
        self.shapes = model["shapes"]
        self.sent = sent
        self.waiting = []
        self.numbers = {}
        self.checked = set()
        operations = sorted(model["operations"].items())
        for _, operation in operations:
            if "output" in operation:
                self.mark(operation["output"]["shape"])
        errors = {e["shape"] for _, o in operations for e in o.get("errors", ())}
        rows = []
        for name, operation in operations:
            inner, outer = operation.get("input"), operation.get("output")
            streams = any(self.streams(side["shape"]) for side in (inner, outer) if side)
            if streams or name in unsupported:
                rows.append(f"{uncapitalized(name)} - - !")
                continue
            sides = f" {self.side(inner, 'input')} {self.side(outer, 'output')}"
            rows.append(uncapitalized(name) + ("" if sides.isspace() else sides))
        names = " ".join(sorted({exception(e) for e in errors}))
        # Each may name new ones, which are written behind it.
        lines = [text() for text in self.waiting]
        self.text = "\n".join([names, *rows, "", *lines]) + "\n"

    def mark(self, name):
        """Remembers the shapes that results are made of."""
        waiting = [name]
        while waiting:
            name = waiting.pop()
            if name not in self.checked:
                self.checked.add(name)
                shape = self.shapes[name]
                waiting.extend(m["shape"] for m in shape.get("members", {}).values())
                waiting.extend(shape[k]["shape"] for k in ("member", "value") if k in shape)

    def streams(self, name):
        """Whether events are sent one after the other, which Step Functions cannot."""
        members = self.shapes[name].get("members", {}).values()
        return any(self.shapes[m["shape"]].get("eventstream") for m in members)

    def side(self, side, kind):
        """The structure of an input or output, always on a line of its own."""
        return self.type(side["shape"], kind) if side else "-"

    def type(self, name, side=None):
        """A scalar, or the number of the shape's line; nothing where that is a new one."""
        shape = self.shapes[name]
        kind = shape["type"]
        checked = name in self.checked
        if shape.get("document"):
            return "a"
        if kind == "string":
            if (checked or self.sent) and "enum" in shape:
                return self.line(name, lambda: "=" + "|".join(shape["enum"]))
            return "s" + self.length(shape, checked)
        if kind in ("timestamp", "boolean"):
            return {"timestamp": "t", "boolean": "o"}[kind]
        if kind == "blob":
            return "b" + self.length(shape, checked)
        if kind in ("integer", "long", "float", "double", "bigdecimal", "biginteger"):
            bounds = ""
            if checked and ("min" in shape or "max" in shape):
                bounds = f"{shape.get('min', '')}..{shape.get('max', '')}"
            return ("i" if kind in ("integer", "long") else "f") + bounds
        if kind == "list":
            return "[" + self.type(shape["member"]["shape"])
        if kind == "map":
            return "m" + self.type(shape["value"]["shape"])
        if kind == "structure":
            return self.line((name, side), lambda: self.structure(shape, side))
        raise ValueError(kind)

    def length(self, shape, checked):
        """The least length, and behind it the greatest, where a mocked result could be longer."""
        if not checked:
            return ""
        most = shape.get("max", MOCKED)
        return str(shape.get("min") or "") + (f"..{most}" if most < MOCKED else "")

    def line(self, key, text):
        """The number of a shape's line; nothing where it is named for the first time."""
        if key in self.numbers:
            return str(self.numbers[key])
        self.numbers[key] = len(self.waiting)
        self.waiting.append(text)
        return ""

    def structure(self, shape, side):
        members = []
        for name, member in shape["members"].items():
            target = self.shapes[member["shape"]]
            required = "!" if name in shape.get("required", ()) else ""
            if required and member.get("idempotencyToken"):
                required = "~"
            # What an S3 object holds is its text, not base64; so is what a function answers.
            streaming = target.get("streaming") or member.get("streaming")
            answered = side == "output" and name == shape.get("payload")
            body = side and target["type"] == "blob" and (streaming or answered)
            if member.get("jsonvalue"):
                kind = "a"
            elif body:
                kind = "c" if side == "output" else "a"
            else:
                kind = self.type(member["shape"])
            members.append(required + name + ("" if kind == "s" else f" {kind}"))
        return "{" + ",".join(members)


def main():
    wheel = pathlib.Path(sys.argv[1])
    version = wheel.name.split("-")[1]
    services = dict(listed())
    found = dict(models(wheel))
    with zipfile.ZipFile(wheel) as archive:
        year, month, *_ = max(entry.date_time for entry in archive.infolist())
    rows = {name: f"{name} {services[name][0] if name in services else '-'}" for name in services.keys() | found.keys()}
    blocks, shared = [], []
    # Of services that are not listed only the name is kept: it exists, and may be offered by now.
    for name in sorted(services.keys() & found.keys()):
        text = Block(found[name], services[name][1], name in SENT).text.encode()
        if name in SENT or len(text) > SHARED // 2:
            blocks.append([(name, text)])
            continue
        if shared and sum(len(text) for _, text in shared) + len(text) > SHARED:
            blocks.append(shared)
            shared = []
        shared.append((name, text))
    blocks.append(shared)
    data = b""
    for block in blocks:
        whole = b"\0".join(text for _, text in block)
        packed = min(zopfli.zlib.compress(whole), zlib.compress(whole, 9), key=len)
        for place, (name, _) in enumerate(block):
            rows[name] += f" {len(data)} {len(packed)} {place}"
        data += packed
    rows = [f"botocore {version} of {year}-{month:02}", *(rows[name] for name in sorted(rows))]
    DATA.mkdir(exist_ok=True)
    (DATA / "api-models.txt").write_text("\n".join(rows) + "\n")
    (DATA / "api-models.bin").write_bytes(data)
    without = [name for name in services if name not in found]
    print(f"{len(services)} services listed, {len(data)} bytes; without a model: {' '.join(without)}")


if __name__ == "__main__":
    main()
