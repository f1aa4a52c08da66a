//! What an error of Step Functions means, for hover and completion: as `explain` says it.

use crate::asl::is_reserved_error;
use crate::validate::codes;

/// AWS's page about them.
pub(super) const PAGE: &str =
    "https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html";

/// When an error is raised, and what to do; `None` of one that is not Step Functions' own.
pub(super) fn sentence(name: &str) -> Option<String> {
    let meaning = is_reserved_error(name).then(|| codes::find(name)).flatten()?;
    Some(format!("{}. {}", meaning.summary, meaning.text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::asl::RESERVED_ERRORS;

    #[test]
    fn each_error_of_step_functions_has_a_sentence() {
        for name in RESERVED_ERRORS.iter().chain(&["States.Http.StatusCode.503"]) {
            assert!(sentence(name).is_some_and(|words| words.len() > 40), "{name}");
        }
        assert_eq!(sentence("CardDeclined"), None);
        assert_eq!(sentence("NO_PATH"), None);
    }
}
