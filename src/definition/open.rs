//! Opening a definition: a file, a template's resource, a text.

use std::path::Path;
use std::sync::Arc;

use super::Definition;
use crate::asl::MachineType;
use crate::source::{self, Input, ParseOptions, Reach, ReadError, ResourceError, SourceFile};
use crate::value::Value;

/// How a definition is opened: what its placeholders stand for, and its type.
///
/// ```no_run
/// use sfn_tool::{MachineType, Open};
///
/// let definition = Open::new()
///     .substitute("Table", "orders")
///     .machine_type(MachineType::Express)
///     .file("template.yaml#Orders")?;
/// # Ok::<(), sfn_tool::OpenError>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct Open {
    options: ParseOptions,
    machine_type: Option<MachineType>,
}

impl Open {
    /// Without substitutions; of the type that a template says, otherwise Standard.
    pub fn new() -> Open {
        Open::default()
    }

    /// Puts `value` in the place of `${name}`: as text where the placeholder stands in a string, as the JSON that it is
    /// where it stands without quotes.
    pub fn substitute(mut self, name: &str, value: impl Into<serde_json::Value>) -> Open {
        let values = serde_json::json!({ name: value.into() });
        self.options.substitutions.extend(&Value::from(&values));
        self
    }

    /// Lets a template name files outside of its repository, which else are not read: the innermost git work tree around
    /// it; where there is none, the current folder, or the template's own if that lies elsewhere.
    pub fn allow_outside(mut self) -> Open {
        self.options.reach = Reach::new(true);
        self
    }

    /// Takes it for a machine of this type, whatever a template says.
    pub fn machine_type(mut self, machine_type: MachineType) -> Open {
        self.machine_type = Some(machine_type);
        self
    }

    /// Opens a definition in JSON or YAML, or with `TEMPLATE#RESOURCE` a state machine of a template (CloudFormation, SAM,
    /// CDK, Serverless Framework, Terraform). The resource need not be named where there is but one.
    ///
    /// What is wrong with the definition is no error here: [`Definition::validate`] says it.
    ///
    /// # Errors
    /// When the file cannot be read, or does not hold that one definition.
    pub fn file(&self, path: impl AsRef<Path>) -> Result<Definition, OpenError> {
        let (path, resource) = source::resource(path.as_ref());
        let file = source::read(&Input::File(path.to_owned()), "")?;
        self.read(file, resource)
    }

    /// Opens the definition that is this text, in JSON or YAML.
    ///
    /// # Errors
    /// When it is a template that does not hold just one state machine.
    pub fn text(&self, text: &str) -> Result<Definition, OpenError> {
        self.read(Arc::new(SourceFile::new("definition", text)), None)
    }

    fn read(&self, file: Arc<SourceFile>, resource: Option<&str>) -> Result<Definition, OpenError> {
        let definition = Definition::in_file(file, &self.options, resource)?;
        Ok(match self.machine_type {
            Some(machine_type) => definition.of_type(machine_type),
            None => definition,
        })
    }
}

impl Definition {
    /// Opens a definition in JSON or YAML, or with `TEMPLATE#RESOURCE` a state machine of a template. [`Open`] does so with
    /// substitutions, and with another type.
    ///
    /// # Errors
    /// When the file cannot be read, or does not hold that one definition.
    pub fn open(path: impl AsRef<Path>) -> Result<Definition, OpenError> {
        Open::new().file(path)
    }

    /// Opens the definition that is this text, in JSON or YAML.
    ///
    /// # Errors
    /// When it is a template that does not hold just one state machine.
    pub fn parse(text: &str) -> Result<Definition, OpenError> {
        Open::new().text(text)
    }
}

/// Why there is no definition.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// The file cannot be read: it does not exist, is a folder, is too large, or is no text in UTF-8.
    #[error("{message}")]
    Unreadable {
        /// Which file, and why.
        message: String,
        /// What the system says.
        #[source]
        cause: Option<std::io::Error>,
    },
    /// A template that holds no state machine, none of the name, or several of which none was named.
    #[error("{0}")]
    NoDefinition(String),
}

impl From<ReadError> for OpenError {
    fn from(error: ReadError) -> OpenError {
        OpenError::Unreadable {
            message: error.to_string(),
            cause: match error {
                ReadError::Io { cause, .. } => Some(cause),
                _ => None,
            },
        }
    }
}

impl From<ResourceError> for OpenError {
    fn from(error: ResourceError) -> OpenError {
        OpenError::NoDefinition(error.to_string())
    }
}
