//! Coverage for people: the percentages, and what was never taken.

use std::io::{self, Write};

use colored::{ColoredString, Colorize};

use super::{errors, line, target};
use crate::arrange::Arrange as _;
use crate::asl::TransitionKind;
use crate::coverage::{Coverage, Covered, Group, Kind, Point, Share};
use crate::diagnostics::visible;
use crate::expr::condition::Condition;

/// Most points of a definition that are listed.
const SHOWN: usize = 50;

/// Writes the share of each definition and what was never taken of it, with its line.
///
/// # Errors
/// When `out` cannot be written.
pub fn text(coverage: &Coverage<'_>, color: bool, out: &mut dyn Write) -> io::Result<()> {
    for covered in &coverage.definitions {
        definition(covered, color, out)?;
    }
    if coverage.definitions.len() > 1 {
        let share = coverage.share();
        let text = format!("{share} of {} definitions", coverage.definitions.len());
        writeln!(out, "{}", paint(color, &text, share))?;
    }
    Ok(())
}

fn definition(covered: &Covered<'_>, color: bool, out: &mut dyn Write) -> io::Result<()> {
    let all = covered.share(|_| true);
    writeln!(
        out,
        "{} {}",
        paint(color, &all.to_string(), all),
        visible(&covered.place.to_string())
    )?;
    writeln!(out, "  {}", parts(covered).join(", "))?;
    let (told, follow) = missed(covered);
    if !told.is_empty() {
        writeln!(out, "  never taken:")?;
    }
    for point in told.iter().take(SHOWN) {
        let line = line(covered.machine, point);
        writeln!(out, "    line {line}: {}", visible(&words(covered, point)))?;
    }
    if told.len() > SHOWN {
        writeln!(out, "    and {} more", told.len() - SHOWN)?;
    }
    match follow {
        0 => Ok(()),
        1 => writeln!(out, "    and 1 transition out of these states"),
        many => writeln!(out, "    and {many} transitions out of these states"),
    }
}

/// `states 3 of 4`, and the same of what else there is.
pub(in crate::report) fn parts(covered: &Covered<'_>) -> Vec<String> {
    Group::ALL
        .into_iter()
        .map(|group| (group, covered.share(|point| group.has(point.kind))))
        .filter(|(_, share)| share.of > 0)
        .map(|(group, share)| {
            let name = match group {
                Group::States => "states",
                Group::Transitions => "transitions",
                Group::ChoiceRules => "choice rules",
                Group::Retriers => "retriers",
                Group::Catchers => "catchers",
            };
            format!("{name} {} of {}", share.taken, share.of)
        })
        .collect()
}

/// What was never taken, in the order of the text; what leaves a state that was never entered says nothing new, and is
/// only counted.
pub(in crate::report) fn missed(covered: &Covered<'_>) -> (Vec<Point>, usize) {
    let points = covered.points();
    let entered: Vec<_> = (points.iter())
        .filter(|point| point.kind == Kind::State && point.count > 0)
        .map(|point| point.state)
        .collect();
    let missed: Vec<Point> = points.into_iter().filter(|point| point.count == 0).collect();
    let (mut told, follow): (Vec<Point>, Vec<Point>) =
        (missed.into_iter()).partition(|point| point.kind == Kind::State || entered.contains(&point.state));
    told.arrange_by_key(|point| point.span.start);
    (told, follow.len())
}

/// `state Alert`, `Check to Refuse if $.total > 10`, `Charge to Alert on States.ALL`, `retry of Charge on Busy`.
pub(in crate::report) fn words(covered: &Covered<'_>, point: &Point) -> String {
    let machine = covered.machine;
    let name = &machine.state(point.state).name;
    let errors = errors(machine, point).unwrap_or_default();
    match point.kind {
        Kind::State => format!("state {name}"),
        Kind::Retrier(_) => format!("retry of {name} on {errors}"),
        Kind::Transition(kind) => {
            let to = target(machine, point.state, kind).unwrap_or_default();
            let when = match kind {
                TransitionKind::Next => String::new(),
                TransitionKind::Default => " otherwise".to_owned(),
                TransitionKind::Catch(_) => format!(" on {errors}"),
                TransitionKind::Choice(number) => {
                    let rule = machine.state(point.state).choices.get(number);
                    let condition = rule.map(|rule| Condition::read(machine.node(rule.node)).label());
                    format!(" if {}", condition.unwrap_or_default())
                }
            };
            format!("{name} to {to}{when}")
        }
    }
}

fn paint(color: bool, text: &str, share: Share) -> String {
    let how: fn(ColoredString) -> ColoredString = match share {
        share if !share.is_below(100.0) => ColoredString::green,
        share if share.is_below(50.0) => ColoredString::red,
        _ => ColoredString::yellow,
    };
    if color {
        how(ColoredString::from(text)).to_string()
    } else {
        text.to_owned()
    }
}
