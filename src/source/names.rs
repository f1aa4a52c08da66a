//! What the name of a file says of its content.

/// The ends of the names of definitions.
pub const DEFINITIONS: [&str; 3] = [".asl.json", ".asl.yaml", ".asl.yml"];

/// The ends of the names of files that people keep sources of definitions in.
pub const SOURCES: [&str; 6] = [".json", ".yaml", ".yml", ".template", ".tf", ".asl"];

/// Whether a name ends in one of `ends`, in capital letters or small ones.
pub fn ends_in(name: &str, ends: &[&str]) -> bool {
    let name = name.as_bytes();
    let has = |end: &&str| {
        let at = name.len().checked_sub(end.len());
        at.is_some_and(|at| name[at..].eq_ignore_ascii_case(end.as_bytes()))
    };
    ends.iter().any(has)
}

/// Whether a file of this name is a definition, whatever it holds.
pub fn is_definition(name: &str) -> bool {
    ends_in(name, &DEFINITIONS)
}

/// Whether a file of this name is JSON, YAML or Terraform: where a state machine may be expected, and a mistake in the
/// text is worth telling.
pub fn is_likely_source(name: &str) -> bool {
    ends_in(name, &SOURCES)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_end_is_one_in_any_letters() {
        assert!(is_definition("flows/Order.ASL.Json") && is_definition(".asl.yml"));
        assert!(!is_definition("asl.json") && !is_definition("order.asl.json.tmpl"));
        assert!(is_likely_source("x.template") && is_likely_source("main.tf"));
        assert!(!is_likely_source("main.tfvars") && !is_likely_source("\u{e9}f"));
    }
}
