//! What every `--help` has in common: options in groups, the rare ones in the long help only, and examples at its end.

use clap::Command;

const RUN: &str = "Run";

/// The groups in which options are listed, and what is in each. A test fails for an option that stands in none.
const GROUPS: [(&str, &[&str]); 6] = [
    (
        "Input",
        &[
            "allow-outside",
            "config",
            "context",
            "define",
            "definition",
            "exclude",
            "expression-file",
            "force-exclude",
            "fragment",
            "include",
            "input",
            "input-json",
            "isolated",
            "language",
            "new-type",
            "no-validate",
            "old-type",
            "schema",
            "show-files",
            "state",
            "state-configuration",
            "state-name",
            "stdin-filename",
            "substitutions",
            "type",
            "variables",
        ],
    ),
    (
        "Mocks",
        &[
            "endpoint",
            "lambda-endpoint",
            "mock",
            "mocks",
            "replay",
            "test-case",
            "tests",
            "write-input",
            "write-mocks",
        ],
    ),
    (
        "Rules and fixes",
        &[
            "baseline",
            "extend-select",
            "fix",
            "ignore",
            "select",
            "show-config",
            "statistics",
            "unsafe-fixes",
            "write-baseline",
        ],
    ),
    (
        "Output",
        &[
            "all",
            "causes",
            "check",
            "cost",
            "coverage",
            "coverage-json",
            "coverage-lcov",
            "diff",
            "exit-code",
            "exit-zero",
            "expect-output",
            "expect-status",
            "fail-on",
            "fail-on-unread",
            "fail-under",
            "focus",
            "force",
            "format",
            "full",
            "highlight",
            "html",
            "lint",
            "list",
            "log",
            "max-results",
            "memory-mb",
            "no-history",
            "severity",
            "stdout",
            "textconv",
            "web",
            "write-test",
        ],
    ),
    (
        RUN,
        &[
            "account",
            "allow-host",
            "aws",
            "clock",
            "execution-name",
            "fail-fast",
            "filter",
            "history-memory",
            "host",
            "inspection-level",
            "keep",
            "machines",
            "max-calls",
            "max-events",
            "max-runs",
            "max-transitions",
            "port",
            "region",
            "reveal-secrets",
            "role-arn",
            "seed",
            "simulate",
            "start-time",
            "state-machine-name",
            "stdio",
            "sync",
            "update",
            "watch",
        ],
    ),
    ("General", &["color", "help", "quiet", "verbose", "version"]),
];

/// What few look for: it is left out of `-h`.
const RARE: [&str; 33] = [
    "config",
    "force",
    "start-time",
    "verbose",
    "account",
    "allow-outside",
    "causes",
    "context",
    "execution-name",
    "extend-select",
    "fail-on-unread",
    "force-exclude",
    "fragment",
    "isolated",
    "log",
    "max-events",
    "max-results",
    "memory-mb",
    "new-type",
    "no-history",
    "old-type",
    "region",
    "reveal-secrets",
    "role-arn",
    "seed",
    "show-config",
    "state-machine-name",
    "statistics",
    "stdin-filename",
    "substitutions",
    "sync",
    "unsafe-fixes",
    "write-baseline",
];

/// The examples of a command, each with what it is for. A test runs them one after another in a folder with a workflow
/// `order.asl.json`, an older version of it `old.asl.json`, and test cases of it `order.sfn-test.yaml`.
const EXAMPLES: &[(&str, &[(&str, &str)])] = &[
    (
        "check",
        &[
            ("All state machines below this folder", "sfn-tool check"),
            (
                "One line for each error",
                "sfn-tool check order.asl.json --severity error --format concise",
            ),
            (
                "For a code-scanning page",
                "sfn-tool check --format sarif --exit-zero > findings.sarif",
            ),
        ],
    ),
    (
        "validate",
        &[
            ("Would AWS accept it?", "sfn-tool validate order.asl.json"),
            (
                "As an Express workflow, from stdin",
                "sfn-tool validate --type express - < order.asl.json",
            ),
        ],
    ),
    (
        "lint",
        &[
            (
                "Findings of one rule",
                "sfn-tool lint order.asl.json --select missing-catch",
            ),
            (
                "What the fixes would change",
                "sfn-tool lint order.asl.json --fix --diff",
            ),
        ],
    ),
    (
        "simulate",
        &[
            (
                "Mocks and an input to begin with",
                "sfn-tool simulate order.asl.json --write-mocks mocks.yaml --write-input in.json",
            ),
            (
                "A run",
                "sfn-tool simulate order.asl.json --input in.json --mocks mocks.yaml",
            ),
            (
                "Its history, as the AWS CLI prints it",
                "sfn-tool simulate order.asl.json --input in.json --mocks mocks.yaml --format history > run.json",
            ),
        ],
    ),
    (
        "test",
        &[
            ("All test files below this folder", "sfn-tool test"),
            (
                "One case, with the trace in full",
                "sfn-tool test order.sfn-test.yaml --filter 'declined card' --full",
            ),
            (
                "What the cases cover, and what they miss",
                "sfn-tool test --coverage",
            ),
        ],
    ),
    (
        "explore",
        &[
            ("What can go wrong", "sfn-tool explore order.asl.json"),
            ("The outcome in a line", "sfn-tool explore order.asl.json -q"),
            (
                "The paths as test cases",
                "sfn-tool explore order.asl.json --format test > found.sfn-test.yaml",
            ),
        ],
    ),
    (
        "diff",
        &[
            ("Two files", "sfn-tool diff old.asl.json order.asl.json"),
            (
                "The last commit and the file",
                "sfn-tool diff HEAD:order.asl.json order.asl.json",
            ),
            (
                "For a pull request",
                "sfn-tool diff old.asl.json order.asl.json --format markdown",
            ),
        ],
    ),
    (
        "graph",
        &[
            ("An outline", "sfn-tool graph order.asl.json"),
            (
                "A picture of what an execution took",
                "sfn-tool graph order.asl.json --highlight run.json --format svg > order.svg",
            ),
        ],
    ),
    (
        "fmt",
        &[
            ("Format a file", "sfn-tool fmt order.asl.json"),
            ("Fail where a file is not formatted", "sfn-tool fmt --check ."),
        ],
    ),
    (
        "explain",
        &[
            ("A rule", "sfn-tool explain missing-catch"),
            ("A code of validate", "sfn-tool explain MISSING_TRANSITION_TARGET"),
            ("All of them", "sfn-tool explain"),
        ],
    ),
    (
        "test-state",
        &[
            (
                "A Choice state",
                "sfn-tool test-state order.asl.json --state-name CheckTotal --input-json '{\"total\": 20}'",
            ),
            (
                "For programs",
                "sfn-tool test-state order.asl.json --state-name CheckTotal --input in.json --format json",
            ),
        ],
    ),
    (
        "eval",
        &[
            ("JSONata", "sfn-tool eval '$sum([1, 2, 3])'"),
            (
                "A path on an input",
                "sfn-tool eval --language jsonpath '$.total' --input in.json",
            ),
        ],
    ),
    (
        "inspect",
        &[
            (
                "States, paths, variables, tasks",
                "sfn-tool inspect order.asl.json",
            ),
            ("For programs", "sfn-tool inspect order.asl.json --format json"),
        ],
    ),
    (
        "mocks",
        &[
            (
                "The task results of a recorded execution",
                "sfn-tool mocks from-history run.json --definition order.asl.json",
            ),
            (
                "The execution as a test case",
                "sfn-tool mocks from-history run.json --definition order.asl.json --write-test run.sfn-test.yaml",
            ),
        ],
    ),
    (
        "schema",
        &[
            ("Of definitions", "sfn-tool schema asl > asl.schema.json"),
            ("Of mock files", "sfn-tool schema mocks > mocks.schema.json"),
        ],
    ),
    (
        "completions",
        &[
            ("bash", "sfn-tool completions bash > sfn-tool.bash"),
            ("fish", "sfn-tool completions fish > sfn-tool.fish"),
        ],
    ),
    (
        "man",
        &[
            ("The tool", "sfn-tool man > sfn-tool.1"),
            ("A command", "sfn-tool man simulate > sfn-tool-simulate.1"),
        ],
    ),
];

/// The headings of the groups, in the order of help.
pub(super) fn groups() -> impl Iterator<Item = &'static str> {
    GROUPS.iter().map(|(heading, _)| *heading)
}

/// The examples of a command, each with what it is for.
pub(super) fn examples(command: &str) -> &'static [(&'static str, &'static str)] {
    // Those of `mocks` are all of its one subcommand.
    let command = if command == "from-history" {
        "mocks"
    } else {
        command
    };
    let found = EXAMPLES.iter().find(|(of, _)| *of == command);
    found.map_or(&[], |(_, examples)| examples)
}

/// Puts a command's options into groups, and examples below its long help; so its subcommands', too.
pub(super) fn dress(mut command: Command) -> Command {
    let name = command.get_name().to_owned();
    let inside: Vec<String> = command
        .get_subcommands()
        .map(|sub| sub.get_name().to_owned())
        .collect();
    for inside in inside {
        command = command.mut_subcommand(inside, dress);
    }
    command = command.mut_args(|argument| {
        let Some(long) = argument.get_long().map(str::to_owned) else {
            return argument;
        };
        let group = GROUPS.iter().find(|(_, options)| options.contains(&&*long));
        argument
            .help_heading(group.map_or(RUN, |(heading, _)| heading))
            .hide_short_help(RARE.contains(&&*long))
    });
    let examples = examples(&name);
    if examples.is_empty() {
        return command;
    }
    let notes = command.get_after_help().map(ToString::to_string);
    let notes = notes.map(|notes| format!("{notes}\n\n")).unwrap_or_default();
    let mut text = format!("{notes}Examples:");
    for (what, line) in examples {
        text += &format!("\n  # {what}\n  $ {line}");
    }
    command.after_long_help(text)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// The long options of a command and its subcommands.
    fn options(command: &Command, found: &mut BTreeSet<String>) {
        found.extend(
            command
                .get_arguments()
                .filter_map(|argument| argument.get_long())
                .map(str::to_owned),
        );
        for inside in command.get_subcommands() {
            options(inside, found);
        }
    }

    #[test]
    fn every_option_is_in_one_group_and_every_name_is_an_option() {
        let mut found = BTreeSet::new();
        let mut whole = crate::cli::command::whole();
        whole.build();
        options(&whole, &mut found);
        let mut grouped = BTreeSet::new();
        for name in GROUPS.iter().flat_map(|(_, names)| names.iter()) {
            assert!(grouped.insert((*name).to_owned()), "{name} is in two groups");
        }
        assert_eq!(found, grouped);
        for name in RARE {
            assert!(found.contains(name), "{name}");
        }
        for (name, _) in EXAMPLES {
            assert!(whole.find_subcommand(name).is_some(), "{name}");
        }
    }
}
