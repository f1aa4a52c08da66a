//! How a text is to be read: its format, what it is for, and what its placeholders stand for.

use std::sync::Arc;

use super::assembly::Assemblies;
use super::{Before, Made, Reach, SourceFile};
use crate::diagnostics::Span;
use crate::value::{Map, Value};

/// The format of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// JSON, strict.
    Json,
    /// YAML 1.2.
    Yaml,
}

impl Format {
    /// The format of a file, told by its name and, where the name does not tell, by its first character.
    pub fn of(file: &SourceFile) -> Format {
        let ends = |end: &str| {
            let name = file.name().as_bytes();
            name.len() >= end.len() && name[name.len() - end.len()..].eq_ignore_ascii_case(end.as_bytes())
        };
        if ends(".json") {
            return Format::Json;
        }
        if ends(".yaml") || ends(".yml") {
            return Format::Yaml;
        }
        match file
            .text()
            .trim_start_matches('\u{feff}')
            .trim_start()
            .chars()
            .next()
        {
            Some('{' | '[') | None => Format::Json,
            _ => Format::Yaml,
        }
    }
}

/// What the placeholders of a template stand for: `--define NAME=VALUE` and `--substitutions FILE`.
#[derive(Debug, Clone, Default)]
pub struct Substitutions {
    values: Map,
}

impl Substitutions {
    /// Gives `${name}` the value that `text` spells: inside a string it is put in as it stands, and where a whole value
    /// belongs it is read as JSON, or is a string when it is none.
    pub fn define(&mut self, name: &str, text: &str) {
        self.values.insert(Arc::from(name), Value::string(text));
    }

    /// Gives each name of the object its value. `false`, and no change, when `values` is not an object.
    pub fn extend(&mut self, values: &Value) -> bool {
        let Some(map) = values.as_object() else {
            return false;
        };
        for (name, value) in map.iter() {
            self.values.insert(name.clone(), value.clone());
        }
        true
    }

    /// Gives `${name}` a value.
    pub(super) fn set(&mut self, name: &str, value: Value) {
        self.values.insert(Arc::from(name), value);
    }

    /// Whether something stands for `${name}`.
    pub(super) fn has(&self, name: &str) -> bool {
        self.values.get(name).is_some()
    }

    /// All of them, as an object.
    #[cfg(feature = "cli")]
    pub fn to_value(&self) -> Value {
        Value::object(self.values.clone())
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// The names that have a value.
    pub(super) fn names(&self) -> impl Iterator<Item = &Arc<str>> {
        self.values.iter().map(|(name, _)| name)
    }

    /// What stands for a whole value at `place`; `None` as well where that is too much.
    pub(super) fn value(&self, name: &str, made: &mut Made, place: Span) -> Option<Value> {
        let value = self.values.get(name)?;
        Some(match value.as_str() {
            // Read anew each time; other values are shared.
            Some(text) if !made.take(text.len(), place) => return None,
            Some(text) => super::parse_value(text).unwrap_or_else(|_| value.clone()),
            None => value.clone(),
        })
    }

    /// What is put in inside a string.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        let value = self.values.get(name)?;
        Some(value.as_str().map_or_else(|| value.to_json(), str::to_owned))
    }
}

/// How a text is to be read; the default is a definition whose format is told by name and content.
#[derive(Debug, Clone, Default)]
pub struct ParseOptions {
    /// The format, when it is known.
    pub format: Option<Format>,
    /// What placeholders stand for; the others stay placeholders.
    pub substitutions: Substitutions,
    /// Where files may lie that the text names.
    pub reach: Reach,
    /// Whether any value will do, as in an execution's input. A definition is an object.
    pub any_value: bool,
    /// Whether `${Name}` is text and nothing else, as in data that nobody deploys.
    pub no_placeholders: bool,
    /// Whether a part of a machine is taken for what it is: a state, or states without the machine around them.
    pub fragment: bool,
    /// Whether a broken text keeps its tree, as far as it can be told: an editor's, who is not done yet. Its mistakes are
    /// told as ever. Nothing that has to be right may be made of such a tree.
    pub mend: bool,
    /// Whether a list or object with a tag of CloudFormation's (`!Join [...]`) stays what it holds, under the function's
    /// long name, and is no placeholder: a template, whose functions are looked at.
    pub(super) keep_functions: bool,
    /// What the text was before, where it is read once more.
    pub before: Option<Before>,
    /// The CDK's assemblies that texts read so far stand in.
    pub(super) assemblies: Assemblies,
}

impl ParseOptions {
    /// The default, for a text that may name files within `reach`.
    pub fn within(reach: Reach) -> ParseOptions {
        ParseOptions {
            reach,
            ..ParseOptions::default()
        }
    }

    /// The same for a text of a version, whose files it may name.
    #[cfg(feature = "cli")]
    pub fn in_version(&self, version: Arc<dyn super::Version>) -> ParseOptions {
        ParseOptions {
            reach: Reach::in_version(version),
            assemblies: Assemblies::default(),
            ..self.clone()
        }
    }

    /// The same, where `noted` becomes true once another file is read.
    #[cfg(feature = "cli")]
    pub fn noting(&self, noted: Arc<std::sync::atomic::AtomicBool>) -> ParseOptions {
        ParseOptions {
            reach: self.reach.clone().noting(noted),
            // What is known already would not be noted.
            assemblies: Assemblies::default(),
            ..self.clone()
        }
    }

    /// A definition as it is sent to the API: JSON, in which a placeholder is but text.
    pub fn of_api() -> ParseOptions {
        ParseOptions {
            format: Some(Format::Json),
            no_placeholders: true,
            ..ParseOptions::default()
        }
    }
}
