//! Succeed: ends its scope.

use crate::simulate::engine::{Engine, Progress};
use crate::simulate::flow::{Flow, Problem};
use crate::simulate::lane::LaneId;

/// A Succeed state.
#[derive(Debug)]
pub(in crate::simulate) struct Succeed {
    pub(in crate::simulate) flow: Flow,
}

pub(in crate::simulate) fn run(
    engine: &Engine<'_>,
    id: LaneId,
    succeed: &Succeed,
) -> Result<Progress, Problem> {
    let around = engine.surroundings(id);
    let effective = succeed.flow.effective(&around)?;
    Ok(Progress::Exit(succeed.flow.pass_on(&around, effective)?))
}
