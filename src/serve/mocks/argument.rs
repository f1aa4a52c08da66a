//! What `--mocks` may say.

use std::path::PathBuf;

/// An argument of `--mocks`.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Argument {
    /// `MACHINE#CASE=FILE`
    OfCase(String, String, PathBuf),
    /// `MACHINE=FILE`
    OfMachine(String, PathBuf),
    /// A folder of files `MACHINE.mocks.yaml`.
    Folder(PathBuf),
    /// A `MockConfigFile.json`.
    Config(PathBuf),
}

impl Argument {
    /// Reads one. What stands before the first `=` is a machine unless it looks like a path.
    pub(super) fn read(text: &str) -> Argument {
        if let Some((name, path)) = text.split_once('=')
            && !name.is_empty()
            && !name.contains(['/', '\\'])
        {
            return match name.split_once('#') {
                Some((machine, case)) => Argument::OfCase(machine.into(), case.into(), path.into()),
                None => Argument::OfMachine(name.into(), path.into()),
            };
        }
        let path = PathBuf::from(text);
        if path.is_dir() {
            Argument::Folder(path)
        } else {
            Argument::Config(path)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_name_a_machine_a_case_a_folder_or_a_config() {
        for (text, expected) in [
            (
                "order=m.yaml",
                Argument::OfMachine("order".into(), "m.yaml".into()),
            ),
            (
                "order#busy=a=b.yaml",
                Argument::OfCase("order".into(), "busy".into(), "a=b.yaml".into()),
            ),
            ("dir/a=b.json", Argument::Config("dir/a=b.json".into())),
            (
                "MockConfigFile.json",
                Argument::Config("MockConfigFile.json".into()),
            ),
            ("src", Argument::Folder("src".into())),
        ] {
            assert_eq!(Argument::read(text), expected, "{text}");
        }
    }
}
