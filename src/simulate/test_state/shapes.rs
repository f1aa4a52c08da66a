//! What a mocked result must look like, by the model of the API that answers it.
//!
//! Members that the model does not know are ignored, as AWS ignores them (recorded by AWS).

use super::Refusal;
use crate::asl::{Pattern, Resource};
use crate::services::{Asked, Call, Misfit, Reply, What};
use crate::value::Value;

/// The action whose mocked result AWS would check and no model is known of.
pub(super) fn unchecked(resource: &Resource<'_>) -> Option<String> {
    let Resource::Integration {
        service,
        action,
        pattern,
    } = resource
    else {
        return None;
    };
    // "Not validated" [Testing state machines with TestState API].
    let free = matches!(*service, "http" | "apigateway")
        || matches!((*service, *action), ("eks", "call" | "runJob"))
        || *pattern == Pattern::WaitForTaskToken;
    let known = Call::of(resource).is_some_and(|call| call.result().is_some());
    (!free && !known).then(|| format!("{service}:{action}{pattern}"))
}

/// Checks a mocked result of a task that calls `resource`. `strict` asks for the required members.
///
/// # Errors
/// The first member that does not fit.
pub(super) fn check(resource: &Resource<'_>, result: &Value, strict: bool) -> Result<(), Refusal> {
    let Some(given) = Reply::of_mock(resource) else {
        return Ok(());
    };
    if result.as_object().is_none() {
        return Err(Refusal::validation("Mocked result must be a JSON object."));
    }
    let asked = Asked {
        required: strict,
        longest: true,
        ..Asked::default()
    };
    match given.misfits(result, asked).first() {
        None => Ok(()),
        Some(misfit) => Err(Refusal::validation(format!(
            "Mock result schema validation error: {}",
            in_words(misfit)
        ))),
    }
}

/// Members of a mocked result that the API does not have, a sentence about each: AWS ignores them in every mode
/// [Testing state machines with TestState API], and a misspelt one is hardly meant.
pub(super) fn ignored(resource: &Resource<'_>, result: &Value) -> Vec<String> {
    let Some(given) = Reply::of_mock(resource) else {
        return Vec::new();
    };
    let asked = Asked {
        known: true,
        ..Asked::default()
    };
    let described = resource.describe().unwrap_or_default();
    let whole = Reply::of(resource);
    let misfits = given.misfits(result, asked).into_iter();
    let unknown = misfits.filter(|misfit| matches!(misfit.what, What::Unknown(_)));
    unknown
        .map(|misfit| {
            format!(
                "TestState ignores what {described} does not answer: {}",
                misfit.why(&whole)
            )
        })
        .collect()
}

/// In AWS's words.
fn in_words(misfit: &Misfit) -> String {
    let name = &misfit.name;
    let what = match &misfit.what {
        What::Missing => return format!("Required field '{name}' is missing"),
        What::MustBe(what) => format!("must be {what}"),
        What::Short(_) => "is smaller than the minimum length".to_owned(),
        // "STRICT: Enforces field naming, size, shape, and data type constraints" [Testing state machines with TestState
        // API]. The words are those of a number that is too great, in the manner of what is too short.
        What::Long(_) => "exceeds the maximum length".to_owned(),
        What::NoName(_) | What::Unknown(_) => "is not an expected value".to_owned(),
        What::Low(_) => "is less than the minimum value".to_owned(),
        What::High(_) => "exceeds the maximum value".to_owned(),
    };
    format!("Field '{name}' {what}")
}
