// Which program is started.
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import * as vscode from 'vscode';

/** That of the setting, else the one on the PATH, else the one that the extension brings. */
export function program(context: vscode.ExtensionContext): string {
    const set = vscode.workspace.isTrusted ? vscode.workspace.getConfiguration('sfn-tool').get<string>('path', '') : '';
    const name = process.platform === 'win32' ? 'sfn-tool.exe' : 'sfn-tool';
    return set || onPath(name) || join(context.extensionPath, 'bin', name);
}

function onPath(name: string): string | undefined {
    const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
    return folders.map((folder) => join(folder, name)).find(isProgram);
}

function isProgram(path: string): boolean {
    try {
        accessSync(path, constants.X_OK);
        return statSync(path).isFile();
    } catch {
        return false;
    }
}
