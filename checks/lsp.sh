#!/usr/bin/env bash
# Talks to 'sfn-tool lsp' with four clients that others wrote: pytest-lsp (from PyPI), VS Code's own protocol library (from
# npm), Neovim and Emacs with Eglot (from Debian), which apply what the server answers to their own texts.
# Exit 0: it serves them, or a client cannot be had here (then a line says SKIPPED and why). Exit 1: it does not.
source "$(dirname "$0")/opening.bash"
release_build

# A definition with a misspelt target, beside a test file that names its states.
mkdir "$scratch/project"
cat >"$scratch/project/order.asl.json" <<'TEXT'
{
  "Comment": "😀 an order",
  "StartAt": "Charge",
  "States": {
    "Charge": {
      "Type": "Pass",
      "Next": "Shipp"
    },
    "Ship": {
      "Type": "Succeed"
    }
  }
}
TEXT
cat >"$scratch/project/order.sfn-test.yaml" <<'TEXT'
Definition: order.asl.json
Cases:
  - Name: an order is shipped
    Expect:
      Status: SUCCEEDED
      Visited: [Charge, Ship]
TEXT

# A definition that a template fills in.
cat >"$scratch/project/given.asl.json" <<'TEXT'
{
  "StartAt": "Send",
  "States": {
    "Send": {
      "Type": "Task",
      "Resource": "arn:aws:states:::sqs:sendMessage",
      "Parameters": {"QueueUrl": "${QueueUrl}", "MessageBody.$": "$$.Execution.Id"},
      "End": true
    }
  }
}
TEXT
cat >"$scratch/project/template.yaml" <<'TEXT'
Resources:
  Given:
    Type: AWS::Serverless::StateMachine
    Properties:
      DefinitionUri: given.asl.json
      DefinitionSubstitutions:
        QueueUrl: !Ref Queue
        Spare: x
TEXT

with_pytest() {
    python_packages 'pytest-lsp>=1,<2' || skipped "$why"
    cat >"$scratch/test_lsp.py" <<'SCRIPT'
import os, pathlib
import pytest, pytest_lsp
from lsprotocol import types
from pytest_lsp import ClientServerConfig, LanguageClient, client_capabilities

FOLDER = pathlib.Path(os.environ["PROJECT"])
URI = (FOLDER / "order.asl.json").as_uri()
TEST = (FOLDER / "order.sfn-test.yaml").as_uri()
PUBLISHED = types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS

@pytest_lsp.fixture(params=["visual-studio-code", "neovim", "emacs"], config=ClientServerConfig(server_command=[os.environ["TOOL"], "lsp"]))
async def client(request, lsp_client: LanguageClient):
    folder = types.WorkspaceFolder(uri=FOLDER.as_uri(), name="project")
    lsp_client.feature(types.CLIENT_REGISTER_CAPABILITY)(lambda params: None)
    params = types.InitializeParams(capabilities=client_capabilities(request.param), workspace_folders=[folder])
    await lsp_client.initialize_session(params)
    yield
    await lsp_client.shutdown_session()

async def opened(client, uri, language, text):
    item = types.TextDocumentItem(uri=uri, language_id=language, version=1, text=text)
    client.text_document_did_open(types.DidOpenTextDocumentParams(text_document=item))
    await client.wait_for_notification(PUBLISHED)
    return client.diagnostics[uri]

def at(line, character, uri=URI):
    return dict(text_document=types.TextDocumentIdentifier(uri=uri), position=types.Position(line=line, character=character))

@pytest.mark.asyncio
async def test_a_dialogue(client: LanguageClient):
    text = (FOLDER / "order.asl.json").read_text()
    found = await opened(client, URI, "json", text)
    assert [one.code for one in found] == ["MISSING_TRANSITION_TARGET"], found
    assert found[0].range.start == types.Position(line=6, character=14)
    # One letter goes.
    place = types.Range(start=types.Position(line=6, character=19), end=types.Position(line=6, character=20))
    change = types.TextDocumentContentChangePartial(range=place, text="")
    document = types.VersionedTextDocumentIdentifier(uri=URI, version=2)
    client.text_document_did_change(types.DidChangeTextDocumentParams(text_document=document, content_changes=[change]))
    await client.wait_for_notification(PUBLISHED)
    assert list(client.diagnostics[URI]) == []
    [target] = await client.text_document_definition_async(types.DefinitionParams(**at(6, 16)))
    assert target.range.start.line == 8
    context = types.ReferenceContext(include_declaration=True)
    uses = await client.text_document_references_async(types.ReferenceParams(context=context, **at(8, 6)))
    assert {use.uri for use in uses} == {URI, TEST}
    symbols = await client.text_document_document_symbol_async(types.DocumentSymbolParams(text_document=types.TextDocumentIdentifier(uri=URI)))
    assert [symbol.name for symbol in symbols] == ["Charge", "Ship"]
    completions = await client.text_document_completion_async(types.CompletionParams(**at(6, 15)))
    assert "Ship" in [item.label for item in completions.items]
    hover = await client.text_document_hover_async(types.HoverParams(**at(5, 8)))
    assert "Type" in hover.contents.value
    prepared = await client.text_document_prepare_rename_async(types.PrepareRenameParams(**at(8, 6)))
    assert prepared.placeholder == "Ship"
    renamed = await client.text_document_rename_async(types.RenameParams(new_name="Send", **at(8, 6)))
    # Of versions of texts, where the client takes that.
    versioned = {change.text_document.uri: change.edits for change in renamed.document_changes or []}
    assert {uri: len(edits) for uri, edits in (renamed.changes or versioned).items()} == {URI: 2, TEST: 1}
    assert await client.workspace_symbol_async(types.WorkspaceSymbolParams(query="shi"))
    tokens = await client.text_document_semantic_tokens_full_async(types.SemanticTokensParams(text_document=types.TextDocumentIdentifier(uri=URI)))
    assert tokens is not None
    lenses = await client.text_document_code_lens_async(types.CodeLensParams(text_document=types.TextDocumentIdentifier(uri=URI)))
    run = next(lens for lens in lenses if lens.command.command == "sfn-tool.runTests")
    params = types.ExecuteCommandParams(command=run.command.command, arguments=run.command.arguments)
    # The file beside it runs the text that is open here.
    assert await client.workspace_execute_command_async(params) == {"passed": 1, "failed": 0}

@pytest.mark.asyncio
async def test_a_substitution(client: LanguageClient):
    given, template = ((FOLDER / name).as_uri() for name in ("given.asl.json", "template.yaml"))
    await opened(client, given, "json", (FOLDER / "given.asl.json").read_text())
    # A definition waits for the end of the search for whoever names the file.
    [key] = await client.text_document_definition_async(types.DefinitionParams(**at(6, 38, given)))
    assert (key.uri, key.range.start) == (template, types.Position(line=6, character=8))
    said = [(await client.text_document_hover_async(types.HoverParams(**at(6, column, given)))).contents.value for column in (38, 52, 80)]
    assert "!Ref Queue" in said[0] and "required" in said[1] and "ARN of the execution" in said[2], said
    completions = await client.text_document_completion_async(types.CompletionParams(**at(6, 36, given)))
    assert [item.label for item in completions.items] == ["QueueUrl", "Spare"], completions
    found = await opened(client, template, "yaml", (FOLDER / "template.yaml").read_text())
    assert [(one.code, one.range.start.line) for one in found] == [("unused-substitution", 7)], found
    context = types.ReferenceContext(include_declaration=False)
    [use] = await client.text_document_references_async(types.ReferenceParams(context=context, **at(6, 10, template)))
    assert (use.uri, use.range.start.line) == (given, 6)
SCRIPT
    printf '[pytest]\nasyncio_mode = strict\n' >"$scratch/pytest.ini"
    log=$(cd "$scratch" && TOOL="$tool" PROJECT="$scratch/project" timeout 100 venv/bin/python -m pytest -q -c pytest.ini -p no:cacheprovider test_lsp.py 2>&1) ||
        failed "pytest-lsp: the dialogue is not as it should be" "$(tail -n 60 <<<"$log")"
    echo "pytest-lsp $("$scratch/venv/bin/pip" show pytest-lsp 2>/dev/null | sed -n 's/^Version: //p'): a dialogue as each of three clients"
}

with_vscode() {
    npm_packages vscode-languageserver-protocol@3 vscode-jsonrpc@9 2>/dev/null || npm_packages vscode-languageserver-protocol vscode-jsonrpc
    cat >"$scratch/client.js" <<'SCRIPT'
const assert = require('assert'), { spawn } = require('child_process'), fs = require('fs'), path = require('path');
const { pathToFileURL } = require('url');
const lsp = require('vscode-languageserver-protocol/node');
const [tool, folder] = process.argv.slice(2);
const uriOf = (name) => pathToFileURL(path.join(folder, name)).href;
const uri = uriOf('order.asl.json'), text = fs.readFileSync(path.join(folder, 'order.asl.json'), 'utf8');
const server = spawn(tool, ['lsp', '--stdio']);
const connection = lsp.createProtocolConnection(new lsp.StreamMessageReader(server.stdout), new lsp.StreamMessageWriter(server.stdin));
const waiting = [];
connection.onNotification(lsp.PublishDiagnosticsNotification.type, (told) => (waiting.shift() || (() => {}))(told));
const told = () => new Promise((resolve) => waiting.push(resolve));
connection.onRequest(lsp.ConfigurationRequest.type, (params) => params.items.map(() => null));
connection.onRequest(lsp.RegistrationRequest.type, () => null);
connection.listen();
(async () => {
  const began = process.hrtime.bigint();
  const { capabilities } = await connection.sendRequest(lsp.InitializeRequest.type, {
    processId: process.pid, rootUri: null, workspaceFolders: [{ uri: pathToFileURL(folder).href, name: 'project' }],
    capabilities: { workspace: { configuration: true }, general: { positionEncodings: ['utf-16'] },
      textDocument: { completion: { completionItem: { snippetSupport: true } },
        documentSymbol: { hierarchicalDocumentSymbolSupport: true }, hover: { contentFormat: ['markdown'] } } } });
  assert.equal(capabilities.positionEncoding, 'utf-16');
  await connection.sendNotification(lsp.InitializedNotification.type, {});
  let next = told();
  await connection.sendNotification(lsp.DidOpenTextDocumentNotification.type,
    { textDocument: { uri, languageId: 'json', version: 1, text } });
  assert.equal((await next).diagnostics.length, 1);
  const document = { uri };
  // All of the protocol's shapes are read by VS Code's own types.
  const at = (line, character) => ({ textDocument: document, position: { line, character } });
  const list = await connection.sendRequest(lsp.CompletionRequest.type, at(4, 16));
  assert.ok(list.items.every((item) => typeof item.label === 'string'), JSON.stringify(list));
  const fields = await connection.sendRequest(lsp.CompletionRequest.type, at(6, 15));
  assert.ok(fields.items.some((item) => item.label === 'Ship'), JSON.stringify(fields));
  const symbols = await connection.sendRequest(lsp.DocumentSymbolRequest.type, { textDocument: document });
  assert.ok(symbols.every((symbol) => lsp.DocumentSymbol.is(symbol)));
  const actions = await connection.sendRequest(lsp.CodeActionRequest.type,
    { textDocument: document, range: { start: { line: 6, character: 16 }, end: { line: 6, character: 16 } }, context: { diagnostics: [] } });
  assert.ok(actions.length > 0 && actions.every((action) => lsp.CodeAction.is(action)));
  const edits = await connection.sendRequest(lsp.DocumentFormattingRequest.type,
    { textDocument: document, options: { tabSize: 2, insertSpaces: true } });
  assert.ok(edits.every((edit) => lsp.TextEdit.is(edit)));
  const folds = await connection.sendRequest(lsp.FoldingRangeRequest.type, { textDocument: document });
  assert.ok(folds.length > 2 && folds.every((fold) => lsp.FoldingRange.is(fold)));
  const [selection] = await connection.sendRequest(lsp.SelectionRangeRequest.type, { textDocument: document, positions: [{ line: 6, character: 16 }] });
  assert.ok(lsp.SelectionRange.is(selection));
  const graph = await connection.sendRequest('sfn-tool/graph', { uri });
  assert.ok(graph.svg.startsWith('<svg') && graph.states.length === 2, JSON.stringify(graph));
  const about = await connection.sendRequest(lsp.HoverRequest.type, at(5, 16));
  assert.ok(about.contents.value.startsWith('**Pass**: '), JSON.stringify(about));
  await assert.rejects(connection.sendRequest('sfn-tool/none', {}), (error) => error.code === -32601);
  const source = new lsp.CancellationTokenSource();
  const cancelled = connection.sendRequest(lsp.HoverRequest.type, at(6, 16), source.token).catch((error) => error.code);
  source.cancel();
  const answer = await cancelled;
  assert.ok(answer === null || typeof answer === 'object' || answer === -32800, String(answer));
  await connection.sendRequest(lsp.ShutdownRequest.type);
  await connection.sendNotification(lsp.ExitNotification.type);
  const status = await new Promise((resolve) => server.on('exit', resolve));
  assert.equal(status, 0);
  process.exit(0);
})().catch((error) => { console.error(error); process.exit(1); });
setTimeout(() => { console.error('no answer in time'); process.exit(1); }, 60000).unref();
SCRIPT
    log=$(cd "$scratch" && timeout 90 node client.js "$tool" "$scratch/project" 2>&1) ||
        failed "VS Code's protocol library: the dialogue is not as it should be" "$(tail -n 40 <<<"$log")"
    version=$(node -p "require('$scratch/node_modules/vscode-languageserver-protocol/package.json').version")
    echo "vscode-languageserver-protocol $version: a dialogue"
}

with_neovim() {
    command -v nvim >/dev/null || debian neovim
    cp -r "$scratch/project" "$scratch/nvim"
    cat >"$scratch/client.lua" <<'SCRIPT'
local tool, folder = vim.env.TOOL, vim.env.PROJECT
local function fail(words)
  io.stderr:write(words .. '\n')
  vim.cmd('cquit 1')
end
local ok, why = pcall(function()
  vim.cmd('edit ' .. folder .. '/order.asl.json')
  local buffer = vim.api.nvim_get_current_buf()
  local client = vim.lsp.start_client({ cmd = { tool, 'lsp' }, root_dir = folder, name = 'sfn-tool' })
  vim.lsp.buf_attach_client(buffer, client)
  local function wait(what, is_so)
    if not vim.wait(10000, is_so, 20) then
      error(what .. ': ' .. table.concat(vim.api.nvim_buf_get_lines(buffer, 0, -1, false), '\n'))
    end
  end
  local function text() return table.concat(vim.api.nvim_buf_get_lines(buffer, 0, -1, false), '\n') end
  wait('a finding', function() return #vim.diagnostic.get(buffer) == 1 end)
  local found = vim.diagnostic.get(buffer)[1]
  assert(found.lnum == 6 and found.col == 14, vim.inspect(found))
  -- The state that is missing is created by what is offered first with such a name.
  vim.ui.select = function(items, options, choose)
    for place, item in ipairs(items) do
      local title = options.format_item and options.format_item(item) or tostring(item)
      if title:find('[Cc]reate') or title:find('Ship') then return choose(item, place) end
    end
    error('nothing to choose: ' .. vim.inspect(items))
  end
  vim.api.nvim_win_set_cursor(0, { 7, 16 })
  vim.lsp.buf.code_action()
  wait('a code action', function() return text():find('"Shipp": {', 1, true) ~= nil or text():find('"Next": "Ship"', 1, true) ~= nil end)
  wait('no finding of the target', function()
    for _, one in ipairs(vim.diagnostic.get(buffer)) do
      if one.message:find("Missing 'Next' target", 1, true) then return false end
    end
    return true
  end)
  -- A rename, in the buffer and in the test file.
  vim.api.nvim_win_set_cursor(0, { 5, 6 })
  vim.lsp.buf.rename('Pay')
  wait('a rename', function() return text():find('"StartAt": "Pay"', 1, true) ~= nil and text():find('"Pay": {', 1, true) ~= nil end)
  local test = vim.fn.bufadd(folder .. '/order.sfn-test.yaml')
  vim.fn.bufload(test)
  wait('a rename in the test file', function()
    return table.concat(vim.api.nvim_buf_get_lines(test, 0, -1, false), '\n'):find('%[Pay, Ship%]') ~= nil
  end)
  -- Formatting.
  vim.api.nvim_buf_set_lines(buffer, 0, -1, false, { '{"States": {"A": {"Type": "Succeed"}},', '"StartAt": "A"}' })
  vim.lsp.buf.formatting_sync(nil, 10000)
  assert(text() == '{\n  "StartAt": "A",\n  "States": {\n    "A": {\n      "Type": "Succeed"\n    }\n  }\n}', text())
end)
if not ok then fail(tostring(why)) end
vim.cmd('qall!')
SCRIPT
    log=$(TOOL="$tool" PROJECT="$scratch/nvim" HOME="$scratch" timeout 60 nvim --clean --headless -c "luafile $scratch/client.lua" 2>&1) ||
        failed "Neovim: what it was to apply is not in its buffer" "$log"
    echo "$(nvim --version | head -n 1): code action, rename and format applied to a buffer"
}

with_emacs() {
    command -v emacs >/dev/null || debian emacs-nox
    # Part of Emacs from 29 on.
    emacs --batch -l eglot >/dev/null 2>&1 || { debian elpa-eglot && debian elpa-yaml-mode; }
    cp -r "$scratch/project" "$scratch/emacs"
    cat >"$scratch/client.el" <<'SCRIPT'
;; -*- lexical-binding: t -*-
(setq eglot-sync-connect 20 eglot-confirm-server-initiated-edits nil eglot-events-buffer-size 0 make-backup-files nil)
(require 'eglot)
(require 'flymake)
;; What it asks, it is told to do.
(defalias 'y-or-n-p (lambda (&rest _) t))
(defvar project (getenv "PROJECT"))
(add-to-list 'eglot-server-programs `((js-mode yaml-mode) . (,(getenv "TOOL") "lsp")))
(defun failed (format &rest values)
  (princ (concat "FAILED: " (apply #'format format values) "\n"))
  (kill-emacs 1))
(defun until (what test)
  (let ((end (+ (float-time) 20)) found)
    (while (not (setq found (funcall test)))
      (when (> (float-time) end) (failed "no %s; the buffer is %s" what (buffer-string)))
      (accept-process-output nil 0.05))
    found))
(defun line (n) (save-excursion (goto-char (point-min)) (forward-line (1- n)) (buffer-substring (line-beginning-position) (line-end-position))))
(find-file (expand-file-name "order.asl.json" project))
(js-mode)
(apply #'eglot (eglot--guess-contact))
(until "server" #'eglot-current-server)
(flymake-mode 1)
(flymake-start)
;; What is wrong stands at its line.
(let ((found (car (until "diagnostics" #'flymake-diagnostics))))
  (unless (= 7 (line-number-at-pos (flymake-diagnostic-beg found))) (failed "line of %S" found)))
;; Its fix is applied.
(goto-char (point-min))
(search-forward "\"Shipp")
(backward-char 2)
(let* ((actions (append (eglot-code-actions (point) (point) "quickfix") nil))
       (fix (seq-find (lambda (action) (string-match-p "Ship'" (plist-get action :title))) actions)))
  (unless fix (failed "no fix in %S" actions))
  (eglot--apply-workspace-edit (plist-get fix :edit)))
(unless (string-match-p "\"Next\": \"Ship\"" (line 7)) (failed "fixed line %s" (line 7)))
;; Without anybody at the keys, Emacs is never idle, which is when it tells of changes.
(eglot--signal-textDocument/didChange)
(flymake-start)
(until "clean buffer" (lambda () (null (flymake-diagnostics))))
;; What is hovered over, and defined.
(let ((hover (jsonrpc-request (eglot--current-server-or-lose) :textDocument/hover (eglot--TextDocumentPositionParams))))
  (unless (string-match-p "Ship" (format "%S" hover)) (failed "hover %S" hover)))
(let ((places (xref-backend-definitions 'eglot "LSP identifier at point.")))
  (unless (= 9 (xref-location-line (xref-item-location (car places)))) (failed "definition %S" places)))
;; A state is renamed, here and in the test file.
(eglot-rename "Deliver")
(unless (string-match-p "\"Next\": \"Deliver\"" (line 7)) (failed "renamed line %s" (line 7)))
(with-current-buffer (find-file-noselect (expand-file-name "order.sfn-test.yaml" project))
  (unless (string-match-p "\\[Charge, Deliver\\]" (buffer-string)) (failed "test file %s" (buffer-string))))
;; What is offered.
(goto-char (point-min))
(search-forward "\"Pass")
(let* ((capf (eglot-completion-at-point))
       (offered (all-completions "Pa" (nth 2 capf))))
  (unless (member "Parallel" offered) (failed "offered %S" offered)))
;; The buffer is formatted.
(goto-char (point-min))
(while (search-forward "  \"Type\"" nil t) (replace-match "\"Type\"" t t))
(let ((before (buffer-string)))
  (eglot-format-buffer)
  (when (equal before (buffer-string)) (failed "nothing was formatted")))
(unless (string-match-p "^      \"Type\": \"Pass\"" (buffer-string)) (failed "formatted %s" (buffer-string)))
(princ (format "Emacs %s, Eglot: diagnostics, fix, hover, definition, rename, completion, format\n" emacs-version))
(set-buffer-modified-p nil)
(kill-emacs 0)
SCRIPT
    log=$(TOOL="$tool" PROJECT="$scratch/emacs" HOME="$scratch" timeout 60 emacs --batch -l "$scratch/client.el" 2>&1) ||
        failed "Emacs: the dialogue is not as it should be" "$(tail -n 20 <<<"$log")"
    tail -n 1 <<<"$log"
}

for part in with_pytest with_vscode with_neovim with_emacs; do
    # A client that cannot be had here ends its own part only.
    ("$part")
done
