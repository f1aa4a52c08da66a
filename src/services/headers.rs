//! Headers that a call over HTTP must not set.

use super::refusals;

/// Those of an HTTP Task [Call HTTPS APIs in Step Functions].
const HTTP: [&str; 32] = [
    "a-im",
    "accept-charset",
    "accept-datetime",
    "accept-encoding",
    "authorization",
    "cache-control",
    "connection",
    "content-encoding",
    "content-md5",
    "date",
    "expect",
    "forwarded",
    "from",
    "host",
    "http2-settings",
    "if-match",
    "if-modified-since",
    "if-none-match",
    "if-range",
    "if-unmodified-since",
    "max-forwards",
    "origin",
    "pragma",
    "proxy-authorization",
    "referer",
    "server",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "via",
    "warning",
];

/// Those of a call of API Gateway [Create API Gateway REST APIs with Step Functions].
const API_GATEWAY: [&str; 14] = [
    "authorization",
    "connection",
    "content-md5",
    "expect",
    "host",
    "max-forwards",
    "proxy-authenticate",
    "server",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "via",
    "www-authenticate",
];

/// What those of either must not begin with.
const HTTP_PREFIXES: &[&str] = &["x-forwarded-", "x-amz-", "x-amzn-"];
const API_GATEWAY_PREFIXES: &[&str] = &["x-forwarded", "x-amz"];

/// What AWS says of the headers `names` of an integration, when one of them must not be set.
pub fn unsupported_headers<'n>(
    service: &str,
    action: &str,
    names: impl Iterator<Item = &'n str>,
) -> Option<String> {
    let (refused, prefixes): (&[&str], _) = match (service, action) {
        ("http", "invoke") => (&HTTP, HTTP_PREFIXES),
        ("apigateway", "invoke") => (&API_GATEWAY, API_GATEWAY_PREFIXES),
        _ => return None,
    };
    let found: Vec<String> = names
        .map(str::to_ascii_lowercase)
        .filter(|name| refused.contains(&&**name) || prefixes.iter().any(|prefix| name.starts_with(prefix)))
        .collect();
    (!found.is_empty()).then(|| refusals::unsupported_values("Headers", &found))
}
