//! What the function takes whose arguments are being written.

use super::expressions::typed;
use super::site;
use crate::asl::QueryLanguage;
use crate::asl::fields::Content;
use crate::editor::OpenDocument;
use crate::editor::functions::{intrinsic, jsonata};
use crate::editor::place::Role;

/// A function, as it is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    /// The call: `$substring(text, start, length)`.
    pub label: String,
    /// A sentence on what it gives.
    pub documentation: &'static str,
    /// The bytes of each argument in the label.
    pub arguments: Vec<(u32, u32)>,
    /// The argument that is being written.
    pub active: usize,
}

/// The function whose arguments are being written at `offset`, and which of them.
pub fn signature(open: &OpenDocument, offset: usize) -> Option<Signature> {
    let definition = open.definition_at(offset)?;
    let site = site::at(definition.machine()?, offset)?;
    let is_jsonata = match site.context.role {
        _ if site.is_key => return None,
        Role::Value(Content::PathOrCall) => false,
        Role::Value(Content::Template(QueryLanguage::Jsonata)) => true,
        _ => return None,
    };
    let typed = typed(&site)?;
    let typed = match is_jsonata {
        true => typed.rsplit_once("{%")?.1,
        false => &typed,
    };
    let (name, active) = open_call(typed, |name| match is_jsonata {
        true => name.strip_prefix('$').and_then(jsonata).is_some(),
        false => intrinsic(name).is_some(),
    })?;
    let (_, arguments, documentation) = match is_jsonata {
        true => jsonata(name.strip_prefix('$')?)?,
        false => intrinsic(name)?,
    };
    let mut found = Signature {
        label: format!("{name}("),
        documentation,
        arguments: Vec::new(),
        active: 0,
    };
    for argument in arguments.split(", ").filter(|argument| !argument.is_empty()) {
        found
            .label
            .push_str(if found.arguments.is_empty() { "" } else { ", " });
        let start = found.label.len();
        found.label.push_str(argument);
        let place = |at| u32::try_from(at).unwrap_or(u32::MAX);
        found.arguments.push((place(start), place(found.label.len())));
    }
    found.label.push(')');
    // As many more as one likes are written behind the last one.
    found.active = match arguments.ends_with("...") {
        true => active.min(found.arguments.len() - 1),
        false => active,
    };
    Some(found)
}

/// The innermost call of a known function that is open at the end of a text, and how many arguments stand before.
fn open_call(text: &str, is_known: impl Fn(&str) -> bool) -> Option<(&str, usize)> {
    let mut open: Vec<(&str, usize)> = Vec::new();
    let mut quote = None;
    let mut is_escaped = false;
    for (at, letter) in text.char_indices() {
        match (quote, letter) {
            (Some(_), _) if is_escaped => is_escaped = false,
            (Some(_), '\\') => is_escaped = true,
            (Some(end), _) if end == letter => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'' | '`') => quote = Some(letter),
            (None, '(' | '[' | '{') => {
                let before = text[..at].trim_end();
                let name =
                    before.trim_end_matches(|c: char| c.is_alphanumeric() || matches!(c, '_' | '$' | '.'));
                open.push((if letter == '(' { &before[name.len()..] } else { "" }, 0));
            }
            (None, ')' | ']' | '}') => drop(open.pop()),
            (None, ',') => {
                if let Some((_, arguments)) = open.last_mut() {
                    *arguments += 1;
                }
            }
            _ => {}
        }
    }
    open.into_iter().rev().find(|(name, _)| is_known(name))
}
