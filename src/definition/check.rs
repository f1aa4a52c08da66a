//! Validate and lint together: what AWS refuses, and what lint finds beside it.

use std::collections::{HashMap, HashSet};

use super::Definition;
use super::mended::Broken;
use crate::asl::{MachineType, ScopeFields};
use crate::diagnostics::{Finding, Severity, Span};
use crate::lint::{Rule, Settings};
use crate::source::{Document, NodeId};

/// Rules that go by what leads where. Where a transition leads nowhere, what they find follows from that.
pub(super) const OF_PATHS: [&str; 12] = [
    "catch-loop",
    "endless-polling",
    "growing-payload",
    "hidden-failure",
    "no-way-out",
    "pass-through-state",
    "path-not-provided",
    "polling-without-limit",
    "serial-chain",
    "unassigned-variable",
    "unread-next-token",
    "unread-variable",
];

/// AWS's codes for a transition that leads nowhere, and an end that is missing.
pub(super) const OF_TRANSITIONS: [&str; 2] = ["MISSING_TRANSITION_TARGET", "MISSING_END_STATE"];

/// What a check says.
pub(crate) struct Check {
    /// AWS's findings, then those of lint.
    pub(crate) findings: Vec<Finding>,
    /// How many findings rules that are off would add.
    pub(crate) beyond: Vec<(&'static Rule, usize)>,
}

impl Definition {
    /// What AWS would say of it (of the other properties of a template's resource, too), and what lint finds in
    /// what of it is right: inside an object with a mistake the mistake comes first.
    pub(crate) fn check(&self, settings: &Settings) -> Vec<Finding> {
        let (linted, findings) = self.lint_and_validate(settings, self.checked_type(settings));
        self.beside(findings, linted)
    }

    /// The same, and what rules that are off by default would add to small definitions.
    pub(crate) fn check_beyond(&self, settings: &Settings) -> Check {
        let (linted, beyond) = self.lint_beyond(settings);
        let findings = self.beside(self.validate_deployed_as(self.checked_type(settings)), linted);
        Check { findings, beyond }
    }

    /// The type of machine that it is checked as.
    fn checked_type(&self, settings: &Settings) -> MachineType {
        (self.known_type()).or(settings.machine_type).unwrap_or_default()
    }

    /// What AWS says, and beside it what lint finds in what is right.
    fn beside(&self, mut findings: Vec<Finding>, linted: Vec<Finding>) -> Vec<Finding> {
        let broken = self.document().and_then(|document| Broken::of(document));
        if let Some(broken) = &broken {
            let is_told = |i: &usize| *i < self.of_text.len() || !broken.explain(&findings[*i]);
            let kept: Vec<usize> = (0..findings.len()).filter(is_told).collect();
            findings = Finding::rearrange(findings, &kept);
        }
        let mistakes = self.document().map(|document| Mistakes::of(document, &findings));
        let is_new = |finding: &Finding| {
            broken.as_ref().is_none_or(|broken| !broken.explain(finding))
                && (mistakes.as_ref()).is_none_or(|mistakes| !mistakes.explain(finding))
        };
        // The text's own findings stand first in both, and none of lint's follows from another.
        let of_rules = linted.into_iter().skip(self.of_text.len()).filter(is_new);
        // What names a place that AWS rejects as its reason follows from that.
        let rejected: HashSet<Span> = (findings.iter())
            .filter(|finding| finding.severity == Severity::Error)
            .map(|finding| finding.span)
            .collect();
        let of_rules = of_rules.filter(|finding| {
            !finding
                .related
                .iter()
                .any(|related| rejected.contains(&related.span))
        });
        let by_place: HashMap<(Span, &str), usize> = (findings.iter().enumerate())
            .filter_map(|(index, finding)| {
                let (_, rule) = BOTH.iter().find(|(code, _)| *code == finding.code)?;
                Some(((finding.span, *rule), index))
            })
            .collect();
        for finding in of_rules.collect::<Vec<_>>() {
            match by_place.get(&(finding.span, &*finding.code)) {
                Some(index) => add_advice(&mut findings[*index], finding),
                None => findings.push(finding),
            }
        }
        findings
    }
}

/// What AWS's warnings and lint both say: the code, and the rule that says it of the same text.
const BOTH: [(&str, &str); 2] = [
    ("NO_DOLLAR", "path-without-dollar"),
    ("UNASSIGNED_VARIABLE", "unassigned-variable"),
];

/// Gives a finding of AWS's what only lint, which says the same, knows to do about it.
fn add_advice(told: &mut Finding, of_rule: Finding) {
    if told.fixes.is_empty() {
        told.fixes = of_rule.fixes;
    }
    told.help = told.help.take().or(of_rule.help);
}

/// Where AWS sees mistakes.
struct Mistakes<'d> {
    document: &'d Document,
    /// The innermost objects with a mistake, and the state of each.
    objects: HashSet<Place>,
    in_transitions: bool,
}

/// An object, and the innermost state that it is, or is a part of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Place {
    pub(super) object: NodeId,
    pub(super) state: Option<NodeId>,
}

impl<'d> Mistakes<'d> {
    fn of(document: &'d Document, findings: &[Finding]) -> Mistakes<'d> {
        // A state that nothing leads to any more has no mistake of its own.
        let errors = || {
            let follows = |finding: &Finding| {
                finding.follows_from.is_some() && OF_TRANSITIONS.contains(&&*finding.code)
            };
            let causes = findings.iter().filter(move |finding| !follows(finding));
            causes.filter(|finding| finding.severity == Severity::Error)
        };
        let innermost = |finding: &Finding| places(document, finding.span).last().copied();
        Mistakes {
            document,
            objects: errors()
                .filter_map(innermost)
                .filter(|place| place.state.is_some())
                .collect(),
            in_transitions: errors().any(|finding| OF_TRANSITIONS.contains(&&*finding.code)),
        }
    }

    /// Whether what lint found may follow from one of them.
    fn explain(&self, finding: &Finding) -> bool {
        // What a deployment fills in has nothing to do with what is written around it.
        if finding.code.ends_with("-substitution") {
            return false;
        }
        if self.in_transitions && OF_PATHS.contains(&&*finding.code) {
            return true;
        }
        if self.objects.is_empty() {
            return false;
        }
        let around = places(self.document, finding.span);
        let state = around.last().and_then(|place| place.state);
        // What is said of a list, as of a Retry, goes by what stands in it.
        let of_list = around.last().is_some_and(|place| {
            let object = self.document.node(place.object);
            // In the order of the text.
            let members = object.members();
            let at = members.binary_search_by_key(&finding.span, |member| member.key_span);
            let list = at.ok().map(|at| &members[at]);
            let list = list
                .map(|member| self.document.node(member.value))
                .filter(|node| node.is_array());
            list.is_some_and(|list| {
                let mut entries = list.items().map(|entry| Place {
                    object: entry.id(),
                    state,
                });
                entries.any(|entry| self.objects.contains(&entry))
            })
        });
        if of_list {
            return true;
        }
        // The states inside a Map or Parallel state have mistakes of their own.
        (around.iter()).any(|place| place.state == state && self.objects.contains(place))
    }
}

/// The objects around a span, the outermost first.
pub(super) fn places(document: &Document, span: Span) -> Vec<Place> {
    let mut found = Vec::new();
    let (mut at, mut state, mut are_states) = (document.root(), None, false);
    loop {
        if at.is_object() {
            if are_states {
                state = Some(at.id());
            }
            found.push(Place {
                object: at.id(),
                state,
            });
        }
        // What is held by `States` is states; but a value called so may stand anywhere in a state's data.
        are_states = at.is_object()
            && !are_states
            && at.key().is_some_and(|key| &**key == "States")
            && at
                .parent()
                .is_some_and(|scope| ScopeFields::from(scope).start_at().is_some());
        match at.part_around(span) {
            Some(next) => at = next,
            None => return found,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint;

    /// The codes of a check, in order.
    fn codes(text: &str) -> Vec<String> {
        let definition = Definition::parse(text).unwrap();
        let checked = definition.check(&Settings::default());
        checked
            .into_iter()
            .map(|finding| finding.code.into_owned())
            .collect()
    }

    #[test]
    fn every_rule_of_paths_is_a_rule() {
        for name in OF_PATHS {
            assert!(lint::find(name).is_some(), "{name}");
        }
    }

    #[test]
    fn inside_an_object_with_a_mistake_the_mistake_comes_first() {
        // The misspelt field of A is why A has no timeout; that B has none is another matter.
        let text = r#"{"StartAt": "A", "States": {
            "A": {"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken", "TimeoutSecond": 9,
                "Parameters": {"QueueUrl": "q", "MessageBody": {"t.$": "$$.Task.Token"}}, "Next": "B"},
            "B": {"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
                "Parameters": {"QueueUrl": "q", "MessageBody": {"t.$": "$$.Task.Token"}}, "End": true}}}"#;
        let both = codes(&text.replace("\"TimeoutSecond\": 9,", ""));
        let one = codes(text);
        let count = |codes: &[String]| codes.iter().filter(|code| *code == "missing-timeout").count();
        assert_eq!(count(&both), 2, "{both:?}");
        assert_eq!(count(&one), 1, "{one:?}");
        assert_eq!(one[0], "SCHEMA_VALIDATION_FAILED");
    }

    #[test]
    fn the_states_inside_a_broken_state_are_linted() {
        let text = r#"{"StartAt": "M", "States": {"M": {"Type": "Map", "ItemPath": "$.x", "End": true, "ItemProcessor": {
            "StartAt": "T", "States": {"T": {"Type": "Task",
                "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
                "Parameters": {"QueueUrl": "q", "MessageBody": {"t.$": "$$.Task.Token"}}, "End": true}}}}}}"#;
        let codes = codes(text);
        assert!(
            codes.contains(&"SCHEMA_VALIDATION_FAILED".to_owned()),
            "{codes:?}"
        );
        assert!(codes.contains(&"missing-timeout".to_owned()), "{codes:?}");
    }

    #[test]
    fn where_a_transition_leads_nowhere_no_path_is_judged() {
        let text = r#"{"StartAt": "A", "States": {
            "A": {"Type": "Choice", "Choices": [{"Variable": "$.x", "IsPresent": true, "Next": "B"}], "Default": "D"},
            "B": {"Type": "Wait", "Seconds": 1, "Next": "C"}, "C": {"Type": "Wait", "Seconds": 1, "Next": "B"},
            "D": {"Type": "Pass", "Next": "Gone"}}}"#;
        assert!(!codes(text).contains(&"no-way-out".to_owned()));
        assert!(
            codes(&text.replace(r#""Next": "Gone""#, r#""End": true"#)).contains(&"no-way-out".to_owned())
        );
    }
}
