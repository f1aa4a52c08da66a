//! Functions of templates in their long form (`{"Ref": "Name"}`, `{"Fn::Sub": "..."}`): known when the template is
//! deployed, placeholders until then.

use std::ops::Range;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::super::document::{Builder, Member, NodeKind, NodeRef};
use super::super::limits::MAX_NESTING;
use super::super::options::Substitutions;
use super::super::{Made, NodeId, placeholder};
use super::variables::{Missing, Service};
use crate::diagnostics::Span;

/// What makes members beside those that are written.
const TRANSFORM: &str = "Fn::Transform";

/// A call of a function.
#[derive(Debug, Clone, Copy)]
pub(super) struct Function<'d> {
    /// `Ref`, or what stands after `Fn::`.
    pub(super) name: &'d str,
    pub(super) argument: NodeRef<'d>,
}

impl<'d> Function<'d> {
    /// The call that an object is: a function's name is its only key
    /// ([AWS CloudFormation User Guide, Intrinsic function reference]).
    pub(super) fn of(node: NodeRef<'d>) -> Option<Function<'d>> {
        let [member] = node.members() else { return None };
        let name = match member.key.strip_prefix("Fn::") {
            Some(name) => name,
            None if matches!(&*member.key, "Ref" | "Condition") => &member.key,
            None => return None,
        };
        let argument = node.document().node(member.value);
        // A state may be called Condition.
        (name != "Condition" || argument.as_str().is_some()).then_some(Function { name, argument })
    }

    /// The text with placeholders that it gives, where that is known: of `Sub`, and of a `Join` of texts. None where it
    /// would be too much.
    pub(super) fn text(self, made: &mut Made) -> Option<String> {
        match self.name {
            "Sub" => {
                let (text, values) = self.of_sub()?;
                let mut filled = String::new();
                for piece in pieces(text, values, made)? {
                    let piece = match &piece {
                        Piece::Written(range) => text.get(range.clone())?,
                        Piece::Given(_, text) => text,
                    };
                    if !made.take(piece.len(), self.argument.token_span()) {
                        return None;
                    }
                    filled.push_str(piece);
                }
                Some(filled)
            }
            "Join" => {
                let mut items = self.argument.items();
                let (delimiter, parts) = (items.next()?.as_str()?, items.next()?);
                if !parts.is_array() {
                    return None;
                }
                let mut joined = String::new();
                for (number, item) in parts.items().enumerate() {
                    let text = part(item, made)?;
                    let between = if number > 0 { delimiter } else { "" };
                    if !made.take(between.len() + text.len(), item.token_span()) {
                        return None;
                    }
                    joined.push_str(between);
                    joined.push_str(&text);
                }
                Some(joined)
            }
            _ => None,
        }
    }

    /// The text of a `Sub`, and the values that it is given beside the template's.
    pub(super) fn of_sub(self) -> Option<(&'d str, Option<NodeRef<'d>>)> {
        let mut items = self.argument.items();
        match self.argument.as_str() {
            Some(text) => Some((text, None)),
            None => Some((items.next()?.as_str()?, items.next())),
        }
    }

    /// The name of the placeholder that it is: of a resource or an attribute that; of any other function all that is
    /// written, so that another call has another name.
    pub(super) fn placeholder(self) -> String {
        let texts: Option<Vec<&str>> = match self.argument.as_str() {
            Some(text) => Some(vec![text]),
            None => self.argument.items().map(NodeRef::as_str).collect(),
        };
        match (self.name, texts.as_deref()) {
            ("Ref", Some([name])) => placeholder::named(name),
            ("GetAtt", Some(parts)) if !parts.is_empty() => placeholder::named(&parts.join(".")),
            (name, _) => {
                let mut call = format!("{name} ");
                spell(self.argument, &mut call);
                placeholder::named(&call)
            }
        }
    }
}

/// A part of the text of a `Sub`.
pub(super) enum Piece<'d> {
    /// What stands in it, placeholders of the template's names among it.
    Written(Range<usize>),
    /// The value of a name that the call gives, and what that puts in.
    Given(NodeRef<'d>, Arc<str>),
}

/// The parts of the text of a `Sub` that has these values; `None` where one of them is no text.
pub(super) fn pieces<'d>(text: &str, values: Option<NodeRef<'d>>, made: &mut Made) -> Option<Vec<Piece<'d>>> {
    let mut pieces = Vec::new();
    let mut done = 0;
    if let Some(values) = values {
        // A name may stand there often, and its value be long.
        let mut known: FxHashMap<NodeId, Arc<str>> = FxHashMap::default();
        for place in placeholder::places(text) {
            let given = placeholder::whole(&text[place.clone()]).and_then(|name| values.get(name));
            if let Some(value) = given {
                let put_in = match known.get(&value.id()) {
                    Some(text) => text.clone(),
                    None => Arc::from(part(value, made)?),
                };
                known.insert(value.id(), put_in.clone());
                pieces.push(Piece::Written(done..place.start));
                pieces.push(Piece::Given(value, put_in));
                done = place.end;
            }
        }
    }
    pieces.push(Piece::Written(done..text.len()));
    Some(pieces)
}

/// A value as it is shown in the name of a placeholder, in JSON or YAML alike: `[c, a, Ref X]`.
fn spell(node: NodeRef<'_>, out: &mut String) {
    match (node.kind(), Function::of(node)) {
        (NodeKind::String(text), _) => out.push_str(text),
        (NodeKind::Placeholder(name), _) => out.push_str(name),
        (NodeKind::Array(_), _) => {
            out.push('[');
            for (number, item) in node.items().enumerate() {
                out.push_str(if number > 0 { ", " } else { "" });
                spell(item, out);
            }
            out.push(']');
        }
        (NodeKind::Object(_), Some(function)) => match function.name {
            "Ref" | "GetAtt" => out.push_str(&function.placeholder()),
            name => {
                out.push_str(name);
                out.push(' ');
                spell(function.argument, out);
            }
        },
        (NodeKind::Object(members), None) => {
            out.push('{');
            for (number, member) in members.iter().enumerate() {
                out.push_str(if number > 0 { ", " } else { "" });
                out.push_str(&member.key);
                out.push_str(": ");
                spell(node.document().node(member.value), out);
            }
            out.push('}');
        }
        _ => out.push_str(&node.to_value().to_json()),
    }
}

/// What a part of a `Join` gives.
pub(super) fn part(node: NodeRef<'_>, made: &mut Made) -> Option<String> {
    match node.kind() {
        NodeKind::String(text) => Some(text.to_string()),
        NodeKind::Number(number) => Some(number.to_string()),
        NodeKind::Bool(value) => Some(value.to_string()),
        NodeKind::Placeholder(name) => Some(format!("${{{name}}}")),
        NodeKind::Object(_) => {
            let function = Function::of(node)?;
            Some((function.text(made)).unwrap_or_else(|| format!("${{{}}}", function.placeholder())))
        }
        NodeKind::Array(_) | NodeKind::Null => None,
    }
}

/// So many values variables may give: one may name what holds it.
const MOST_COPIED: usize = 200_000;

/// How deep a value goes.
fn height(node: NodeRef<'_>) -> usize {
    let mut deepest = 0;
    let mut open = vec![(node, 1)];
    while let Some((node, depth)) = open.pop() {
        deepest = deepest.max(depth);
        open.extend(node.items().map(|item| (item, depth + 1)));
        let document = node.document();
        open.extend((node.members().iter()).map(|member| (document.node(member.value), depth + 1)));
    }
    deepest
}

/// Copies a definition out of a template.
pub(super) struct Copying<'b> {
    builder: &'b mut Builder,
    substitutions: &'b Substitutions,
    /// The service whose variables are filled in.
    service: Option<&'b Service<'b>>,
    /// Where a part stands that is copied out of another file.
    around: Option<Span>,
    /// The values of variables that the copy is in.
    inside: Vec<(String, NodeId)>,
    /// How deep the copy has come.
    depth: usize,
    made: &'b mut Made,
}

/// Whether a placeholder is written as one, and is no function.
fn is_written(node: NodeRef<'_>) -> bool {
    let text = node.document().file().text().get(node.span().range());
    text.is_some_and(|text| text.starts_with("${"))
}

impl<'b> Copying<'b> {
    pub(super) fn new(
        builder: &'b mut Builder,
        substitutions: &'b Substitutions,
        made: &'b mut Made,
    ) -> Copying<'b> {
        Copying {
            builder,
            substitutions,
            made,
            service: None,
            around: None,
            inside: Vec::new(),
            depth: 0,
        }
    }

    /// The same, with the variables of a service filled in.
    pub(super) fn of_service(self, service: &'b Service<'b>) -> Copying<'b> {
        Copying {
            service: Some(service),
            ..self
        }
    }

    /// Copies a node and what it holds, functions as placeholders, placeholders as what is known of them.
    pub(super) fn copy(&mut self, node: NodeRef<'_>) -> NodeId {
        self.depth += 1;
        let copied = self.copy_part(node);
        self.depth -= 1;
        copied
    }

    fn copy_part(&mut self, node: NodeRef<'_>) -> NodeId {
        let span = self.around.unwrap_or(node.span());
        let kind = match node.kind() {
            NodeKind::Null => NodeKind::Null,
            NodeKind::Bool(value) => NodeKind::Bool(*value),
            NodeKind::Number(number) => NodeKind::Number(number.clone()),
            NodeKind::String(text) => {
                let variable = placeholder::whole(text).filter(|_| self.service.is_some());
                match variable.and_then(|name| self.variable(name, node)) {
                    Some(copied) => return copied,
                    None => self.text(text, span),
                }
            }
            // CloudFormation makes JSON of an object before it fills anything in, and so SAM
            // [CloudFormation resource provider].
            NodeKind::Placeholder(name) if self.service.is_none() && is_written(node) => {
                self.text(&Arc::from(format!("${{{name}}}")), span)
            }
            NodeKind::Placeholder(name) => return self.placeholder(name, node),
            NodeKind::Array(_) => NodeKind::Array(node.items().map(|item| self.copy(item)).collect()),
            NodeKind::Object(members) => match Function::of(node) {
                Some(function) => match function.text(self.made) {
                    Some(text) => self.text(&Arc::from(text), span),
                    None => return self.placeholder(&function.placeholder(), node),
                },
                None => {
                    // A macro makes members of its own [AWS CloudFormation User Guide, Fn::Transform].
                    let is_macro = |member: &&Member| &*member.key == TRANSFORM;
                    let copied = members
                        .iter()
                        .filter(|member| !is_macro(member))
                        .map(|member| Member {
                            key: member.key.clone(),
                            key_span: self.around.unwrap_or(member.key_span),
                            value: self.copy(node.document().node(member.value)),
                        });
                    NodeKind::Object(copied.collect())
                }
            },
        };
        let copy = self.builder.add(kind, span);
        if node.is_broken() {
            self.builder.set_broken(copy);
        }
        if node.is_open() {
            self.builder.set_open(copy);
        }
        if let Some((key, name)) = node.merged() {
            self.builder.set_merged(copy, key, name);
        }
        if let Some(transform) = node.get(TRANSFORM).filter(|_| Function::of(node).is_none()) {
            let mut call = "Transform ".to_owned();
            spell(transform, &mut call);
            self.builder
                .set_merged(copy, TRANSFORM, &placeholder::named(&call));
        }
        copy
    }

    fn text(&mut self, text: &Arc<str>, span: Span) -> NodeKind {
        let service = self.service;
        let known = service.and_then(|service| service.fill(text, self.made, span));
        let known = known.map(Arc::from);
        let text = known.as_ref().unwrap_or(text);
        let filled = placeholder::substitute(text, self.substitutions, self.made, span);
        NodeKind::String(filled.map_or_else(|| text.clone(), Arc::from))
    }

    /// A copy of what a variable of the service stands for, where that is known.
    fn variable(&mut self, name: &str, node: NodeRef<'_>) -> Option<NodeId> {
        let service = self.service?;
        if self.substitutions.has(name) || self.builder.len() >= MOST_COPIED {
            return None;
        }
        let at = self.around.unwrap_or(node.span());
        let found = match service.variable(name) {
            Ok(found) => found,
            Err(missing) => {
                service.note(at, &missing);
                return None;
            }
        };
        let value = found.node();
        let place = (value.document().file().name().to_owned(), value.id());
        if self.inside.contains(&place) {
            service.note(at, &Missing::Circular(place.0));
            return None;
        }
        if value.is_unknown() || self.depth + height(value) > MAX_NESTING {
            return None;
        }
        // What is written in another file stands where it is named.
        let is_here = value.document().file().name() == node.document().file().name();
        let before = self.around;
        self.around = before.or((!is_here).then_some(node.span()));
        self.inside.push(place);
        let copied = self.copy(value);
        self.inside.pop();
        self.around = before;
        Some(copied)
    }

    fn placeholder(&mut self, name: &str, node: NodeRef<'_>) -> NodeId {
        if let Some(copied) = self.variable(name, node) {
            return copied;
        }
        let span = self.around.unwrap_or(node.span());
        match self.substitutions.value(name, self.made, span) {
            Some(value) => self.builder.add_value(&value, span),
            None => {
                let kind = NodeKind::Placeholder(Arc::from(name));
                self.builder.add(kind, span)
            }
        }
    }
}
