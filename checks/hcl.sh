#!/usr/bin/env bash
# Reads Terraform's language as HashiCorp's own parser does (@cdktf/hcl2json, its Go code as WebAssembly): what one of them
# parses, the other parses, and a heredoc has the same text in both.
# Exit 0: they agree; or it cannot be had here (then the last line says SKIPPED and why). Exit 1: they do not.
source "$(dirname "$0")/opening.bash"

npm_packages @cdktf/hcl2json@0.21.0
release_build
tool=$(realpath "$tool")
cp -r "$repository/fixtures/terraform" "$scratch/fixtures"
cat > "$scratch/compare.mjs" <<'JS'
import { createRequire } from 'node:module';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
const { parse } = createRequire(import.meta.url)('@cdktf/hcl2json');
const tool = process.argv[2];
let failed = 0;
const fail = (message) => { failed += 1; console.error(message); };
const run = (args, cwd) => {
  try { return execFileSync(tool, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }); }
  catch (error) { return error.stdout ?? ''; }
};
const parses = async (text) => { try { return await parse('x.tf', text); } catch { return null; } };
const ours = (folder, name) => !run(['validate', '--format', 'concise', name], folder).includes('INVALID_HCL');

// Whole files, each line of each left out once, and snippets in the forms that definitions take.
const folder = path.resolve('fixtures');
const texts = [];
for (const name of fs.readdirSync(folder).filter((name) => name.endsWith('.tf'))) {
  const text = fs.readFileSync(path.join(folder, name), 'utf8');
  texts.push(text);
  const lines = text.split('\n');
  for (let i = 0; i < lines.length; i += 3) texts.push(lines.filter((_, at) => at !== i).join('\n'));
}
const machine = (definition) => `resource "aws_sfn_state_machine" "m" {\n  definition = ${definition}\n}\n`;
for (const definition of [
  '"${var.a}"', '"$${a}"', '"%%{a}"', '"\\u00e9\\n"', '"\\q"', '{ a : 1, b = 2 }', '{ a = 1 b = 2 }', '[1, 2,]', '[1 2]',
  '<<E\nx\nE', '<<-E\n  x\n  E', '<<E\nx E\nE\n', 'a ? b : c', '[for x in y : x if x]', '{ for k, v in m : k => v... }',
  'f(x...)', 'a.b[0].*.c', 'a[*].b', '!a && b || c', '-1', '1e3', '"${"nested ${x}"}"', '"%{ if x }a%{ else }b%{ endif }"',
]) texts.push(machine(definition));
let number = 0;
let agreed = 0;
for (const text of texts) {
  const theirs = (await parses(text)) !== null;
  // Only a file in which a machine stands is parsed at all.
  if (!text.includes('aws_sfn_state_machine')) continue;
  const name = `case${(number += 1)}.tf`;
  fs.writeFileSync(path.join(folder, name), text);
  if (ours(folder, name) === theirs) agreed += 1;
  else fail(`${theirs ? 'HashiCorp takes' : 'HashiCorp refuses'} what we ${theirs ? 'refuse' : 'take'}:\n${text}`);
  fs.rmSync(path.join(folder, name));
}

// Texts of heredocs: the JSON that stands in them is the same for both.
let compared = 0;
for (const [mark, indent] of [['<<', ''], ['<<-', '    '], ['<<-', '\t']]) {
  const body = ['{', '  "StartAt": "A",', '', '  "States": {"A": {"Type": "Pass", "Result": "a  b $${x} %%{y} \\n", "End": true}}', '}'];
  const text = machine(`${mark}EOT\n${body.map((line) => (line ? indent + line : line)).join('\n')}\n${indent}EOT`);
  const read = (await parse('x.tf', text)).resource.aws_sfn_state_machine.m[0].definition;
  fs.writeFileSync(path.join(folder, 'heredoc.tf'), text);
  const found = run(['simulate', 'heredoc.tf', '--no-validate'], folder).trim();
  // hcl2json gives templates back as they are written: their escapes are undone here.
  const theirs = JSON.parse(read.replaceAll('$${', '${').replaceAll('%%{', '%{')).States.A.Result;
  if (found.includes(JSON.stringify(theirs))) compared += 1;
  else fail(`heredoc ${mark}: ours ${found}, theirs ${JSON.stringify(theirs)}`);
}
console.log(`${agreed} of ${number} files agree, ${compared} of 3 heredocs`);
process.exit(failed ? 1 : 0);
JS
(cd "$scratch" && node compare.mjs "$tool") >"$scratch/compare.log" 2>&1 ||
    failed "HashiCorp's parser and ours do not agree" "$(cat "$scratch/compare.log")"
tail -n 1 "$scratch/compare.log"
