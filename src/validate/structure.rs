//! Every object against the table of fields: fields that do not belong there, fields that are missing, fields that
//! exclude each other; and each value against its shape.

use super::report::{FindingId, Phase};
use super::{Context, SCHEMA, doc_pages, languages, messages, values};
use crate::asl::fields::{Choice, Count, Field, Kind, Place, Shape, Visitor, walk};
use crate::asl::{
    Fragment, QueryLanguage, ReaderFields, RuleFields, ScopeKind, State, StateMachine, StateType, Stranger,
    comparison,
};
use crate::diagnostics::{Finding, Help, joined, nearest, some_of};
use crate::source::{Member, NodeId, NodeRef, placeholder};

pub(super) fn check(context: &mut Context<'_>) {
    let machine = context.machine;
    for scope in machine.scopes() {
        let kind = match scope.kind {
            ScopeKind::TopLevel => Kind::Machine,
            ScopeKind::Branch(_) => Kind::Branch,
            ScopeKind::Processor => Kind::Processor,
        };
        let site = Site {
            kind,
            owner: scope.node,
            language: None,
        };
        object(context, machine.node(scope.node), site);
    }
    for state in machine
        .states()
        .iter()
        .filter(|state| !machine.is_quiet(state.id))
    {
        let node = machine.node(state.node);
        let first = context.report.next_id();
        if node.is_unknown() {
            continue;
        }
        if !node.is_object() {
            values::expect(context, node, "OBJECT");
            context.report.note_lost_way(state.node, first);
            continue;
        }
        let kind = state.kind();
        let mut language = known_language(machine, state).then_some(state.query_language);
        // Its fields of the other language are not reported as well [floci#2968].
        let own = state
            .fields(machine)
            .query_language()
            .filter(|n| n.as_str() == Some("JSONPath"));
        if let Some(own) = own
            && machine.query_language() == QueryLanguage::Jsonata
        {
            language = None;
            let finding = Finding::error(SCHEMA, messages::JSONPATH_IN_JSONATA, own.token_span())
                .with_location(node.location())
                .with_help("remove the field, or let the machine be JSONPath and its other states JSONata");
            let finding = match machine.fields().query_language() {
                Some(language) => finding.with_related(language.key_span(), "the machine is JSONata"),
                None => finding,
            };
            let cause = context.report.meant(machine.scopes()[0].node, "QueryLanguage");
            context.report.add_after(Phase::Schema, finding, cause);
        }
        let site = Site {
            kind,
            owner: state.node,
            language,
        };
        object(context, node, site);
        // A state of no type that goes nowhere: what it was to lead to is unknown.
        let leads_nowhere = state.transitions().next().is_none() && !state.is_terminal();
        if leads_nowhere && state.state_type.is_none() && context.report.next_id() != first {
            context.report.note_lost_way(state.node, first);
        }
    }
    languages::explain(context);
}

/// Whether the query language of a state is known: neither it nor the machine's is filled in later.
fn known_language(machine: &StateMachine, state: &State) -> bool {
    let (state, machine) = (state.fields(machine), machine.fields());
    match state.query_language().or(machine.query_language()) {
        Some(node) => !node.has_placeholder(),
        None => !state.is_open() && !machine.is_open(),
    }
}

/// Where an object stands, as far as the check of its values needs to know.
#[derive(Debug, Clone, Copy)]
pub(super) struct Site {
    /// What the object is.
    pub(super) kind: Kind,
    /// The state or scope that it is, or that it belongs to.
    pub(super) owner: NodeId,
    /// The query language whose fields count; `None` where those of both do.
    pub(super) language: Option<QueryLanguage>,
}

impl Site {
    /// The place of an object inside this one.
    pub(super) fn inner(self, kind: Kind) -> Site {
        Site { kind, ..self }
    }
}

/// Checks one object and the objects in its fields.
fn object(context: &mut Context<'_>, node: NodeRef<'_>, site: Site) {
    let mut check = Check {
        context,
        site,
        open: Vec::new(),
    };
    walk(node, site.kind, &mut check);
}

/// The check, on its walk.
struct Check<'c, 'm> {
    context: &'c mut Context<'m>,
    site: Site,
    open: Vec<Open>,
}

/// An object that is gone through.
struct Open {
    /// The page of AWS's documentation that counted before.
    page: Option<&'static str>,
    /// The finding that came first in it, if any did.
    first: FindingId,
    /// The first finding about a field of the other language.
    of_other_language: Option<FindingId>,
}

impl<'d> Visitor<'d> for Check<'_, '_> {
    fn begin(&mut self, node: NodeRef<'d>, kind: Kind) -> bool {
        let page = self.context.report.turn_to(Some(doc_pages::of(kind)));
        let first = self.context.report.next_id();
        if node.is_object() {
            self.open.push(Open {
                page,
                first,
                of_other_language: None,
            });
            return true;
        }
        // What a template fills in later may be an object.
        if !node.is_unknown() {
            values::expect(self.context, node, "OBJECT");
            if matches!(kind, Kind::ChoiceRule | Kind::Catcher) {
                self.context.report.note_lost_way(self.site.owner, first);
            }
        }
        self.context.report.turn_to(page);
        false
    }

    fn unknown(&mut self, node: NodeRef<'d>, kind: Kind, member: &'d Member) {
        if !kind.entry().open && !placeholder::is_in(&member.key) {
            unsupported(self.context, node, member, self.site.inner(kind));
        }
    }

    fn field(&mut self, place: Place<'d>) -> bool {
        let Place {
            object: node,
            kind,
            field,
            member,
            value,
        } = place;
        let report = &mut self.context.report;
        if let Some(language) = self.site.language
            && !field.languages.allow(language)
        {
            // AWS was seen to say only that the other one is missing [aws-cdk#33396].
            if lacks_payload(node, kind, language) && is_payload(field.name) {
                return false;
            }
            let Some(open) = self.open.last_mut() else {
                return false;
            };
            let finding = other_language(node, member, field, kind, language);
            let id = report.add_after(Phase::Schema, finding, open.of_other_language);
            if open.of_other_language.is_none() {
                open.of_other_language = Some(id);
                report.note_other_language(self.site.owner, id);
            }
            return false;
        }
        let before = report.next_id();
        values::check(self.context, value, field, self.site.inner(kind));
        let report = &mut self.context.report;
        if report.next_id() != before {
            // What is inside a list of rules or catchers is noted there.
            if leads_on(field) && (field.shape == Shape::Target || value.items().len() == 0) {
                report.note_lost_way(self.site.owner, before);
            }
            // An expression where a number belongs is of the other language, too.
            let is_expression = value.as_str().is_some_and(|text| text.starts_with("{%"));
            if is_expression && self.site.language == Some(QueryLanguage::JsonPath) {
                report.note_other_language(self.site.owner, before);
            }
            match field.name {
                "QueryLanguage" => report.note_meant(node.id(), "QueryLanguage", before),
                "End" => report.note_open_end(node.id(), before),
                _ => {}
            }
        }
        true
    }

    fn end(&mut self, node: NodeRef<'d>, kind: Kind) {
        let Some(open) = self.open.pop() else { return };
        let site = self.site.inner(kind);
        let lacking = required(self.context, node, site);
        if let (Some(lacking), Kind::Machine) = (lacking, kind)
            && (Fragment::of(node).is_some() || is_stranger(self.context, node))
        {
            // What it holds is a state's, or are states, or of something else: that it is no machine is what is wrong with it.
            self.context.report.explain_from(open.first, lacking);
        }
        // Whatever an empty object lacks is one mistake.
        let empty = node.members().is_empty() && self.context.report.next_id() != open.first;
        for choice in kind.entry().choices {
            // A field of the other language is too many already.
            let is_foreign = |field: &Field| site.language.is_some_and(|l| !field.languages.allow(l));
            let has_foreign = choice
                .fields
                .iter()
                .any(|name| node.member(name).is_some() && kind.field(name).is_some_and(is_foreign));
            let cause = match empty {
                true => Some(open.first),
                false => open.of_other_language.filter(|_| has_foreign),
            };
            exclusive(self.context, node, choice, cause);
        }
        if matches!(kind, Kind::ChoiceRule | Kind::NestedRule) {
            operators(self.context, node, site);
        }
        self.context.report.turn_to(open.page);
    }
}

fn is_payload(name: &str) -> bool {
    matches!(name, "Parameters" | "Arguments")
}

/// Whether a reader or writer has a Resource without what is sent to it [aws-cdk#33396, measured of a writer].
fn lacks_payload(node: NodeRef<'_>, kind: Kind, language: QueryLanguage) -> bool {
    // They have both alike.
    let fields = ReaderFields::from(node);
    matches!(kind, Kind::ItemReader | Kind::ResultWriter)
        && fields.resource().is_some()
        && fields.payload(language).is_none()
}

/// Whether a state or scope goes on by this field.
fn leads_on(field: &Field) -> bool {
    matches!(
        field.shape,
        Shape::Target
            | Shape::List {
                of: Kind::ChoiceRule | Kind::Catcher,
                ..
            }
    )
}

/// More members than an object that somebody wrote by hand: what would cost their square is left out.
const MANY: usize = 200;

fn unsupported(context: &mut Context<'_>, node: NodeRef<'_>, member: &Member, site: Site) {
    let Site { kind, language, .. } = site;
    let legal = || {
        kind.fields()
            .filter(move |f| language.is_none_or(|l| f.languages.allow(l)))
            .map(|f| f.name)
    };
    // A field that is there already is not what is meant. Only objects with more fields than any legal one skip this.
    let absent = |name: &&str| node.members().len() > MANY || node.member(name).is_none();
    // Of names that are equally near one that must be there counts.
    let required = kind
        .fields()
        .filter(|f| f.required)
        .map(|f| f.name)
        .filter(|name| legal().any(|l| l == *name));
    // Whoever knows templates writes `Seconds.$` for what is SecondsPath here.
    let twin = member.key.strip_suffix(".$").map(|name| format!("{name}Path"));
    let twin = twin.and_then(|twin| legal().filter(absent).find(|name| *name == twin));
    let near = twin
        .or_else(|| nearest(&member.key, required.chain(legal()).filter(absent)))
        .or_else(|| {
            let is_end = matches!(&*member.key, "Ed" | "en" | "En" | "ed" | "nd" | "ND");
            is_end
                .then(|| legal().filter(absent).find(|name| *name == "End"))
                .flatten()
        });
    let mut finding = Finding::error(SCHEMA, messages::unsupported(&member.key), member.key_span)
        .with_location(node.location());
    finding = match near {
        Some(name) if name.eq_ignore_ascii_case(&member.key) => finding
            .with_label("names are case-sensitive")
            .with_help(format!("write '{name}': field names are case-sensitive")),
        Some(name) => finding
            .with_label(format!("{} has no such field", kind.describe()))
            .with_help(Help::asks(name)),
        None if &*member.key == "QueryLanguage" => finding
            .with_label(format!("{} has no such field", kind.describe()))
            .with_help(
                "the states in here take the machine's language: set it on the machine, or on each state",
            ),
        None => {
            let owners = owners(&member.key, kind);
            let mut help = String::new();
            if !owners.is_empty() {
                help = format!("'{}' belongs to {owners}; ", member.key);
            }
            let names: Vec<&str> = legal().collect();
            finding
                .with_label(format!("{} has no such field", kind.describe()))
                .with_help(format!("{help}{} takes {}", kind.describe(), list(&names)))
        }
    };
    if let Some(name) = near {
        finding = values::mended(finding, node.document(), member.key_span, name);
    }
    let id = context.report.add(Phase::Schema, finding);
    if &*member.key == "QueryLanguage" {
        context.report.note_meant(node.id(), "QueryLanguage", id);
    }
    if let Some(name) = near {
        context.report.note_meant(node.id(), name, id);
        if kind.field(name).is_some_and(leads_on) {
            context.report.note_lost_way(site.owner, id);
        }
    }
}

/// The state types, other than `kind`, that have a field: `Task, Parallel and Map states`.
fn owners(field: &str, kind: Kind) -> String {
    let types: Vec<&str> = StateType::ALL
        .into_iter()
        .filter(|&t| Kind::State(t) != kind && Kind::State(t).field(field).is_some())
        .map(StateType::name)
        .collect();
    match types.as_slice() {
        [] if kind != Kind::Machine && Kind::Machine.field(field).is_some() => {
            "the state machine itself".to_owned()
        }
        [] => String::new(),
        types => format!("{} states", joined(types, "and")),
    }
}

/// A list of names in words: at most 45, since a Choice rule has that many fields.
pub(super) fn list(names: &[&str]) -> String {
    const MOST: usize = 45;
    some_of(names, MOST, MOST)
}

fn other_language(
    node: NodeRef<'_>,
    member: &Member,
    field: &Field,
    kind: Kind,
    language: QueryLanguage,
) -> Finding {
    // AWS names the state [floci#2968]; of the objects inside a state none was seen, so the object it is.
    let finding = Finding::error(
        SCHEMA,
        messages::other_language(language, field.name),
        member.key_span,
    )
    .with_location(node.location());
    let instead = counterpart(field.name, kind);
    match language {
        QueryLanguage::JsonPath => finding
            .with_label(format!("{} belongs to JSONata; this state is JSONPath", field.name))
            .with_help(match instead {
                Some(instead) => format!(
                    "set \"QueryLanguage\": \"JSONata\" on the state or the machine, or write {instead} instead"
                ),
                None => "set \"QueryLanguage\": \"JSONata\" on the state or the machine".to_owned(),
            }),
        QueryLanguage::Jsonata => finding
            .with_label(format!("{} belongs to JSONPath; this state is JSONata", field.name))
            .with_help(match instead {
                Some(instead) => format!("in JSONata, write {instead} instead"),
                None => "remove the field: JSONata does not need it".to_owned(),
            }),
    }
}

/// What does a field's work in the other query language [Transforming data with JSONata in Step Functions].
fn counterpart(field: &str, kind: Kind) -> Option<&'static str> {
    Some(match field {
        "Parameters" if kind == Kind::State(StateType::Pass) => "Output",
        "Parameters" if kind == Kind::State(StateType::Map) => "ItemSelector",
        "Parameters" => "Arguments",
        "InputPath" => match kind {
            Kind::State(StateType::Task | StateType::Parallel) => "Arguments",
            Kind::State(StateType::Map) => "Items",
            _ => "$states.input in the expressions",
        },
        "Arguments" => "Parameters",
        "ResultSelector" | "ResultPath" | "OutputPath" | "Result" => "Output",
        "Output" => match kind {
            Kind::State(StateType::Pass) => "Parameters or Result, with ResultPath and OutputPath,",
            Kind::State(StateType::Task | StateType::Parallel | StateType::Map) => {
                "ResultSelector, ResultPath and OutputPath"
            }
            Kind::Catcher => "ResultPath",
            _ => "OutputPath",
        },
        "ItemsPath" => "Items",
        "Items" => "ItemsPath",
        "Condition" => "Variable with a comparison such as StringEquals",
        "And" | "Or" | "Not" | "Variable" => "Condition",
        _ if comparison(field).is_some() => "Condition",
        _ => {
            return field
                .strip_suffix("Path")
                .and_then(|literal| kind.fields().map(|f| f.name).find(|name| *name == literal));
        }
    })
}

/// Names the fields that are missing; gives the finding that says so.
fn required(context: &mut Context<'_>, node: NodeRef<'_>, site: Site) -> Option<FindingId> {
    let Site { kind, language, .. } = site;
    let lacks_payload = language.is_some_and(|language| lacks_payload(node, kind, language));
    let mut missing: Vec<&'static str> = kind
        .fields()
        .filter(|f| f.required || lacks_payload && is_payload(f.name))
        .filter(|f| language.is_none_or(|l| f.languages.allow(l)))
        .map(|f| f.name)
        // What else a state of unknown type needs is unknown.
        .filter(|name| kind != Kind::AnyState || *name == "Type")
        .filter(|name| node.member(name).is_none())
        .collect();
    // What is filled in later may have them.
    if missing.is_empty() || node.is_open() {
        return None;
    }
    // AWS's order [recorded; pf-sfn-asl-state-fields].
    if missing == ["StartAt", "States"] {
        missing.reverse();
    }
    let causes: Vec<FindingId> = missing
        .iter()
        .filter_map(|name| context.report.meant(node.id(), name))
        .collect();
    let cause = causes.first().copied().filter(|_| causes.len() == missing.len());
    let other = node
        .members()
        .iter()
        .find(|m| lacks_payload && is_payload(&m.key));
    let span = other.map_or_else(|| node.token_span(), |member| member.key_span);
    let mut finding = Finding::error(SCHEMA, messages::required(&missing), span)
        .with_location(node.location())
        .with_label(format!("{} needs {}", kind.describe(), joined(&missing, "and")));
    if let (Some(other), Some(language)) = (other, language) {
        let right = language.payload_field();
        finding = finding.with_help(format!(
            "this state is {language}: write {right} instead of {}",
            other.key
        ));
        finding = values::mended(finding, node.document(), other.key_span, right);
    }
    if kind == Kind::Machine
        && let Some(fragment) = Fragment::of(node)
    {
        finding = finding
            .with_label(fragment.describe())
            .with_help(fragment.help(true));
    }
    if kind == Kind::Machine
        && let Some(stranger) = Stranger::of(node).filter(|_| is_stranger(context, node))
    {
        finding = finding.with_label(stranger.describe()).with_help(stranger.help());
    }
    let id = context.report.add_after(Phase::Schema, finding, cause);
    if missing.iter().filter_map(|name| kind.field(name)).any(leads_on) {
        context.report.note_lost_way(site.owner, id);
    }
    Some(id)
}

/// Whether an object in the place of the machine is something else altogether: none of its members was meant to be
/// `StartAt` or `States`.
fn is_stranger(context: &Context<'_>, node: NodeRef<'_>) -> bool {
    let meant = |name| context.report.meant(node.id(), name).is_some();
    Stranger::of(node).is_some() && !meant("StartAt") && !meant("States")
}

fn exclusive(context: &mut Context<'_>, node: NodeRef<'_>, choice: &Choice, cause: Option<FindingId>) {
    let present: Vec<&Member> = choice
        .fields
        .iter()
        .filter_map(|name| node.member(name))
        .collect();
    let none = present.is_empty();
    if none && node.is_open() {
        return;
    }
    let message = match (choice.count, present.len()) {
        (_, 1) | (Count::AtMostOne, 0) => return,
        (Count::ExactlyOneOfRule, _) => messages::rule_one(choice.fields),
        (Count::ExactlyOne, 0) => messages::exactly_one(choice.fields),
        // Of a long list (the comparison operators) AWS's order is unknown: those that are there.
        (_, n) if choice.fields.len() > 8 => {
            debug_assert!(n > 1);
            messages::only_one(&present.iter().map(|m| &*m.key).collect::<Vec<_>>())
        }
        _ => messages::only_one(choice.fields),
    };
    // The last one in the text is the one too many.
    let last = present.iter().max_by_key(|m| m.key_span.start);
    let span = last.map_or_else(|| node.token_span(), |m| m.key_span);
    let mut finding = Finding::error(SCHEMA, message, span).with_location(node.location());
    for member in present.iter().filter(|m| m.key_span != span) {
        finding = finding.with_related(member.key_span, format!("{} stands here", member.key));
    }
    finding = match choice.fields {
        ["Next", "End"] if none => finding
            .with_label("neither Next nor End: the state has no successor")
            .with_help("add \"Next\": \"<state>\", or \"End\": true if it is the last one"),
        ["Next", "End"] => finding
            .with_label("both Next and End")
            .with_help("keep Next to continue, or End to stop here"),
        fields if none => finding.with_label(format!("needs one of {}", fields.join(", "))),
        _ => finding.with_label("one too many").with_help(format!(
            "keep one of {}",
            joined(&present.iter().map(|m| &*m.key).collect::<Vec<_>>(), "and")
        )),
    };
    let meant = || {
        choice
            .fields
            .iter()
            .find_map(|name| context.report.meant(node.id(), name))
    };
    let cause = cause.or_else(|| none.then(meant).flatten());
    let id = context.report.add_after(Phase::Schema, finding, cause);
    if none && choice.fields == ["Next", "End"] {
        context.report.note_open_end(node.id(), id);
    }
}

/// A rule with `Variable` compares it once, and a rule without compares nothing.
fn operators(context: &mut Context<'_>, node: NodeRef<'_>, site: Site) {
    let Site { kind, language, .. } = site;
    if language == Some(QueryLanguage::Jsonata) {
        return;
    }
    let mut present = node.members().iter().filter(|m| comparison(&m.key).is_some());
    if RuleFields::from(node).variable().is_some() {
        if present.next().is_none() && !node.is_open() {
            // AWS was seen to refuse this [pf-sfn-asl-choice-rules]; its words were not seen.
            let finding = Finding::error(
                SCHEMA,
                "This object should have only one of the following fields: [StringEquals, NumericEquals, ...]",
                node.token_span(),
            )
            .with_location(node.location())
            .with_label("a Variable, and nothing to compare it with")
            .with_help("add a comparison such as \"StringEquals\" or \"IsPresent\"");
            let mut fields = kind.fields().filter(|field| comparison(field.name).is_some());
            let meant = fields.find_map(|field| context.report.meant(node.id(), field.name));
            context.report.add_after(Phase::Schema, finding, meant);
        }
    } else if ["And", "Or", "Not"]
        .iter()
        .any(|name| node.member(name).is_some())
    {
        for member in present {
            let finding = Finding::error(SCHEMA, messages::unsupported(&member.key), member.key_span)
                .with_location(node.location())
                .with_help("a comparison stands beside Variable; put both into a rule inside And, Or or Not");
            context.report.add(Phase::Schema, finding);
        }
    }
}
