// Packs the extension of each platform with the program in it: node editors/vscode/pack.mjs FOLDER TARGET=PROGRAM...
// The packages of package-lock.json must be installed (`npm ci`).
import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const [folder, ...programs] = process.argv.slice(2);
const here = fileURLToPath(new URL('.', import.meta.url));
const root = process.env.SFN_TOOL_ROOT ?? join(here, '../..');
const targets = JSON.parse(readFileSync(join(root, 'packaging/targets.json'), 'utf8'));
const { version } = JSON.parse(readFileSync(join(here, 'package.json'), 'utf8'));
// VS Code calls what has musl after Alpine.
const platform = (entry) => (entry.libc === 'musl' ? `alpine-${entry.cpu}` : `${entry.os}-${entry.cpu}`);
const run = (name, ...rest) => {
    const program = join(here, 'node_modules/.bin', process.platform === 'win32' ? `${name}.cmd` : name);
    execFileSync(program, rest, { cwd: here, stdio: ['ignore', 'ignore', 'inherit'], shell: process.platform === 'win32' });
};

for (const file of ['LICENSE-APACHE', 'LICENSE-MIT', 'NOTICE']) copyFileSync(join(root, file), join(here, file));
copyFileSync(join(root, 'LICENSE-MIT'), join(here, 'LICENSE.txt'));
mkdirSync(folder, { recursive: true });
execFileSync('npm', ['run', '--silent', 'bundle', '--', '--log-level=warning'], { cwd: here, stdio: 'inherit' });
for (const [target, program] of programs.map((argument) => argument.split('='))) {
    const entry = targets.find((entry) => entry.target === target);
    if (entry === undefined || program === undefined) throw new Error(`there is no target '${target}'`);
    const bin = join(here, 'bin');
    rmSync(bin, { recursive: true, force: true });
    mkdirSync(bin);
    const name = entry.os === 'win32' ? 'sfn-tool.exe' : 'sfn-tool';
    copyFileSync(program, join(bin, name));
    chmodSync(join(bin, name), 0o755);
    const out = join(resolve(folder), `sfn-tool-${platform(entry)}-${version}.vsix`);
    run('vsce', 'package', '--no-dependencies', '--target', platform(entry), '--out', out);
}
