#!/usr/bin/env bash
# Talks to 'sfn-tool mcp' with the protocol's own Python client (from PyPI): every tool is called, with texts and with paths.
# Exit 0: it answers, or the client cannot be had here (then the last line says SKIPPED and why). Exit 1: it does not.
source "$(dirname "$0")/opening.bash"

python_packages 'mcp>=1.9,<3' || skipped "$why"
release_build
cp -r "$repository/fixtures/workflows/order" "$scratch/folder"
cat >"$scratch/client.py" <<'SCRIPT'
import asyncio, json, sys
from importlib.metadata import version
from mcp import ClientSession, StdioServerParameters
from mcp.client.stdio import stdio_client

tool, folder = sys.argv[1:]
order = json.load(open(f"{folder}/definition.asl.json"))
run = f"{folder}/runs/in-stock"
FILE = {"file": "definition.asl.json"}
RUN = {"input": json.load(open(f"{run}.input.json")), "mocks": open(f"{run}.mocks.yaml").read()}
broken = json.loads(json.dumps(order))
broken["States"]["OrderComplete"]["Type"] = "Suceed"
state = {"Type": "Pass", "End": True}

CALLS = [
    ("check", {"files": ["."]}, lambda answer: answer["files"]),
    ("validate", {"definition": broken}, lambda answer: answer["files"][0]["result"] == "FAIL"),
    ("validate", FILE, lambda answer: answer["files"][0]["result"] == "OK"),
    ("lint", {"definition": order, "max_results": 1}, lambda answer: len(answer["files"][0]["diagnostics"]) == 1),
    ("simulate", {"definition": order, **RUN}, lambda answer: answer["status"] == "SUCCEEDED"),
    ("skeleton", {**FILE, "what": "mocks"}, lambda answer: answer["States"]["CheckInventory"]),
    ("simulate", {**FILE, **RUN, "events": True}, lambda answer: len(answer["events"]) > 10),
    ("test_state", {"definition": state, "input": {"a": 1}}, lambda answer: answer["status"] == "SUCCEEDED"),
    ("explore", {**FILE, **RUN}, lambda answer: answer),
    ("diff", {"old": order, "new": broken}, lambda answer: answer["changes"]),
    ("eval", {"expression": "$sum(a)", "input": {"a": [1, 2]}}, lambda answer: answer == {"result": 3}),
    ("explain", {"code": "missing-catch"}, lambda answer: answer["sections"]),
    ("graph", FILE, lambda answer: len(answer["states"]) == 13),
]

def is_error(result):
    return getattr(result, "is_error", None) or getattr(result, "isError", False)

def structured(result):
    found = getattr(result, "structured_content", None)
    return found if found is not None else getattr(result, "structuredContent", None)

async def main():
    server = StdioServerParameters(command=tool, args=["mcp"], cwd=folder)
    async with stdio_client(server) as (read, write), ClientSession(read, write) as session:
        await session.initialize()
        names = {tool.name for tool in (await session.list_tools()).tools}
        assert names == {name for name, _, _ in CALLS}, names
        for name, arguments, fits in CALLS:
            result = await session.call_tool(name, arguments)
            assert not is_error(result) and fits(structured(result)), (name, arguments, result)
            assert json.loads(result.content[0].text) == structured(result), name
        for name, arguments, words in [
            ("validate", {"file": "/etc/passwd"}, "outside"),
            ("validate", {"file": "../secret.json"}, "does not exist"),
            ("simulate", FILE, "no-mock"),
        ]:
            result = await session.call_tool(name, arguments)
            assert is_error(result) and words in result.content[0].text, (name, result)
        await session.send_ping()

asyncio.run(main())
print(f"mcp {version('mcp')}: {len(CALLS)} calls of {len({name for name, _, _ in CALLS})} tools are answered")
SCRIPT
words=$(timeout 120 "$scratch/venv/bin/python" "$scratch/client.py" "$tool" "$scratch/folder" 2>&1) || failed "the server does not answer as it should" "$words"
echo "$words"
