//! Coverage as JSON: for other programs, and for `graph --highlight`.

use std::io::{self, Write};

use serde_json::{Value as Json, json};

use super::{errors, line, target};
use crate::coverage::{Coverage, Covered, Group, Kind, Point, Share};

/// `{"definitions": [{"file", "resource", "percent", "states", ..., "points": [...]}], "percent", "taken", "of"}`.
pub fn json(coverage: &Coverage<'_>) -> Json {
    let definitions: Vec<Json> = coverage.definitions.iter().map(definition).collect();
    let mut all = share(coverage.share());
    all["definitions"] = Json::from(definitions);
    all
}

/// Writes the same.
///
/// # Errors
/// When `out` cannot be written.
pub fn write(coverage: &Coverage<'_>, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{:#}", json(coverage))
}

fn definition(covered: &Covered<'_>) -> Json {
    let mut all = json!({"file": covered.place.file});
    if let Some(resource) = &covered.place.resource {
        all["resource"] = Json::from(resource.as_str());
    }
    let own = share(covered.share(|_| true));
    for key in ["percent", "taken", "of"] {
        all[key] = own[key].clone();
    }
    for group in Group::ALL {
        let name = match group {
            Group::States => "states",
            Group::Transitions => "transitions",
            Group::ChoiceRules => "choiceRules",
            Group::Retriers => "retriers",
            Group::Catchers => "catchers",
        };
        all[name] = share(covered.share(|point| group.has(point.kind)));
    }
    let points = covered.points();
    all["points"] = points.iter().map(|one| point(covered, one)).collect();
    all
}

fn share(share: Share) -> Json {
    json!({"percent": share.percent(), "taken": share.taken, "of": share.of})
}

fn point(covered: &Covered<'_>, point: &Point) -> Json {
    let machine = covered.machine;
    let kind = match point.kind {
        Kind::State => "state",
        Kind::Transition(_) => "transition",
        Kind::Retrier(_) => "retrier",
    };
    let mut all = json!({
        "kind": kind,
        "state": &*machine.state(point.state).name,
        "line": line(machine, point),
        "count": point.count,
    });
    if point.kind != Kind::State {
        all["place"] = Json::from(point.kind.place());
    }
    if let Kind::Transition(kind) = point.kind {
        all["to"] = Json::from(target(machine, point.state, kind).unwrap_or_default());
    }
    if let Some(errors) = errors(machine, point) {
        all["errors"] = Json::from(errors);
    }
    all
}
