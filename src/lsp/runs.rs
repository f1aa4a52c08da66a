//! Test cases that are run beside the loop: typing goes on meanwhile.

use std::collections::{BTreeSet, VecDeque};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use gen_lsp_types as lsp;
use lsp_server::{ErrorCode, Request, RequestId, Response};
use serde_json::{Value, json};

use super::beside::{self, Beside};
use super::commands::{RUN_CASE, RUN_TESTS};
use super::positions::Lines;
use super::progress::Progress;
use super::server::{Phase, Refusal, Server, internal};
use super::uri;
use crate::diagnostics::{Finding, counted, visible_lines};
use crate::simulate::{Stop, StopError};
use crate::source::{Reach, SourceFile};
use crate::testing::{self, Case, Outcome, Refused, TestFile};

/// So many requests are run at a time: a case that takes long does not hold up another.
const MOST_AT_ONCE: usize = 2;

/// So long a case takes at most, and all of a request, by the clock on the wall: nobody waits longer in an editor.
const LONGEST_CASE: Duration = Duration::from_secs(30);
const LONGEST: Duration = Duration::from_secs(300);

/// How far a run is, is told that often.
const REPORTED_EVERY: Duration = Duration::from_millis(100);

/// What is to be run.
#[derive(Debug)]
struct Order {
    /// The URIs of test files.
    files: Vec<String>,
    /// The only case that is run.
    case: Option<String>,
    reach: Reach,
}

/// What the loop is told of a run.
#[derive(Debug)]
pub(super) enum Told {
    /// A case is begun.
    Begun {
        number: u64,
        done: usize,
        of: usize,
        case: Arc<str>,
    },
    Ended {
        number: u64,
        result: Result<Ran, Refusal>,
    },
}

/// What came of the cases.
#[derive(Debug, Default)]
pub(super) struct Ran {
    passed: u64,
    failed: u64,
    files: Vec<FileRan>,
}

/// What failed of a test file's cases.
#[derive(Debug)]
struct FileRan {
    uri: String,
    path: PathBuf,
    file: Arc<SourceFile>,
    failures: Vec<Finding>,
}

/// A request that is run, or waits for that.
#[derive(Debug)]
struct Run {
    number: u64,
    id: RequestId,
    /// `None` once it is begun.
    order: Option<Order>,
    is_cancelled: Arc<AtomicBool>,
    asked: Instant,
    progress: Option<Progress>,
    has_asked_for_progress: bool,
}

/// The runs that are not answered yet.
#[derive(Debug)]
pub(super) struct Runs {
    beside: Beside,
    all: VecDeque<Run>,
    /// How many threads run cases, those of cancelled requests as well.
    threads: usize,
    count: u64,
}

impl Runs {
    pub(super) fn new(beside: Beside) -> Runs {
        Runs {
            beside,
            all: VecDeque::new(),
            threads: 0,
            count: 0,
        }
    }

    /// The time until one more of the runs is long.
    pub(super) fn until_next(&self) -> Option<Duration> {
        let patience = self.beside.pace.patience;
        let left = |run: &Run| patience.checked_sub(run.asked.elapsed());
        let shown = self.all.iter().filter(|run| !run.has_asked_for_progress);
        shown.filter_map(left).min()
    }

    /// A run that takes long and that the client was not asked to show.
    pub(super) fn long_without_progress(&self) -> Option<u64> {
        let patience = self.beside.pace.patience;
        let is_long = |run: &&Run| !run.has_asked_for_progress && run.asked.elapsed() >= patience;
        self.all.iter().find(is_long).map(|run| run.number)
    }

    pub(super) fn set_progress(&mut self, number: u64, progress: Option<Progress>) {
        if let Some(run) = self.all.iter_mut().find(|run| run.number == number) {
            (run.has_asked_for_progress, run.progress) = (true, progress);
        }
    }

    /// Whether the progress with this token is of a run; it has begun then.
    pub(super) fn progress_of(&mut self, token: &Value) -> bool {
        let mut shown = self.all.iter_mut().filter_map(|run| run.progress.as_mut());
        shown.any(|progress| progress.begin_if(token))
    }

    /// The request whose progress has this token.
    pub(super) fn id_of(&self, token: &Value) -> Option<RequestId> {
        let is_it = |run: &&Run| run.progress.as_ref().is_some_and(|progress| progress.has(token));
        self.all.iter().find(is_it).map(|run| run.id.clone())
    }

    /// Begins what waits, as far as there is room.
    fn begin(&mut self) {
        while self.threads < MOST_AT_ONCE {
            let next = self.all.iter_mut().find(|run| run.order.is_some());
            let Some((run, order)) = next.and_then(|run| run.order.take().map(|order| (run, order))) else {
                return;
            };
            let (number, is_cancelled) = (run.number, run.is_cancelled.clone());
            let work = move |tell: &dyn Fn(beside::Told)| {
                let result = catch_unwind(AssertUnwindSafe(|| {
                    run_all(&order, &is_cancelled, &mut |done, of, case| {
                        let case = case.clone();
                        tell(beside::Told::Run(Told::Begun {
                            number,
                            done,
                            of,
                            case,
                        }));
                    })
                }));
                let result = result.unwrap_or_else(|_| Err(internal()));
                tell(beside::Told::Run(Told::Ended { number, result }));
            };
            self.threads += 1;
            if !self.beside.start(work) {
                let result = Err(Refusal::failed("the system gives no thread to run cases in"));
                self.beside
                    .tell(beside::Told::Run(Told::Ended { number, result }));
            }
        }
    }

    /// A thread has ended: what it has run, unless that was cancelled.
    fn end(&mut self, number: u64) -> Option<Run> {
        self.threads = self.threads.saturating_sub(1);
        let place = self.all.iter().position(|run| run.number == number);
        let ended = place.and_then(|place| self.all.remove(place));
        self.begin();
        ended
    }
}

impl Drop for Runs {
    fn drop(&mut self) {
        self.all
            .iter()
            .for_each(|run| run.is_cancelled.store(true, Ordering::Relaxed));
    }
}

impl Server {
    /// Runs the cases that a request names, beside the loop; gives back a request that names none.
    pub(super) fn run_beside(&mut self, request: Request) -> Option<Request> {
        let is_meant = self.phase == Phase::Open && request.method == "workspace/executeCommand";
        let order = || {
            let params = is_meant.then_some(&request.params)?;
            let mut arguments = params.get("arguments")?.as_array()?.iter();
            let mut text = || arguments.next()?.as_str().map(str::to_owned);
            let (first, reach) = (text()?, self.settings.reach());
            let command = params.get("command")?.as_str()?;
            let (files, case) = match command {
                RUN_CASE => (vec![first], Some(text()?)),
                RUN_TESTS => (
                    std::iter::once(first).chain(std::iter::from_fn(text)).collect(),
                    None,
                ),
                _ => return None,
            };
            Some(Order { files, case, reach })
        };
        let Some(order) = order() else {
            return Some(request);
        };
        let token = request
            .params
            .get("workDoneToken")
            .filter(|token| !token.is_null());
        let progress = token.map(|token| self.progress_with(token.clone()));
        self.runs.count += 1;
        self.runs.all.push_back(Run {
            number: self.runs.count,
            id: request.id,
            order: Some(order),
            is_cancelled: Arc::default(),
            asked: Instant::now(),
            has_asked_for_progress: progress.is_some(),
            progress,
        });
        self.runs.begin();
        None
    }

    /// Takes what is told of a run.
    pub(super) fn run_told(&mut self, told: Told) {
        match told {
            Told::Begun {
                number,
                done,
                of,
                case,
            } => {
                let run = self.runs.all.iter().find(|run| run.number == number);
                if let Some(progress) = run.and_then(|run| run.progress.as_ref()) {
                    let words = format!("{} of {of}: {}", done + 1, visible_lines(&case));
                    self.report_progress(progress, &words, done * 100 / of.max(1));
                }
            }
            Told::Ended { number, result } => {
                if let Some(run) = self.runs.end(number) {
                    let result = result.map(|ran| self.ran(ran));
                    self.answer_run(run, result);
                }
            }
        }
    }

    fn answer_run(&self, run: Run, result: Result<Value, Refusal>) {
        if let Some(progress) = run.progress {
            self.end_progress(progress);
        }
        self.send(match result {
            Ok(result) => Response::new_ok(run.id, result),
            Err(Refusal { code, message }) => Response::new_err(run.id, code as i32, message),
        });
    }

    /// Ends runs that nobody wants any more; a case that is under way comes to its end, which nobody is told.
    pub(super) fn cancel_runs(&mut self, is_meant: impl Fn(&RequestId) -> bool) {
        let all = std::mem::take(&mut self.runs.all);
        let (cancelled, kept): (VecDeque<_>, VecDeque<_>) =
            all.into_iter().partition(|run| is_meant(&run.id));
        self.runs.all = kept;
        for run in cancelled {
            run.is_cancelled.store(true, Ordering::Relaxed);
            let refusal = Refusal {
                code: ErrorCode::RequestCanceled,
                message: "the request was cancelled".to_owned(),
            };
            self.answer_run(run, Err(refusal));
        }
    }

    /// What the command gives, and what failed as diagnostics; in words, it is shown to whoever does not show it themselves.
    fn ran(&mut self, ran: Ran) -> Value {
        let Ran {
            passed,
            failed,
            files,
        } = ran;
        files.into_iter().for_each(|file| self.tell_failures(file));
        if !self.client.is_own {
            let (kind, words) = match failed {
                0 => (
                    lsp::MessageType::Info,
                    format!("{} passed", counted(passed, "case")),
                ),
                _ => {
                    let all = counted(passed + failed, "case");
                    (lsp::MessageType::Warning, format!("{failed} of {all} failed"))
                }
            };
            self.show(kind, &words);
        }
        json!({"passed": passed, "failed": failed})
    }

    /// What failed is told at the expectation, unless the text is another by now.
    fn tell_failures(&mut self, ran: FileRan) {
        let text = ran.file.text();
        let open = self
            .documents
            .iter()
            .find(|open| open.path.as_deref() == Some(&*ran.path));
        if open.is_some_and(|open| open.file.text() != text) {
            return;
        }
        let lines = Lines::of(text);
        let encoding = self.documents.encoding;
        let told = ran.failures.iter().map(|failure| lsp::Diagnostic {
            range: lines.range(text, ran.file.on_one_line(failure.span), encoding),
            severity: Some(lsp::DiagnosticSeverity::Error),
            code: Some(lsp::Code::String(failure.code.clone().into_owned())),
            code_description: None,
            source: Some("sfn-tool".to_owned()),
            message: lsp::Message::String(visible_lines(&failure.message).into_owned()),
            tags: None,
            related_information: None,
            data: None,
        });
        let told = told.collect();
        self.set_failures(&ran.path, &ran.uri, told);
    }
}

/// Runs the cases, until nobody wants that any more. `begun` is told of those that are begun, not of each where they are
/// short.
fn run_all(
    order: &Order,
    is_cancelled: &Arc<AtomicBool>,
    begun: &mut dyn FnMut(usize, usize, &Arc<str>),
) -> Result<Ran, Refusal> {
    let is_wanted = |case: &&Case| order.case.as_ref().is_none_or(|name| *case.name == **name);
    let mut opened = Vec::new();
    let mut known = BTreeSet::new();
    for uri in order.files.iter().filter(|uri| known.insert(*uri)) {
        let (path, file) = open(uri, &order.reach)?;
        opened.push((uri.clone(), path, file));
    }
    let of = opened
        .iter()
        .map(|(_, _, file)| file.cases.iter().filter(is_wanted).count())
        .sum();
    if let (Some(name), 0) = (&order.case, of) {
        return Err(Refusal::failed(format!("there is no case '{name}'")));
    }
    let (mut ran, mut done, mut told) = (Ran::default(), 0, None::<Instant>);
    let begin = Instant::now();
    for (uri, path, mut test) in opened {
        let mut failures = Vec::new();
        for place in 0..test.cases.len() {
            if !is_wanted(&&test.cases[place]) || is_cancelled.load(Ordering::Relaxed) {
                continue;
            }
            if begin.elapsed() >= LONGEST {
                let words = format!(
                    "{done} of {of} cases were run in {} seconds: `sfn-tool test` has no such limit",
                    LONGEST.as_secs()
                );
                return Err(Refusal::failed(words));
            }
            if told.is_none_or(|told| told.elapsed() >= REPORTED_EVERY) {
                begun(done, of, &test.cases[place].name);
                told = Some(Instant::now());
            }
            done += 1;
            test.cases[place].settings.stop = Some(Stop {
                unwanted: is_cancelled.clone(),
                at: Instant::now() + LONGEST_CASE,
            });
            match failed(&test, &test.cases[place]) {
                None => ran.passed += 1,
                Some(found) => {
                    ran.failed += 1;
                    failures.extend(found);
                }
            }
        }
        ran.files.push(FileRan {
            uri,
            path,
            file: test.file,
            failures,
        });
    }
    Ok(ran)
}

fn open(uri: &str, reach: &Reach) -> Result<(PathBuf, TestFile), Refusal> {
    let path = uri::path(uri).ok_or_else(|| Refusal::failed("the test file was never saved"))?;
    if !crate::discovery::is_test_file(&path) {
        return Err(Refusal::failed(format!("{} is no test file", path.display())));
    }
    match testing::open_within(&path, reach.clone()) {
        Ok(file) => Ok((path, file)),
        Err(Refused::Unreadable(error)) => Err(Refusal::failed(error.with_cause())),
        Err(Refused::Mistakes { files, .. }) => {
            let first = files.first().and_then(|(file, findings)| {
                let finding = findings.first()?;
                Some(format!("{}: {}", file.place(finding.span), finding.headline()))
            });
            let words = first.unwrap_or_else(|| "the test file has mistakes".to_owned());
            Err(Refusal::failed(words))
        }
    }
}

/// What failed of a case; `None` of one that passed.
fn failed(test: &TestFile, case: &Case) -> Option<Vec<Finding>> {
    match test.run(case).outcome {
        Outcome::Passed => None,
        Outcome::Failed { mismatches, .. } => {
            let told = mismatches.iter();
            Some(
                told.map(|one| Finding::error("test-case", one.words(), one.span))
                    .collect(),
            )
        }
        Outcome::Stopped(error) => {
            let words = match error {
                StopError::Directed => {
                    format!("the case was stopped after {} seconds", LONGEST_CASE.as_secs())
                }
                error => error.to_string(),
            };
            Some(vec![Finding::error("test-case", words, case.span)])
        }
    }
}
