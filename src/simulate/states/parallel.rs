//! Parallel: runs its branches side by side; its result is the list of their outputs.

use crate::asl::ScopeId;
use crate::history::EventKind;
use crate::simulate::engine::{Engine, Progress};
use crate::simulate::error::Step;
use crate::simulate::fingerprint::Telling;
use crate::simulate::flow::Flow;
use crate::simulate::lane::{LaneId, Phase, Place};
use crate::value::Value;

/// A Parallel state.
#[derive(Debug)]
pub(in crate::simulate) struct Parallel {
    pub(in crate::simulate) flow: Flow,
    pub(in crate::simulate) branches: Vec<ScopeId>,
}

/// Its branches while they run.
#[derive(Debug)]
pub(in crate::simulate) struct Running {
    branches: Vec<LaneId>,
    outputs: Vec<Option<Value>>,
    left: usize,
}

impl Running {
    /// Tells what it will still do, and with what.
    pub(in crate::simulate) fn tell(&self, telling: &mut Telling) {
        for output in &self.outputs {
            telling.optional(output.as_ref());
        }
    }

    /// What is left of branches of which some have come to their ends.
    pub(in crate::simulate) fn again(branches: Vec<LaneId>, outputs: Vec<Option<Value>>) -> Self {
        Running {
            left: outputs.iter().filter(|output| output.is_none()).count(),
            branches,
            outputs,
        }
    }

    /// The outputs of the branches that have ended.
    pub(in crate::simulate) fn outputs(&self) -> &[Option<Value>] {
        &self.outputs
    }

    /// The branches, those that have ended included.
    pub(in crate::simulate) fn children(&self) -> Vec<LaneId> {
        self.branches.clone()
    }
}

pub(in crate::simulate) fn run<'p>(
    engine: &mut Engine<'p>,
    id: LaneId,
    parallel: &'p Parallel,
) -> Step<Progress> {
    let around = engine.surroundings(id);
    let input = parallel
        .flow
        .effective(&around)
        .and_then(|effective| parallel.flow.payload(&around, &effective));
    let input = match input {
        Ok(input) => input,
        Err(problem) => return engine.problem(id, problem),
    };
    engine.record_next(id, || EventKind::ParallelStateStarted)?;
    let lane = engine.lane(id);
    let (chain, variables, iteration) = (lane.chain, lane.variables.inner(), lane.iteration.clone());
    let branches: Vec<LaneId> = parallel
        .branches
        .iter()
        .enumerate()
        .map(|(index, scope)| {
            engine.spawn(
                Place::Child { parent: id, index },
                *scope,
                input.clone(),
                chain,
                variables.clone(),
                iteration.clone(),
            )
        })
        .collect();
    for branch in &branches {
        engine.queue(*branch);
    }
    engine.lane_mut(id).phase = Phase::Branches(Box::new(Running {
        outputs: vec![None; branches.len()],
        left: branches.len(),
        branches,
    }));
    Ok(Progress::Blocked)
}

/// A branch has come to its end; `chain` is its last event.
pub(in crate::simulate) fn branch_ended<'p>(
    engine: &mut Engine<'p>,
    id: LaneId,
    parallel: &'p Parallel,
    index: usize,
    output: Value,
    chain: u64,
) -> Step<Progress> {
    let Phase::Branches(running) = &mut engine.lane_mut(id).phase else {
        return Ok(Progress::Blocked);
    };
    running.outputs[index] = Some(output);
    running.left -= 1;
    if running.left > 0 {
        return Ok(Progress::Blocked);
    }
    let outputs = std::mem::take(&mut running.outputs);
    let result = Value::array(outputs.into_iter().map(Option::unwrap_or_default));
    engine.lane_mut(id).phase = Phase::Work;
    // Both what succeeded and what is left name the branch's last event [floci#3167].
    engine.lane_mut(id).chain = chain;
    engine.record(id, chain, || EventKind::ParallelStateSucceeded)?;
    match parallel.flow.finish(&engine.surroundings(id), result) {
        Ok(exit) => Ok(Progress::Exit(exit)),
        Err(problem) => engine.problem(id, problem),
    }
}

/// A branch has failed: all are stopped, itself included, and the state goes on from its last event.
pub(in crate::simulate) fn branch_failed(engine: &mut Engine<'_>, id: LaneId, failed: LaneId) -> Step {
    let chain = engine.lane(failed).chain;
    let Phase::Branches(running) = std::mem::replace(&mut engine.lane_mut(id).phase, Phase::Work) else {
        return Ok(());
    };
    let Running {
        branches, outputs, ..
    } = *running;
    if engine.may_be_redriven() {
        let inside = engine.stopped_branches(&branches, outputs);
        engine.lane_mut(id).stopped = Some(Box::new(inside));
    }
    for branch in branches {
        engine.abort(branch)?;
    }
    engine.lane_mut(id).chain = chain;
    Ok(())
}
