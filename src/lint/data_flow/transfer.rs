//! What a state makes of its input: the shape of its output on each way out, and what each of its fields looks into.

use std::sync::Arc;

use super::shape::{Shape, properties};
use crate::asl::{QueryLanguage, RuleFields, State, StateFields, StateMachine, StateType, TransitionKind};
use crate::expr::jsonata::{Delimited, delimited};
use crate::expr::jsonpath::{Root, StepKind};
use crate::references::{References, StateReferences};
use crate::services::{Length, Reply, Spelling, Type};
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

/// What an error output has: two texts.
pub(super) fn error_output() -> Shape {
    let text = || {
        Shape::Reply(Reply::Part(
            Type::Text(Length { least: 0, most: None }),
            Spelling::Optimised,
        ))
    };
    Shape::written(
        ["Cause", "Error"]
            .map(|name| (Arc::from(name), text()))
            .into_iter(),
    )
}

/// What a Map gives that writes its results elsewhere [ResultWriter (Map)].
fn written_elsewhere() -> Shape {
    let details = Shape::closed(["Bucket", "Key"]);
    let members = [("MapRunArn", Shape::Any), ("ResultWriterDetails", details)];
    Shape::written(members.map(|(name, shape)| (Arc::from(name), shape)).into_iter())
}

impl Inside {
    /// What the text of `field` (a field's path inside the state) looks into, when it begins at `$`; `error` is the
    /// shape of error outputs.
    pub(super) fn seen_by<'s>(&'s self, state: &State, field: &str, error: &'s Shape) -> &'s Shape {
        let calls = matches!(
            state.state_type,
            Some(StateType::Task | StateType::Map | StateType::Parallel | StateType::Pass)
        );
        let begins = |name: &str| field.starts_with(name);
        match field {
            "InputPath" => &self.raw,
            "OutputPath" => &self.joined,
            _ if begins("ResultSelector") => &self.result,
            _ if begins("Assign") && calls => &self.result,
            _ if begins("Catch[") => error,
            _ => &self.effective,
        }
    }

    /// The raw result.
    pub(super) fn result(&self) -> &Shape {
        &self.result
    }

    /// The raw input.
    pub(super) fn raw(&self) -> &Shape {
        &self.raw
    }
}

/// The rules by which data goes through one state.
pub(super) struct Transfer<'m> {
    machine: &'m StateMachine,
    state: &'m State,
    /// Its paths, compiled.
    references: &'m StateReferences,
    error: &'m Shape,
    /// Whether it is followed where what nobody describes comes from.
    follows_answers: bool,
}

impl<'m> Transfer<'m> {
    /// Those of `state`; `error` is the shape of error outputs.
    pub(super) fn new(
        machine: &'m StateMachine,
        references: &'m References,
        state: &'m State,
        error: &'m Shape,
    ) -> Self {
        Transfer {
            machine,
            state,
            references: references.state(state.id),
            error,
            follows_answers: false,
        }
    }

    /// The same, by which what nobody describes is followed: the answer of a task, an item of a Map.
    pub(super) fn following_answers(self) -> Self {
        Transfer {
            follows_answers: true,
            ..self
        }
    }

    /// What the state gets from somebody whom nothing describes. Its place has a name that no member has.
    fn answered(&self, what: &str) -> Shape {
        match self.follows_answers {
            true => Shape::Given(Arc::from([Arc::from(format!(
                "\0{what} {}",
                self.state.id.index()
            ))])),
            false => Shape::Any,
        }
    }

    /// Works out what happens to `input` in the state.
    pub(super) fn inside(&self, input: &Shape) -> Inside {
        match self.state.query_language {
            QueryLanguage::JsonPath => self.jsonpath(input),
            QueryLanguage::Jsonata => self.jsonata(input),
        }
    }

    /// What leaves by `kind`.
    pub(super) fn leaves(&self, inside: &Inside, kind: TransitionKind) -> Shape {
        let TransitionKind::Catch(index) = kind else {
            return match kind {
                TransitionKind::Choice(index) => self.chosen(inside, index),
                TransitionKind::Default => self.not_chosen(inside),
                _ => inside.output.clone(),
            };
        };
        let Some(catcher) = (self.state.catchers.get(index)).map(|c| c.fields(self.machine)) else {
            return Shape::Any;
        };
        match self.state.query_language {
            QueryLanguage::JsonPath => self.put(&inside.raw, catcher.result_path(), self.error.clone()),
            QueryLanguage::Jsonata => match catcher.output() {
                Some(output) => expressions(output, &inside.raw),
                None => self.error.clone(),
            },
        }
    }

    /// A rule that looks at a path is taken to prove that it is there, since most that do test `IsPresent`.
    fn chosen(&self, inside: &Inside, index: usize) -> Shape {
        let Some(rule) = (self.state.choices.get(index)).map(|rule| rule.fields(self.machine)) else {
            return inside.output.clone();
        };
        match self.state.query_language {
            QueryLanguage::JsonPath if inside.output == Shape::Any => Shape::Any,
            QueryLanguage::JsonPath => self.with_variables(rule, inside.output.clone()),
            // A rule of a JSONata state may have an Output of its own.
            QueryLanguage::Jsonata => match rule.output() {
                Some(output) => expressions(output, &inside.raw),
                None => inside.output.clone(),
            },
        }
    }

    /// Where no rule holds, not the one either that something is absent: then nobody has to give it.
    fn not_chosen(&self, inside: &Inside) -> Shape {
        let mut shape = inside.output.clone();
        for choice in &self.state.choices {
            let rule = choice.fields(self.machine);
            if rule
                .is_present()
                .is_some_and(|asked| asked.as_bool() == Some(false))
                && let Some(names) = self.asked(rule, &shape)
            {
                shape = shape.insert(&names, Shape::Any);
            }
        }
        shape
    }

    /// The names behind which a rule asks for something that was given to the execution.
    fn asked(&self, rule: RuleFields<'_>, shape: &Shape) -> Option<Vec<Arc<str>>> {
        let path = self.references.path(rule.variable()?.id())?;
        let is_given = *path.root() == Root::Input && shape.follow(path)?.given().is_some();
        is_given.then(|| properties(path).cloned().collect())
    }

    fn with_variables(&self, rule: RuleFields<'_>, shape: Shape) -> Shape {
        let mut shape = shape;
        if rule.is_present().is_some()
            && let Some(names) = self.asked(rule, &shape)
        {
            // Behind the question it is there, or not needed.
            shape = shape.insert(&names, Shape::Any);
        }
        if let Some(variable) = rule.variable()
            && let Some(path) = self.references.path(variable.id())
            && *path.root() == Root::Input
            && shape.follow(path).is_none()
        {
            let names: Vec<Arc<str>> = properties(path).cloned().collect();
            shape = shape.insert(&names, Shape::Any);
        }
        for list in rule.and().into_iter().chain(rule.or()) {
            shape = list
                .items()
                .fold(shape, |shape, rule| self.with_variables(rule.into(), shape));
        }
        match rule.not() {
            Some(inner) => self.with_variables(inner.into(), shape),
            None => shape,
        }
    }

    /// Whether what comes out is the result as it is, alone or beside the input.
    pub(super) fn passes_its_result_on(&self) -> bool {
        let fields = self.fields();
        fields.result_selector().is_none() && fields.output().is_none()
    }

    /// The members that lead to where ResultPath puts the result; none where it is the output, or dropped.
    pub(super) fn result_names(&self) -> Vec<Arc<str>> {
        let node = self.fields().result_path();
        let path = node.and_then(|node| self.references.path(node.id()));
        path.map_or_else(Vec::new, |path| properties(path).cloned().collect())
    }

    fn fields(&self) -> StateFields<'m> {
        self.state.fields(self.machine)
    }

    fn task_result(&self) -> Shape {
        let reply = Reply::of_task(&self.state.resource(), self.machine.payload(self.state.id));
        match (reply, reply.where_open()) {
            (Reply::Open, _) => self.answered("result"),
            (reply, Some((member, _))) if self.follows_answers => {
                Shape::reply(reply).insert(&[Arc::from(member)], self.answered("result"))
            }
            (reply, _) => Shape::reply(reply),
        }
    }

    fn jsonpath(&self, input: &Shape) -> Inside {
        let effective = self.filtered(input, self.fields().input_path());
        let parameters = || {
            (self.fields().parameters()).map_or_else(|| effective.clone(), |p| self.template(p, &effective))
        };
        let has_result = matches!(
            self.state.state_type,
            Some(StateType::Task | StateType::Map | StateType::Parallel | StateType::Pass) | None
        );
        let result = match self.state.state_type {
            Some(StateType::Task) => self.task_result(),
            Some(StateType::Pass) => self.fields().result().map_or_else(parameters, Shape::literal),
            Some(StateType::Map) if self.has_writer() => written_elsewhere(),
            Some(StateType::Map | StateType::Parallel) => self.results(),
            _ if has_result => Shape::Any,
            _ => effective.clone(),
        };
        let body = match self.state.state_type {
            Some(StateType::Map) => self.item(&effective),
            Some(StateType::Parallel) => parameters(),
            _ => Shape::Any,
        };
        let joined = if has_result {
            let selected = (self.fields().result_selector())
                .map_or_else(|| result.clone(), |s| self.template(s, &result));
            self.put(input, self.fields().result_path(), selected)
        } else {
            effective.clone()
        };
        let output = self.filtered(&joined, self.fields().output_path());
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
        let writer = self.fields().result_writer();
        writer.is_some_and(|writer| writer.writer_config().is_none())
            && self.machine.exports_results(self.state.id)
    }

    /// What a Map or Parallel gives: its results in an array, one for each branch. One with a writer may give anything.
    fn results(&self) -> Shape {
        let node = self.machine.node(self.state.node);
        if node.is_open() || self.fields().result_writer().is_some() {
            return Shape::Any;
        }
        match self.state.state_type {
            Some(StateType::Parallel) if !self.machine.may_hold_more(self.state.id) => {
                Shape::Array(Some(self.state.bodies.len()), None)
            }
            _ => Shape::Array(None, None),
        }
    }

    /// The input of one iteration.
    fn item(&self, effective: &Shape) -> Shape {
        let selector = self
            .fields()
            .item_selector()
            .or_else(|| self.fields().parameters());
        let item = selector.map_or_else(|| self.answered("item"), |s| self.template(s, effective));
        self.batched(item, |input| self.template(input, effective))
    }

    /// What a child execution gets of items such as `item`: several of them where they are batched.
    fn batched(&self, item: Shape, input: impl FnOnce(NodeRef<'_>) -> Shape) -> Shape {
        let Some(batcher) = self.fields().item_batcher() else {
            return item;
        };
        let items = Shape::Array(None, Some(Arc::new(item)));
        let input = batcher.batch_input().map_or(Shape::Any, input);
        let members = [("BatchInput", input), ("Items", items)];
        Shape::written(members.map(|(name, shape)| (Arc::from(name), shape)).into_iter())
    }

    fn jsonata(&self, input: &Shape) -> Inside {
        let result = match self.state.state_type {
            Some(StateType::Task) => self.task_result(),
            Some(StateType::Map) if self.has_writer() => written_elsewhere(),
            Some(StateType::Map | StateType::Parallel) => self.results(),
            None => Shape::Any,
            _ => input.clone(),
        };
        let body = match self.state.state_type {
            Some(StateType::Map) => {
                let selector = self.fields().item_selector();
                let item = selector.map_or_else(|| self.answered("item"), |s| expressions(s, input));
                self.batched(item, |batch| expressions(batch, input))
            }
            _ => self
                .fields()
                .arguments()
                .map_or_else(|| input.clone(), |a| expressions(a, input)),
        };
        let output = self
            .fields()
            .output()
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

    /// What InputPath or OutputPath leaves of `shape`; `null` leaves an empty object.
    fn filtered(&self, shape: &Shape, path: Option<NodeRef<'_>>) -> Shape {
        let Some(node) = path else { return shape.clone() };
        match node.as_str() {
            Some(_) => self.value(node, shape),
            None => Shape::closed([]),
        }
    }

    /// What the path `node` leads to; of what is no path of the data nothing is known.
    fn value(&self, node: NodeRef<'_>, shape: &Shape) -> Shape {
        match self.references.path(node.id()) {
            Some(path) if *path.root() == Root::Input => shape.follow(path).unwrap_or(Shape::Any),
            _ => Shape::Any,
        }
    }

    /// `value` put into `input` where `ResultPath` says: instead of it by default, not at all for `null`.
    fn put(&self, input: &Shape, result_path: Option<NodeRef<'_>>, value: Shape) -> Shape {
        let Some(node) = result_path else { return value };
        if node.as_str().is_none() {
            return input.clone();
        }
        let Some(path) = (self.references.path(node.id())).filter(|path| *path.root() == Root::Input) else {
            return Shape::Any;
        };
        let mut names = Vec::new();
        for step in path.steps() {
            match &step.kind {
                StepKind::Property(name) => names.push(name.clone()),
                // An item of an array: what holds the array is all that is known.
                StepKind::Index(_) => return input.insert(&names, Shape::Any),
                _ => return Shape::Any,
            }
        }
        input.insert(&names, value)
    }

    /// The shape of a payload template in JSONPath.
    fn template(&self, node: NodeRef<'_>, scope: &Shape) -> Shape {
        if !node.is_object() {
            return Shape::literal(node);
        }
        Shape::written(node.members().iter().map(|member| {
            let value = node.document().node(member.value);
            match member.key.strip_suffix(".$") {
                Some(name) => (Arc::from(name), self.value(value, scope)),
                None => (member.key.clone(), self.template(value, scope)),
            }
        }))
    }
}

/// Whether a text is `.a.b`.
fn is_plain(path: &str) -> bool {
    let is_name =
        |name: &str| !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    (path.strip_prefix('.')).is_some_and(|names| names.split('.').all(is_name))
}

/// The shape of a template in JSONata: objects are as they stand, and of expressions only the state's whole input is
/// known.
fn expressions(node: NodeRef<'_>, input: &Shape) -> Shape {
    if let Some(text) = node.as_str() {
        return match delimited(text) {
            Delimited::Expression(range) => match text[range].strip_prefix("$states.input") {
                Some("") => input.clone(),
                // Where data was given to the execution is followed through plain paths.
                Some(path) if is_plain(path) => {
                    let found = input.get(path.split('.').skip(1), QueryLanguage::Jsonata);
                    found
                        .filter(|found| found.given().is_some())
                        .unwrap_or(Shape::Any)
                }
                _ => Shape::Any,
            },
            _ => Shape::Any,
        };
    }
    if !node.is_object() {
        return Shape::literal(node);
    }
    Shape::written(node.members().iter().map(|member| {
        (
            member.key.clone(),
            expressions(node.document().node(member.value), input),
        )
    }))
}
