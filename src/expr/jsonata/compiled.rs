//! The expressions of one definition, each compiled once: what checks it, what reads its references, lint and the engine
//! share them.

use std::sync::{Arc, Mutex, PoisonError};

use rustc_hash::FxHashMap;

use super::syntax::{Expression, SyntaxError};
use crate::source::Document;

/// An expression, or why its text is none.
pub(crate) type Compiled = Result<Arc<Expression>, SyntaxError>;

/// Compiled expressions, by their texts.
type ByText = FxHashMap<Box<str>, Compiled>;

/// The compiled expressions of a definition.
#[derive(Debug, Default)]
struct Expressions(Mutex<Known>);

#[derive(Debug, Default)]
struct Known {
    compiled: ByText,
    earlier: Option<Earlier>,
}

/// So many expressions are kept at most of which it is not known whether they still are in the text.
const MOST: usize = 10_000;

/// What earlier versions of a text had compiled: while somebody types, nearly all expressions stay what they are, and
/// compiling them is most of what reading a definition in JSONata costs.
#[derive(Debug, Clone, Default)]
pub(crate) struct Earlier(Arc<Mutex<ByText>>);

impl Earlier {
    /// Takes what `document`, of which nobody asks any more, has compiled.
    pub(crate) fn take_from(&self, document: &Document) {
        let expressions: Arc<Expressions> = document.kept();
        let mut known = expressions.0.lock().unwrap_or_else(PoisonError::into_inner);
        let compiled = std::mem::take(&mut known.compiled);
        let mut earlier = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match earlier.is_empty() {
            true => *earlier = compiled,
            false => earlier.extend(compiled),
        }
    }

    /// Lets `document`, of the text as it is now, have what it asks for.
    pub(crate) fn lend_to(&self, document: &Document) {
        let expressions: Arc<Expressions> = document.kept();
        let mut known = expressions.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.earlier = Some(self.clone());
    }

    /// Forgets what nobody has asked for: it is in the text no longer. Where not all of the text `was_asked` for, only what is
    /// too much.
    pub(crate) fn forget(&self, was_asked: bool) {
        let mut earlier = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if was_asked || earlier.len() > MOST {
            earlier.clear();
        }
    }

    fn give(&self, text: &str) -> Option<(Box<str>, Compiled)> {
        let mut earlier = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        earlier.remove_entry(text)
    }
}

/// The JSONata expression `text` (without its delimiters), which stands in `document`.
///
/// # Errors
/// Where it does not parse.
pub(crate) fn jsonata(document: &Document, text: &str) -> Compiled {
    let expressions: Arc<Expressions> = document.kept();
    // What is in the map is whole whoever held the lock.
    let mut known = expressions.0.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(compiled) = known.compiled.get(text) {
        return compiled.clone();
    }
    let given = known.earlier.as_ref().and_then(|earlier| earlier.give(text));
    let (text, new) = given.unwrap_or_else(|| (Box::from(text), Expression::compile(text).map(Arc::new)));
    known.compiled.insert(text, new.clone());
    new
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{SourceFile, parse};

    fn document() -> Document {
        let parsed = parse(Arc::new(SourceFile::new("t.json", "{}")));
        parsed.document.expect("JSON")
    }

    #[test]
    fn a_text_is_compiled_once_a_definition() {
        let (one, other) = (document(), document());
        let first = jsonata(&one, "$x + 1").expect("an expression");
        assert!(Arc::ptr_eq(&first, &jsonata(&one, "$x + 1").expect("it")));
        assert!(!Arc::ptr_eq(&first, &jsonata(&one, "$x + 2").expect("another")));
        assert!(!Arc::ptr_eq(
            &first,
            &jsonata(&other, "$x + 1").expect("another's")
        ));
        assert_eq!(jsonata(&one, "1 +").err(), jsonata(&other, "1 +").err());
    }

    #[test]
    fn the_next_version_of_a_text_has_what_was_compiled_and_no_more() {
        let (one, next) = (document(), document());
        let [kept, gone] = ["$x + 1", "$x + 2"].map(|text| jsonata(&one, text).expect("an expression"));
        let earlier = Earlier::default();
        earlier.take_from(&one);
        earlier.lend_to(&next);
        assert!(Arc::ptr_eq(&kept, &jsonata(&next, "$x + 1").expect("it")));
        earlier.forget(false);
        assert!(Arc::ptr_eq(&gone, &jsonata(&next, "$x + 2").expect("it")));
        earlier.take_from(&next);
        earlier.forget(true);
        assert!(!Arc::ptr_eq(&gone, &jsonata(&next, "$x + 2").expect("it")));
    }
}
