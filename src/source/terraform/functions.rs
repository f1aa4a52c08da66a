//! Terraform's functions, as far as definitions are made with them. The others are known when Terraform runs.

use hcl_edit::expr::FuncCall;

use super::super::Format;
use super::module::Place;
use super::text::{Renderer, Text};
use super::value::{Evaluator, Field, Kind, Val, Why};
use crate::value::Number;

impl Evaluator<'_> {
    /// What a call gives.
    pub(super) fn call(&mut self, place: Place, call: &FuncCall) -> Val {
        if call.name.is_namespaced() || call.args.expand_final() {
            return self.unknown(place, Why::Computed);
        }
        let file = place.file;
        let mut arguments: Vec<Val> = call
            .args
            .iter()
            .map(|argument| self.value(file, argument))
            .collect();
        let kind = match (call.name.name.value().as_str(), arguments.len()) {
            ("jsonencode", 1) => Kind::Encoded(Box::new(arguments.remove(0))),
            ("jsondecode", 1) => return decoded(arguments.remove(0), Format::Json, place),
            ("yamldecode", 1) => return decoded(arguments.remove(0), Format::Yaml, place),
            ("file", 1) => return self.file(place, &arguments[0]),
            ("templatefile", 1 | 2) => {
                let variables = (arguments.len() > 1).then(|| arguments.remove(1));
                let template = self.file(place, &arguments[0]);
                return self.render(place, template, variables, Renderer::Function);
            }
            // What these change is no part of a definition, or nothing.
            (
                "trimspace" | "chomp" | "tostring" | "tonumber" | "tobool" | "tolist" | "toset" | "tomap"
                | "sensitive" | "nonsensitive" | "abspath" | "pathexpand" | "ephemeralasnull",
                1,
            ) => {
                return arguments.remove(0);
            }
            // The first one is what is taken unless it fails, as a file does that is not there.
            ("try", 1..) => {
                let fails = |value: &Val| {
                    matches!(
                        value.kind,
                        Kind::Unknown {
                            why: Why::NoFile(_),
                            ..
                        }
                    )
                };
                let first = arguments.iter().position(|value| !fails(value)).unwrap_or(0);
                return arguments.remove(first);
            }
            ("coalesce", 1..) => return arguments.remove(0),
            // What a data source with `count` gives is taken for that of its first.
            ("element", 2) if matches!(arguments[0].kind, Kind::Text(_) | Kind::File(_)) => {
                return arguments.remove(0);
            }
            ("join", 2) if matches!(arguments[1].kind, Kind::Text(_) | Kind::File(_)) => {
                return arguments.remove(1);
            }
            ("fileset", 2) => return self.fileset(place, &arguments[0], &arguments[1]),
            ("basename" | "dirname" | "lower" | "upper", 1) => {
                let made = arguments[0]
                    .as_text()
                    .map(|text| match call.name.name.value().as_str() {
                        "basename" => text.rsplit('/').next().unwrap_or_default().to_owned(),
                        "dirname" => text.rsplit_once('/').map_or(".", |(before, _)| before).to_owned(),
                        "lower" => text.to_lowercase(),
                        _ => text.to_uppercase(),
                    });
                return self.text_or_unknown(place, made);
            }
            ("trimsuffix" | "trimprefix", 2) => {
                let texts = arguments[0].as_text().zip(arguments[1].as_text());
                let is_suffix = call.name.name.value().as_str() == "trimsuffix";
                let made = texts.map(|(text, cut)| {
                    let rest = match is_suffix {
                        true => text.strip_suffix(&*cut),
                        false => text.strip_prefix(&*cut),
                    };
                    rest.unwrap_or(&text).to_owned()
                });
                return self.text_or_unknown(place, made);
            }
            ("element", 2) => {
                let index = arguments[1]
                    .as_text()
                    .and_then(|index| index.parse::<usize>().ok());
                return match (&arguments[0].kind, index) {
                    // It begins anew at the end [Terraform: element Function].
                    (Kind::List { items, open: false }, Some(index)) if !items.is_empty() => {
                        items[index % items.len()].clone()
                    }
                    _ => self.unknown(place, Why::Computed),
                };
            }
            ("length", 1) => {
                let length = match &arguments[0].kind {
                    Kind::List { items, open: false } => Some(items.len()),
                    Kind::Object { members, open: false } => Some(members.len()),
                    Kind::Text(text) => text.known_whole().map(|text| text.chars().count()),
                    _ => None,
                };
                match length.and_then(|length| Number::parse(&length.to_string())) {
                    Some(length) => Kind::Number(length),
                    None => return self.unknown(place, Why::Computed),
                }
            }
            ("keys" | "values", 1) => {
                let Some(elements) = self.elements(place, arguments.remove(0)) else {
                    return self.unknown(place, Why::Computed);
                };
                let is_keys = call.name.name.value().as_str() == "keys";
                let part = |(key, value)| if is_keys { key } else { value };
                Kind::List {
                    items: elements.into_iter().map(part).collect(),
                    open: false,
                }
            }
            ("merge", _) => merge(arguments),
            ("concat", _) => concat(arguments),
            ("join", 2) => return self.join(place, &arguments),
            ("format", 1..) => return self.format(place, &arguments),
            ("lookup", 2 | 3) => {
                let key = arguments[1].as_text();
                return match (key.and_then(|key| arguments[0].member(&key)), &arguments[0].kind) {
                    (Some(found), _) => found.clone(),
                    (None, Kind::Object { open: false, .. }) if arguments.len() == 3 => arguments.remove(2),
                    _ => self.unknown(place, Why::Computed),
                };
            }
            _ => return self.unknown(place, Why::Computed),
        };
        Val::new(kind, place)
    }

    fn join(&mut self, place: Place, arguments: &[Val]) -> Val {
        let (Some(between), Kind::List { items, open: false }) = (arguments[0].as_text(), &arguments[1].kind)
        else {
            return self.unknown(place, Why::Computed);
        };
        let parts: Option<Vec<String>> = items.iter().map(shown).collect();
        match parts {
            Some(parts) => self.text(place, &parts.join(&between)),
            None => self.unknown(place, Why::Computed),
        }
    }

    /// `%s`, `%d` and `%v` are filled in, what is not known as a placeholder.
    fn format(&mut self, place: Place, arguments: &[Val]) -> Val {
        let Some(format) = arguments[0].as_text() else {
            return self.unknown(place, Why::Computed);
        };
        let mut given = arguments[1..].iter();
        let mut out = String::new();
        let mut rest = format.as_str();
        while let Some(at) = rest.find('%') {
            out.push_str(&rest[..at]);
            let verb = rest[at + 1..].chars().next();
            let text = match verb {
                Some('%') => Some("%".to_owned()),
                Some('s' | 'd' | 'v') => given.next().and_then(shown),
                _ => None,
            };
            let Some(text) = text else {
                return self.unknown(place, Why::Computed);
            };
            out.push_str(&text);
            rest = &rest[at + 2..];
        }
        out.push_str(rest);
        self.text(place, &out)
    }

    fn text_or_unknown(&self, place: Place, text: Option<String>) -> Val {
        match text {
            Some(text) => self.text(place, &text),
            None => self.unknown(place, Why::Computed),
        }
    }

    pub(super) fn text(&self, place: Place, text: &str) -> Val {
        Val {
            kind: Kind::Text(Text::of(self.source(place.file), text, place.span)),
            place,
            named: Vec::new(),
        }
    }
}

/// A value in a text.
fn shown(value: &Val) -> Option<String> {
    match &value.kind {
        Kind::Text(text) => Some(text.joined()),
        Kind::Unknown { name, .. } => Some(format!("${{{name}}}")),
        _ => value.as_text(),
    }
}

/// What a text in JSON or YAML holds; of what was just encoded, that.
fn decoded(text: Val, format: Format, place: Place) -> Val {
    match text.kind {
        Kind::Encoded(inner) => *inner,
        Kind::Unknown { .. } => text,
        _ => Val {
            kind: Kind::Decoded(Box::new(text), format),
            place,
            named: Vec::new(),
        },
    }
}

/// The members of all objects; of two of one name the last. What is not known may have any.
fn merge(arguments: Vec<Val>) -> Kind {
    let mut members: Vec<Field> = Vec::new();
    let mut open = false;
    for argument in arguments {
        match argument.kind {
            Kind::Object {
                members: more,
                open: may_have_more,
            } => {
                open |= may_have_more;
                for member in more {
                    members.retain(|known| known.key != member.key);
                    members.push(member);
                }
            }
            Kind::Null => {}
            _ => open = true,
        }
    }
    Kind::Object { members, open }
}

/// The items of all lists. What is not known may be any number of them.
fn concat(arguments: Vec<Val>) -> Kind {
    let mut items = Vec::new();
    let mut open = false;
    for argument in arguments {
        match argument.kind {
            Kind::List {
                items: more,
                open: may_have_more,
            } => {
                open |= may_have_more;
                items.extend(more);
            }
            _ => open = true,
        }
    }
    Kind::List { items, open }
}
