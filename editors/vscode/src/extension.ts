// Starts the server, and shows what no protocol has a place for: the graph of a machine, how its cases went, what a rule
// means. All else is the server's.
import * as vscode from 'vscode';
import { LanguageClient, LanguageClientOptions, ServerOptions } from 'vscode-languageclient/node';
import { showGraph } from './graph';
import { program } from './program';

const LANGUAGES = ['json', 'jsonc', 'yaml', 'asl', 'asl-yaml', 'terraform', 'toml'];

let client: LanguageClient | undefined;

/** What the commands of the server that run cases answer. */
interface Ran {
    passed: number;
    failed: number;
}

export async function activate(context: vscode.ExtensionContext): Promise<void> {
    context.subscriptions.push(
        vscode.commands.registerCommand('sfn-tool.showGraph', (uri?: string | vscode.Uri, resource?: string | null) =>
            client && showGraph(client, uri, resource ?? undefined),
        ),
        vscode.commands.registerCommand('sfn-tool.restart', async () => {
            await client?.stop();
            await start(context);
        }),
        vscode.workspace.onDidChangeConfiguration(async (event) => {
            if (event.affectsConfiguration('sfn-tool.path')) {
                await vscode.commands.executeCommand('sfn-tool.restart');
            }
        }),
    );
    await start(context);
}

export async function deactivate(): Promise<void> {
    await client?.stop();
}

async function start(context: vscode.ExtensionContext): Promise<void> {
    const server: ServerOptions = { command: program(context), args: ['lsp'] };
    const options: LanguageClientOptions = {
        // An editor without TOML takes a configuration for plain text.
        documentSelector: [
            ...LANGUAGES.map((language) => ({ scheme: 'file', language })),
            { scheme: 'file', pattern: '**/sfn-tool.toml' },
        ],
        synchronize: {
            configurationSection: 'sfn-tool',
            fileEvents: vscode.workspace.createFileSystemWatcher('**/{sfn-tool.toml,*.sfn-test.*,*.asl.*,*.mocks.*}'),
        },
        initializationOptions: { ...vscode.workspace.getConfiguration('sfn-tool') },
        middleware: { executeCommand: execute },
    };
    client = new LanguageClient('sfn-tool', 'sfn-tool', server, options);
    // A lens that shows the graph is worth having only where somebody shows it.
    client.registerFeature({
        fillClientCapabilities: (capabilities) => {
            capabilities.experimental = { ...capabilities.experimental, commands: { commands: ['sfn-tool.showGraph'] } };
        },
        initialize: () => undefined,
        getState: () => ({ kind: 'static' }),
        clear: () => undefined,
    });
    try {
        await client.start();
    } catch (error) {
        const choice = await vscode.window.showErrorMessage(`sfn-tool cannot be started: ${String(error)}`, 'Open Settings');
        if (choice !== undefined) {
            await vscode.commands.executeCommand('workbench.action.openSettings', 'sfn-tool.path');
        }
    }
}

/** Shows what a command of the server answers. */
async function execute(
    command: string,
    args: unknown[],
    next: (command: string, args: unknown[]) => vscode.ProviderResult<unknown>,
): Promise<unknown> {
    const answer = await next(command, args);
    if (command === 'sfn-tool.explain' && typeof answer === 'string') {
        const document = await vscode.workspace.openTextDocument({ language: 'markdown', content: answer });
        await vscode.window.showTextDocument(document, { preview: true, viewColumn: vscode.ViewColumn.Beside });
    } else if (isRan(answer)) {
        const cases = (count: number) => `${count} case${count === 1 ? '' : 's'}`;
        if (answer.failed > 0) {
            void vscode.window.showWarningMessage(`${cases(answer.failed)} failed, ${answer.passed} passed`);
        } else {
            void vscode.window.showInformationMessage(`${cases(answer.passed)} passed`);
        }
    }
    return answer;
}

function isRan(answer: unknown): answer is Ran {
    const ran = answer as Partial<Ran> | null | undefined;
    return typeof ran?.passed === 'number' && typeof ran.failed === 'number';
}
