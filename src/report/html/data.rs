//! What the page's script is given: executions as JSON that is safe inside a script element.

use std::sync::Arc;

use rustc_hash::FxHashMap;
use serde::Serialize;

use super::texts::Texts;
use crate::arrange::Arrange as _;
use crate::asl::StateMachine;
use crate::diagnostics::{escape, is_steering};
use crate::history::{Attempt, Family, Fate, Moment, TaskTarget, Timeline, Visit};
use crate::simulate::{Execution, Failure, MachineType, Time};
use crate::value::Value;

/// Most visits that are listed, those that failed and what is around them aside.
const MOST_VISITS: usize = 10_000;

/// What a page tells of a run before its visits: how it ended, or that it did not.
#[derive(Debug, Clone)]
pub(super) struct Run<'r> {
    /// What it is called.
    pub(super) name: &'r str,
    status: &'static str,
    machine_type: MachineType,
    started: Time,
    stopped: Time,
    events: u64,
    billed: Option<String>,
    output: Option<&'r Value>,
    failure: Option<FailureData<'r>>,
}

impl<'r> Run<'r> {
    /// A run that came to its end.
    pub(super) fn of(execution: &'r Execution, name: &'r str) -> Run<'r> {
        Run {
            name,
            status: execution.status.as_aws(),
            machine_type: execution.machine_type,
            started: execution.started,
            stopped: execution.stopped,
            events: execution.history.count(),
            billed: Some(crate::report::trace::billed(execution)),
            output: execution.output.as_ref(),
            failure: execution.failure.as_ref().map(failure),
        }
    }

    /// A run that the tool had to stop, and what it said then.
    pub(super) fn stopped(stopped: &'r super::Stopped<'r>, name: &'r str) -> Run<'r> {
        let last = stopped.history.events().last();
        Run {
            name,
            status: "STOPPED",
            machine_type: stopped.machine_type,
            started: stopped.started,
            stopped: last.map_or(stopped.started, |event| event.at),
            events: stopped.history.count(),
            billed: None,
            output: None,
            failure: Some(FailureData {
                error: Some("The run had to stop"),
                cause: Some(stopped.why),
                help: stopped.help,
            }),
        }
    }
}

/// What is marked in a graph for a run, by the numbers of states and transitions in it.
#[derive(Debug, Serialize)]
pub(super) struct MarkData {
    /// What became of each state.
    pub(super) states: Vec<Option<&'static str>>,
    /// How often each state was entered.
    pub(super) entered: Vec<u32>,
    /// How often each transition was taken.
    pub(super) edges: Vec<u32>,
}

/// Everything. Times are milliseconds from the start; numbers are indexes of the lists here.
#[derive(Debug, Serialize)]
struct Page<'a> {
    name: &'a str,
    status: &'static str,
    machine_type: &'static str,
    started: String,
    duration: i64,
    /// How many moments the order of events has.
    moments: u32,
    events: u64,
    /// What it is billed by, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    billed: Option<String>,
    total_visits: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    output: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    failure: Option<FailureData<'a>>,
    /// What is not shown whole.
    notices: Vec<String>,
    states: Vec<StateData<'a>>,
    lanes: Vec<LaneData>,
    visits: Vec<VisitData<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    marks: Option<MarkData>,
}

#[derive(Debug, Clone, Copy, Serialize)]
struct FailureData<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cause: Option<&'a str>,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<&'a str>,
}

/// A state; its number in the picture is its index.
#[derive(Debug, Serialize)]
struct StateData<'a> {
    name: &'a str,
    r#type: &'static str,
    entered: u32,
    definition: usize,
}

#[derive(Debug, Serialize)]
struct LaneData {
    #[serde(skip_serializing_if = "Option::is_none")]
    holder: Option<usize>,
    index: usize,
    attempt: usize,
    visits: Vec<usize>,
}

#[derive(Debug, Serialize)]
struct VisitData<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    state: Option<usize>,
    name: &'a str,
    r#type: &'static str,
    lane: u32,
    fate: &'static str,
    /// When it was entered and left, and after how many events.
    entered: [i64; 2],
    left: [i64; 2],
    input: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    output: Option<usize>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    assigned: Vec<(&'a str, usize)>,
    #[serde(skip_serializing_if = "Option::is_none")]
    failure: Option<FailureData<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<usize>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    attempts: Vec<AttemptData<'a>>,
}

#[derive(Debug, Serialize)]
struct AttemptData<'a> {
    begun: [i64; 2],
    ended: [i64; 2],
    #[serde(skip_serializing_if = "Option::is_none")]
    call: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    parameters: Option<usize>,
    /// When the service answered at once, and what.
    #[serde(skip_serializing_if = "Option::is_none")]
    submitted: Option<([i64; 2], usize)>,
    #[serde(skip_serializing_if = "Option::is_none")]
    result: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    failure: Option<FailureData<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    retry_at: Option<i64>,
}

/// The most visits that are listed of each of so many runs.
pub(super) fn most_visits(runs: usize) -> usize {
    (2 * MOST_VISITS / runs.max(2)).max(MOST_VISITS / 100)
}

/// A run of `machine` as JSON; its payloads are numbers of `texts`. Of its visits `most` are listed.
pub(super) fn run(
    machine: &StateMachine,
    run: &Run<'_>,
    timeline: &Timeline<'_>,
    marks: Option<MarkData>,
    texts: &mut Texts,
    most: usize,
) -> String {
    // What the execution ended with, then what failed, finds room before all else.
    let output = run.output.map(|output| texts.value(output));
    let shown = shown(timeline, most);
    let mut order: Vec<usize> = (0..timeline.visits.len()).filter(|&i| shown[i]).collect();
    let new_number: FxHashMap<usize, usize> =
        order.iter().enumerate().map(|(new, &old)| (old, new)).collect();
    order.arrange_by_key(|&i| timeline.visits[i].fate == Fate::Succeeded);
    let states = Names::of(machine);
    let mut data: Vec<(usize, VisitData<'_>)> = order
        .iter()
        .map(|&i| {
            let writer = Writer {
                started: run.started,
                new_number: &new_number,
                names: &states,
            };
            (i, writer.visit(&timeline.visits[i], texts))
        })
        .collect();
    data.arrange_by_key(|(i, _)| *i);
    let mut entered: FxHashMap<&str, u32> = FxHashMap::default();
    for visit in &timeline.visits {
        *entered.entry(visit.name).or_default() += 1;
    }
    let states: Vec<StateData<'_>> = machine
        .states()
        .iter()
        .map(|state| StateData {
            name: &state.name,
            r#type: state.state_type.map_or("", |state_type| state_type.name()),
            entered: entered.get(&*state.name).copied().unwrap_or(0),
            definition: texts.text(machine.node(state.node).to_value().to_json()),
        })
        .collect();
    let (lanes, data) = lanes(timeline, &new_number, data);
    let mut notices = Vec::new();
    if data.len() < timeline.visits.len() {
        notices.push(format!(
            "{} of {} visits are listed: the first ones, and of the others those that failed. The counts in the graph \
             are of all.",
            data.len(),
            timeline.visits.len()
        ));
    }
    let page = Page {
        name: run.name,
        status: run.status,
        machine_type: match run.machine_type {
            MachineType::Standard => "Standard",
            MachineType::Express => "Express",
        },
        started: run.started.in_context(),
        duration: run.stopped.since(run.started),
        moments: timeline.moments,
        events: run.events,
        billed: run.billed.clone(),
        total_visits: timeline.visits.len(),
        output,
        failure: run.failure,
        notices,
        states,
        lanes,
        visits: data,
        marks,
    };
    let json = text_of(&page);
    texts.forget_addresses();
    json
}

/// What the page's script reads: the runs, all payloads, and what else there is to tell.
pub(super) fn document(runs: &[String], texts: &Texts, more: &impl Serialize) -> String {
    let mut notices = Vec::new();
    let payloads = |count: usize| match count {
        1 => "1 payload".to_owned(),
        many => format!("{many} payloads"),
    };
    if texts.cut > 0 {
        notices.push(format!(
            "{} over {} KiB: only the beginning is shown.",
            payloads(texts.cut),
            super::texts::LONGEST / 1024
        ));
    }
    if texts.left_out > 0 {
        notices.push(format!(
            "{} left out: the page would be too large.",
            payloads(texts.left_out)
        ));
    }
    for_script(&format!(
        "{{\"runs\":[{}],\"notices\":{},\"more\":{},\"texts\":{}}}",
        runs.join(","),
        text_of(&notices),
        text_of(more),
        text_of(&texts.all()),
    ))
}

/// A value of strings and numbers as JSON: it cannot fail.
fn text_of(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

/// JSON text as it may stand inside a script element: what begins a tag, an end of the element or a comment exists only
/// in strings, where it has another spelling.
pub(super) fn for_script(json: &str) -> String {
    let mut out = String::with_capacity(json.len() + json.len() / 16);
    for c in json.chars() {
        match c {
            '<' => out.push_str("\\u003c"),
            '>' => out.push_str("\\u003e"),
            '&' => out.push_str("\\u0026"),
            // What turns the direction of the text would do so for whoever reads the page's source.
            c if is_steering(c) => escape(c, &mut out),
            c => out.push(c),
        }
    }
    out
}

/// Which visits are listed.
fn shown(timeline: &Timeline<'_>, most: usize) -> Vec<bool> {
    let mut shown = vec![false; timeline.visits.len()];
    shown.iter_mut().take(most).for_each(|shown| *shown = true);
    let failed = |visit: &Visit<'_>| matches!(visit.fate, Fate::Failed | Fate::Caught);
    let late = timeline.visits.iter().enumerate().skip(most);
    // The last ones: they are what the execution ended with.
    let late: Vec<usize> = late.filter(|(_, visit)| failed(visit)).map(|(i, _)| i).collect();
    for &i in late.iter().rev().take(most / 10) {
        let mut next = Some(i);
        while let Some(i) = next.filter(|&i| !shown[i]) {
            shown[i] = true;
            next = timeline.lanes[timeline.visits[i].lane as usize].holder;
        }
    }
    shown
}

/// The lanes of what is shown, the visits numbered and referring to them anew.
fn lanes<'a>(
    timeline: &Timeline<'_>,
    new_number: &FxHashMap<usize, usize>,
    data: Vec<(usize, VisitData<'a>)>,
) -> (Vec<LaneData>, Vec<VisitData<'a>>) {
    let mut lanes = Vec::new();
    let mut new_lane: FxHashMap<usize, u32> = FxHashMap::default();
    for (number, lane) in timeline.lanes.iter().enumerate() {
        let inside: Vec<usize> = lane
            .visits
            .iter()
            .filter_map(|i| new_number.get(i).copied())
            .collect();
        if inside.is_empty() {
            continue;
        }
        new_lane.insert(number, u32::try_from(lanes.len()).unwrap_or(u32::MAX));
        lanes.push(LaneData {
            holder: lane.holder.and_then(|i| new_number.get(&i).copied()),
            index: lane.index,
            attempt: lane.attempt,
            visits: inside,
        });
    }
    let data = data.into_iter().map(|(_, visit)| {
        let lane = new_lane.get(&(visit.lane as usize)).copied().unwrap_or_default();
        VisitData { lane, ..visit }
    });
    let data = data.collect();
    (lanes, data)
}

/// The states by their names.
struct Names<'a>(FxHashMap<&'a str, usize>);

impl<'a> Names<'a> {
    fn of(machine: &'a StateMachine) -> Self {
        let mut names = FxHashMap::default();
        for state in machine.states() {
            names.entry(&*state.name).or_insert(state.id.index());
        }
        Names(names)
    }
}

struct Writer<'w> {
    started: Time,
    new_number: &'w FxHashMap<usize, usize>,
    names: &'w Names<'w>,
}

impl Writer<'_> {
    fn moment(&self, moment: Moment) -> [i64; 2] {
        [moment.at.since(self.started), i64::from(moment.order)]
    }

    fn visit<'e>(&self, visit: &'e Visit<'_>, texts: &mut Texts) -> VisitData<'e> {
        let assigned = visit.assigned.into_iter().flat_map(|map| map.iter());
        VisitData {
            state: self.names.0.get(&**visit.name).copied(),
            name: visit.name,
            r#type: visit.state_type.name(),
            lane: visit.lane,
            fate: visit.fate.name(),
            entered: self.moment(visit.entered),
            left: self.moment(visit.left),
            input: texts.value(visit.input),
            output: visit.output.map(|output| texts.value(output)),
            assigned: assigned
                .map(|(name, value): (&Arc<str>, &Value)| (&**name, texts.value(value)))
                .collect(),
            failure: visit.failure.map(failure),
            next: visit.next.and_then(|next| self.new_number.get(&next).copied()),
            attempts: visit
                .attempts
                .iter()
                .map(|attempt| self.attempt(attempt, visit, texts))
                .collect(),
        }
    }

    fn attempt<'e>(&self, attempt: &'e Attempt<'_>, visit: &Visit<'_>, texts: &mut Texts) -> AttemptData<'e> {
        AttemptData {
            begun: self.moment(attempt.begun),
            ended: self.moment(attempt.ended.unwrap_or(visit.left)),
            call: attempt.task.map(|task| called(&task.target)),
            parameters: attempt.task.map(|task| texts.value(&task.parameters)),
            submitted: (attempt.submitted).map(|(at, output)| (self.moment(at), texts.value(output))),
            result: attempt.result.map(|result| texts.value(result)),
            failure: attempt.failure.map(failure),
            retry_at: attempt.retry_at.map(|at| at.since(self.started)),
        }
    }
}

/// `lambda:invoke`, or the function's or activity's ARN.
fn called(target: &TaskTarget) -> String {
    match target.family {
        Family::Task => format!("{}:{}", target.resource_type, target.resource),
        Family::LambdaFunction | Family::Activity => target.resource.to_string(),
    }
}

fn failure(failure: &Failure) -> FailureData<'_> {
    FailureData {
        error: failure.error.as_deref(),
        cause: failure.shown_cause().map(|cause| &**cause),
        help: None,
    }
}

#[cfg(test)]
mod tests {
    use super::for_script;

    #[test]
    fn no_text_ends_a_script_element() {
        let json = "\"</script><!-- & \u{2028}\u{2029}\"";
        let safe = for_script(json);
        assert_eq!(safe, r#""\u003c/script\u003e\u003c!-- \u0026 \u2028\u2029""#);
        let read: String = serde_json::from_str(&safe).expect("it is JSON still");
        assert_eq!(read, "</script><!-- & \u{2028}\u{2029}");
    }
}
