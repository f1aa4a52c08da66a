//! The parameters of integrations that have some of their own: no API model says which there are.

use super::parameters::{Fault, RefusedPart, Step, is_filled_in, is_made_elsewhere, unknown_value};
use super::{Integration, refusals};
use crate::asl::QueryLanguage;
use crate::diagnostics::nearest;
use crate::value::Map;

/// Values that the pages of integrations without a model list [Integrating optimized services; Call HTTPS APIs].
const OWN_VALUES: [(&str, &str); 4] = [
    ("AuthType", "NO_AUTH|IAM_ROLE|RESOURCE_POLICY"),
    ("Method", "GET|POST|PUT|DELETE|PATCH|HEAD|OPTIONS"),
    ("RequestBodyEncoding", "NONE|URL_ENCODED"),
    ("ArrayFormat", "INDICES|REPEAT|COMMAS|BRACKETS"),
];

/// What stands in such parameters [Call HTTPS APIs].
const OWN_MEMBERS: [(&str, &[&str]); 4] = [
    ("Authentication", &["ConnectionArn"]),
    ("InvocationConfig", &["ConnectionArn"]),
    ("Transform", &["RequestBodyEncoding", "RequestEncodingOptions"]),
    ("RequestEncodingOptions", &["ArrayFormat"]),
];

/// The values of such a parameter, with `|` between them, where they are a few words.
pub fn own_values(name: &str) -> Option<&'static str> {
    let mut all = OWN_VALUES.iter();
    all.find(|(own, _)| *own == name).map(|(_, known)| *known)
}

impl Integration {
    /// The parameters of an integration that no model describes, or what stands in one of them.
    pub fn own_members(&self, of: Option<&str>) -> Vec<&'static str> {
        match of {
            None => self.needs.iter().chain(self.may_have).copied().collect(),
            Some(name) if self.service == "http" => {
                let held = OWN_MEMBERS.iter().find(|(own, _)| *own == name);
                held.map_or_else(Vec::new, |(_, held)| held.to_vec())
            }
            Some(_) => Vec::new(),
        }
    }

    /// What Step Functions says of `given` when the call is made, where the integration has no API model.
    pub fn refuses(&self, given: &Map) -> Vec<String> {
        if self.api {
            return Vec::new();
        }
        let missing = self.needs.iter().filter(|name| !given.contains_key(name));
        let mut refused: Vec<String> = missing.map(|name| refusals::required(name)).collect();
        let wrong = |name: &str, is_good: &dyn Fn(&str) -> bool| {
            let text = given.get(name).filter(|value| !is_filled_in(value))?.as_str()?;
            (!is_good(text)).then(|| refusals::not_valid(name))
        };
        if (self.service, self.action) == ("http", "invoke") {
            refused.extend(wrong("ApiEndpoint", &is_https));
        }
        for (name, known) in OWN_VALUES {
            if self.needs.contains(&name) || self.may_have.contains(&name) {
                refused.extend(wrong(name, &|text| known.split('|').any(|known| known == text)));
            }
        }
        refused
    }

    /// A value that the call takes for its parameter `name`; `None` where any will do.
    pub fn example_of(&self, name: &str) -> Option<&'static str> {
        match (self.service, name) {
            _ if self.api || !(self.needs.contains(&name) || self.may_have.contains(&name)) => None,
            ("http", "ApiEndpoint") => Some("https://example.com"),
            ("apigateway", "ApiEndpoint") => Some("example.execute-api.us-east-1.amazonaws.com"),
            _ => {
                let (_, known) = OWN_VALUES.iter().find(|(own, _)| *own == name)?;
                known.split('|').next()
            }
        }
    }

    /// What `written` sends that the page of the integration does not list: names that are near one of its own, and values.
    /// Of integrations that have a model, that says it.
    pub fn refuses_literals(&self, written: &Map, language: QueryLanguage) -> Vec<RefusedPart> {
        let names: Vec<&'static str> = self.needs.iter().chain(self.may_have).copied().collect();
        if self.api || self.may_have.is_empty() || written.keys().any(|key| is_made_elsewhere(key)) {
            return Vec::new();
        }
        let mut found = Vec::new();
        for (key, value) in written {
            let evaluated = language == QueryLanguage::JsonPath && key.ends_with(".$");
            let name = key.strip_suffix(".$").filter(|_| evaluated).unwrap_or(key);
            let path = vec![Step::Member(key.clone())];
            if !names.contains(&name) && nearest(name, names.iter().copied()).is_some() {
                let fault = Fault::Name(names.iter().map(|name| (*name).to_owned()).collect());
                let message = refusals::unsupported(name);
                found.push(RefusedPart { path, message, fault });
            } else if let (Some(text), Some((_, known))) =
                (value.as_str(), OWN_VALUES.iter().find(|(own, _)| *own == &**key))
                && names.contains(&name)
                && !is_filled_in(value)
                && let Some((near, known)) = unknown_value(text, known, true)
            {
                let message = format!("\"{text}\" is no value of {key} that the API knows");
                found.push(RefusedPart {
                    path,
                    message,
                    fault: Fault::Value { near, known },
                });
            }
        }
        found
    }
}

/// Whether an HTTP Task may call it.
pub fn is_https(text: &str) -> bool {
    let rest = text
        .get(..8)
        .filter(|scheme| scheme.eq_ignore_ascii_case("https://"))
        .map(|_| &text[8..]);
    rest.is_some_and(|rest| rest.starts_with(|c: char| c.is_alphanumeric() || c == '['))
        && !text.contains(char::is_whitespace)
}

/// Whether it is the host of an API of API Gateway, and nothing else.
pub fn is_host(text: &str) -> bool {
    text.contains('.')
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-'))
}
