//! Calls of local modules: what a call gives flows into the module's body.

use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use hcl_edit::structure::Block;
use rustc_hash::FxHashMap;

use super::super::reach::readable;
use super::super::template::Caller;
use super::super::{ParseOptions, Reach};
use super::machines::{self, Machine, is_meta};
use super::module::{Given, Module, Place, files, head};
use super::value::{Evaluator, Instance, Kind, Val, Why};

/// So many calls are followed from one file: modules that call modules multiply.
const MOST_CALLS: usize = 200;
/// So deep modules call modules; one that calls itself ends here.
const MOST_DEEP: usize = 5;

/// The calls that are followed from one file.
#[derive(Default)]
pub(super) struct Calls {
    /// The files with state machines, or with calls, of the modules in folders.
    known: FxHashMap<PathBuf, Vec<Module>>,
    count: usize,
    depth: usize,
    /// Whether it was told that there are too many.
    is_told: bool,
}

impl Calls {
    /// The state machines of the module that a block calls; `None` where that is none that can be read: one from a registry,
    /// or a folder that is not there.
    pub(super) fn machines(
        &mut self,
        module: &Module,
        options: &ParseOptions,
        block: &Block,
        name: &str,
        instance: Option<&Instance>,
    ) -> Option<Vec<Machine>> {
        let source = block.body.get_attribute("source")?.value.as_str()?;
        // Any other source is none of a folder [Terraform: Module Sources, Local Paths].
        if !(source.starts_with("./") || source.starts_with("../")) {
            return None;
        }
        if self.count >= MOST_CALLS || self.depth >= MOST_DEEP {
            let is_told = std::mem::replace(&mut self.is_told, true);
            return (!is_told).then(|| vec![too_many(module, block, name)]);
        }
        self.count += 1;
        let bodies = self.bodies(&module.folder().join(source), module, options)?;
        let given = Arc::new(given(module, options, block, instance));
        let caller = Caller {
            file: module.file.clone(),
            span: module.file.on_one_line(head(block)),
            what: format!("called as module.{name}"),
        };
        let mut found = Vec::new();
        self.depth += 1;
        for body in bodies {
            for mut machine in machines::of(&body.called(given.clone()), options, self) {
                let own = (Arc::from(body.file.name()), machine.resource.clone());
                machine.bodies.push(own);
                machine.callers.push(caller.clone());
                machine.resource = format!("module.{name}.{}", machine.resource);
                found.push(machine);
            }
        }
        self.depth -= 1;
        Some(found)
    }

    /// The files of a module that may have state machines.
    fn bodies(&mut self, folder: &Path, by: &Module, options: &ParseOptions) -> Option<Vec<Module>> {
        let by = Path::new(by.root().name());
        let whole = options.reach.resolve_folder(readable(folder), by).ok()?;
        if let Some(known) = self.known.get(&whole) {
            return Some(known.clone());
        }
        let mut bodies = Vec::new();
        for path in files(&options.reach, &plain(&options.reach, folder, &whole)) {
            let Ok(file) = options.reach.read(&path, by) else {
                continue;
            };
            if super::WORDS.iter().any(|word| file.text().contains(word)) {
                // A broken one is told when it is looked at.
                bodies.extend(Module::read(&file, &options.reach, true).ok());
            }
        }
        self.known.insert(whole, bodies.clone());
        Some(bodies)
    }
}

/// What stands for the machines of a call that is not followed.
fn too_many(module: &Module, block: &Block, name: &str) -> Machine {
    let span = head(block);
    let unknown = Kind::Unknown {
        name: format!("module.{name}"),
        why: Why::TooMuch,
    };
    Machine {
        resource: format!("module.{name}"),
        name: None,
        express: None,
        findings: Vec::new(),
        definition: Some(Val::new(unknown, Place { file: 0, span })),
        span,
        module: module.clone(),
        callers: Vec::new(),
        bodies: Vec::new(),
    }
}

/// What a block gives the module that it calls.
fn given(module: &Module, options: &ParseOptions, block: &Block, instance: Option<&Instance>) -> Given {
    let (files, outer) = module.sources();
    let mut evaluator = Evaluator::new(module, options);
    evaluator.instance = instance.cloned();
    let arguments = block.body.attributes().filter_map(|attribute| {
        let name = attribute.key.value().as_str();
        let value = || evaluator.value(0, &attribute.value).outward(files);
        let value = (!is_meta(name)).then(value)?;
        let size = value.size();
        Some((name.to_owned(), (value, size)))
    });
    Given {
        arguments: arguments.collect(),
        outer,
        spent: module.spent(),
        root: module.root().clone(),
    }
}

/// A path without detours (`live/../modules`), where it leads to the same place without them.
pub(super) fn plain(reach: &Reach, path: &Path, whole: &Path) -> PathBuf {
    let mut short = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir if matches!(short.components().next_back(), Some(Component::Normal(_))) => {
                short.pop();
            }
            part => short.push(part),
        }
    }
    match reach.whole(&short) {
        Some(found) if found == whole => short,
        _ => path.to_owned(),
    }
}
