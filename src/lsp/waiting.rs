//! What goes by a search of a folder: it is started when something asks for it, and what asks waits for its end.

use gen_lsp_types as lsp;
use lsp_server::{ErrorCode, Request, Response};

use super::analysis;
use super::files::{self, Area};
use super::searches::{Ended, Found, Wanted};
use super::server::{Phase, Server};
use super::workspace;
use crate::discovery::{self, Bounds};

/// A request that waits for searches.
#[derive(Debug)]
pub(super) struct Waiting {
    request: Request,
    wanted: Vec<Wanted>,
}

/// Requests whose answers have a part missing as long as it is not known what lies in the folder.
const NEED_ALL: [&str; 6] = [
    "textDocument/codeLens",
    "textDocument/definition",
    "textDocument/inlayHint",
    "textDocument/prepareRename",
    "textDocument/references",
    "textDocument/rename",
];

/// Those that say less without: they wait a moment.
const PATIENT: [&str; 2] = ["textDocument/completion", "textDocument/hover"];

/// Those that somebody gives by hand and that nothing may be missing from.
const ASKED_FOR: [&str; 2] = ["textDocument/references", "textDocument/rename"];

impl Server {
    /// Takes up a request that has come.
    pub(super) fn arrived(&mut self, request: Request) {
        // Of a client that does not tell what changes on the disk, that is searched for.
        if !self.client.watches && ASKED_FOR.contains(&&*request.method) {
            self.forget_test_files();
            self.callers.forget();
        }
        self.request(request);
    }

    /// The searches that a request waits for, which are started.
    fn wanted(&mut self, request: &Request) -> Vec<Wanted> {
        if self.phase != Phase::Open {
            return Vec::new();
        }
        let method = &*request.method;
        if method == "workspace/symbol" && self.symbols.is_none() {
            let (folders, settings) = (self.folders.clone(), self.settings.clone());
            let encoding = self.documents.encoding;
            self.searches.start(Wanted::Symbols, move |bounds| {
                Found::Symbols(workspace::search(&folders, &settings, encoding, bounds))
            });
            return vec![Wanted::Symbols];
        }
        let is_patient = PATIENT.contains(&method);
        if !is_patient && !NEED_ALL.contains(&method) {
            return Vec::new();
        }
        let mut wanted = uri_of(request).map_or_else(Vec::new, |uri| self.around(uri));
        wanted.retain(|wanted| !is_patient || self.searches.is_worth_waiting(wanted));
        wanted
    }

    /// Keeps a request until the searches that it waits for have ended; gives back what waits for none.
    pub(super) fn put_off(&mut self, request: Request) -> Option<Request> {
        let wanted = self.wanted(&request);
        if wanted.is_empty() {
            return Some(request);
        }
        self.waiting.push(Waiting { request, wanted });
        None
    }

    /// Takes up the requests that need not wait any longer; whether there was one.
    pub(super) fn answer_waiting(&mut self) -> bool {
        let is_over = |waiting: &Waiting| {
            let is_patient = PATIENT.contains(&&*waiting.request.method);
            let keeps = |wanted: &Wanted| match is_patient {
                true => self.searches.is_worth_waiting(wanted),
                false => self.searches.is_running(wanted),
            };
            !waiting.wanted.iter().any(keeps)
        };
        let (ready, waiting): (Vec<_>, _) = std::mem::take(&mut self.waiting).into_iter().partition(is_over);
        self.waiting = waiting;
        let was_one = !ready.is_empty();
        ready.into_iter().for_each(|ready| self.request(ready.request));
        was_one
    }

    /// Answers waiting requests with an error.
    pub(super) fn refuse_waiting(&mut self, code: ErrorCode, is_meant: impl Fn(&Request) -> bool) {
        let all = std::mem::take(&mut self.waiting);
        let (refused, kept): (Vec<_>, Vec<_>) = all.into_iter().partition(|one| is_meant(&one.request));
        self.waiting = kept;
        let words = match code {
            ErrorCode::ContentModified => "the text has changed since",
            _ => "the request was cancelled",
        };
        for Waiting { request, .. } in refused {
            self.send(Response::new_err(request.id, code as i32, words.to_owned()));
        }
    }

    /// The searches of what lies around a text that have not ended; they are started.
    fn around(&mut self, uri: &str) -> Vec<Wanted> {
        let uri = lsp::Uri::from(uri.to_owned());
        let mut wanted: Vec<Wanted> = self.search_callers(&uri).into_iter().collect();
        let text = self.documents.get(&uri);
        let Some(area) = text.and_then(|text| Area::of(text.path.as_deref()?, &self.folders)) else {
            return wanted;
        };
        if !self.test_files.is_known(&area) {
            let reach = self.settings.reach();
            let tests = Wanted::Tests(area.folder.clone());
            wanted.push(tests.clone());
            let is_open = area.is_open;
            let search = move |bounds: &Bounds| Found::Tests(files::search(&area.folder, reach, bounds));
            match is_open {
                true => self.searches.start(tests, search),
                false => self.searches.start_elsewhere(tests, search),
            }
        }
        wanted
    }

    /// The search for what names the file of a text.
    fn search_callers(&mut self, uri: &lsp::Uri) -> Option<Wanted> {
        let text = self.documents.get(uri)?;
        if !analysis::goes_by_callers(text) {
            return None;
        }
        let path = text.path.as_deref()?;
        let area = Area::of(path, &self.folders)?;
        let job = self.callers.job(path, &area)?;
        let wanted = Wanted::Callers(area.folder);
        // One that is under way may end without what has changed since: then comes the next.
        if !self.searches.is_running(&wanted) {
            self.callers.begin();
            let settings = self.settings.clone();
            self.searches.start(wanted.clone(), move |bounds| {
                Found::Callers(job.run(&settings, bounds))
            });
        }
        Some(wanted)
    }

    /// The search that what is told of a text goes by, if it has not ended yet; it is started.
    pub(super) fn search_around(&mut self, uri: &lsp::Uri) -> Option<Wanted> {
        let text = self.documents.get(uri)?;
        if !analysis::is_configuration(text) {
            return self.search_callers(uri);
        }
        let folder = text.path.as_deref()?.parent()?.to_owned();
        if self.listings.contains_key(&folder) {
            return None;
        }
        let wanted = Wanted::Listing(folder.clone());
        self.searches.start(wanted.clone(), move |bounds| {
            Found::Listing(discovery::everything(&folder, bounds))
        });
        Some(wanted)
    }

    /// Takes what a search has found, unless it is not wanted any more.
    pub(super) fn search_ended(&mut self, ended: Ended) {
        let Some(mut is_whole) = self.searches.end(&ended) else {
            return;
        };
        let Ended { wanted, found, .. } = ended;
        match (wanted, found) {
            (Wanted::Callers(folder), found) => {
                let found = match found {
                    Some(Found::Callers(found)) => Some(found),
                    _ => None,
                };
                is_whole &= found.as_ref().is_some_and(|found| !found.is_cut);
                let area = Area::named(folder, &self.folders);
                self.callers.end(&area, found);
                let (callers, folders) = (&self.callers, &self.folders);
                // Who has other callers than it had is another.
                self.documents.stale_where(|text, analysis| {
                    let callers = || {
                        let path = text.path.as_deref()?;
                        Some(callers.of(path, &Area::of(path, folders)?))
                    };
                    analysis::goes_by_callers(text)
                        && callers().is_some_and(|callers| callers != analysis.open.callers())
                });
                self.tell_cut(&area, is_whole);
            }
            (Wanted::Tests(folder), found) => {
                let files = match found {
                    Some(Found::Tests(files)) => files,
                    _ => Vec::new(),
                };
                let area = Area::named(folder, &self.folders);
                self.test_files.take(&area, files, !is_whole);
                self.tell_cut(&area, is_whole);
            }
            (Wanted::Listing(folder), found) => {
                let listing = match found {
                    Some(Found::Listing(listing)) => listing,
                    _ => None,
                };
                self.listings.insert(folder, listing);
                self.documents
                    .stale_where(|text, _| analysis::is_configuration(text));
            }
            (Wanted::Symbols, found) => {
                self.symbols = Some(match found {
                    Some(Found::Symbols(symbols)) => symbols,
                    _ => Vec::new(),
                });
                if !is_whole {
                    self.log("not all files were searched for the names of states and cases");
                }
            }
        }
    }

    /// Shows that a folder was not searched to its end, once.
    fn tell_cut(&mut self, area: &Area, is_whole: bool) {
        if is_whole || !self.told_cut.insert(area.folder.clone()) {
            return;
        }
        let words = format!(
            "{} was not searched to its end: test files and templates in it may be unknown",
            area.folder.display()
        );
        self.show(lsp::MessageType::Warning, &words);
    }

    /// Shows that others may name what was asked for, where the folder of a text was not searched to its end.
    pub(super) fn tell_others(&self, uri: &lsp::Uri, what: &str) {
        let path = self.documents.get(uri).and_then(|text| text.path.as_deref());
        let area = path.and_then(|path| Area::of(path, &self.folders));
        let Some(area) = area.filter(|area| self.test_files.is_cut(area) || self.callers.is_cut(area)) else {
            return;
        };
        let words = format!(
            "{} was not searched to its end: other files in it may name {what}",
            area.folder.display()
        );
        self.show(lsp::MessageType::Warning, &words);
    }

    /// The test files are searched anew: files have come or gone.
    pub(super) fn forget_test_files(&mut self) {
        self.test_files.forget();
        self.searches
            .drop_where(|wanted| matches!(wanted, Wanted::Tests(_)));
    }

    /// The symbols are searched anew: something has changed.
    pub(super) fn forget_symbols(&mut self) {
        self.symbols = None;
        self.searches.drop_where(|wanted| *wanted == Wanted::Symbols);
    }

    /// What lies beside configurations is looked for anew.
    pub(super) fn forget_listings(&mut self) {
        self.listings.clear();
        self.searches
            .drop_where(|wanted| matches!(wanted, Wanted::Listing(_)));
    }
}

/// The text that a request is about.
pub(super) fn uri_of(request: &Request) -> Option<&str> {
    request.params.pointer("/textDocument/uri")?.as_str()
}
