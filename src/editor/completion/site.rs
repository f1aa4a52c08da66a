//! Where something can be completed: a key of which object, or the value of which field, and what is replaced.

use crate::asl::StateMachine;
use crate::asl::fields::Content;
use crate::diagnostics::Span;
use crate::editor::lines;
use crate::editor::place::{Context, Role};
use crate::source::lines::{end_of, start_of};
use crate::source::{Format, NodeKind, NodeRef};

/// A place where something can be completed.
#[derive(Debug, Clone)]
pub(super) struct Site<'m> {
    /// Whether a key is wanted; otherwise a value.
    pub is_key: bool,
    /// Of a key, where the object stands; of a value, where that stands.
    pub context: Context<'m>,
    /// The object that gets the key, where it is there already.
    pub holder: Option<NodeRef<'m>>,
    /// The value that stands there, or behind the key that does.
    pub node: Option<NodeRef<'m>>,
    /// From the value of the field to the object or value: keys, and `None` for items.
    pub steps: Vec<Option<String>>,
    /// What is replaced: the token around the caret, without its quotes.
    pub span: Span,
    /// The token up to the caret.
    pub typed: String,
    /// Whether it stands in quotes: the one that it begins with.
    pub quote: Option<char>,
    /// Whether it ends with that quote.
    pub is_closed: bool,
    /// Whether a value follows the key.
    pub has_value: bool,
    /// Whether another member follows without a comma between.
    pub needs_comma: bool,
    /// Where a comma is missing behind the member before.
    pub comma_at: Option<usize>,
    /// JSON, also for what is written so inside of YAML.
    pub format: Format,
    /// The place itself.
    pub caret: usize,
    /// Whether the key is the first of an item whose dash is missing.
    pub needs_dash: bool,
}

/// The place at `offset` of the machine's text.
pub(super) fn at(machine: &StateMachine, offset: usize) -> Option<Site<'_>> {
    let document = machine.document();
    let text = document.file().text();
    text.get(..offset)?;
    match document.format() {
        Format::Json => json(machine, text, offset),
        Format::Yaml => yaml(machine, text, offset),
    }
}

impl<'m> Site<'m> {
    fn key(holder: Option<NodeRef<'m>>, context: Context<'m>, node: Option<NodeRef<'m>>) -> Self {
        let steps = holder.map_or_else(Vec::new, |holder| steps(holder, &context));
        Site {
            is_key: true,
            context,
            holder,
            node,
            steps,
            span: Span::at(0),
            typed: String::new(),
            quote: None,
            is_closed: false,
            has_value: false,
            needs_comma: false,
            comma_at: None,
            format: Format::Yaml,
            caret: 0,
            needs_dash: false,
        }
    }

    fn value(context: Context<'m>, node: Option<NodeRef<'m>>) -> Self {
        let steps = node.map_or_else(Vec::new, |node| steps(node, &context));
        Site {
            is_key: false,
            steps,
            ..Site::key(None, context, node)
        }
    }

    /// Puts in what is replaced: the token that begins at `start`, which may be a quote, and ends at `end`.
    fn token(mut self, text: &str, start: usize, end: usize, offset: usize) -> Option<Self> {
        let token = text.get(start..end)?;
        let quote = token.chars().next().filter(|c| matches!(c, '"' | '\''));
        let from = start + quote.map_or(0, char::len_utf8);
        // A quote with a word right behind it begins the next string: this one is not closed.
        let opens_next = text[end..].starts_with(is_key_letter);
        self.is_closed = quote.is_some_and(|quote| {
            let inside = &token[1..];
            inside.ends_with(quote) && !inside[..inside.len() - 1].ends_with('\\') && !opens_next
        });
        let to = match (quote, self.is_closed) {
            // What else stands on the line of a string that is not closed may be meant to stand there.
            (Some(_), false) => offset,
            (Some(_), true) => end - 1,
            (None, _) => end,
        };
        if offset < from || offset > to.max(from) {
            return None;
        }
        self.span = Span::new(from, to.max(offset));
        self.typed = text.get(from..offset)?.to_owned();
        self.quote = quote;
        self.caret = offset;
        let after = text.get(to + usize::from(self.is_closed)..)?;
        let after = after.trim_start_matches([' ', '\t']);
        self.has_value = self.is_key && after.starts_with(':');
        self.needs_comma =
            self.format == Format::Json && !self.has_value && after.trim_start().starts_with('"');
        if self.is_key && self.format == Format::Json {
            let before = text[..start].trim_end();
            self.comma_at = (!before.ends_with(['{', ',', '['])).then_some(before.len());
        }
        Some(self)
    }

    fn with_format(self, format: Format) -> Self {
        Site { format, ..self }
    }
}

/// The keys and items from the value of the field that `context` is in to `node`.
pub(super) fn steps(node: NodeRef<'_>, context: &Context<'_>) -> Vec<Option<String>> {
    let mut found = Vec::new();
    let Some(value) = context.value else { return found };
    let mut at = node;
    while at.id() != value.id() {
        found.push(at.key().map(|key| key.to_string()));
        let Some(parent) = at.parent() else {
            return Vec::new();
        };
        at = parent;
    }
    found.reverse();
    found
}

/// The letters that a name, a path or an ARN without quotes is made of.
fn is_word(c: char) -> bool {
    c.is_alphanumeric() || "_.:$-".contains(c)
}

fn json<'m>(machine: &'m StateMachine, text: &'m str, offset: usize) -> Option<Site<'m>> {
    let document = machine.document();
    let Some(at) = document.at(offset) else {
        // Behind a text that is not done, the space belongs to what is open.
        let at = document.at(text[..offset].trim_end().len())?;
        let node = if at.on_key { at.node.parent()? } else { at.node };
        return between(machine, text, node, offset);
    };
    let node = at.node;
    let starts_string = |span: Span| text[span.range()].starts_with('"');
    if at.on_key {
        let span = node.key_span();
        let holder = node.parent()?;
        // Behind the colon a value is wanted.
        let behind_colon = || text[..offset].trim_end().ends_with(':') && node.span().is_empty();
        if offset == span.start as usize || (offset >= span.end as usize && behind_colon()) {
            return between(machine, text, holder, offset);
        }
        let site = Site::key(Some(holder), Context::of(machine, holder), Some(node));
        return site
            .with_format(Format::Json)
            .token(text, span.start as usize, span.end as usize, offset);
    }
    let span = node.span();
    if matches!(node.kind(), NodeKind::String(_)) && starts_string(span) {
        if offset == span.start as usize {
            return between(machine, text, node.parent()?, offset);
        }
        let site = Site::value(Context::of(machine, node), Some(node));
        return site
            .with_format(Format::Json)
            .token(text, span.start as usize, span.end as usize, offset);
    }
    between(machine, text, node, offset)
}

/// A place between the tokens of an object or list in brackets, or at a word without quotes.
fn between<'m>(machine: &'m StateMachine, text: &str, node: NodeRef<'m>, offset: usize) -> Option<Site<'m>> {
    let container = match node.is_object() || node.is_array() {
        true => node,
        false => node.parent()?,
    };
    if matches!(node.kind(), NodeKind::Placeholder(name) if !name.is_empty()) {
        return None;
    }
    let before = text.get(..offset)?;
    let mut start = before.trim_end_matches(is_word).len();
    // Right behind a key its colon is no part of the word.
    if before[..start].ends_with('"') && before[start..].starts_with(':') {
        start += 1;
    }
    let rest = text.get(offset..)?;
    let end = offset + (rest.len() - rest.trim_start_matches(is_word).len());
    // Behind a value without a comma, on a line of its own; a string there is no part of the tree.
    let head = before[..start].strip_suffix('"').unwrap_or(&before[..start]);
    let value_end = head.trim_end().len();
    let ends = |value| container.document().node(value).span().end as usize == value_end;
    if head[value_end..].contains('\n') && container.members().iter().any(|member| ends(member.value)) {
        let is_quoted = head.len() < start && rest[end - offset..].starts_with('"');
        let site = Site::key(Some(container), Context::of(machine, container), None);
        let site = site.with_format(Format::Json);
        return site.token(text, head.len(), end + usize::from(is_quoted), offset);
    }
    let before = before[..start].trim_end();
    let begins = container.span().start as usize;
    // The last sign may be that of something around.
    if before.len() <= begins {
        return None;
    }
    let site = match before.chars().next_back()? {
        '{' | ',' if container.is_object() => {
            Site::key(Some(container), Context::of(machine, container), None)
        }
        '[' | ',' if container.is_array() => {
            let context = Context::inside(machine, container, None);
            let node = (node.id() != container.id()).then_some(node);
            let mut site = Site::value(context, node);
            if site.steps.is_empty() {
                site.steps = steps(container, &context);
                site.steps.push(None);
            }
            site
        }
        ':' if container.is_object() => {
            let colon = before.len() - 1;
            let mut members = container.members().iter();
            let member = members.rfind(|member| member.key_span.end as usize <= colon)?;
            let value = container.document().node(member.value);
            Site::value(Context::of(machine, value), Some(value))
        }
        _ => return None,
    };
    site.with_format(Format::Json).token(text, start, end, offset)
}

fn yaml<'m>(machine: &'m StateMachine, text: &'m str, offset: usize) -> Option<Site<'m>> {
    let document = machine.document();
    let Some(at) = document.at(offset) else {
        return by_lines(machine, text, offset);
    };
    let node = at.node;
    if at.on_key {
        let span = node.key_span();
        let holder = node.parent()?;
        let site = Site::key(Some(holder), Context::of(machine, holder), Some(node));
        let format = flow_format(text, holder);
        return site
            .with_format(format)
            .token(text, span.start as usize, span.end as usize, offset);
    }
    let span = node.span();
    let token = text.get(span.range())?;
    if (node.is_object() || node.is_array()) && token.starts_with(['{', '[']) {
        return between(machine, text, node, offset);
    }
    if matches!(node.kind(), NodeKind::String(_)) && !token.is_empty() {
        let context = Context::of(machine, node);
        if token.starts_with(['|', '>']) {
            let mut site = Site::value(context, Some(node));
            site.span = Span::at(offset);
            site.caret = offset;
            let at = node.offset_in_text(offset)?;
            site.typed = node.as_str()?.get(..at)?.to_owned();
            // Inside of a block nothing is quoted.
            return Some(site);
        }
        // A word on a line of its own, where an object belongs: its first key.
        let is_template = matches!(context.role, Role::Value(Content::Template(_)));
        let begins_line = || lines::is_blank(&text[start_of(text, span.start as usize)..span.start as usize]);
        if is_template && node.key().is_some() && token.chars().all(is_key_letter) && begins_line() {
            return by_lines(machine, text, offset);
        }
        let is_value = matches!(context.role, Role::Value(_) | Role::Unknown);
        if is_value && !token.contains('\n') {
            let format = node
                .parent()
                .map_or(Format::Yaml, |parent| flow_format(text, parent));
            let quoted = token.starts_with(['"', '\'']);
            if quoted || format == Format::Yaml {
                let site = Site::value(context, Some(node)).with_format(format);
                return site.token(text, span.start as usize, span.end as usize, offset);
            }
            return between(machine, text, node, offset);
        }
    }
    by_lines(machine, text, offset)
}

/// In YAML, what is written in brackets is written as JSON.
fn flow_format(text: &str, container: NodeRef<'_>) -> Format {
    let token = text.get(container.span().range()).unwrap_or_default();
    match token.starts_with(['{', '[']) {
        true => Format::Json,
        false => Format::Yaml,
    }
}

/// A line of a YAML block: how far in it begins, and where what stands behind its dashes begins.
struct Line<'t> {
    /// Its first byte.
    start: usize,
    /// The column of the first dash, where there is one.
    dash: Option<usize>,
    /// The column of what follows.
    column: usize,
    /// What follows.
    text: &'t str,
}

impl<'t> Line<'t> {
    fn of(text: &'t str, start: usize, end: usize) -> Line<'t> {
        let line = text[start..end].trim_end_matches('\r');
        let mut column = line.len() - line.trim_start_matches(' ').len();
        let mut dash = None;
        while line[column..].starts_with("- ") {
            dash = dash.or(Some(column));
            column += 1;
            column += line[column..].len() - line[column..].trim_start_matches(' ').len();
        }
        Line {
            start,
            dash,
            column,
            text: &line[column..],
        }
    }
}

/// The place by the lines above: where the tree has nothing, a key or value is being written.
fn by_lines<'m>(machine: &'m StateMachine, text: &'m str, offset: usize) -> Option<Site<'m>> {
    let start = start_of(text, offset);
    let end = end_of(text, offset);
    // A bracket that is not closed yet ends before the place.
    if let Some(open) = open_bracket(&text[start..offset])
        && let Some(at) = machine.document().at(start + open)
        && (at.node.is_object() || at.node.is_array())
        && at.node.span().start as usize == start + open
    {
        return between(machine, text, at.node, offset);
    }
    let line = Line::of(text, start, offset);
    let content = line.start + line.column;
    let rest_of_line = text[offset..end].trim_end();
    let around = parent(machine, text, &line)?;
    if let Some((key, value)) = line.text.split_once(": ") {
        if key.contains(['{', '[', '#']) {
            return None;
        }
        let key = key.trim_matches(['"', '\'']);
        let context = around.object?.1.enter(
            around.object?.0,
            Some(key),
            around.holder.and_then(|h| h.get(key)),
        );
        let from = offset - value.trim_start().len();
        let mut site = Site::value(context, around.holder.and_then(|holder| holder.get(key)));
        if site.node.is_none() {
            site.steps = around.steps(&context, Some(key));
        }
        if let Some(list) = text[from..offset].strip_prefix('[') {
            let last = list.rfind(['[', ',']).map_or(0, |at| at + 1);
            let item = &list[last..];
            let from = offset - item.trim_start().len();
            site.context = site.context.enter(around.object?.0, None, None);
            site.steps.push(None);
            return site.with_format(Format::Json).token(text, from, offset, offset);
        }
        if text[from..offset].starts_with(['{', '|', '>', '&', '*', '!']) {
            return None;
        }
        let value_end = offset + rest_of_line.len();
        return site.token(text, from, value_end, offset);
    }
    if line.text.ends_with(':') || line.text.contains([' ', '{', '[', '#', '&', '*', '!']) {
        return None;
    }
    let (holder_context, holder) = (around.object?.1, around.holder);
    let word = rest_of_line.len() - rest_of_line.trim_start_matches(is_key_letter).len();
    match holder_context.role {
        Role::Object(_) | Role::States => {
            Site::key(holder, holder_context, None).token(text, content, offset + word, offset)
        }
        Role::Value(_) if line.dash.is_some() && around.is_item => {
            let mut site = Site::value(holder_context, None);
            site.steps = around.steps(&holder_context, None);
            site.token(text, content, offset + rest_of_line.len(), offset)
        }
        Role::Value(_) => {
            let mut site = Site::key(holder, holder_context, None);
            if holder.is_none() {
                site.steps = around.steps(&holder_context, None);
            }
            site.token(text, content, offset + word, offset)
        }
        // The first key of an item, or another one, whose dash is not there yet.
        Role::List(_) if line.dash.is_none() => {
            let context = holder_context.enter(around.object?.0, None, None);
            let mut site = Site::key(holder, context, None);
            site.needs_dash = holder.is_none();
            site.token(text, content, offset + word, offset)
        }
        Role::List(_) | Role::Unknown => None,
    }
}

/// The innermost bracket that is open at the end of a part of a line.
fn open_bracket(part: &str) -> Option<usize> {
    let (mut open, mut quote, mut before) = (Vec::new(), None, ' ');
    for (at, letter) in part.char_indices() {
        match (quote, letter) {
            (Some(begun), _) if begun == letter => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') if matches!(before, ' ' | '[' | '{' | ',') => quote = Some(letter),
            (None, '[' | '{') => open.push(at),
            (None, ']' | '}') => drop(open.pop()),
            _ => {}
        }
        before = letter;
    }
    open.last().copied().filter(|_| quote.is_none())
}

fn is_key_letter(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// What a line of YAML stands in.
struct Around<'m> {
    /// The node by which it was found, and where the object or item stands that the line is a part of.
    object: Option<(NodeRef<'m>, Context<'m>)>,
    /// The object, where it is one already.
    holder: Option<NodeRef<'m>>,
    /// Whether it is an item of a list that is not there yet.
    is_item: bool,
}

impl Around<'_> {
    /// The steps to what a key of it has, or to it.
    fn steps(&self, context: &Context<'_>, key: Option<&str>) -> Vec<Option<String>> {
        let Some((node, _)) = self.object else {
            return Vec::new();
        };
        let mut found = match context.value {
            Some(_) => steps(node, context),
            None => return Vec::new(),
        };
        if self.is_item {
            found.push(None);
        }
        found.extend(key.map(|key| Some(key.to_owned())));
        found
    }
}

/// The next line that says something.
fn line_below(text: &str, line: usize) -> Option<Line<'_>> {
    let mut end = end_of(text, line);
    while end < text.len() {
        let start = end + 1;
        end = end_of(text, start);
        let below = Line::of(text, start, end);
        if !lines::is_blank(below.text) {
            return Some(below);
        }
    }
    None
}

/// What the line stands in, by the indentation of the lines above it.
fn parent<'m>(machine: &'m StateMachine, text: &str, line: &Line<'_>) -> Option<Around<'m>> {
    let document = machine.document();
    let (root, is_begun) = (document.root(), lines::is_begun(document));
    // A first key that is being written before others of its item.
    if line.dash.is_some()
        && let Some(below) = line_below(text, line.start)
        && below.dash.is_none()
        && below.column == line.column
        && let Some(at) = document.at(below.start + below.column)
        && at.on_key
        && let Some(item) = at.node.parent()
    {
        return Some(Around {
            object: Some((item, Context::of(machine, item))),
            holder: Some(item),
            is_item: false,
        });
    }
    let mut end = line.start;
    while end > 0 {
        let start = start_of(text, end - 1);
        let above = Line::of(text, start, end - 1);
        end = start;
        if above.text.is_empty() || above.text.starts_with('#') {
            continue;
        }
        // What stands above a definition is the template's.
        if is_begun || above.start + above.column < root.span().start as usize {
            break;
        }
        let key_of = |above: &Line<'_>| {
            let at = document.at(above.start + above.column)?;
            at.on_key.then_some(at.node)
        };
        let below = |node: NodeRef<'m>| {
            let context = Context::of(machine, node);
            match line.dash {
                // An item that the list does not have yet.
                Some(_) => Around {
                    object: Some((node, context.enter(node, None, None))),
                    holder: None,
                    is_item: true,
                },
                None => Around {
                    object: Some((node, context)),
                    holder: node.is_object().then_some(node),
                    is_item: false,
                },
            }
        };
        match line.dash {
            Some(dash) => match above.dash {
                Some(other) if other >= dash => {}
                Some(_) if above.column > dash => {}
                None if above.column > dash => {}
                _ => return Some(below(key_of(&above)?)),
            },
            None if above.column == line.column => {
                let object = key_of(&above)?.parent()?;
                return Some(Around {
                    object: Some((object, Context::of(machine, object))),
                    holder: Some(object),
                    is_item: false,
                });
            }
            None if above.column > line.column || above.dash.is_some_and(|dash| dash >= line.column) => {}
            None => return Some(below(key_of(&above)?)),
        }
    }
    let first = root.span().start as usize;
    let column = first - start_of(text, first);
    let is_first = root.is_object() && line.column == column && first >= line.start;
    (line.dash.is_none() && (is_begun || is_first)).then(|| Around {
        object: Some((root, Context::of(machine, root))),
        holder: root.is_object().then_some(root),
        is_item: false,
    })
}
