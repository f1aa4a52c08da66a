//! Looking at a definition once more, after its text has changed: what was found out about it before and still holds.

use std::sync::{Arc, OnceLock};

use super::Definition;
use crate::asl::{Quiet, StateMachine};
use crate::source;

/// What is known of a definition whose text has changed.
#[derive(Debug)]
pub(crate) struct Seen {
    /// Its tree.
    pub(crate) before: source::Before,
    /// The states in which nothing was found.
    pub(crate) quiet: Quiet,
}

impl Definition {
    /// What is known of it, for whoever reads its text once more; `None` where that says less than the text.
    pub(crate) fn into_seen(mut self) -> Option<Seen> {
        let is_plain = self.of_text.is_empty() && self.embedding.is_none() && self.fragment.is_none();
        let document = self.document.take().filter(|_| is_plain)?;
        let quiet = self.machine.get().map(StateMachine::quiet_states);
        drop(self);
        Some(Seen {
            before: source::Before::of(Arc::into_inner(document)?)?,
            quiet: quiet.unwrap_or_default(),
        })
    }

    /// Listens to its states, of which `quiet` are known not to have to be looked at once more.
    pub(crate) fn listen(&mut self, quiet: Quiet) {
        if let Some(document) = &self.document {
            self.machine = OnceLock::from(StateMachine::read(document.clone()).listened_to(quiet));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};

    use super::*;
    use crate::lint::{Selection, Settings};
    use crate::references::References;
    use crate::source::{ParseOptions, Reach, SourceFile};

    /// What is typed into a value, and what it is replaced by.
    const TYPED: [&str; 24] = [
        "0",
        "x",
        ".",
        "$",
        "$.",
        "$$.",
        "$states.",
        "{% $x %}",
        "\"",
        "arn:aws:",
        ".sync",
        "[0]",
        "[?(@.a)]",
        ".length()",
        ", ",
        "Next",
        "\\",
        "{",
        "}",
        "-1",
        "${Name}",
        "States.Format('{}', $.a)",
        "\n",
        "é",
    ];
    const WHOLE: [&str; 12] = [
        "60",
        "\"$.a\"",
        "\"x\"",
        "null",
        "{}",
        "[]",
        "{\"a.$\": \"$.b\"}",
        "{\"a\": \"{% $states.input %}\"}",
        "-5",
        "\"arn:aws:states:::sqs:sendMessage.waitForTaskToken\"",
        "{\"QueueUrl\": \"q.fifo\", \"MessageBody\": \"$.x\"}",
        "true",
    ];

    struct Look {
        definition: Definition,
        found: Vec<crate::diagnostics::Finding>,
    }

    fn look(file: &Arc<SourceFile>, seen: Option<Seen>, settings: &Settings) -> Look {
        let (before, quiet) = seen.map(|seen| (seen.before, seen.quiet)).unzip();
        let mut options = ParseOptions::within(Reach::default());
        options.mend = true;
        options.before = before;
        let mut definition = Definition::of_file(file.clone(), &options);
        definition.listen(quiet.unwrap_or_default());
        let found = definition.check(settings);
        Look { definition, found }
    }

    fn fixtures(folder: &Path, found: &mut Vec<PathBuf>) {
        let entries = folder.read_dir().expect("fixtures");
        let mut entries: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
        entries.sort();
        for path in entries {
            match path.is_dir() {
                true => fixtures(&path, found),
                false => found.push(path),
            }
        }
    }

    /// Each text with something typed into it, in the values of fields of states and elsewhere, and taken back again.
    fn edits(definition: &Definition, number: usize) -> Vec<(usize, usize, &'static str)> {
        let (Some(document), Some(machine)) = (definition.document(), definition.machine()) else {
            return Vec::new();
        };
        let mut edits = Vec::new();
        let mut at = number;
        let mut next = || {
            at += 1;
            at
        };
        for node in document.all() {
            let (start, end) = (node.span().start as usize, node.span().end as usize);
            let is_field = node
                .parent()
                .is_some_and(|holder| machine.states().iter().any(|state| state.node == holder.id()));
            let is_scalar = !node.is_object() && !node.is_array();
            if is_field {
                edits.push((start, end, WHOLE[next() % WHOLE.len()]));
            }
            if is_scalar && end - start > 2 {
                edits.push((end - 1, end - 1, TYPED[next() % TYPED.len()]));
                edits.push((start + 1, start + 2, ""));
            }
            if is_scalar && is_field {
                edits.push((end, end, TYPED[next() % TYPED.len()]));
            }
        }
        for (at, _) in document.file().text().match_indices(',').step_by(5) {
            edits.push((at, at, ", \"Comment\": \"sfn-tool: ignore all\""));
        }
        // Others in each file: all of them take minutes.
        edits.into_iter().skip(number % 10).step_by(10).collect()
    }

    #[test]
    fn a_second_look_finds_what_a_first_look_finds() {
        let every = Settings::from(Selection::new(&["all".to_owned()], &[]).expect("rules"));
        let mut paths = Vec::new();
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        fixtures(&root.join("fixtures/rules"), &mut paths);
        let (mut quiet, mut looks) = (0, 0);
        let mut wrong = Vec::new();
        for (number, path) in paths.iter().enumerate() {
            let name = path.to_string_lossy().into_owned();
            let Some(text) = std::fs::read_to_string(path)
                .ok()
                .filter(|text| text.len() < 6_000)
            else {
                continue;
            };
            let file = |text: &str| Arc::new(SourceFile::new(name.as_str(), text));
            let mut last = look(&file(&text), None, &every);
            if last.definition.document().is_none() {
                continue;
            }
            for (start, end, typed) in edits(&last.definition, number) {
                let (Some(before), Some(behind)) = (text.get(..start), text.get(end..)) else {
                    continue;
                };
                let changed = format!("{before}{typed}{behind}");
                // There, and back again.
                for text in [&*changed, &text] {
                    let file = file(text);
                    let seen = last.definition.into_seen();
                    let again = look(&file, seen, &every);
                    let anew = look(&file, None, &every);
                    let machine = again.definition.machine();
                    let states = machine.map_or(&[][..], StateMachine::states).iter();
                    quiet += states
                        .filter(|state| machine.is_some_and(|machine| machine.is_quiet(state.id)))
                        .count();
                    looks += 1;
                    let references = |look: &Look| {
                        look.definition
                            .machine()
                            .map(|machine| format!("{:?}", References::of(machine)))
                    };
                    if again.found != anew.found || references(&again) != references(&anew) {
                        wrong.push((name.clone(), text.to_owned(), again.found.clone(), anew.found));
                    }
                    last = again;
                }
            }
        }
        assert!(
            wrong.is_empty(),
            "{} of {looks}: {:#?}",
            wrong.len(),
            wrong.first()
        );
        assert!(quiet > 100, "{quiet} quiet states in {looks} looks");
    }
}
