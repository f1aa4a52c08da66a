//! `$split` at a regular expression: see [`patterns`](super::patterns).

use serde_json::Value as Json;

use super::patterns::Call;

/// Splits as the reference implementation does: no more parts than the limit.
pub(super) fn run(call: &Call<'_>) -> jlens_core::Result<Option<Json>> {
    let limit = call.limit(2, "D3020")?;
    let subject = call.subject;
    let mut parts: Vec<Json> = Vec::new();
    if !limit.allows(0) {
        return Ok(Some(parts.into()));
    }
    let mut matches = call.matches();
    let mut start = 0;
    let mut found = matches.find_next()?;
    while let Some(matched) = found.filter(|_| limit.allows(parts.len())) {
        let range = matched.range();
        parts.push(subject[start..range.start].into());
        start = range.end;
        found = matches.find_next()?;
    }
    if limit.allows(parts.len()) {
        parts.push(subject[start..].into());
    }
    Ok(Some(parts.into()))
}

#[cfg(test)]
mod tests {
    use super::super::tests::run;

    // The rules of $split [JSONata: String functions].
    #[test]
    fn texts_are_split_at_matches() {
        for (text, expected) in [
            ("$split('a1b22c', /[0-9]+/)", "[\"a\",\"b\",\"c\"]"),
            ("$split('a,b,c', /,/, 2)", "[\"a\",\"b\"]"),
            ("$split('a,b,c', /,/, 0)", "[]"),
            ("$split('abc', /,/)", "[\"abc\"]"),
            ("$split('a,', /,/)", "[\"a\",\"\"]"),
            ("$count($split('', /,/))", "1"),
            ("$split($nothing, /,/)", "Undefined"),
            ("'a-b' ~> $split(/-/)", "[\"a\",\"b\"]"),
            ("['a-b', 'c'].$split($, /-/)", "[\"a\",\"b\",\"c\"]"),
        ] {
            assert_eq!(run(text), expected, "{text}");
        }
        assert!(run("$split('a', /,/, -1)").contains("D3020"));
        assert!(run("$split('abc', /x*/)").contains("D1004"));
        assert!(run("$split(1, /x/)").contains("T0410: Argument 1 of function \"split\""));
    }
}
