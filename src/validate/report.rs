//! Findings on their way into AWS's order.

use rustc_hash::FxHashMap;

use crate::arrange::Arrange as _;
use crate::diagnostics::Finding;
use crate::source::NodeId;

/// Where a finding stands in the list, first to last. AWS lists a missing target before the missing terminal state
/// and that before what is not reachable [floci#2786, measured]; the rest of the order is ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Phase {
    /// Fields and values.
    Schema,
    /// Names of states and labels.
    Name,
    /// A transition to a state that does not exist.
    Target,
    /// No terminal state.
    Terminal,
    /// A state that nothing reaches.
    Reachability,
    /// What AWS accepts and warns of.
    Warning,
}

/// A finding of one [`Report`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct FindingId(usize);

#[derive(Debug)]
struct Entry {
    phase: Phase,
    finding: Finding,
    cause: Option<FindingId>,
}

/// What has been said so far.
#[derive(Debug, Default)]
pub(super) struct Report {
    entries: Vec<Entry>,
    open_ends: FxHashMap<NodeId, FindingId>,
    lost_ways: FxHashMap<NodeId, FindingId>,
    meant: FxHashMap<(NodeId, &'static str), FindingId>,
    other_language: Vec<(NodeId, FindingId)>,
    page: Option<&'static str>,
}

impl Report {
    /// Adds a finding.
    pub(super) fn add(&mut self, phase: Phase, finding: Finding) -> FindingId {
        self.add_after(phase, finding, None)
    }

    /// Names the page of AWS's documentation that explains the findings to come which name none; gives the one before.
    pub(super) fn turn_to(&mut self, page: Option<&'static str>) -> Option<&'static str> {
        std::mem::replace(&mut self.page, page)
    }

    /// Adds a finding that follows from `cause`, if there is one.
    pub(super) fn add_after(
        &mut self,
        phase: Phase,
        mut finding: Finding,
        cause: Option<FindingId>,
    ) -> FindingId {
        finding.documentation = finding.documentation.or(self.page);
        // The machine itself is `/` to AWS [boto3#4539].
        if finding.location.as_deref() == Some("") {
            finding.location = Some("/".to_owned());
        }
        let id = FindingId(self.entries.len());
        self.entries.push(Entry {
            phase,
            finding,
            cause: cause.map(|cause| self.root(cause)),
        });
        id
    }

    /// Changes the finding that was added at `id`, if one was, and stands at a value itself.
    pub(super) fn change(&mut self, id: FindingId, change: impl FnOnce(&mut Finding)) {
        if let Some(entry) = self
            .entries
            .get_mut(id.0)
            .filter(|entry| entry.phase == Phase::Schema)
        {
            change(&mut entry.finding);
        }
    }

    /// The id of the finding that comes next.
    pub(super) fn next_id(&self) -> FindingId {
        FindingId(self.entries.len())
    }

    /// Remembers that a way out of a state, or into a scope, is lost by what a finding says.
    pub(super) fn note_lost_way(&mut self, owner: NodeId, finding: FindingId) {
        self.lost_ways.entry(owner).or_insert(finding);
    }

    /// The first finding about a way out of a state that is lost.
    pub(super) fn lost_way(&self, owner: NodeId) -> Option<FindingId> {
        self.lost_ways.get(&owner).copied()
    }

    /// Remembers that a finding names a field of `object` that was probably meant to be `field`, or says that the value
    /// of `field` is wrong.
    pub(super) fn note_meant(&mut self, object: NodeId, field: &'static str, finding: FindingId) {
        self.meant.entry((object, field)).or_insert(finding);
    }

    /// The finding about what stands in the place of `field` in `object`.
    pub(super) fn meant(&self, object: NodeId, field: &'static str) -> Option<FindingId> {
        self.meant.get(&(object, field)).copied()
    }

    /// Remembers the first finding of an object about a field of the other query language.
    pub(super) fn note_other_language(&mut self, owner: NodeId, finding: FindingId) {
        self.other_language.push((owner, finding));
    }

    /// What [`Report::note_other_language`] was told.
    pub(super) fn other_language(&self) -> &[(NodeId, FindingId)] {
        &self.other_language
    }

    /// Makes a finding, and those that follow from it, follow from another.
    pub(super) fn explain(&mut self, finding: FindingId, cause: FindingId) {
        let cause = self.root(cause);
        if finding != cause {
            for entry in &mut self.entries {
                if entry.cause == Some(finding) {
                    entry.cause = Some(cause);
                }
            }
            self.entries[finding.0].cause = Some(cause);
        }
    }

    /// Makes every finding from `first` on follow from `cause`.
    pub(super) fn explain_from(&mut self, first: FindingId, cause: FindingId) {
        for number in first.0..self.entries.len() {
            self.explain(FindingId(number), cause);
        }
    }

    /// Remembers that a state has neither Next nor End, as the finding says.
    pub(super) fn note_open_end(&mut self, state: NodeId, finding: FindingId) {
        self.open_ends.insert(state, finding);
        self.note_lost_way(state, finding);
    }

    /// The finding that a state has neither Next nor End.
    pub(super) fn open_end(&self, state: NodeId) -> Option<FindingId> {
        self.open_ends.get(&state).copied()
    }

    /// The finding that `id` follows from in the end, or itself.
    fn root(&self, id: FindingId) -> FindingId {
        self.entries[id.0].cause.unwrap_or(id)
    }

    /// The findings in order: by phase, then by their place in the text.
    pub(super) fn finish(self) -> Vec<Finding> {
        let mut order: Vec<usize> = (0..self.entries.len()).collect();
        order.arrange_by_key(|&i| (self.entries[i].phase, self.entries[i].finding.span.start));
        let mut position = vec![0; order.len()];
        for (new, &old) in order.iter().enumerate() {
            position[old] = new;
        }
        let mut findings: Vec<Option<Finding>> = vec![None; order.len()];
        for (old, entry) in self.entries.into_iter().enumerate() {
            let mut finding = entry.finding;
            finding.follows_from = entry.cause.map(|cause| position[cause.0]);
            findings[position[old]] = Some(finding);
        }
        findings.into_iter().flatten().collect()
    }
}
