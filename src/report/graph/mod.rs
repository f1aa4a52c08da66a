//! A [`Drawing`] as mermaid, dot, svg or text: one file a format.
//!
//! Names and conditions are the user's text. Every format shortens them with [`short`] and then escapes them in its own
//! way, so that no name can end a label, open a tag or steer a terminal.

mod dot;
mod json;
mod mermaid;
mod svg;
mod text;

pub use svg::Marked;
pub(super) use svg::escape;

use crate::asl::ScopeKind;
use crate::diagnostics::{is_format_character, times};
use crate::picture::{Drawing, Node, Visits};

/// What a graph is printed as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum Format {
    /// An outline for a terminal
    #[default]
    Text,
    /// A state diagram that GitHub, GitLab and many editors draw
    Mermaid,
    /// For Graphviz
    Dot,
    /// An image for browsers, light or dark like the page
    Svg,
    /// States and transitions, for programs
    Json,
}

/// The whole text of a drawing, a line break at its end. `name` is what the machine is called (a file name). `None` when
/// there is too much for a picture; only `svg` has such a limit.
pub fn render(drawing: &Drawing, format: Format, name: &str) -> Option<String> {
    match format {
        Format::Text => Some(text::render(drawing)),
        Format::Mermaid => Some(mermaid::render(drawing)),
        Format::Dot => Some(dot::render(drawing, name)),
        Format::Svg => svg::render(drawing, name),
        Format::Json => Some(json::render(drawing, name)),
    }
}

/// Nodes that are to stand out in a diagram.
pub struct Mark<'m> {
    /// What they are called in the diagram: letters only.
    pub class: &'static str,
    /// How they are drawn, in mermaid's words.
    pub style: &'static str,
    /// Which they are.
    pub is: &'m dyn Fn(&Node) -> bool,
}

/// A mermaid diagram in which some nodes stand out beside the colours of their types.
pub fn mermaid_marked(drawing: &Drawing, marks: &[Mark<'_>]) -> String {
    mermaid::render_marked(drawing, marks)
}

/// The picture of `svg` in which some states and transitions stand out; `None` as for [`render`].
pub fn svg_marked(drawing: &Drawing, name: &str, marked: &Marked<'_>) -> Option<String> {
    svg::render_marked(drawing, name, marked)
}

/// What became of each state of a highlighted drawing, by its number, as the classes of `svg` have it; and how often
/// each transition was taken.
///
/// A picture that was drawn without them shows them by these.
pub fn fates(drawing: &Drawing) -> (Vec<Option<&'static str>>, Vec<u32>) {
    let fates = drawing
        .nodes
        .iter()
        .map(|node| Fate::of(drawing, node).map(Fate::name));
    (
        fates.collect(),
        drawing.edges.iter().map(|edge| edge.taken).collect(),
    )
}

/// How often each state of a highlighted drawing was entered, by its number.
pub fn entered(drawing: &Drawing) -> Vec<u32> {
    let entered = |visits: Visits| visits.entered;
    (drawing.nodes.iter())
        .map(|node| node.visits.map_or(0, entered))
        .collect()
}

/// What viewers of a format will not show, if there is such a thing.
pub fn warnings(drawing: &Drawing, format: Format, text: &str) -> Vec<String> {
    match format {
        Format::Mermaid => mermaid::limits(drawing, text),
        Format::Text | Format::Dot | Format::Svg | Format::Json => Vec::new(),
    }
}

/// Longest label of an edge, in characters.
const MAX_WORDS: usize = 60;
/// Longest line of an outline, which has all the width of a terminal.
const MAX_LINE: usize = 160;
/// Longest name of a state: AWS's limit.
const MAX_NAME: usize = 80;

/// `text` on one line, white space made single, without characters that are not shown or change the direction of what
/// follows, and no longer than `max` characters.
fn short(text: &str, max: usize) -> String {
    let mut out = String::new();
    let mut count = 0;
    for word in text.split(|c: char| c.is_whitespace() || c.is_control()) {
        let shown = || word.chars().filter(|c| !is_format_character(*c));
        if shown().next().is_none() {
            continue;
        }
        let space = (!out.is_empty()).then_some(' ');
        for c in space.into_iter().chain(shown()) {
            if count + 1 >= max {
                out.push('\u{2026}');
                return out;
            }
            out.push(c);
            count += 1;
        }
    }
    out
}

/// A state's name as it is shown.
fn shown_name(node: &Node) -> String {
    let name = short(&node.name, MAX_NAME);
    if name.is_empty() {
        "(no name)".to_owned()
    } else {
        name
    }
}

/// `Task: lambda function charge`, `Wait: 60 s`, `Choice`.
fn kind_of(node: &Node) -> String {
    kind_within(node, MAX_WORDS)
}

/// The same, what it does in `max` characters at most.
fn kind_within(node: &Node, max: usize) -> String {
    let kind = match node.state_type {
        Some(state_type) => state_type.name(),
        None if node.missing => absence(node),
        None => "no type",
    };
    match &node.detail {
        Some(detail) => format!("{kind}: {}", short(detail, max)),
        None => kind.to_owned(),
    }
}

/// What a name is that no state has.
fn absence(node: &Node) -> &'static str {
    match node.later {
        true => "filled in later",
        false => "no such state",
    }
}

/// What an execution did with a state, the worst first: the class by which it is coloured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    Failed,
    Caught,
    Unfinished,
    Retried,
    Taken,
    /// An execution is shown, and it never came here.
    NotTaken,
}

impl Fate {
    const ALL: [Fate; 6] = [
        Fate::Failed,
        Fate::Caught,
        Fate::Unfinished,
        Fate::Retried,
        Fate::Taken,
        Fate::NotTaken,
    ];

    /// `None` when no execution is shown.
    fn of(drawing: &Drawing, node: &Node) -> Option<Fate> {
        drawing.highlighted.then_some(match node.visits {
            None => Fate::NotTaken,
            Some(Visits { failed: 1.., .. }) => Fate::Failed,
            Some(Visits { caught: 1.., .. }) => Fate::Caught,
            Some(Visits { unfinished: 1.., .. }) => Fate::Unfinished,
            Some(Visits { retried: 1.., .. }) => Fate::Retried,
            Some(_) => Fate::Taken,
        })
    }

    /// Its name in classes.
    fn name(self) -> &'static str {
        match self {
            Fate::Failed => "failed",
            Fate::Caught => "caught",
            Fate::Unfinished => "unfinished",
            Fate::Retried => "retried",
            Fate::Taken => "taken",
            Fate::NotTaken => "untaken",
        }
    }

    /// Background, border and text, of enough contrast on light and dark pages alike.
    fn colours(self) -> [&'static str; 3] {
        match self {
            Fate::Failed => ["#fbd5d5", "#b3261e", "#5c0f0a"],
            Fate::Caught => ["#fde3c8", "#b35a00", "#5c2e00"],
            Fate::Unfinished => ["#e7e2f5", "#6a50b5", "#33246b"],
            Fate::Retried => ["#fff3bf", "#967300", "#4d3b00"],
            Fate::Taken => ["#d3f2da", "#1e7d36", "#0d3d19"],
            Fate::NotTaken => ["#f1f1f1", "#b5b5b5", "#6e6e6e"],
        }
    }
}

/// `entered 3 times, 2 retries, failed`: nothing when it was entered once and all went well.
fn counts(visits: Visits) -> String {
    let mut parts = Vec::new();
    let times = |n: u32| times(n as usize);
    if visits.entered > 1 {
        parts.push(format!("entered {}", times(visits.entered)));
    }
    for (n, word) in [
        (visits.retried, "retried"),
        (visits.caught, "caught"),
        (visits.failed, "failed"),
        (visits.unfinished, "unfinished"),
    ] {
        match n {
            0 => {}
            1 if visits.entered == 1 && word != "retried" => parts.push(word.to_owned()),
            n => parts.push(format!("{word} {}", times(n))),
        }
    }
    parts.join(", ")
}

/// The lines under a state's name, each of `max` characters at most: what it retries, what an execution did, what was
/// found.
fn notes(node: &Node, max: usize) -> Vec<String> {
    let retries = node
        .retries
        .iter()
        .map(|retry| format!("retry {}", short(retry, max)));
    let counts = node.visits.map(counts).filter(|text| !text.is_empty());
    let findings = node
        .findings
        .iter()
        .map(|finding| format!("! {}", short(finding, max)));
    retries.chain(counts).chain(findings).collect()
}

/// What a scope inside a node is called: `branch 0` where there are several, else nothing. Branches are counted from 0, as
/// in paths of a definition, in the array of their results, and in traces.
fn scope_title(kind: ScopeKind, of: usize) -> Option<String> {
    match kind {
        ScopeKind::Branch(i) if of > 1 => Some(format!("branch {i}")),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
