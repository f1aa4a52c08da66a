//! Choice: goes where the first rule that holds leads.

mod comparison;

pub(in crate::simulate) use comparison::{Comparison, Operand};

use std::borrow::Cow;
use std::sync::Arc;

use crate::expr::{Environment, jsonata};
use crate::history::Chosen;
use crate::simulate::engine::{Engine, Progress};
use crate::simulate::error::Step;
use crate::simulate::eval_context::Surroundings;
use crate::simulate::flow::{Assign, Exit, Flow, Payload, Problem};
use crate::simulate::lane::LaneId;
use crate::simulate::program::{Next, StateIndex};
use crate::value::Value;

/// A Choice state.
#[derive(Debug)]
pub(in crate::simulate) struct Choice {
    /// Its own data flow: the output and the variables when `Default` is taken, and InputPath and OutputPath always.
    pub(in crate::simulate) flow: Flow,
    pub(in crate::simulate) rules: Vec<Rule>,
    pub(in crate::simulate) default: Option<StateIndex>,
}

/// A rule, with what it does when it is taken.
#[derive(Debug)]
pub(in crate::simulate) struct Rule {
    pub(in crate::simulate) condition: Condition,
    /// The condition in few words.
    pub(in crate::simulate) label: Arc<str>,
    pub(in crate::simulate) next: StateIndex,
    pub(in crate::simulate) assign: Option<Assign>,
    pub(in crate::simulate) output: Option<Payload>,
}

/// When a rule holds.
#[derive(Debug)]
pub(in crate::simulate) enum Condition {
    Comparison(Comparison),
    Expression(jsonata::Template),
    /// `"Condition": true`
    Constant(bool),
}

pub(in crate::simulate) fn run(engine: &mut Engine<'_>, id: LaneId, choice: &Choice) -> Step<Progress> {
    let mut chosen = None;
    let result = choose(engine, id, choice, &mut chosen);
    if let Some(chosen) = chosen {
        engine.tell_choice(id, |lane| Chosen { lane, ..chosen })?;
    }
    match result {
        Ok(progress) => Ok(progress),
        Err(problem) => engine.problem(id, problem),
    }
}

/// Takes the first rule that holds; `chosen` is for whoever wants to know which, and by what.
fn choose(
    engine: &Engine<'_>,
    id: LaneId,
    choice: &Choice,
    chosen: &mut Option<Chosen>,
) -> Result<Progress, Problem> {
    let around = engine.surroundings(id);
    let effective = choice.flow.effective(&around)?;
    let state = engine.lane(id).state;
    let mut tell = |rule: Option<usize>| {
        if engine.tells_asides() {
            *chosen = Some(choice.chosen(rule, &around, &effective));
        }
    };
    for (number, rule) in choice.rules.iter().enumerate() {
        if rule.condition.holds(&around, &effective)? {
            engine.tally.chose(state, Some(number));
            tell(Some(number));
            let mut exit = rule.exit(choice, &around, effective)?;
            exit.next = Some(Next::State(rule.next));
            return Ok(Progress::Exit(exit));
        }
    }
    tell(None);
    let Some(default) = choice.default else {
        // AWS reports States.NoChoiceMatched under this name and with these words [floci#3167].
        return Err(Problem::runtime(
            "Failed to transition out of the state. The state does not point to a next state.",
        ));
    };
    engine.tally.chose(state, None);
    let mut exit = choice.flow.pass_on(&around, effective)?;
    exit.next = Some(Next::State(default));
    Ok(Progress::Exit(exit))
}

impl Choice {
    /// What is told of a choice: `rule` holds, or none does.
    fn chosen(&self, rule: Option<usize>, around: &Surroundings<'_>, effective: &Value) -> Chosen {
        let rules = match rule {
            Some(number) => &self.rules[number..=number],
            None => &self.rules[..],
        };
        let mut tested = Vec::new();
        for rule in rules {
            rule.condition.tested(around, effective, &mut tested);
        }
        Chosen {
            lane: 0,
            rule,
            condition: rule.map(|number| self.rules[number].label.clone()),
            tested,
        }
    }
}

/// Enters what was looked at, unless it is known.
fn enter(
    tested: &mut Vec<(Arc<str>, Option<Value>)>,
    place: impl Into<Arc<str>>,
    value: impl FnOnce() -> Option<Value>,
) {
    let place = place.into();
    if !tested.iter().any(|(known, _)| *known == place) {
        tested.push((place, value()));
    }
}

impl Condition {
    /// What it looks at, as far as its text names it.
    fn tested(
        &self,
        around: &Surroundings<'_>,
        effective: &Value,
        tested: &mut Vec<(Arc<str>, Option<Value>)>,
    ) {
        match self {
            Condition::Constant(_) => {}
            Condition::Comparison(comparison) => comparison.tested(around, effective, tested),
            Condition::Expression(template) => {
                let Some(expression) = template.expression() else {
                    return;
                };
                let uses = expression.uses();
                for path in &uses.states_paths {
                    if let Some(("input", names)) =
                        path.names.split_first().map(|(first, names)| (&**first, names))
                    {
                        enter(tested, format!("$states.{}", path.names.join(".")), || {
                            let mut value = around.raw_input();
                            for name in names {
                                value = value.get(name)?;
                            }
                            Some(value.clone())
                        });
                    }
                }
                for variable in uses.variables.iter().filter(|variable| variable.name != "states") {
                    enter(tested, format!("${}", variable.name), || {
                        around.variable(&variable.name)
                    });
                }
            }
        }
    }

    fn holds(&self, around: &Surroundings<'_>, effective: &Value) -> Result<bool, Problem> {
        match self {
            Condition::Constant(value) => Ok(*value),
            Condition::Comparison(comparison) => comparison.holds(around, effective),
            Condition::Expression(template) => {
                let value =
                    template.evaluate_as(jsonata::Expected::Boolean, &around.evaluation(None, None))?;
                Ok(value.as_bool().unwrap_or(false))
            }
        }
    }
}

impl Rule {
    /// A rule's own Assign and Output stand for those of the state, which hold for the default only [Choice state].
    fn exit(
        &self,
        choice: &Choice,
        around: &Surroundings<'_>,
        effective: Cow<'_, Value>,
    ) -> Result<Exit, Problem> {
        let assigned = self
            .assign
            .as_ref()
            .map(|assign| assign.evaluate(around, &effective, None, None))
            .transpose()?;
        let mut exit = choice.flow.handed_on(around, effective)?;
        if let Some(output) = &self.output {
            exit.output = output.evaluate(around, around.raw_input(), None, None)?;
            exit.bytes = exit.output.json_len();
        }
        exit.assigned = assigned;
        Ok(exit)
    }
}
