//! The payload templates of a state: every member of them, wherever the table of fields has a template.

use super::Context;
use crate::asl::fields::{Content, Place, Shape, Visitor, walk};
use crate::asl::{QueryLanguage, State};
use crate::expr::intrinsic::Intrinsic;
use crate::expr::jsonata::{Delimited, Expression, delimited};
use crate::expr::jsonpath::Path;
use crate::source::{Member, NodeRef};

/// A member of a template.
#[derive(Clone, Copy)]
pub(super) struct Part<'m> {
    /// The object it stands in.
    pub(super) object: NodeRef<'m>,
    /// The member.
    pub(super) member: &'m Member,
    /// Its value.
    pub(super) value: NodeRef<'m>,
}

/// Shows every member of a state's templates, those of its catchers, rules, reader and writer included, to `see`. What
/// a nested state has is left to it.
pub(super) fn members<'m>(cx: &Context<'m>, state: &State, see: &mut impl FnMut(Part<'m>)) {
    let mut templates = Templates {
        language: state.query_language,
        see,
    };
    walk(cx.machine.node(state.node), state.kind(), &mut templates);
}

/// A text in a JSONata state.
pub(super) struct Text<'m> {
    /// The member of a template that holds it, or holds the list that it is in; `None` right in the field.
    pub(super) part: Option<Part<'m>>,
    /// The text.
    pub(super) node: NodeRef<'m>,
}

/// Shows every text of a JSONata state that is an expression between `{%` and `%}`, and else is passed as it stands.
pub(super) fn texts<'m>(cx: &Context<'m>, state: &State, see: &mut impl FnMut(Text<'m>)) {
    if state.query_language == QueryLanguage::Jsonata {
        walk(cx.machine.node(state.node), state.kind(), &mut Texts { see });
    }
}

/// Whether a text is an expression of JSONata that lacks its `{%` and `%}`, and no other text that begins with a dollar
/// sign: it reads `$states`, a variable that there is, or calls a function that there is. All that it refers to is known.
pub(super) fn lacks_delimiters(text: &str, is_variable: impl Fn(&str) -> bool) -> bool {
    let text = text.trim();
    // Most texts are neither, and compiling takes time. A full stop before a blank ends a sentence.
    if !text.starts_with('$') || delimited(text) != Delimited::Literal || text.contains(". ") {
        return false;
    }
    let Ok(expression) = Expression::compile_in_definition(text) else {
        return false;
    };
    const STATES: [&str; 4] = ["input", "result", "context", "errorOutput"];
    let uses = expression.uses();
    let reads = |name: &str| name == "states" || is_variable(name);
    let begins = |place: &std::ops::Range<usize>| place.start == 0;
    // Without a blank, `/` and `-` stand in names of files.
    let computes = text.contains(char::is_whitespace) || !text.contains(['/', '-', '*', '%']);
    (uses.variables.iter().any(|used| begins(&used.span))
        || uses.calls.iter().any(|call| begins(&call.function.span)))
        && uses.top_level_names.is_empty()
        && uses.variables.iter().all(|used| reads(&used.name))
        && (uses.states_members.iter()).all(|member| STATES.contains(&&*member.name))
        && (uses.calls.iter()).all(|call| Expression::is_function(&call.function.name))
        && computes
}

/// Whether a key says that its value is read by another language, in which `$.name` means something of its own.
pub(super) fn is_code(key: &str) -> bool {
    const WORDS: [&str; 14] = [
        "path",
        "expression",
        "filter",
        "query",
        "selector",
        "template",
        "transform",
        "pattern",
        "script",
        "code",
        "sql",
        "command",
        "statement",
        "schema",
    ];
    let key = key.to_ascii_lowercase();
    WORDS.iter().any(|word| key.contains(word))
}

/// Whether a text is a path or a call of JSONPath, and not just something that begins with a dollar sign.
pub(super) fn is_dynamic(text: &str) -> bool {
    let path = ["$.", "$$.", "$["].iter().any(|start| text.starts_with(start));
    (path && Path::parse(text).is_ok()) || (text.starts_with("States.") && Intrinsic::parse(text).is_ok())
}

/// Shows the members of every template that the walk comes by.
struct Templates<'s, F> {
    language: QueryLanguage,
    see: &'s mut F,
}

impl<'m, F: FnMut(Part<'m>)> Visitor<'m> for Templates<'_, F> {
    fn field(&mut self, place: Place<'m>) -> bool {
        let counts = place.field.languages.allow(self.language);
        if counts && matches!(place.field.shape, Shape::Template | Shape::Assign) {
            template(place.value, self.see);
        }
        counts
    }
}

fn template<'m>(node: NodeRef<'m>, see: &mut impl FnMut(Part<'m>)) {
    for member in node.members() {
        let value = node.document().node(member.value);
        see(Part {
            object: node,
            member,
            value,
        });
        template(value, see);
    }
    node.items().for_each(|item| template(item, see));
}

/// Shows the texts of every template that the walk comes by.
struct Texts<'s, F> {
    see: &'s mut F,
}

impl<'m, F: FnMut(Text<'m>)> Visitor<'m> for Texts<'_, F> {
    fn field(&mut self, place: Place<'m>) -> bool {
        let counts = place.field.languages.allow(QueryLanguage::Jsonata);
        let template = matches!(place.field.content(QueryLanguage::Jsonata), Content::Template(_));
        // Elsewhere AWS refuses a text that is no expression.
        let free = match place.field.shape {
            Shape::Template | Shape::Assign | Shape::Text => true,
            Shape::Items => place.value.as_str().is_none(),
            _ => false,
        };
        if counts && template && free {
            inside(place.value, None, self.see);
        }
        counts
    }
}

fn inside<'m>(node: NodeRef<'m>, part: Option<Part<'m>>, see: &mut impl FnMut(Text<'m>)) {
    if node.as_str().is_some() {
        see(Text { part, node });
        return;
    }
    for member in node.members() {
        let value = node.document().node(member.value);
        let part = Part {
            object: node,
            member,
            value,
        };
        inside(value, Some(part), see);
    }
    node.items().for_each(|item| inside(item, part, see));
}
