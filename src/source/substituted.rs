//! The names that a definition leaves to be filled in, and those that are given for them: what rules about misspelt and
//! forgotten ones compare.

use std::sync::Arc;

use super::{Made, NodeKind, NodeRef, ParseOptions, SourceFile, placeholder};
use crate::arrange::Arrange as _;
use crate::diagnostics::Span;

/// The names that stand in a definition, and the list of those that are given.
#[derive(Debug, Clone, Default)]
pub struct Substituted {
    /// What is given, and by whom.
    pub given: Vec<Given>,
    /// What is asked for, in the order of the text.
    pub used: Vec<Used>,
    /// Whether what nobody gives is refused, and was told as that.
    pub is_refused: bool,
}

/// A name that is given a value.
#[derive(Debug, Clone)]
pub struct Given {
    /// The name.
    pub name: Arc<str>,
    /// Who gives it.
    pub by: Giver,
    /// The name of the placeholder that its value is, as of something that the template makes: `Child.Arn`.
    pub stands_for: Option<Arc<str>>,
    /// What is put in, where that is known only in part: a text with placeholders.
    pub unknown: Option<Arc<str>>,
}

/// Who gives a name its value.
#[derive(Debug, Clone)]
pub enum Giver {
    /// A file, which may be the one that the definition stands in.
    File {
        /// The file.
        file: Arc<SourceFile>,
        /// The name in it.
        key: Span,
        /// Its value; empty where that stands elsewhere.
        value: Span,
    },
    /// The call: `--define`, `--substitutions`. `only`: nobody else gives any.
    Call {
        /// Whether there is no other list.
        only: bool,
    },
}

/// A name that stands in a definition.
#[derive(Debug, Clone)]
pub struct Used {
    /// The name.
    pub name: Arc<str>,
    /// Its placeholder.
    pub span: Span,
}

/// Whether a placeholder is a name that a list of substitutions may give: no pseudo parameter of CloudFormation's, no
/// expression, and none of JSONata's own (`${"a": b}` groups by what `$` is).
pub fn is_name(name: &str) -> bool {
    let mut chars = name.chars();
    let begins = chars.next().is_some_and(|c| c.is_ascii_alphabetic() || c == '_');
    begins
        && !name.starts_with("AWS::")
        && chars.all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | ':'))
}

/// The names in a definition whose placeholders have not been filled in. `Fn::Sub` has names of its own.
pub(super) fn used(root: NodeRef<'_>) -> Vec<Used> {
    used_of(root, is_name)
}

/// The same in a file that a template names. CloudFormation reads no template in it: it fills in the substitutions and
/// nothing else, no pseudo parameters such as `${AWS::Region}` either [AWS::Serverless::StateMachine].
pub(super) fn used_in_file(root: NodeRef<'_>) -> Vec<Used> {
    let is_pseudo = |name: &str| {
        let rest = name.strip_prefix("AWS::");
        rest.is_some_and(|rest| rest.chars().all(|c| c.is_ascii_alphanumeric()))
    };
    used_of(root, |name| is_name(name) || is_pseudo(name))
}

fn used_of(root: NodeRef<'_>, is_name: impl Fn(&str) -> bool) -> Vec<Used> {
    let mut used = Vec::new();
    let mut open = vec![root];
    while let Some(node) = open.pop() {
        let document = node.document();
        match node.kind() {
            NodeKind::Placeholder(name) => {
                let text = document.file().text();
                let is_written = text
                    .get(node.span().range())
                    .is_some_and(|written| written.starts_with("${"));
                if is_written && is_name(name) {
                    used.push(Used {
                        name: name.clone(),
                        span: node.span(),
                    });
                }
            }
            NodeKind::String(text) if text.contains("${") && !is_sub(node) => {
                for place in placeholder::places(text) {
                    let name = placeholder::at(text, place.start).map_or("", |(_, name)| name);
                    if is_name(name) {
                        used.push(Used {
                            name: Arc::from(name),
                            span: node.span_in_source(place),
                        });
                    }
                }
            }
            NodeKind::Object(members) if members.len() == 1 && &*members[0].key == "Fn::Sub" => {}
            NodeKind::Object(members) => {
                for member in members {
                    let names = placeholder::places(&member.key)
                        .filter_map(|place| Some(placeholder::at(&member.key, place.start)?.1));
                    used.extend(names.filter(|name| is_name(name)).map(|name| Used {
                        name: Arc::from(name),
                        span: member.key_span,
                    }));
                    open.push(document.node(member.value));
                }
            }
            _ => open.extend(node.items()),
        }
    }
    used.arrange_by_key(|used| used.span);
    used
}

/// Whether a text has the tag `!Sub`.
pub(super) fn is_sub(node: NodeRef<'_>) -> bool {
    let text = node.document().file().text();
    let before = text.get(..node.span().start as usize).unwrap_or_default();
    before.trim_end().ends_with("!Sub")
}

impl Substituted {
    /// `text` with what is put in the place of the names in it, as far as that is known; `None` where nothing is.
    pub(super) fn filled(&self, text: &str, made: &mut Made) -> Option<String> {
        let mut filled = String::new();
        let mut done = 0;
        for place in placeholder::places(text) {
            let name = placeholder::whole(&text[place.clone()]);
            let given = self.given.iter().find(|given| name == Some(&*given.name));
            let Some(value) = given.and_then(|given| given.unknown.as_deref()) else {
                continue;
            };
            if !made.take(value.len() + (place.start - done), Span::at(0)) {
                return None;
            }
            filled.push_str(&text[done..place.start]);
            filled.push_str(value);
            done = place.end;
        }
        (done > 0).then(|| filled + &text[done..])
    }

    /// What the call gives beside the names of a list, if there is one; `None` where nothing is given at all.
    pub(super) fn of(
        list: Option<Vec<Given>>,
        options: &ParseOptions,
        used: impl FnOnce() -> Vec<Used>,
    ) -> Option<Substituted> {
        let only = list.is_none();
        let mut given = list.unwrap_or_default();
        given.extend(options.substitutions.names().map(|name| Given {
            name: name.clone(),
            by: Giver::Call { only },
            stands_for: None,
            unknown: None,
        }));
        if only && given.is_empty() {
            return None;
        }
        Some(Substituted {
            given,
            used: used(),
            is_refused: false,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::is_name;

    #[test]
    fn names_are_told_from_expressions_and_pseudo_parameters() {
        for name in ["QueueUrl", "queue_url", "Fn.Arn", "self:custom.x", "_a"] {
            assert!(is_name(name), "{name}");
        }
        for name in [
            "AWS::Region",
            "'kind': price",
            "kind: price",
            "!Literal",
            "jsonencode(list)",
            "1a",
            "",
        ] {
            assert!(!is_name(name), "{name}");
        }
    }
}
