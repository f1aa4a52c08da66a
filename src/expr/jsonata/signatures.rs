//! The functions that Step Functions has, with the arguments they take: one table, the engine's own functions from its
//! catalogue and those that AWS adds.

use std::borrow::Cow;
use std::sync::{LazyLock, OnceLock};

use jlens_core::signature::Signature;
use rustc_hash::FxHashMap;

use crate::expr::shapes::Kind;

/// The functions that AWS adds [Transforming data with JSONata in Step Functions], and what they take in JSONata's
/// notation.
pub(super) const ADDED: [(&str, &str); 6] = [
    ("partition", "<an?:a>"),
    ("range", "<nnn:a>"),
    ("hash", "<ss:s>"),
    ("random", "<n?:n>"),
    ("uuid", "<:s>"),
    ("parse", "<s:x>"),
];

/// The function of JSONata that Step Functions lacks [Transforming data with JSONata in Step Functions].
pub(super) const REMOVED: &str = "eval";

/// How many arguments a function takes where it is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Arity {
    /// As few as this: what has a default, or is taken from the context of the call, may be left out.
    pub least: usize,
    /// As many as this; `None` when there is no end.
    pub most: Option<usize>,
    /// As few as this where nothing is taken from the context.
    pub without_context: usize,
}

/// A function's signature, and what it says once somebody has asked: a definition calls few of them.
#[derive(Debug)]
struct Function {
    signature: Cow<'static, str>,
    arity: OnceLock<Arity>,
}

static FUNCTIONS: LazyLock<FxHashMap<&'static str, Function>> = LazyLock::new(|| {
    let built_in = jlens_core::function_catalog()
        .into_iter()
        .filter(|function| function.name != REMOVED)
        .map(|function| (function.name, function.signature.into()));
    let added = ADDED
        .iter()
        .map(|(name, signature)| (*name, Cow::from(*signature)));
    let function = |(name, signature)| {
        let arity = OnceLock::new();
        (name, Function { signature, arity })
    };
    built_in.chain(added).map(function).collect()
});

/// The kinds of values that a function takes and gives; `None` where it may be any.
#[derive(Debug, Clone)]
pub(super) struct Kinds {
    pub(super) takes: Vec<Option<Kind>>,
    /// Of the items, where it takes a list.
    pub(super) items: Vec<Option<Kind>>,
    pub(super) gives: Option<Kind>,
}

static KINDS: LazyLock<FxHashMap<&'static str, Kinds>> = LazyLock::new(|| {
    let built_in = jlens_core::function_catalog()
        .into_iter()
        .map(|function| (function.name, Kinds::of(&function.signature)));
    let added = ADDED
        .iter()
        .map(|(name, signature)| (*name, Kinds::of(signature)));
    built_in.chain(added).collect()
});

/// The kinds of values of the function `name` (without its `$`).
pub(super) fn of(name: &str) -> Option<&'static Kinds> {
    KINDS.get(name)
}

impl Kinds {
    fn of(signature: &str) -> Kinds {
        let kind = |symbols: &str| match symbols.as_bytes() {
            [b's', ..] => Some(Kind::Text),
            [b'n', ..] => Some(Kind::Number),
            [b'b', ..] => Some(Kind::Boolean),
            [b'a', ..] => Some(Kind::List),
            [b'o', ..] => Some(Kind::Object),
            _ => None,
        };
        let parameters = Signature::parse(signature).map(|signature| signature.params);
        let parameters = parameters.unwrap_or_default();
        Kinds {
            takes: parameters.iter().map(|parameter| kind(&parameter.ty)).collect(),
            items: parameters
                .iter()
                .map(|parameter| kind(parameter.subtype.as_deref().unwrap_or_default()))
                .collect(),
            gives: signature.rsplit_once(':').and_then(|(_, given)| kind(given)),
        }
    }
}

/// What the function `name` (without its `$`) takes; `None` when Step Functions has no such function.
pub fn arity(name: &str) -> Option<Arity> {
    let function = FUNCTIONS.get(name)?;
    Some(*function.arity.get_or_init(|| Arity::of(&function.signature)))
}

/// The names of all functions that Step Functions has, without `$`, sorted.
pub fn names() -> Vec<&'static str> {
    let mut names: Vec<&str> = FUNCTIONS.keys().copied().collect();
    names.sort_unstable();
    names
}

/// Whether JSONata has the function `name` and Step Functions has not.
pub fn is_removed(name: &str) -> bool {
    name == REMOVED
}

impl Arity {
    /// That of a signature. One that cannot be read allows everything.
    fn of(signature: &str) -> Arity {
        let Ok(signature) = Signature::parse(signature) else {
            return Arity {
                least: 0,
                most: None,
                without_context: usize::MAX,
            };
        };
        let patterns = || {
            signature
                .params
                .iter()
                .map(|parameter| parameter.pattern.as_str())
        };
        Arity {
            without_context: signature
                .params
                .iter()
                .filter(|parameter| parameter.context || !parameter.pattern.ends_with('?'))
                .count(),
            least: patterns().filter(|pattern| !pattern.ends_with('?')).count(),
            most: (!patterns().any(|pattern| pattern.ends_with('+'))).then_some(signature.params.len()),
        }
    }

    /// Whether a call may have `count` arguments.
    pub fn allows(&self, count: usize) -> bool {
        count >= self.least && self.most.is_none_or(|most| count <= most)
    }
}

/// For a sentence: `1 argument`, `2 or 3 arguments`, `no arguments`.
impl std::fmt::Display for Arity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match (self.least, self.most) {
            (0, Some(0)) => f.write_str("no arguments"),
            (1, Some(1)) => f.write_str("1 argument"),
            (0, Some(1)) => f.write_str("at most 1 argument"),
            (least, Some(most)) if least == most => write!(f, "{most} arguments"),
            (least, Some(most)) if least + 1 == most => write!(f, "{least} or {most} arguments"),
            (least, Some(most)) => write!(f, "{least} to {most} arguments"),
            (1, None) => f.write_str("at least 1 argument"),
            (least, None) => write!(f, "at least {least} arguments"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // What each takes stands in JSONata's documentation of its functions.
    #[test]
    fn functions_take_what_is_documented() {
        for (name, expected) in [
            ("sum", "1 argument"),
            ("uppercase", "at most 1 argument"),
            ("substring", "1 to 3 arguments"),
            ("map", "2 arguments"),
            ("reduce", "2 or 3 arguments"),
            ("zip", "at least 1 argument"),
            ("millis", "no arguments"),
            ("now", "0 to 2 arguments"),
            ("partition", "1 or 2 arguments"),
            ("range", "3 arguments"),
            ("random", "at most 1 argument"),
            ("uuid", "no arguments"),
        ] {
            assert_eq!(
                arity(name).map(|arity| arity.to_string()).as_deref(),
                Some(expected),
                "{name}"
            );
        }
        assert_eq!(arity("eval"), None);
        assert_eq!(arity("summ"), None);
    }
}
