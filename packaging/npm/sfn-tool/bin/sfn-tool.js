#!/usr/bin/env node
// Runs the program in the package of this platform, which npm installed as an optional dependency.
'use strict';

const { spawn } = require('node:child_process');
const { constants } = require('node:os');

const own = `${process.platform}-${process.arch}`;
const program = process.platform === 'win32' ? 'bin/sfn-tool.exe' : 'bin/sfn-tool';
// Some package managers install the packages of both libraries: the one whose library is not here cannot be started, and
// the other is tried.
const programs = [own, `${own}-musl`].flatMap((platform) => {
    try {
        return [require.resolve(`@sfn-tool/${platform}/${program}`)];
    } catch {
        return [];
    }
});
// A terminal sends its signals to the program, too; others have to be passed on.
const signals = process.platform === 'win32' ? [] : ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'];

function run([path, ...others]) {
    if (path === undefined) {
        console.error(
            `sfn-tool: there is no program for ${own} here. Install without --omit=optional (--no-optional), and for the ` +
                `platform it runs on. For other platforms: cargo install --locked sfn-tool`,
        );
        process.exit(2);
    }
    const child = spawn(path, process.argv.slice(2), { stdio: 'inherit' });
    const pass = (signal) => {
        if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
    };
    signals.forEach((signal) => process.on(signal, pass));
    child.on('error', (error) => {
        signals.forEach((signal) => process.removeListener(signal, pass));
        if (error.code === 'ENOENT' && others.length > 0) return run(others);
        console.error(`sfn-tool: ${path} cannot be started: ${error.message}`);
        process.exit(2);
    });
    child.on('exit', (status, signal) => {
        if (signal === null) process.exit(status);
        // Ends as the program did; where the signal is ignored, with the status that a shell gives it.
        signals.forEach((name) => process.removeListener(name, pass));
        process.kill(process.pid, signal);
        setTimeout(() => process.exit(128 + constants.signals[signal]), 100);
    });
}

run(programs);
