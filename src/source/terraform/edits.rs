//! Edits that are made for JSON, as they are written in Terraform's language.

use super::super::template::Hcl;
use crate::diagnostics::Edit;

/// Makes an edit one of Terraform's text; `false` where it has no certain form there.
pub(in crate::source) fn adapt(edit: &mut Edit, hcl: Hcl) -> bool {
    // What begins an interpolation in a template is escaped [HCL Native Syntax Specification, Template Literals].
    let escaped = edit.text.replace("${", "$${").replace("%{", "%%{");
    edit.text = match hcl {
        Hcl::Text => escaped,
        // A name with a dot in it must be quoted, and this one may be without quotes.
        Hcl::Expression if edit.text == ".$" => return false,
        Hcl::Expression => match expression(&escaped) {
            Some(text) => text,
            None => return false,
        },
    };
    true
}

/// A part of JSON's text as one of an expression: keys without quotes where they need none, `=` behind them. A member on a
/// line of its own needs no comma before it.
fn expression(json: &str) -> Option<String> {
    let mut out = String::new();
    let mut rest = json;
    let mut first_key = true;
    while let Some(c) = rest.chars().next() {
        if c != '"' {
            out.push(c);
            rest = &rest[c.len_utf8()..];
            // JSON may be written without blanks.
            if c == ',' && !rest.starts_with(char::is_whitespace) {
                out.push(' ');
            }
            continue;
        }
        let end = string_end(rest)?;
        let (string, after) = rest.split_at(end);
        if ["\\/", "\\b", "\\f"].iter().any(|escape| string.contains(escape)) {
            return None;
        }
        match after.trim_start().strip_prefix(':') {
            Some(value) => {
                let before = out.trim_start();
                if first_key && before.strip_prefix(',').is_some_and(|rest| rest.contains('\n')) {
                    let at = out.find(',').unwrap_or(0);
                    out.remove(at);
                }
                first_key = false;
                let name = &string[1..string.len() - 1];
                out.push_str(if is_name(name) { name } else { string });
                out.push_str(" = ");
                rest = value.trim_start_matches(' ');
            }
            None => {
                out.push_str(string);
                rest = after;
            }
        }
    }
    Some(out)
}

/// Where the string that a text begins with ends; `None` for a text that is no whole one.
fn string_end(text: &str) -> Option<usize> {
    let mut escaped = false;
    text.char_indices().skip(1).find_map(|(at, c)| {
        let ends = c == '"' && !escaped;
        escaped = c == '\\' && !escaped;
        ends.then_some(at + 1)
    })
}

/// Whether a key needs no quotes.
fn is_name(key: &str) -> bool {
    key.starts_with(|c: char| c.is_ascii_alphabetic())
        && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_becomes_what_terraform_reads() {
        for (json, expected) in [
            (
                ",\n    \"Retry\": [{\"ErrorEquals\": [\"A\", \"B\"], \"BackoffRate\": 2}]",
                Some("\n    Retry = [{ErrorEquals = [\"A\", \"B\"], BackoffRate = 2}]"),
            ),
            (", \"a.$\":\"$.x\"", Some(", \"a.$\" = \"$.x\"")),
            (",{\"a\":1,\"b\":[]}", Some(", {a = 1, b = []}")),
            ("\"quoted \\\" : x\"", Some("\"quoted \\\" : x\"")),
            ("\"a\\/b\"", None),
            (".$", Some(".$")),
        ] {
            assert_eq!(expression(json).as_deref(), expected, "{json}");
        }
        let mut edit = Edit {
            span: crate::diagnostics::Span::at(0),
            text: "\"a\": \"${x}\"".to_owned(),
        };
        assert!(adapt(&mut edit, Hcl::Text));
        assert_eq!(edit.text, "\"a\": \"$${x}\"");
    }
}
