//! A definition that is a text of a template: `DefinitionString`, alone, in `Fn::Sub`, or put together by `Fn::Join`, as
//! the CDK writes it.

use super::super::decoded::Places;
use super::super::{Made, NodeKind, NodeRef};
use super::functions::{self, Function, Piece};

/// A text, and where its parts stand in the template.
pub(in crate::source) struct Written {
    pub(in crate::source) text: String,
    pub(in crate::source) places: Places,
}

/// The text that `node` gives; `None` where it is known only when the template is deployed.
pub(super) fn written(node: NodeRef<'_>, made: &mut Made) -> Option<Written> {
    let mut written = Written {
        text: String::new(),
        places: Places::default(),
    };
    written.add(node, made)?;
    Some(written)
}

impl Written {
    fn add(&mut self, node: NodeRef<'_>, made: &mut Made) -> Option<()> {
        if let Some(text) = node.as_str() {
            return self.add_part(text, node, made);
        }
        let function = Function::of(node)?;
        match function.name {
            "Sub" => {
                let text = match function.argument.is_array() {
                    true => function.argument.items().next()?,
                    false => function.argument,
                };
                let (written, values) = function.of_sub()?;
                let places = text.decoded_places();
                for piece in functions::pieces(written, values, made)? {
                    let (part, place) = match &piece {
                        Piece::Written(range) => (written.get(range.clone())?, text.token_span()),
                        Piece::Given(value, put_in) => (&**put_in, value.token_span()),
                    };
                    if !made.take(part.len(), place) {
                        return None;
                    }
                    match (&piece, &places) {
                        (Piece::Written(range), Some(places)) => self.places.append(places.part(range)),
                        _ => self.places.add_unit(part, place),
                    }
                    self.text.push_str(part);
                }
                Some(())
            }
            "Join" => {
                let mut items = function.argument.items();
                let (delimiter, parts) = (items.next()?, items.next()?);
                let between = delimiter.as_str()?;
                for (i, part) in parts.items().enumerate() {
                    if i > 0 && !between.is_empty() {
                        if !made.take(between.len(), delimiter.token_span()) {
                            return None;
                        }
                        self.places.add_unit(between, delimiter.token_span());
                        self.text.push_str(between);
                    }
                    match part.kind() {
                        NodeKind::String(text) => self.add_part(text, part, made)?,
                        _ => {
                            let text = functions::part(part, made)?;
                            if !made.take(text.len(), part.token_span()) {
                                return None;
                            }
                            self.places.add_unit(&text, part.token_span());
                            self.text.push_str(&text);
                        }
                    }
                }
                parts.is_array().then_some(())
            }
            _ => None,
        }
    }

    fn add_part(&mut self, text: &str, node: NodeRef<'_>, made: &mut Made) -> Option<()> {
        if !made.take(text.len(), node.token_span()) {
            return None;
        }
        match node.decoded_places() {
            Some(places) => self.places.append(places),
            None => self.places.add_unit(text, node.token_span()),
        }
        self.text.push_str(text);
        Some(())
    }
}
