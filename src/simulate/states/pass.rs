//! Pass: hands its input on, or gives a fixed result.

use crate::simulate::engine::{Engine, Progress};
use crate::simulate::flow::{Flow, Problem};
use crate::simulate::lane::LaneId;
use crate::value::Value;

/// A Pass state.
#[derive(Debug)]
pub(in crate::simulate) struct Pass {
    pub(in crate::simulate) flow: Flow,
    /// `Result`, which JSONPath states alone have.
    pub(in crate::simulate) result: Option<Value>,
}

pub(in crate::simulate) fn run(engine: &Engine<'_>, id: LaneId, pass: &Pass) -> Result<Progress, Problem> {
    let around = engine.surroundings(id);
    // JSONata's Pass has no result: `$states.result` does not exist there.
    if let Flow::Jsonata(_) = pass.flow {
        let effective = pass.flow.effective(&around)?;
        return Ok(Progress::Exit(pass.flow.pass_on(&around, effective)?));
    }
    let result = match &pass.result {
        Some(result) => result.clone(),
        None => {
            let effective = pass.flow.effective(&around)?;
            pass.flow.payload(&around, &effective)?
        }
    };
    Ok(Progress::Exit(pass.flow.finish(&around, result)?))
}
