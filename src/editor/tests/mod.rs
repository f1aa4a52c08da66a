//! Every feature on texts with a mark where the caret is. What is expected was worked out by hand.

mod broken;
mod changes;
mod completion;
mod files;
mod hover;
mod kinds;
mod placeholders;
mod places;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{Files, OpenDocument};
use crate::source::{ParseOptions, Reach, SourceFile};

/// Files in memory.
#[derive(Default)]
pub(super) struct Memory(pub BTreeMap<PathBuf, String>);

impl Memory {
    pub fn with(mut self, path: &str, text: &str) -> Memory {
        self.0.insert(PathBuf::from(path), text.to_owned());
        self
    }
}

impl Files for Memory {
    fn read(&self, path: &Path) -> Option<Arc<SourceFile>> {
        let text = self.0.get(path)?;
        Some(Arc::new(SourceFile::new(path.to_string_lossy(), text.as_str())))
    }

    fn names(&self, folder: &Path) -> Vec<(String, bool)> {
        let folder = super::tests_of::normal(folder);
        let below = self.0.keys().filter_map(|path| path.strip_prefix(&folder).ok());
        let names: BTreeMap<String, bool> = below
            .filter_map(|path| {
                let mut parts = path.iter();
                let name = parts.next()?.to_string_lossy().into_owned();
                Some((name, parts.next().is_some()))
            })
            .collect();
        names.into_iter().collect()
    }

    fn open_test(&self, _: &Path) -> Option<crate::testing::TestFile> {
        None
    }

    fn test_files(&self, _: &Path) -> Vec<PathBuf> {
        let is_test = |path: &&PathBuf| path.to_string_lossy().contains(".sfn-test.");
        self.0.keys().filter(is_test).cloned().collect()
    }
}

/// A document with the mark `<|>` taken out, and where that was.
pub(super) fn marked(name: &str, text: &str) -> (OpenDocument, usize) {
    let offset = text.find("<|>").expect("a mark");
    let open = open(name, &text.replacen("<|>", "", 1));
    (open, offset)
}

pub(super) fn open(name: &str, text: &str) -> OpenDocument {
    // As the server opens it.
    let mut options = ParseOptions::within(Reach::default());
    options.mend = true;
    OpenDocument::new(Path::new(name), text, &options, false)
}

/// JSON, YAML and SAM: the name of each, and a machine in it. Written so that the same places exist in all three.
pub(super) const JSON: &str = r#"{
  "StartAt": "Choose",
  "States": {
    "Choose": {
      "Type": "Choice",
      "Choices": [{"Variable": "$.total", "NumericGreaterThan": 100, "Next": "Charge"}],
      "Default": "Done"
    },
    "Charge": {
      "Type": "Task",
      "Resource": "arn:aws:states:::lambda:invoke",
      "Parameters": {"FunctionName": "charge", "Payload": {"id.$": "$.id"}},
      "Assign": {"receipt.$": "$.Payload.receipt"},
      "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Done"}],
      "Next": "Ship"
    },
    "Ship": {
      "Type": "Pass",
      "Parameters": {"receipt.$": "$receipt.number"},
      "Next": "Done"
    },
    "Done": {"Type": "Succeed"}
  }
}
"#;

pub(super) const YAML: &str = "\
StartAt: Choose
States:
  Choose:
    Type: Choice
    Choices:
      - Variable: $.total
        NumericGreaterThan: 100
        Next: Charge
    Default: Done
  Charge:
    Type: Task
    Resource: arn:aws:states:::lambda:invoke
    Parameters:
      FunctionName: charge
      Payload:
        id.$: $.id
    Assign:
      receipt.$: $.Payload.receipt
    Catch:
      - ErrorEquals: [States.ALL]
        Next: Done
    Next: Ship
  Ship:
    Type: Pass
    Parameters:
      receipt.$: $receipt.number
    Next: Done
  Done:
    Type: Succeed
";

/// The YAML machine in a template of SAM's.
pub(super) fn sam() -> String {
    let mut out = String::from(
        "Resources:\n  Orders:\n    Type: AWS::Serverless::StateMachine\n    Properties:\n      Definition:\n",
    );
    for line in YAML.lines() {
        out.push_str("        ");
        out.push_str(line);
        out.push('\n');
    }
    out
}

/// The three.
pub(super) fn three() -> [(&'static str, String); 3] {
    [
        ("order.asl.json", JSON.to_owned()),
        ("order.asl.yaml", YAML.to_owned()),
        ("template.yaml", sam()),
    ]
}

/// The byte of the `n`th `needle` in `text`, from 0, and `into` bytes further.
pub(super) fn nth(text: &str, needle: &str, n: usize, into: usize) -> usize {
    let (at, _) = text.match_indices(needle).nth(n).expect("the needle");
    at + into
}
