// Goes through what an editor offers in a definition, in a real VS Code with the extension installed, and writes what came of it.
// An extension itself: VS Code's own commands ask the language server as its keys and menus do.
const vscode = require('vscode');
const fs = require('node:fs');
const path = require('node:path');

const told = [];
const check = (name, holds, seen) => told.push({ name, holds: Boolean(holds), seen: holds ? undefined : JSON.stringify(seen) });
const pause = (millis) => new Promise((resolve) => setTimeout(resolve, millis));

/** Asks until the answer will do, for half a minute. */
async function until(ask, will) {
    let answer;
    for (let round = 0; round < 150; round++) {
        answer = await ask();
        if (will(answer)) break;
        await pause(200);
    }
    return answer;
}
const run = (command, ...given) => vscode.commands.executeCommand(command, ...given);

async function trial(folder) {
    const uri = vscode.Uri.file(path.join(folder, 'order.asl.json'));
    const document = await vscode.workspace.openTextDocument(uri);
    const editor = await vscode.window.showTextDocument(document);
    const at = (text, behind = 0) => document.positionAt(document.getText().indexOf(text) + behind);
    const found = () => vscode.languages.getDiagnostics(uri).filter((one) => one.source === 'sfn-tool');
    const codes = () => found().map((one) => (typeof one.code === 'object' ? one.code.value : one.code));

    await until(found, (all) => all.length > 0);
    check('diagnostics come', codes().includes('missing-retry'), codes());

    // A name that leads nowhere, typed and completed.
    const next = '"Next": "ChargeCard"';
    const name = new vscode.Range(at(next, 9), at(next, next.length - 1));
    await editor.edit((edit) => edit.replace(name, 'ChargCard'));
    await until(codes, (all) => all.includes('MISSING_TRANSITION_TARGET'));
    check('a mistake is told', codes().includes('MISSING_TRANSITION_TARGET'), codes());
    const list = await run('vscode.executeCompletionItemProvider', uri, at('ChargCard', 3));
    const labels = list.items.map((item) => (typeof item.label === 'string' ? item.label : item.label.label));
    check('states are completed', labels.includes('ChargeCard'), labels);
    const wrong = found().find((one) => one.message.includes('ChargCard'));
    const actions = await run('vscode.executeCodeActionProvider', uri, wrong.range);
    const fix = actions.find((action) => action.title.includes("'ChargeCard'") && action.edit);
    check('a quick fix is offered', fix, actions.map((action) => action.title));
    if (fix) await vscode.workspace.applyEdit(fix.edit);
    await until(codes, (all) => !all.includes('MISSING_TRANSITION_TARGET'));
    check('the quick fix mends it', !codes().includes('MISSING_TRANSITION_TARGET'), codes());

    // Broken, and whole again.
    const before = document.getText();
    await editor.edit((edit) => edit.delete(new vscode.Range(at('"StartAt"', 9), at('"StartAt"', 10))));
    await until(found, (all) => all.some((one) => one.severity === vscode.DiagnosticSeverity.Error));
    check('broken text has one error', found().filter((one) => one.severity === 0).length === 1, codes());
    await run('undo');
    await until(found, (all) => !all.some((one) => one.severity === vscode.DiagnosticSeverity.Error));
    check('undo takes it away', document.getText() === before && !found().some((one) => one.severity === 0), codes());

    const hovers = await run('vscode.executeHoverProvider', uri, at('"StartAt"', 3));
    const words = hovers.flatMap((hover) => hover.contents.map((part) => part.value ?? part)).join('\n');
    check('fields have a hover', words.includes('StartAt'), words);
    const targets = await run('vscode.executeDefinitionProvider', uri, at('"StartAt": "', 14));
    check('a name leads to its state', targets.length === 1, targets);
    const references = await run('vscode.executeReferenceProvider', uri, at('"ChargeCard": {', 3));
    check('a state has its references', references.length >= 2, references);
    const symbols = await run('vscode.executeDocumentSymbolProvider', uri);
    check('states are symbols', JSON.stringify(symbols).includes('ChargeCard'), symbols.length);
    check('objects fold', (await run('vscode.executeFoldingRangeProvider', uri)).length > 3);

    const renaming = await run('vscode.executeDocumentRenameProvider', uri, at('"ChargeCard": {', 3), 'Pay');
    check('a rename reaches the test file', renaming.entries().length === 2, renaming.entries().map(([file]) => file.path));
    await vscode.workspace.applyEdit(renaming);
    check('a rename is applied', document.getText().includes('"Pay": {') && !document.getText().includes('ChargeCard'), document.getText());
    const edits = await run('vscode.executeFormatDocumentProvider', uri, { tabSize: 2, insertSpaces: true });
    check('a document is formatted', Array.isArray(edits), edits);

    const tests = vscode.Uri.file(path.join(folder, 'order.sfn-test.yaml'));
    const cases = await vscode.workspace.openTextDocument(tests);
    await vscode.window.showTextDocument(cases);
    const lenses = await until(() => run('vscode.executeCodeLensProvider', tests, 100), (all) => all.some((lens) => lens.command));
    const lens = lenses.find((one) => /Run/.test(one.command?.title ?? ''));
    check('cases have a lens', lens, lenses.map((one) => one.command?.title));
    if (lens) {
        const ran = await run(lens.command.command, ...(lens.command.arguments ?? []));
        check('a case runs', ran && ran.passed + ran.failed > 0, ran);
    }

    await run('sfn-tool.showGraph', uri);
    const tabs = () => vscode.window.tabGroups.all.flatMap((group) => group.tabs).map((tab) => tab.input?.viewType ?? '');
    await until(tabs, (all) => all.some((type) => type.includes('sfn-tool.graph')));
    check('the graph is shown', tabs().some((type) => type.includes('sfn-tool.graph')), tabs());
    await run('sfn-tool.restart');
    await run('vscode.open', uri);
    const after = await until(found, (all) => all.length > 0);
    check('the server starts again', after.length > 0);
}

exports.activate = async () => {
    const folder = vscode.workspace.workspaceFolders[0].uri.fsPath;
    try {
        await trial(folder);
    } catch (error) {
        check('nothing is thrown', false, String(error?.stack ?? error));
    }
    fs.writeFileSync(path.join(folder, 'told.part'), JSON.stringify({ version: vscode.version, told }));
    fs.renameSync(path.join(folder, 'told.part'), path.join(folder, 'told.json'));
};
