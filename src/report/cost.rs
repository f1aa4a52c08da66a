//! What executions like one cost, in words and as JSON.

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::cost::{Decimal, Estimate, Prices, SOURCE};
use crate::diagnostics::counted;
use crate::simulate::{Execution, MachineType};

/// What is assumed about executions to say what they cost.
#[derive(Debug, Clone)]
pub struct Assumed {
    /// The prices.
    pub prices: Prices,
    /// The memory of Express executions, in MB; `None` when nobody has said.
    pub memory_mb: Option<u64>,
}

impl Assumed {
    fn estimate(&self, execution: &Execution) -> Estimate {
        let memory_mb = self.memory_mb.unwrap_or(match execution.machine_type {
            MachineType::Express => execution.memory_bytes.div_ceil(1_000_000),
            // Its Express children have small machines and small payloads, more often than not: one chunk.
            MachineType::Standard => 1,
        });
        Estimate::new(execution.usage, memory_mb, &self.prices)
    }
}

/// The lines below a trace.
pub fn text(execution: &Execution, assumed: &Assumed) -> String {
    let estimate = assumed.estimate(execution);
    let usage = estimate.usage;
    let Prices {
        currency,
        million_transitions,
        million_requests,
        ..
    } = &assumed.prices;
    let mut lines = String::from("\nBilled:\n");
    let mut line = |text: String| {
        // Writing to a String cannot fail.
        let _ = writeln!(lines, "   {text}");
    };
    if execution.machine_type == MachineType::Standard {
        line(counted(usage.transitions, "state transition"));
    }
    if usage.requests > 0 {
        let assumed = if assumed.memory_mb.is_none() {
            " (assumed; set it with --memory-mb N)"
        } else {
            ""
        };
        line(counted(usage.requests, "Express request"));
        line(format!(
            "{} GB-seconds: {} ms in {} MB{assumed}",
            estimate.gb_seconds,
            usage.billed_millis(),
            estimate.memory_mb
        ));
    }
    line(format!(
        "one million such executions: {currency} {}",
        estimate.total()
    ));
    let mut part = |amount: Decimal, what: String| {
        let _ = writeln!(lines, "      {currency} {amount}: {what}");
    };
    if execution.machine_type == MachineType::Standard {
        part(
            estimate.transitions,
            format!("transitions, at {currency} {million_transitions} a million"),
        );
    }
    if usage.requests > 0 {
        part(
            estimate.requests,
            format!("requests, at {currency} {million_requests} a million"),
        );
        let steps: Vec<String> = (assumed.prices.gb_second.iter())
            .map(|tier| match tier.up_to {
                Some(up_to) => format!("{} up to {up_to}", tier.price),
                None => tier.price.to_string(),
            })
            .collect();
        part(
            estimate.duration,
            format!("GB-seconds, at {currency} {}", steps.join(", then ")),
        );
    }
    let _ = writeln!(lines, "   {}", source(&assumed.prices));
    lines
}

/// Whose prices these are, and what they leave out.
fn source(prices: &Prices) -> String {
    let mut words = vec!["prices".to_owned()];
    if *prices == Prices::default() {
        words.push(format!("of {SOURCE}"));
    } else {
        words.push("from the configuration".to_owned());
    }
    if !prices.region.is_empty() {
        words.push(format!("for {}", prices.region));
    }
    if !prices.as_of.is_empty() {
        words.push(format!("as of {}", prices.as_of));
    }
    format!(
        "{}; no free tier is subtracted, and what tasks call costs extra",
        words.join(" ")
    )
}

/// The member `cost` of an execution. Amounts are texts, so that no reader rounds them.
pub fn json(execution: &Execution, assumed: &Assumed) -> Value {
    let estimate = assumed.estimate(execution);
    let prices = &assumed.prices;
    let mut cost = json!({"stateTransitions": estimate.usage.transitions});
    if estimate.usage.requests > 0 {
        cost["requests"] = estimate.usage.requests.into();
        cost["billedDurationInMilliseconds"] = estimate.usage.billed_millis().into();
        cost["billedMemoryUsedInMB"] = estimate.memory_mb.into();
        cost["memoryAssumed"] = assumed.memory_mb.is_none().into();
        cost["gbSeconds"] = estimate.gb_seconds.to_string().into();
    }
    cost["millionExecutions"] = json!({
        "currency": prices.currency,
        "amount": estimate.total().to_string(),
        "stateTransitions": estimate.transitions.to_string(),
        "requests": estimate.requests.to_string(),
        "duration": estimate.duration.to_string(),
        "freeTierSubtracted": false,
    });
    cost["prices"] = json!({
        "region": prices.region,
        "asOf": prices.as_of,
        "source": if *prices == Prices::default() { SOURCE } else { "the configuration" },
        "millionTransitions": prices.million_transitions.to_string(),
        "millionRequests": prices.million_requests.to_string(),
        "gbSecond": prices.gb_second.iter().map(|tier| match tier.up_to {
            Some(up_to) => json!({"upTo": up_to, "price": tier.price.to_string()}),
            None => json!({"price": tier.price.to_string()}),
        }).collect::<Vec<_>>(),
    });
    cost
}
