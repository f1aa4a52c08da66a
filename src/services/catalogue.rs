//! The services that Step Functions' SDK integrations call, by name.

use std::cmp::Ordering;
use std::sync::{Mutex, PoisonError};

use rustc_hash::FxHashMap;

use super::Model;

static INDEX: &str = include_str!("../../data/api-models.txt");
static BLOCKS: &[u8] = include_bytes!("../../data/api-models.bin");

/// Where the models are from, and of when they are: `botocore 1.44.8 of 2026-11`.
pub static SOURCE: Source = Source;

/// See [`SOURCE`].
#[derive(Debug, Clone, Copy)]
pub struct Source;

impl std::fmt::Display for Source {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(INDEX.lines().next().unwrap_or_default())
    }
}

/// A service of AWS's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Service {
    /// The name in a Resource, behind `aws-sdk:`: `dynamodb`, `sfn`.
    pub name: &'static str,
    /// What the names of its errors begin with: `DynamoDb`. `None` where Step Functions' documentation does not list
    /// the service, which may have come since.
    pub prefix: Option<&'static str>,
    /// Where its block begins, how long that is, and the service's place in it.
    block: Option<(usize, usize, usize)>,
}

/// The models that were unpacked, by their blocks and their places in them.
type Models = FxHashMap<(usize, usize), Option<&'static Model>>;

impl Service {
    /// What its actions take and answer; `None` where AWS publishes no model (any more).
    pub fn model(&self) -> Option<&'static Model> {
        // Unpacked once, and kept: a definition calls the same few services again and again.
        static MODELS: Mutex<Option<Models>> = Mutex::new(None);
        let (start, length, place) = self.block?;
        let mut models = MODELS.lock().unwrap_or_else(PoisonError::into_inner);
        let unpacked = || -> Option<&'static Model> {
            let model = Model::unpack(BLOCKS.get(start..start + length)?, place)?;
            Some(Box::leak(Box::new(model)))
        };
        *models
            .get_or_insert_default()
            .entry((start, place))
            .or_insert_with(unpacked)
    }
}

/// All services, by name.
pub fn services() -> impl Iterator<Item = Service> {
    INDEX.lines().skip(1).filter_map(entry)
}

/// The service that an SDK integration names `name`. Names are in lower case, and no other case is known to work.
pub fn service(name: &str) -> Option<Service> {
    // A definition calls the same few services again and again.
    static KNOWN: Mutex<Option<FxHashMap<&'static str, Service>>> = Mutex::new(None);
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    let known = known.get_or_insert_default();
    if let Some(service) = known.get(name) {
        return Some(*service);
    }
    let service = looked_up(name)?;
    known.insert(service.name, service);
    Some(service)
}

fn looked_up(name: &str) -> Option<Service> {
    // The lines are in order: what is looked for is in the half that is left, which begins and ends with a line.
    let mut rest = INDEX.split_once('\n')?.1;
    while !rest.is_empty() {
        let middle = rest.len() / 2;
        let start = rest[..middle].rfind('\n').map_or(0, |before| before + 1);
        let end = rest[start..].find('\n').map_or(rest.len(), |end| start + end);
        let line = &rest[start..end];
        let (found, _) = line.split_once(' ')?;
        rest = match found.cmp(name) {
            Ordering::Equal => return entry(line),
            Ordering::Less => rest.get(end + 1..).unwrap_or_default(),
            Ordering::Greater => &rest[..start],
        };
    }
    None
}

/// The service that a line of the index tells of.
fn entry(text: &'static str) -> Option<Service> {
    let mut words = text.split(' ');
    let name = words.next()?;
    let prefix = words.next().filter(|prefix| *prefix != "-");
    let mut number = || words.next()?.parse().ok();
    Some(Service {
        name,
        prefix,
        block: number()
            .zip(number())
            .zip(number())
            .map(|((start, length), place)| (start, length, place)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn services_have_the_names_and_prefixes_of_the_documentation() {
        for (name, prefix) in [
            ("dynamodb", "DynamoDb"),
            ("sfn", "Sfn"),
            ("cloudwatchlogs", "CloudWatchLogs"),
            ("acmpca", "AcmPca"),
            ("sagemakera2iruntime", "SageMakerA2IRuntime"),
            // Added in 2026 [Learning to use AWS service SDK integrations in Step Functions].
            ("bedrockagentcore", "BedrockAgentCore"),
            ("mwaaserverless", "MwaaServerless"),
            ("novaact", "NovaAct"),
            ("s3vectors", "S3Vectors"),
            ("lambdacore", "LambdaCore"),
            ("iamtoolbox", "IamToolbox"),
        ] {
            let service = service(name).unwrap_or_else(|| panic!("no {name}"));
            assert_eq!(service.prefix, Some(prefix));
            assert!(service.model().is_some(), "{name}");
        }
        assert_eq!(service("DynamoDB"), None);
        assert_eq!(service("stepfunctions"), None);
        // Retired, and listed still; and one that botocore does not have.
        for name in ["qldb", "sagemakerruntimehttp2"] {
            assert!(service(name).is_some_and(|service| service.model().is_none()));
        }
    }

    #[test]
    fn every_block_can_be_read() {
        let mut actions = 0;
        for service in services() {
            if let Some(model) = service.model() {
                for action in model.actions() {
                    actions += 1;
                    for structure in [action.input(), action.output()] {
                        for member in structure.members() {
                            member.shape.resolve();
                        }
                    }
                }
            }
        }
        // "Over nine thousand API actions" [Integrating services with Step Functions].
        assert!(actions > 9_000, "{actions}");
    }

    #[test]
    fn every_service_is_found_and_nothing_else() {
        for one in services() {
            assert_eq!(service(one.name), Some(one));
            for other in [format!("{}!", one.name), format!(" {}", one.name)] {
                assert_eq!(service(&other), None, "{other}");
            }
        }
        assert_eq!(service(""), None);
    }

    #[test]
    fn the_index_is_in_order() {
        assert!(INDEX.is_ascii());
        assert!(services().map(|service| service.name).is_sorted());
        assert!(SOURCE.to_string().starts_with("botocore "));
    }
}
