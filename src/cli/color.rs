//! Whether to colour: `--color` before NO_COLOR before FORCE_COLOR and CLICOLOR_FORCE before "is it a terminal".

use std::io::IsTerminal;

use super::arguments::ColorChoice;

/// Whether results get colour; git says so to its helpers when their output ends in a pager on a terminal [git(1),
/// GIT_PAGER_IN_USE].
pub(super) fn of_results(choice: ColorChoice) -> bool {
    let no_color = std::env::var_os("NO_COLOR").is_some_and(|v| !v.is_empty());
    let in_pager = choice == ColorChoice::Auto
        && !no_color
        && std::env::var_os("GIT_PAGER_IN_USE").is_some_and(|value| value == "true" || value == "1");
    in_pager || decide(choice, &std::io::stdout())
}

/// Whether a stream gets colour.
pub(super) fn decide(choice: ColorChoice, stream: &impl IsTerminal) -> bool {
    let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty() && value != "0");
    match choice {
        ColorChoice::Always => true,
        ColorChoice::Never => false,
        // no-color.org: any non-empty value, "0" included.
        ColorChoice::Auto if std::env::var_os("NO_COLOR").is_some_and(|v| !v.is_empty()) => false,
        ColorChoice::Auto if set("FORCE_COLOR") || set("CLICOLOR_FORCE") => true,
        ColorChoice::Auto => stream.is_terminal(),
    }
}
