//! What the names are in a text that `Fn::Sub` fills in: its own values, the template's parameters and resources.

use std::sync::Arc;

use super::super::substituted::is_sub;
use super::super::{NodeRef, ParseOptions, SourceFile, parse_with};
use super::functions::Function;
use crate::diagnostics::Span;

/// What a name in a template stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedBySub {
    /// The key that has it, and the value behind that; none where it is not in the template.
    pub place: Option<(Span, Span)>,
    /// What it is, in a few words.
    pub what: String,
}

/// What `Fn::Sub` fills in for `name` at the byte `offset` of a template; `None` where no such function is around.
pub fn named_by_sub(file: &Arc<SourceFile>, offset: usize, name: &str) -> Option<NamedBySub> {
    let options = ParseOptions {
        any_value: true,
        no_placeholders: true,
        keep_functions: true,
        mend: true,
        ..ParseOptions::default()
    };
    let document = parse_with(file.clone(), &options).document?;
    let node = document.at(offset)?.node;
    let around = std::iter::successors(Some(node), |node| node.parent());
    let call = around.filter_map(Function::of).find(|call| call.name == "Sub");
    if call.is_none() && !is_sub(node) {
        return None;
    }
    let member = |object: NodeRef<'_>, name: &str, what: &dyn Fn(NodeRef<'_>) -> String| {
        let key = object.member(name)?;
        let value = object.document().node(key.value);
        Some(NamedBySub {
            place: Some((key.key_span, value.span())),
            what: what(value),
        })
    };
    let own = call.and_then(|call| call.of_sub()?.1);
    let root = document.root();
    let (resource, attribute) = name.split_once('.').unwrap_or((name, ""));
    let of_type = |value: NodeRef<'_>| match value.get("Type").and_then(NodeRef::as_str) {
        Some(kind) => format!(" of type {kind}"),
        None => String::new(),
    };
    own.and_then(|values| member(values, name, &|_| "a value of this Fn::Sub".to_owned()))
        .or_else(|| {
            let words = |value: NodeRef<'_>| format!("a parameter of the template{}", of_type(value));
            member(root.get("Parameters")?, name, &words)
        })
        .or_else(|| {
            let words = |value: NodeRef<'_>| match attribute {
                "" => format!("the resource {resource}{}", of_type(value)),
                _ => format!("{attribute} of the resource {resource}{}", of_type(value)),
            };
            member(root.get("Resources")?, resource, &words)
        })
        .or_else(|| {
            let what = match name.starts_with("AWS::") {
                true => "a pseudo parameter of CloudFormation",
                false => "nothing that stands in this template",
            };
            Some(NamedBySub {
                place: None,
                what: what.to_owned(),
            })
        })
}
