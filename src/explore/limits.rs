//! What a loop comes to in the end: the execution's own time, its type's, or the history's last event; and the shortest
//! way on which an execution times out.

use std::sync::Arc;

use super::map::{Map, Target};
use super::search::{Came, Machine};
use super::{Choice, Loop, LoopEnd, Way};
use crate::simulate::{Counts, Status, StopError};

/// Most calls of a run that goes round a loop until it ends. A round writes five events at least, of which a history
/// holds 25,000.
const MOST_CALLS: usize = 10_000;

/// Loops that are followed to their end.
const MOST_LOOPS: usize = 50;

/// Most steps of the search for the shortest way that takes so long.
const MOST_WORK: usize = 5_000_000;

/// Goes round each loop until something ends it.
pub(super) fn end_loops(run: &Machine<'_>, loops: &mut [Loop]) -> Result<(), StopError> {
    for endless in loops.iter_mut().take(MOST_LOOPS) {
        let choice = |step: &super::Step| step.choice.clone();
        let way: Vec<Arc<Choice>> = endless.way.iter().map(choice).collect();
        let round: Vec<Arc<Choice>> = endless.round.iter().map(choice).collect();
        let mut rounds = 64;
        loop {
            let mut script = way.clone();
            script.extend(round.iter().cycle().take(round.len() * rounds).cloned());
            if let Came::ToEnd(execution, calls) = run.run(&script, &mut Counts::default())? {
                endless.end = Some(LoopEnd {
                    status: execution.status,
                    error: execution.failure.and_then(|failure| failure.error),
                    rounds: calls.saturating_sub(way.len()) / round.len().max(1),
                    millis: execution.stopped.since(execution.started),
                });
                break;
            }
            if script.len() >= MOST_CALLS {
                break;
            }
            rounds *= 4;
        }
    }
    Ok(())
}

/// The way with the fewest calls on which the execution runs until its time is up, if there is one. The map's times are
/// those of the first way to each situation; which way is slower does not depend on them.
pub(super) fn timed_out(run: &Machine<'_>, map: &Map, deadline: i64) -> Result<Option<Way>, StopError> {
    let Some(steps) = latest(map, deadline) else {
        return Ok(None);
    };
    let script: Vec<Arc<Choice>> = steps
        .iter()
        .map(|(at, number)| map.situation(*at).choices[*number].clone())
        .collect();
    let Came::ToEnd(execution, calls) = run.run(&script, &mut Counts::default())? else {
        return Ok(None);
    };
    let steps = steps
        .iter()
        .take(calls)
        .map(|(at, number)| map.step(*at, *number));
    let way = Way::of(&execution, steps.collect());
    Ok((way.status == Status::TimedOut).then_some(way))
}

/// The decisions of that way. Call by call, the latest time at which each situation can be come to is known, and from
/// where.
fn latest(map: &Map, deadline: i64) -> Option<Vec<(usize, usize)>> {
    let start = map.first_millis()?;
    let mut times: Vec<Option<i64>> = vec![None; map.len()];
    times[0] = Some(start);
    // For each number of calls: where each situation is come to from.
    let mut from: Vec<Vec<Option<(usize, usize)>>> = Vec::new();
    let mut work = 0;
    while work < MOST_WORK && times.iter().any(Option::is_some) {
        let mut next: Vec<Option<i64>> = vec![None; map.len()];
        let mut came: Vec<Option<(usize, usize)>> = vec![None; map.len()];
        for (at, time) in times.iter().enumerate() {
            let Some(time) = time else { continue };
            for (number, to, weight) in map.answers(at) {
                work += 1;
                let then = time + weight.millis;
                if then >= deadline {
                    return Some(way_back(&from, at, number));
                }
                if let Target::Situation(to) = to
                    && next[to].is_none_or(|known| known < then)
                {
                    next[to] = Some(then);
                    came[to] = Some((at, number));
                }
            }
        }
        from.push(came);
        times = next;
    }
    None
}

fn way_back(from: &[Vec<Option<(usize, usize)>>], at: usize, number: usize) -> Vec<(usize, usize)> {
    let mut steps = vec![(at, number)];
    let mut at = at;
    for came in from.iter().rev() {
        let Some((before, number)) = came[at] else { break };
        steps.push((before, number));
        at = before;
    }
    steps.reverse();
    steps
}
