//! `sfn-tool.toml`: which files are looked at, which rules run, how severe they are, and for which files; what executions cost.

mod matches;
mod schema;

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::Deserialize;

use crate::asl::MachineType;
use crate::cost::Prices;
use crate::diagnostics::{Finding, Help, Severity, Span, did_you_mean, joined, nearest};
use crate::discovery::{Paths, Patterns};
use crate::lint::{Rule, Selection, Settings, UnknownRule, find};
use crate::source::{self, Input, Reach, ReadError, SourceFile};

pub use schema::schema;

/// The name of the file, looked for in the folder of a definition and the ones above.
pub const FILE_NAME: &str = "sfn-tool.toml";

/// The most bytes of such a file: what is written by hand has some hundred, and the tree of TOML takes many times as many.
const MAX_BYTES: usize = 1 << 20;

/// A configuration that cannot be used.
#[derive(Debug, thiserror::Error, miette::Diagnostic)]
#[error("{}: {message}", path.display())]
#[diagnostic(help("{help}"))]
pub struct ConfigError {
    path: PathBuf,
    message: String,
    help: Box<Help>,
    /// What is wrong in a few words, and where, if the text is no TOML of ours.
    in_text: Option<(String, Range<usize>)>,
}

/// What findings about configurations are called.
const CODE: &str = "configuration";

impl ConfigError {
    /// The mistake in the configuration's text.
    pub fn finding(&self, text: &str) -> Finding {
        let (message, place) = match &self.in_text {
            Some((message, place)) => (message, place.clone()),
            // What is named wrongly stands between quotes.
            None => {
                let named = self
                    .message
                    .split('\'')
                    .nth(1)
                    .and_then(|name| Some((text.find(name)?, name.len())));
                let (start, length) = named.unwrap_or_default();
                (&self.message, start..start + length)
            }
        };
        Finding::error(CODE, message, Span::new(place.start, place.end)).with_help((*self.help).clone())
    }
}

/// A configuration file.
#[derive(Debug, Default)]
pub struct Config {
    /// Where it stands; `None` for the built-in one.
    path: Option<PathBuf>,
    lint: Choices,
    /// `include` and `exclude`, as they are written.
    include: Vec<String>,
    exclude: Vec<String>,
    /// The patterns of each entry of `files`.
    files: Vec<Paths>,
    /// Which files of folders are looked at; `None` where it does not say.
    patterns: Option<Arc<Patterns>>,
    prices: Prices,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Text {
    #[serde(default)]
    include: Vec<String>,
    #[serde(default)]
    exclude: Vec<String>,
    #[serde(default)]
    lint: Choices,
    #[serde(default)]
    cost: Prices,
}

/// What can be set for all files (the table `lint`) and for some (its list `files`).
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
struct Choices {
    select: Option<Vec<String>>,
    extend_select: Vec<String>,
    ignore: Vec<String>,
    r#type: Option<TypeName>,
    severity: BTreeMap<String, SeverityName>,
    rules: BTreeMap<String, BTreeMap<String, f64>>,
    /// Of `lint` alone.
    baseline: Option<PathBuf>,
    /// Of `lint` alone.
    files: Vec<Choices>,
    /// Of the entries of `files` alone.
    paths: Vec<String>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum TypeName {
    Standard,
    Express,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum SeverityName {
    Error,
    Warning,
    Info,
}

/// What the command line says; it comes before every file.
#[derive(Debug, Clone, Default)]
pub struct Overrides {
    /// The rules that run, instead of those from the configuration.
    pub select: Vec<String>,
    /// Additional rules that run.
    pub extend_select: Vec<String>,
    /// Rules that do not run.
    pub ignore: Vec<String>,
    /// The type of machine.
    pub machine_type: Option<MachineType>,
}

/// The key that was likely meant where the reader says that it does not know one: ``unknown field `selekt`, expected one
/// of `select`, `ignore` ``.
fn unknown_key(message: &str) -> Option<Help> {
    let rest = message.strip_prefix("unknown field `")?;
    let (key, known) = rest.split_once('`')?;
    let known = known.split('`').skip(1).step_by(2);
    let near = nearest(key, known)?;
    Some(Help::asks(near))
}

/// A mistake in a file of TOML, in a line: where and what. The parser's own text is a drawing of several.
fn in_one_line(cause: &toml::de::Error, text: &str) -> String {
    let what: Vec<&str> = cause.message().lines().map(str::trim).collect();
    let what = what.join(" ");
    match cause.span() {
        Some(place) => {
            let at = SourceFile::new("", text).position(place.start);
            format!("line {}, column {}: {what}", at.line, at.column)
        }
        None => what,
    }
}

impl Config {
    /// The file in `folder` or the nearest one above that has one.
    pub fn discover(folder: &Path) -> Option<PathBuf> {
        let folder = std::path::absolute(folder).ok()?;
        folder
            .ancestors()
            .map(|folder| folder.join(FILE_NAME))
            .find(|path| path.is_file())
    }

    /// Reads a file that the call names.
    ///
    /// # Errors
    /// When it cannot be read, is no TOML, or has a key, rule or option that does not exist.
    pub fn load(path: &Path) -> Result<Config, ConfigError> {
        Config::of_file(source::read(&Input::of(path), "<stdin>"), path)
    }

    /// Reads a file that [`Config::discover`] found.
    ///
    /// # Errors
    /// Those of [`Config::load`], and when it is a link to a file out of reach.
    pub fn load_found(path: &Path, reach: Reach) -> Result<Config, ConfigError> {
        Config::of_file(reach.read(path, path), path)
    }

    fn of_file(file: Result<Arc<SourceFile>, ReadError>, path: &Path) -> Result<Config, ConfigError> {
        let file = file.map_err(|error| ConfigError {
            path: path.to_owned(),
            message: format!("cannot be read: {}", error.with_cause()),
            help: Box::new("--isolated ignores configuration files".into()),
            in_text: None,
        })?;
        if file.text().len() > MAX_BYTES {
            return Err(ConfigError {
                path: path.to_owned(),
                message: format!("is larger than {} MiB", MAX_BYTES >> 20),
                help: Box::new("--isolated ignores configuration files".into()),
                in_text: None,
            });
        }
        Config::parse(file.text(), path)
    }

    /// Reads the text of a file that stands at `path`.
    ///
    /// # Errors
    /// Those of [`Config::load`].
    pub fn parse(text: &str, path: &Path) -> Result<Config, ConfigError> {
        let error = |message: String, help: Help| ConfigError {
            path: path.to_owned(),
            message,
            help: Box::new(help),
            in_text: None,
        };
        let Text {
            include,
            exclude,
            lint,
            cost,
        } = toml::from_str(text).map_err(|cause: toml::de::Error| {
            let help = unknown_key(cause.message())
                .unwrap_or_else(|| "schemas/config.schema.json describes the format".into());
            let place = cause.span().unwrap_or_default();
            let message = in_one_line(&cause, text);
            ConfigError {
                in_text: Some((cause.message().to_owned(), place)),
                ..error(message, help)
            }
        })?;
        if !lint.paths.is_empty() {
            return Err(error(
                "'paths' belongs in an entry of [[lint.files]]".to_owned(),
                "write [[lint.files]] before it".into(),
            ));
        }
        let mut files = Vec::new();
        for entry in &lint.files {
            if entry.baseline.is_some() || !entry.files.is_empty() {
                let message = "'baseline' and 'files' belong in [lint], not in an entry of its files";
                return Err(error(message.to_owned(), "move it up".into()));
            }
            if entry.paths.is_empty() {
                let message = "an entry of [[lint.files]] has no 'paths'";
                return Err(error(message.to_owned(), "add paths = [\"legacy/**\"]".into()));
            }
            let patterns = Paths::new(&entry.paths);
            files.push(
                patterns.map_err(|cause| {
                    error(cause.to_string(), "write a pattern such as \"legacy/**\"".into())
                })?,
            );
        }
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let patterns = match (&include[..], &exclude[..]) {
            ([], []) => None,
            _ => Some(Patterns::new(
                folder.unwrap_or(Path::new(".")),
                &include,
                &exclude,
            )),
        };
        let patterns = patterns.transpose().map_err(|cause| {
            let help = "write a pattern as .gitignore has them, such as \"*.asl.*\" or \"legacy/\"";
            error(cause.to_string(), help.into())
        })?;
        for choices in std::iter::once(&lint).chain(&lint.files) {
            check_names(choices).map_err(|(message, help)| error(message, help))?;
        }
        Ok(Config {
            path: Some(path.to_owned()),
            lint,
            include,
            exclude,
            files,
            patterns: patterns.map(Arc::new),
            prices: cost,
        })
    }

    /// What executions cost.
    pub fn prices(&self) -> &Prices {
        &self.prices
    }

    /// Which files of folders are looked at, where it says so; `included`: whether its `include` counts.
    pub fn patterns(&self, included: bool) -> Option<Arc<Patterns>> {
        let patterns = self.patterns.as_ref()?;
        Some(match included {
            true => patterns.clone(),
            false => Arc::new(Patterns::clone(patterns).without_include()),
        })
    }

    /// Where it stands; `None` for the built-in one.
    pub fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// The baseline it names, seen from where it stands.
    pub fn baseline(&self) -> Option<PathBuf> {
        let baseline = self.lint.baseline.as_ref()?;
        Some(match self.path.as_deref().and_then(Path::parent) {
            Some(folder) => folder.join(baseline),
            None => baseline.clone(),
        })
    }

    /// What holds for one file: the general part, then each entry of `files` that matches it in order, then `overrides`.
    ///
    /// # Errors
    /// A name in `overrides` that no rule has.
    pub fn settings(&self, file: &Path, overrides: &Overrides) -> Result<Settings, UnknownRule> {
        let mut layers = vec![&self.lint];
        let entries = self.lint.files.iter().zip(&self.files);
        // Of most configurations nothing is for some files only.
        let relative = if self.files.is_empty() {
            PathBuf::new()
        } else {
            self.relative(file)
        };
        layers.extend(
            entries
                .filter(|(_, patterns)| patterns.fit(&relative))
                .map(|(entry, _)| entry),
        );
        let mut settings = Settings {
            machine_type: overrides.machine_type,
            ..Settings::default()
        };
        let mut select: &[String] = &[];
        let (mut extend, mut ignore) = (Vec::new(), Vec::new());
        for layer in &layers {
            if let Some(named) = &layer.select {
                select = named;
                extend.clear();
            }
            extend.extend(layer.extend_select.iter().cloned());
            ignore.extend(layer.ignore.iter().cloned());
            if overrides.machine_type.is_none()
                && let Some(name) = layer.r#type
            {
                settings.machine_type = Some(name.into());
            }
            for (name, severity) in &layer.severity {
                if let Some(rule) = find(name) {
                    settings.severities.insert(rule.name, (*severity).into());
                }
            }
            for (name, options) in &layer.rules {
                set_options(&mut settings, name, options);
            }
        }
        if !overrides.select.is_empty() {
            select = &overrides.select;
            extend.clear();
            // What is asked for by name runs, whatever the configuration ignores.
            ignore.clear();
        }
        extend.extend(overrides.extend_select.iter().cloned());
        ignore.extend(overrides.ignore.iter().cloned());
        settings.selection = Selection::new(select, &ignore)?.with(&extend, &ignore)?;
        Ok(settings)
    }

    /// The path of a file as patterns see it: from the configuration's folder on.
    fn relative(&self, file: &Path) -> PathBuf {
        let folder = self
            .path
            .as_deref()
            .and_then(Path::parent)
            .and_then(|f| std::path::absolute(f).ok());
        let absolute = std::path::absolute(file).unwrap_or_else(|_| file.to_owned());
        match folder.and_then(|folder| absolute.strip_prefix(folder).map(Path::to_owned).ok()) {
            Some(relative) => relative,
            None => absolute,
        }
    }
}

/// Every rule and option that is named exists.
fn check_names(choices: &Choices) -> Result<(), (String, Help)> {
    let selected = choices
        .select
        .iter()
        .flatten()
        .chain(&choices.extend_select)
        .chain(&choices.ignore);
    for name in selected {
        Selection::named(std::slice::from_ref(name)).map_err(|error| (error.to_string(), error.help()))?;
    }
    for name in choices.severity.keys().chain(choices.rules.keys()) {
        Selection::rule(name).map_err(|error| (error.to_string(), error.help()))?;
    }
    for (name, options) in &choices.rules {
        let Some(rule) = find(name) else { continue };
        for option in options.keys() {
            if rule.options.iter().any(|known| known.name == option) {
                continue;
            }
            let known: Vec<&str> = rule.options.iter().map(|option| option.name).collect();
            let help = did_you_mean(option, known.iter().copied(), || match &known[..] {
                [] => "it has no options".to_owned(),
                known => format!("it has {}", joined(known, "and")),
            });
            return Err((format!("the rule '{name}' has no option '{option}'"), help));
        }
    }
    Ok(())
}

fn set_options(settings: &mut Settings, name: &str, options: &BTreeMap<String, f64>) {
    let Some(rule) = find(name) else { return };
    for (option, value) in options {
        if let Some(known) = rule.options.iter().find(|known| known.name == option) {
            settings.options.insert((rule.name, known.name), *value);
        }
    }
}

impl From<TypeName> for MachineType {
    fn from(name: TypeName) -> MachineType {
        match name {
            TypeName::Standard => MachineType::Standard,
            TypeName::Express => MachineType::Express,
        }
    }
}

impl From<SeverityName> for Severity {
    fn from(name: SeverityName) -> Severity {
        match name {
            SeverityName::Error => Severity::Error,
            SeverityName::Warning => Severity::Warning,
            SeverityName::Info => Severity::Info,
        }
    }
}

impl Settings {
    /// The settings as a `sfn-tool.toml` that says the same: every rule that runs, severities and options.
    pub fn to_toml(&self) -> String {
        let mut lint = toml::Table::new();
        if let Some(machine_type) = self.machine_type {
            let name = match machine_type {
                MachineType::Standard => "standard",
                MachineType::Express => "express",
            };
            lint.insert("type".to_owned(), name.into());
        }
        let rules: Vec<&'static Rule> = crate::lint::all()
            .filter(|rule| self.selection.contains(rule))
            .collect();
        let names: Vec<toml::Value> = rules.iter().map(|rule| rule.name.into()).collect();
        lint.insert("select".to_owned(), names.into());
        let severities: toml::Table = rules
            .iter()
            .map(|rule| {
                let severity = self.severities.get(rule.name).copied().unwrap_or(rule.severity);
                (rule.name.to_owned(), severity.as_word().into())
            })
            .collect();
        lint.insert("severity".to_owned(), severities.into());
        let options: toml::Table = rules
            .iter()
            .filter(|rule| !rule.options.is_empty())
            .map(|rule| {
                let options = rule.options.iter();
                let values: toml::Table = options
                    .map(|option| (option.name.to_owned(), self.option(rule, option.name).into()))
                    .collect();
                (rule.name.to_owned(), values.into())
            })
            .collect();
        lint.insert("rules".to_owned(), options.into());
        let mut root = toml::Table::new();
        root.insert("lint".to_owned(), lint.into());
        root.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(text: &str) -> Result<Config, ConfigError> {
        Config::parse(text, Path::new("/project/sfn-tool.toml"))
    }

    fn runs(settings: &Settings, name: &str) -> bool {
        settings.selection.contains(find(name).expect("a rule"))
    }

    #[test]
    fn later_layers_win() {
        let config = config(
            r#"
            [lint]
            type = "express"
            ignore = ["missing-catch"]
            extend-select = ["missing-comment"]
            severity = { missing-retry = "info" }
            [lint.rules.retry-budget]
            hours = 2
            [[lint.files]]
            paths = ["legacy/**"]
            type = "standard"
            select = ["flow", "missing-retry"]
            ignore = ["no-way-out"]
            "#,
        )
        .expect("a configuration");
        let none = Overrides::default();
        let general = config
            .settings(Path::new("/project/a.asl.json"), &none)
            .expect("rules");
        assert_eq!(general.machine_type, Some(MachineType::Express));
        assert!(
            !runs(&general, "missing-catch")
                && runs(&general, "missing-comment")
                && runs(&general, "no-way-out")
        );
        assert_eq!(general.severities.get("missing-retry"), Some(&Severity::Info));
        assert_eq!(
            general.option(find("retry-budget").expect("a rule"), "hours"),
            2.0
        );
        assert_eq!(
            general.option(find("retry-budget").expect("a rule"), "attempts"),
            100.0
        );
        let legacy = config
            .settings(Path::new("/project/legacy/x/b.asl.json"), &none)
            .expect("rules");
        assert_eq!(legacy.machine_type, Some(MachineType::Standard));
        assert!(runs(&legacy, "choice-without-default") && runs(&legacy, "missing-retry"));
        assert!(
            !runs(&legacy, "no-way-out")
                && !runs(&legacy, "missing-comment")
                && !runs(&legacy, "missing-timeout")
        );
        let asked = Overrides {
            select: vec!["missing-catch".to_owned()],
            ..Overrides::default()
        };
        let asked = config
            .settings(Path::new("/project/a.asl.json"), &asked)
            .expect("rules");
        assert!(runs(&asked, "missing-catch") && !runs(&asked, "missing-comment"));
    }

    #[test]
    fn a_mistake_has_its_place_in_the_text() {
        for (text, place) in [
            ("[lint]\nselct = []", "selct"),
            ("[lint]\nignore = [\"missing-cach\"]", "missing-cach"),
            ("[lint.severity]\nmissing-retry = \"bad\"", "\"bad\""),
        ] {
            let finding = config(text).expect_err(text).finding(text);
            assert_eq!(&text[finding.span.range()], place, "{finding:?}");
            assert!(!finding.message.contains('\n'), "{finding:?}");
        }
    }

    #[test]
    fn a_file_is_read_up_to_a_size() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join(FILE_NAME);
        let write = |bytes: usize| std::fs::write(&path, "#".repeat(bytes)).expect("a file");
        write(MAX_BYTES);
        Config::load(&path).expect("a comment");
        write(MAX_BYTES + 1);
        let error = Config::load(&path).expect_err("it is too large");
        assert!(error.to_string().ends_with("is larger than 1 MiB"), "{error}");
    }

    #[test]
    fn mistakes_are_named() {
        for (text, words) in [
            ("[lint]\nselct = []", "selct"),
            (
                "[lint]\nignore = [\"missing-cach\"]",
                "there is no lint rule 'missing-cach'",
            ),
            ("[lint.rules.retry-budget]\nhour = 1", "has no option 'hour'"),
            ("[lint.severity]\nmissing-retry = \"bad\"", "bad"),
            ("[[lint.files]]\npaths = [\"a[\"]", "a["),
            ("[lint", "line 1, column 6: "),
            ("exclude = [\"a{b\"]", "the pattern 'a{b'"),
        ] {
            let error = config(text).expect_err(text).to_string();
            assert!(error.contains(words), "{text}: {error}");
        }
    }
}
