//! YAML's block scalars, literal (`|`) and folded (`>`).

use std::ops::Range;

use super::{Decoder, Places};

/// The places of `decoded` in the block scalar at `token`, which begins with its `|` or `>`.
pub(super) fn places(source: &str, token: Range<usize>, decoded: &str) -> Option<Places> {
    let text = &source[token.clone()];
    let (header, _) = text.split_once('\n')?;
    let folded = header.starts_with('>');
    let lines = lines(
        source,
        token.start + header.len() + 1..with_blank_lines(source, token.end),
    );
    // The indentation is that of the first line with something on it, unless the header has a number, which counts from
    // an indentation that only the parser knows: try what there is.
    let explicit = header.chars().take(3).any(|c| c.is_ascii_digit());
    let texts = || lines.iter().map(|line| &source[line.clone()]);
    let first = texts().find(|line| !line.trim().is_empty()).map(indent);
    // Where all lines are blank, none has more than the indentation.
    let first = first.unwrap_or_else(|| texts().map(str::len).max().unwrap_or(0));
    let tries = if explicit { 0..=first } else { first..=first };
    tries.rev().find_map(|indent| {
        let mut decoder = Decoder::default();
        if folded {
            fold(source, &lines, indent, &mut decoder);
        } else {
            literal(source, &lines, indent, &mut decoder);
        }
        // Line breaks at the end are kept or cut as the header says.
        let (shorter, longer) = match decoded.len() < decoder.text.len() {
            true => (decoded, decoder.text.as_str()),
            false => (decoder.text.as_str(), decoded),
        };
        let tail = longer.strip_prefix(shorter)?;
        if !tail.bytes().all(|b| b == b'\n') {
            return None;
        }
        if decoded.len() > decoder.text.len() {
            decoder.unit(&decoded[decoder.text.len()..], token.end..token.end);
        }
        Some(Places { runs: decoder.runs })
    })
}

/// Where the blank lines that follow `end`, the end of a line, end.
fn with_blank_lines(source: &str, end: usize) -> usize {
    let after = &source[end..];
    let blank = after
        .find(|c: char| !c.is_ascii_whitespace())
        .unwrap_or(after.len());
    // What stands before the next word on its line is that line's.
    end + after[..blank].rfind('\n').unwrap_or(0)
}

fn indent(line: &str) -> usize {
    line.bytes().take_while(|b| *b == b' ').count()
}

/// The lines of a range, without their line breaks.
fn lines(source: &str, range: Range<usize>) -> Vec<Range<usize>> {
    let mut at = range.start;
    source[range]
        .split('\n')
        .map(|line| {
            let start = at;
            at += line.len() + 1;
            start..start + line.trim_end_matches('\r').len()
        })
        .collect()
}

/// A line without the indentation of the block.
fn content(source: &str, line: &Range<usize>, block: usize) -> Range<usize> {
    line.start + indent(&source[line.clone()]).min(block)..line.end
}

fn literal(source: &str, lines: &[Range<usize>], block: usize, decoder: &mut Decoder) {
    for (i, line) in lines.iter().enumerate() {
        if i > 0 {
            decoder.unit("\n", lines[i - 1].end..lines[i - 1].end + 1);
        }
        decoder.verbatim(source, content(source, line, block));
    }
}

fn fold(source: &str, lines: &[Range<usize>], block: usize, decoder: &mut Decoder) {
    let mut empty = 0;
    // The end of the line before, and whether it was indented further than the block.
    let mut before: Option<(usize, bool)> = None;
    for line in lines {
        let content = content(source, line, block);
        if content.is_empty() {
            empty += 1;
            continue;
        }
        let deeper = source[content.clone()].starts_with([' ', '\t']);
        let (from, join) = match before {
            None => (lines[0].start, "\n".repeat(empty)),
            Some((end, was_deeper)) if deeper || was_deeper => (end, "\n".repeat(empty + 1)),
            Some((end, _)) if empty == 0 => (end, " ".to_owned()),
            Some((end, _)) => (end, "\n".repeat(empty)),
        };
        decoder.unit(&join, from..content.start);
        before = Some((content.end, deeper));
        empty = 0;
        decoder.verbatim(source, content);
    }
}
