//! Configurations in JSON (`*.tf.json`): a definition that is one expression, `"${jsonencode(...)}"`.
//!
//! Every string of such a file is a template [Terraform: JSON Configuration Syntax, Expression Mapping]. It is read in the
//! module of its folder, with the locals of the file itself, and its places are moved back into the string.

use std::sync::Arc;

use super::super::decoded::Places;
use super::super::template::{Caller, Embedding, moved};
use super::super::{NodeKind, NodeRef, ParseOptions, Parsed, SourceFile, placeholder};
use super::module::Module;
use super::value::Evaluator;

/// Whether a text is one expression, on one line or on several.
pub(in crate::source) fn is_expression(text: &str) -> bool {
    let is_single = || {
        let template = hcl_edit::parser::parse_template(text).ok();
        template.is_some_and(|template| {
            let only = template.as_single_element();
            only.is_some_and(|only| only.as_interpolation().is_some())
        })
    };
    text.starts_with("${") && (placeholder::whole(text).is_some() || is_single())
}

/// Reads the definition that the expression in the string `node` gives; `None` where it is no expression.
pub(in crate::source) fn expression(
    node: NodeRef<'_>,
    options: &ParseOptions,
    embedding: impl Fn(bool) -> Embedding,
) -> Option<Parsed> {
    let file = node.document().file();
    let text = node.as_str()?;
    let template = hcl_edit::parser::parse_template(text).ok()?;
    let interpolation = template.as_single_element()?.as_interpolation()?;
    let inner = Arc::new(SourceFile::new(file.name(), text));
    let locals = locals(node.document().root());
    let module = Module::of_text(&inner, locals, &options.reach);
    let value = Evaluator::new(&module, options).value(0, &interpolation.expr);
    let mut parsed = super::read(&module, value, options, None, embedding);
    let mut places = Places::default();
    if Arc::ptr_eq(&parsed.file, &inner) {
        match node.decoded_places() {
            Some(decoded) => places = decoded,
            None => places.add_unit(text, node.token_span()),
        }
    } else if parsed.file.name() == file.name() {
        // It is one of the locals: it stands where that is named.
        places.add_unit(parsed.file.text(), node.token_span());
    } else {
        // What other files say stands there.
        if let Some(embedding) = &mut parsed.embedding {
            embedding.callers.push(Caller {
                file: file.clone(),
                span: node.token_span(),
                what: format!("the definition of {}", embedding.resource),
            });
        }
        return Some(parsed);
    }
    if let Some(embedding) = &mut parsed.embedding {
        // What edits would write is HCL in a string.
        (embedding.is_editable, embedding.hcl) = (false, None);
    }
    Some(moved(parsed, file, &places))
}

/// The locals of a configuration in JSON, in Terraform's own language.
fn locals(root: NodeRef<'_>) -> String {
    let mut text = String::new();
    let Some(locals) = root.get("locals") else {
        return text;
    };
    // A block may be one object, or a list of them.
    for block in std::iter::once(locals).chain(locals.items()) {
        text.push_str("locals {\n");
        for member in block.members() {
            if hcl_edit::Ident::try_new(&*member.key).is_ok() {
                text.push_str(&member.key);
                text.push_str(" = ");
                write(block.document().node(member.value), &mut text);
                text.push('\n');
            }
        }
        text.push_str("}\n");
    }
    text
}

/// Writes a value in Terraform's own language.
fn write(node: NodeRef<'_>, out: &mut String) {
    match node.kind() {
        NodeKind::Null => out.push_str("null"),
        NodeKind::Bool(value) => out.push_str(&value.to_string()),
        NodeKind::Number(number) => out.push_str(&number.to_string()),
        NodeKind::Placeholder(name) => out.push_str(&format!("\"${{{name}}}\"")),
        NodeKind::String(text) => quote(text, out),
        NodeKind::Array(_) => {
            out.push('[');
            for item in node.items() {
                write(item, out);
                out.push_str(", ");
            }
            out.push(']');
        }
        NodeKind::Object(members) => {
            out.push_str("{\n");
            for member in members {
                quote(&member.key, out);
                out.push_str(" = ");
                write(node.document().node(member.value), out);
                out.push('\n');
            }
            out.push('}');
        }
    }
}

/// Writes a template in quotes: what stands outside its interpolations is escaped.
fn quote(text: &str, out: &mut String) {
    out.push('"');
    let mut from = 0;
    for place in placeholder::places(text) {
        escape(&text[from..place.start], out);
        out.push_str(&text[place.clone()]);
        from = place.end;
    }
    escape(&text[from..], out);
    out.push('"');
}

fn escape(text: &str, out: &mut String) {
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c => out.push(c),
        }
    }
}
