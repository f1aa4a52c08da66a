#!/usr/bin/env python3
"""Types into 'sfn-tool lsp' at random, and cuts fixtures at every place: TOOL [EDITS [SEED]]. Run by hand; it takes minutes.

Prints the memory of the server as edits go on, how many texts are not what was typed (read again whole, their folds must be
the same), what it says of texts of 50 MB and of more than is read, and how many of the states that end before a cut are still
in the outline. Exit 1: a text differs, less than 99 % of the states are kept, a request has no answer or an internal error for
one, or the server does not end in order.
"""

import json
import os
import pathlib
import random
import re
import subprocess
import sys
import tempfile
import threading
import time

FIXTURES = pathlib.Path(__file__).resolve().parents[2] / "fixtures"
# What is typed: the tokens of JSON, YAML and ASL, and characters of two, three and four bytes.
TOKENS = ["{", "}", '"', "[", "]", ",", ",", ":", "\n", "  ", "- ", "$", "{% ", " %}", "Next", '"Type": "Pass"', "é", "…",
          "😀", "\\", "#", "&a", "*a", "States", "\r\n", "", " ", "|"]
AT_A_PLACE = ["completion", "hover", "definition", "references", "documentHighlight", "rename"]
OF_A_TEXT = ["documentSymbol", "codeAction", "semanticTokens/full", "foldingRange", "formatting", "codeLens", "inlayHint",
             "selectionRange"]


class Server:
    """A client of a server: sends, and waits for what it answers."""

    def __init__(self, tool):
        self.process = subprocess.Popen([tool, "lsp"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.answers, self.number, self.told = {}, 0, threading.Condition()
        threading.Thread(target=self.read, daemon=True).start()
        self.ask("initialize", {"processId": None, "rootUri": None, "capabilities": {}})
        self.tell("initialized", {})

    def read(self):
        out = self.process.stdout
        while header := out.readline():
            out.readline()
            message = json.loads(out.read(int(header.split(b":")[1])))
            if "method" in message and "id" in message:
                self.send({"id": message["id"], "result": None})
            elif "id" in message:
                with self.told:
                    self.answers[message["id"]] = message
                    self.told.notify_all()

    def send(self, message):
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self.process.stdin.flush()

    def tell(self, method, params):
        self.send({"method": method, "params": params})

    def ask(self, method, params):
        self.number += 1
        self.send({"id": self.number, "method": method, "params": params})
        with self.told:
            if not self.told.wait_for(lambda: self.number in self.answers, 60):
                sys.exit(f"FAILED: {method} has no answer: {params}")
            answer = self.answers.pop(self.number)
        if answer.get("error", {}).get("code") == -32603:
            sys.exit(f"FAILED: {method}: {answer['error']}")
        return answer.get("result")

    def open(self, uri, text):
        self.tell("textDocument/didOpen", {"textDocument": {"uri": uri, "languageId": "json", "version": 1, "text": text}})

    def change(self, uri, version, change):
        self.tell("textDocument/didChange", {"textDocument": {"uri": uri, "version": version}, "contentChanges": [change]})

    def mebibytes(self):
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+)", status)[1]) // 1024


def units(text):
    return len(text.encode("utf-16-le")) // 2


def place(text, offset):
    lines = re.split("\r\n|\n|\r", text[:offset])
    return {"line": len(lines) - 1, "character": units(lines[-1])}


def between_line_end(text, offset):
    """Whether a place is inside of a line end, which no client names."""
    return text[offset - 1 : offset] == "\r" and text[offset : offset + 1] == "\n"


def ask_something(server, uri, text):
    at = place(text, random.randrange(len(text) + 1))
    params = {"textDocument": {"uri": uri}, "position": at, "positions": [at], "range": {"start": at, "end": at},
              "context": {"includeDeclaration": True, "diagnostics": []}, "newName": "Renamed",
              "options": {"tabSize": 2, "insertSpaces": True}}
    server.ask("textDocument/" + random.choice(AT_A_PLACE + OF_A_TEXT), params)


def type_at_random(server, texts, count):
    """Gives how many texts the server has otherwise than they were typed."""
    first, started = dict(texts), time.time()
    for uri, text in texts.items():
        server.open(uri, text)
    for edit in range(count):
        if edit % 50 == 0:
            uri = random.choice(list(texts))
        text = texts[uri]
        if random.random() < 0.02 or len(text) > 30_000:
            change = {"text": first[uri]}
            texts[uri] = first[uri]
        else:
            start = random.randrange(len(text) + 1)
            end = min(len(text), start + random.choice([0, 0, 0, 1, 1, 2, 10]))
            start, end = start - between_line_end(text, start), end + between_line_end(text, end)
            new = random.choice(TOKENS)
            if random.random() < 0.3 and text:
                new = text[random.randrange(len(text)) :][: random.randrange(1, 20)]
            change = {"range": {"start": place(text, start), "end": place(text, end)}, "text": new}
            texts[uri] = text[:start] + new + text[end:]
        server.change(uri, edit + 2, change)
        if edit % 10 == 0:
            ask_something(server, uri, texts[uri])
        if edit % max(1, count // 10) == 0:
            print(f"{edit:7} edits: {server.mebibytes()} MiB, {time.time() - started:.0f} s", flush=True)
    differ = 0
    for uri, text in texts.items():
        params = {"textDocument": {"uri": uri}}
        typed = server.ask("textDocument/foldingRange", params)
        server.change(uri, count + 2, {"text": text})
        differ += typed != server.ask("textDocument/foldingRange", params)
    return differ


def named(symbols):
    for symbol in symbols or []:
        yield symbol
        yield from named(symbol.get("children"))


def cut_everywhere(server, path, text):
    """How many states that end before a cut are in the outline, and how many are not."""
    uri = "file:///nowhere" + str(path)
    params = {"textDocument": {"uri": uri}}
    server.open(uri, text)
    ends = {}
    for symbol in named(server.ask("textDocument/documentSymbol", params)):
        end = symbol["range"]["end"]
        # Branches are no states.
        if "[" not in symbol["name"]:
            ends[symbol["name"]] = (end["line"], end["character"])
    kept = lost = 0
    for cut in range(len(text) + 1) if ends else ():
        server.change(uri, cut + 2, {"text": text[:cut]})
        at = place(text, cut)
        wanted = {name for name, end in ends.items() if end <= (at["line"], at["character"])}
        found = {symbol["name"] for symbol in named(server.ask("textDocument/documentSymbol", params))}
        kept, lost = kept + len(wanted & found), lost + len(wanted - found)
    server.tell("textDocument/didClose", params)
    return kept, lost


def open_large(server):
    """Texts of 50 MB, and of more than is read: each is answered, also when it is changed in its middle."""
    for size in (50_000_000, 70_000_000):
        uri, started = f"file:///nowhere/{size}.asl.json", time.time()
        text = '{"Comment": "%s",\n"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}\n' % ("é😀 " * (size // 7))
        params = {"textDocument": {"uri": uri}, "position": {"line": 1, "character": 13}}
        server.open(uri, text)
        at = {"line": 0, "character": units(text[:1000])}
        for version in range(2, 5):
            server.change(uri, version, {"range": {"start": at, "end": at}, "text": "x"})
            symbols = server.ask("textDocument/documentSymbol", params)
            server.ask("textDocument/hover", params)
        print(f"{len(text.encode()):,} bytes: {len(symbols)} states, {server.mebibytes()} MiB, {time.time() - started:.0f} s")
        server.tell("textDocument/didClose", params)


def main():
    tool = sys.argv[1]
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 100_000
    random.seed(int(sys.argv[3]) if len(sys.argv) > 3 else 7)
    files = sorted(path for path in FIXTURES.rglob("*") if path.is_file())
    readable = {}
    for path in files:
        if path.suffix in (".json", ".yaml", ".yml", ".tf") and path.stat().st_size < 20_000:
            readable[path] = path.read_bytes().decode("utf-8", "replace")
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        server = Server(tool)
        chosen = random.sample(list(readable), 40)
        differ = type_at_random(server, {f"file:///nowhere{path}": readable[path] for path in chosen}, count)
        print(f"{differ} of {len(chosen)} texts differ from what was typed")
        open_large(server)
        kept = lost = 0
        # All of them take an hour.
        definitions = [path for path in readable if ".asl." in path.name and "broken" not in path.parts]
        for path in random.sample(definitions, 60):
            text = readable[path]
            if len(text) < 4_000:
                more = cut_everywhere(server, path, text)
                kept, lost = kept + more[0], lost + more[1]
        share = 100 * kept / (kept + lost)
        print(f"cut everywhere: {kept:,} of {kept + lost:,} states that end before a cut are kept, {share:.2f} %")
        server.ask("shutdown", None)
        server.tell("exit", None)
        ended = server.process.wait(10)
    sys.exit(differ > 0 or share < 99 or ended != 0)


main()
