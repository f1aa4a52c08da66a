//! The table against what AWS was measured to accept, written down anew here.

use super::Kind;
use crate::asl::StateType;

/// Fields beside Type, Comment and QueryLanguage that AWS accepts, by type [pf-sfn-asl-state-fields: 8 types x 50
/// fields sent to ValidateStateMachineDefinition on 2026-09-05].
const MEASURED: [(StateType, &str); 8] = [
    (
        StateType::Pass,
        "InputPath OutputPath Result ResultPath Parameters Output Assign Next End",
    ),
    (
        StateType::Task,
        "InputPath OutputPath ResultPath Parameters Arguments Output Assign Resource Credentials ResultSelector Retry \
         Catch TimeoutSeconds TimeoutSecondsPath HeartbeatSeconds HeartbeatSecondsPath Next End",
    ),
    (
        StateType::Wait,
        "InputPath OutputPath Output Assign Seconds Timestamp SecondsPath TimestampPath Next End",
    ),
    (
        StateType::Parallel,
        "InputPath OutputPath ResultPath Parameters Arguments Output Assign ResultSelector Retry Catch Branches Next \
         End",
    ),
    (
        StateType::Map,
        "InputPath OutputPath ResultPath Parameters Output Assign ResultSelector Retry Catch ItemProcessor Iterator \
         ItemsPath Items ItemSelector ItemReader ItemBatcher ResultWriter MaxConcurrency MaxConcurrencyPath \
         ToleratedFailurePercentage ToleratedFailurePercentagePath ToleratedFailureCount ToleratedFailureCountPath \
         Label Next End",
    ),
    (
        StateType::Choice,
        "InputPath OutputPath Output Assign Choices Default",
    ),
    (StateType::Succeed, "InputPath OutputPath Output"),
    (StateType::Fail, "Error Cause ErrorPath CausePath"),
];

#[test]
fn every_type_has_the_fields_that_aws_accepts_and_no_others() {
    for (state_type, measured) in MEASURED {
        let mut expected: Vec<&str> = measured.split_whitespace().collect();
        expected.extend(["Type", "Comment", "QueryLanguage"]);
        expected.sort_unstable();
        let mut fields: Vec<&str> = Kind::State(state_type).fields().map(|f| f.name).collect();
        fields.sort_unstable();
        assert_eq!(fields, expected, "{state_type}");
    }
}

#[test]
fn any_state_has_every_field_of_every_type_once() {
    let mut expected: Vec<&str> = MEASURED
        .iter()
        .flat_map(|(_, fields)| fields.split_whitespace())
        .collect();
    expected.extend(["Type", "Comment", "QueryLanguage"]);
    expected.sort_unstable();
    expected.dedup();
    let mut fields: Vec<&str> = Kind::AnyState.fields().map(|f| f.name).collect();
    fields.sort_unstable();
    assert_eq!(fields, expected);
}

#[test]
fn fields_of_one_language() {
    // [floci#2968; Transforming data with JSONata in Step Functions]
    let only = |path: bool| {
        let mut names: Vec<&str> = Kind::AnyState
            .fields()
            .filter(|f| {
                f.languages
                    == if path {
                        super::Languages::JsonPath
                    } else {
                        super::Languages::Jsonata
                    }
            })
            .map(|f| f.name)
            .collect();
        names.sort_unstable();
        names
    };
    assert_eq!(only(false), ["Arguments", "Items", "Output"]);
    assert_eq!(
        only(true),
        [
            "CausePath",
            "ErrorPath",
            "HeartbeatSecondsPath",
            "InputPath",
            "ItemsPath",
            "MaxConcurrencyPath",
            "OutputPath",
            "Parameters",
            "Result",
            "ResultPath",
            "ResultSelector",
            "SecondsPath",
            "TimeoutSecondsPath",
            "TimestampPath",
            "ToleratedFailureCountPath",
            "ToleratedFailurePercentagePath",
        ]
    );
}

#[test]
fn no_kind_has_a_field_twice() {
    for kind in Kind::ALL {
        let mut names: Vec<&str> = kind.fields().map(|f| f.name).collect();
        let all = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), all, "{kind:?}");
    }
}

#[test]
fn every_field_says_what_it_means() {
    for kind in Kind::ALL {
        for field in kind.fields() {
            let name = field.name;
            let doc = super::docs::doc(kind, name).unwrap_or_else(|| panic!("{kind:?} {name}"));
            assert!(doc.description.ends_with('.'), "{kind:?} {name}");
            assert!(!doc.example.is_null(), "{kind:?} {name}: the example is no JSON");
            assert!(
                doc.page
                    .starts_with("https://docs.aws.amazon.com/step-functions/")
            );
        }
    }
    let of_catcher = super::docs::doc(Kind::Catcher, "Next").map(|doc| doc.description);
    assert_eq!(
        of_catcher.as_deref(),
        Some("The state that goes on when one of these errors is caught.")
    );
    let greater =
        super::docs::doc(Kind::NestedRule, "NumericGreaterThanEqualsPath").map(|doc| doc.description);
    assert_eq!(
        greater.as_deref(),
        Some("The variable is a number, and greater than or equal to what this path leads to.")
    );
}
