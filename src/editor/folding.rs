//! What can be folded: objects, lists and texts of several lines.

use super::OpenDocument;
use crate::arrange::Arrange as _;
use crate::diagnostics::Span;

/// The parts of a document that span several lines and are worth folding, in the order of the text: from the line that
/// stays to what goes.
pub fn of(open: &OpenDocument) -> Vec<Span> {
    let file = open.file();
    let mut found: Vec<Span> = Vec::new();
    for tree in open.trees() {
        for node in tree.all() {
            let (span, key) = (node.span(), node.key_span());
            // What stands for something that is written elsewhere folds there.
            if key.start > span.start {
                continue;
            }
            let whole = Span {
                start: key.start,
                end: trimmed(file.text(), span),
            };
            if file.line(whole.start as usize) < file.line(whole.end as usize) {
                found.push(whole);
            }
        }
    }
    found.arrange_by_key(|span| (span.start, std::cmp::Reverse(span.end)));
    // One fold a line.
    found.dedup_by_key(|span| file.line(span.start as usize));
    found
}

/// Where a span ends, blank space aside: a block scalar has the line break behind it.
fn trimmed(text: &str, span: Span) -> u32 {
    let inside = text.get(span.range()).unwrap_or_default();
    Span::new(0, span.start as usize + inside.trim_end().len()).end
}
