//! `$match` with a regular expression: see [`patterns`](super::patterns).

use jlens_core::ast::Node;
use serde_json::{Value as Json, json};

use super::patterns::Call;
use super::replace::Utf16;

/// Whether every group of the pattern takes part in every match, since what is missing cannot be handed to the engine;
/// and whether a single match is no array.
pub(super) fn can_do(node: &Node, pattern: &str, _: &[Node]) -> bool {
    !node.attrs.keep_array && !may_miss(pattern)
}

/// Like [`can_do`], where a single match is an array, too: `$match(...)[]`.
pub(super) fn can_do_to_array(node: &Node, pattern: &str, _: &[Node]) -> bool {
    node.attrs.keep_array && !may_miss(pattern)
}

/// Whether a group may have no part in a match.
fn may_miss(pattern: &str) -> bool {
    const MAY_MISS: [&str; 5] = ["|", "(?", ")?", ")*", "){"];
    let groups = pattern.replace("(?:", "");
    groups.contains('(') && MAY_MISS.iter().any(|text| groups.contains(text))
}

/// Matches as the reference implementation does: a sequence, so that a single match stands alone.
pub(super) fn run(call: &Call<'_>) -> jlens_core::Result<Option<Json>> {
    let seen = all(call)?;
    Ok(match seen {
        Some(mut seen) if seen.len() == 1 => seen.pop(),
        seen => seen.map(Json::from),
    })
}

/// Like [`run`], a single match in an array.
pub(super) fn run_to_array(call: &Call<'_>) -> jlens_core::Result<Option<Json>> {
    Ok(all(call)?.map(Json::from))
}

/// The matches, one at least.
fn all(call: &Call<'_>) -> jlens_core::Result<Option<Vec<Json>>> {
    let limit = call.limit(2, "D3040")?;
    let subject = call.subject;
    let mut seen: Vec<Json> = Vec::new();
    if !limit.allows(0) {
        return Ok(None);
    }
    let mut matches = call.matches();
    let mut start = Utf16::default();
    let mut found = matches.find_next()?;
    while let Some(matched) = found.filter(|_| limit.allows(seen.len())) {
        let range = matched.range();
        let groups = matched.captures.iter().flatten();
        seen.push(json!({
            "match": &subject[range.clone()],
            "index": start.of(subject, range.start),
            "groups": groups.map(|range| &subject[range.clone()]).collect::<Vec<_>>(),
        }));
        found = matches.find_next()?;
    }
    Ok(Some(seen).filter(|seen| !seen.is_empty()))
}

#[cfg(test)]
mod tests {
    use super::super::tests::run;

    // The rules of $match [JSONata: String functions].
    #[test]
    fn matches_are_told_with_their_places() {
        for (text, expected) in [
            (
                "$match('ab-ab', /a(b)/)",
                r#"[{"match":"ab","index":0,"groups":["b"]},{"match":"ab","index":3,"groups":["b"]}]"#,
            ),
            ("$match('éab', /a/)", r#"{"match":"a","index":1,"groups":[]}"#),
            ("$match('éab', /a/)[]", r#"[{"match":"a","index":1,"groups":[]}]"#),
            ("$match('ab', /x/)", "Undefined"),
            ("$match('ab', /x/)[]", "Undefined"),
            ("$match('aa', /a/)[].index", "[0,1]"),
            ("$match('ba', /a/)[].index", "[1]"),
            ("$match('ba', /a/)[][0].index", "[1]"),
            ("$match('ba', /a/).match[]", r#"["a"]"#),
            ("$match('aba', /a/)[index > 0][].index", "[2]"),
            ("$count('ba' ~> $match(/a/)[])", "1"),
            ("$count($match('ababab', /a/, 2))", "2"),
            ("$count($match('ab', /a/, 0))", "0"),
            ("$match('ac', /a(b)?c/).$count(groups)", "1"),
            ("'aba' ~> $match(/a/) ~> $count()", "2"),
            ("$match('aba', /a/).index", "[0,2]"),
        ] {
            assert_eq!(run(text), expected, "{text}");
        }
        assert!(run("$match('a', /a/, -1)").contains("D3040"));
        assert!(run("$match('abc', /x*/)").contains("D1004"));
    }
}
