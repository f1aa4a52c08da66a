//! A call's arguments as a command line. Texts become files of a folder that goes with the call; paths must lie in the
//! folder that the server was started in.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value};
use tempfile::TempDir;

use super::tools::{Kind, Parameter, Tool};
use crate::diagnostics::did_you_mean;

/// A command line, ready to be run.
#[derive(Debug)]
pub(super) struct Call {
    pub(super) arguments: Vec<String>,
    /// The texts, as files.
    texts: Option<TempDir>,
}

/// Arguments that make no call; the agent that sent them can do better.
#[derive(Debug, thiserror::Error)]
pub(super) enum BadCall {
    #[error("{tool} takes no argument '{name}': {help}")]
    Unknown {
        tool: &'static str,
        name: String,
        help: String,
    },
    #[error("'{name}' must be {expected}")]
    Type { name: &'static str, expected: String },
    #[error("give {0}")]
    Missing(String),
    #[error("give {0} or {1}, not both")]
    Both(&'static str, &'static str),
    #[error("{path} does not exist in {root}")]
    NotFound { path: String, root: String },
    #[error("{path} lies outside {root}, the folder that the server was started in")]
    Outside { path: String, root: String },
    #[error("cannot write the text to a file: {0}")]
    Write(#[from] io::Error),
}

impl Call {
    /// The command line of a call of `tool` by a server that was started in `root`.
    ///
    /// # Errors
    /// When the arguments do not fit the tool, or a path leads out of `root`.
    pub(super) fn new(tool: &'static Tool, given: &Map<String, Value>, root: &Path) -> Result<Call, BadCall> {
        if let Some(name) = given
            .keys()
            .find(|name| !tool.names().any(|known| known == *name))
        {
            let help = did_you_mean(name, tool.names(), || {
                format!("it takes {}", tool.names().collect::<Vec<_>>().join(", "))
            });
            return Err(BadCall::Unknown {
                tool: tool.name,
                name: name.clone(),
                help: help.words,
            });
        }
        let mut making = Making {
            given,
            root,
            options: tool.command.iter().map(|&part| part.to_owned()).collect(),
            operands: Vec::new(),
            texts: None,
        };
        for parameter in tool.parameters {
            making.add(parameter)?;
        }
        making.check_sources(tool)?;
        let Making {
            mut options,
            operands,
            texts,
            ..
        } = making;
        if tool.name == "graph" && !given.contains_key("format") {
            options.push("--format=json".to_owned());
        }
        // No operand is taken for an option.
        options.push("--".to_owned());
        options.extend(operands);
        Ok(Call {
            arguments: options,
            texts,
        })
    }

    /// What the program printed, with the names that texts have for the caller.
    pub(super) fn named(&self, printed: String) -> String {
        match &self.texts {
            Some(folder) => printed.replace(&format!("{}/", folder.path().display()), ""),
            None => printed,
        }
    }
}

/// A command line on its way.
struct Making<'a> {
    given: &'a Map<String, Value>,
    root: &'a Path,
    options: Vec<String>,
    operands: Vec<String>,
    texts: Option<TempDir>,
}

impl Making<'_> {
    fn add(&mut self, parameter: &Parameter) -> Result<(), BadCall> {
        let Parameter { name, kind, .. } = *parameter;
        let value = self.given.get(name);
        let wrong = |expected: &str| BadCall::Type {
            name,
            expected: expected.to_owned(),
        };
        match (kind, value) {
            (Kind::Definition { file }, value) => {
                if let Some(path) = self.source(name, value, file, true)? {
                    self.operands.push(path);
                } else if parameter.is_required {
                    return Err(BadCall::Missing(format!("{name} or {file}")));
                }
            }
            (
                Kind::Data {
                    file,
                    option,
                    is_text,
                },
                value,
            ) => {
                if let Some(path) = self.source(name, value, file, is_text)? {
                    self.options.push(format!("{option}={path}"));
                }
            }
            (Kind::SwitchOff(option), value) => match value {
                None | Some(Value::Bool(false)) => self.options.push(option.to_owned()),
                Some(Value::Bool(true)) => {}
                Some(_) => return Err(wrong("true or false")),
            },
            (Kind::Number(option, Some(otherwise)), None) => {
                self.options.push(format!("{option}={otherwise}"))
            }
            (_, None) if parameter.is_required => return Err(BadCall::Missing(name.to_owned())),
            (_, None) => {}
            (Kind::Files { .. }, Some(value)) => {
                // One needs no array.
                let paths = value
                    .as_array()
                    .map_or(std::slice::from_ref(value), Vec::as_slice);
                for path in paths {
                    let path = path.as_str().ok_or_else(|| wrong("an array of paths"))?;
                    let path = self.path(path)?;
                    self.operands.push(path);
                }
            }
            (Kind::Argument, Some(value)) => {
                let text = value.as_str().ok_or_else(|| wrong("a string"))?;
                self.operands.push(text.to_owned());
            }
            (Kind::Text(option), Some(value)) => {
                let text = value.as_str().ok_or_else(|| wrong("a string"))?;
                self.options.push(format!("{option}={text}"));
            }
            (Kind::Word(option, words), Some(value)) => {
                let is_meant = |word: &&&str| {
                    value
                        .as_str()
                        .is_some_and(|given| given.eq_ignore_ascii_case(word))
                };
                let word = words.iter().find(is_meant);
                let word = word.ok_or_else(|| wrong(&format!("one of {}", words.join(", "))))?;
                self.options.push(format!("{option}={word}"));
            }
            (Kind::Choice(words), Some(value)) => {
                let chosen = words.iter().find(|(word, _)| value.as_str() == Some(word));
                let names: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
                let (_, option) = chosen.ok_or_else(|| wrong(&format!("one of {}", names.join(", "))))?;
                self.options.push((*option).to_owned());
            }
            (Kind::Number(option, _), Some(value)) => {
                let number = value.as_u64().ok_or_else(|| wrong("a whole number from 0"))?;
                self.options.push(format!("{option}={number}"));
            }
            (Kind::Switch(option), Some(value)) => {
                if value.as_bool().ok_or_else(|| wrong("true or false"))? {
                    self.options.push(option.to_owned());
                }
            }
            (Kind::OfAnswer, Some(value)) => {
                value.as_bool().ok_or_else(|| wrong("true or false"))?;
            }
        }
        Ok(())
    }

    /// Without a definition there is nothing to do, unless there is something to look at otherwise.
    fn check_sources(&mut self, tool: &Tool) -> Result<(), BadCall> {
        let sources: Vec<&str> = (tool.parameters.iter())
            .flat_map(|parameter| match parameter.kind {
                Kind::Files { .. } => vec![parameter.name],
                Kind::Definition { file } => vec![parameter.name, file],
                _ => Vec::new(),
            })
            .collect();
        if sources.is_empty() || !self.operands.is_empty() {
            return Ok(());
        }
        let otherwise = tool.parameters.iter().find_map(|parameter| match parameter.kind {
            Kind::Files { otherwise } => otherwise,
            _ => None,
        });
        if let Some(otherwise) = otherwise {
            self.operands.push(otherwise.to_owned());
            return Ok(());
        }
        Err(BadCall::Missing(sources.join(" or ")))
    }

    /// The path of what a call gives as a text or a value, or names by its path.
    fn source(
        &mut self,
        name: &'static str,
        value: Option<&Value>,
        file: &'static str,
        is_text: bool,
    ) -> Result<Option<String>, BadCall> {
        match (value, self.given.get(file)) {
            (Some(_), Some(_)) => Err(BadCall::Both(name, file)),
            (None, None) => Ok(None),
            (None, Some(path)) => {
                let path = path.as_str().ok_or(BadCall::Type {
                    name: file,
                    expected: "a path".to_owned(),
                })?;
                self.path(path).map(Some)
            }
            (Some(value), None) => {
                let text = match value {
                    // As AWS's API takes it: an object or array as text is what it spells.
                    Value::String(text) if is_text || spells_object(text) => text.clone(),
                    value => value.to_string(),
                };
                self.write(name, &text).map(Some)
            }
        }
    }

    /// A file of its own for a text.
    fn write(&mut self, name: &str, text: &str) -> Result<String, BadCall> {
        let folder = match &self.texts {
            Some(folder) => folder,
            None => self
                .texts
                .insert(tempfile::Builder::new().prefix("sfn-tool-mcp-").tempdir()?),
        };
        let is_json =
            text.trim_start().starts_with(['{', '[']) || serde_json::from_str::<Value>(text).is_ok();
        let kind = if is_json { "json" } else { "yaml" };
        let path = folder.path().join(format!("{name}.asl.{kind}"));
        fs::write(&path, text)?;
        Ok(path.display().to_string())
    }

    /// A path as the program takes it: as it was given, where it leads into the folder.
    fn path(&self, given: &str) -> Result<String, BadCall> {
        let root = || self.root.display().to_string();
        let path = |text: &str| self.root.join(text).canonicalize().ok();
        // TEMPLATE#RESOURCE
        let template = || given.rsplit_once('#').and_then(|(file, _)| path(file));
        let found: PathBuf = path(given).or_else(template).ok_or_else(|| BadCall::NotFound {
            path: given.to_owned(),
            root: root(),
        })?;
        if !found.starts_with(self.root) {
            return Err(BadCall::Outside {
                path: given.to_owned(),
                root: root(),
            });
        }
        // `-` would be stdin.
        Ok(match given.starts_with('-') {
            true => format!("./{given}"),
            false => given.to_owned(),
        })
    }
}

/// Whether a text is an object or array in JSON.
fn spells_object(text: &str) -> bool {
    let value = serde_json::from_str::<Value>(text);
    value.is_ok_and(|value| value.is_object() || value.is_array())
}
