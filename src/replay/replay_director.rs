//! The same answers at the same moments.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::{Answers, Limits};
use crate::arrange::Arrange as _;
use crate::mocks::{Answer, Mocks, Outcome};
use crate::simulate::{Call, Decision, Director};

/// When recorded calls end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moments {
    /// When they ended.
    Recorded,
    /// When they ended, and one after the other: what ended in one millisecond is pulled apart, so that the order of
    /// the history decides.
    InOrder,
    /// At once.
    AtOnce,
}

/// Answers recorded calls as they were answered. A call that the history knows nothing of gets what the mocks say of
/// its state, and hangs when they say nothing: the run has left the history by then.
#[derive(Debug)]
pub struct Replayed<'m> {
    calls: RefCell<FxHashMap<CallsOf, VecDeque<Next>>>,
    mocks: &'m Mocks,
}

/// A task, and the Map indexes around it: what has its calls one after the other.
type CallsOf = (Arc<str>, Vec<usize>);

#[derive(Debug)]
struct Next {
    answer: Answer,
    /// In milliseconds since 1970-01-01T00:00:00Z.
    ends: Option<i64>,
    limits: Limits,
}

impl<'m> Replayed<'m> {
    /// The answers of a run that has made no call.
    pub fn new(answers: &Answers, moments: Moments, mocks: &'m Mocks) -> Self {
        let mut calls: FxHashMap<_, VecDeque<Next>> = FxHashMap::default();
        let mut ends = ends(answers, moments).into_iter();
        for call in &answers.calls {
            let next = Next {
                answer: call.answer.clone(),
                ends: ends.next().flatten(),
                limits: call.limits,
            };
            calls
                .entry((call.state.clone(), call.iteration.clone()))
                .or_default()
                .push_back(next);
        }
        Replayed {
            calls: RefCell::new(calls),
            mocks,
        }
    }
}

/// The moment each call ends at, by its number.
fn ends(answers: &Answers, moments: Moments) -> Vec<Option<i64>> {
    match moments {
        Moments::AtOnce => vec![None; answers.calls.len()],
        Moments::Recorded => answers.calls.iter().map(|call| call.ended).collect(),
        Moments::InOrder => {
            let mut order: Vec<usize> = (0..answers.calls.len()).collect();
            order.arrange_by_key(|number| answers.calls[*number].end_event);
            let mut ends = vec![None; answers.calls.len()];
            let mut last = i64::MIN;
            for number in order {
                // Without timestamps the number of the event stands for its moment.
                let call = &answers.calls[number];
                if let Some(event) = call.end_event {
                    last = call
                        .ended
                        .unwrap_or(answers.start.saturating_add_unsigned(event))
                        .max(last.saturating_add(1));
                    ends[number] = Some(last);
                }
            }
            ends
        }
    }
}

impl Director for Replayed<'_> {
    fn decide(&self, call: &Call<'_>) -> Decision {
        let mut calls = self.calls.borrow_mut();
        let next = calls
            .get_mut(&(call.state.clone(), call.iteration.to_vec()))
            .and_then(VecDeque::pop_front);
        let Some(Next {
            mut answer,
            ends,
            limits,
        }) = next
        else {
            // A child execution has a history of its own: what the mocks do not say, nobody knows.
            if call.in_child || self.mocks.has(call.state) {
                return Decision::Mocks;
            }
            return Decision::Answer(Arc::new(hangs()));
        };
        if limits.strike_now(call.timeout_seconds, call.heartbeat_seconds, answer.delay_seconds) {
            answer.outcome = Outcome::Hang;
            // Heartbeats that came in time for a longer limit may not for this one.
            let shorter = call.heartbeat_seconds.zip(limits.heartbeat);
            if shorter.is_some_and(|(now, then)| now < then) {
                answer.heartbeat_every = None;
            }
        }
        let mut millis = ends.map_or(0, |ends| ends.saturating_sub(call.now.millis()).max(0));
        // What does not come too late comes in time, whatever the clocks say.
        let heartbeat = call
            .heartbeat_seconds
            .filter(|seconds| !answer.keeps_alive(*seconds));
        let limit = call.timeout_seconds.into_iter().chain(heartbeat).min();
        if let (Some(limit), false) = (limit, answer.outcome == Outcome::Hang) {
            millis = millis.min(limit.saturating_mul(1000).saturating_sub(1)).max(0);
        }
        answer.delay_seconds = millis as f64 / 1000.0;
        Decision::Answer(Arc::new(answer))
    }
}

/// No answer at all: what is left is the limit of the state.
fn hangs() -> Answer {
    Answer::of(Outcome::Hang)
}
