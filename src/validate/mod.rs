//! What AWS refuses, in AWS's codes and words.
//!
//! [`validate`] says everything at once: what the table of fields says about every object ([`structure`]), what the
//! states' transitions make ([`transitions`]), what stands in single values, and what holds between fields. Each check
//! is one file. Where AWS makes two statements about one mistake, the second one follows from the first.

mod assignments;
pub mod codes;
mod credentials;
mod doc_pages;
mod error_meanings;
mod error_names;
mod expressions;
mod functions;
mod hints;
mod languages;
mod map;
mod messages;
mod names;
mod open_expressions;
mod own_parameters;
mod parameters;
mod paths;
mod report;
mod resources;
mod size;
mod structure;
mod templates;
#[cfg(test)]
mod tests;
mod timestamp;
mod transitions;
mod values;
mod variables;

use crate::asl::{MachineType, ScopeId, StateMachine};
use crate::diagnostics::{Finding, Severity};
use report::Report;

/// The code of most errors.
pub const SCHEMA: &str = "SCHEMA_VALIDATION_FAILED";

/// What is asked.
#[derive(Debug, Clone, Copy, Default)]
pub struct Options {
    /// The type the machine is created with; ValidateStateMachineDefinition's default is STANDARD.
    pub machine_type: MachineType,
}

/// A definition under examination, and what has been said about it.
struct Context<'m> {
    machine: &'m StateMachine,
    options: &'m Options,
    report: Report,
}

impl Context<'_> {
    /// Whether the states of `scope` run in Express executions: the machine's own, or the children of a Distributed Map,
    /// which have the limits of their type [Using Map state in Distributed mode]. That AWS
    /// says it of children in the same words was not seen.
    fn is_express(&self, scope: ScopeId) -> bool {
        let own = Some(self.options.machine_type);
        self.machine.execution_type(scope, own) == Some(MachineType::Express)
    }

    /// What to make STANDARD for the states of `scope`, at the end of a sentence; and where their Map says EXPRESS.
    fn make_standard(&self, scope: ScopeId, finding: Finding, instead: &str) -> Finding {
        let Some(map) = self.machine.child_of(scope) else {
            return finding.with_help(format!("{instead} make the machine STANDARD"));
        };
        let name = &self.machine.state(map).name;
        let finding = finding.with_help(format!("{instead} give '{name}' the \"ExecutionType\" STANDARD"));
        match self.machine.child_type(map) {
            Some(said) => finding.with_related(said.token_span(), "its child executions are Express"),
            None => finding,
        }
    }
}

pub use names::LONGEST as LONGEST_NAME;

/// Whether a variable may be called so.
pub fn is_variable_name(name: &str) -> bool {
    variables::is_identifier(name)
}

/// What AWS says of a name that no variable can have.
pub fn variable_refusal(name: &str) -> Option<String> {
    variables::refusal(name).map(|(_, message)| message)
}

/// What to write in place of an operator that Step Functions' JSONata does not have, where `expression`, which does not
/// parse, has one.
pub fn operator_instead(expression: &str) -> Option<&'static str> {
    expressions::operator(expression)
}

/// The members that `$states` has in the field `field` of a `kind`.
pub fn states_members(field: &str, kind: crate::asl::fields::Kind) -> impl Iterator<Item = &'static str> {
    expressions::members(field, kind)
}

/// What AWS refuses in a JSONata expression whatever field it stands in, as
/// `(code, message, bytes in the expression)`: names that only an input document could give.
pub fn expression_refusals(
    expression: &crate::expr::jsonata::Expression,
) -> impl Iterator<Item = (&'static str, String, std::ops::Range<usize>)> {
    let refusals = expressions::refusals(expression).into_iter();
    refusals.map(|(message, span)| (expressions::UNSUPPORTED, message, span))
}

/// What to write instead of a call of the function `name` (without `$`), which Step Functions does not have.
pub fn unknown_function_help(name: &str) -> Option<String> {
    functions::unknown_help(name).map(|help| help.words)
}

/// Everything AWS says about `machine` when it is created, errors and warnings, in AWS's order as far as it is known:
/// the table of fields, transitions to states that do not exist, the missing terminal state, states that nothing
/// reaches [floci#2786, measured]; then names, and warnings last.
pub fn validate(machine: &StateMachine, options: &Options) -> Vec<Finding> {
    let mut context = Context {
        machine,
        options,
        report: Report::default(),
    };
    structure::check(&mut context);
    context.report.turn_to(Some(doc_pages::INTEGRATIONS));
    resources::check(&mut context);
    context.report.turn_to(Some(doc_pages::CREDENTIALS));
    credentials::check(&mut context);
    context.report.turn_to(Some(doc_pages::DISTRIBUTED));
    map::check(&mut context);
    context.report.turn_to(Some(doc_pages::VARIABLES));
    variables::check_scopes(&mut context);
    assignments::check(&mut context);
    context.report.turn_to(Some(doc_pages::ERRORS));
    error_names::check(&mut context);
    context.report.turn_to(Some(doc_pages::STRUCTURE));
    names::check(&mut context);
    context.report.turn_to(Some(doc_pages::STRUCTURE));
    transitions::check(&mut context);
    context.report.turn_to(Some(doc_pages::QUOTAS));
    size::check(&mut context);
    let findings = context.report.finish();
    machine.hear(&findings, true);
    findings
}

/// Whether a finding is that nothing leads to a state.
pub fn is_unreachable(finding: &Finding) -> bool {
    finding.code == transitions::MISSING_TARGET && finding.message.ends_with(messages::NOT_REACHABLE)
}

/// The message of InvalidDefinition, `Invalid State Machine Definition: 'CODE: message at location, ...'` [recorded];
/// `None` where no finding is an error.
pub fn refusal(findings: &[Finding]) -> Option<String> {
    let errors: Vec<String> = findings
        .iter()
        .filter(|finding| finding.severity == Severity::Error)
        .map(|finding| match &finding.location {
            Some(location) => format!("{}: {} at {location}", finding.code, finding.message),
            // A mistake of the whole machine has none [floci#2735].
            None => format!("{}: {} at null", finding.code, finding.message),
        })
        .collect();
    (!errors.is_empty()).then(|| format!("Invalid State Machine Definition: '{}'", errors.join(", ")))
}
