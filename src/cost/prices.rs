//! Prices: the table `cost` of `sfn-tool.toml`, and what holds where it says nothing.

use serde::Deserialize;
use serde_json::{Value, json};

use super::Decimal;

/// Where the built-in prices stand.
pub const SOURCE: &str = "https://aws.amazon.com/step-functions/pricing/";

/// What Step Functions costs in one region.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Written")]
pub struct Prices {
    /// The currency's code.
    pub currency: String,
    /// Where they hold: a region, a contract.
    pub region: String,
    /// When they were looked up.
    pub as_of: String,
    /// What a million state transitions of Standard executions cost.
    pub million_transitions: Decimal,
    /// What a million starts of Express executions cost.
    pub million_requests: Decimal,
    /// What a GB-second of Express executions costs, cheaper with the number in a month.
    pub gb_second: Vec<Tier>,
}

/// A step of a price that falls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Tier {
    /// Up to how many GB-seconds it holds; `None` for all that are left.
    pub up_to: Option<u64>,
    /// The price of one.
    pub price: Decimal,
}

/// The table as it is written, each key on its own.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
struct Written {
    currency: Option<String>,
    region: Option<String>,
    as_of: Option<String>,
    million_transitions: Option<Decimal>,
    million_requests: Option<Decimal>,
    gb_second: Option<Vec<Tier>>,
}

/// A price of the built-in list.
const fn price(text: &str) -> Decimal {
    match Decimal::parse(text) {
        Some(price) => price,
        None => panic!("no price"),
    }
}

/// US East (N. Virginia), from AWS's page: 0.025 USD for 1,000 state transitions; 1.00 USD for a million requests;
/// GB-seconds in three steps, the first 1,000 GB-hours, the next 4,000, the rest.
impl Default for Prices {
    fn default() -> Self {
        const TRANSITIONS: Decimal = price("25");
        const REQUESTS: Decimal = price("1");
        const TIERS: [(Option<u64>, Decimal); 3] = [
            (Some(1_000 * 3_600), price("0.00001667")),
            (Some(5_000 * 3_600), price("0.00000833")),
            (None, price("0.00000456")),
        ];
        Prices {
            currency: "USD".to_owned(),
            region: "us-east-1".to_owned(),
            as_of: "2026-03".to_owned(),
            million_transitions: TRANSITIONS,
            million_requests: REQUESTS,
            gb_second: TIERS.map(|(up_to, price)| Tier { up_to, price }).to_vec(),
        }
    }
}

impl TryFrom<Written> for Prices {
    type Error = String;

    fn try_from(written: Written) -> Result<Self, String> {
        let built_in = Prices::default();
        let priced = written.million_transitions.is_some()
            || written.million_requests.is_some()
            || written.gb_second.is_some()
            || written.currency.is_some();
        // Whose prices these are is not for us to say.
        let unsaid = |said: String| if priced { String::new() } else { said };
        if let Some(tiers) = &written.gb_second {
            let (last, before) = tiers.split_last().ok_or("gb-second has no price")?;
            let limits: Vec<u64> = before.iter().filter_map(|tier| tier.up_to).collect();
            if last.up_to.is_some() || limits.len() < before.len() || !limits.is_sorted_by(|a, b| a < b) {
                return Err(
                    "gb-second wants 'up-to' in every entry but the last, each more than the one before"
                        .to_owned(),
                );
            }
        }
        Ok(Prices {
            region: written.region.unwrap_or_else(|| unsaid(built_in.region)),
            as_of: written.as_of.unwrap_or_else(|| unsaid(built_in.as_of)),
            currency: written.currency.unwrap_or(built_in.currency),
            million_transitions: written
                .million_transitions
                .unwrap_or(built_in.million_transitions),
            million_requests: written.million_requests.unwrap_or(built_in.million_requests),
            gb_second: written.gb_second.unwrap_or(built_in.gb_second),
        })
    }
}

impl Prices {
    /// What `count` GB-seconds in a month cost.
    pub(super) fn gb_seconds(&self, count: u128) -> Decimal {
        let mut total = Decimal::default();
        let mut done = 0_u128;
        for tier in &self.gb_second {
            let end = tier.up_to.map_or(count, |up_to| u128::from(up_to).min(count));
            total = total.plus(tier.price.times(end.saturating_sub(done)));
            done = done.max(end);
        }
        total
    }
}

/// The JSON Schema of the table.
pub fn schema() -> Value {
    let built_in = Prices::default();
    let price = |default: Option<&Decimal>, description: &str| {
        let mut schema = json!({
            "anyOf": [{"type": "number", "minimum": 0}, {"type": "string", "pattern": "^[0-9]{1,12}(\\.[0-9]{1,12})?$"}],
            "description": description,
        });
        if let Some(default) = default {
            schema["default"] = default.to_string().into();
        }
        schema
    };
    let text = |default: &str, description: &str| json!({"type": "string", "default": default, "description": description});
    let tiers: Vec<Value> = (built_in.gb_second.iter())
        .map(|tier| match tier.up_to {
            Some(up_to) => json!({"up-to": up_to, "price": tier.price.to_string()}),
            None => json!({"price": tier.price.to_string()}),
        })
        .collect();
    json!({
        "type": "object",
        "description": format!("Prices for simulate --cost; the defaults are those of {SOURCE}"),
        "properties": {
            "currency": text(&built_in.currency, "The currency's code"),
            "region": text(&built_in.region, "Where the prices hold"),
            "as-of": text(&built_in.as_of, "When they were looked up"),
            "million-transitions": price(Some(&built_in.million_transitions), "What a million state transitions cost"),
            "million-requests": price(Some(&built_in.million_requests), "What a million starts of Express executions cost"),
            "gb-second": {
                "type": "array", "minItems": 1, "default": tiers,
                "description": "What a GB-second of Express executions costs, in steps",
                "items": {
                    "type": "object", "required": ["price"], "additionalProperties": false,
                    "properties": {
                        "up-to": {"type": "integer", "minimum": 0,
                            "description": "How many GB-seconds in a month it holds for, from the first on; not in the last entry"},
                        "price": price(None, "The price of one"),
                    },
                },
            },
        },
        "additionalProperties": false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Prices, String> {
        toml::from_str(text).map_err(|error| error.to_string())
    }

    #[test]
    fn what_is_not_said_is_built_in_but_not_its_date() {
        assert_eq!(read(""), Ok(Prices::default()));
        let prices = read("million-transitions = 27.9\nregion = \"us-west-1\"").expect("prices");
        assert_eq!(prices.million_transitions.to_string(), "27.90");
        assert_eq!(prices.million_requests, Prices::default().million_requests);
        assert_eq!((&*prices.region, &*prices.as_of), ("us-west-1", ""));
    }

    #[test]
    fn steps_of_a_price_are_in_order() {
        let prices = read("gb-second = [{up-to = 10, price = 2}, {price = \"0.5\"}]").expect("prices");
        assert_eq!(prices.gb_seconds(10).to_string(), "20.00");
        assert_eq!(prices.gb_seconds(13).to_string(), "21.50");
        for wrong in [
            "gb-second = []",
            "gb-second = [{up-to = 10, price = 2}]",
            "gb-second = [{price = 2}, {price = 1}]",
            "gb-second = [{up-to = 10, price = 2}, {up-to = 10, price = 2}, {price = 1}]",
            "gb-seconds = []",
            "million-requests = -1",
        ] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }
}
