//! What can be done about a finding: its fixes, all fixes, the missing state, a comment that suppresses the rule, its
//! explanation.

use super::completion::{missing_state_text, step, written};
use super::place::{Context, Place};
use super::{OpenDocument, mends};
use crate::asl::ScopeFields;
use crate::asl::StateMachine;
use crate::asl::fields::{Kind, Shape};
use crate::definition::{self, Definition};
use crate::diagnostics::{Applicability, Edit, Finding, Span};
use crate::lint::{self, Settings};
use crate::source::lines::{end_of, start_of};
use crate::source::{self, Format, NodeRef, ParseOptions};

/// What an action is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ActionKind {
    /// It mends one thing.
    QuickFix,
    /// It applies every safe fix of the document.
    FixAll,
}

/// Something that can be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Action {
    /// What it does, as an imperative.
    pub title: String,
    /// What it is.
    pub kind: ActionKind,
    /// Edits of the document that do not overlap; none where it explains.
    pub edits: Vec<Edit>,
    /// Whether it is what one would do.
    pub is_preferred: bool,
    /// The finding that it is about, by its place among those given.
    pub finding: Option<usize>,
    /// The rule that it explains.
    pub explains: Option<String>,
}

/// What can be done about the findings that `span` touches; `findings` are those of the document.
pub fn at(open: &OpenDocument, span: Span, findings: &[Finding]) -> Vec<Action> {
    let mut found = Vec::new();
    let touches = |finding: &Finding| finding.span.start <= span.end && span.start <= finding.span.end;
    for (index, finding) in findings
        .iter()
        .enumerate()
        .filter(|(_, finding)| touches(finding))
    {
        for fix in &finding.fixes {
            found.push(Action {
                title: fix.title.clone(),
                kind: ActionKind::QuickFix,
                edits: fix.edits.clone(),
                is_preferred: fix.applicability == Applicability::Safe && finding.fixes.len() == 1,
                finding: Some(index),
                explains: None,
            });
        }
    }
    for (index, finding) in findings
        .iter()
        .enumerate()
        .filter(|(_, finding)| touches(finding))
    {
        for (title, edit) in mends::of(open, finding) {
            found.push(Action {
                title,
                kind: ActionKind::QuickFix,
                edits: vec![edit],
                is_preferred: false,
                finding: Some(index),
                explains: None,
            });
        }
    }
    found.extend(mend_target(open, span.start as usize));
    for (index, finding) in findings
        .iter()
        .enumerate()
        .filter(|(_, finding)| touches(finding))
    {
        let Some(rule) = lint::find(&finding.code) else {
            continue;
        };
        // A rule about suppressions is ignored by taking one out.
        let suppression = match rule.name == "unused-suppression" {
            true => None,
            false => suppress(open, finding),
        };
        found.extend(suppression.map(|edit| Action {
            title: format!("Ignore {} here", rule.name),
            kind: ActionKind::QuickFix,
            edits: vec![edit],
            is_preferred: false,
            finding: Some(index),
            explains: None,
        }));
        found.push(Action {
            title: format!("Explain {}", rule.name),
            kind: ActionKind::QuickFix,
            edits: Vec::new(),
            is_preferred: false,
            finding: Some(index),
            explains: Some(rule.name.to_owned()),
        });
    }
    found
}

/// Every safe fix of the document at once; `None` where there is none.
pub fn fix_all(open: &OpenDocument, parsing: &ParseOptions, settings: &Settings) -> Option<Action> {
    let read = |file| open.read_as(file, parsing);
    let fixed = definition::fix_read(open.file(), &read, settings, false);
    (fixed.fixes > 0).then(|| Action {
        title: "Apply all safe fixes".to_owned(),
        kind: ActionKind::FixAll,
        edits: difference(open.file().text(), fixed.text),
        is_preferred: false,
        finding: None,
        explains: None,
    })
}

/// One edit from a text to another: what stands between the parts that they have in common.
fn difference(old: &str, new: String) -> Vec<Edit> {
    if old == new {
        return Vec::new();
    }
    let ahead = old.bytes().zip(new.bytes()).take_while(|(a, b)| a == b).count();
    let most = old.len().min(new.len()) - ahead;
    let behind = old.bytes().rev().zip(new.bytes().rev()).take(most);
    let behind = behind.take_while(|(a, b)| a == b).count();
    let mut start = ahead;
    while !old.is_char_boundary(start) || !new.is_char_boundary(start) {
        start -= 1;
    }
    let mut tail = behind;
    while !old.is_char_boundary(old.len() - tail) || !new.is_char_boundary(new.len() - tail) {
        tail -= 1;
    }
    vec![Edit {
        span: Span::new(start, old.len() - tail),
        text: new[start..new.len() - tail].to_owned(),
    }]
}

/// What is to be done where the name at `offset` leads to no state of its scope: the state written behind the one that leads
/// to it; where another scope has it, which no transition leads into, the end.
fn mend_target(open: &OpenDocument, offset: usize) -> Option<Action> {
    let definition = open.definition_at(offset)?;
    if !can_edit(definition) {
        return None;
    }
    let machine = definition.machine()?;
    let place = Place::at(machine, offset)?;
    let (node, context) = (place.at.node, &place.context);
    if place.at.on_key || !context.is_target() || node.has_placeholder() {
        return None;
    }
    let name = node.as_str().filter(|name| !name.is_empty())?;
    if machine.find(context.scope, name).is_some() {
        return None;
    }
    if machine.states().iter().any(|state| *state.name == *name) {
        // Names are unique in the whole definition: a second state of the name would be refused.
        return end_here(&place);
    }
    // Behind the state that leads there; what StartAt names, behind the last one.
    let scope = machine.scope(context.scope);
    let after = match context
        .state
        .filter(|state| machine.state(*state).scope == scope.id)
    {
        Some(state) => machine.node(machine.state(state).node),
        None => match scope.states.last() {
            Some(last) => machine.node(machine.state(*last).node),
            None => {
                let states = scope.fields(machine).states()?;
                return Some(create(name, insert_first(machine, states, name)?));
            }
        },
    };
    Some(create(name, insert_behind(machine, after, name)?))
}

fn create(name: &str, edit: Edit) -> Action {
    Action {
        title: format!("Create the state '{name}'"),
        kind: ActionKind::QuickFix,
        edits: vec![edit],
        is_preferred: false,
        finding: None,
        explains: None,
    }
}

/// `"End": true` in the place of the `Next` at a place.
fn end_here(place: &Place<'_>) -> Option<Action> {
    let (node, context) = (place.at.node, &place.context);
    let (_, kind) = context.object?;
    let state = context.machine.state(context.state?);
    let is_next = context.field.is_some_and(|field| field.name == "Next");
    if !is_next || !matches!(kind, Kind::State(_)) || state.fields(context.machine).end().is_some() {
        return None;
    }
    let quote = match node
        .document()
        .file()
        .text()
        .get(node.key_span().range())?
        .chars()
        .next()?
    {
        quote @ ('"' | '\'') => quote.to_string(),
        _ => String::new(),
    };
    Some(Action {
        title: "End here".to_owned(),
        kind: ActionKind::QuickFix,
        edits: vec![Edit {
            span: Span {
                start: node.key_span().start,
                end: node.span().end,
            },
            text: format!("{quote}End{quote}: true"),
        }],
        is_preferred: false,
        finding: None,
        explains: None,
    })
}

/// Whether edits of a definition can be made where they stand: in a broken text nobody knows what belongs where.
pub(super) fn can_edit(definition: &Definition) -> bool {
    definition.is_editable() && !source::is_terraform(definition.file()) && definition.text_error().is_none()
}

/// What ends the lines of a text.
fn line_break(text: &str) -> &'static str {
    match text.contains("\r\n") {
        true => "\r\n",
        false => "\n",
    }
}

/// The edit that writes a new state between the braces of `States: {}`.
fn insert_first(machine: &StateMachine, states: NodeRef<'_>, name: &str) -> Option<Edit> {
    let token = machine.document().file().text().get(states.span().range())?;
    let inside = token.strip_prefix('{')?.strip_suffix('}')?;
    (states.is_object() && inside.trim().is_empty()).then(|| Edit {
        span: states.span(),
        text: format!("{{{}}}", missing_state_text(name, Format::Json, "", "")),
    })
}

/// The edit that writes a new state behind the state `after`, indented as that one is.
fn insert_behind(machine: &StateMachine, after: NodeRef<'_>, name: &str) -> Option<Edit> {
    let document = machine.document();
    let text = document.file().text();
    let key = after.as_member()?.key_span;
    let line = start_of(text, key.start as usize);
    let before = text.get(line..key.start as usize)?;
    let is_block = before.trim().is_empty();
    let indent = if is_block { before } else { "" };
    let in_flow = document.format() == Format::Json
        || after
            .parent()
            .is_some_and(|states| text[states.span().range()].starts_with('{'));
    if in_flow {
        let line_break = if is_block {
            format!("{}{indent}", line_break(text))
        } else {
            " ".to_owned()
        };
        return Some(Edit {
            span: Span::at(after.span().end as usize),
            text: format!(",{line_break}{}", missing_state_text(name, Format::Json, "", "")),
        });
    }
    if !is_block {
        return None;
    }
    // Behind what belongs to the state: the end of its last line.
    let body = text.get(after.span().range())?.trim_end();
    let end = after.span().start as usize + body.len();
    let end = end_of(text, end);
    let ends = text[..end].ends_with('\r');
    let line_break = line_break(text);
    let state = missing_state_text(name, Format::Yaml, indent, step(text)).replace('\n', line_break);
    Some(Edit {
        span: Span::at(end - usize::from(ends)),
        text: format!("{line_break}{indent}{state}"),
    })
}

/// The edit that suppresses a rule where it found something: a comment of YAML, or the `Comment` of the object around.
fn suppress(open: &OpenDocument, finding: &Finding) -> Option<Edit> {
    let offset = finding.span.start as usize;
    let definition = open.definition_at(offset)?;
    if !can_edit(definition) {
        return None;
    }
    let machine = definition.machine()?;
    let document = machine.document();
    let text = document.file().text();
    let mark = format!("sfn-tool: ignore {}", finding.code);
    let node = document.at(offset)?.node;
    let context = Context::of(machine, node);
    let holder = context.object;
    let in_flow = holder.is_some_and(|(object, _)| text[object.span().range()].starts_with('{'));
    if document.format() == Format::Yaml && !in_flow {
        let end = end_of(text, offset);
        let start = start_of(text, offset);
        let line = text[start..end].trim_end();
        // In a block of text, and behind another comment, it would be a part of that.
        let is_text = node
            .as_str()
            .is_some_and(|_| text[node.span().range()].contains('\n'));
        let opens_text = line.ends_with(['|', '>', '-', '+']);
        let comment = line.find(" #").map(|at| &line[at..]);
        // What looks like a comment may be a part of a text.
        let is_sure =
            comment.is_none_or(|comment| !comment.contains(['"', '\'']) && !comment.contains("sfn-tool"));
        if !is_sure || is_text || opens_text {
            return None;
        }
        let separator = if comment.is_some() { "; " } else { "  # " };
        return Some(Edit {
            span: Span::at(start + line.len()),
            text: format!("{separator}{mark}"),
        });
    }
    // The innermost object that may have a Comment.
    let mut at = Some(node);
    while let Some(node) = at {
        let of = Context::of(machine, node);
        if let crate::editor::place::Role::Object(kind) = of.role
            && takes_comment(kind)
            && node.is_object()
        {
            return comment(text, node, &mark);
        }
        at = node.parent();
    }
    None
}

fn takes_comment(kind: Kind) -> bool {
    kind.fields()
        .any(|field| field.name == "Comment" && field.shape == Shape::Text)
}

/// The edit that puts `mark` into the `Comment` of an object in JSON.
fn comment(text: &str, object: NodeRef<'_>, mark: &str) -> Option<Edit> {
    if let Some(comment) = ScopeFields::from(object).comment() {
        let said = comment.as_str()?;
        let end = comment.span().end as usize;
        let is_string = text[comment.span().range()].starts_with('"') && text[..end].ends_with('"');
        // Behind another mark, what follows would be one of its rules.
        let separator = match (said.is_empty(), said.contains("sfn-tool: ignore")) {
            (true, _) => "",
            (false, false) => "; ",
            (false, true) => return None,
        };
        return is_string.then(|| Edit {
            span: Span::at(end - 1),
            text: format!("{separator}{mark}"),
        });
    }
    let first = object.members().first()?;
    let start = first.key_span.start as usize;
    let between = text.get(object.span().start as usize + 1..start)?;
    let space = match between.contains('\n') {
        true => between.to_owned(),
        false => " ".to_owned(),
    };
    Some(Edit {
        span: Span::at(start),
        text: format!("\"Comment\": {},{space}", written_string(mark)),
    })
}

fn written_string(text: &str) -> String {
    format!("\"{}\"", written(text, Some('"'), Format::Json))
}
