"""Whether anything in a picture of 'graph --format svg' touches what it must not: FILE... prints what does.

Boxes of states touch no other box but those around them, labels touch no box, no other label and no line but their own,
lines touch no box. All is read from the picture itself; how wide letters are is the picture's own estimate.
"""

import re
import sys
import xml.etree.ElementTree as xml

NAMESPACE = "{http://www.w3.org/2000/svg}"
# Lines end at the sides of boxes: what is shared by less is none.
SLACK = 0.6


def rectangle(element):
    x, y, width, height = (float(element.get(name)) for name in ("x", "y", "width", "height"))
    return x, y, x + width, y + height


def meet(a, b, slack=SLACK):
    return a[0] + slack < b[2] and b[0] + slack < a[2] and a[1] + slack < b[3] and b[1] + slack < a[3]


def inside(inner, outer):
    return outer[0] <= inner[0] and outer[1] <= inner[1] and inner[2] <= outer[2] and inner[3] <= outer[3]


def segments(path):
    """The straight parts of a path, its bends as corners, as boxes without area."""
    points = []
    for letter, numbers in re.findall(r"([MLQ])([-0-9. ]+)", path):
        values = [float(value) for value in numbers.split()]
        points.append(values[:2])
        if letter == "Q":
            points.append(values[2:4])
    for (x1, y1), (x2, y2) in zip(points, points[1:]):
        yield min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2)


def crosses(segment, box):
    """Whether a line goes through the inside of a box."""
    return (
        segment[0] < box[2] - SLACK
        and box[0] + SLACK < segment[2] + 0.01
        and segment[1] < box[3] - SLACK
        and box[1] + SLACK < segment[3] + 0.01
    )


def touches(file):
    boxes, labels, lines = [], [], []
    for element in xml.parse(file).getroot().iter():
        kind = (element.get("class") or "").split(" ")[0]
        if kind in ("state", "group", "mark"):
            shape = element.find(NAMESPACE + "rect")
            if shape is not None:
                boxes.append((kind, element.get("data-state"), rectangle(shape)))
        elif kind == "label":
            labels.append((element.get("data-edge"), rectangle(element.find(NAMESPACE + "rect"))))
        elif kind == "edge":
            lines.append((element.get("data-edge"), list(segments(element.get("d")))))
    for i, (kind, number, box) in enumerate(boxes):
        for other_kind, other, other_box in boxes[:i]:
            around = (kind == "group" and inside(other_box, box)) or (other_kind == "group" and inside(box, other_box))
            if meet(box, other_box) and not around:
                yield f"state {number} and state {other}"
    small = [(number, box) for kind, number, box in boxes if kind != "group"]
    for i, (edge, box) in enumerate(labels):
        for number, other in small:
            if meet(box, other):
                yield f"label {edge} and state {number}"
        for kind, number, other in boxes:
            if kind == "group" and meet(box, other) and not inside(box, other):
                yield f"label {edge} and the border of state {number}"
        for other, other_box in labels[:i]:
            if meet(box, other_box):
                yield f"label {edge} and label {other}"
        for other, parts in lines:
            if other != edge and any(crosses(part, box) for part in parts):
                yield f"label {edge} and line {other}"
    for edge, parts in lines:
        for number, box in small:
            if any(crosses(part, box) for part in parts):
                yield f"line {edge} and state {number}"


failed = False
for file in sys.argv[1:]:
    for what in touches(file):
        failed = True
        print(f"{file}: {what}")
sys.exit(failed)
