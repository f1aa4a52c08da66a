//! Every definition that the arguments of a command mean, found, read and looked at.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;

use super::arguments::Sources;
use super::config::Configs;
use super::output::Context;
use super::progress::Progress;
use super::search::Filters;
use super::{Failure, Outcome, input};
use crate::definition::{Body, Called, Definition, path_of};
use crate::diagnostics::{counted, visible};
use crate::discovery::{self, Discovered, Found, Kind, absolute};
use crate::report::findings::{self, FileReport, Format, Known};
use crate::source::{self, Identity, Input, ParseOptions, ReadError, SourceFile};

/// What became of the files of a command.
pub(super) struct Checked {
    /// The reports of those that could be read, in the order in which they were named.
    pub(super) reports: Vec<FileReport>,
    /// Those that could not be read, and folders without any, by name; it was said on stderr.
    pub(super) failed: Vec<(String, Failure)>,
    /// How many state machines were looked at.
    pub(super) machines: usize,
    /// How many more there are whose definitions cannot be read.
    pub(super) unread: usize,
    /// Whether a folder was searched.
    pub(super) searched: bool,
}

/// Reads every file that `files` names or that stands in a folder of `files`, has `prepare` change it and `check` look at
/// each definition in it, several files at a time. A file that cannot be read is told on stderr and stops nothing.
///
/// # Errors
/// When the values of placeholders, or a configuration, cannot be had.
pub(super) fn check(
    files: &[PathBuf],
    sources: &Sources,
    configs: &Configs,
    context: &Context,
    prepare: impl Fn(Arc<SourceFile>) -> Arc<SourceFile> + Sync,
    check: impl Fn(&Definition) -> Seen + Sync,
) -> Result<Checked, Failure> {
    let options = input::parse_options(&sources.placeholders)?;
    // One file needs no threads, and a folder is searched by several.
    let pool = match files {
        [file] if !file.is_dir() => None,
        _ => Some(input::pool()?),
    };
    let (named, searched) = match &pool {
        Some(pool) => pool.install(|| named(files, sources, configs))?,
        None => named(files, sources, configs)?,
    };
    context.say_left_out(&searched.left_out);
    // Findings are written when all is done.
    let progress = Progress::begin(context, "files", Some(named.len()), true);
    let one = |named: Named<'_>| {
        let name = named.name(&sources.stdin_filename);
        let result = (|| {
            let Found { input, by_search } = named.input?;
            let file = prepare(source::read(&input, &sources.stdin_filename)?);
            let found = match named.resource {
                Some(resource) => vec![Definition::in_file(file.clone(), &options, Some(resource))?],
                None if by_search => Definition::all_found_in(file.clone(), &options),
                None => Definition::all_in_file(file.clone(), &options),
            };
            let looked_at = found
                .iter()
                .map(|definition| Part::of(definition, by_search, &check));
            Ok(OfFile {
                parts: looked_at.collect(),
                file,
                by_search,
            })
        })();
        progress.advance();
        result.map_err(|failure: Failure| (name, failure))
    };
    let results: Vec<Result<OfFile, (String, Failure)>> = match &pool {
        Some(pool) => pool.install(|| named.into_par_iter().map(one).collect()),
        None => named.into_iter().map(one).collect(),
    };
    drop(progress);
    let mut gathering = Gathering::default();
    for result in results {
        match result {
            Ok(of_file) => gathering.add(of_file, context),
            Err((name, failure)) => {
                failure.print(context);
                gathering.failed.push((name, failure));
            }
        }
    }
    let is_searched = !searched.searched.is_empty();
    // A folder whose files cannot be read may hold one.
    let all_read = gathering.failed.is_empty();
    for folder in &searched.searched {
        let is_held = |path: &PathBuf| gathering.held.contains(&absolute(path));
        let has_none = !folder.files.iter().any(is_held);
        if all_read && has_none {
            let error = folder.nothing(Kind::Source);
            let name = error.name().to_owned();
            let failure = Failure::from(error);
            failure.print(context);
            gathering.failed.push((name, failure));
        }
    }
    Ok(gathering.finish(is_searched))
}

/// Every definition in files, folders and templates, each once, without what is [`Called`]. What cannot be read is told to
/// `skip`, and the others are read.
pub(super) fn all(
    arguments: &[PathBuf],
    context: &Context,
    mut skip: impl FnMut(Failure),
) -> Vec<Definition> {
    let options = ParseOptions::default();
    // With the file that a search came upon.
    let mut all: Vec<(Option<PathBuf>, Definition)> = Vec::new();
    let mut known = HashSet::new();
    for argument in arguments {
        if let (file, Some(resource)) = source::resource(argument) {
            let input = Input::of(file);
            if known.insert((Identity::of(&input), Some(resource))) {
                let read = || -> Result<Definition, Failure> {
                    let file = source::read(&input, "<stdin>")?;
                    Ok(Definition::in_file(file, &options, Some(resource))?)
                };
                match read() {
                    Ok(definition) => all.push((None, definition)),
                    Err(failure) => skip(failure),
                }
            }
            continue;
        }
        let argument = std::slice::from_ref(argument);
        let discovered = discovery::discover(
            argument,
            Kind::Source,
            options.reach.clone(),
            &discovery::no_patterns,
        );
        context.say_left_out(&discovered.left_out);
        let (mut holds_any, mut is_read) = (false, true);
        for found in discovered.found {
            let read = || {
                let Found { input, by_search } = found?;
                let file = source::read(&input, "<stdin>")?;
                Ok((input, by_search, file))
            };
            let (input, by_search, file) = match read() {
                Ok(read) => read,
                Err(error) => {
                    let error: ReadError = error;
                    is_read = false;
                    skip(error.into());
                    continue;
                }
            };
            let is_new = known.insert((Identity::of(&input), None));
            let found_in = path_of(&file).filter(|_| by_search);
            let definitions = match by_search {
                true => Definition::all_found_in(file, &options),
                false => Definition::all_in_file(file, &options),
            };
            holds_any |= !definitions.is_empty();
            if is_new {
                let definitions = definitions.into_iter();
                all.extend(definitions.map(|definition| (found_in.clone(), definition)));
            }
        }
        if let Some(folder) = discovered.searched.first()
            && !holds_any
            && is_read
        {
            skip(folder.nothing(Kind::Source).into());
        }
    }
    let mut called = Called::default();
    for (_, definition) in &all {
        called.add(definition);
    }
    let is_told_elsewhere = |found_in: &Option<PathBuf>, definition: &Definition| {
        found_in
            .as_ref()
            .is_some_and(|path| called.is_told(path, definition))
    };
    all.retain(|(found_in, definition)| !is_told_elsewhere(found_in, definition));
    all.into_iter().map(|(_, definition)| definition).collect()
}

/// A file that is looked at, and the state machine in it that is meant, where it is a template and one is named.
struct Named<'a> {
    input: Result<Found, ReadError>,
    resource: Option<&'a str>,
}

impl Named<'_> {
    /// What it is called where it cannot be read.
    fn name(&self, stdin: &str) -> String {
        match &self.input {
            Ok(Found {
                input: Input::File(path),
                ..
            }) => path.display().to_string(),
            Ok(_) => stdin.to_owned(),
            Err(error) => error.name().to_owned(),
        }
    }
}

/// The files that arguments name, and the folders that were searched for them.
fn named<'a>(
    files: &'a [PathBuf],
    sources: &Sources,
    configs: &Configs,
) -> Result<(Vec<Named<'a>>, Discovered), Failure> {
    let filters = Filters::new(&sources.search, configs)?;
    let patterns_of = |folder: &Path| filters.of(folder);
    let of_template = |path: &PathBuf| source::resource(path).1.is_some();
    let (mut found, mut searched) = (Vec::new(), Discovered::default());
    for run in files.chunk_by(|a, b| of_template(a) == of_template(b)) {
        if run.iter().any(of_template) {
            found.extend(run.iter().map(|path| {
                let (file, resource) = source::resource(path);
                let input = Input::of(file);
                let input = Ok(Found {
                    input,
                    by_search: false,
                });
                Named { input, resource }
            }));
        } else {
            let discovered = discovery::discover(run, Kind::Source, configs.reach(), &patterns_of);
            searched.searched.extend(discovered.searched);
            searched.left_out.extend(discovered.left_out);
            found.extend(discovered.found.into_iter().map(|input| Named {
                input,
                resource: None,
            }));
        }
    }
    let mut known = HashSet::new();
    found.retain(|named| match &named.input {
        Ok(Found { input, .. }) => {
            let is_wanted = match input {
                Input::File(path) => !filters.leaves_out(path),
                Input::Stdin => true,
            };
            is_wanted && known.insert((Identity::of(input), named.resource))
        }
        Err(_) => true,
    });
    filters.finish()?;
    Ok((found, searched))
}

/// What was seen of a file.
struct OfFile {
    file: Arc<SourceFile>,
    by_search: bool,
    parts: Vec<Part>,
}

/// What a command finds in a definition.
pub(super) struct Seen {
    /// What it finds in the file of the definition.
    pub(super) report: FileReport,
    /// What it finds in the template that names this file.
    pub(super) of_template: Vec<FileReport>,
}

impl From<FileReport> for Seen {
    fn from(report: FileReport) -> Seen {
        Seen {
            report,
            of_template: Vec::new(),
        }
    }
}

/// What was seen of a definition.
struct Part {
    report: FileReport,
    of_template: Vec<FileReport>,
    /// Whether no template holds or names it.
    is_own: bool,
    /// Whether a search came upon it, and no template holds or names it.
    is_alone: bool,
    /// Whether its file is a copy that the CDK made.
    is_copy: bool,
    /// Whether a template of another file names it.
    is_called: bool,
    is_unread: bool,
    /// Its name, where a search came upon it.
    by_search: Option<String>,
    /// See [`Definition::bodies`].
    bodies: Vec<(Arc<str>, String)>,
}

impl Part {
    fn of(definition: &Definition, by_search: bool, check: impl Fn(&Definition) -> Seen) -> Part {
        let Seen {
            mut report,
            of_template,
        } = check(definition);
        let callers = definition.callers();
        for caller in callers {
            let caller = caller.elsewhere();
            for finding in &mut report.findings {
                finding.elsewhere.push(caller.clone());
            }
        }
        Part {
            report,
            of_template,
            is_own: !definition.is_in_template(),
            is_alone: by_search && !definition.is_in_template(),
            is_copy: definition.is_copy(),
            is_called: !callers.is_empty(),
            is_unread: definition.is_unread(),
            by_search: by_search.then(|| definition.name()),
            bodies: definition.bodies().to_vec(),
        }
    }
}

/// The reports of many files, one a file.
#[derive(Default)]
struct Gathering {
    /// With the file of each, and what it is in the body of a module, where it may be one.
    parts: Vec<(Option<PathBuf>, Option<Body>, Part)>,
    called: Called,
    /// Named files without any state machine.
    without: Vec<FileReport>,
    /// The files that hold, or name, a state machine.
    held: HashSet<PathBuf>,
    /// What could not be read, by name.
    failed: Vec<(String, Failure)>,
}

impl Gathering {
    fn add(&mut self, of_file: OfFile, context: &Context) {
        if of_file.parts.is_empty() {
            if !of_file.by_search {
                let name = visible(of_file.file.name()).into_owned();
                context.say(&format!("{name} contains no state machine"));
                self.without.push(FileReport::new(of_file.file, Vec::new()));
            }
            return;
        }
        self.held.extend(path_of(&of_file.file));
        let file = path_of(&of_file.file);
        for part in of_file.parts {
            self.called.add_bodies(&part.bodies);
            let own = part.by_search.as_deref().zip(file.clone());
            let own = own.map(|(address, file)| Called::body(file, address));
            self.parts.push((path_of(&part.report.file), own, part));
        }
    }

    /// Tells what the CDK copied where it was written, if that was found, too.
    fn return_copies(&mut self) {
        if !self.parts.iter().any(|(_, _, part)| part.is_copy) {
            return;
        }
        let own = self.parts.iter().filter(|(_, _, part)| part.is_own);
        let own: Vec<_> = own
            .map(|(path, _, part)| (path.clone(), part.report.file.clone()))
            .collect();
        let originals: HashMap<&str, usize> = (own.iter().enumerate().rev())
            .map(|(index, (_, file))| (file.text(), index))
            .collect();
        for (path, _, part) in self.parts.iter_mut().filter(|(_, _, part)| part.is_copy) {
            if let Some(index) = originals.get(part.report.file.text()) {
                (*path, part.report.file) = own[*index].clone();
            }
        }
    }

    /// One report a file, without what is [`Called`].
    fn finish(mut self, searched: bool) -> Checked {
        self.return_copies();
        let named = self.parts.iter().filter(|(_, _, part)| part.is_called);
        for path in named.filter_map(|(path, ..)| path.clone()) {
            self.called.add_file(path);
        }
        let mut checked = Checked {
            reports: Vec::new(),
            failed: self.failed,
            machines: 0,
            unread: 0,
            searched,
        };
        let mut places: HashMap<Option<PathBuf>, (usize, Known)> = HashMap::new();
        for (path, own, part) in self.parts {
            let alone = path.as_ref().filter(|_| part.is_alone);
            if self.called.has(alone, own.as_ref()) {
                continue;
            }
            match part.is_unread {
                true => checked.unread += 1,
                false => checked.machines += 1,
            }
            let mut add = |path: Option<PathBuf>, own: FileReport, is_called: bool| {
                let (place, known) = places.entry(path).or_insert_with(|| {
                    let empty = FileReport::new(own.file.clone(), Vec::new());
                    checked.reports.push(empty);
                    (checked.reports.len() - 1, Known::new())
                });
                let report = &mut checked.reports[*place];
                let (before, new) = (report.aws_errors, own.aws_errors);
                report.merge(own, known);
                if is_called {
                    // One definition has its errors once, whoever names it.
                    report.aws_errors = before.max(new);
                }
            };
            // The template comes first, as it does where both are one.
            for of_template in part.of_template {
                add(path_of(&of_template.file), of_template, false);
            }
            add(path, part.report, part.is_called);
        }
        checked.reports.extend(self.without);
        checked
    }
}

/// Prints, for `--show-files`, which files contain state machines; nothing is said of what is in them.
///
/// # Errors
/// Those of [`check`], and when the result cannot be written.
pub(super) fn list(
    files: &[PathBuf],
    sources: &Sources,
    configs: &Configs,
    context: &Context,
) -> Result<Outcome, Failure> {
    let nothing = |definition: &Definition| FileReport::new(definition.file().clone(), Vec::new()).into();
    let checked = check(files, sources, configs, context, |file| file, nothing)?;
    context.text(|out| {
        for report in &checked.reports {
            writeln!(out, "{}", visible(report.file.name()))?;
        }
        Ok(())
    })?;
    Ok(match checked.failed.is_empty() {
        true => Outcome::Clean,
        false => Outcome::Unreadable,
    })
}

impl Checked {
    /// Whether anything can be said in sum: not where nothing could be read, which was said already.
    pub(super) fn has_result(&self) -> bool {
        match self.reports.is_empty() {
            true => self.failed.is_empty(),
            false => self.machines + self.unread > 0,
        }
    }

    /// Prints the findings; in JSON also what could not be read, which is the result where nothing could.
    ///
    /// # Errors
    /// When they cannot be written.
    pub(super) fn render(&self, format: Format, context: &Context) -> Result<(), Failure> {
        if format == Format::Json && self.reports.is_empty() && !self.failed.is_empty() {
            Failure::tell_all(self.failed.iter().map(|(_, failure)| failure));
            return Ok(());
        }
        context.rendered(!format.is_for_programs(), |out| match format {
            Format::Json => {
                let failed = self.failed.iter().map(|(file, failure)| failure.of_file(file));
                findings::json(&self.reports, &failed.collect::<Vec<_>>(), out)
            }
            _ => findings::render(&self.reports, format, context.color, out),
        })
    }

    /// What was read: `9 files`, `12 state machines in 9 files`.
    pub(super) fn read(&self, names_machines: bool) -> String {
        let files = counted(self.reports.len(), "file");
        match names_machines || self.searched || self.machines > self.reports.len() {
            true => format!("{} in {files}", counted(self.machines, "state machine")),
            false => files,
        }
    }

    /// What was not read, for the end of a sentence.
    pub(super) fn not_read(&self) -> String {
        let more = if self.machines > 0 {
            "more"
        } else {
            "state machine"
        };
        match (self.unread, self.machines) {
            (0, _) => String::new(),
            (1, _) => format!("; 1 {more} was not read"),
            (count, 0) => format!("; {count} {more}s were not read"),
            (count, _) => format!("; {count} {more} were not read"),
        }
    }
}
