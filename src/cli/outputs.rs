//! The files that one call writes: no two options may name the same, or what one of them wrote would be lost.

use std::fs;
use std::path::{Path, PathBuf};

use clap::ArgMatches;
use clap::error::ErrorKind;

use crate::discovery::absolute;
use crate::source::{Identity, Input};

/// The options that name a file that is written, as clap knows them.
const OPTIONS: [&str; 7] = [
    "html",
    "write_mocks",
    "write_input",
    "write_test",
    "write_baseline",
    "coverage_json",
    "coverage_lcov",
];

/// So many links are followed to a file that is not there yet.
const MOST_LINKS: usize = 40;

/// # Errors
/// When two options of the call name one file.
pub(super) fn check(matches: &ArgMatches) -> Result<(), clap::Error> {
    let mut innermost = matches;
    while let Some((_, inner)) = innermost.subcommand() {
        innermost = inner;
    }
    let mut known: Vec<(&str, Identity)> = Vec::new();
    for option in OPTIONS {
        let path = innermost.try_get_one::<PathBuf>(option).ok().flatten();
        let Some(identity) = path.and_then(|path| identity(path)) else {
            continue;
        };
        if let Some((other, _)) = known.iter().find(|(_, known)| *known == identity) {
            let spelt = |option: &str| format!("--{}", option.replace('_', "-"));
            let message = format!(
                "{} and {} name one file, and one of the two would be lost: give each a name of its own\n",
                spelt(other),
                spelt(option)
            );
            return Err(clap::Error::raw(ErrorKind::ArgumentConflict, message));
        }
        known.push((option, identity));
    }
    Ok(())
}

/// Which file a path means, by whatever name; `None` for streams and devices, which take anything.
fn identity(path: &Path) -> Option<Identity> {
    if path == Path::new("-") {
        return None;
    }
    match fs::metadata(path) {
        Ok(about) if !about.is_file() => None,
        Ok(_) => Some(Identity::of(&Input::File(path.to_owned()))),
        Err(_) => Some(Identity::Path(to_be(path))),
    }
}

/// Where a file would stand that is not there yet.
fn to_be(path: &Path) -> PathBuf {
    let mut path = absolute(path);
    for _ in 0..MOST_LINKS {
        let Ok(target) = fs::read_link(&path) else { break };
        path = absolute(&path.parent().unwrap_or(Path::new("")).join(target));
    }
    let folder = path.parent().and_then(|folder| folder.canonicalize().ok());
    match (folder, path.file_name()) {
        (Some(folder), Some(name)) => folder.join(name),
        _ => path,
    }
}

#[cfg(test)]
mod tests {
    use super::super::command;
    use super::*;

    #[test]
    fn every_option_that_writes_a_file_is_known() {
        let mut open = vec![command::whole()];
        let mut missing = Vec::new();
        while let Some(command) = open.pop() {
            open.extend(command.get_subcommands().cloned());
            for argument in command.get_arguments() {
                let help = argument.get_help().map(ToString::to_string).unwrap_or_default();
                let names_file = argument
                    .get_value_names()
                    .is_some_and(|names| names.iter().any(|name| name.as_str() == "FILE"));
                let writes = help
                    .to_lowercase()
                    .split(' ')
                    .any(|word| matches!(word, "write" | "record"));
                let id = argument.get_id().as_str();
                if names_file && writes != OPTIONS.contains(&id) {
                    missing.push(format!("{} {id}: {help}", command.get_name()));
                }
            }
        }
        assert_eq!(missing, Vec::<String>::new());
    }
}
