//! Titles of the pages of AWS's developer guide that explain a mistake.

use crate::asl::StateType;
use crate::asl::fields::Kind;

pub(super) const STRUCTURE: &str =
    "State machine structure in Amazon States Language for Step Functions workflows";
pub(super) const ERRORS: &str = "Handling errors in Step Functions workflows";
pub(super) const PATHS: &str = "Using JSONPath paths";
pub(super) const TEMPLATES: &str = "Processing input and output in Step Functions";
pub(super) const INTRINSICS: &str = "Intrinsic functions for JSONPath states in Step Functions";
pub(super) const JSONATA: &str = "Transforming data with JSONata in Step Functions";
pub(super) const VARIABLES: &str = "Passing data between states with variables";
pub(super) const INTEGRATIONS: &str = "Integrating services with Step Functions";
pub(super) const CREDENTIALS: &str = "Accessing resources in other AWS accounts in Step Functions";
pub(super) const WORKFLOW_TYPE: &str = "Choosing workflow type in Step Functions";
pub(super) const DISTRIBUTED: &str =
    "Using Map state in Distributed mode for large-scale parallel workloads in Step Functions";
pub(super) const QUOTAS: &str = "Step Functions service quotas";

/// The page about an object's fields.
pub(super) fn of(kind: Kind) -> &'static str {
    match kind {
        Kind::Machine | Kind::AnyState => STRUCTURE,
        Kind::State(state_type) => match state_type {
            StateType::Pass => "Pass workflow state",
            StateType::Task => "Task workflow state",
            StateType::Choice => "Choice workflow state",
            StateType::Wait => "Wait workflow state",
            StateType::Succeed => "Succeed workflow state",
            StateType::Fail => "Fail workflow state",
            StateType::Parallel => "Parallel workflow state",
            StateType::Map => "Map workflow state",
        },
        Kind::Branch => "Parallel workflow state",
        Kind::Processor => "Map workflow state",
        Kind::ProcessorConfig => DISTRIBUTED,
        Kind::Credentials => CREDENTIALS,
        Kind::Retrier | Kind::Catcher => ERRORS,
        Kind::ChoiceRule | Kind::NestedRule => "Choice workflow state",
        Kind::ItemReader | Kind::ReaderConfig => "ItemReader (Map)",
        Kind::ItemBatcher => "ItemBatcher (Map)",
        Kind::ResultWriter | Kind::WriterConfig => "ResultWriter (Map)",
    }
}
