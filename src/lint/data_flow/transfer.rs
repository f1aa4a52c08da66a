//! What a state makes of its input: the shape of its output on each way out, and what each of its fields looks into.

use std::sync::Arc;

use super::results;
use super::shape::{Shape, properties};
use crate::asl::{QueryLanguage, Resource, State, StateMachine, StateType, TransitionKind};
use crate::expr::jsonata::{Delimited, delimited};
use crate::expr::jsonpath::{Path, ReferencePath, ReferenceStep, Root};
use crate::source::NodeRef;

/// What is known of the data inside one state.
#[derive(Debug)]
pub(super) struct Inside {
    /// The state's input as it comes.
    raw: Shape,
    /// After InputPath: what templates and most paths look into.
    effective: Shape,
    /// What the processor of a Map or the branches of a Parallel get.
    pub(super) body: Shape,
    /// The raw result, which ResultSelector and Assign look into.
    result: Shape,
    /// After ResultPath, which OutputPath looks into.
    joined: Shape,
    /// The output on success.
    output: Shape,
}

const ERROR: [&str; 2] = ["Cause", "Error"];

impl Inside {
    /// Works out what happens to `input` in `state`.
    pub(super) fn of(machine: &StateMachine, state: &State, input: &Shape) -> Inside {
        let cx = Transfer { machine, state };
        match state.query_language {
            QueryLanguage::JsonPath => cx.jsonpath(input),
            QueryLanguage::Jsonata => cx.jsonata(input),
        }
    }

    /// What the text of `field` (a field's path inside the state) looks into, when it begins at `$`.
    pub(super) fn seen_by(&self, state: &State, field: &str) -> Shape {
        let calls = matches!(
            state.state_type,
            Some(StateType::Task | StateType::Map | StateType::Parallel | StateType::Pass)
        );
        let begins = |name: &str| field.starts_with(name);
        match field {
            "InputPath" => self.raw.clone(),
            "OutputPath" => self.joined.clone(),
            _ if begins("ResultSelector") => self.result.clone(),
            _ if begins("Assign") && calls => self.result.clone(),
            _ if begins("Catch[") => Shape::closed(ERROR),
            _ => self.effective.clone(),
        }
    }

    /// The raw input.
    pub(super) fn raw(&self) -> &Shape {
        &self.raw
    }

    /// What leaves by `kind`.
    pub(super) fn leaves(&self, machine: &StateMachine, state: &State, kind: TransitionKind) -> Shape {
        let TransitionKind::Catch(index) = kind else {
            return match kind {
                TransitionKind::Choice(index) => self.chosen(machine, state, index),
                _ => self.output.clone(),
            };
        };
        let error = Shape::closed(ERROR);
        let Some(catcher) = state.catchers.get(index).map(|c| machine.node(c.node)) else {
            return Shape::Any;
        };
        match state.query_language {
            QueryLanguage::JsonPath => put(&self.raw, catcher.get("ResultPath"), error),
            QueryLanguage::Jsonata => match catcher.get("Output") {
                Some(output) => expressions(output, &self.raw),
                None => error,
            },
        }
    }

    /// A rule that looks at a path is taken to prove that it is there, since most that do test `IsPresent`.
    fn chosen(&self, machine: &StateMachine, state: &State, index: usize) -> Shape {
        fn variables(rule: NodeRef<'_>, shape: Shape) -> Shape {
            let mut shape = shape;
            if let Some(path) = rule.get("Variable").and_then(NodeRef::as_str)
                && let Ok(path) = Path::parse(path)
                && *path.root() == Root::Input
                && shape.follow(&path).is_none()
            {
                let names: Vec<Arc<str>> = properties(&path).cloned().collect();
                shape = shape.insert(&names, Shape::Any);
            }
            for list in ["And", "Or"].iter().filter_map(|name| rule.get(name)) {
                shape = list.items().fold(shape, |shape, rule| variables(rule, shape));
            }
            match rule.get("Not") {
                Some(inner) => variables(inner, shape),
                None => shape,
            }
        }
        match state.choices.get(index) {
            Some(rule) if state.query_language == QueryLanguage::JsonPath => {
                variables(machine.node(rule.node), self.output.clone())
            }
            // A rule of a JSONata state may have an Output of its own.
            Some(rule) => match machine.node(rule.node).get("Output") {
                Some(output) => expressions(output, &self.raw),
                None => self.output.clone(),
            },
            None => self.output.clone(),
        }
    }
}

struct Transfer<'m> {
    machine: &'m StateMachine,
    state: &'m State,
}

impl<'m> Transfer<'m> {
    fn field(&self, name: &str) -> Option<NodeRef<'m>> {
        self.machine.field(self.state.id, name)
    }

    fn task_result(&self) -> Shape {
        match self.field("Resource").and_then(NodeRef::as_str) {
            Some(resource) => results::of(&Resource::parse(resource)),
            None => Shape::Any,
        }
    }

    fn jsonpath(&self, input: &Shape) -> Inside {
        let effective = filtered(input, self.field("InputPath"));
        let parameters =
            (self.field("Parameters")).map_or_else(|| effective.clone(), |p| template(p, &effective));
        let has_result = matches!(
            self.state.state_type,
            Some(StateType::Task | StateType::Map | StateType::Parallel | StateType::Pass) | None
        );
        let result = match self.state.state_type {
            Some(StateType::Task) => self.task_result(),
            Some(StateType::Pass) => self
                .field("Result")
                .map_or_else(|| parameters.clone(), Shape::literal),
            Some(StateType::Map) if self.has_writer() => Shape::closed(["MapRunArn", "ResultWriterDetails"]),
            _ if has_result => Shape::Any,
            _ => effective.clone(),
        };
        let body = match self.state.state_type {
            Some(StateType::Map) => self.item(&effective),
            _ => parameters,
        };
        let joined = if has_result {
            let selected =
                (self.field("ResultSelector")).map_or_else(|| result.clone(), |s| template(s, &result));
            put(input, self.field("ResultPath"), selected)
        } else {
            effective.clone()
        };
        let output = filtered(&joined, self.field("OutputPath"));
        Inside {
            raw: input.clone(),
            effective,
            body,
            result,
            joined,
            output,
        }
    }

    fn has_writer(&self) -> bool {
        // With another Transformation or OutputType the result has other members.
        self.field("ResultWriter")
            .is_some_and(|writer| writer.get("WriterConfig").is_none() && writer.get("Resource").is_some())
    }

    /// The input of one iteration.
    fn item(&self, effective: &Shape) -> Shape {
        if self.field("ItemBatcher").is_some() {
            return Shape::closed(["BatchInput", "Items"]);
        }
        let selector = self.field("ItemSelector").or_else(|| self.field("Parameters"));
        selector.map_or(Shape::Any, |s| template(s, effective))
    }

    fn jsonata(&self, input: &Shape) -> Inside {
        let result = match self.state.state_type {
            Some(StateType::Task) => self.task_result(),
            Some(StateType::Map | StateType::Parallel) | None => Shape::Any,
            _ => input.clone(),
        };
        let body = match self.state.state_type {
            Some(StateType::Map) if self.field("ItemBatcher").is_some() => {
                Shape::closed(["BatchInput", "Items"])
            }
            Some(StateType::Map) => self
                .field("ItemSelector")
                .map_or(Shape::Any, |s| expressions(s, input)),
            _ => self
                .field("Arguments")
                .map_or_else(|| input.clone(), |a| expressions(a, input)),
        };
        let output = self
            .field("Output")
            .map_or_else(|| result.clone(), |o| expressions(o, input));
        Inside {
            raw: input.clone(),
            effective: input.clone(),
            body,
            joined: output.clone(),
            result,
            output,
        }
    }
}

/// What InputPath or OutputPath leaves of `shape`; `null` leaves an empty object.
fn filtered(shape: &Shape, path: Option<NodeRef<'_>>) -> Shape {
    let Some(node) = path else { return shape.clone() };
    match node.as_str().map(Path::parse) {
        Some(Ok(path)) if *path.root() == Root::Input => shape.follow(&path).unwrap_or(Shape::Any),
        Some(_) => Shape::Any,
        None => Shape::closed([]),
    }
}

/// `value` put into `input` where `ResultPath` says: instead of it by default, not at all for `null`.
fn put(input: &Shape, result_path: Option<NodeRef<'_>>, value: Shape) -> Shape {
    let Some(node) = result_path else { return value };
    let Some(text) = node.as_str() else {
        return input.clone();
    };
    let Ok(path) = ReferencePath::parse(text) else {
        return Shape::Any;
    };
    let mut names = Vec::new();
    for step in path.steps() {
        match step {
            ReferenceStep::Property(name) => names.push(name.clone()),
            // An item of an array: what holds the array is all that is known.
            ReferenceStep::Index(_) => return input.insert(&names, Shape::Any),
        }
    }
    input.insert(&names, value)
}

/// The shape of a payload template in JSONPath.
fn template(node: NodeRef<'_>, scope: &Shape) -> Shape {
    if !node.is_object() {
        return Shape::Any;
    }
    let members = node.members().iter().map(|member| {
        let value = node.document().node(member.value);
        match member.key.strip_suffix(".$") {
            Some(name) => (Arc::from(name), path_value(value, scope)),
            None => (member.key.clone(), template(value, scope)),
        }
    });
    Shape::object(members.collect(), false)
}

fn path_value(node: NodeRef<'_>, scope: &Shape) -> Shape {
    match node.as_str().map(Path::parse) {
        Some(Ok(path)) if *path.root() == Root::Input => scope.follow(&path).unwrap_or(Shape::Any),
        _ => Shape::Any,
    }
}

/// The shape of a template in JSONata: objects are as they stand, and of expressions only the state's whole input is
/// known.
fn expressions(node: NodeRef<'_>, input: &Shape) -> Shape {
    if let Some(text) = node.as_str() {
        return match delimited(text) {
            Delimited::Expression(range) if &text[range.clone()] == "$states.input" => input.clone(),
            _ => Shape::Any,
        };
    }
    if !node.is_object() {
        return Shape::Any;
    }
    let members = (node.members().iter()).map(|member| {
        (
            member.key.clone(),
            expressions(node.document().node(member.value), input),
        )
    });
    Shape::object(members.collect(), false)
}
