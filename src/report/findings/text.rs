//! Findings for people: the line, the place in it, other places that explain it, and what to do.

use std::io::{self, Write};
use std::ops::Range;

use ariadne::{Cache, Color, Config, Fmt, IndexType, Label, LabelAttach, Report, ReportKind, Source};

use super::{FileReport, one_line, window};
use crate::arrange::Arrange as _;
use crate::diagnostics::{Finding, Severity, counted};
use crate::source::SourceFile;

/// How many consequences of one finding are listed; a mistyped StartAt leaves every state unreachable.
const CONSEQUENCES: usize = 3;

/// How many other places of one finding are marked.
const PLACES: usize = 10;

pub(super) fn render(reports: &[FileReport], color: bool, out: &mut dyn Write) -> io::Result<()> {
    for report in reports {
        let mut causes = report.all_causes();
        if causes.is_empty() {
            continue;
        }
        let more = causes.len().saturating_sub(report.most);
        causes.truncate(report.most);
        let printable = window::printable(report.file.text());
        let mut whole = OneFile {
            name: one_line(report.file.name()),
            source: Source::from(&*printable),
        };
        let consequences = report.consequences();
        for finding in causes {
            let consequences = consequences
                .get(&std::ptr::from_ref(finding))
                .map_or(&[][..], Vec::as_slice);
            let labels = labels(report, finding);
            let spans: Vec<Range<usize>> = labels.iter().map(|label| label.span.clone()).collect();
            if window::needs_cutting(&report.file, &spans) {
                let cut = window::cut(&report.file, &printable, &spans);
                let mut part = OneFile {
                    name: whole.name.clone(),
                    source: Source::from(cut.text.as_str()),
                };
                let text = draw(finding, consequences, &labels, &cut.spans, color, &mut part)?;
                out.write_all(with_true_column(text, &report.file, &part, &spans, &cut.spans).as_bytes())?;
            } else {
                out.write_all(draw(finding, consequences, &labels, &spans, color, &mut whole)?.as_bytes())?;
            }
            writeln!(out)?;
        }
        if more > 0 {
            writeln!(out, "{}: and {more} more (--max-results none)\n", whole.name)?;
        }
    }
    Ok(())
}

/// A place to be marked. The first of a finding's list is its own.
struct Mark {
    span: Range<usize>,
    words: Option<String>,
}

fn labels(report: &FileReport, finding: &Finding) -> Vec<Mark> {
    let own = Mark {
        span: window::on_one_line(&report.file, finding.span),
        words: finding.label.as_deref().map(one_line),
    };
    let related = finding.related.iter().take(PLACES).map(|related| Mark {
        span: window::on_one_line(&report.file, related.span),
        words: Some(one_line(&related.label)),
    });
    std::iter::once(own).chain(related).collect()
}

/// One finding as ariadne draws it; `spans` are the labels' places in the text that `cache` shows.
fn draw(
    finding: &Finding,
    consequences: &[&Finding],
    labels: &[Mark],
    spans: &[Range<usize>],
    color: bool,
    cache: &mut OneFile<'_>,
) -> io::Result<String> {
    let paint = match finding.severity {
        Severity::Error => Color::Red,
        Severity::Warning => Color::Yellow,
        Severity::Info => Color::Cyan,
    };
    // ariadne begins a new section whenever the next label stands above the last one: order them by place.
    let mut order: Vec<usize> = (0..labels.len()).collect();
    order.arrange_by_key(|&i| spans[i].start);
    let primary = spans.first().cloned().unwrap_or(0..0);
    let mut drawn = Report::build(ReportKind::Error, ((), primary)).with_config(
        Config::new()
            .with_color(color)
            .with_index_type(IndexType::Byte)
            .with_label_attach(LabelAttach::Start),
    );
    for (rank, &i) in (0..).zip(&order) {
        let mut label = Label::new(((), spans[i].clone()))
            .with_order(rank)
            .with_color(if i == 0 { paint } else { Color::Blue });
        // ariadne marks only what has words.
        label = label.with_message(labels[i].words.as_deref().unwrap_or("here"));
        drawn.add_label(label);
    }
    for consequence in consequences.iter().take(CONSEQUENCES) {
        drawn.add_note(format!("hence also: {}", one_line(consequence.headline())));
    }
    if consequences.len() > CONSEQUENCES {
        drawn.add_note(format!(
            "and {} more of this kind",
            consequences.len() - CONSEQUENCES
        ));
    }
    if finding.related.len() > PLACES {
        drawn.add_note(format!(
            "and {}",
            counted(finding.related.len() - PLACES, "more place")
        ));
    }
    for construct in finding.constructs.iter().take(PLACES) {
        drawn.add_note(format!("construct: {}", one_line(construct)));
    }
    for elsewhere in finding.elsewhere.iter().take(PLACES) {
        let (file, at) = (one_line(&elsewhere.file), elsewhere.start);
        drawn.add_note(format!(
            "{file}:{}:{}: {}",
            at.line,
            at.column,
            one_line(&elsewhere.label)
        ));
    }
    if finding.elsewhere.len() > PLACES {
        drawn.add_note(format!(
            "and {}",
            counted(finding.elsewhere.len() - PLACES, "more place")
        ));
    }
    // A fix does what the help says; without one its title is the help.
    let fix = finding.fixes.first().map(|fix| &fix.title);
    if let Some(help) = finding.help.as_ref().or(fix) {
        drawn.add_help(one_line(help));
    }
    if let Some(title) = finding.documentation {
        drawn.add_note(format!("AWS: {title}"));
    }
    let mut bytes = Vec::new();
    drawn.finish().write_for_stdout(cache, &mut bytes)?;
    let drawn = String::from_utf8_lossy(&bytes);
    // ariadne's own first line cannot be had without colour and in our words at once.
    let body = drawn.split_once('\n').map_or("", |(_, body)| body);
    let head = format!("{}[{}]", finding.severity.as_word(), finding.code);
    let head = if color { head.fg(paint).to_string() } else { head };
    Ok(format!("{head}: {}\n{body}", one_line(finding.headline())))
}

/// ariadne counts the column in the text it was shown; where a line was cut, the file's own column is put in.
fn with_true_column(
    text: String,
    file: &SourceFile,
    shown: &OneFile<'_>,
    spans: &[Range<usize>],
    cut: &[Range<usize>],
) -> String {
    let (Some(span), Some(cut)) = (spans.first(), cut.first()) else {
        return text;
    };
    let at = file.position(span.start);
    let before = shown.source.text().get(..cut.start).unwrap_or("");
    let line = before.rsplit('\n').next().unwrap_or(before);
    let drawn = format!(" {}:{}:{} ", shown.name, at.line, line.chars().count() + 1);
    text.replacen(&drawn, &format!(" {}:{}:{} ", shown.name, at.line, at.column), 1)
}

/// The one file that a report shows.
struct OneFile<'a> {
    name: String,
    source: Source<&'a str>,
}

impl<'a> Cache<()> for &mut OneFile<'a> {
    type Storage = &'a str;

    fn fetch(&mut self, (): &()) -> Result<&Source<&'a str>, impl std::fmt::Debug> {
        Ok::<_, std::convert::Infallible>(&self.source)
    }

    fn display<'b>(&self, (): &'b ()) -> Option<impl std::fmt::Display + 'b> {
        Some(self.name.clone())
    }
}
