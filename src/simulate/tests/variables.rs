//! Limits of variables.

use super::execute;
use crate::simulate::Status;

#[test]
fn a_variable_that_is_too_large_fails_the_state() {
    let definition = |bytes: usize| {
        format!(
            r#"{{"QueryLanguage": "JSONata", "StartAt": "A", "States": {{"A": {{"Type": "Pass", "Output": 1,
               "Assign": {{"x": "{{% $pad('x', {bytes}) %}}"}}, "End": true}}}}}}"#
        )
    };
    // Two bytes more are the quotes.
    assert_eq!(
        execute(&definition(262_142), "{}", "{}").status,
        Status::Succeeded
    );
    let execution = execute(&definition(262_143), "{}", "{}");
    let error = execution.failure.and_then(|failure| failure.error);
    assert_eq!(error.as_deref(), Some("States.DataLimitExceeded"));
}

// 40 times 256 KiB are 10 MiB.
#[test]
fn variables_of_branches_beside_each_other_count_together() {
    let execution = |branches: usize| {
        let branch = r#"{"StartAt": "A@", "States": {
            "A@": {"Type": "Pass", "Assign": {"x": "{% $pad('', 262142, 'x') %}"}, "Output": 1, "Next": "W@"},
            "W@": {"Type": "Wait", "Seconds": 1, "End": true}}}"#;
        let branches: Vec<String> = (0..branches)
            .map(|i| branch.replace('@', &i.to_string()))
            .collect();
        let definition = format!(
            r#"{{"QueryLanguage": "JSONata", "StartAt": "P", "States": {{
                "P": {{"Type": "Parallel", "Branches": [{}], "End": true}}}}}}"#,
            branches.join(", ")
        );
        execute(&definition, "{}", "{}")
    };
    assert!(execution(40).failure.is_none());
    let failure = execution(41).failure.expect("a failure");
    assert_eq!(failure.error.as_deref(), Some("States.DataLimitExceeded"));
    // In our words; AWS's are not known.
    assert_eq!(
        failure.cause.as_deref(),
        Some(
            "The execution's variables in the state 'A40' would exceed the maximum number of bytes service limit."
        )
    );
}

// A loop assigns the same variable again and again; what a branch held is let go with it.
#[test]
fn what_is_assigned_again_or_gone_does_not_count() {
    let definition = r#"{"QueryLanguage": "JSONata", "StartAt": "M", "States": {
        "M": {"Type": "Map", "Items": "{% [1..60] %}", "MaxConcurrency": 1, "End": true, "ItemProcessor": {
            "StartAt": "A", "States": {
                "A": {"Type": "Pass", "Assign": {"x": "{% $pad('', 262142, 'x') %}"}, "Output": 1, "Next": "B"},
                "B": {"Type": "Pass", "Assign": {"x": "{% $pad('', 262142, 'y') %}"}, "Output": 1, "End": true}}}}}}"#;
    assert!(execute(definition, "{}", "{}").failure.is_none());
}
