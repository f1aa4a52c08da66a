//! The definitions of a document: as they stand in it, and as the files make them that name it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::arrange::Arrange as _;
use crate::definition::{Called, Definition, path_of};
use crate::discovery::absolute;
use crate::source::{self, ParseOptions, SourceFile};

/// How the definitions of a document are read.
#[derive(Debug)]
pub(super) struct Reading {
    /// Where it lies.
    pub path: PathBuf,
    /// Whether the editor says that it is a definition.
    pub is_definition: bool,
    /// The files that name it.
    pub callers: Vec<PathBuf>,
}

/// What was read.
pub(super) struct Read {
    /// One for each place, in the order of the text.
    pub definitions: Vec<Definition>,
    /// What else stands at these places, where several name the file.
    pub others: Vec<Definition>,
    /// Those that the document names and that stand in other files.
    pub called: Vec<Definition>,
}

impl Reading {
    /// The definitions of the document with the text of `file`.
    pub fn read(&self, file: Arc<SourceFile>, options: &ParseOptions) -> Read {
        let (mut own, called): (Vec<Definition>, Vec<Definition>) = match self.is_definition {
            true => Definition::all_in_file(file.clone(), options),
            false => Definition::all_found_in(file.clone(), options),
        }
        .into_iter()
        .partition(|definition| definition.file().name() == file.name());
        let mut made = self.made(&file, options);
        if !made.is_empty() {
            let mut told = Called::default();
            made.iter().for_each(|definition| told.add(definition));
            let here = absolute(&self.path);
            own.retain(|definition| !told.is_told(&here, definition));
        }
        made.append(&mut own);
        // Those of one place stay in their order.
        made.arrange_by_key(start);
        let (mut definitions, mut others): (Vec<Definition>, Vec<Definition>) = Default::default();
        for definition in made {
            match definitions
                .last()
                .is_some_and(|last| stand_in_one_place(last, &definition))
            {
                true => others.push(definition),
                false => definitions.push(definition),
            }
        }
        Read {
            definitions,
            others,
            called,
        }
    }

    /// What those who name the file make of it.
    fn made(&self, file: &Arc<SourceFile>, options: &ParseOptions) -> Vec<Definition> {
        if self.callers.is_empty() {
            return Vec::new();
        }
        let here = absolute(&self.path);
        source::as_if(&self.path, file.clone(), || {
            let texts = self.callers.iter();
            let texts = texts.filter_map(|caller| options.reach.read(caller, caller).ok());
            let all = texts.flat_map(|text| Definition::all_found_in(text, options));
            all.filter(|definition| path_of(definition.file()).as_ref() == Some(&here))
                .collect()
        })
    }
}

/// The files beside its own that a source names and that definitions stand in.
pub fn named(file: Arc<SourceFile>, options: &ParseOptions) -> Vec<PathBuf> {
    let here = absolute(Path::new(file.name()));
    let all = Definition::all_found_in(file, options);
    let mut paths: Vec<PathBuf> = (all.iter().filter(|definition| !definition.is_copy()))
        .filter_map(|definition| path_of(definition.file()))
        .filter(|path| *path != here)
        .collect();
    paths.sort();
    paths.dedup();
    paths
}

fn start(definition: &Definition) -> u32 {
    let document = definition.document();
    document.map_or(0, |document| document.root().span().start)
}

/// Whether two definitions of a document are one text.
pub(super) fn stand_in_one_place(one: &Definition, other: &Definition) -> bool {
    start(one) == start(other) && one.document().is_some() == other.document().is_some()
}
