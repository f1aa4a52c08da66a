//! Running the rules: one after the other, or side by side with something else.

use std::num::NonZero;
use std::panic::resume_unwind;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use super::{Context, Rule, Settings, Subject, all};
use crate::arrange::Arrange as _;
use crate::diagnostics::Finding;

/// So many threads at most work on one definition: the dearest of the rules takes as long as the third part of all.
const MOST_THREADS: usize = 3;

/// What the rules find that are on, in their order.
pub(super) fn run(subject: &Subject<'_>, settings: &Settings) -> Vec<Finding> {
    let rules = all().filter(|rule| settings.selection.contains(rule));
    rules.flat_map(|rule| found_by(rule, subject, settings)).collect()
}

/// The same, and what `other` gives: on as many threads as there are processors, of which one begins with `other`.
pub(super) fn run_beside<T>(
    subject: &Subject<'_>,
    settings: &Settings,
    other: impl FnOnce() -> T,
) -> (Vec<Finding>, T) {
    let rules: Vec<&'static Rule> = all().filter(|rule| settings.selection.contains(rule)).collect();
    let next = AtomicUsize::new(0);
    // Takes one rule after the other, until none is left.
    let work = || {
        let mut found = Vec::new();
        while let Some((index, rule)) = {
            let index = next.fetch_add(1, Ordering::Relaxed);
            rules.get(index).map(|rule| (index, rule))
        } {
            found.push((index, found_by(rule, subject, settings)));
        }
        found
    };
    let processors = thread::available_parallelism().map_or(1, NonZero::get);
    thread::scope(|scope| {
        let more = 1..processors.min(MOST_THREADS);
        let threads: Vec<_> = more
            .map_while(|_| thread::Builder::new().spawn_scoped(scope, work).ok())
            .collect();
        let given = other();
        let mut found = work();
        for thread in threads {
            found.extend(thread.join().unwrap_or_else(|mistake| resume_unwind(mistake)));
        }
        found.arrange_by_key(|(index, _)| *index);
        (found.into_iter().flat_map(|(_, found)| found).collect(), given)
    })
}

/// Rules that judge each state by itself, by the states around it and by what leads where, and tell what they find in it:
/// where nothing was found, and nothing of it has changed, they find nothing. In the order of their names.
const OF_ONE_STATE: [&str; 22] = [
    "arn-for-url",
    "context-path-elsewhere",
    "expression-as-key",
    "expression-without-delimiters",
    "fifo-without-group",
    "heartbeat-not-below-timeout",
    "heartbeat-without-sender",
    "impossible-parameter",
    "index-behind-filter",
    "invoke-parameters-to-function",
    "jsonata-in-jsonpath",
    "literal-with-dollar",
    "missing-timeout",
    "nested-machine-type",
    "path-function",
    "path-inside-text",
    "path-without-dollar",
    "text-in-arithmetic",
    "timeout-not-caught",
    "token-not-sent",
    "unknown-context-path",
    "unknown-resource",
];

fn found_by(rule: &'static Rule, subject: &Subject<'_>, settings: &Settings) -> Vec<Finding> {
    let mut findings = Vec::new();
    let is_of_one_state = OF_ONE_STATE.binary_search(&rule.name).is_ok();
    let context = Context::new(subject, rule);
    match is_of_one_state {
        true => {
            (rule.check)(&context.of_loud_states(), &mut findings);
            subject.machine().hear(&findings, false);
        }
        false => (rule.check)(&context, &mut findings),
    }
    if let Some(severity) = settings.severities.get(rule.name) {
        findings
            .iter_mut()
            .for_each(|finding| finding.severity = *severity);
    }
    findings
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::sync::Arc;

    use super::*;
    use crate::asl::StateMachine;
    use crate::graph::ControlFlow;
    use crate::lint::Selection;
    use crate::source::{self, SourceFile};

    fn machine(path: &Path) -> Option<StateMachine> {
        let text = std::fs::read_to_string(path).ok()?;
        let parsed = source::parse(Arc::new(SourceFile::new(path.to_string_lossy(), text)));
        Some(StateMachine::read(Arc::new(parsed.document?)))
    }

    #[test]
    fn side_by_side_is_found_what_is_found_one_after_the_other() {
        let every = Settings::from(Selection::new(&["all".to_owned()], &[]).expect("rules"));
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/rules");
        let folders = root
            .read_dir()
            .expect("fixtures")
            .map(|entry| entry.expect("a folder").path());
        let files = folders.flat_map(|folder| folder.read_dir().expect("a folder"));
        let mut count = 0;
        for machine in files.filter_map(|file| machine(&file.expect("a file").path())) {
            let flow = ControlFlow::new(&machine);
            let subject = || Subject::new(&machine, &flow, &every);
            let alone = run(&subject(), &every);
            let (found, given) = run_beside(&subject(), &every, || "given");
            assert_eq!(
                (found, given),
                (alone, "given"),
                "{}",
                machine.document().file().name()
            );
            count += 1;
        }
        assert!(count > 100, "{count}");
    }

    #[test]
    fn rules_of_one_state_are_rules_in_the_order_of_their_names() {
        assert!(OF_ONE_STATE.is_sorted());
        assert!(OF_ONE_STATE.iter().all(|name| crate::lint::find(name).is_some()));
    }

    #[test]
    fn a_mistake_of_the_other_is_passed_on() {
        let machine =
            machine(&Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/rules/catch-loop/ok.asl.json"));
        let machine = machine.expect("a definition");
        let (flow, settings) = (ControlFlow::new(&machine), Settings::default());
        let subject = Subject::new(&machine, &flow, &settings);
        let other = || -> () { panic!("on purpose") };
        let run = std::panic::AssertUnwindSafe(|| run_beside(&subject, &settings, other));
        assert!(std::panic::catch_unwind(run).is_err());
    }
}
