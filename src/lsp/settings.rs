//! What the client may set: `initializationOptions`, and the section `sfn-tool` of its configuration.

use std::path::PathBuf;

use serde_json::Value as Json;

use crate::asl::MachineType;
use crate::source::{ParseOptions, Reach};
use crate::value::Value;

/// The section of the client's configuration.
pub(super) const SECTION: &str = "sfn-tool";

/// What is set.
#[derive(Debug, Clone, Default)]
pub(super) struct Settings {
    /// `allowOutside`: whether files may name files outside of their repository.
    allow_outside: bool,
    /// `config`: the configuration of all files, instead of the nearest `sfn-tool.toml`.
    pub(super) config: Option<PathBuf>,
    /// `inlayHints`: whether values of test cases are shown behind paths and expressions.
    pub(super) inlay_hints: bool,
    /// `machineType`: that of machines that nobody tells.
    pub(super) machine_type: Option<MachineType>,
    /// `substitutions`: what stands for placeholders.
    substitutions: Option<Value>,
}

impl Settings {
    /// What an object says, and what of it cannot be used, in words. `null` stands for what is not set.
    pub(super) fn of(json: &Json) -> (Settings, Vec<String>) {
        let mut settings = Settings::default();
        let mut problems = Vec::new();
        let Some(members) = json.as_object() else {
            return (settings, problems);
        };
        for (name, value) in members.iter().filter(|(_, value)| !value.is_null()) {
            let (fits, takes) = match &**name {
                "allowOutside" => {
                    settings.allow_outside = *value == Json::Bool(true);
                    (value.is_boolean(), "true or false")
                }
                // An empty text is what VS Code has of a setting that is not set.
                "config" => {
                    let path = value.as_str().filter(|path| !path.is_empty());
                    settings.config = path.map(PathBuf::from);
                    (value.is_string(), "the path of a file")
                }
                "inlayHints" => {
                    settings.inlay_hints = *value == Json::Bool(true);
                    (value.is_boolean(), "true or false")
                }
                "machineType" => {
                    let told = value.as_str().map(str::to_ascii_uppercase);
                    settings.machine_type = told.as_deref().and_then(MachineType::named);
                    let fits = settings.machine_type.is_some() || told.as_deref() == Some("");
                    (fits, "\"STANDARD\" or \"EXPRESS\"")
                }
                "substitutions" => {
                    settings.substitutions = value.is_object().then(|| Value::from(value));
                    (value.is_object(), "an object of values")
                }
                // The client's own: which program is started, what it traces.
                _ => continue,
            };
            if !fits {
                problems.push(format!(
                    "the setting {SECTION}.{name} takes {takes}; it is left out"
                ));
            }
        }
        (settings, problems)
    }

    /// Where files may lie that others name.
    pub(super) fn reach(&self) -> Reach {
        Reach::new(self.allow_outside)
    }

    /// How texts are read.
    pub(super) fn parse_options(&self) -> ParseOptions {
        let mut options = ParseOptions::within(self.reach());
        // Whoever types is not done yet.
        options.mend = true;
        if let Some(values) = &self.substitutions {
            options.substitutions.extend(values);
        }
        options
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_cannot_be_used_is_told_and_the_rest_holds() {
        let (settings, problems) = Settings::of(&json!({
            "allowOutside": true, "config": 3, "machineType": "express", "path": "/bin/x", "substitutions": null
        }));
        assert_eq!(settings.reach(), Reach::new(true));
        assert_eq!(settings.machine_type, Some(MachineType::Express));
        assert_eq!(
            problems,
            ["the setting sfn-tool.config takes the path of a file; it is left out"]
        );
        for none in [json!(null), json!([1]), json!({"config": "", "machineType": ""})] {
            let (settings, problems) = Settings::of(&none);
            assert_eq!((settings.config, problems.len()), (None, 0), "{none}");
        }
    }
}
