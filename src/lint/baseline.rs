//! A baseline: findings that were there when lint was adopted, and that are left out until they are gone.
//!
//! A finding is known by its file, rule and AWS's location, so that lines may move. Of several with the same three a
//! count is kept. An entry of a list may move as well: what is left of the known ones of one list is not new at another
//! index.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::diagnostics::Finding;
use crate::source::{self, Input, Reach, ReadError, SourceFile};

/// The version of the file's form.
const VERSION: u32 = 1;

/// A baseline that cannot be used.
#[derive(Debug, thiserror::Error, miette::Diagnostic)]
#[error("{}: {message}", path.display())]
#[diagnostic(help("write it anew with --write-baseline"))]
pub struct BaselineError {
    path: PathBuf,
    message: String,
}

/// Known findings, by file.
#[derive(Debug, Default)]
pub struct Baseline {
    /// The folder that its file names are seen from.
    folder: PathBuf,
    files: BTreeMap<String, BTreeMap<Key, usize>>,
}

/// Rule and location.
type Key = (String, String);

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Text {
    version: u32,
    files: BTreeMap<String, Vec<Entry>>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    rule: String,
    location: String,
    #[serde(default = "one", skip_serializing_if = "is_one")]
    count: usize,
}

fn one() -> usize {
    1
}

fn is_one(count: &usize) -> bool {
    *count == 1
}

impl Baseline {
    /// An empty one for a file at `path`.
    pub fn new(path: &Path) -> Baseline {
        let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        Baseline {
            folder: path.parent().map(Path::to_owned).unwrap_or_default(),
            files: BTreeMap::new(),
        }
    }

    /// Reads a baseline that the call names.
    ///
    /// # Errors
    /// When it cannot be read, or is none.
    pub fn load(path: &Path) -> Result<Baseline, BaselineError> {
        Baseline::of_file(source::read(&Input::of(path), "<stdin>"), path)
    }

    /// Reads a baseline that the configuration `by` names.
    ///
    /// # Errors
    /// Those of [`Baseline::load`], and when it is out of reach.
    pub fn load_named(path: &Path, by: &Path, reach: Reach) -> Result<Baseline, BaselineError> {
        Baseline::of_file(reach.read(path, by), path)
    }

    fn of_file(file: Result<Arc<SourceFile>, ReadError>, path: &Path) -> Result<Baseline, BaselineError> {
        let error = |message: String| BaselineError {
            path: path.to_owned(),
            message,
        };
        let file = file.map_err(|cause| error(format!("cannot be read: {}", cause.with_cause())))?;
        let text: Text =
            serde_json::from_str(file.text()).map_err(|cause| error(format!("is no baseline: {cause}")))?;
        if text.version != VERSION {
            return Err(error(format!(
                "has version {}, and {VERSION} is known",
                text.version
            )));
        }
        let mut baseline = Baseline::new(path);
        for (file, entries) in text.files {
            let known = baseline.files.entry(file).or_default();
            for entry in entries {
                *known.entry((entry.rule, entry.location)).or_default() += entry.count;
            }
        }
        Ok(baseline)
    }

    /// Whether a text is a baseline of any version.
    pub fn is_one(text: &str) -> bool {
        let value = serde_json::from_str::<serde_json::Value>(text).unwrap_or_default();
        value["version"].is_number() && value["files"].is_object()
    }

    /// Adds the findings of a file.
    pub fn add(&mut self, file: &Path, findings: &[Finding]) {
        if findings.is_empty() {
            return;
        }
        let known = self.files.entry(self.name(file)).or_default();
        for key in findings.iter().flat_map(keys) {
            *known.entry(key).or_default() += 1;
        }
    }

    /// Takes out the findings that are known; gives the known ones that are gone, as `file: rule at location`. What
    /// `ran` says did not run this time may be there still.
    pub fn filter(
        &self,
        file: &Path,
        findings: &mut Vec<Finding>,
        ran: impl Fn(&str) -> bool,
    ) -> Vec<String> {
        let name = self.name(file);
        let mut known = self.files.get(&name).cloned().unwrap_or_default();
        let mut kept: Vec<usize> = (0..findings.len()).collect();
        // One that is told for several places is known when each of them is.
        kept.retain(|i| {
            let mut is_new = false;
            for key in keys(&findings[*i]) {
                match known.get_mut(&key) {
                    Some(count) if *count > 0 => *count -= 1,
                    _ => is_new = true,
                }
            }
            is_new
        });
        // By rule and location without indexes; the keys of those that are left.
        let mut moved: BTreeMap<Key, Vec<Key>> = BTreeMap::new();
        for (key, count) in &known {
            let list = moved.entry(without_indexes(key)).or_default();
            list.extend(std::iter::repeat_n(key.clone(), *count));
        }
        kept.retain(|i| {
            let finding = &findings[*i];
            if !finding.also_at.is_empty() {
                return true;
            }
            let list = moved.get_mut(&without_indexes(&key(finding)));
            match list.and_then(Vec::pop).and_then(|key| known.get_mut(&key)) {
                Some(count) => {
                    *count -= 1;
                    false
                }
                None => true,
            }
        });
        *findings = Finding::rearrange(std::mem::take(findings), &kept);
        let left = known.iter().filter(|((rule, _), _)| ran(rule));
        left.flat_map(|(key, count)| std::iter::repeat_n(gone(&name, key), *count))
            .collect()
    }

    /// The known findings of files that do not exist any more, as [`Baseline::filter`] gives them.
    pub fn of_lost_files(&self) -> Vec<String> {
        let lost = self
            .files
            .iter()
            .filter(|(name, _)| !self.folder.join(name).exists());
        lost.flat_map(|(name, known)| {
            let each = known.iter();
            each.flat_map(move |(key, count)| std::iter::repeat_n(gone(name, key), *count))
        })
        .collect()
    }

    /// The file's text.
    pub fn to_json(&self) -> String {
        let entries = |known: &BTreeMap<Key, usize>| {
            let entries = known.iter().map(|((rule, location), count)| Entry {
                rule: rule.clone(),
                location: location.clone(),
                count: *count,
            });
            entries.collect()
        };
        let text = Text {
            version: VERSION,
            files: self
                .files
                .iter()
                .map(|(file, known)| (file.clone(), entries(known)))
                .collect(),
        };
        // Maps with text as keys always become JSON.
        let mut json = serde_json::to_string_pretty(&text).unwrap_or_default();
        json.push('\n');
        json
    }

    /// A file as the baseline names it: from its own folder on, with `/`.
    fn name(&self, file: &Path) -> String {
        let absolute = std::path::absolute(file).unwrap_or_else(|_| file.to_owned());
        let path = absolute.strip_prefix(&self.folder).unwrap_or(&absolute);
        path.components()
            .map(|part| part.as_os_str().to_string_lossy())
            .collect::<Vec<_>>()
            .join("/")
    }
}

fn gone(file: &str, (rule, location): &Key) -> String {
    match location.is_empty() {
        true => format!("{file}: {rule}"),
        false => format!("{file}: {rule} at {location}"),
    }
}

/// `/States/A/Retry[]` for `/States/A/Retry[1]`.
fn without_indexes((rule, location): &Key) -> Key {
    let mut out = String::with_capacity(location.len());
    for part in location.split_inclusive('[') {
        let rest = match out.ends_with('[') {
            true => part.trim_start_matches(|c: char| c.is_ascii_digit()),
            false => part,
        };
        out.push_str(rest);
    }
    (rule.clone(), out)
}

fn key(finding: &Finding) -> Key {
    (
        finding.code.to_string(),
        finding.location.clone().unwrap_or_default(),
    )
}

/// By each of the places that a finding is told for.
fn keys(finding: &Finding) -> impl Iterator<Item = Key> {
    let more = finding
        .also_at
        .iter()
        .map(|at| (finding.code.to_string(), at.clone()));
    std::iter::once(key(finding)).chain(more)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostics::Span;

    fn finding(rule: &'static str, location: &str, at: usize) -> Finding {
        Finding::warning(rule, "m", Span::at(at)).with_location(location)
    }

    #[test]
    fn what_is_told_for_several_places_is_known_when_each_is() {
        let file = Path::new("/p/a.asl.json");
        let group = |more: &[&str]| {
            let one = finding("r", "/States/A", 1);
            more.iter().fold(one, |one, at| one.with_also_at(*at))
        };
        let mut baseline = Baseline::new(Path::new("/p/baseline.json"));
        baseline.add(file, &[group(&["/States/B", "/States/C"])]);
        let left = |finding: Finding| {
            let mut now = vec![finding];
            let gone = baseline.filter(file, &mut now, |_| true);
            (now.len(), gone)
        };
        assert_eq!(left(group(&["/States/B", "/States/C"])), (0, vec![]));
        // One of them was mended.
        let mended = "a.asl.json: r at /States/C".to_owned();
        assert_eq!(left(group(&["/States/B"])), (0, vec![mended]));
        // One has come.
        assert_eq!(left(group(&["/States/B", "/States/C", "/States/D"])), (1, vec![]));
    }

    #[test]
    fn an_entry_of_a_list_may_move() {
        let file = Path::new("/p/a.asl.json");
        let mut baseline = Baseline::new(Path::new("/p/baseline.json"));
        baseline.add(
            file,
            &[
                finding("r", "/States/A/Retry[0]/ErrorEquals[1]", 1),
                finding("r", "/States/B/Choices[2]", 2),
            ],
        );
        let mut now = vec![
            finding("r", "/States/A/Retry[1]/ErrorEquals[0]", 5),
            finding("r", "/States/A/Retry[2]/ErrorEquals[0]", 6),
            finding("s", "/States/A/Retry[3]/ErrorEquals[0]", 7),
            finding("r", "/States/C/Choices[2]", 8),
        ];
        let gone = baseline.filter(file, &mut now, |_| true);
        let left: Vec<u32> = now.iter().map(|finding| finding.span.start).collect();
        // One of the two that are alike is the old one.
        assert_eq!(left, [6, 7, 8]);
        assert_eq!(gone, ["a.asl.json: r at /States/B/Choices[2]"]);
    }

    #[test]
    fn known_findings_are_left_out_as_often_as_they_were_there() {
        let mut baseline = Baseline::new(Path::new("/p/baseline.json"));
        baseline.add(
            Path::new("/p/a/b.asl.json"),
            &[
                finding("r", "/States/A", 1),
                finding("r", "/States/A", 2),
                finding("s", "/States/B", 3),
            ],
        );
        let json = baseline.to_json();
        assert!(
            json.contains("\"a/b.asl.json\"") && json.contains("\"count\": 2"),
            "{json}"
        );
        let mut now = vec![
            finding("r", "/States/A", 7),
            finding("r", "/States/A", 8),
            finding("r", "/States/A", 9),
            finding("r", "/States/B", 10),
        ];
        let file = Path::new("/p/a/b.asl.json");
        let mut again = now.clone();
        let gone = baseline.filter(file, &mut now, |_| true);
        let left: Vec<u32> = now.iter().map(|finding| finding.span.start).collect();
        assert_eq!(
            (left, gone),
            (vec![9, 10], vec!["a/b.asl.json: s at /States/B".to_owned()])
        );
        // A rule that did not run says nothing about what is there.
        let gone = baseline.filter(file, &mut again, |rule| rule == "r");
        assert_eq!(gone, Vec::<String>::new());
        assert_eq!(baseline.of_lost_files().len(), 3);
    }
}
