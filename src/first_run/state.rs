//! What a state reads, and what it passes on.

use std::collections::VecDeque;
use std::sync::Arc;

use super::choose;
use super::data::{self, Around, Variables};
use super::walk::{Beside, Lane, Step, Walk};
use crate::asl::{CatcherFields, QueryLanguage, Resource, ScopeKind, State, StateId, StateType};
use crate::expr::condition::Condition;
use crate::expr::shapes::{Kind, Shape, Shapes};
use crate::services::{Call, integration};
use crate::source::NodeRef;
use crate::value::Value;

/// Fields that hold a number or a text, their kind, and an example where any of the kind would not do.
const FIELDS: [(&str, Kind, Option<i64>); 12] = [
    ("TimeoutSeconds", Kind::Number, Some(60)),
    ("HeartbeatSeconds", Kind::Number, Some(10)),
    ("Seconds", Kind::Number, None),
    ("Timestamp", Kind::Moment, None),
    ("MaxConcurrency", Kind::Number, None),
    ("ToleratedFailurePercentage", Kind::Number, None),
    ("ToleratedFailureCount", Kind::Number, None),
    ("MaxItemsPerBatch", Kind::Number, None),
    ("MaxInputBytesPerBatch", Kind::Number, Some(1_024)),
    ("MaxItems", Kind::Number, None),
    ("Error", Kind::Text, None),
    ("Cause", Kind::Text, None),
];

/// What a state does: with its data as it goes on.
struct Work<'l> {
    raw: Shape,
    effective: Shape,
    context: Shape,
    variables: &'l Variables,
    language: QueryLanguage,
}

impl<'m> Walk<'m> {
    pub(super) fn state(
        &mut self,
        id: StateId,
        raw: Shape,
        lane: &mut Lane,
        beside: &mut VecDeque<Beside>,
    ) -> Step {
        let state = self.machine.state(id);
        let variables = lane.variables.clone();
        let mut work = Work {
            raw,
            effective: raw,
            context: lane.context,
            variables: &variables,
            language: state.query_language,
        };
        if let Some(path) = self.own(state, "InputPath") {
            work.effective = match path.as_str() {
                Some(text) => self.at(&work, None, |shapes, around| {
                    data::path_or_call(shapes, around, text)
                }),
                None => self.shapes.fixed(&Value::empty_object()),
            };
        }
        self.fields(self.machine.node(state.node), &work);
        if state.state_type == Some(StateType::Choice) {
            return self.choice(state, &work, lane, beside);
        }
        let result = self.work(state, &work, lane);
        // What stands beside: the catchers.
        for catcher in &state.catchers {
            let Some(target) = catcher
                .next
                .as_ref()
                .and_then(|next| self.machine.resolve(state.scope, next))
            else {
                continue;
            };
            let way = self.caught(state, catcher.fields(self.machine), &work, target);
            beside.push_back(way);
        }
        let Some(result) = result else {
            return Step::Stop;
        };
        let output = self.output(state, &work, result, lane);
        if state.is_terminal() {
            return Step::End(output);
        }
        match state
            .next
            .as_ref()
            .and_then(|next| self.machine.resolve(state.scope, next))
        {
            Some(next) => Step::Go(next, output),
            None => Step::Stop,
        }
    }

    /// A field, where the state's language has it.
    fn own(&self, state: &State, name: &str) -> Option<NodeRef<'m>> {
        let field = state.kind().field(name)?;
        field
            .languages
            .allow(state.query_language)
            .then(|| self.machine.field(state.id, name))?
    }

    /// Has `read` look at an expression of the state; `result` is what its work gave.
    fn at<T>(
        &mut self,
        work: &Work<'_>,
        result: Option<Shape>,
        read: impl FnOnce(&mut Shapes, &Around<'_>) -> T,
    ) -> T {
        let states = match work.language {
            QueryLanguage::JsonPath => work.raw,
            QueryLanguage::Jsonata => {
                let mut members = vec![
                    (Arc::from("input"), work.raw),
                    (Arc::from("context"), work.context),
                ];
                members.extend(result.map(|result| (Arc::from("result"), result)));
                self.shapes.object(members)
            }
        };
        let around = Around {
            input: result.unwrap_or(work.effective),
            context: work.context,
            states,
            variables: work.variables,
            language: work.language,
        };
        read(&mut self.shapes, &around)
    }

    /// The fields that hold one value each, of a state or of an object inside it.
    fn fields(&mut self, node: NodeRef<'_>, work: &Work<'_>) {
        for (name, kind, example) in FIELDS {
            let found = match work.language {
                QueryLanguage::JsonPath => node.get(&format!("{name}Path")),
                QueryLanguage::Jsonata => node.get(name),
            };
            let Some(field) = found else { continue };
            let shape = self.at(work, None, |shapes, around| data::field(shapes, around, field));
            if let Some(example) = example {
                self.shapes.suggest(shape, &Value::from(example));
            }
            self.shapes.expect(shape, kind);
        }
    }

    /// What the work of a state gives; `None` where it gives nothing.
    fn work(&mut self, state: &State, work: &Work<'_>, lane: &Lane) -> Option<Shape> {
        let payload = |walk: &mut Self| {
            let node = walk.own(state, state.query_language.payload_field())?.id();
            let machine = walk.machine;
            Some(walk.at(work, None, |shapes, around| {
                data::template(shapes, around, machine.node(node))
            }))
        };
        match state.state_type? {
            StateType::Task => {
                let sent = payload(self).unwrap_or(work.effective);
                if let Resource::Integration { service, action, .. } = state.resource()
                    && let Some(own) = integration(service, action).filter(|own| !own.api)
                {
                    self.sent_to_own(own, sent);
                }
                if let Some(call) = Call::of(&state.resource())
                    && let Some(input) = call.input()
                {
                    self.sent_to(&input, sent);
                }
                if let Some(credentials) = state.fields(self.machine).credentials() {
                    self.at(work, None, |shapes, around| {
                        data::template(shapes, around, *credentials)
                    });
                }
                Some(self.result(state.id))
            }
            StateType::Pass => {
                let made = payload(self).unwrap_or(work.effective);
                Some(match self.own(state, "Result") {
                    Some(result) => {
                        let value = result.to_value();
                        self.shapes.fixed(&value)
                    }
                    None => made,
                })
            }
            StateType::Wait | StateType::Succeed => Some(work.effective),
            StateType::Parallel => {
                let sent = payload(self).unwrap_or(work.effective);
                let mut outputs = Vec::new();
                for body in &state.bodies {
                    let output = self.scope(*body, sent, lane.context, lane.variables.clone(), lane.main);
                    outputs.push(output.unwrap_or_else(|| self.shapes.computed(None)));
                }
                Some(self.shapes.list(outputs))
            }
            StateType::Map => Some(self.map(state, work, lane)),
            StateType::Choice | StateType::Fail => None,
        }
    }

    fn map(&mut self, state: &State, work: &Work<'_>, lane: &Lane) -> Shape {
        let machine = self.machine;
        let item = match state.fields(machine).item_reader() {
            Some(reader) => {
                let place = match reader.payload(work.language) {
                    Some(payload) => {
                        let place = self.at(work, None, |shapes, around| {
                            data::template(shapes, around, payload)
                        });
                        for (_, part) in self.shapes.members(place) {
                            self.shapes.expect(part, Kind::Text);
                        }
                        place
                    }
                    None => self.shapes.any_object(),
                };
                if let Some(config) = reader.reader_config() {
                    self.fields(*config, work);
                }
                match self.readers.get(&state.id) {
                    Some((known, _)) => *known,
                    None => {
                        let item = self.shapes.any_object();
                        self.readers.insert(state.id, (item, place));
                        item
                    }
                }
            }
            None => {
                let items = match (self.own(state, "ItemsPath"), self.own(state, "Items")) {
                    (Some(node), _) | (None, Some(node)) => {
                        let node = node.id();
                        self.at(work, None, |shapes, around| {
                            let value = machine.node(node);
                            shapes.several = data::may_unwrap(value, around.language);
                            let items = data::field(shapes, around, value);
                            shapes.expect(items, Kind::List);
                            shapes.several = false;
                            items
                        })
                    }
                    _ => work.effective,
                };
                self.shapes.nth(items, 0)
            }
        };
        let context = self.context(Some(item));
        let inside = Work {
            raw: work.raw,
            effective: work.effective,
            context,
            variables: work.variables,
            language: work.language,
        };
        let selector = state
            .fields(machine)
            .item_selector()
            .or_else(|| self.own(state, "Parameters"));
        let selector = selector.map(|node| node.id());
        let mut given = match selector {
            Some(node) => self.at(&inside, None, |shapes, around| {
                data::template(shapes, around, machine.node(node))
            }),
            None => item,
        };
        if let Some(batcher) = state.fields(machine).item_batcher() {
            self.fields(*batcher, work);
            let mut members = vec![(Arc::from("Items"), self.shapes.list(vec![given]))];
            if let Some(input) = batcher.batch_input() {
                let made = self.at(work, None, |shapes, around| data::template(shapes, around, input));
                members.push((Arc::from("BatchInput"), made));
            }
            given = self.shapes.object(members);
        }
        if let Some(payload) = state
            .fields(machine)
            .result_writer()
            .and_then(|writer| writer.payload(work.language))
        {
            self.at(work, None, |shapes, around| {
                data::template(shapes, around, payload)
            });
        }
        let mut output = None;
        for body in &state.bodies {
            if machine.scope(*body).kind == ScopeKind::Processor {
                // Child executions of a Distributed Map see no variables of the workflow around them.
                let variables = match machine.scope(*body).is_distributed() {
                    true => Variables::default(),
                    false => lane.variables.clone(),
                };
                output = self.scope(*body, given, context, variables, lane.main);
            }
        }
        if machine.exports_results(state.id) {
            return self.shapes.computed(Some(Kind::Object));
        }
        let output = output.unwrap_or_else(|| self.shapes.computed(None));
        self.shapes.list(vec![output])
    }

    /// What a state passes on, and the variables that it assigns.
    fn output(&mut self, state: &State, work: &Work<'_>, result: Shape, lane: &mut Lane) -> Shape {
        let machine = self.machine;
        let has_result = !matches!(state.state_type, Some(StateType::Wait | StateType::Succeed));
        let has_result =
            has_result && !(self.is_jsonata(state.id) && state.state_type == Some(StateType::Pass));
        let mut selected = result;
        if let Some(node) = self.own(state, "ResultSelector").map(|node| node.id()) {
            selected = self.at(work, Some(result), |shapes, around| {
                data::template(shapes, around, machine.node(node))
            });
        }
        if let Some(node) = state.fields(machine).assign() {
            // As it comes, before ResultSelector [Accessing execution data from the Context object].
            self.assign(node, work, has_result.then_some(result), lane);
        }
        if work.language == QueryLanguage::Jsonata {
            return match state.fields(machine).output() {
                Some(node) => self.at(work, has_result.then_some(result), |shapes, around| {
                    data::template(shapes, around, node)
                }),
                None if has_result => result,
                None => work.raw,
            };
        }
        let combined = match self
            .own(state, "ResultPath")
            .map(|node| node.as_str().map(str::to_owned))
        {
            None if has_result => selected,
            None => work.effective,
            Some(None) => work.raw,
            Some(Some(path)) => self.put(work.raw, &path, selected),
        };
        match self
            .own(state, "OutputPath")
            .map(|node| node.as_str().map(str::to_owned))
        {
            None => combined,
            Some(None) => self.shapes.fixed(&Value::empty_object()),
            Some(Some(path)) => self.at(work, Some(combined), |shapes, around| {
                data::path_or_call(shapes, around, &path)
            }),
        }
    }

    fn assign(&mut self, node: NodeRef<'_>, work: &Work<'_>, result: Option<Shape>, lane: &mut Lane) {
        let made = self.at(work, result, |shapes, around| {
            data::template(shapes, around, node)
        });
        for (name, shape) in self.shapes.members(made) {
            lane.variables.insert(name, shape);
        }
    }

    /// `raw` with `result` at a reference path.
    fn put(&mut self, raw: Shape, path: &str, result: Shape) -> Shape {
        let Ok(path) = crate::expr::jsonpath::Path::parse(path) else {
            return raw;
        };
        let names: Vec<Arc<str>> = crate::references::leading_names(&path).map(Arc::from).collect();
        self.put_at(raw, &names, result)
    }

    fn put_at(&mut self, raw: Shape, names: &[Arc<str>], result: Shape) -> Shape {
        let Some((name, rest)) = names.split_first() else {
            return result;
        };
        let inner = match self.shapes.known_member(raw, name) {
            Some(inner) if !rest.is_empty() => inner,
            _ => self.shapes.object([]),
        };
        let value = self.put_at(inner, rest, result);
        self.shapes.with(raw, [(name.clone(), value)])
    }

    /// A state's input where it failed: what it would have put there is not, unless something else gives it. Nobody gives
    /// an execution what a state makes.
    fn without_result(&mut self, state: &State, raw: Shape) -> Shape {
        let path = self.own(state, "ResultPath").and_then(|node| node.as_str());
        let Some(path) = path.and_then(|path| crate::expr::jsonpath::Path::parse(path).ok()) else {
            return raw;
        };
        let names: Vec<Arc<str>> = crate::references::leading_names(&path).map(Arc::from).collect();
        let Some((last, parents)) = names.split_last() else {
            return raw;
        };
        let parent = parents
            .iter()
            .try_fold(raw, |at, name| self.shapes.known_member(at, name));
        match parent {
            Some(parent) if self.shapes.known_member(parent, last).is_none() => {
                let nothing = self.shapes.nothing();
                self.put_at(raw, &names, nothing)
            }
            _ => raw,
        }
    }

    /// Where a catcher leads, and with what.
    fn caught(
        &mut self,
        state: &State,
        catcher: CatcherFields<'_>,
        work: &Work<'_>,
        target: StateId,
    ) -> Beside {
        let (error, cause) = (
            self.shapes.computed(Some(Kind::Text)),
            self.shapes.computed(Some(Kind::Text)),
        );
        let error = self
            .shapes
            .object([(Arc::from("Error"), error), (Arc::from("Cause"), cause)]);
        let data = match (work.language, catcher.result_path()) {
            (QueryLanguage::Jsonata, _) | (QueryLanguage::JsonPath, None) => error,
            (QueryLanguage::JsonPath, Some(path)) => match path.as_str() {
                Some(path) => {
                    let raw = self.without_result(state, work.raw);
                    self.put(raw, path, error)
                }
                None => self.without_result(state, work.raw),
            },
        };
        Beside {
            state: target,
            data,
            variables: work.variables.clone(),
        }
    }

    fn choice(
        &mut self,
        state: &State,
        work: &Work<'_>,
        lane: &mut Lane,
        beside: &mut VecDeque<Beside>,
    ) -> Step {
        let machine = self.machine;
        let resolve = |next: &crate::asl::Reference| machine.resolve(state.scope, next);
        let conditions: Vec<Condition> = state
            .choices
            .iter()
            .map(|rule| Condition::read(machine.node(rule.node)))
            .collect();
        let mut ways: Vec<(usize, StateId)> = Vec::new();
        for (i, rule) in state.choices.iter().enumerate() {
            ways.extend(rule.next.as_ref().and_then(resolve).map(|target| (i, target)));
        }
        ways.extend(
            state
                .default
                .as_ref()
                .and_then(resolve)
                .map(|target| (conditions.len(), target)),
        );
        let mut taken = None;
        if lane.main {
            let mut ranked = ways.clone();
            ranked.sort_by_cached_key(|(number, target)| {
                let is_aside = self.is_aside(state.id, *number, *target);
                (is_aside, self.rank(state.id, *target))
            });
            taken = ranked.iter().copied().find(|(number, _)| {
                let mark = self.shapes.mark();
                let possible = self.at(work, None, |shapes, around| {
                    let matches = |shapes: &mut Shapes, i: usize, truth| {
                        choose::want(shapes, around, &conditions[i], truth)
                    };
                    (*number == conditions.len() || matches(shapes, *number, true))
                        && (0..*number).all(|earlier| matches(shapes, earlier, false))
                });
                if !possible {
                    self.shapes.go_back(mark);
                }
                possible
            });
            self.shapes.settle();
            self.aim = (self.aim).filter(|aim| taken.is_none_or(|(number, _)| *aim != (state.id, number)));
            taken = taken.or(ranked.first().copied());
        }
        self.at(work, None, |shapes, around| {
            for condition in &conditions {
                choose::read(shapes, around, condition);
            }
        });
        let mut step = Step::Stop;
        for (number, target) in ways {
            let (data, variables) = self.chosen(state, number, work, lane);
            if taken == Some((number, target)) {
                lane.variables.clone_from(&variables);
                step = Step::Go(target, data);
            } else {
                beside.push_back(Beside {
                    state: target,
                    data,
                    variables,
                });
            }
        }
        step
    }

    /// What a rule passes on; the default is the one behind the last.
    fn chosen(&mut self, state: &State, number: usize, work: &Work<'_>, lane: &Lane) -> (Shape, Variables) {
        let machine = self.machine;
        let (assign, output) = match state.choices.get(number).map(|rule| rule.fields(machine)) {
            Some(rule) => (rule.assign(), rule.output()),
            None => (state.fields(machine).assign(), state.fields(machine).output()),
        };
        let mut inside = Lane {
            context: lane.context,
            variables: work.variables.clone(),
            main: false,
        };
        if let Some(node) = assign {
            self.assign(node, work, None, &mut inside);
        }
        let data = match (work.language, output) {
            (QueryLanguage::Jsonata, Some(node)) => {
                self.at(work, None, |shapes, around| data::template(shapes, around, node))
            }
            (QueryLanguage::Jsonata, None) => work.raw,
            (QueryLanguage::JsonPath, _) => match self
                .own(state, "OutputPath")
                .map(|n| n.as_str().map(str::to_owned))
            {
                Some(Some(path)) => self.at(work, None, |shapes, around| {
                    data::path_or_call(shapes, around, &path)
                }),
                Some(None) => self.shapes.fixed(&Value::empty_object()),
                None => work.effective,
            },
        };
        (data, inside.variables)
    }
}
