//! The model of one service, read where it is asked: `tools/api-models/generate.py` says how it is written.

use std::fmt::Write as _;
use std::io::Read;
use std::iter::successors;
use std::sync::{Mutex, PoisonError};

use crate::arrange::Arrange as _;
use flate2::bufread::ZlibDecoder;
use rustc_hash::FxHashMap;

/// What a service's actions take and answer.
#[derive(Debug)]
pub struct Model {
    text: String,
    /// Where the lines of actions begin, and where they end.
    actions: (usize, usize),
    /// The lines of actions by the names they begin with.
    by_name: Vec<(u32, u32)>,
    /// Where the line of each shape begins.
    shapes: Vec<u32>,
}

/// An action of a service.
#[derive(Debug, Clone, Copy)]
pub struct Action<'m> {
    /// As it stands in a Resource: `getItem`.
    pub name: &'m str,
    model: &'m Model,
    input: &'m str,
    output: &'m str,
}

/// A structure: named members.
#[derive(Debug, Clone, Copy)]
pub struct Structure<'m> {
    model: &'m Model,
    text: &'m str,
}

/// A member of a structure.
#[derive(Debug, Clone, Copy)]
pub struct Member<'m> {
    /// As the API names it.
    pub name: &'m str,
    /// Whether it must be there.
    pub need: Need,
    /// What it is.
    pub shape: Shape<'m>,
}

/// Whether a member must be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// It may be left out.
    Optional,
    /// It must be there.
    Required,
    /// It must be there, and an SDK makes one up: a token by which two calls are known as one.
    Token,
}

/// What a value must be, as it is written in the model.
#[derive(Debug, Clone, Copy)]
pub struct Shape<'m> {
    model: &'m Model,
    text: &'m str,
}

/// What a value must be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Type<'m> {
    /// A string of so many characters.
    Text(Length),
    /// A moment.
    Time,
    /// Bytes, so many.
    Blob(Length),
    /// What a stream or the whole body of an answer holds.
    Content,
    /// A number, between two others where they are given.
    Number {
        /// Without a fraction.
        whole: bool,
        /// The smallest.
        least: Option<f64>,
        /// The greatest.
        most: Option<f64>,
    },
    /// A boolean.
    Boolean,
    /// Whatever it is.
    Any,
    /// One of these strings, a `|` between them.
    OneOf(&'m str),
    /// A list.
    List(Shape<'m>),
    /// Names of the user's, and what they stand for.
    Map(Shape<'m>),
    /// Named members.
    Structure(Structure<'m>),
}

/// How long a text or bytes may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Length {
    /// At least so long.
    pub least: usize,
    /// At most so long; without it, as long as it likes.
    pub most: Option<usize>,
}

impl Length {
    /// `3`, `3..5`, `..5`, or nothing.
    fn read(text: &str) -> Self {
        let (least, most) = text.split_once("..").unwrap_or((text, ""));
        Length {
            least: least.parse().unwrap_or(0),
            most: most.parse().ok(),
        }
    }
}

impl Model {
    /// The model at a place in a block.
    pub(super) fn unpack(block: &[u8], place: usize) -> Option<Model> {
        let mut packed = String::new();
        ZlibDecoder::new(block).read_to_string(&mut packed).ok()?;
        let text = with_numbers(packed.split('\0').nth(place)?);
        let actions = text.find('\n')? + 1;
        let end = text[actions..].find("\n\n")? + actions + 1;
        let mut shapes = Vec::new();
        for line in successors(Some(end + 1), |start| {
            Some(text[*start..].find('\n')? + start + 1)
        }) {
            shapes.push(u32::try_from(line).ok()?);
        }
        let mut by_name = Vec::new();
        let mut start = actions;
        for line in text[actions..end].lines() {
            by_name.push((
                u32::try_from(start).ok()?,
                u32::try_from(start + line.len()).ok()?,
            ));
            start += line.len() + 1;
        }
        by_name.arrange_by_key(|line| name_of(&text, line));
        Some(Model {
            text,
            actions: (actions, end),
            by_name,
            shapes,
        })
    }

    /// The names of its exceptions, as the SDK for Java has them.
    pub fn exceptions(&self) -> impl Iterator<Item = &str> {
        self.text[..self.actions.0].split_ascii_whitespace()
    }

    /// Whether the service has an action `name` that Step Functions does not offer.
    pub fn has_withheld(&self, name: &str) -> bool {
        let mut lines = self.text[self.actions.0..self.actions.1].lines();
        lines.any(|line| line.strip_suffix(" - - !") == Some(name))
    }

    /// The actions that Step Functions offers.
    pub fn actions(&self) -> impl Iterator<Item = Action<'_>> {
        self.text[self.actions.0..self.actions.1]
            .lines()
            .filter_map(|line| self.offered(line))
    }

    /// The action `name`.
    pub fn action(&self, name: &str) -> Option<Action<'_>> {
        let lines = &self.by_name;
        let place = lines.binary_search_by_key(&name, |line| name_of(&self.text, line));
        let (start, end) = lines.get(place.ok()?)?;
        self.offered(&self.text[*start as usize..*end as usize])
    }

    /// The action that a line tells of, where Step Functions offers it.
    fn offered<'m>(&'m self, line: &'m str) -> Option<Action<'m>> {
        let mut words = line.split(' ');
        let (name, input, output) = (words.next()?, words.next()?, words.next()?);
        words.next().is_none().then_some(Action {
            name,
            model: self,
            input,
            output,
        })
    }

    fn line(&self, number: &str) -> &str {
        let start = number
            .parse()
            .ok()
            .and_then(|number: usize| self.shapes.get(number));
        let start = start.map_or(self.text.len(), |start| *start as usize);
        self.text[start..].lines().next().unwrap_or_default()
    }

    /// The structure of that number; without members where there is none.
    fn structure<'m>(&'m self, number: &str) -> Structure<'m> {
        let text = self.line(number).strip_prefix('{').unwrap_or_default();
        Structure { model: self, text }
    }
}

/// The text of a block with what is left out in it: the numbers of shapes where they are first named, and that a member is
/// a string.
fn with_numbers(packed: &str) -> String {
    let mut text = String::with_capacity(packed.len() + packed.len() / 8);
    let mut count = 0;
    let mut push_type = |text: &mut String, kind: &str| {
        text.push(' ');
        text.push_str(kind);
        // A list or map may be around what is new.
        if kind.bytes().all(|byte| matches!(byte, b'[' | b'm')) {
            let _ = write!(text, "{count}");
            count += 1;
        }
    };
    let mut lines = packed.lines();
    text.extend(lines.next());
    text.push('\n');
    for line in lines.by_ref().take_while(|line| !line.is_empty()) {
        let (name, types) = line.split_once(' ').unwrap_or((line, " "));
        text.push_str(name);
        types.split(' ').for_each(|kind| push_type(&mut text, kind));
        text.push('\n');
    }
    for line in lines {
        text.push('\n');
        let Some(members) = line.strip_prefix('{') else {
            text.push_str(line);
            continue;
        };
        text.push('{');
        for (index, member) in members.split(',').filter(|member| !member.is_empty()).enumerate() {
            if index > 0 {
                text.push(',');
            }
            let (name, kind) = member.split_once(' ').unwrap_or((member, "s"));
            text.push_str(name);
            push_type(&mut text, kind);
        }
    }
    text.push('\n');
    text
}

/// The name that a line of actions begins with.
fn name_of<'t>(text: &'t str, (start, end): &(u32, u32)) -> &'t str {
    let line = &text[*start as usize..*end as usize];
    &line[..line.find(' ').unwrap_or(line.len())]
}

impl<'m> Action<'m> {
    /// What it takes.
    pub fn input(&self) -> Structure<'m> {
        self.model.structure(self.input)
    }

    /// What it answers.
    pub fn output(&self) -> Structure<'m> {
        self.model.structure(self.output)
    }
}

impl<'m> Structure<'m> {
    /// Its members, in the order of the model.
    pub fn members(&self) -> impl Iterator<Item = Member<'m>> + use<'m> {
        let model = self.model;
        let members = self.text.split(',').filter(|member| !member.is_empty());
        members.filter_map(move |member| {
            let (name, text) = member.split_once(' ')?;
            let (need, name) = match name.split_at_checked(1) {
                Some(("!", name)) => (Need::Required, name),
                Some(("~", name)) => (Need::Token, name),
                _ => (Need::Optional, name),
            };
            let shape = Shape { model, text };
            Some(Member { name, need, shape })
        })
    }
}

/// The members of structures, by where their texts stand and how long they are.
type Listed = FxHashMap<(usize, usize), &'static [Member<'static>]>;

impl Structure<'static> {
    /// Its members, read once: definitions name the same few structures again and again.
    pub fn listed(&self) -> &'static [Member<'static>] {
        static LISTED: Mutex<Option<Listed>> = Mutex::new(None);
        let mut listed = LISTED.lock().unwrap_or_else(PoisonError::into_inner);
        // No two structures have one text: that of each stands in its model, which is never dropped.
        let place = (self.text.as_ptr() as usize, self.text.len());
        listed
            .get_or_insert_default()
            .entry(place)
            .or_insert_with(|| Vec::leak(self.members().collect()))
    }
}

impl PartialEq for Structure<'_> {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.model, other.model) && self.text == other.text
    }
}

impl PartialEq for Shape<'_> {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.model, other.model) && self.text == other.text
    }
}

impl<'m> Shape<'m> {
    /// What it is.
    pub fn resolve(&self) -> Type<'m> {
        let of = |text| Shape { text, ..*self };
        let Some((kind, rest)) = self.text.split_at_checked(1) else {
            return Type::Any;
        };
        match kind {
            "s" => Type::Text(Length::read(rest)),
            "t" => Type::Time,
            "c" => Type::Content,
            "b" => Type::Blob(Length::read(rest)),
            "o" => Type::Boolean,
            "i" | "f" => {
                let (least, most) = rest.split_once("..").unwrap_or_default();
                Type::Number {
                    whole: kind == "i",
                    least: least.parse().ok(),
                    most: most.parse().ok(),
                }
            }
            "[" => Type::List(of(rest)),
            "m" => Type::Map(of(rest)),
            "0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9" => {
                let line = self.model.line(self.text);
                match line.split_at_checked(1) {
                    Some(("=", names)) => Type::OneOf(names),
                    Some(("{", text)) => Type::Structure(Structure {
                        model: self.model,
                        text,
                    }),
                    _ => Type::Any,
                }
            }
            _ => Type::Any,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::services::service;

    fn action(service_name: &str, name: &str) -> Action<'static> {
        let model = service(service_name).and_then(|service| service.model());
        model
            .and_then(|model| model.action(name))
            .unwrap_or_else(|| panic!("no {service_name}:{name}"))
    }

    fn member<'m>(structure: Structure<'m>, name: &str) -> Member<'m> {
        let found = structure.members().find(|member| member.name == name);
        found.unwrap_or_else(|| panic!("no {name}"))
    }

    #[test]
    fn members_are_what_the_api_reference_says() {
        let get = action("dynamodb", "getItem");
        assert_eq!(member(get.input(), "TableName").need, Need::Required);
        assert_eq!(member(get.input(), "ConsistentRead").need, Need::Optional);
        let Type::Map(attribute) = member(get.output(), "Item").shape.resolve() else {
            panic!("Item is a map");
        };
        let Type::Structure(attribute) = attribute.resolve() else {
            panic!("an attribute is a structure");
        };
        assert!(matches!(member(attribute, "BOOL").shape.resolve(), Type::Boolean));
        let Type::List(nested) = member(attribute, "L").shape.resolve() else {
            panic!("L is a list");
        };
        assert!(matches!(nested.resolve(), Type::Structure(_)));
        let status = member(action("sfn", "describeExecution").output(), "status");
        assert!(matches!(status.shape.resolve(), Type::OneOf(names) if names.contains("TIMED_OUT")));
        let memory = member(
            action("lambda", "getFunctionConfiguration").output(),
            "MemorySize",
        );
        assert!(
            matches!(memory.shape.resolve(), Type::Number { whole: true, least: Some(least), .. } if least == 128.0)
        );
        let token = member(action("emrserverless", "startJobRun").input(), "clientToken");
        assert_eq!(token.need, Need::Token);
        assert!(matches!(
            member(action("s3", "getObject").output(), "Body").shape.resolve(),
            Type::Content
        ));
        assert!(matches!(
            member(action("s3", "putObject").input(), "Body").shape.resolve(),
            Type::Any
        ));
        let ciphertext = member(action("kms", "encrypt").output(), "CiphertextBlob");
        let length = Length {
            least: 1,
            most: Some(6144),
        };
        assert_eq!(ciphertext.shape.resolve(), Type::Blob(length));
        let name = member(
            action("lambda", "getFunctionConfiguration").output(),
            "Description",
        );
        let length = Length {
            least: 0,
            most: Some(256),
        };
        assert_eq!(name.shape.resolve(), Type::Text(length));
    }

    #[test]
    fn what_streams_or_is_not_supported_is_no_action() {
        let model = |name| service(name).and_then(|service| service.model());
        assert!(model("kinesis").is_some_and(|model| model.action("subscribeToShard").is_none()));
        assert!(model("sts").is_some_and(|model| model.action("assumeRole").is_none()));
        assert!(model("sts").is_some_and(|model| model.has_withheld("assumeRole")));
        assert!(model("sts").is_some_and(|model| !model.has_withheld("assumeRol")));
        assert!(model("dynamodb").is_some_and(|model| model.action("GetItem").is_none()));
    }

    #[test]
    fn every_action_is_found_by_its_name() {
        for name in ["dynamodb", "ec2", "s3", "kinesis", "sts"] {
            let model = service(name).and_then(|service| service.model()).expect(name);
            for action in model.actions() {
                let found = model.action(action.name);
                assert!(
                    found.is_some_and(|found| found.input == action.input),
                    "{}",
                    action.name
                );
            }
        }
    }

    #[test]
    fn exceptions_have_the_names_of_javas_classes() {
        let exceptions = |name| -> Vec<&'static str> {
            let model = service(name).and_then(|service| service.model());
            model
                .map(|model| model.exceptions().collect())
                .unwrap_or_default()
        };
        assert!(exceptions("dynamodb").contains(&"ConditionalCheckFailedException"));
        assert!(exceptions("s3").contains(&"BucketAlreadyExistsException"));
        // Public workflows catch Rds.DbInstanceAlreadyExistsException.
        assert!(exceptions("rds").contains(&"DbInstanceAlreadyExistsException"));
    }

    #[test]
    fn shapes_are_numbered_as_they_are_first_named() {
        let packed = "A B\ngetItem\nlistTables  -\nputItem 0 -\nstream - - !\n\n\
                      {!Name,Key m,Tags [1\n{Nested ,Left s1..2\n{\n=A|B\n{Self [3\n";
        let text = "A B\ngetItem 0 1\nlistTables 2 -\nputItem 0 -\nstream - - !\n\n\
                    {!Name s,Key m3,Tags [1\n{Nested 4,Left s1..2\n{\n=A|B\n{Self [3\n";
        assert_eq!(with_numbers(packed), text);
    }

    #[test]
    fn a_broken_block_is_no_model() {
        assert!(Model::unpack(b"no zlib", 0).is_none());
    }
}
