//! Values that are not there yet: what is known of them grows as they are read.
//!
//! A [`Shape`] begins as anything. Reading a member makes it an object that has the member; comparing it with a number
//! makes it a number. In the end [`Shapes::value`] writes down a value that fits all of it.

mod given;
mod value;

use std::sync::Arc;

use indexmap::IndexMap;

use crate::expr::condition::Relation;
use crate::services::{Reply, Type};
use crate::value::{Number, Value};

/// Objects and lists inside one another at most; what is read below is not written down.
const MOST_DEEP: u16 = 40;

/// Items of a list at most, so that one can be read at a place: nobody fills in longer ones by hand.
const MOST_ITEMS: usize = 100;

/// A value of one [`Shapes`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Shape(u32);

/// What is expected of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A text.
    Text,
    /// A number.
    Number,
    /// True or false.
    Boolean,
    /// A text that is an RFC 3339 time.
    Moment,
    /// A text that is Base64.
    Base64,
    /// A text that spells a number.
    Digits,
    /// An object.
    Object,
    /// A list.
    List,
}

/// How firmly it is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Firm {
    /// It may become anything.
    Open,
    /// An example, which may be replaced.
    Example,
    /// Chosen, so that a rule matches.
    Chosen,
    /// The definition says it.
    Fixed,
    /// It is computed: whatever is found out about it changes nothing.
    Computed,
}

#[derive(Debug, Clone)]
enum What {
    Any,
    Scalar(Value),
    Of(Kind),
    Object(IndexMap<Arc<str>, Shape>),
    /// A list whose items are alike, of so many at least.
    List(Shape, usize),
    /// A list of these items.
    Items(Vec<Shape>),
    /// A text that holds such a value as JSON.
    Json(Shape),
    /// The Base64 of such a text.
    Base64(Shape),
    /// The texts of these values, one behind the other.
    Joined(Vec<Shape>),
    /// The parts of a text between separators, and what stands for each of them.
    Split(Shape, Arc<str>, Shape),
    /// A value with other members.
    With(Shape, IndexMap<Arc<str>, Shape>),
}

#[derive(Debug, Clone)]
struct Node {
    what: What,
    firm: Firm,
    /// Whether it is decided that it is not there.
    absent: bool,
    /// Whether it is read where the run surely passes.
    needed: bool,
    /// What it may be, where a service answers it.
    given: Reply,
    depth: u16,
    /// What it is called: the member's name.
    name: Arc<str>,
}

/// The values of one machine. See the [module](self).
#[derive(Debug, Default)]
pub struct Shapes {
    nodes: Vec<Node>,
    /// What was changed since the first [`Shapes::mark`], as it was before.
    log: Vec<(Shape, Node)>,
    logging: bool,
    /// Whether what is read now is read for sure.
    pub sure: bool,
    /// Whether a list that is read now has two items at least: JSONata takes a result of one item for that item.
    pub several: bool,
}

/// A moment to go back to.
#[derive(Debug, Clone, Copy)]
pub struct Mark(usize);

impl Shapes {
    fn add(&mut self, what: What, firm: Firm, depth: u16, name: &Arc<str>) -> Shape {
        let shape = Shape(u32::try_from(self.nodes.len()).unwrap_or(u32::MAX));
        self.nodes.push(Node {
            what,
            firm,
            absent: false,
            needed: false,
            given: Reply::Open,
            depth,
            name: name.clone(),
        });
        shape
    }

    fn node(&self, shape: Shape) -> &Node {
        &self.nodes[shape.0 as usize]
    }

    /// The node, for a change that can be undone.
    fn change(&mut self, shape: Shape) -> &mut Node {
        if self.logging {
            self.log.push((shape, self.node(shape).clone()));
        }
        &mut self.nodes[shape.0 as usize]
    }

    /// Begins to remember changes.
    pub fn mark(&mut self) -> Mark {
        self.logging = true;
        Mark(self.log.len())
    }

    /// Undoes what was changed since.
    pub fn go_back(&mut self, mark: Mark) {
        while self.log.len() > mark.0 {
            if let Some((shape, node)) = self.log.pop() {
                self.nodes[shape.0 as usize] = node;
            }
        }
    }

    /// Forgets how everything was.
    pub fn settle(&mut self) {
        self.logging = false;
        self.log.clear();
    }

    /// How many values there are.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// An object of which nothing else is known.
    pub fn any_object(&mut self) -> Shape {
        self.add(What::Object(IndexMap::new()), Firm::Open, 0, &Arc::from(""))
    }

    /// What an expression gives, of a kind or any.
    pub fn computed(&mut self, kind: Option<Kind>) -> Shape {
        let what = kind.map_or(What::Any, What::Of);
        self.add(what, Firm::Computed, 0, &Arc::from("value"))
    }

    /// A value of the definition.
    pub fn fixed(&mut self, value: &Value) -> Shape {
        self.of_value(value, Reply::Open, Firm::Fixed, 0, &Arc::from(""))
    }

    /// An example of what a service answers, which may be replaced and grow, as far as `given` allows.
    pub fn example(&mut self, value: &Value, given: Reply) -> Shape {
        self.of_value(value, given, Firm::Example, 0, &Arc::from(""))
    }

    fn of_value(&mut self, value: &Value, given: Reply, firm: Firm, depth: u16, name: &Arc<str>) -> Shape {
        let member = |name: &str| given.member(name).unwrap_or(Reply::Open);
        let item = given.item().unwrap_or(Reply::Open);
        let what = match value {
            Value::Object(members) => What::Object(
                members
                    .iter()
                    .map(|(key, value)| {
                        let shape = self.of_value(value, member(key), firm, depth + 1, key);
                        (key.clone(), shape)
                    })
                    .collect(),
            ),
            Value::Array(items) => match (&items[..], firm) {
                ([one], Firm::Example | Firm::Open) => {
                    What::List(self.of_value(one, item, firm, depth + 1, name), 1)
                }
                _ => What::Items(
                    items
                        .iter()
                        .map(|one| self.of_value(one, item, firm, depth + 1, name))
                        .collect(),
                ),
            },
            scalar => What::Scalar(scalar.clone()),
        };
        let shape = self.add(what, firm, depth, name);
        self.nodes[shape.0 as usize].given = given;
        shape
    }

    /// An object of other values.
    pub fn object(&mut self, members: impl IntoIterator<Item = (Arc<str>, Shape)>) -> Shape {
        let members = members.into_iter().collect();
        self.add(What::Object(members), Firm::Fixed, 0, &Arc::from(""))
    }

    /// A list of other values.
    pub fn list(&mut self, items: Vec<Shape>) -> Shape {
        self.add(What::Items(items), Firm::Fixed, 0, &Arc::from(""))
    }

    /// `base` with other members.
    pub fn with(&mut self, base: Shape, members: impl IntoIterator<Item = (Arc<str>, Shape)>) -> Shape {
        let members = members.into_iter().collect();
        self.add(What::With(base, members), Firm::Fixed, 0, &Arc::from(""))
    }

    /// Whether it may still become something else.
    fn may_change(&self, shape: Shape) -> bool {
        self.node(shape).firm <= Firm::Example
    }

    /// The member `name`; an object that may grow gets it.
    pub fn member(&mut self, of: Shape, name: &str) -> Shape {
        let found = self.reach(of, name);
        if self.sure && !self.node(found).needed {
            self.change(found).needed = true;
        }
        found
    }

    /// As [`Shapes::member`], without saying that it is needed.
    pub fn reach(&mut self, of: Shape, name: &str) -> Shape {
        if self.is_never(of) {
            return of;
        }
        match &self.node(of).what {
            What::Object(members) => {
                if let Some(member) = members.get(name) {
                    return *member;
                }
                if self.node(of).firm == Firm::Fixed {
                    return self.computed(None);
                }
            }
            What::With(base, members) => {
                let base = *base;
                return match members.get(name) {
                    Some(member) => *member,
                    None => self.reach(base, name),
                };
            }
            _ if self.node(of).firm == Firm::Computed => {}
            _ if !self.may_change(of) => return self.computed(None),
            _ => {}
        }
        if !matches!(self.node(of).given, Reply::Open) {
            return self.given_member(of, name);
        }
        let (depth, firm) = (self.node(of).depth + 1, self.node(of).firm);
        if depth > MOST_DEEP {
            return self.computed(None);
        }
        let firm = if firm == Firm::Computed { firm } else { Firm::Open };
        let name: Arc<str> = Arc::from(name);
        let member = self.add(What::Any, firm, depth, &name);
        let node = self.change(of);
        match &mut node.what {
            What::Object(members) => {
                members.insert(name, member);
            }
            other => {
                *other = What::Object(IndexMap::from_iter([(name, member)]));
                node.firm = if firm == Firm::Computed { firm } else { Firm::Open };
            }
        }
        member
    }

    /// The member `name`, where there is one already.
    pub fn known_member(&self, of: Shape, name: &str) -> Option<Shape> {
        match &self.node(of).what {
            What::Object(members) => members.get(name).copied(),
            What::With(base, members) => members
                .get(name)
                .copied()
                .or_else(|| self.known_member(*base, name)),
            _ => None,
        }
    }

    /// Its members, as far as they are known.
    pub fn members(&self, of: Shape) -> Vec<(Arc<str>, Shape)> {
        match &self.node(of).what {
            What::Object(members) => members
                .iter()
                .map(|(name, shape)| (name.clone(), *shape))
                .collect(),
            What::With(base, members) => {
                let mut all: IndexMap<Arc<str>, Shape> = self.members(*base).into_iter().collect();
                all.extend(members.iter().map(|(name, shape)| (name.clone(), *shape)));
                all.into_iter().collect()
            }
            _ => Vec::new(),
        }
    }

    /// Whether it is a list.
    pub fn is_list(&self, shape: Shape) -> bool {
        matches!(
            self.node(shape).what,
            What::List(..) | What::Items(_) | What::Split(..)
        )
    }

    /// Items that a list of which nothing else is known has.
    fn least(&self) -> usize {
        if self.several { 2 } else { 1 }
    }

    /// The item at a place of a list; what may become a list does.
    pub fn nth(&mut self, of: Shape, index: usize) -> Shape {
        self.expect(of, Kind::List);
        self.fill(of);
        let index = index.max(self.least() - 1);
        match &self.node(of).what {
            What::Items(items) => match items.get(index).or(items.last()) {
                Some(item) => *item,
                None => self.computed(None),
            },
            What::List(item, least) => {
                let (item, least) = (*item, *least);
                if index < MOST_ITEMS && index >= least {
                    self.change(of).what = What::List(item, index + 1);
                }
                item
            }
            What::Split(text, separator, part) => {
                let (text, separator, part) = (*text, separator.clone(), *part);
                // Nobody writes long lists by hand.
                if (1..20).contains(&index)
                    && let Value::String(first) = self.value(text)
                    && !first.contains(&*separator)
                {
                    let parts = vec![&*first; index + 1];
                    self.suggest(text, &Value::from(parts.join(&separator)));
                }
                part
            }
            _ => self.computed(None),
        }
    }

    /// A member of an object, whatever its name: the first that there is.
    pub fn some_member(&mut self, of: Shape) -> Shape {
        let of = self.item(of);
        self.expect(of, Kind::Object);
        let first = match self.members(of).first() {
            Some((_, member)) => *member,
            None => self.member(of, "key"),
        };
        // Another one like it, whatever its name.
        if self.several
            && self.may_change(of)
            && matches!(self.node(of).given, Reply::Open)
            && let What::Object(members) = &mut self.change(of).what
            && members.len() == 1
        {
            members.insert(Arc::from("another"), first);
        }
        first
    }

    /// An item of a list; in JSONata a value that is no list is its own item.
    pub fn item(&mut self, of: Shape) -> Shape {
        if self.is_list(of) { self.nth(of, 0) } else { of }
    }

    /// The value whose JSON a text is.
    pub fn parsed(&mut self, text: Shape) -> Shape {
        if let What::Json(inner) = &self.node(text).what {
            return *inner;
        }
        if !self.may_change(text)
            || !self.may_become(text, Kind::Text)
            || matches!(self.node(text).what, What::Object(_) | What::List(..))
        {
            return self.computed(None);
        }
        let (depth, name) = (self.node(text).depth + 1, self.node(text).name.clone());
        // DynamoDB spells its numbers as texts.
        if &*name == "N" {
            self.expect(text, Kind::Digits);
            return self.computed(Some(Kind::Number));
        }
        if depth > MOST_DEEP {
            return self.computed(None);
        }
        let inner = self.add(What::Object(IndexMap::new()), Firm::Open, depth, &name);
        let node = self.change(text);
        (node.what, node.firm) = (What::Json(inner), Firm::Open);
        inner
    }

    /// The JSON of a value, as a text.
    pub fn json_of(&mut self, inner: Shape) -> Shape {
        self.add(What::Json(inner), Firm::Fixed, 0, &Arc::from(""))
    }

    /// The text whose Base64 a text is.
    pub fn decoded(&mut self, text: Shape) -> Shape {
        if let What::Base64(inner) = &self.node(text).what {
            return *inner;
        }
        let (depth, name) = (self.node(text).depth + 1, self.node(text).name.clone());
        let open = matches!(self.node(text).what, What::Any | What::Of(_));
        if !self.may_change(text) || !self.may_become(text, Kind::Text) || !open || depth > MOST_DEEP {
            self.expect(text, Kind::Base64);
            return self.computed(Some(Kind::Text));
        }
        let inner = self.add(What::Of(Kind::Text), Firm::Open, depth, &name);
        let node = self.change(text);
        (node.what, node.firm) = (What::Base64(inner), Firm::Open);
        inner
    }

    /// The texts of values, one behind the other.
    pub fn joined(&mut self, parts: Vec<Shape>) -> Shape {
        self.add(What::Joined(parts), Firm::Computed, 0, &Arc::from("value"))
    }

    /// The parts of a text between separators.
    pub fn split(&mut self, text: Shape, separator: &str) -> Shape {
        let part = self.computed(Some(Kind::Text));
        let what = What::Split(text, Arc::from(separator), part);
        self.add(what, Firm::Computed, 0, &Arc::from(""))
    }

    /// Whether it is worked out of other values that have examples.
    pub fn is_joined(&self, shape: Shape) -> bool {
        matches!(self.node(shape).what, What::Joined(_))
    }

    /// The kind that it is known to be of, where it has no value yet.
    pub fn kind(&self, shape: Shape) -> Option<Kind> {
        match self.node(shape).what {
            What::Of(kind) => Some(kind),
            _ => None,
        }
    }

    /// That it is of a kind, where nothing else is known.
    pub fn expect(&mut self, shape: Shape, kind: Kind) {
        if let What::With(base, _) = self.node(shape).what {
            if kind == Kind::Object {
                self.expect(base, kind);
            }
            return;
        }
        if !self.may_change(shape) || !self.may_become(shape, kind) {
            return;
        }
        let node = self.node(shape);
        let (depth, name) = (node.depth + 1, node.name.clone());
        match (&node.what, kind) {
            // An object without members is what nothing is known of, as an example has it.
            (What::Object(members), kind)
                if members.is_empty()
                    && node.firm == Firm::Example
                    && !matches!(kind, Kind::Object | Kind::List) =>
            {
                self.change(shape).what = What::Of(kind);
            }
            (What::Any, Kind::List) => {
                let item = self.add(What::Any, Firm::Open, depth, &name);
                self.change(shape).what = What::List(item, self.least());
            }
            (What::Any, Kind::Object) => self.change(shape).what = What::Object(IndexMap::new()),
            (What::Any, kind) => self.change(shape).what = What::Of(kind),
            (What::Of(Kind::Text), Kind::Moment | Kind::Base64 | Kind::Digits) => {
                self.change(shape).what = What::Of(kind);
            }
            // What was taken for one of its items was all of them.
            (What::Object(members), Kind::List)
                if (node.firm == Firm::Open && (self.sure || !self.any_needed(members)))
                    || members.is_empty() =>
            {
                let what = node.what.clone();
                let item = self.add(what, Firm::Open, depth, &name);
                let least = self.least();
                let node = self.change(shape);
                (node.what, node.firm) = (What::List(item, least), Firm::Open);
            }
            (What::Scalar(value), kind) if !kind.holds(value) => {
                let node = self.change(shape);
                (node.what, node.firm) = (What::Any, Firm::Open);
                self.expect(shape, kind);
            }
            _ => {}
        }
    }

    /// Whether the run surely reads one of these.
    fn any_needed(&self, members: &IndexMap<Arc<str>, Shape>) -> bool {
        members.values().any(|member| self.node(*member).needed)
    }

    /// Whether it is settled that it is not there.
    pub fn is_absent(&self, shape: Shape) -> bool {
        self.node(shape).absent
    }

    /// Whether nothing can be told of its value before a run.
    pub fn is_computed(&self, shape: Shape) -> bool {
        self.node(shape).firm == Firm::Computed
    }

    /// Decides whether it is there; `false` where that cannot be.
    pub fn decide_presence(&mut self, shape: Shape, there: bool) -> bool {
        let node = self.node(shape);
        match (node.firm, there) {
            (Firm::Computed, _) => true,
            (Firm::Open | Firm::Example, false) if !node.needed => {
                self.change(shape).absent = true;
                true
            }
            (_, true) if !node.absent => {
                self.change(shape).needed = true;
                true
            }
            (_, there) => there != node.absent,
        }
    }

    /// The value, where it is one that stays: chosen, or the definition's.
    pub fn settled(&self, shape: Shape) -> Option<Value> {
        let node = self.node(shape);
        match &node.what {
            _ if node.firm == Firm::Computed || node.firm <= Firm::Example => None,
            What::Any | What::Of(_) => None,
            _ => Some(self.value(shape)),
        }
    }

    /// Decides on its value; `false` where it has another.
    pub fn choose(&mut self, shape: Shape, value: &Value) -> bool {
        if !self.may_change(shape) || self.node(shape).absent || !self.node(shape).given.may_be(value) {
            return false;
        }
        if matches!(&self.node(shape).what, What::Object(members) if !members.is_empty()) {
            return false;
        }
        if matches!(
            self.node(shape).what,
            What::List(..) | What::Json(_) | What::Base64(_)
        ) {
            return false;
        }
        let node = self.change(shape);
        (node.what, node.firm) = (What::Scalar(value.clone()), Firm::Chosen);
        true
    }

    /// A better example than others.
    pub fn prefer(&mut self, shape: Shape, value: &Value) {
        let node = self.node(shape);
        let fits = self.may_change(shape) && node.given.may_be(value);
        if fits && matches!(node.what, What::Any | What::Of(_) | What::Scalar(_)) {
            let node = self.change(shape);
            (node.what, node.firm) = (What::Scalar(value.clone()), Firm::Example);
        }
    }

    /// An example of what it may be, unless there is a better one.
    pub fn suggest(&mut self, shape: Shape, value: &Value) {
        let scalar = !matches!(value, Value::Array(_) | Value::Object(_));
        let node = self.node(shape);
        // A type's own example is no better than one that is asked for; of several names the first that is good is.
        let of_type = matches!(node.given.part(), Some((shape, _)) if !matches!(shape, Type::OneOf(_)));
        let open = node.firm == Firm::Open
            && match node.what {
                What::Any | What::Of(_) => true,
                What::Scalar(_) => of_type,
                _ => false,
            };
        if scalar && open && node.given.may_be(value) {
            let node = self.change(shape);
            (node.what, node.firm) = (What::Scalar(value.clone()), Firm::Example);
        }
    }
}

impl Shapes {
    /// The items of a list, as far as they are known.
    pub fn items(&self, of: Shape) -> Option<Vec<Shape>> {
        match &self.node(of).what {
            What::Items(items) => Some(items.clone()),
            What::List(item, _) | What::Split(_, _, item) => Some(vec![*item]),
            _ => None,
        }
    }

    /// An example that stands so to `value`.
    pub fn suggest_relation(&mut self, shape: Shape, relation: Relation, value: &Value) {
        let fits = |candidate: &Value| relation.holds_of(candidate, value);
        if let Some(example) = candidates(value).iter().find(|candidate| fits(candidate)) {
            self.suggest(shape, example);
        }
    }
}

/// Values one of which stands to `value` as one may ask.
pub fn candidates(value: &Value) -> Vec<Value> {
    match value {
        Value::Number(number) => {
            let (one, around) = (1.0, number.as_f64());
            let whole = |number: f64| {
                let number = Number::Float(number);
                Value::Number(number.as_i64().map_or(number, Number::Int))
            };
            vec![value.clone(), whole(around + one), whole(around - one)]
        }
        Value::String(text) => {
            let mut all = vec![value.clone()];
            if crate::expr::timestamp::parse(text).is_some() {
                all.extend(["2100-01-01T00:00:00Z", "2000-01-01T00:00:00Z"].map(Value::from));
            }
            all.extend([
                Value::from("other"),
                Value::from(format!("{text}x")),
                Value::from(""),
            ]);
            all
        }
        Value::Bool(truth) => vec![value.clone(), Value::Bool(!truth)],
        other => vec![other.clone(), Value::from("other")],
    }
}

impl Kind {
    /// Whether a value is of it.
    fn holds(self, value: &Value) -> bool {
        match self {
            Kind::Text => value.as_str().is_some(),
            Kind::Moment => value
                .as_str()
                .is_some_and(|text| crate::expr::timestamp::parse(text).is_some()),
            Kind::Digits => value.as_str().is_some_and(|text| text.parse::<f64>().is_ok()),
            Kind::Base64 => value.as_str().is_some(),
            Kind::Number => value.as_number().is_some(),
            Kind::Boolean => value.as_bool().is_some(),
            Kind::Object => value.as_object().is_some(),
            Kind::List => value.as_array().is_some(),
        }
    }
}
