//! Compiled expressions and syntax errors.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use jlens_core::reads::{Read, Reads};

use super::absent;
use super::direct::Direct;
use super::messages;
use super::names::{Call, Use, Uses};
use super::non_finite;
use super::patterns::{self, Edit, Patterns};
use super::replaced_text;
use super::signatures;
use super::unique;
use crate::arrange::Arrange as _;

/// A compiled expression.
#[derive(Debug, Clone)]
pub struct Expression {
    pub(super) inner: jlens_core::Expression,
    /// See [`Expression::reads`]; made when it is first needed.
    reads: OnceLock<Box<Reads>>,
    /// See [`Expression::direct`]; made when it is first needed.
    direct: OnceLock<Option<Direct>>,
    /// See [`Expression::uses`]; made when it is first needed.
    uses: OnceLock<Box<Uses>>,
    /// See [`Expression::functions_named`]; made when it is first needed.
    functions_named: OnceLock<Box<[Box<str>]>>,
    /// See [`Expression::on_input`]; made when it is first needed.
    on_input: OnceLock<Option<Box<Rewritten>>>,
    /// See [`Expression::rooted`]; made when it is first needed.
    rooted: OnceLock<Option<Box<Rewritten>>>,
    /// See [`non_finite`]; made when it is first needed: of the expression as it is run, and as it is written.
    spelling: [OnceLock<Option<Box<jlens_core::Expression>>>; 2],
}

/// An expression as the engine runs it, every place where it was but for what stands before it.
#[derive(Debug, Clone)]
pub(super) struct Rewritten {
    pub(super) compiled: jlens_core::Expression,
    /// See [`patterns`].
    pub(super) patterns: Arc<Patterns>,
    /// The UTF-16 units of what stands before the expression.
    pub(super) before: usize,
}

impl Rewritten {
    /// The expression `inner`, with `edits` besides those that let calls be done here; `None` where there are none.
    fn new(inner: &jlens_core::Expression, uses: &Uses, mut edits: Vec<Edit>) -> Option<Box<Rewritten>> {
        let (calls, patterns) = patterns::edits(inner.ast(), uses);
        let (long, longer) = replaced_text::edits(inner.ast(), uses, &calls);
        let (more, mut before) = unique::edits(inner.ast(), uses);
        if let Some(longer) = longer {
            if before.is_empty() {
                before.push('(');
            }
            before += &longer;
        }
        edits.extend(calls.into_iter().chain(long).chain(more));
        edits.arrange_by_key(|(range, _)| std::cmp::Reverse(range.start));
        if edits.is_empty() {
            return None;
        }
        let mut text = inner.source().to_owned();
        for (range, replacement) in edits {
            text.get(range.clone())?;
            text.replace_range(range, &replacement);
        }
        if !before.is_empty() {
            // The expression may end in a comment.
            text = format!("{before}{text}\n)");
        }
        Some(Box::new(Rewritten {
            compiled: jlens_core::Expression::compile(&text).ok()?,
            patterns: Arc::new(patterns),
            before: before.encode_utf16().count(),
        }))
    }
}

/// An expression that does not parse.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct SyntaxError {
    /// The code of the reference implementation: `S0201`.
    pub code: String,
    /// Its message, without the code, as AWS gives it.
    pub message: String,
    /// The bytes of the expression that are at fault.
    pub span: Range<usize>,
    /// The offset the reference implementation gives, in UTF-16 units.
    pub position: usize,
}

impl Expression {
    /// Compiles the text between the delimiters.
    ///
    /// # Errors
    /// Where it does not parse.
    pub fn compile(text: &str) -> Result<Expression, SyntaxError> {
        let inner = jlens_core::Expression::compile(text).map_err(|error| syntax_error(&error, text))?;
        Ok(Expression {
            inner,
            reads: OnceLock::new(),
            direct: OnceLock::new(),
            uses: OnceLock::new(),
            functions_named: OnceLock::new(),
            on_input: OnceLock::new(),
            rooted: OnceLock::new(),
            spelling: Default::default(),
        })
    }

    /// Compiles the text between the delimiters as a definition's: by the grammar of JSONata 2.0.6, which Step Functions
    /// has [Transforming data with JSONata in Step Functions]. The operators `??` and `?:` came with 2.1, and are
    /// mistakes there. Of the 297 expressions of jsonata-js's test suite that begin with a name, AWS called 20 invalid
    /// [floci#2670, measured]: about as many as are without these operators, and twice as many as are with them.
    ///
    /// # Errors
    /// Where it does not parse.
    pub fn compile_in_definition(text: &str) -> Result<Expression, SyntaxError> {
        let expression = Expression::compile(text)?;
        expression.check_for_definition()?;
        Ok(expression)
    }

    /// Whether a definition may have it: see [`Expression::compile_in_definition`].
    ///
    /// # Errors
    /// Where it has an operator of a later version.
    pub fn check_for_definition(&self) -> Result<(), SyntaxError> {
        let text = self.source();
        // The old parser takes the first `?` for a condition, and stumbles over what follows.
        if let Some(operator) = self.uses().later_operators.first() {
            let Use { name, span } = operator.clone();
            return Err(SyntaxError {
                code: "S0211".to_owned(),
                message: format!("The symbol \"{}\" cannot be used as a unary operator", &name[1..]),
                position: text
                    .get(..span.end)
                    .map_or(0, |before| before.encode_utf16().count()),
                span,
            });
        }
        Ok(())
    }

    /// What it may read: an analysis that takes longer than parsing it, and that checking a definition does without.
    pub(super) fn reads(&self) -> &Reads {
        self.reads.get_or_init(|| Box::new(self.inner.reads()))
    }

    /// Set when it needs no engine.
    pub(super) fn direct(&self) -> Option<&Direct> {
        let direct = self.direct.get_or_init(|| Direct::of(&self.inner.ast().root));
        direct.as_ref()
    }

    /// The expression for an input document; `None` where it is run as it is.
    pub(super) fn on_input(&self) -> Option<&Rewritten> {
        let rewritten = self
            .on_input
            .get_or_init(|| Rewritten::new(&self.inner, self.uses(), Vec::new()));
        rewritten.as_deref()
    }

    /// The expression with `$states` written as `$$`, the root of the input, so that the engine reads the state's data
    /// where it lies instead of a copy of it. `None` where that could be told from the original: where the expression
    /// has names of an input document, or calls that take an argument from it.
    pub(super) fn rooted(&self) -> Option<&Rewritten> {
        const ROOT: &str = "$$     ";
        let rooted = self.rooted.get_or_init(|| {
            let uses = self.uses();
            let takes_context = |call: &Call| {
                let arity = signatures::arity(&call.function.name);
                arity.is_some_and(|arity| call.arguments.is_none_or(|count| count < arity.without_context))
            };
            let is_root = |name: &Use| name.name == "$";
            if !uses.top_level_names.is_empty()
                || uses.variables.iter().any(is_root)
                || uses.calls.iter().any(takes_context)
            {
                return None;
            }
            let mut edits = Vec::new();
            for used in uses.variables.iter().filter(|used| used.name == "states") {
                // As long as before, so that places in errors stay.
                if self.source().get(used.span.clone())? != "$states" {
                    return None;
                }
                edits.push((used.span.clone(), ROOT.to_owned()));
            }
            Rewritten::new(&self.inner, uses, edits)
        });
        rooted.as_deref()
    }

    /// The expression in the form that gives numbers which are not finite as text; `None` where its result has no
    /// arithmetic. `as_written`: made of the expression without what [`Rewritten`] does.
    pub(super) fn spelling(&self, as_written: bool) -> Option<&jlens_core::Expression> {
        let spelling = self.spelling[usize::from(as_written)].get_or_init(|| {
            let rewritten = self.rooted().or_else(|| self.on_input()).filter(|_| !as_written);
            let compiled = rewritten.map_or(&self.inner, |rewritten| &rewritten.compiled);
            let text = non_finite::rewritten(compiled.ast())?;
            jlens_core::Expression::compile(&text).ok().map(Box::new)
        });
        spelling.as_deref()
    }

    /// The text it was compiled from.
    pub fn source(&self) -> &str {
        self.inner.source()
    }

    /// Whether `name` is a function that Step Functions has, without its `$`.
    pub fn is_function(name: &str) -> bool {
        signatures::arity(name).is_some()
    }

    /// The variables it may read that it does not bind itself, without `$`: the functions it names are among them, as
    /// a variable of that name stands before the function.
    pub fn variable_names(&self) -> impl Iterator<Item = &str> {
        let read = self.reads().bindings();
        let functions = self.functions_named().iter().map(|name| &**name);
        read.keys()
            .map(String::as_str)
            .chain(functions.filter(|name| !read.contains_key(*name)))
    }

    /// The functions it names, to call them or otherwise, and does not bind itself: without `$`, each once.
    pub(super) fn functions_named(&self) -> &[Box<str>] {
        self.functions_named.get_or_init(|| {
            let Uses { variables, calls, .. } = self.uses();
            let called = calls.iter().map(|call| &call.function);
            let names: BTreeSet<&str> = called.chain(variables).map(|used| used.name.as_str()).collect();
            let is_function = |name: &&str| Expression::is_function(name) || signatures::is_removed(name);
            names.into_iter().filter(is_function).map(Box::from).collect()
        })
    }

    /// Whether it may read the member `field` of the variable `name`.
    pub fn reads_field(&self, name: &str, field: &str) -> bool {
        match self.reads().binding(name) {
            None => self.reads().every_binding(),
            Some(read) => read.fields().is_none_or(|fields| fields.contains_key(field)),
        }
    }

    /// The members that it may read below `names` of the variable `variable`, each as the names that lead there, as far
    /// as the text names them: `order`, `id` for `$states.input.order.id` below `states` and `["input"]`.
    pub fn members_read(&self, variable: &str, names: &[&str]) -> Vec<Vec<&str>> {
        fn collect<'r>(read: &'r Read, path: &mut Vec<&'r str>, found: &mut Vec<Vec<&'r str>>) {
            match read.fields().filter(|fields| !fields.is_empty()) {
                Some(fields) => {
                    for (name, inner) in fields {
                        path.push(name);
                        collect(inner, path, found);
                        path.pop();
                    }
                }
                None if path.is_empty() => {}
                None => found.push(path.clone()),
            }
        }
        let below = names
            .iter()
            .try_fold(self.reads().binding(variable), |read, name| {
                Some(read?.fields()?.get(*name))
            });
        let mut found = Vec::new();
        if let Some(Some(read)) = below {
            collect(read, &mut Vec::new(), &mut found);
        }
        found
    }

    /// Whether it surely fails a state where the variable `name` (without `$`) has no value: by throwing an error, or by
    /// giving nothing. `$x ? $x : 1` does not, and neither does `[$x]`.
    pub fn fails_without(&self, name: &str) -> bool {
        absent::fails_without(&self.inner.ast().root, name)
    }

    /// The names, variables and functions it uses, with their places.
    pub fn uses(&self) -> &Uses {
        self.uses.get_or_init(|| Box::new(Uses::of(self.inner.ast())))
    }
}

fn syntax_error(error: &jlens_core::Error, text: &str) -> SyntaxError {
    let span = error.span().unwrap_or_default();
    let end = span.end.min(text.len());
    SyntaxError {
        code: error.code().to_owned(),
        message: messages::of(error),
        span: span.start.min(end)..end,
        position: error.position().unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mistakes_have_code_words_and_place() {
        let error = Expression::compile("a[1,2)").unwrap_err();
        assert_eq!(error.code, "S0202");
        assert_eq!(error.message, "Expected \"]\", got \",\"");
        assert_eq!(error.span, 3..4);
    }

    // The words are those of jsonata-js 2.0.6.
    #[test]
    fn operators_of_later_versions_are_mistakes_in_definitions() {
        for (text, symbol, span) in [
            ("$a ?? 1", "?", 3..5),
            ("$x + $a.b[0] ?: 1", ":", 13..15),
            ("$f(1, $a ?? $b ?: 2)", "?", 9..11),
            ("'é' ?? 1", "?", 5..7),
        ] {
            assert!(Expression::compile(text).is_ok());
            let error = Expression::compile_in_definition(text).unwrap_err();
            let words = format!("The symbol \"{symbol}\" cannot be used as a unary operator");
            assert_eq!((error.message, error.span), (words, span), "{text}");
        }
        assert!(Expression::compile_in_definition("$a ? '??' : 1").is_ok());
    }

    #[test]
    fn members_that_are_read_are_named() {
        let read = |text: &str| -> Vec<String> {
            let expression = Expression::compile(text).unwrap();
            let found = expression.members_read("states", &["input"]);
            found.iter().map(|names| names.join(".")).collect()
        };
        assert_eq!(
            read("$states . input.order.id & $states.input.`a b`"),
            ["a b", "order.id"]
        );
        assert_eq!(
            read("($i := $states.input; $i.x + $sum($i.lines.price))"),
            ["lines.price", "x"]
        );
        assert_eq!(
            read("'$states.input.x' & $states.context.y"),
            Vec::<String>::new()
        );
        assert_eq!(read("$states.input"), Vec::<String>::new());
    }

    #[test]
    fn deep_nesting_ends_in_an_error() {
        let text = format!("{}1{}", "(".repeat(100_000), ")".repeat(100_000));
        assert_eq!(Expression::compile(&text).unwrap_err().code, "U1001");
        assert_eq!(
            Expression::compile(&vec!["1"; 100_000].join("+"))
                .unwrap_err()
                .code,
            "U1001"
        );
        // Brackets in strings do not count.
        assert!(Expression::compile(&format!("\"{}\"", "(".repeat(5_000))).is_ok());
    }
}
