// Packs what is published on npm: node packaging/npm/pack.mjs FOLDER TARGET=PROGRAM...
// Writes into FOLDER the package of each target, with the program built for it, and the package `sfn-tool`, which has
// those packages as optional dependencies.
import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const [folder, ...programs] = process.argv.slice(2);
const here = fileURLToPath(new URL('.', import.meta.url));
const root = join(here, '../..');
const targets = JSON.parse(readFileSync(join(root, 'packaging/targets.json'), 'utf8'));
const main = JSON.parse(readFileSync(join(here, 'sfn-tool/package.json'), 'utf8'));
const scratch = mkdtempSync(join(tmpdir(), 'sfn-tool-npm-'));

function pack(name, fill) {
    const contents = join(scratch, name);
    mkdirSync(contents);
    for (const file of ['LICENSE-APACHE', 'LICENSE-MIT', 'NOTICE']) copyFileSync(join(root, file), join(contents, file));
    fill(contents);
    const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
    execFileSync(npm, ['pack', '--silent', '--pack-destination', resolve(folder)], { cwd: contents });
}

try {
    mkdirSync(folder, { recursive: true });
    for (const [target, program] of programs.map((argument) => argument.split('='))) {
        const entry = targets.find((entry) => entry.target === target);
        if (entry === undefined || program === undefined) throw new Error(`there is no target '${target}'`);
        pack(entry.npm, (contents) => {
            const { version, license, repository } = main;
            const description = `The program of sfn-tool for ${target}`;
            const { os, cpu, libc } = entry;
            const name = `@sfn-tool/${entry.npm}`;
            const described = { name, version, description, license, repository, files: ['bin', 'LICENSE-*', 'NOTICE'] };
            // Packages of programs must lie unpacked.
            const limits = { os: [os], cpu: [cpu], ...(libc && { libc: [libc] }), preferUnplugged: true };
            const text = JSON.stringify({ ...described, ...limits }, null, 2);
            writeFileSync(join(contents, 'package.json'), `${text}\n`);
            writeFileSync(join(contents, 'README.md'), `${description}: install the package sfn-tool.\n`);
            const file = join(contents, 'bin', os === 'win32' ? 'sfn-tool.exe' : 'sfn-tool');
            mkdirSync(join(contents, 'bin'));
            copyFileSync(program, file);
            chmodSync(file, 0o755);
        });
    }
    pack('sfn-tool', (contents) => cpSync(join(here, 'sfn-tool'), contents, { recursive: true }));
} finally {
    rmSync(scratch, { recursive: true });
}
