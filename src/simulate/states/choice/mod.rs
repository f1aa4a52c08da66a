//! Choice: goes where the first rule that holds leads.

mod comparison;

pub(in crate::simulate) use comparison::{Comparison, Operand};

use std::borrow::Cow;

use crate::expr::jsonata;
use crate::simulate::engine::{Engine, Progress};
use crate::simulate::eval_context::Surroundings;
use crate::simulate::flow::{Assign, Exit, Flow, Payload, Problem};
use crate::simulate::program::{Next, StateIndex};
use crate::simulate::strand::StrandId;
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

pub(in crate::simulate) fn run(
    engine: &Engine<'_>,
    id: StrandId,
    choice: &Choice,
) -> Result<Progress, Problem> {
    let around = engine.surroundings(id);
    let effective = choice.flow.effective(&around)?;
    let state = engine.strand(id).state;
    for (number, rule) in choice.rules.iter().enumerate() {
        if rule.condition.holds(&around, &effective)? {
            engine.tally.chose(state, Some(number));
            let mut exit = rule.exit(choice, &around, effective)?;
            exit.next = Some(Next::State(rule.next));
            return Ok(Progress::Exit(exit));
        }
    }
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

impl Condition {
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
