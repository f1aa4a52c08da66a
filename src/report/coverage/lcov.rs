//! LCOV's tracefile, as geninfo(1) describes it: lines are the states' lines, branches their transitions.

use std::collections::BTreeMap;
use std::io::{self, Write};

use crate::coverage::{Coverage, Covered, Kind};
use crate::diagnostics::visible;

/// What is on one line of a definition: of a minified one all of it.
#[derive(Default)]
struct Line {
    /// How often a state here was entered.
    count: u64,
    /// How often each transition was taken.
    branches: Vec<u64>,
}

/// Writes a record for each definition.
///
/// # Errors
/// When `out` cannot be written.
pub fn lcov(coverage: &Coverage<'_>, out: &mut dyn Write) -> io::Result<()> {
    for covered in &coverage.definitions {
        definition(covered, out)?;
    }
    Ok(())
}

fn definition(covered: &Covered<'_>, out: &mut dyn Write) -> io::Result<()> {
    let file = covered.machine.document().file();
    let mut lines: BTreeMap<usize, Line> = BTreeMap::new();
    for point in covered.points() {
        let name = covered.machine.state(point.state).name_span;
        let line = lines.entry(file.line(name.start as usize)).or_default();
        match point.kind {
            Kind::State => line.count += point.count,
            Kind::Transition(_) => line.branches.push(point.count),
            Kind::Retrier(_) => {}
        }
    }
    // The format has no escapes: a line break in a name would begin a record of its own.
    writeln!(out, "TN:\nSF:{}", visible(&covered.place.file))?;
    for (number, line) in &lines {
        for (branch, count) in line.branches.iter().enumerate() {
            // A line that was never reached has branches of which nothing is known.
            match line.count {
                0 => writeln!(out, "BRDA:{number},0,{branch},-")?,
                _ => writeln!(out, "BRDA:{number},0,{branch},{count}")?,
            }
        }
    }
    let branches = || lines.values().flat_map(|line| &line.branches);
    writeln!(out, "BRF:{}", branches().count())?;
    writeln!(out, "BRH:{}", branches().filter(|count| **count > 0).count())?;
    for (number, line) in &lines {
        writeln!(out, "DA:{number},{}", line.count)?;
    }
    writeln!(out, "LF:{}", lines.len())?;
    writeln!(out, "LH:{}", lines.values().filter(|line| line.count > 0).count())?;
    writeln!(out, "end_of_record")
}
