//! The rules, one file each.

use super::Rule;
use super::documentation::Documentation;
use crate::diagnostics;

/// A rule with the text of its file, which begins with its documentation.
struct Entry {
    rule: &'static Rule,
    source: &'static str,
}

/// Declares the modules of the rules and lists them. The only place that a new rule is entered in.
macro_rules! rules {
    ($($module:ident),* $(,)?) => {
        $(mod $module;)*
        static ENTRIES: &[Entry] = &[
            $(Entry {
                rule: &$module::RULE,
                source: include_str!(concat!(stringify!($module), ".rs")),
            }),*
        ];
    };
}

rules! {
    arn_for_url,
    catch_loop,
    catch_loses_input,
    choice_never_matches,
    choice_without_default,
    context_path_elsewhere,
    data_limit_not_caught,
    distributed_map_fields,
    endless_polling,
    error_never_raised,
    express_duration,
    expression_as_key,
    expression_without_delimiters,
    fail_without_error,
    failing_intrinsic,
    fifo_without_group,
    growing_payload,
    hard_coded_arn,
    heartbeat_not_below_timeout,
    heartbeat_without_sender,
    hidden_failure,
    hopeless_retry,
    impossible_comparison,
    impossible_parameter,
    index_behind_filter,
    inline_map_limits,
    invoke_parameters_to_function,
    items_of_one,
    jsonata_in_jsonpath,
    lambda_as_glue,
    lambda_transient_errors,
    large_combined_result,
    large_map_result,
    latest_version,
    literal_with_dollar,
    map_iterator,
    missing_catch,
    missing_comment,
    missing_heartbeat,
    missing_retry,
    missing_substitution,
    missing_timeout,
    misspelt_member,
    nested_machine_type,
    no_idempotency_token,
    no_way_out,
    nothing_caught,
    pass_through_state,
    path_function,
    path_inside_text,
    path_not_provided,
    path_without_dollar,
    polling_for_callback,
    polling_loop,
    polling_without_limit,
    redundant_field,
    regex_in_pattern,
    result_discards_input,
    retried_condition,
    retry_budget,
    retry_everything,
    retry_field_without_effect,
    secret_in_definition,
    serial_chain,
    standard_or_express,
    text_in_arithmetic,
    timeout_not_caught,
    token_not_sent,
    unassigned_variable,
    unexpected_result_type,
    unknown_context_path,
    unknown_error_name,
    unknown_resource,
    unreachable_catcher,
    unreachable_retrier,
    unread_next_token,
    unread_variable,
    unused_result_selector,
    unused_substitution,
    unused_suppression,
}

pub use unused_substitution::unused_at_keys;

/// The rule that tells where a misspelt variable is read.
use unassigned_variable::RULE as UNASSIGNED;
/// The rule whose findings `suppression` makes.
pub(super) use unused_suppression::RULE as UNUSED_SUPPRESSION;

/// Every rule, by name.
pub fn all() -> impl Iterator<Item = &'static Rule> {
    ENTRIES.iter().map(|entry| entry.rule)
}

/// The rule called `name`.
pub fn find(name: &str) -> Option<&'static Rule> {
    all().find(|rule| rule.name == name)
}

/// The rule whose name is nearest to `name`, when one is near.
pub fn nearest(name: &str) -> Option<&'static Rule> {
    diagnostics::nearest(name, all().map(|rule| rule.name)).and_then(find)
}

impl Rule {
    /// Its documentation, from the head of its file.
    pub fn documentation(&self) -> Documentation {
        let entry = ENTRIES.iter().find(|entry| entry.rule.name == self.name);
        Documentation::of_source(entry.map_or("", |entry| entry.source))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn names_are_kebab_case_of_the_files_sorted_and_unique() {
        let names: Vec<&str> = all().map(|rule| rule.name).collect();
        let sorted: BTreeSet<&str> = names.iter().copied().collect();
        assert_eq!(names, sorted.into_iter().collect::<Vec<_>>());
        for name in names {
            let file = format!("src/lint/rules/{}.rs", name.replace('-', "_"));
            let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
            assert!(file.exists(), "{} is not the file of rule {name}", file.display());
        }
    }

    #[test]
    fn a_mistyped_name_finds_its_rule() {
        assert_eq!(nearest("mising-retry").map(|r| r.name), Some("missing-retry"));
        assert!(nearest("zzz").is_none());
    }
}
