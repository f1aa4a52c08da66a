//! Several reports of one file as one.

use std::borrow::Cow;
use std::collections::HashMap;

use super::FileReport;
use crate::diagnostics::{Finding, Span};

/// Where in a report each of its findings is: by place, code and message.
pub type Known = HashMap<(Span, Cow<'static, str>, String), usize>;

impl FileReport {
    /// Adds what was found in another definition of the same file, or in the same one for another caller: what is said of one
    /// place already is not said again. `known` are the findings of those that were added before.
    pub fn merge(&mut self, other: FileReport, known: &mut Known) {
        let key = |finding: &Finding| (finding.span, finding.code.clone(), finding.message.clone());
        // Where each finding of the other report is in the end.
        let mut places = Vec::with_capacity(other.findings.len());
        let causes: Vec<Option<usize>> = other
            .findings
            .iter()
            .map(|finding| finding.follows_from)
            .collect();
        let mut added = Vec::new();
        for (index, finding) in other.findings.into_iter().enumerate() {
            match known.get(&key(&finding)) {
                Some(place) => {
                    let told = &mut self.findings[*place];
                    add_new(&mut told.elsewhere, finding.elsewhere);
                    add_new(&mut told.constructs, finding.constructs);
                    places.push(*place);
                }
                None => {
                    let place = self.findings.len();
                    known.insert(key(&finding), place);
                    self.findings.push(finding);
                    places.push(place);
                    added.push((index, place));
                }
            }
        }
        for (index, place) in added {
            let cause = causes[index].and_then(|cause| places.get(cause).copied());
            self.findings[place].follows_from = cause.filter(|cause| *cause != place);
        }
        self.aws_errors = match (self.aws_errors, other.aws_errors) {
            (None, other) => other,
            (own, None) => own,
            (Some(own), Some(other)) => Some(own + other),
        };
    }
}

/// Adds those that are not among them.
fn add_new<T: PartialEq>(to: &mut Vec<T>, more: Vec<T>) {
    for one in more {
        if !to.contains(&one) {
            to.push(one);
        }
    }
}
