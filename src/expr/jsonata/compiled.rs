//! The expressions of one definition, each compiled once: what checks it, what reads its references, lint and the engine
//! share them.

use std::sync::{Arc, Mutex, PoisonError};

use rustc_hash::FxHashMap;

use super::syntax::{Expression, SyntaxError};
use crate::source::Document;

/// An expression, or why its text is none.
pub(crate) type Compiled = Result<Arc<Expression>, SyntaxError>;

/// The compiled expressions, by their texts.
#[derive(Debug, Default)]
struct Expressions(Mutex<FxHashMap<Box<str>, Compiled>>);

/// The JSONata expression `text` (without its delimiters), which stands in `document`.
///
/// # Errors
/// Where it does not parse.
pub(crate) fn jsonata(document: &Document, text: &str) -> Compiled {
    let expressions: Arc<Expressions> = document.kept();
    // What is in the map is whole whoever held the lock.
    let mut compiled = expressions.0.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = compiled.get(text) {
        return known.clone();
    }
    let new = Expression::compile(text).map(Arc::new);
    compiled.insert(Box::from(text), new.clone());
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
}
