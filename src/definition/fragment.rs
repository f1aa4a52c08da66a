//! Definitions that are a part of one: a state, or states without the machine around them.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::Definition;
use crate::asl::{Fragment, ScopeId};
use crate::source::{ParseOptions, Parsed, without_braces};

/// Takes a text for the members of an object whose braces are missing, or says that it is that.
pub(super) fn without_braces_of(parsed: &mut Parsed, options: &ParseOptions) {
    let Some(read) = without_braces(&parsed.file, options) else {
        return;
    };
    let fragment = read
        .document
        .as_ref()
        .and_then(|document| Fragment::of(document.root()));
    if options.fragment && fragment.is_some() {
        *parsed = read;
    } else if let (Some(fragment), Some(finding)) = (fragment, parsed.findings.first_mut()) {
        finding.label = Some(format!("{}; its braces are missing", fragment.describe()));
        finding.help = Some(fragment.help(false));
    }
}

impl Definition {
    /// The same, as part of a machine of which nothing else is known.
    pub(super) fn of_fragment(mut self, fragment: Fragment) -> Definition {
        if let Some(written) = self.document.take() {
            self.document = Some(Arc::new(written.in_machine(fragment.part(), None)));
            self.fragment = Some((fragment, written));
        }
        self
    }

    /// The same for a run: of a part of a machine one that ends where the part is left, with the names of the states that it
    /// leads to.
    pub(crate) fn completed(mut self) -> (Definition, Vec<Arc<str>>) {
        let (Some((fragment, written)), Some(machine)) = (&self.fragment, self.machine()) else {
            return (self, Vec::new());
        };
        let states = (machine.states().iter()).filter(|state| state.scope == ScopeId::TOP);
        let targets = states.flat_map(|state| state.transitions().map(|transition| transition.target));
        let ends: BTreeSet<Arc<str>> = targets
            .filter(|target| machine.resolve(ScopeId::TOP, target).is_none())
            .filter(|target| !machine.node(target.node).is_unknown())
            .map(|target| target.name.clone())
            .collect();
        let ends: Vec<Arc<str>> = ends.into_iter().collect();
        let document = written.in_machine(fragment.part(), Some(&ends));
        self.document = Some(Arc::new(document));
        self.machine = Default::default();
        self.flow = Default::default();
        self.program = Default::default();
        (self, ends)
    }
}
