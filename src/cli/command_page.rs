//! A command's page of the documentation in Markdown: usage, options in their groups, examples.

use std::fmt::Write;

use clap::{Arg, Command};

use super::help;
use crate::report::reference::escaped;

/// Pages of docs/ that say more about a command than its own name's page does.
const GUIDES: [(&str, &str); 16] = [
    ("check", "check.md"),
    ("completions", "install.md"),
    ("diff", "diff.md"),
    ("eval", "expressions.md"),
    ("explain", "rules.md"),
    ("explore", "explore.md"),
    ("graph", "pictures.md"),
    ("lint", "lint.md"),
    ("lsp", "editors.md"),
    ("mcp", "agents.md"),
    ("mocks", "replay.md"),
    ("schema", "exit-status.md"),
    ("serve", "serve.md"),
    ("simulate", "simulate.md"),
    ("test", "testing.md"),
    ("validate", "validate.md"),
];

/// All commands, each with a link to its page.
pub(super) fn list(tool: &Command) -> String {
    let mut out = String::from(
        "# Commands\n\nWhat `sfn-tool COMMAND --help` prints, as pages.\n\n| command | what it does |\n|---|---|\n",
    );
    // Writing to a String cannot fail.
    for command in tool.get_subcommands() {
        let _ = writeln!(
            out,
            "| [{name}](commands/{name}.md) | {} |",
            escaped(&about(command)),
            name = command.get_name()
        );
    }
    out
}

/// The page of a command, with its subcommands.
pub(super) fn of(command: &Command) -> String {
    let mut out = String::new();
    section(command, "#", &mut out);
    let guide = GUIDES.iter().find(|(name, _)| *name == command.get_name());
    if let Some((name, page)) = guide {
        let _ = write!(out, "\n[More about {name}](../{page}), ");
    } else {
        out.push('\n');
    }
    out.push_str("[all commands](../commands.md), [exit status and output](../exit-status.md)\n");
    out
}

fn section(command: &Command, heading: &str, out: &mut String) {
    let usage = command.clone().render_usage().to_string();
    let usage = usage.strip_prefix("Usage: ").unwrap_or(&usage);
    let name = usage.split(" [").next().unwrap_or(usage);
    let name = name.split(" <").next().unwrap_or(name);
    let _ = write!(
        out,
        "{heading} {name}\n\n{}\n\n```text\n{usage}\n```\n",
        escaped(&about(command))
    );
    let shown = || command.get_arguments().filter(|argument| !argument.is_hide_set());
    list_of(
        "Arguments",
        heading,
        shown().filter(|argument| argument.is_positional()),
        out,
    );
    for group in help::groups() {
        let inside = shown().filter(|argument| argument.get_help_heading() == Some(group));
        list_of(group, heading, inside, out);
    }
    for inside in command
        .get_subcommands()
        .filter(|inside| inside.get_name() != "help")
    {
        out.push('\n');
        section(inside, &format!("{heading}#"), out);
    }
    let examples = help::examples(command.get_name());
    if !examples.is_empty() {
        let _ = write!(out, "\n{heading}# Examples\n\n```sh\n");
        for (what, line) in examples {
            let _ = writeln!(out, "# {what}\n{line}");
        }
        out.push_str("```\n");
    }
}

fn about(command: &Command) -> String {
    let about = command.get_long_about().or(command.get_about());
    about.map(ToString::to_string).unwrap_or_default()
}

fn list_of<'a>(title: &str, heading: &str, arguments: impl Iterator<Item = &'a Arg>, out: &mut String) {
    let mut arguments = arguments.peekable();
    if arguments.peek().is_none() {
        return;
    }
    let _ = write!(out, "\n{heading}# {title}\n\n");
    for argument in arguments {
        let text = argument.get_long_help().or(argument.get_help());
        let text = text.map(|text| escaped(&text.to_string())).unwrap_or_default();
        let _ = write!(out, "- `{argument}`");
        if let Some(short) = argument.get_short().filter(|_| argument.get_long().is_some()) {
            let _ = write!(out, ", `-{short}`");
        }
        let _ = write!(out, ": {}", text.replace("\n\n", ". ").replace('\n', " "));
        let values = argument.get_possible_values();
        let values: Vec<String> = (values.iter())
            .filter(|value| !value.is_hide_set() && argument.get_action().takes_values())
            .map(|value| match value.get_help() {
                Some(help) => format!("\n  - `{}`: {}", value.get_name(), escaped(&help.to_string())),
                None => format!("\n  - `{}`", value.get_name()),
            })
            .collect();
        if let [default] = argument.get_default_values() {
            // A switch has its default, too, which nobody writes.
            if argument.get_action().takes_values() {
                let _ = write!(out, " (default: `{}`)", default.to_string_lossy());
            }
        }
        let _ = writeln!(out, "{}", values.concat());
    }
}
