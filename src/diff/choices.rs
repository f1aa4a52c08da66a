//! The rules and the default of Choice states.

use crate::asl::fields::Kind as FieldKind;
use crate::asl::{ChoiceRule, StateType};
use crate::expr::condition::Condition;
use crate::source::NodeRef;

use super::change::{Change, Class, Kind};
use super::compare::{Differ, Pair};
use super::meaning::Meant;
use super::unknown::MERGED;

pub(super) fn compare(differ: &mut Differ<'_>, pair: Pair<'_>) {
    let choice = Some(StateType::Choice);
    if pair.old.state_type != choice && pair.new.state_type != choice {
        return;
    }
    rules(differ, pair);
    let (old_scope, new_scope) = (differ.old.scope(pair.old.scope), differ.new.scope(pair.new.scope));
    let kind = match (&pair.old.default, &pair.new.default) {
        (None, _) => Kind::DefaultAdded,
        (_, None) => Kind::DefaultRemoved,
        _ => Kind::TransitionMoved,
    };
    differ.target(
        Some(&pair.new.name),
        kind,
        "defaults to",
        (old_scope, pair.old.default.as_ref()),
        (new_scope, pair.new.default.as_ref()),
    );
}

/// Rules are one rule when they test the same, and else when they lead to the same state.
fn rules(differ: &mut Differ<'_>, pair: Pair<'_>) {
    let (olds, news) = (&pair.old.choices, &pair.new.choices);
    let (old_scope, new_scope) = (pair.old.scope, pair.new.scope);
    let old_tests: Vec<String> = olds.iter().map(|rule| test(differ.old_node(rule.node))).collect();
    let new_tests: Vec<String> = news.iter().map(|rule| test(differ.new_node(rule.node))).collect();
    let mut old_of: Vec<Option<usize>> = vec![None; news.len()];
    let mut used = vec![false; olds.len()];
    for (j, wanted) in new_tests.iter().enumerate() {
        // Mostly a rule stands where it stood.
        let found = Some(j)
            .filter(|&i| i < olds.len() && !used[i] && old_tests[i] == *wanted)
            .or_else(|| (0..olds.len()).find(|&i| !used[i] && old_tests[i] == *wanted));
        if let Some(i) = found {
            (old_of[j], used[i]) = (Some(i), true);
        }
    }
    for j in 0..news.len() {
        if old_of[j].is_none() {
            let same_next = |i: &usize| match (&olds[*i].next, &news[j].next) {
                (Some(a), Some(b)) => differ.same_target(old_scope, a, new_scope, b),
                // What may be any rule.
                (None, None) => {
                    let is_unknown = differ.old_node(olds[*i].node).is_unknown();
                    is_unknown && differ.new_node(news[j].node).is_unknown()
                }
                _ => false,
            };
            if let Some(i) = (0..olds.len()).filter(|&i| !used[i]).find(same_next) {
                (old_of[j], used[i]) = (Some(i), true);
            }
        }
    }
    for (j, rule) in news.iter().enumerate() {
        match old_of[j] {
            Some(i) => changed(differ, pair, (i, &olds[i]), (j, rule)),
            None => {
                let node = differ.new_node(rule.node);
                let message = format!("rule added: {}", words(node, rule));
                let change = Change::new(Class::Behavioural, Kind::RuleAdded, Some(&pair.new.name), message);
                differ.add(change.with_nodes(None, Some(node)));
            }
        }
    }
    for (i, rule) in olds.iter().enumerate().filter(|(i, _)| !used[*i]) {
        debug_assert!(i < olds.len());
        let node = differ.old_node(rule.node);
        let message = format!("rule removed: {}", words(node, rule));
        let change = Change::new(
            Class::Behavioural,
            Kind::RuleRemoved,
            Some(&pair.new.name),
            message,
        );
        differ.add(change.with_nodes(Some(node), None));
    }
    let kept: Vec<(usize, usize)> = (old_of.iter().enumerate())
        .filter_map(|(j, i)| Some((*i.as_ref()?, j)))
        .collect();
    if !kept.is_sorted() {
        let exclude = exclude_each_other(differ, pair, &kept);
        let (class, message) = match exclude {
            true => (
                Class::Cosmetic,
                "rules that exclude each other are tried in a different order",
            ),
            false => (Class::Behavioural, "rules are tried in a different order"),
        };
        let change = Change::new(class, Kind::RulesReordered, Some(&pair.new.name), message);
        let (old, new) = (
            pair.old.fields(differ.old).choices(),
            pair.new.fields(differ.new).choices(),
        );
        differ.add(change.with_places(old, new));
    }
}

/// Of more rules than these it is not looked at which exclude each other.
const MOST_ORDERED: usize = 100;

/// Whether of two rules, old and new, that have changed places never both hold: which is tried first is no matter then.
fn exclude_each_other(differ: &Differ<'_>, pair: Pair<'_>, kept: &[(usize, usize)]) -> bool {
    if kept.len() > MOST_ORDERED {
        return false;
    }
    let olds: Vec<Condition> = (kept.iter())
        .map(|(i, _)| Condition::read(differ.old_node(pair.old.choices[*i].node)))
        .collect();
    let news: Vec<Condition> = (kept.iter())
        .map(|(_, j)| Condition::read(differ.new_node(pair.new.choices[*j].node)))
        .collect();
    (0..kept.len()).all(|b| {
        (0..b).all(|a| kept[a].0 < kept[b].0 || olds[a].excludes(&olds[b]) && news[a].excludes(&news[b]))
    })
}

fn changed(
    differ: &mut Differ<'_>,
    pair: Pair<'_>,
    (_, old): (usize, &ChoiceRule),
    (j, new): (usize, &ChoiceRule),
) {
    let name = Some(&pair.new.name);
    let (before, after) = (differ.old_node(old.node), differ.new_node(new.node));
    let (old_language, new_language) = (pair.old.query_language, pair.new.query_language);
    let (old_test, new_test) = (test(before), test(after));
    if old_test != new_test {
        let message = format!("Choices[{j}] tests {new_test} instead of {old_test}");
        let change = Change::new(Class::Behavioural, Kind::RuleChanged, name, message);
        differ.add(change.with_nodes(Some(before), Some(after)));
    }
    let (old_scope, new_scope) = (differ.old.scope(pair.old.scope), differ.new.scope(pair.new.scope));
    let words = format!("when {new_test}, goes to");
    differ.target(
        name,
        Kind::TransitionMoved,
        &words,
        (old_scope, old.next.as_ref()),
        (new_scope, new.next.as_ref()),
    );
    for field in ["Assign", "Output"].into_iter().chain(MERGED) {
        let of = |rule, language| Meant::field(rule, FieldKind::ChoiceRule, field, language);
        let (a, b) = (of(before, old_language), of(after, new_language));
        if a.map(Meant::canonical) != b.map(Meant::canonical) {
            let message = match (a, b) {
                (Some(a), Some(b)) if a.node.is_unknown() || b.node.is_unknown() => {
                    let spelt = |value: Meant<'_>| value.node.to_value().to_json();
                    format!("Choices[{j}].{field} {} -> {}", spelt(a), spelt(b))
                }
                _ => format!("Choices[{j}].{field} changed"),
            };
            let change = Change::new(Class::Behavioural, Kind::RuleChanged, name, message);
            differ.add(change.with_nodes(a.map(|value| value.node), b.map(|value| value.node)));
        }
    }
}

/// What a rule tests, in the spelling that tells one test from another.
pub(super) fn test(rule: NodeRef<'_>) -> String {
    match rule.as_placeholder() {
        Some(name) => format!("${{{name}}}"),
        None => Condition::read(rule).text(),
    }
}

fn words(node: NodeRef<'_>, rule: &ChoiceRule) -> String {
    let target = rule.next.as_ref().map_or("?", |next| &next.name);
    format!("when {}, goes to '{target}'", test(node))
}
