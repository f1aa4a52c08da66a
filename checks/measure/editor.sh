#!/usr/bin/env bash
# Measures a keystroke in 'sfn-tool lsp' beside amazon-states-language-service (from npm; what AWS's Toolkit for VS Code runs)
# in one run, on the same texts and with the same edits, in turns. Run by hand: it needs the release build and quiet cores.
# Ours is timed at its client, from the change sent to the diagnostics received, pipes and JSON included; the other is called
# in its own process, without the 600 ms that its server waits before it looks at a text.
# Exit 0: the table is printed; or the other cannot be had here (then the last line says SKIPPED and why).
source "$(dirname "$0")/../opening.bash"

npm_packages amazon-states-language-service@1.16.1 vscode-languageserver-textdocument
release_build
cat >"$scratch/measure.js" <<'SCRIPT'
const { spawn } = require('child_process'), fs = require('fs');
const { TextDocument } = require('vscode-languageserver-textdocument');
const peer = require('amazon-states-language-service');
const [tool] = process.argv.slice(2);
const quiet = () => {};
console.warn = console.error = quiet;

// Definitions of so many lines, of states in a row; the expressions all differ, so that no cache may help.
function states(count, language) {
  const states = {};
  for (let i = 0; i < count; i++) {
    const next = i + 1 < count ? { Next: `Step ${i + 1}` } : { End: true };
    states[`Step ${i}`] = language === 'JSONata'
      ? { Type: 'Task', Resource: 'arn:aws:states:::dynamodb:putItem',
          Arguments: { TableName: 'orders', Item: { id: { S: `{% $string($states.input.orders[${i}].id) & '-${i}' %}` },
            total: { N: `{% $sum($states.input.items[price > ${i}].price) %}` } } },
          Output: `{% $merge([$states.input, {'step${i}': $states.result}]) %}`, TimeoutSeconds: 60, ...next }
      : { Type: 'Task', Resource: 'arn:aws:states:::dynamodb:putItem',
          Parameters: { TableName: 'orders', Item: { id: { 'S.$': `$.orders[${i}].id` }, total: { 'N.$': `$.items${i}.price` } } },
          ResultPath: `$.step${i}`, TimeoutSeconds: 60, ...next };
  }
  return { Comment: 'x', StartAt: 'Step 0', ...(language ? { QueryLanguage: language } : {}), States: states };
}
function yaml(value, indent = '') {
  return Object.entries(value).map(([key, item]) => typeof item === 'object'
    ? `${indent}${key.includes(' ') || key.includes('$') ? JSON.stringify(key) : key}:\n${yaml(item, indent + '  ')}`
    : `${indent}${key.includes(' ') || key.includes('$') ? JSON.stringify(key) : key}: ${JSON.stringify(item)}\n`).join('');
}
function text(lines, kind) {
  const write = (count) => {
    const machine = states(count, kind === 'JSONata' ? 'JSONata' : undefined);
    return kind === 'YAML' ? yaml(machine) : JSON.stringify(machine, null, 2);
  };
  const per = (write(20).split('\n').length - write(10).split('\n').length) / 10;
  return write(Math.max(1, Math.round(lines / per)));
}

// Our server and its client.
const server = spawn(tool, ['lsp'], { stdio: ['pipe', 'pipe', 'inherit'] });
let input = Buffer.alloc(0), heard = quiet;
server.stdout.on('data', (data) => {
  input = Buffer.concat([input, data]);
  for (;;) {
    const head = input.indexOf('\r\n\r\n');
    if (head < 0) return;
    const length = Number(/content-length: (\d+)/i.exec(input.subarray(0, head))[1]);
    if (input.length < head + 4 + length) return;
    const message = JSON.parse(input.subarray(head + 4, head + 4 + length));
    input = input.subarray(head + 4 + length);
    heard(message);
  }
});
const say = (message) => {
  const body = Buffer.from(JSON.stringify({ jsonrpc: '2.0', ...message }));
  server.stdin.write(`Content-Length: ${body.length}\r\n\r\n`);
  server.stdin.write(body);
};
let id = 0;
const until = (is) => new Promise((resolve) => { heard = (message) => { if (is(message)) resolve(message); }; });
const request = (method, params) => { const own = ++id; const answer = until((m) => m.id === own); say({ id: own, method, params }); return answer; };
const published = (version) => until((m) => m.method === 'textDocument/publishDiagnostics' && m.params.version === version);

const now = () => Number(process.hrtime.bigint()) / 1e6;
const timed = async (work) => { const start = now(); await work(); return now() - start; };
const show = (times) => {
  const sorted = [...times].sort((a, b) => a - b);
  return `${sorted[sorted.length >> 1].toFixed(1)} (${sorted[0].toFixed(1)})`;
};

(async () => {
  const started = now();
  const init = await timed(() => request('initialize', { processId: process.pid, capabilities: {} }));
  console.log(`initialize: answered ${(now() - started).toFixed(0)} ms after the script went on, in ${init.toFixed(1)} ms; goal 15`);
  say({ method: 'initialized', params: {} });
  console.log('ms, median (minimum)         | ours: keystroke | goal | peer: keystroke | ours: completion | goal | peer: completion');
  const goals = { 'JSONPath': { 100: 0.1, 1000: 1, 10000: 10 }, 'JSONata': { 100: 0.3, 1000: 3, 10000: 25 }, 'YAML': { 100: 0.2, 1000: 2, 10000: 20 } };
  for (const kind of ['JSONPath', 'JSONata', 'YAML']) {
    for (const lines of [100, 1000, 10000]) {
      const whole = text(lines, kind), language = kind === 'YAML' ? 'yaml' : 'json';
      const uri = `file:///measure/${kind}-${lines}.asl.${language}`;
      let version = 1, own = whole;
      const first = published(version);
      say({ method: 'textDocument/didOpen', params: { textDocument: { uri, languageId: language, version, text: whole } } });
      await first;
      const services = { json: peer.getLanguageService({}), yaml: peer.getYamlLanguageService({}) };
      services.json.configure({ validate: true, schemas: [] });
      const look = async (content) => {
        const document = TextDocument.create(uri, language, version, content);
        // As its server does: YAML is converted inside of it.
        const tree = services.json.parseJSONDocument(document);
        const service = services[language];
        return [document, tree, await service.doValidation(document, tree, undefined, peer.ASL_SCHEMA)];
      };
      // A digit of a timeout in the middle of the text comes and goes.
      const middle = whole.indexOf('60', whole.length / 2) + 2;
      const before = whole.slice(0, middle).split('\n');
      const position = { line: before.length - 1, character: before[before.length - 1].length };
      const ours = [], theirs = [], completions = [], completed = [];
      const rounds = lines > 5000 ? 15 : 40;
      let failures = 0;
      for (let round = 0; round < rounds; round++) {
        version++;
        const typed = round % 2 === 0;
        const change = typed ? { range: { start: position, end: position }, text: '0' }
          : { range: { start: position, end: { line: position.line, character: position.character + 1 } }, text: '' };
        own = typed ? whole.slice(0, middle) + '0' + whole.slice(middle) : whole;
        const answer = published(version);
        ours.push(await timed(() => { say({ method: 'textDocument/didChange', params: { textDocument: { uri, version }, contentChanges: [change] } }); return answer; }));
        let document, tree;
        theirs.push(await timed(async () => { [document, tree] = await look(own); }));
        // A state's name, after "Next".
        const next = own.indexOf('Step', own.indexOf('Next', own.length / 2));
        const lead = own.slice(0, next).split('\n');
        const place = { line: lead.length - 1, character: lead[lead.length - 1].length };
        completions.push(await timed(() => request('textDocument/completion', { textDocument: { uri }, position: place })));
        completed.push(await timed(async () => { try { await services[language].doComplete(document, place, tree); } catch { failures++; } }));
      }
      const label = `${kind}, ${whole.split('\n').length} lines`;
      console.log([label.padEnd(28), show(ours).padStart(15), String(goals[kind][lines]).padStart(4), show(theirs).padStart(15),
        show(completions).padStart(16), String(lines > 5000 ? 5 : 1).padStart(4), show(completed) + (failures ? `, threw ${failures} of ${rounds} times` : '')].join(' | '));
      say({ method: 'textDocument/didClose', params: { textDocument: { uri } } });
    }
  }
  // One text of 10,000 lines open, and nothing else.
  const uri = 'file:///measure/memory.asl.json';
  const first = published(1);
  say({ method: 'textDocument/didOpen', params: { textDocument: { uri, languageId: 'json', version: 1, text: text(10000, 'JSONata') } } });
  await first;
  const memory = (status) => Number(/VmRSS:\s+(\d+)/.exec(fs.readFileSync(status, 'utf8'))[1]) / 1024;
  if (fs.existsSync('/proc/self/status')) {
    console.log(`memory with 10,000 lines open: ours ${memory(`/proc/${server.pid}/status`).toFixed(0)} MiB (goal 40), the peer's process ${memory('/proc/self/status').toFixed(0)} MiB`);
  }
  await request('shutdown', null);
  say({ method: 'exit' });
  process.exit(0);
})().catch((error) => { process.stdout.write(`${error.stack}\n`); process.exit(1); });
SCRIPT
(cd "$scratch" && node measure.js "$tool")
