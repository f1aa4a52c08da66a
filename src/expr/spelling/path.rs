//! Paths and calls from their compiled form.

use std::fmt::Write as _;

use crate::expr::intrinsic::{ArgumentKind, Call};
use crate::expr::jsonpath::{CompareOperator, Filter, Operand, Path, Root, Step, StepKind};

pub(super) fn spell(path: &Path) -> String {
    let mut out = match path.root() {
        Root::Input => "$".to_owned(),
        Root::Context => "$$".to_owned(),
        Root::Variable(name) => format!("${name}"),
    };
    steps(path.steps(), &mut out);
    out
}

pub(super) fn spell_call(call: &Call) -> String {
    let arguments: Vec<String> = (call.arguments.iter())
        .map(|argument| match &argument.kind {
            ArgumentKind::Literal(value) => value.to_json(),
            ArgumentKind::Text { raw, .. } => format!("'{raw}'"),
            ArgumentKind::Path(path) => spell(path),
            ArgumentKind::Call(inner) => spell_call(inner),
        })
        .collect();
    format!("{}({})", call.function.name, arguments.join(", "))
}

fn steps(steps: &[Step], out: &mut String) {
    let mut scanned = false;
    for step in steps {
        match &step.kind {
            // Behind `..` a name stands without a dot of its own.
            StepKind::Property(name) if is_plain(name) && scanned => out.push_str(name),
            StepKind::Property(name) if is_plain(name) => {
                out.push('.');
                out.push_str(name);
            }
            StepKind::Property(name) => names(&[name], out),
            StepKind::Properties(list) => names(&list.iter().map(|name| &**name).collect::<Vec<_>>(), out),
            StepKind::Filter(condition) => {
                out.push_str("[?(");
                filter(condition, out);
                out.push_str(")]");
            }
            kind @ (StepKind::Index(_)
            | StepKind::Indexes(_)
            | StepKind::Slice { .. }
            | StepKind::Wildcard
            | StepKind::Scan) => {
                // Writing to a string does not fail.
                let _ = write!(out, "{kind}");
            }
        }
        scanned = matches!(step.kind, StepKind::Scan);
    }
}

/// A name that can stand behind a dot.
fn is_plain(name: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '_';
    name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') && name.chars().all(plain)
}

fn names(names: &[&str], out: &mut String) {
    let quoted: Vec<String> = (names.iter())
        .map(|name| format!("'{}'", name.replace('\\', "\\\\").replace('\'', "\\'")))
        .collect();
    // Writing to a string does not fail.
    let _ = write!(out, "[{}]", quoted.join(","));
}

fn filter(condition: &Filter, out: &mut String) {
    let mut joined = |parts: &[Filter], word: &str| {
        for (i, part) in parts.iter().enumerate() {
            if i > 0 {
                out.push_str(word);
            }
            out.push('(');
            filter(part, out);
            out.push(')');
        }
    };
    match condition {
        Filter::And(parts) => joined(parts, " && "),
        Filter::Or(parts) => joined(parts, " || "),
        Filter::Not(inner) => {
            out.push_str("!(");
            filter(inner, out);
            out.push(')');
        }
        Filter::Exists(side) => operand(side, out),
        Filter::Compare(left, operator, right) => {
            operand(left, out);
            let sign = CompareOperator::ALL.iter().find(|(_, other)| other == operator);
            // Writing to a string does not fail.
            let _ = write!(out, " {} ", sign.map_or("?", |(sign, _)| sign));
            operand(right, out);
        }
    }
}

fn operand(side: &Operand, out: &mut String) {
    match side {
        Operand::Item(path) => {
            out.push('@');
            steps(path, out);
        }
        Operand::Document(path) => {
            out.push('$');
            steps(path, out);
        }
        Operand::Literal(value) => out.push_str(&value.to_json()),
        Operand::Pattern(pattern) => {
            // Writing to a string does not fail.
            let _ = write!(out, "/{}/", pattern.as_str());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{path, path_or_call};

    #[test]
    fn spellings_of_one_path() {
        for (text, expected) in [
            ("$", "$"),
            (" $.a ", "$.a"),
            ("$['a']", "$.a"),
            ("$[\"a\"].b[0]", "$.a.b[0]"),
            ("$.a['b c']", "$.a['b c']"),
            ("$['a-b']", "$['a-b']"),
            ("$.a-b", "$['a-b']"),
            ("$.*", "$[*]"),
            ("$..a", "$..a"),
            ("$..['a']", "$..a"),
            ("$$.Execution['Input'].x", "$$.Execution.Input.x"),
            ("$order['id']", "$order.id"),
            ("$.a[ 1 : 3 ]", "$.a[1:3]"),
            ("$.a[?(@.x==1)]", "$.a[?(@.x == 1)]"),
            ("$.a[?( @['x'] == 1 )]", "$.a[?(@.x == 1)]"),
            // No path: left alone.
            ("$.a[", "$.a["),
            ("order", "order"),
        ] {
            assert_eq!(path(text), expected, "{text}");
        }
    }

    #[test]
    fn spellings_of_one_call() {
        for (text, expected) in [
            ("States.Format('{}',$['a'])", "States.Format('{}', $.a)"),
            (
                "States.Array( States.UUID( ) ,1.50, 'it\\'s' )",
                "States.Array(States.UUID(), 1.5, 'it\\'s')",
            ),
            ("$['x']", "$.x"),
            ("States.Nothing(1)", "States.Nothing(1)"),
        ] {
            assert_eq!(path_or_call(text), expected, "{text}");
        }
    }
}
