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
    /// `machineType`: that of machines that nobody tells.
    pub(super) machine_type: Option<MachineType>,
    /// `substitutions`: what stands for placeholders.
    substitutions: Option<Value>,
}

/// What can be set, with what it takes.
const NAMES: [(&str, &str); 4] = [
    ("allowOutside", "true or false"),
    ("config", "the path of a file"),
    ("machineType", "\"STANDARD\" or \"EXPRESS\""),
    ("substitutions", "an object of values"),
];

impl Settings {
    /// What an object says, and what of it cannot be used, in words. `null` stands for what is not set.
    pub(super) fn of(json: &Json) -> (Settings, Vec<String>) {
        let mut settings = Settings::default();
        let mut problems = Vec::new();
        let Some(members) = json.as_object() else {
            return (settings, problems);
        };
        for (name, value) in members.iter().filter(|(_, value)| !value.is_null()) {
            let is_set = match &**name {
                "allowOutside" => value.as_bool().map(|outside| settings.allow_outside = outside),
                // An empty text is what VS Code has of a setting that is not set.
                "config" => value.as_str().map(|path| {
                    settings.config = Some(PathBuf::from(path)).filter(|path| !path.as_os_str().is_empty());
                }),
                "machineType" => match value.as_str().map(str::to_ascii_uppercase).as_deref() {
                    Some("") => Some(()),
                    Some("STANDARD") => Some(settings.machine_type = Some(MachineType::Standard)),
                    Some("EXPRESS") => Some(settings.machine_type = Some(MachineType::Express)),
                    _ => None,
                },
                "substitutions" => {
                    (value.is_object()).then(|| settings.substitutions = Some(Value::from(value)))
                }
                // The client's own: which program is started, what it traces.
                _ => Some(()),
            };
            if is_set.is_none() {
                let takes = NAMES
                    .iter()
                    .find(|(known, _)| known == name)
                    .map_or("another value", |(_, takes)| takes);
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
