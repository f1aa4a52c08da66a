#!/usr/bin/env bash
# Draws definitions with 'graph --format mermaid' and has the real mermaid (from npm) read them.
# Exit 0: it takes them, or cannot be had here (then the last line says SKIPPED and why). Exit 1: it does not.
source "$(dirname "$0")/opening.bash"

# mermaid's own tests run on jsdom, too: its parser asks for a document.
npm_packages mermaid@11 jsdom@26
release_build
cd "$scratch"

cat >parse.mjs <<'SCRIPT'
import { readFileSync } from 'node:fs';
import { JSDOM } from 'jsdom';

const dom = new JSDOM('');
globalThis.window = dom.window;
globalThis.document = dom.window.document;
const { default: mermaid } = await import('mermaid');

let failures = 0;
for (const file of process.argv.slice(2)) {
    try {
        const text = readFileSync(file, 'utf8');
        await mermaid.parse(text);
        // Every state that was declared is one of the diagram, and no name made another.
        const declared = new Set([...text.matchAll(/^ *state ".*" as (s\d+)/gm)].map((match) => match[1]));
        const diagram = await mermaid.mermaidAPI.getDiagramFromText(text);
        const found = new Set();
        const walk = (doc) => {
            for (const part of doc) {
                const states = part.stmt === 'state' ? [part] : part.stmt === 'relation' ? [part.state1, part.state2] : [];
                for (const state of states) {
                    if (/^s\d+$/.test(state.id)) found.add(state.id);
                    else if (!/start|end|\[\*\]|divider/.test(state.id) && state.type !== 'divider')
                        throw new Error(`there is a state '${state.id}'`);
                    if (state.doc) walk(state.doc);
                }
            }
        };
        walk(diagram.db.rootDoc);
        for (const id of found) if (!declared.delete(id)) throw new Error(`${id} is not declared`);
        if (found.size === 0) throw new Error('no states');
        if (declared.size > 0) throw new Error(`lost: ${[...declared].join(' ')}`);
    } catch (error) {
        failures += 1;
        console.log(`${file}: ${error.message}`);
    }
}
process.exitCode = failures > 0 ? 1 : 0;
SCRIPT

count=0
for definition in "$repository"/fixtures/workflows/*/definition.* "$repository"/fixtures/broken/*.asl.json \
    "$repository"/fixtures/graph/*; do
    # Texts that are no definition, and an empty one, have no states to draw.
    case $definition in */text-* | */machine-empty.*) continue ;; esac
    count=$((count + 1))
    "$tool" graph --format mermaid "$definition" >"$count.mmd"
done
words=$(node parse.mjs ./*.mmd 2>&1) || failed "mermaid refuses what we draw" "$words"
version=$(node -p 'require("./node_modules/mermaid/package.json").version')
echo "mermaid $version: reads $count definitions"
