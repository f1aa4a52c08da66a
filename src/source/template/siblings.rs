//! The state machines that stand in one template: what one of them says about another.

use std::sync::Arc;

use super::super::Parsed;
use super::super::document::Document;

/// A state machine of the template that a definition stands in, whose type the template says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sibling {
    /// Its logical id, or Terraform's address.
    pub resource: Arc<str>,
    /// Whether it is an Express one.
    pub express: bool,
}

/// What follows the id where the ARN is meant: `Fn::GetAtt` of CloudFormation, attributes of Terraform. `Ref` has none.
const ARN: [&str; 4] = ["", ".Arn", ".arn", ".id"];

/// Tells the definitions of one template of each other.
pub(in crate::source) fn introduce(all: &mut [Parsed]) {
    let known: Arc<[Sibling]> = (all.iter())
        .filter_map(|parsed| {
            let embedding = parsed.embedding.as_ref()?;
            Some(Sibling {
                resource: Arc::from(&*embedding.resource),
                express: embedding.express?,
            })
        })
        .collect();
    if known.is_empty() {
        return;
    }
    for document in all.iter_mut().filter_map(|parsed| parsed.document.as_mut()) {
        document.set_siblings(known.clone());
    }
}

impl Document {
    /// The state machine of the same template whose ARN the placeholder `name` stands for, where its type is known.
    pub fn sibling(&self, name: &str) -> Option<&Sibling> {
        let given = self.substituted().and_then(|substituted| {
            let mut given = substituted.given.iter();
            given.find(|given| *given.name == *name)?.stands_for.as_deref()
        });
        let name = given.unwrap_or(name);
        let is_meant = |sibling: &&Sibling| {
            let attribute = name.strip_prefix(&*sibling.resource);
            attribute.is_some_and(|attribute| ARN.contains(&attribute))
        };
        self.siblings().iter().find(is_meant)
    }
}
