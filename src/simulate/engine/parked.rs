//! An engine as data, while nothing happens in it.

use std::cell::{Cell, OnceCell};
use std::collections::VecDeque;
use std::sync::Arc;

use super::lanes::Lanes;
use super::outside::{Awaited, Outside};
use super::recording::{Recorder, Written as Recorded};
use super::timers::Timers;
use super::{End, Engine};
use crate::cost::Usage;
use crate::expr::random::RandomSource;
use crate::history::{EventSink, Time};
use crate::mocks::{Calls, Mocks};
use crate::simulate::children::Children;
use crate::simulate::context::ExecutionContext;
use crate::simulate::counts::Tally;
use crate::simulate::lane::LaneId;
use crate::simulate::map_runs::MapRunView;
use crate::simulate::program::Program;
use crate::simulate::s3_output::Written;
use crate::simulate::settings::Settings;

/// All that an engine holds of its own: what it borrows, it is lent anew when it goes on. See [`Engine`] for the members.
#[derive(Debug)]
pub(in crate::simulate) struct Parked {
    calls: Calls,
    random: Arc<RandomSource>,
    context: ExecutionContext,
    input_text: Option<Arc<str>>,
    now: Time,
    region: Arc<str>,
    written: Vec<(String, Written)>,
    children: Children,
    map_runs: Vec<MapRunView>,
    transitions: u64,
    usage: Usage,
    tally: Tally,
    given_inside: u64,
    recorded: Recorded,
    held_at_most: Cell<usize>,
    missing_activities: Vec<Arc<str>>,
    lanes: Lanes,
    ready: VecDeque<LaneId>,
    timers: Timers,
    awaited: Awaited,
    redrives: u32,
    timed_from: Time,
    stops_at_transition: bool,
    end: Option<End>,
}

impl Parked {
    /// What happens next is after this moment.
    pub(in crate::simulate) fn now(&self) -> Time {
        self.now
    }

    /// Its Map Runs, those that are over included.
    pub(in crate::simulate) fn map_runs(&self) -> &[MapRunView] {
        &self.map_runs
    }

    /// The mocks are others: the next calls get their first answers.
    pub(in crate::simulate) fn forget_calls(&mut self) {
        self.calls = Calls::default();
    }

    /// How it has ended.
    pub(in crate::simulate) fn end(&self) -> Option<&End> {
        self.end.as_ref()
    }
}

impl<'p> Engine<'p> {
    /// Takes it apart: what it has borrowed is free.
    pub(in crate::simulate) fn park(mut self) -> Parked {
        self.context.forget();
        Parked {
            calls: self.calls,
            random: self.random,
            context: self.context,
            input_text: self.input_text,
            now: self.now,
            region: self.region,
            written: self.written,
            children: self.children,
            map_runs: self.map_runs,
            transitions: self.transitions,
            usage: self.usage,
            tally: self.tally,
            given_inside: self.given_inside,
            recorded: self.recorder.written(),
            held_at_most: self.held_at_most,
            missing_activities: self.missing_activities,
            lanes: self.lanes,
            ready: self.ready,
            timers: self.timers,
            awaited: self.awaited,
            redrives: self.redrives,
            timed_from: self.timed_from,
            stops_at_transition: self.stops_at_transition,
            end: self.end,
        }
    }

    /// The engine that was parked, with what it was made with.
    pub(in crate::simulate) fn unpark(
        parked: Parked,
        program: &'p Program,
        settings: &'p Settings,
        mocks: &'p Mocks,
        outside: Option<&'p dyn Outside>,
        sink: Option<&'p mut (dyn EventSink + 'static)>,
    ) -> Self {
        Engine {
            program,
            settings,
            calls: parked.calls,
            director: None,
            outside,
            random: parked.random,
            jsonata: OnceCell::new(),
            context: parked.context,
            input_text: parked.input_text,
            now: parked.now,
            region: parked.region,
            mocks,
            written: parked.written,
            children: parked.children,
            map_runs: parked.map_runs,
            transitions: parked.transitions,
            usage: parked.usage,
            tally: parked.tally,
            given_inside: parked.given_inside,
            probe: None,
            recorder: Recorder::going_on(sink, parked.recorded),
            held_at_most: parked.held_at_most,
            missing_activities: parked.missing_activities,
            lanes: parked.lanes,
            ready: parked.ready,
            timers: parked.timers,
            awaited: parked.awaited,
            redrives: parked.redrives,
            timed_from: parked.timed_from,
            stops_at_transition: parked.stops_at_transition,
            slice: u64::MAX,
            end: parked.end,
        }
    }
}
