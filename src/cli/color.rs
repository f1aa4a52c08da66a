//! Whether to colour: `--color` before NO_COLOR before FORCE_COLOR and CLICOLOR_FORCE before "is it a terminal".

use std::io::IsTerminal;

use super::arguments::ColorChoice;

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
