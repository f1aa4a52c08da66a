//! A rule's documentation: the `//!` text at the head of its file.

/// The documentation of a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Documentation {
    /// Markdown under `# ` headings, without the comment marks.
    pub text: String,
}

impl Documentation {
    /// Takes it from the text of a rule's file.
    pub fn of_source(source: &str) -> Self {
        let mut text = String::new();
        for line in source.lines().map_while(|line| line.strip_prefix("//!")) {
            text.push_str(line.strip_prefix(' ').unwrap_or(line));
            text.push('\n');
        }
        Documentation { text }
    }

    /// The sections: heading and text.
    pub fn sections(&self) -> Vec<(&str, String)> {
        let mut sections: Vec<(&str, String)> = Vec::new();
        let mut in_code = false;
        for line in self.text.lines() {
            if line.starts_with("```") {
                in_code = !in_code;
            }
            match line.strip_prefix("# ").filter(|_| !in_code) {
                Some(heading) => sections.push((heading, String::new())),
                None => {
                    if let Some((_, text)) = sections.last_mut() {
                        text.push_str(line);
                        text.push('\n');
                    }
                }
            }
        }
        for (_, text) in &mut sections {
            *text = text.trim_matches('\n').to_owned();
        }
        sections
    }

    /// The text of one section.
    pub fn section(&self, heading: &str) -> Option<String> {
        self.sections()
            .into_iter()
            .find(|(h, _)| *h == heading)
            .map(|(_, text)| text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::asl::MachineType;
    use crate::asl::StateMachine;
    use crate::diagnostics::Severity;
    use crate::lint::{Selection, Settings, all, check};
    use crate::source::{ParseOptions, SourceFile, definitions};
    use crate::validate::{Options, validate};
    use std::sync::Arc;

    /// The headings that every rule's text has, in this order.
    const HEADINGS: [&str; 5] = ["What it does", "Why", "Example", "Use instead", "Source"];

    /// The first block of code of a section: a definition.
    fn code(documentation: &Documentation, heading: &str) -> Option<String> {
        let section = documentation.section(heading)?;
        let (_, rest) = section.split_once("```json\n")?;
        Some(rest.split_once("```")?.0.to_owned())
    }

    #[test]
    fn every_rule_is_documented_under_the_fixed_headings() {
        for rule in all() {
            let documentation = rule.documentation();
            let headings: Vec<&str> = documentation.sections().iter().map(|(h, _)| *h).collect();
            assert_eq!(headings, HEADINGS, "{}", rule.name);
            for (heading, text) in documentation.sections() {
                assert!(!text.is_empty(), "{}: {heading}", rule.name);
            }
        }
    }

    /// The examples cannot lie: the rule finds something in the first and nothing in the second, for the type of machine
    /// that the first is for.
    #[test]
    fn examples_do_what_they_say() {
        for rule in all() {
            let types = [None, Some(MachineType::Standard), Some(MachineType::Express)];
            let found = |heading: &str, machine_type: Option<MachineType>| {
                let documentation = rule.documentation();
                let code = code(&documentation, heading)
                    .unwrap_or_else(|| panic!("{}: no ```json under {heading}", rule.name));
                let file = Arc::new(SourceFile::new("example", code));
                let mut found = definitions(file, &ParseOptions::default());
                // Of several machines the last is the example, and the others are there for it.
                let parsed = found.pop().expect("a definition");
                assert!(
                    parsed.findings.is_empty(),
                    "{}: {heading}: {:?}",
                    rule.name,
                    parsed.findings
                );
                let document = parsed.document.expect("no finding, so a document");
                let machine = StateMachine::read(Arc::new(document));
                let options = Options {
                    machine_type: machine_type.unwrap_or_default(),
                };
                let refused = validate(&machine, &options)
                    .into_iter()
                    .find(|f| f.severity == Severity::Error);
                // The one rule about what AWS refuses: `validate` only says so, `lint --fix` mends it.
                let refuses = rule.name == "literal-with-dollar" && heading == "Example";
                assert_eq!(
                    refused.is_some(),
                    refuses,
                    "{}: {heading}: {refused:?}",
                    rule.name
                );
                let settings = Settings {
                    machine_type,
                    ..Settings::from(
                        Selection::new(&[rule.name.to_owned()], &[]).expect("the rule's own name"),
                    )
                };
                check(&machine, &settings)
            };
            let wrong = types.into_iter().find(|t| !found("Example", *t).is_empty());
            let wrong = wrong.unwrap_or_else(|| panic!("{}: nothing is found in the Example", rule.name));
            let instead = found("Use instead", wrong);
            assert!(instead.is_empty(), "{}: Use instead: {instead:?}", rule.name);
        }
    }
}
