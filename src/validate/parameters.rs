//! The parameters of a service integration against the model of the API that it calls.
//!
//! AWS checks them when the machine is made, nested ones too: `The field "key" is not supported by Step Functions at
//! /States/Train Step/Parameters` for `Tags[0].key` [aws-step-functions-data-science-sdk-python#200; aws-cdk#10014 for
//! three levels down]. What is only known at run time (`.$`) it checks then: an unknown `TaskToken.$` was accepted at
//! first, and failed the execution [a public project's note].

use super::report::{FindingId, Phase};
use super::{Context, SCHEMA, own_parameters, values};
use crate::asl::Resource;
use crate::diagnostics::{Finding, Help, nearest};
use crate::services::{Call, Input, Member, SOURCE, Spelling, Type, is_made_elsewhere, refusals};
use crate::source::NodeRef;

/// Checks the `payload` (Parameters or Arguments) of a call of `resource`.
pub(super) fn check(context: &mut Context<'_>, resource: &Resource<'_>, payload: NodeRef<'_>) {
    let Some(input) = Call::of(resource).and_then(|call| call.input()) else {
        return own_parameters::check(context, resource, payload);
    };
    if !payload.is_object()
        || payload
            .members()
            .iter()
            .any(|member| is_made_elsewhere(&member.key))
    {
        return;
    }
    let place = Place {
        location: payload.location(),
        spelling: input.spelling,
        extra: input.extra(),
    };
    let mut meant = Vec::new();
    // Whatever an empty object lacks is one mistake.
    let mut first = None;
    structure(context, &place, payload, input.listed(), &mut meant);
    for member in input.required() {
        let there = payload.members().iter().any(|given| {
            let name = given.key.strip_suffix(".$").unwrap_or(&given.key);
            input.spelling.takes(member.name, name)
        });
        if !there {
            let name = input.spelling.write(member.name);
            let finding = Finding::error(SCHEMA, refusals::required(&name), payload.key_span())
                .with_location(payload.location());
            let finding = evaluated(finding, payload, &input, &name);
            // AWS says both; a name that is nearly this one is the cause.
            let cause = meant.iter().find(|(near, _)| *near == name).map(|(_, id)| *id);
            let id = context.report.add_after(Phase::Schema, finding, cause.or(first));
            first = first.or_else(|| payload.members().is_empty().then_some(id));
        }
    }
}

/// Says which member may be meant by a name that is missing, where a run fills that in: AWS looks at such names only then.
fn evaluated(finding: Finding, payload: NodeRef<'_>, input: &Input, name: &str) -> Finding {
    let taken = |given: &str| {
        input
            .members()
            .any(|member| input.spelling.takes(member.name, given))
    };
    let near = payload.members().iter().find(|member| {
        let given = member.key.strip_suffix(".$");
        given.is_some_and(|given| !taken(given) && nearest(given, [name]).is_some())
    });
    let Some(member) = near else { return finding };
    let text = format!("{name}.$");
    let finding = finding
        .with_help(Help::asking(format!("did you mean \"{text}\"?"), &*text))
        .with_related(member.key_span, "this is no name of it");
    values::mended(finding, payload.document(), member.key_span, &text)
}

/// What the check needs to know of where it is.
struct Place {
    /// AWS names the whole payload, wherever in it the field stands.
    location: String,
    spelling: Spelling,
    /// What is taken besides the API's own members.
    extra: &'static [&'static str],
}

/// Checks the members of an object; `meant` gets the names that unknown ones are near to.
fn structure(
    context: &mut Context<'_>,
    place: &Place,
    object: NodeRef<'_>,
    known: &[Member<'static>],
    meant: &mut Vec<(String, FindingId)>,
) {
    if object
        .members()
        .iter()
        .any(|member| is_made_elsewhere(&member.key))
    {
        return;
    }
    for given in object.members() {
        if given.key.ends_with(".$") || place.extra.contains(&&*given.key) {
            continue;
        }
        match known
            .iter()
            .find(|member| place.spelling.takes(member.name, &given.key))
        {
            Some(member) => {
                let inner = Place {
                    location: place.location.clone(),
                    extra: &[],
                    ..*place
                };
                value(
                    context,
                    &inner,
                    object.document().node(given.value),
                    member.shape.resolve(),
                );
            }
            None => {
                let message = refusals::unsupported(&given.key);
                let finding = Finding::error(SCHEMA, message, given.key_span).with_location(&*place.location);
                let names: Vec<_> = known
                    .iter()
                    .map(|member| place.spelling.write(member.name))
                    .collect();
                let near = nearest(&given.key, names.iter().map(|name| &**name));
                let finding = match near {
                    Some(near) => values::mended(
                        finding.with_help(Help::asking(format!("did you mean \"{near}\"?"), near)),
                        object.document(),
                        given.key_span,
                        near,
                    ),
                    None => finding.with_help(unknown(&names)),
                };
                let id = context.report.add(Phase::Schema, finding);
                meant.extend(near.map(|near| (near.to_owned(), id)));
            }
        }
    }
}

fn value(context: &mut Context<'_>, place: &Place, node: NodeRef<'_>, shape: Type<'static>) {
    match shape {
        Type::Structure(inner) if node.is_object() => {
            // What nested objects require AWS was not seen to ask for.
            structure(context, place, node, inner.listed(), &mut Vec::new());
        }
        Type::List(item) => {
            for node in node.items() {
                value(context, place, node, item.resolve());
            }
        }
        Type::Map(inner) => {
            for member in node.members() {
                if !is_made_elsewhere(&member.key) {
                    value(
                        context,
                        place,
                        node.document().node(member.value),
                        inner.resolve(),
                    );
                }
            }
        }
        _ => {}
    }
}

/// What to say where no name is near.
fn unknown(names: &[std::borrow::Cow<'_, str>]) -> String {
    const FEW: usize = 8;
    match names.len() {
        0 => format!("it takes no members, by the API models of {SOURCE}"),
        1..=FEW => format!("it takes {}, by the API models of {SOURCE}", names.join(", ")),
        _ => format!("it is not in the API models of {SOURCE}"),
    }
}
