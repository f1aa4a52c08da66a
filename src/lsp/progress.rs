//! What the client shows of what takes long: searches of folders, and cases that are run.

use lsp_server::Notification;
use serde_json::{Value, json};

use super::server::Server;

/// What the client shows of something.
#[derive(Debug)]
pub(super) struct Progress {
    token: Value,
    has_begun: bool,
}

impl Progress {
    /// Whether it has this token; from now on it has begun.
    pub(super) fn begin_if(&mut self, token: &Value) -> bool {
        self.has_begun |= self.has(token);
        self.has(token)
    }

    pub(super) fn has(&self, token: &Value) -> bool {
        self.token == *token
    }
}

impl Server {
    /// Lets the client show what takes long, and that it has ended.
    pub(super) fn tell_progress(&mut self) {
        let is_long = self.searches.are_long();
        match self.search_progress.take() {
            None if is_long => self.search_progress = self.ask_for_progress(),
            // It is ended once it has begun.
            Some(progress) if progress.has_begun && !is_long => self.end_progress(progress),
            progress => self.search_progress = progress,
        }
        while let Some(number) = self.runs.long_without_progress() {
            let progress = self.ask_for_progress();
            self.runs.set_progress(number, progress);
        }
    }

    /// Asks the client whether it shows something; it begins when the client has answered.
    fn ask_for_progress(&mut self) -> Option<Progress> {
        if !self.client.shows_progress {
            return None;
        }
        let token = json!(format!("sfn-tool-{}", self.next_number()));
        let created = token.clone();
        self.ask(
            "window/workDoneProgress/create",
            json!({"token": token}),
            move |server, _| {
                let search = server.search_progress.as_mut();
                if search.is_some_and(|progress| progress.begin_if(&created)) {
                    let title = "Searching for state machines and their tests";
                    let value = json!({"kind": "begin", "title": title, "cancellable": true});
                    server.report(&created, value);
                } else if server.runs.progress_of(&created) {
                    server.begin_run(&created);
                }
            },
        );
        Some(Progress {
            token,
            has_begun: false,
        })
    }

    /// A run of cases begins.
    fn begin_run(&self, token: &Value) {
        let title = "Running test cases";
        let value = json!({"kind": "begin", "title": title, "cancellable": true, "percentage": 0});
        self.report(token, value);
    }

    /// A run of cases begins that the client gave a token for.
    pub(super) fn progress_with(&self, token: Value) -> Progress {
        self.begin_run(&token);
        Progress {
            token,
            has_begun: true,
        }
    }

    /// How far something is.
    pub(super) fn report_progress(&self, progress: &Progress, words: &str, percentage: usize) {
        if progress.has_begun {
            let value = json!({"kind": "report", "message": words, "percentage": percentage});
            self.report(&progress.token, value);
        }
    }

    pub(super) fn end_progress(&self, progress: Progress) {
        if progress.has_begun {
            self.report(&progress.token, json!({"kind": "end"}));
        }
    }

    fn report(&self, token: &Value, value: Value) {
        let params = json!({"token": token, "value": value});
        self.send(Notification::new("$/progress".to_owned(), params));
    }

    /// The user wants an end of what is shown.
    pub(super) fn cancel_progress(&mut self, params: &Value) {
        let token = params.get("token").unwrap_or(&Value::Null);
        if self.search_progress.as_ref().is_some_and(|one| one.has(token)) {
            self.searches.cut();
        }
        if let Some(id) = self.runs.id_of(token) {
            self.cancel_runs(|other| *other == id);
        }
    }
}
