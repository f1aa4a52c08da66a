// The graph of a machine beside its text: drawn by the server, and drawn anew when the text changes. A click on a state goes to it.
import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { LanguageClient, Range } from 'vscode-languageclient/node';

/** What the server answers to `sfn-tool/graph`. A state's place in the list is its number in the picture. */
interface Graph {
    svg: string;
    states: { name: string; range: Range }[];
}

/** So many milliseconds after the last key the picture is drawn anew. */
const PAUSE = 300;

export async function showGraph(client: LanguageClient, given?: string | vscode.Uri, resource?: string): Promise<void> {
    const uri = typeof given === 'string' ? vscode.Uri.parse(given) : given ?? vscode.window.activeTextEditor?.document.uri;
    if (uri === undefined) {
        return;
    }
    const title = resource ?? uri.path.split('/').pop() ?? 'Graph';
    const panel = vscode.window.createWebviewPanel(
        'sfn-tool.graph',
        title,
        { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true },
        { enableScripts: true, localResourceRoots: [] },
    );
    let states: Graph['states'] = [];
    const draw = async (): Promise<void> => {
        const graph = await client.sendRequest<Graph | null>('sfn-tool/graph', { uri: uri.toString(), resource });
        if (graph === null) {
            // While a text is broken, its last picture stays.
            if (states.length === 0) {
                panel.webview.html = page('<p>There is no state machine here that can be drawn.</p>');
            }
            return;
        }
        states = graph.states;
        panel.webview.html = page(graph.svg);
    };
    let timer: NodeJS.Timeout | undefined;
    const changes = vscode.workspace.onDidChangeTextDocument((event) => {
        if (event.document.uri.toString() === uri.toString()) {
            clearTimeout(timer);
            timer = setTimeout(() => void draw(), PAUSE);
        }
    });
    const clicks = panel.webview.onDidReceiveMessage(async (message: { state?: unknown }) => {
        const state = typeof message.state === 'number' ? states[message.state] : undefined;
        if (state === undefined) {
            return;
        }
        const { start, end } = state.range;
        const selection = new vscode.Range(start.line, start.character, end.line, end.character);
        await vscode.window.showTextDocument(uri, { selection, viewColumn: vscode.ViewColumn.One });
    });
    panel.onDidDispose(() => {
        clearTimeout(timer);
        changes.dispose();
        clicks.dispose();
    });
    await draw();
}

/** The page of a picture. The one script in it is ours: names of states are text in the picture, and nothing is loaded. */
function page(picture: string): string {
    const nonce = randomBytes(16).toString('base64');
    return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'nonce-${nonce}'">
<style>body { padding: 1em } [data-state] { cursor: pointer }</style>
</head>
<body>
${picture}
<script nonce="${nonce}">
const vscode = acquireVsCodeApi();
document.addEventListener('click', (event) => {
    const state = event.target.closest('[data-state]');
    if (state) vscode.postMessage({ state: Number(state.dataset.state) });
});
</script>
</body>
</html>`;
}
