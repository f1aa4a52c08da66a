//! What can be taken of a definition.

use super::Covered;
use crate::asl::{State, StateId, TransitionKind};
use crate::diagnostics::Span;
use crate::simulate::StateCounts;

/// Something that a run can take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Point {
    /// The state.
    pub state: StateId,
    /// What of it.
    pub kind: Kind,
    /// How often it was taken.
    pub count: u64,
    /// Where it is written: the state's name, the target of a transition, the retrier's first error.
    pub span: Span,
}

/// What of a state can be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The state itself: it is entered.
    State,
    /// A transition out of it.
    Transition(TransitionKind),
    /// The retrier of this index: it grants a retry.
    Retrier(usize),
}

/// The points that are counted together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Group {
    /// States.
    States,
    /// Transitions of whatever kind.
    Transitions,
    /// What a Choice state's input chooses: rules and `Default`.
    ChoiceRules,
    /// Retriers.
    Retriers,
    /// Catchers.
    Catchers,
}

impl Group {
    /// All of them. Choice rules and catchers are transitions, too.
    pub const ALL: [Group; 5] = [
        Group::States,
        Group::Transitions,
        Group::ChoiceRules,
        Group::Retriers,
        Group::Catchers,
    ];

    /// Whether a point is one of them.
    pub fn has(self, kind: Kind) -> bool {
        match (self, kind) {
            (Group::States, Kind::State) | (Group::Retriers, Kind::Retrier(_)) => true,
            (Group::Transitions, Kind::Transition(_)) => true,
            (Group::ChoiceRules, Kind::Transition(kind)) => {
                matches!(kind, TransitionKind::Choice(_) | TransitionKind::Default)
            }
            (Group::Catchers, Kind::Transition(kind)) => matches!(kind, TransitionKind::Catch(_)),
            _ => false,
        }
    }
}

impl Kind {
    /// Where it stands in its state, in the words of AWS's locations: `Next`, `Choices[0]`, `Default`, `Catch[0]`,
    /// `Retry[0]`; empty for the state itself.
    pub fn place(self) -> String {
        match self {
            Kind::State => String::new(),
            Kind::Transition(kind) => kind.place(),
            Kind::Retrier(number) => format!("Retry[{number}]"),
        }
    }
}

impl Covered<'_> {
    /// Everything that can be taken, state by state in the order of the text. A retrier that allows no retry is left
    /// out: it is written to keep later ones from an error, and nothing can take it.
    pub fn points(&self) -> Vec<Point> {
        let none = StateCounts::default();
        let mut points = Vec::new();
        for state in self.machine.states() {
            let taken = self.taken.state(state.id).unwrap_or(&none);
            points.push(Point {
                state: state.id,
                kind: Kind::State,
                count: taken.entered,
                span: state.name_span,
            });
            self.transitions(state, taken, &mut points);
            for (number, retrier) in state.retriers.iter().enumerate() {
                if retrier.attempts() == 0 {
                    continue;
                }
                let node = retrier.errors.first().map_or(retrier.node, |error| error.node);
                points.push(Point {
                    state: state.id,
                    kind: Kind::Retrier(number),
                    count: at(&taken.retriers, number),
                    span: self.machine.node(node).token_span(),
                });
            }
        }
        points
    }

    fn transitions(&self, state: &State, taken: &StateCounts, points: &mut Vec<Point>) {
        for transition in state.transitions() {
            let count = match transition.kind {
                TransitionKind::Next => taken.next,
                TransitionKind::Default => taken.default,
                TransitionKind::Choice(number) => at(&taken.choices, number),
                TransitionKind::Catch(number) => at(&taken.catchers, number),
            };
            points.push(Point {
                state: state.id,
                kind: Kind::Transition(transition.kind),
                count,
                span: self.machine.node(transition.target.node).token_span(),
            });
        }
    }
}

fn at(counts: &[u64], number: usize) -> u64 {
    counts.get(number).copied().unwrap_or(0)
}
