//! The services that Step Functions' SDK integrations call, by name.

use std::sync::OnceLock;

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
    line: usize,
    block: Option<(usize, usize)>,
}

impl Service {
    /// What its actions take and answer; `None` where AWS publishes no model (any more).
    pub fn model(&self) -> Option<&'static Model> {
        // Unpacked once, since a definition calls the same few services again and again.
        static MODELS: OnceLock<Vec<OnceLock<Option<Model>>>> = OnceLock::new();
        let (start, length) = self.block?;
        let models = MODELS.get_or_init(|| INDEX.lines().map(|_| OnceLock::new()).collect());
        models
            .get(self.line)?
            .get_or_init(|| Model::unpack(BLOCKS.get(start..start + length)?))
            .as_ref()
    }
}

/// All services, by name.
pub fn services() -> impl Iterator<Item = Service> {
    all().iter().copied()
}

/// The service that an SDK integration names `name`. Names are in lower case, and no other case is known to work.
pub fn service(name: &str) -> Option<Service> {
    let place = all().binary_search_by_key(&name, |service| service.name).ok()?;
    all().get(place).copied()
}

/// The index, read once: each task and each error name is looked up in it.
fn all() -> &'static [Service] {
    static SERVICES: OnceLock<Vec<Service>> = OnceLock::new();
    SERVICES.get_or_init(|| {
        let entries = INDEX.lines().enumerate().skip(1);
        entries.filter_map(|(line, text)| entry(line, text)).collect()
    })
}

/// The service that a line of the index tells of.
fn entry(line: usize, text: &'static str) -> Option<Service> {
    let mut words = text.split(' ');
    let name = words.next()?;
    let prefix = words.next().filter(|prefix| *prefix != "-");
    let mut number = || words.next()?.parse().ok();
    Some(Service {
        name,
        prefix,
        line,
        block: number().zip(number()),
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
    fn the_index_is_in_order() {
        assert!(services().map(|service| service.name).is_sorted());
        assert!(SOURCE.to_string().starts_with("botocore "));
    }
}
