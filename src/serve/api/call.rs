//! A request that fits the model.

use serde_json::{Map, Value};

use super::Fault;
use crate::history::Time;
use crate::serve::store::{Arn, Kind, Wanted};
use crate::simulate::partition;

/// What was sent, by whom and when.
pub(in crate::serve) struct Call {
    /// The operation's name.
    pub(in crate::serve) operation: String,
    /// The region that the request is signed for.
    pub(in crate::serve) region: String,
    /// When it came.
    pub(in crate::serve) now: Time,
    sent: Map<String, Value>,
}

impl Call {
    /// A request.
    pub(in crate::serve) fn new(operation: &str, sent: Map<String, Value>, region: &str, now: Time) -> Call {
        Call {
            operation: operation.to_owned(),
            region: region.to_owned(),
            now,
            sent,
        }
    }

    /// A member, when it is there.
    pub(super) fn member(&self, name: &str) -> Option<&Value> {
        self.sent.get(name).filter(|value| !value.is_null())
    }

    /// The text of a member that the model requires.
    pub(super) fn text(&self, name: &str) -> &str {
        self.optional(name).unwrap_or_default()
    }

    /// The text of a member, when it is there.
    pub(super) fn optional(&self, name: &str) -> Option<&str> {
        self.member(name).and_then(Value::as_str)
    }

    /// A boolean, `false` where it is absent.
    pub(super) fn flag(&self, name: &str) -> bool {
        self.member(name).and_then(Value::as_bool).unwrap_or(false)
    }

    /// A number that is not negative.
    pub(super) fn number(&self, name: &str) -> Option<u64> {
        let number = self.member(name)?;
        number
            .as_u64()
            .or_else(|| number.as_f64().map(|number| number as u64))
    }

    /// The ARN that a required member is, of one of these kinds.
    ///
    /// # Errors
    /// InvalidArn
    pub(super) fn arn(&self, name: &str, kinds: &[Kind]) -> Result<Arn<'_>, Fault> {
        let arn = Arn::parse(self.text(name)).and_then(|arn| arn.of(kinds));
        arn.map_err(|words| Fault::new("InvalidArn", format!("Invalid Arn: '{words}'")))
    }

    /// What is wanted of a list that these words choose.
    pub(super) fn page<'a>(&'a self, scope: &'a [&'a str]) -> Wanted<'a> {
        Wanted {
            scope,
            most: self.number("maxResults"),
            token: self.optional("nextToken"),
        }
    }

    /// An ARN of the region that the request is signed for.
    pub(super) fn arn_of(&self, account: &str, kind: &str, name: &str) -> String {
        format!(
            "arn:{}:states:{}:{account}:{kind}:{name}",
            partition(&self.region),
            self.region
        )
    }
}
