//! Retriers and catchers.

use std::collections::BTreeSet;

use crate::asl::fields::Kind as FieldKind;
use crate::asl::{Catcher, ErrorName, QueryLanguage, Retrier, RetrierFields};
use crate::diagnostics::{joined, short, short_both};
use crate::source::NodeRef;
use crate::value::Value;

use super::catching;
use super::change::{Change, Class, Kind};
use super::compare::{Differ, Pair};
use super::defaults;
use super::meaning::Meant;
use super::unknown::MERGED;
use super::values::LONGEST_VALUE;

/// What is said of a catcher that does what another one behind it would do as well.
const NO_DIFFERENCE: &str = ", as a catcher behind it does: no change in behaviour";

/// The fields of a retrier beside its errors, and their words.
const RETRIER_FIELDS: [(&str, &str); 7] = [
    ("IntervalSeconds", "interval"),
    ("MaxAttempts", "retries"),
    ("BackoffRate", "backoff rate"),
    ("MaxDelaySeconds", "maximum delay"),
    ("JitterStrategy", "jitter"),
    (MERGED[0], MERGED[0]),
    (MERGED[1], MERGED[1]),
];

/// The canonical value of a field of a retrier or catcher, or what its absence means.
pub(super) fn full(
    object: NodeRef<'_>,
    kind: FieldKind,
    field: &str,
    language: QueryLanguage,
) -> Option<Value> {
    Meant::field(object, kind, field, language)
        .map(Meant::canonical)
        .or_else(|| defaults::default(kind, language, field))
}

pub(super) fn retriers(differ: &mut Differ<'_>, pair: Pair<'_>) {
    let (olds, news) = (&pair.old.retriers, &pair.new.retriers);
    let name = Some(&pair.new.name);
    let paired = match_entries(
        &olds.iter().map(|r| &*r.errors).collect::<Vec<_>>(),
        &news.iter().map(|r| &*r.errors).collect::<Vec<_>>(),
        |_, _| true,
    );
    for (i, j) in &paired.both {
        let (old, new) = (&olds[*i], &news[*j]);
        errors_changed(
            differ,
            pair,
            "retrier",
            Kind::RetrierChanged,
            (&old.errors, old.node),
            (&new.errors, new.node),
        );
        let (before, after) = (differ.old_node(old.node), differ.new_node(new.node));
        for (field, noun) in RETRIER_FIELDS {
            let (a, b) = (before.get(field), after.get(field));
            let x = full(before, FieldKind::Retrier, field, pair.old.query_language);
            let y = full(after, FieldKind::Retrier, field, pair.new.query_language);
            if x == y {
                continue;
            }
            let shown = |value: Option<Value>| value.map_or_else(|| "none".to_owned(), |v| spell_number(&v));
            let message = format!(
                "retrier for {}: {noun} {} -> {}",
                list(&new.errors),
                shown(x),
                shown(y)
            );
            let change = Change::new(Class::Behavioural, Kind::RetrierChanged, name, message);
            differ.add(change.with_nodes(a.or(Some(before)), b.or(Some(after))));
        }
    }
    for j in paired.added {
        let node = differ.new_node(news[j].node);
        let message = format!(
            "retrier added for {}: {}",
            list(&news[j].errors),
            budget(&news[j])
        );
        let change = Change::new(Class::Behavioural, Kind::RetrierAdded, name, message);
        differ.add(change.with_nodes(None, Some(node)));
    }
    for i in paired.removed {
        let node = differ.old_node(olds[i].node);
        let message = format!(
            "retrier removed for {}: {}",
            list(&olds[i].errors),
            budget(&olds[i])
        );
        let change = Change::new(Class::Behavioural, Kind::RetrierRemoved, name, message);
        differ.add(change.with_nodes(Some(node), None));
    }
    if paired.reordered {
        reordered(
            differ,
            pair,
            "Retry",
            Kind::RetriersReordered,
            "retriers are tried in a different order",
        );
    }
}

pub(super) fn catchers(differ: &mut Differ<'_>, pair: Pair<'_>) {
    let (olds, news) = (&pair.old.catchers, &pair.new.catchers);
    let name = Some(&pair.new.name);
    let (old_id, new_id) = (pair.old.scope, pair.new.scope);
    let same_target = |i: usize, j: usize| match (&olds[i].next, &news[j].next) {
        (Some(a), Some(b)) => differ.same_target(old_id, a, new_id, b),
        // What may be any catcher.
        (None, None) => {
            differ.old_node(olds[i].node).is_unknown() && differ.new_node(news[j].node).is_unknown()
        }
        _ => false,
    };
    // What another catcher would do as well makes no difference.
    let (old_names, new_names) = (
        catching::effective(differ.old, pair.old),
        catching::effective(differ.new, pair.new),
    );
    let paired = match_entries(
        &olds.iter().map(|c| &*c.errors).collect::<Vec<_>>(),
        &news.iter().map(|c| &*c.errors).collect::<Vec<_>>(),
        same_target,
    );
    let (old_scope, new_scope) = (differ.old.scope(old_id), differ.new.scope(new_id));
    for (i, j) in &paired.both {
        let (old, new) = (&olds[*i], &news[*j]);
        if names(&old_names[*i]) != names(&new_names[*j]) {
            errors_changed(
                differ,
                pair,
                "catcher",
                Kind::CatcherChanged,
                (&old.errors, old.node),
                (&new.errors, new.node),
            );
        }
        let words = format!("catcher for {} goes to", list(&new.errors));
        differ.target(
            name,
            Kind::TransitionMoved,
            &words,
            (old_scope, old.next.as_ref()),
            (new_scope, new.next.as_ref()),
        );
        let (before, after) = (differ.old_node(old.node), differ.new_node(new.node));
        for field in catching::EFFECTS.into_iter().chain(MERGED) {
            let (a, b) = (before.get(field), after.get(field));
            let x = full(before, FieldKind::Catcher, field, pair.old.query_language);
            let y = full(after, FieldKind::Catcher, field, pair.new.query_language);
            if x == y {
                continue;
            }
            let shown = |value: Option<Value>| value.map_or_else(|| "none".to_owned(), |v| v.to_json());
            let (x, y) = short_both(&shown(x), &shown(y), LONGEST_VALUE);
            let message = format!("catcher for {}: {field} {x} -> {y}", list(&new.errors));
            let change = Change::new(Class::Behavioural, Kind::CatcherChanged, name, message);
            differ.add(change.with_nodes(a.or(Some(before)), b.or(Some(after))));
        }
    }
    let target = |catcher: &Catcher| catcher.next.as_ref().map_or("?", |next| &*next.name).to_owned();
    for j in paired.added {
        let node = differ.new_node(news[j].node);
        let message = format!(
            "catcher added: {} goes to '{}'",
            list(&news[j].errors),
            target(&news[j])
        );
        let change = match new_names[j].is_empty() {
            true => Change::new(Class::Cosmetic, Kind::CatcherAdded, name, message + NO_DIFFERENCE),
            false => Change::new(Class::Behavioural, Kind::CatcherAdded, name, message),
        };
        differ.add(change.with_nodes(None, Some(node)));
    }
    for i in paired.removed {
        let node = differ.old_node(olds[i].node);
        let message = format!(
            "catcher removed: {} went to '{}'",
            list(&olds[i].errors),
            target(&olds[i])
        );
        let change = match old_names[i].is_empty() {
            true => Change::new(
                Class::Cosmetic,
                Kind::CatcherRemoved,
                name,
                message + NO_DIFFERENCE,
            ),
            false => Change::new(Class::Behavioural, Kind::CatcherRemoved, name, message),
        };
        differ.add(change.with_nodes(Some(node), None));
    }
    let order = paired.both.iter();
    let order: Vec<usize> = order
        .filter(|(i, j)| !(old_names[*i].is_empty() || new_names[*j].is_empty()))
        .map(|(i, _)| *i)
        .collect();
    if !order.is_sorted() {
        reordered(
            differ,
            pair,
            "Catch",
            Kind::CatchersReordered,
            "catchers are tried in a different order",
        );
    }
}

/// Entries of two lists that belong together, by index.
struct Paired {
    both: Vec<(usize, usize)>,
    added: Vec<usize>,
    removed: Vec<usize>,
    reordered: bool,
}

/// Entries for the same errors belong together, then, in order, those that have an error in common and those that
/// `alike` accepts.
fn match_entries(
    olds: &[&[ErrorName]],
    news: &[&[ErrorName]],
    alike: impl Fn(usize, usize) -> bool,
) -> Paired {
    let set = |errors: &[ErrorName]| -> BTreeSet<std::sync::Arc<str>> {
        errors.iter().map(|e| e.name.clone()).collect()
    };
    let old_sets: Vec<_> = olds.iter().map(|e| set(e)).collect();
    let new_sets: Vec<_> = news.iter().map(|e| set(e)).collect();
    let mut old_of: Vec<Option<usize>> = vec![None; news.len()];
    let mut used = vec![false; olds.len()];
    let tests: [&dyn Fn(usize, usize) -> bool; 3] = [
        &|i, j| old_sets[i] == new_sets[j],
        &|i, j| !old_sets[i].is_disjoint(&new_sets[j]),
        &alike,
    ];
    for test in tests {
        for (j, slot) in old_of.iter_mut().enumerate().filter(|(_, slot)| slot.is_none()) {
            if let Some(i) = (0..olds.len()).find(|&i| !used[i] && test(i, j)) {
                *slot = Some(i);
                used[i] = true;
            }
        }
    }
    let order: Vec<usize> = old_of.iter().flatten().copied().collect();
    Paired {
        both: old_of
            .iter()
            .enumerate()
            .filter_map(|(j, i)| Some(((*i)?, j)))
            .collect(),
        added: (0..news.len()).filter(|&j| old_of[j].is_none()).collect(),
        removed: (0..olds.len()).filter(|&i| !used[i]).collect(),
        reordered: !order.is_sorted(),
    }
}

fn names(errors: &[ErrorName]) -> BTreeSet<&str> {
    errors.iter().map(|error| &*error.name).collect()
}

fn errors_changed(
    differ: &mut Differ<'_>,
    pair: Pair<'_>,
    what: &str,
    kind: Kind,
    (old, old_node): (&[ErrorName], crate::source::NodeId),
    (new, new_node): (&[ErrorName], crate::source::NodeId),
) {
    if names(old) == names(new) {
        return;
    }
    let message = format!("{what} is for {} instead of {}", list(new), list(old));
    let change = Change::new(Class::Behavioural, kind, Some(&pair.new.name), message);
    // Retriers and catchers have it alike.
    let names = |node| RetrierFields::from(node).error_equals();
    let (before, after) = (differ.old_node(old_node), differ.new_node(new_node));
    differ.add(change.with_nodes(names(before).or(Some(before)), names(after).or(Some(after))));
}

fn reordered(differ: &mut Differ<'_>, pair: Pair<'_>, field: &str, kind: Kind, words: &str) {
    let (old, new) = (
        differ.old.field(pair.old.id, field),
        differ.new.field(pair.new.id, field),
    );
    let change = Change::new(Class::Behavioural, kind, Some(&pair.new.name), words);
    differ.add(change.with_places(old, new));
}

/// Error names for a sentence: `States.Timeout and Busy`.
fn list(errors: &[ErrorName]) -> String {
    let mut names: Vec<&str> = errors.iter().map(|error| &*error.name).collect();
    // That a list with an unknown name may be any.
    if names.len() > 1 {
        names.retain(|name| *name != "${...}");
    }
    match &names[..] {
        [] => "no error".to_owned(),
        names => joined(names, "and"),
    }
}

/// What a retrier allows: `3 retries, after 1 s, then times 2`.
fn budget(retrier: &Retrier) -> String {
    let number = |n: f64| spell_number(&Value::from(n));
    let retries = match &retrier.open_attempts {
        Some(placeholder) => format!("{placeholder} retries"),
        None if retrier.attempts() == 1 => "1 retry".to_owned(),
        None => format!("{} retries", retrier.attempts()),
    };
    let interval = retrier
        .interval_seconds
        .unwrap_or(Retrier::DEFAULT_INTERVAL_SECONDS);
    let rate = retrier.backoff_rate.unwrap_or(Retrier::DEFAULT_BACKOFF_RATE);
    let most = retrier
        .max_delay_seconds
        .map_or_else(String::new, |max| format!(", at most {} s", number(max)));
    format!(
        "{retries}, after {} s, then times {}{most}",
        number(interval),
        number(rate)
    )
}

/// A number without the fraction that says nothing: 2, not 2.0.
fn spell_number(value: &Value) -> String {
    match value.as_number().and_then(crate::value::Number::as_i64) {
        Some(n) => n.to_string(),
        None => value
            .as_str()
            .map_or_else(|| short(&value.to_json(), LONGEST_VALUE), str::to_owned),
    }
}
