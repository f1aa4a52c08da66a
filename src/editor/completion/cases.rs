//! In test and mock files: keys, names of states, words, names of errors and of files.

use std::collections::BTreeSet;
use std::path::Path;

use super::paths;
use super::snippet;
use super::values;
use super::{Item, ItemKind, written};
use crate::asl::{RESERVED_ERRORS, StateMachine, StateType};
use crate::definition::Definition;
use crate::diagnostics::Span;
use crate::editor::lines::is_blank;
use crate::editor::tests_of::{tested, testing};
use crate::editor::{Files, OpenDocument};
use crate::mocks::ENTRY;
use crate::source::lines::{end_of, start_of};
use crate::source::{Format, NodeRef};
use crate::testing::fields::{CASE, FILE, Field, GAP, Keys, Named, Shape};

/// Where the caret is: what leads to the object or list, and what is being written in it.
struct Cursor {
    /// From the root: keys, and `None` for items.
    path: Vec<Option<String>>,
    /// The key whose value is being written; `None`: a key, or an item, is.
    key: Option<String>,
    /// What is replaced.
    span: Span,
    /// What of it stands before the caret.
    typed: String,
    /// The quote that it stands in.
    quote: Option<char>,
    /// The keys that are there.
    present: BTreeSet<String>,
    /// Whether a key may be written there; else an item is.
    may_be_key: bool,
    /// Whether a value follows the key.
    has_value: bool,
    /// Whether it stands in brackets.
    in_brackets: bool,
    /// How wide the dashes are that the line begins with.
    below_dash: usize,
    format: Format,
}

/// What may stand at a place.
#[derive(Clone, Copy)]
enum Place {
    Of(&'static Shape),
    /// An entry of a mocked state, or several.
    Entry,
    /// What a mock throws.
    Throw,
    /// The name of an error.
    Error,
}

/// What can be written at a place of a test file, or of a mock file.
pub(super) fn at(open: &OpenDocument, offset: usize, files: &dyn Files) -> Vec<Item> {
    let found = || {
        let document = open.test()?;
        let cursor = match document.format() {
            Format::Yaml => yaml(open.file().text(), offset)?,
            Format::Json => json(document.at(offset)?.node, open.file().text(), offset)?,
        };
        let is_test = crate::discovery::is_test_file(open.path());
        let definition = match is_test {
            true => tested(open, files).map(|(_, definition)| definition),
            false => testing(open.path(), files),
        };
        let mut items = of(&cursor, is_test, definition.as_ref());
        if let Some(field) = cursor.key.as_deref().filter(|_| is_test && cursor.is_file()) {
            items.extend(cursor.file_items(field, open, files));
        }
        Some(items)
    };
    found().unwrap_or_default()
}

fn of(cursor: &Cursor, is_test: bool, definition: Option<&Definition>) -> Vec<Item> {
    const MOCKS: &[&Shape] = &[&Shape::MockStates, &Shape::MockObjects];
    let machine = definition.and_then(Definition::machine);
    let steps = cursor.steps();
    let mut places = vec![Place::Of(&FILE)];
    let mut steps = &steps[..];
    if !is_test {
        // A mock file has what stands under Mocks in a test file.
        let first = steps.first().copied().flatten();
        match first {
            None => {
                let names = [
                    ("States", "The results of each Task state, by name."),
                    ("Objects", "Objects in S3."),
                ];
                let names = names.into_iter().filter(|_| cursor.may_be_key);
                return names
                    .filter_map(|(name, words)| cursor.key_item(name, words))
                    .collect();
            }
            Some("States") => places = vec![Place::Of(MOCKS[0])],
            Some("Objects") => places = vec![Place::Of(MOCKS[1])],
            Some(_) => return Vec::new(),
        }
        steps = &steps[1..];
    }
    places = led_to(places, steps);
    let mut items = Vec::new();
    for place in places {
        if cursor.key.is_none() && cursor.may_be_key {
            items.extend(keys(cursor, place, machine));
        }
        let is_value = cursor.key.is_some() || matches!(cursor.path.last(), Some(None));
        if is_value {
            items.extend(value(cursor, place, machine));
        }
    }
    let mut seen = BTreeSet::new();
    items.retain(|item| seen.insert(item.label.clone()));
    items
}

/// What stands where steps lead from places.
fn led_to(places: Vec<Place>, steps: &[Option<&str>]) -> Vec<Place> {
    steps.iter().fold(places, |places, step| {
        places.into_iter().flat_map(|place| below(place, *step)).collect()
    })
}

/// What stands behind a key of a place, or in its items.
fn below(place: Place, step: Option<&str>) -> Vec<Place> {
    match (place, step) {
        (Place::Of(Shape::Either(shapes)), _) => shapes
            .iter()
            .flat_map(|shape| below(Place::Of(shape), step))
            .collect(),
        (Place::Of(Shape::Case), _) => below(Place::Of(&CASE), step),
        (Place::Of(Shape::List(item) | Shape::Some(item)), None) => vec![Place::Of(item)],
        (Place::Of(Shape::Object { fields, .. }), Some(key)) => {
            let field = fields.iter().find(|field| field.name == key);
            field.map(|field| Place::Of(field.shape)).into_iter().collect()
        }
        (Place::Of(Shape::Members(_, shape)), Some(_)) => vec![Place::Of(shape)],
        (Place::Of(Shape::MockStates), Some(_)) | (Place::Entry, None) => vec![Place::Entry],
        (Place::Entry, Some("Throw")) => vec![Place::Throw],
        (Place::Entry, Some("Hang")) => vec![Place::Entry],
        (Place::Throw, Some("Error")) => vec![Place::Error],
        _ => Vec::new(),
    }
}

fn keys(cursor: &Cursor, place: Place, machine: Option<&StateMachine>) -> Vec<Item> {
    let plain = |names: &[&str]| {
        names
            .iter()
            .filter_map(|name| cursor.key_item(name, ""))
            .collect::<Vec<Item>>()
    };
    match place {
        Place::Of(Shape::Either(shapes)) => shapes
            .iter()
            .flat_map(|shape| keys(cursor, Place::Of(shape), machine))
            .collect(),
        Place::Of(Shape::Case) => keys(cursor, Place::Of(&CASE), machine),
        Place::Of(Shape::Object { fields, required }) => {
            let (first, others): (Vec<_>, Vec<_>) =
                fields.iter().partition(|field| required.contains(&field.name));
            let all = first.into_iter().chain(others);
            let item = |field: &Field| {
                let item = cursor.key_of(field.name, field.description, field.shape)?;
                let is_required = required.contains(&field.name);
                Some(Item {
                    detail: is_required.then(|| "required".to_owned()),
                    ..item
                })
            };
            all.filter_map(item).collect()
        }
        Place::Of(Shape::Members(Keys::States(named), _)) => of_states(cursor, *named, machine),
        Place::Of(Shape::Members(Keys::Words(words), _)) => plain(words),
        Place::Of(Shape::MockStates) => of_states(cursor, Named::Task, machine),
        Place::Entry => plain(&ENTRY),
        Place::Throw => plain(&["Error", "Cause"]),
        Place::Of(_) | Place::Error => Vec::new(),
    }
}

fn of_states(cursor: &Cursor, named: Named, machine: Option<&StateMachine>) -> Vec<Item> {
    let names = states(named, machine);
    let keys = names.iter().filter_map(|name| cursor.key_item(name, ""));
    keys.map(|item| Item {
        kind: ItemKind::State,
        ..item
    })
    .collect()
}

fn value(cursor: &Cursor, place: Place, machine: Option<&StateMachine>) -> Vec<Item> {
    match place {
        Place::Of(Shape::Either(shapes)) => shapes
            .iter()
            .flat_map(|shape| value(cursor, Place::Of(shape), machine))
            .collect(),
        Place::Of(Shape::State(named)) => {
            let mut names = states(*named, machine);
            if *named == Named::StateOrGap {
                names.push(GAP.to_owned());
            }
            names
                .iter()
                .map(|name| cursor.value_item(name, ItemKind::State))
                .collect()
        }
        Place::Of(Shape::Word(words)) => words
            .iter()
            .map(|word| cursor.value_item(word, ItemKind::Word))
            .collect(),
        Place::Of(Shape::Text) if cursor.key.as_deref() == Some("Error") => errors(machine, None)
            .iter()
            .map(|name| cursor.value_item(name, ItemKind::Error))
            .collect(),
        Place::Error => {
            let names = cursor.path.iter().flatten();
            let state = names.skip_while(|name| *name != "States").nth(1);
            let names = errors(machine, state.map(String::as_str));
            names
                .iter()
                .map(|name| cursor.value_item(name, ItemKind::Error))
                .collect()
        }
        Place::Entry if cursor.key.as_deref() == Some("Hang") => {
            vec![cursor.item("true", "true".to_owned(), ItemKind::Word)]
        }
        Place::Of(_) | Place::Entry | Place::Throw => Vec::new(),
    }
}

/// What a value begins with on a line of its own, where it has lines: nothing in an object, a dash in a list, with what
/// its items must have first.
fn begun(shape: &Shape) -> Option<String> {
    match shape {
        Shape::Object { .. } | Shape::Members(..) | Shape::MockStates | Shape::MockObjects | Shape::Case => {
            Some(String::new())
        }
        Shape::List(item) | Shape::Some(item) => {
            let item = if let Shape::Case = item { &CASE } else { item };
            let first = match item {
                Shape::Object { required, .. } => required.first().map(|name| format!("{name}: ")),
                _ => None,
            };
            Some(format!("- {}", first.unwrap_or_default()))
        }
        _ => None,
    }
}

/// The names of the states that can be meant.
fn states(named: Named, machine: Option<&StateMachine>) -> Vec<String> {
    let all = machine.into_iter().flat_map(StateMachine::states);
    let mut seen = BTreeSet::new();
    all.filter(|state| named.fits(state))
        .map(|state| state.name.to_string())
        .filter(|name| seen.insert(name.clone()))
        .collect()
}

/// The errors that a state may fail with, or any of the machine: what tasks call, Fail states, and Step Functions' own.
fn errors(machine: Option<&StateMachine>, of: Option<&str>) -> Vec<String> {
    let mut found = Vec::new();
    for state in machine.into_iter().flat_map(StateMachine::states) {
        if of.is_some_and(|name| *state.name != *name) {
            continue;
        }
        found.extend(values::of_service(state).into_iter().flatten());
        if let Some(StateType::Fail) = state.state_type
            && let Some(error) = machine.and_then(|machine| state.fields(machine).error()?.as_str())
        {
            found.push(error.to_owned());
        }
    }
    let own = RESERVED_ERRORS.iter().map(|name| (*name).to_owned());
    found.extend(own.filter(|name| name != crate::asl::error_names::ALL));
    let mut seen = BTreeSet::new();
    found.retain(|name| seen.insert(name.clone()));
    found
}

impl Cursor {
    /// What leads to the value that is being written, or to the object or list.
    fn steps(&self) -> Vec<Option<&str>> {
        let own = self.key.iter().map(|key| Some(&**key));
        self.path.iter().map(|step| step.as_deref()).chain(own).collect()
    }

    /// Whether a file is named in the value.
    fn is_file(&self) -> bool {
        let is_file = |shape: &Shape| match shape {
            Shape::Either(shapes) => shapes.iter().any(|shape| matches!(shape, Shape::File)),
            shape => matches!(shape, Shape::File),
        };
        let places = led_to(vec![Place::Of(&FILE)], &self.steps());
        (places.iter()).any(|place| matches!(place, Place::Of(shape) if is_file(shape)))
    }

    /// The files that may be meant.
    fn file_items(&self, field: &str, open: &OpenDocument, files: &dyn Files) -> Vec<Item> {
        let (begun, found) = paths::beside(&self.typed, field, open, files);
        // In the middle of a path without quotes there are none to be given.
        let is_plain = |name: &str| {
            let inside = format!("a{name}");
            !name.starts_with('#') && snippet::yaml(&inside) == inside
        };
        let can_stand = |name: &str| self.quote.is_some() || self.format == Format::Json || is_plain(name);
        let found = found.into_iter().filter(|file| can_stand(&file.name));
        let item = |file: paths::Found| {
            let (name, kind) = match file.is_folder {
                true => (format!("{}/", file.name), ItemKind::Folder),
                false => (file.name, ItemKind::File),
            };
            let text = match self.quote {
                Some(_) => written(&name, self.quote, self.format),
                None => name.clone(),
            };
            let end = self.span.end as usize;
            let start = self.span.start as usize + self.typed.len() - begun;
            Item {
                span: Span::new(start, end),
                ..self.item(&name, text, kind)
            }
        };
        found.map(item).collect()
    }

    /// A key with the beginning of what it holds, unless it is there already.
    fn key_of(&self, name: &str, words: &str, shape: &Shape) -> Option<Item> {
        let item = self.key_item(name, words)?;
        let begun = begun(shape).filter(|_| !self.in_brackets);
        Some(match (begun, item.text.strip_suffix(": ")) {
            (Some(begun), Some(key)) => Item {
                text: format!("{key}:\n{}  {begun}", " ".repeat(self.below_dash)),
                ..item
            },
            _ => item,
        })
    }

    /// A key, unless it is there already.
    fn key_item(&self, name: &str, words: &str) -> Option<Item> {
        if self.present.contains(name) {
            return None;
        }
        let key = match (self.quote, self.format) {
            (Some(_), _) => written(name, self.quote, self.format),
            (None, Format::Json) => snippet::json(name),
            (None, Format::Yaml) => snippet::yaml(name),
        };
        let text = match (self.has_value, self.quote) {
            (true, _) | (false, Some(_)) => key,
            (false, None) => format!("{key}: "),
        };
        let item = self.item(name, text, ItemKind::Field);
        Some(Item {
            documentation: (!words.is_empty()).then(|| words.to_owned()),
            ..item
        })
    }

    fn value_item(&self, name: &str, kind: ItemKind) -> Item {
        let text = match (self.quote, self.format) {
            (None, Format::Json) => snippet::json(name),
            _ => written(name, self.quote, self.format),
        };
        self.item(name, text, kind)
    }

    fn item(&self, label: &str, text: String, kind: ItemKind) -> Item {
        Item {
            label: label.to_owned(),
            kind,
            detail: None,
            documentation: None,
            filter: None,
            span: self.span,
            text,
            snippet: None,
            comma_at: None,
        }
    }
}

/// A line of YAML: the columns of its dashes, where what follows them begins, and the key in it.
struct Line<'t> {
    dashes: Vec<usize>,
    column: usize,
    text: &'t str,
}

impl<'t> Line<'t> {
    fn of(line: &'t str) -> Line<'t> {
        let line = line.trim_end_matches('\r');
        let mut column = line.len() - line.trim_start_matches(' ').len();
        let mut dashes = Vec::new();
        while line[column..].starts_with("- ") || &line[column..] == "-" {
            dashes.push(column);
            column += 1;
            column += line[column..].len() - line[column..].trim_start_matches(' ').len();
        }
        Line {
            dashes,
            column,
            text: &line[column..],
        }
    }

    fn key(&self) -> Option<&'t str> {
        let (key, rest) = self.text.split_once(':')?;
        let is_key = (rest.is_empty() || rest.starts_with([' ', '\t'])) && !key.starts_with(['{', '[', '#']);
        is_key.then(|| key.trim().trim_matches(['"', '\'']))
    }

    /// The column of the first thing in it.
    fn first(&self) -> usize {
        self.dashes.first().copied().unwrap_or(self.column)
    }
}

fn yaml(text: &str, offset: usize) -> Option<Cursor> {
    text.get(..offset)?;
    let (start, end) = (start_of(text, offset), end_of(text, offset));
    let line = Line::of(&text[start..offset]);
    let mut path = path_above(text, start, &line);
    path.extend(line.dashes.iter().map(|_| None));
    let rest = text[offset..end].trim_end();
    let mut cursor = Cursor {
        path,
        key: None,
        span: Span::at(offset),
        typed: String::new(),
        quote: None,
        present: BTreeSet::new(),
        may_be_key: true,
        has_value: false,
        in_brackets: false,
        below_dash: line.column - line.first(),
        format: Format::Yaml,
    };
    let mut typed = line.text;
    let mut replaced = rest.len();
    let block = line.text.find(['{', '[']).unwrap_or(line.text.len());
    if let Some(flow) = Flow::of(&line.text[block..]) {
        let before = line.text[..block].trim_end();
        // Brackets stand behind a key, or are an item.
        match before.strip_suffix(':') {
            Some(key) => cursor.path.push(Some(key.trim_matches(['"', '\'']).to_owned())),
            None if before.is_empty() && !line.dashes.is_empty() => {}
            None => return None,
        }
        cursor.path.extend(flow.path);
        cursor.key = flow.key;
        cursor.may_be_key = flow.is_object;
        cursor.in_brackets = true;
        cursor.present = flow.present;
        typed = &line.text[block + flow.token..];
        replaced = rest.find([',', ':', ']', '}']).unwrap_or(rest.len());
        cursor.has_value = cursor.key.is_none() && flow.is_object && rest[replaced..].starts_with(':');
        if typed.starts_with(['|', '>', '&', '*', '!', '#']) {
            return None;
        }
    } else if let Some((key, value)) = typed.split_once(": ") {
        cursor.key = Some(key.trim_matches(['"', '\'']).to_owned());
        typed = value.trim_start();
        if typed.starts_with(['{', '[', '|', '>', '&', '*', '!', '#']) {
            return None;
        }
    } else {
        if typed.contains(['{', '[', '#']) || typed.ends_with(':') {
            return None;
        }
        if let Some(colon) = rest.find(':') {
            replaced = colon;
            cursor.has_value = true;
        }
        cursor.present = siblings(text, start, end, line.column, line.dashes.is_empty());
    }
    cursor.quote = typed.chars().next().filter(|quote| matches!(quote, '"' | '\''));
    let inside = &typed[cursor.quote.map_or(0, char::len_utf8)..];
    if let Some(quote) = cursor.quote {
        replaced = rest[..replaced].find(quote).unwrap_or(0);
    }
    cursor.span = Span::new(offset - inside.len(), offset + replaced);
    cursor.typed = inside.to_owned();
    Some(cursor)
}

/// Where the end of a text in brackets stands, which are begun on its line: `{Pay: {Throw: {Error: `.
struct Flow {
    /// What leads from the brackets to the innermost object or list.
    path: Vec<Option<String>>,
    /// The key whose value is being written.
    key: Option<String>,
    /// Whether the innermost is an object.
    is_object: bool,
    /// The keys that it has already.
    present: BTreeSet<String>,
    /// Where what is being written begins.
    token: usize,
}

impl Flow {
    /// `None` where no bracket is open at the end.
    fn of(text: &str) -> Option<Flow> {
        /// An open bracket.
        struct Open {
            is_object: bool,
            key: Option<String>,
            present: BTreeSet<String>,
        }
        let mut open: Vec<Open> = Vec::new();
        let mut token = 0;
        let mut quote = None;
        for (at, c) in text.char_indices() {
            let next = at + c.len_utf8();
            let is_first = text[token..at].trim().is_empty();
            match (quote, c) {
                (Some(end), c) if c == end => quote = None,
                (Some(_), _) => {}
                (None, '"' | '\'') if is_first => quote = Some(c),
                (None, '{' | '[') if is_first => {
                    open.push(Open {
                        is_object: c == '{',
                        key: None,
                        present: BTreeSet::new(),
                    });
                    token = next;
                }
                (None, '}' | ']') => {
                    open.pop();
                    token = next;
                }
                (None, ',') => {
                    let inner = open.last_mut()?;
                    inner.present.extend(inner.key.take());
                    token = next;
                }
                (None, ':') if text[next..].is_empty() || text[next..].starts_with([' ', '"', '\'']) => {
                    let inner = open.last_mut()?;
                    if inner.is_object && inner.key.is_none() {
                        inner.key = Some(text[token..at].trim().trim_matches(['"', '\'']).to_owned());
                        token = next;
                    }
                }
                (None, _) => {}
            }
        }
        let inner = open.pop()?;
        let outer = open
            .into_iter()
            .map(|outer| outer.key.filter(|_| outer.is_object));
        let mut path: Vec<Option<String>> = outer.collect();
        if !inner.is_object {
            path.push(None);
        }
        let blanks = text[token..].len() - text[token..].trim_start().len();
        Some(Flow {
            path,
            is_object: inner.is_object,
            key: inner.key,
            present: inner.present,
            token: token + blanks,
        })
    }
}

/// What leads to the line, by the indentation of the lines above it.
fn path_above(text: &str, start: usize, line: &Line<'_>) -> Vec<Option<String>> {
    let mut path = Vec::new();
    let (mut column, mut is_item) = (line.first(), !line.dashes.is_empty());
    let mut end = start;
    while end > 0 && (column > 0 || is_item) {
        let begin = start_of(text, end - 1);
        let above = Line::of(&text[begin..end - 1]);
        end = begin;
        if is_blank(above.text) {
            continue;
        }
        let key = above.key();
        let holds = above.column < column || (above.column == column && is_item && above.dashes.is_empty());
        if let Some(key) = key.filter(|_| holds) {
            path.push(Some(key.to_owned()));
        } else if !above.dashes.iter().any(|dash| *dash < column) {
            continue;
        }
        // The item that this is a key of, or stands in.
        let inside = above.dashes.iter().rev().filter(|dash| **dash < column);
        path.extend(inside.map(|_| None));
        (column, is_item) = (above.first(), !above.dashes.is_empty());
    }
    path.reverse();
    path
}

/// The keys beside a line: those of the same column around it.
fn siblings(text: &str, start: usize, end: usize, column: usize, goes_up: bool) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let above = text[..start].lines().rev().filter(|_| goes_up);
    for line in above.map(Line::of).filter(|line| !is_blank(line.text)) {
        if line.column < column {
            break;
        }
        found.extend(line.key().filter(|_| line.column == column).map(str::to_owned));
        if line.column == column && !line.dashes.is_empty() {
            break;
        }
    }
    let below = text[end..].lines().skip(1).map(Line::of);
    for line in below.filter(|line| !is_blank(line.text)) {
        if line.first() < column {
            break;
        }
        found.extend(line.key().filter(|_| line.column == column).map(str::to_owned));
    }
    found
}

fn json(node: NodeRef<'_>, text: &str, offset: usize) -> Option<Cursor> {
    let document = node.document();
    let at = document.at(offset)?;
    let (span, holder) = match at.on_key {
        true => (node.key_span(), node.parent()?),
        false => (node.token_span(), node.parent()?),
    };
    let token = text.get(span.range())?;
    // Only a string that is begun: it says where it ends.
    let inside = Span::new(span.start as usize + 1, (span.end as usize).saturating_sub(1));
    if token.len() < 2 || !token.starts_with('"') || !token.ends_with('"') {
        return None;
    }
    if offset < inside.start as usize || offset > inside.end as usize {
        return None;
    }
    let mut path = Vec::new();
    let mut up = holder;
    while let Some(parent) = up.parent() {
        path.push(up.key().map(|key| key.to_string()));
        up = parent;
    }
    path.reverse();
    let key = match (at.on_key, node.key()) {
        (false, Some(key)) => Some(key.to_string()),
        (false, None) => {
            path.push(None);
            None
        }
        (true, _) => None,
    };
    let others = holder.members().iter().filter(|member| member.key_span != span);
    Some(Cursor {
        path,
        key,
        span: inside,
        typed: text.get(inside.start as usize..offset)?.to_owned(),
        quote: Some('"'),
        present: others.map(|member| member.key.to_string()).collect(),
        may_be_key: at.on_key,
        has_value: true,
        in_brackets: true,
        below_dash: 0,
        format: Format::Json,
    })
}

/// Whether what is offered in a file of this name is that of tests and mocks.
pub(super) fn is_of_tests(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    crate::discovery::is_test_file(path) || crate::mocks::is_mock_file(&name)
}
