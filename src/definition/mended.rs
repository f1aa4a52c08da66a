//! What is held back while a text is broken: what is missing may stand where the mistake is.

use crate::asl::ScopeFields;
use crate::diagnostics::Finding;
use crate::lint;
use crate::source::{Document, NodeId, NodeRef};

use super::check::{OF_PATHS, OF_TRANSITIONS, places};

/// AWS's other codes that go by what a whole scope holds.
const OF_SCOPES: [&str; 2] = ["UNASSIGNED_VARIABLE", "DUPLICATE_STATE_NAME"];

/// The mistakes in a text that was read all the same.
pub(super) struct Broken<'d> {
    document: &'d Document,
    objects: Vec<NodeRef<'d>>,
    /// The states that they are parts of.
    states: Vec<NodeId>,
}

impl<'d> Broken<'d> {
    /// `None` of a text that is whole.
    pub(super) fn of(document: &'d Document) -> Option<Broken<'d>> {
        let state = |object: NodeRef<'d>| places(document, object.span()).last()?.state;
        document.is_mended().then(|| Broken {
            document,
            objects: document.broken().collect(),
            states: document.broken().filter_map(state).collect(),
        })
    }

    /// Whether a finding may follow from one of them: it is about the very object that a mistake stands in, about what leads
    /// where in a scope around one, or a rule's about the state that one stands in.
    pub(super) fn explain(&self, finding: &Finding) -> bool {
        let around = places(self.document, finding.span);
        let mut objects = around.iter().rev().map(|place| self.document.node(place.object));
        let innermost = objects.next();
        // What is said at the key of an object is said of the one that holds it, too.
        let holder = innermost.filter(|object| object.key_span() == finding.span);
        let holder = holder.and_then(|_| objects.next());
        if innermost.is_none_or(NodeRef::is_broken) || holder.is_some_and(NodeRef::is_broken) {
            return true;
        }
        let code = &&*finding.code;
        // A rule looks at all of a state.
        let state = around.last().and_then(|place| place.state);
        if lint::find(code).is_some() && state.is_some_and(|state| self.states.contains(&state)) {
            return true;
        }
        let goes_by_scope =
            OF_TRANSITIONS.contains(code) || OF_PATHS.contains(code) || OF_SCOPES.contains(code);
        if !goes_by_scope {
            return false;
        }
        let mut objects = around.iter().rev().map(|place| self.document.node(place.object));
        let scope = objects.find(|node| ScopeFields::from(*node).is_definition());
        let scope = scope.unwrap_or(self.document.root()).span();
        self.objects.iter().any(|object| scope.contains(object.span()))
    }
}

#[cfg(test)]
mod edits;

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use crate::definition::Definition;
    use crate::lint::Settings;
    use crate::source::{ParseOptions, SourceFile};

    /// The codes of what is said of a text while it is typed.
    fn codes(name: &str, text: &str) -> Vec<String> {
        let mut options = ParseOptions::default();
        options.mend = true;
        let file = Arc::new(SourceFile::new(name, text));
        let definitions = Definition::all_in_file(file, &options);
        let findings = definitions
            .iter()
            .flat_map(|definition| definition.check(&Settings::default()));
        findings.map(|finding| finding.code.into_owned()).collect()
    }

    const INVALID: &str = "INVALID_JSON_DESCRIPTION";

    #[test]
    fn what_the_mistake_may_cause_is_held_back() {
        for text in [
            // Where A leads, what type it has, and whether B is reached.
            r#"{"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": }, "B": {"Type": "Succeed"}}}"#,
            r#"{"StartAt": "A", "States": {"A": {"Type": , "Next": "B"}, "B": {"Type": "Succeed"}}}"#,
            r#"{"StartAt": "A", "States": {"A": {"Ty }, "B": {"Type": "Succeed"}}}"#,
            r#"{"StartAt": "A", "States": {"A": , "B": {"Type": "Succeed"}}}"#,
            r#"{"StartAt": , "States": {"B": {"Type": "Succeed"}}}"#,
            r#"{"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "C"}, "B": {"Type": "Succeed"}, "C"}}"#,
            r#"{"StartAt": "A", "States": {"A": {"Type": "Choice", "Choices": [{"Variable": "$.x", }]}}}"#,
            r#"{"StartAt": "A", "States": {"A": {"Type": "Pass""#,
            r#"{"StartAt": "A", "States": {"#,
            r#"{"St"#,
        ] {
            assert_eq!(codes("x.asl.json", text), [INVALID], "{text}");
        }
        for text in [
            "StartAt: A\nStates:\n  A:\n    Type: Pass\n    Nex\n  B:\n    Type: Succeed\n",
            "StartAt: A\nStates:\n  A:\n    Type: Pass\n    Next: [\n  B:\n    Type: Succeed\n",
            // A line that is indented as nothing is may belong to the state before it.
            "StartAt: A\nStates:\n  A:\n    Type: Choice\n    Choices:\n      - Variable: $.x\n        IsNull: true\n        Next: B\n   Default: B\n  B:\n    Type: Succeed\n",
            "StartAt: A\nStates:\n  A:\n    Type: Choice\n    Choices:\n      - Variable: $.x\n        IsNull: true\n        Next: B\n\tDefault: B\n  B:\n    Type: Succeed\n",
            // What was a list stays one.
            "StartAt: A\nStates:\n  A:\n    Type: Parallel\n    Branches:\n      - StartAt: X\n        States: {X: {Type: Succeed}}\n    Retry:\n      - ErrorEquals: [States.TaskFailed\n        MaxAttempts: 2\n    Next: B\n  B:\n    Type: Succeed\n",
            "StartAt: A\nStates:\n  A:\n    Type: Succeed\n---\nStartAt: B\n",
        ] {
            assert_eq!(codes("x.asl.yaml", text), [INVALID], "{text}");
        }
    }

    #[test]
    fn what_it_cannot_cause_is_told() {
        // A field that does not exist in a state that is whole, and a choice within a branch that leads nowhere: the mistake
        // stands in another scope.
        let text = r#"{"StartAt": "P", "States": {
            "P": {"Type": "Parallel", "Next": "W", "Branches": [
                {"StartAt": "X", "States": {"X": {"Type": "Pass", "Next": "Gone"}}},
                {"StartAt": "Y", "States": {"Y": {"Type": "Pass", "Next": }}}]},
            "W": {"Type": "Wait", "Secs": 1, "Seconds": 1, "End": true}}}"#;
        let codes = codes("x.asl.json", text);
        assert_eq!(
            codes,
            [INVALID, "SCHEMA_VALIDATION_FAILED", "MISSING_TRANSITION_TARGET"]
        );
    }
}
