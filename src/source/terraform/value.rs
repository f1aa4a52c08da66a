//! What an expression gives, as far as that is known before Terraform runs.

use std::ops::Range;
use std::sync::Arc;

use hcl_edit::Span as _;
use hcl_edit::expr::{Expression, Object, ObjectKey, Traversal, TraversalOperator};

use super::super::{Format, Made, ParseOptions, SourceFile, placeholder};
use super::files::FileText;
use super::module::{Module, OUTER, Place, span};
use super::text::{Piece, Renderer, Text};
use crate::diagnostics::{Severity, Span};
use crate::value::Number;

/// A value, and where it is written.
#[derive(Debug, Clone)]
pub(super) struct Val {
    pub(super) kind: Kind,
    pub(super) place: Place,
    /// Where other files name it.
    pub(super) named: Vec<Place>,
}

impl Val {
    pub(super) fn new(kind: Kind, place: Place) -> Val {
        Val {
            kind,
            place,
            named: Vec::new(),
        }
    }
}

/// What a value is.
#[derive(Debug, Clone)]
pub(super) enum Kind {
    Null,
    Bool(bool),
    Number(Number),
    Text(Text),
    /// `open`: there may be more items.
    List {
        items: Vec<Val>,
        open: bool,
    },
    /// `open`: there may be more members.
    Object {
        members: Vec<Field>,
        open: bool,
    },
    /// The JSON of a value, as text.
    Encoded(Box<Val>),
    /// What a text in JSON or YAML holds.
    Decoded(Box<Val>, Format),
    /// The text of a file.
    File(FileText),
    /// Known when Terraform runs: the expression, and what it is.
    Unknown {
        name: String,
        why: Why,
    },
}

/// A member of an object.
#[derive(Debug, Clone)]
pub(super) struct Field {
    pub(super) key: Arc<str>,
    pub(super) place: Place,
    pub(super) value: Val,
}

/// Why a value is not known.
#[derive(Debug, Clone)]
pub(super) enum Why {
    /// A variable or `each.value`.
    Given,
    /// An attribute of a resource, or what an expression makes.
    Computed,
    /// A text with `%{ if }` or `%{ for }`.
    Directive,
    /// A file that cannot be read: why.
    NoFile(String),
    /// It is made of more values than a definition may have, or of itself.
    TooMuch,
}

impl Why {
    /// How bad it is that a definition is not known, and what is said of it; `name` is its expression.
    pub(super) fn told(&self, name: &str) -> (Severity, String) {
        let words = match self {
            Why::Given => {
                format!("The definition is given by the caller of this module ({name}): it is not read")
            }
            Why::Computed => format!("The definition is made when Terraform runs ({name}): it is not read"),
            Why::Directive => {
                "The definition depends on %{ if } or %{ for } of Terraform: it is not read".to_owned()
            }
            Why::NoFile(message) => format!("The definition is not read: {message}"),
            Why::TooMuch => {
                format!("The definition is made of itself, or is too large ({name}): it is not read")
            }
        };
        let severity = match self {
            Why::NoFile(_) => Severity::Warning,
            _ => Severity::Info,
        };
        (severity, words)
    }
}

impl Val {
    /// It and its parts as values of the caller of a module; `files`: how many files the caller has of its own.
    pub(super) fn outward(mut self, files: usize) -> Val {
        self.place = outward(self.place, files);
        self.named.clear();
        self.kind = match self.kind {
            Kind::List { items, open } => Kind::List {
                items: items.into_iter().map(|item| item.outward(files)).collect(),
                open,
            },
            Kind::Object { members, open } => {
                let members = members.into_iter().map(|member| Field {
                    key: member.key,
                    place: outward(member.place, files),
                    value: member.value.outward(files),
                });
                Kind::Object {
                    members: members.collect(),
                    open,
                }
            }
            Kind::Encoded(inner) => Kind::Encoded(Box::new(inner.outward(files))),
            Kind::Decoded(inner, format) => Kind::Decoded(Box::new(inner.outward(files)), format),
            kind => kind,
        };
        self
    }

    /// How many values it is.
    pub(super) fn size(&self) -> usize {
        1 + match &self.kind {
            Kind::List { items, .. } => items.iter().map(Val::size).sum(),
            Kind::Object { members, .. } => members.iter().map(|member| member.value.size()).sum(),
            Kind::Encoded(inner) | Kind::Decoded(inner, _) => inner.size(),
            // A long text is as much as many values.
            Kind::Text(text) => text.len() / 64,
            _ => 0,
        }
    }

    /// Where what it holds is written: of what is encoded or decoded, where that is.
    pub(super) fn origin(&self) -> Place {
        match &self.kind {
            Kind::Encoded(inner) | Kind::Decoded(inner, _) => inner.origin(),
            _ => self.place,
        }
    }

    /// Whether it may have more members or items than are known.
    pub(super) fn is_open(&self) -> bool {
        matches!(
            self.kind,
            Kind::List { open: true, .. } | Kind::Object { open: true, .. }
        )
    }

    /// The text that it is, where that is known whole.
    pub(super) fn as_text(&self) -> Option<String> {
        match &self.kind {
            Kind::Text(text) => text.known_whole(),
            Kind::Number(number) => Some(number.to_string()),
            Kind::Bool(value) => Some(value.to_string()),
            Kind::File(file) => Some(file.file.text().to_owned()),
            _ => None,
        }
    }

    /// The member called `key`; `None` where there is none that is known.
    pub(super) fn member(&self, key: &str) -> Option<&Val> {
        match &self.kind {
            Kind::Object { members, .. } => {
                let found = members.iter().rev().find(|member| &*member.key == key);
                found.map(|member| &member.value)
            }
            _ => None,
        }
    }
}

/// One of the instances that a block makes.
#[derive(Debug, Clone)]
pub(super) enum Instance {
    /// Of `for_each`: its key and value.
    Each(String, Val),
    /// Of `count`.
    Index(usize),
}

/// A place in a file of a module, as one of the modules that it calls sees it.
fn outward(place: Place, files: usize) -> Place {
    let file = match place.file.checked_sub(OUTER) {
        Some(outer) => OUTER + files + outer,
        None => OUTER + place.file,
    };
    Place { file, ..place }
}

/// So deep one value may lead to another: locals that name locals.
const MOST_DEEP: usize = 100;
/// So many expressions are looked at for one definition: locals of locals multiply.
const MOST_STEPS: usize = 500_000;
/// What reading a file counts for: templates that read templates multiply as well, and each costs more.
const STEPS_OF_A_FILE: usize = 500;

/// Works out expressions of one module.
pub(super) struct Evaluator<'m> {
    pub(super) module: &'m Module,
    pub(super) options: &'m ParseOptions,
    depth: usize,
    steps: usize,
    /// The text that is made of texts.
    made: Made,
    /// The variables of the template file that is read.
    pub(super) variables: Option<Val>,
    /// The names that `for` gives values, the innermost last, with their sizes.
    pub(super) bound: Vec<(String, Val, usize)>,
    /// The instance that is looked at.
    pub(super) instance: Option<Instance>,
    /// What conditions that are not known are taken to be, by their text.
    pub(super) assumed: Vec<(String, bool)>,
    /// The first condition that was met and is neither known nor assumed.
    pub(super) met: Option<String>,
    /// Whether a variable that nobody gives is taken for its default, though somebody else may give it.
    pub(super) takes_defaults: bool,
    /// The text that expressions are parts of, where that is none of the module's files.
    pub(super) text: Option<Arc<SourceFile>>,
}

impl<'m> Evaluator<'m> {
    pub(super) fn new(module: &'m Module, options: &'m ParseOptions) -> Evaluator<'m> {
        Evaluator {
            module,
            options,
            depth: 0,
            steps: 0,
            made: Made::default(),
            variables: None,
            bound: Vec::new(),
            instance: None,
            assumed: Vec::new(),
            met: None,
            takes_defaults: false,
            text: None,
        }
    }

    /// The text that an expression of file `file` is part of.
    pub(super) fn source(&self, file: usize) -> Arc<SourceFile> {
        self.text
            .clone()
            .unwrap_or_else(|| self.module.source(file).clone())
    }

    /// What an expression of file `file` gives.
    pub(super) fn value(&mut self, file: usize, expression: &Expression) -> Val {
        let place = Place {
            file,
            span: span(expression.span()),
        };
        if self.depth >= MOST_DEEP
            || self.steps >= MOST_STEPS
            || self.made.is_spent()
            || !self.module.spend(1)
        {
            return self.unknown(place, Why::TooMuch);
        }
        self.depth += 1;
        self.steps += 1;
        let value = self.of(place, expression);
        self.depth -= 1;
        let length = match &value.kind {
            Kind::Text(text) => text.len(),
            Kind::File(file) => file.file.text().len(),
            _ => 0,
        };
        if !self.may_make(length) {
            return self.unknown(place, Why::TooMuch);
        }
        value
    }

    /// Whether so many bytes of text more may be made for this definition.
    pub(super) fn may_make(&mut self, bytes: usize) -> bool {
        self.made.take(bytes, Span::at(0))
    }

    /// The JSON of a value; `None` where it is more text than may be made.
    pub(super) fn json(&mut self, value: &Val) -> Option<String> {
        super::json_text(value, self.options, &mut self.made, 0)
    }

    /// Whether one more file may be read for this definition.
    pub(super) fn may_read(&mut self) -> bool {
        self.steps = self.steps.saturating_add(STEPS_OF_A_FILE);
        self.steps < MOST_STEPS
    }

    fn of(&mut self, place: Place, expression: &Expression) -> Val {
        let file = place.file;
        let kind = match expression {
            Expression::Null(_) => Kind::Null,
            Expression::Bool(value) => Kind::Bool(*value.value()),
            Expression::Number(number) => {
                let source = self.source(file);
                let spelt = source.text().get(place.span.range()).and_then(Number::parse);
                match spelt.or_else(|| Number::parse(&number.value().to_string())) {
                    Some(number) => Kind::Number(number),
                    None => return self.unknown(place, Why::Computed),
                }
            }
            Expression::String(_) => {
                let source = self.source(file);
                let mut text = Text::new(source);
                text.add_quoted(inside(place.span));
                Kind::Text(text)
            }
            Expression::StringTemplate(template) => {
                return self.template(place, template, super::text::Form::Quoted);
            }
            Expression::HeredocTemplate(heredoc) => {
                let form = super::text::Form::Lines {
                    indent: heredoc.indent().unwrap_or(0),
                };
                return self.template(place, &heredoc.template, form);
            }
            Expression::Array(array) => Kind::List {
                items: array.iter().map(|item| self.value(file, item)).collect(),
                open: false,
            },
            Expression::Object(object) => self.object(file, object),
            Expression::Parenthesis(inner) => return self.value(file, inner.inner()),
            Expression::Variable(name) => {
                if let Some(value) = self.bound(name.value().as_str()) {
                    return Val { place, ..value };
                }
                let known = self
                    .variables
                    .as_ref()
                    .and_then(|all| all.member(name.value().as_str()));
                match known {
                    // What is not known goes by the name that it has here.
                    Some(value)
                        if !matches!(value.kind, Kind::Unknown { .. })
                            && !self.options.substitutions.has(name.value().as_str()) =>
                    {
                        return Val {
                            place,
                            ..value.clone()
                        };
                    }
                    _ => return self.unknown(place, Why::Given),
                }
            }
            Expression::Conditional(conditional) => {
                return match self.holds(file, &conditional.cond_expr) {
                    Some(true) => self.value(file, &conditional.true_expr),
                    Some(false) => self.value(file, &conditional.false_expr),
                    None => self.unknown(place, Why::Computed),
                };
            }
            Expression::FuncCall(call) => return self.call(place, call),
            Expression::Traversal(traversal) => return self.traversal(place, traversal),
            Expression::UnaryOp(_) | Expression::BinaryOp(_) => return self.operation(place, expression),
            Expression::ForExpr(looped) => return self.looped(place, looped),
        };
        Val::new(kind, place)
    }

    /// What is known only when Terraform runs; its name is its expression, on one line and without what no placeholder
    /// may hold.
    pub(super) fn unknown(&self, place: Place, why: Why) -> Val {
        let source = self.source(place.file);
        let written = source.text().get(place.span.range()).unwrap_or_default();
        Val {
            kind: Kind::Unknown {
                name: placeholder::named(written),
                why,
            },
            place,
            named: Vec::new(),
        }
    }

    fn object(&mut self, file: usize, object: &Object) -> Kind {
        let mut members: Vec<Field> = Vec::with_capacity(object.len());
        let mut open = false;
        for (key, value) in object.iter() {
            let place = Place {
                file,
                span: span(key.span()),
            };
            let text = match key {
                ObjectKey::Ident(name) => Some(name.value().as_str().to_owned()),
                ObjectKey::Expression(expression) => {
                    let key = self.value(file, expression);
                    match &key.kind {
                        Kind::Text(text) => Some(text.joined()),
                        Kind::Unknown { name, .. } => Some(format!("${{{name}}}")),
                        _ => key.as_text(),
                    }
                }
            };
            let value = self.value(file, value.expr());
            match text {
                Some(key) => members.push(Field {
                    key: Arc::from(key),
                    place,
                    value,
                }),
                None => open = true,
            }
        }
        Kind::Object { members, open }
    }

    /// A quoted template that is one interpolation and nothing else is that value; any other is a text
    /// [HCL Native Syntax Specification, Template Interpolation Unwrapping].
    fn template(
        &mut self,
        place: Place,
        template: &hcl_edit::template::Template,
        form: super::text::Form,
    ) -> Val {
        if let super::text::Form::Quoted = form
            && let Some(only) = template
                .as_single_element()
                .and_then(|only| only.as_interpolation())
        {
            let value = self.value(place.file, &only.expr);
            return match value.kind {
                Kind::Unknown { .. } => Val { place, ..value },
                _ => value,
            };
        }
        let mut text = Text::new(self.source(place.file));
        text.add_template(self, place.file, template, form);
        Val {
            kind: Kind::Text(text),
            place,
            named: Vec::new(),
        }
    }

    fn traversal(&mut self, place: Place, traversal: &Traversal) -> Val {
        let mut steps = traversal.operators.iter().map(|step| step.value());
        let root = match &traversal.expr {
            Expression::Variable(root) => root.value().as_str().to_owned(),
            other => {
                let value = self.value(place.file, other);
                return self.into(place, value, steps);
            }
        };
        if let Some(value) = self.bound(&root) {
            return self.into(place, value, steps);
        }
        let mut name = || match steps.next() {
            Some(TraversalOperator::GetAttr(name)) => Some(name.value().as_str().to_owned()),
            _ => None,
        };
        match root.as_str() {
            "local" if self.variables.is_none() => {
                let Some((file, expression)) = name().and_then(|name| self.module.local(&name)) else {
                    return self.unknown(place, Why::Computed);
                };
                let value = self.value(file, expression);
                let mut value = self.into(place, value, steps);
                if value.place.file != place.file {
                    value.named.push(place);
                }
                value
            }
            "path" if self.variables.is_none() => match name().as_deref() {
                // Where Terraform is started is not known; files are looked for from the module's folder on.
                Some("module" | "root" | "cwd") => Val {
                    kind: Kind::Text(Text::of(self.source(place.file), ".", place.span)),
                    place,
                    named: Vec::new(),
                },
                _ => self.unknown(place, Why::Computed),
            },
            "data" if self.variables.is_none() => {
                let (kind, name) = (name(), name());
                match (kind, name) {
                    (Some(kind), Some(name)) => self.data(place, &kind, &name),
                    _ => self.unknown(place, Why::Computed),
                }
            }
            "each" | "count" if self.variables.is_none() && self.instance.is_some() => {
                let (step, instance) = (name(), self.instance.clone());
                match (root.as_str(), step.as_deref(), instance) {
                    ("each", Some("key"), Some(Instance::Each(key, _))) => Val::new(
                        Kind::Text(Text::of(self.source(place.file), &key, place.span)),
                        place,
                    ),
                    ("each", Some("value"), Some(Instance::Each(_, value))) => {
                        let mut value = self.into(place, value, steps);
                        value.named.push(place);
                        value
                    }
                    ("count", Some("index"), Some(Instance::Index(index))) => {
                        match Number::parse(&index.to_string()) {
                            Some(index) => Val::new(Kind::Number(index), place),
                            None => self.unknown(place, Why::Given),
                        }
                    }
                    _ => self.unknown(place, Why::Given),
                }
            }
            "var" if self.variables.is_none() && (self.module.is_called() || self.takes_defaults) => {
                let Some(name) = name() else {
                    return self.unknown(place, Why::Given);
                };
                let value = match (self.module.argument(&name), self.module.default(&name)) {
                    (Some((_, size)), _) if !self.module.spend(*size) => {
                        return self.unknown(place, Why::TooMuch);
                    }
                    (Some((given, _)), _) => given.clone(),
                    (None, Some((file, expression))) => self.value(file, expression),
                    (None, None) => return self.unknown(place, Why::Given),
                };
                let mut value = self.into(place, value, steps);
                value.named.push(place);
                value
            }
            "var" | "each" | "count" | "self" => self.unknown(place, Why::Given),
            other => {
                let known = self.variables.as_ref().and_then(|all| all.member(other)).cloned();
                match known {
                    Some(value) => self.into(place, value, steps),
                    None => self.unknown(place, Why::Computed),
                }
            }
        }
    }

    /// A part of a value.
    fn into<'e>(
        &mut self,
        place: Place,
        value: Val,
        steps: impl Iterator<Item = &'e TraversalOperator>,
    ) -> Val {
        let mut value = value;
        for step in steps {
            let key = match step {
                TraversalOperator::GetAttr(name) => Some(name.value().as_str().to_owned()),
                TraversalOperator::Index(index) => self.value(place.file, index).as_text(),
                TraversalOperator::LegacyIndex(index) => Some(index.value().to_string()),
                TraversalOperator::AttrSplat(_) | TraversalOperator::FullSplat(_) => None,
            };
            let part = key.and_then(|key| match &value.kind {
                Kind::List { items, .. } => items.get(key.parse::<usize>().ok()?).cloned(),
                _ => value.member(&key).cloned(),
            });
            match part {
                Some(part) => value = part,
                None => return self.unknown(place, Why::Computed),
            }
        }
        value
    }

    /// A template or file that a data source reads.
    fn data(&mut self, place: Place, kind: &str, name: &str) -> Val {
        let Some((file, block)) = self.module.data(kind, name) else {
            return self.unknown(place, Why::Computed);
        };
        let attribute = |name: &str| block.body.get_attribute(name).map(|attribute| &attribute.value);
        match kind {
            "template_file" => {
                let Some(template) = attribute("template") else {
                    return self.unknown(place, Why::Computed);
                };
                let template = self.value(file, template);
                // As a block they are written before Terraform 0.12.
                let old = block.body.get_blocks("vars").next();
                let variables = match (attribute("vars"), old) {
                    (Some(vars), _) => Some(self.value(file, vars)),
                    (None, Some(block)) => Some(self.block(place, file, block)),
                    (None, None) => None,
                };
                self.render(place, template, variables, Renderer::DataSource)
            }
            "local_file" => match attribute("filename") {
                Some(path) => {
                    let path = self.value(file, path);
                    self.file(place, &path)
                }
                None => self.unknown(place, Why::Computed),
            },
            _ => self.unknown(place, Why::Computed),
        }
    }

    /// The attributes of a block.
    pub(super) fn block(&mut self, place: Place, file: usize, block: &hcl_edit::structure::Block) -> Val {
        let members = block.body.attributes().map(|attribute| Field {
            key: Arc::from(attribute.key.value().as_str()),
            place: Place {
                file,
                span: span(attribute.key.span()),
            },
            value: self.value(file, &attribute.value),
        });
        let members = members.collect();
        Val::new(Kind::Object { members, open: false }, place)
    }
}

/// What stands between quotes.
fn inside(span: Span) -> Range<usize> {
    let range = span.range();
    range.start + 1..range.end.saturating_sub(1).max(range.start + 1)
}

impl Piece {
    /// What it adds to the text.
    pub(super) fn shown(&self) -> String {
        match self {
            Piece::Known { text, .. } => text.clone(),
            Piece::Unknown { name, .. } => format!("${{{name}}}"),
        }
    }
}
