//! What a request must look like before its body is read.

use std::net::Ipv4Addr;

use hyper::header::{AUTHORIZATION, CONTENT_TYPE, HOST, HeaderMap, HeaderName, ORIGIN};
use hyper::http::request::Parts;
use hyper::{Method, Version, http::uri::Authority};

use super::Asked;

/// What operations of Step Functions are called in `X-Amz-Target`.
const TARGET: &str = "AWSStepFunctions.";

/// Who may ask.
#[derive(Debug, Clone, Default)]
pub(in crate::serve) struct Gate {
    /// Names that the Host header may have besides those of the loopback address.
    pub(in crate::serve) allowed_hosts: Vec<String>,
}

/// Why a request is refused: a status and words.
pub(super) type Refused = (u16, String);

impl Gate {
    /// What is asked for, and the region that the request is signed for.
    ///
    /// # Errors
    /// When the request is not let in.
    pub(super) fn enter(&self, head: &Parts) -> Result<(Asked, Option<String>), Refused> {
        self.host(head)?;
        if head.headers.contains_key(ORIGIN) {
            return Err((403, "requests of web pages are refused".to_owned()));
        }
        let path = head.uri.path();
        if path.starts_with("/_sfn-tool/") || path == "/health" {
            let wanted = if path == "/health" {
                Method::GET
            } else {
                Method::POST
            };
            return match head.method == wanted {
                true => Ok((Asked::Path(path.to_owned()), None)),
                false => Err((405, format!("{path} takes {wanted}"))),
            };
        }
        if head.method != Method::POST {
            return Err((405, "the API of Step Functions takes POST".to_owned()));
        }
        if path != "/" {
            return Err((404, "the API of Step Functions is at /".to_owned()));
        }
        let media = text(&head.headers, &CONTENT_TYPE)
            .split(';')
            .next()
            .unwrap_or_default();
        let media = media.trim().to_ascii_lowercase();
        if media != "application/x-amz-json-1.0" && media != "application/x-amz-json-1.1" {
            return Err((
                415,
                "the content type must be application/x-amz-json-1.0".to_owned(),
            ));
        }
        let target = text(&head.headers, &HeaderName::from_static("x-amz-target"));
        let operation = target.strip_prefix(TARGET).unwrap_or_default();
        Ok((Asked::Operation(operation.to_owned()), region(&head.headers)))
    }

    /// The Host header, and the host of a request in absolute form, must be names of this machine for itself: a page of
    /// another site whose name resolves to it would have that site's name here.
    fn host(&self, head: &Parts) -> Result<(), Refused> {
        let mut hosts = head.headers.get_all(HOST).iter();
        // One that is no text is no name.
        let host = hosts.next().map(|host| host.to_str().unwrap_or_default());
        if hosts.next().is_some() {
            return Err((400, "there are two Host headers".to_owned()));
        }
        // HTTP/1.0 has none; what asks so is no browser.
        if host.is_none() && head.version != Version::HTTP_10 {
            return Err((400, "there is no Host header".to_owned()));
        }
        let of_uri = head.uri.authority().map(Authority::as_str);
        let named: Vec<&str> = host.into_iter().chain(of_uri).collect();
        match named.iter().all(|name| self.allows(name)) {
            true => Ok(()),
            false => Err((
                403,
                "the Host header is no loopback name; --allow-host NAME allows another".to_owned(),
            )),
        }
    }

    fn allows(&self, host: &str) -> bool {
        let Ok(authority) = host.parse::<Authority>() else {
            return false;
        };
        let name = authority.host().trim_end_matches('.').to_ascii_lowercase();
        // StartSyncExecution and TestState go to `sync-HOST`.
        let name = name.strip_prefix("sync-").unwrap_or(&name);
        let loopback = name
            .parse::<Ipv4Addr>()
            .is_ok_and(|address| address.is_loopback());
        let local = name == "localhost" || name.ends_with(".localhost") || name == "[::1]";
        loopback
            || local
            || self
                .allowed_hosts
                .iter()
                .any(|allowed| allowed.eq_ignore_ascii_case(name))
    }
}

fn text<'h>(headers: &'h HeaderMap, name: &HeaderName) -> &'h str {
    headers
        .get(name)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
}

/// The region of a signature: `AWS4-HMAC-SHA256 Credential=KEY/20261129/eu-west-1/states/aws4_request, ...`. Nothing
/// else of it is looked at.
fn region(headers: &HeaderMap) -> Option<String> {
    let scope = text(headers, &AUTHORIZATION).split("Credential=").nth(1)?;
    let region = scope.split('/').nth(2)?;
    may_be_region(region).then(|| region.to_owned())
}

/// Whether a text may stand in an ARN as its region: emulators are called in regions that AWS does not have, too.
pub(crate) fn may_be_region(region: &str) -> bool {
    let may_be = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    !region.is_empty() && region.len() <= 40 && region.chars().all(may_be)
}

/// Whether a text is spelt as AWS spells regions: `us-east-1`, `us-gov-west-1`.
pub(crate) fn is_region(text: &str) -> bool {
    let mut parts = text.rsplit('-');
    let number = parts.next().unwrap_or_default();
    let words: Vec<&str> = parts.collect();
    let is_number = (1..=2).contains(&number.len()) && number.bytes().all(|byte| byte.is_ascii_digit());
    let is_word = |word: &&str| word.len() >= 2 && word.bytes().all(|byte| byte.is_ascii_lowercase());
    is_number && words.len() >= 2 && may_be_region(text) && words.iter().all(is_word)
}

#[cfg(test)]
mod tests {
    use hyper::Request;

    use super::*;

    fn head(headers: &[(&str, &str)]) -> Parts {
        let request = headers.iter().fold(Request::post("/"), |request, (name, value)| {
            request.header(*name, *value)
        });
        request.body(()).expect("a request").into_parts().0
    }

    const API: (&str, &str) = ("content-type", "application/x-amz-json-1.0");
    const LIST: (&str, &str) = ("x-amz-target", "AWSStepFunctions.ListActivities");

    #[test]
    fn names_of_this_machine_for_itself_are_let_in() {
        let gate = Gate {
            allowed_hosts: vec!["sfn".to_owned()],
        };
        for host in [
            "localhost",
            "localhost:8083",
            "LOCALHOST",
            "127.0.0.1:1",
            "127.1.2.3",
            "[::1]:8083",
            "sync-localhost:8083",
            "sync-127.0.0.1",
            "a.localhost",
            "sfn:8083",
            "sync-sfn",
        ] {
            assert!(gate.enter(&head(&[("host", host), API, LIST])).is_ok(), "{host}");
        }
        for host in [
            "example.com",
            "localhost.example.com",
            "127.0.0.1.nip.io",
            "10.0.0.1",
            "",
            "a b",
            "0.0.0.0",
        ] {
            let status = gate
                .enter(&head(&[("host", host), API, LIST]))
                .map_err(|(status, _)| status);
            assert_eq!(status, Err(403), "{host}");
        }
    }

    #[test]
    fn pages_of_browsers_are_refused() {
        let gate = Gate::default();
        let status = |headers: &[(&str, &str)]| gate.enter(&head(headers)).err().map(|(status, _)| status);
        let host = ("host", "localhost");
        assert_eq!(
            status(&[host, API, LIST, ("origin", "http://localhost")]),
            Some(403)
        );
        assert_eq!(status(&[host, API, LIST, ("origin", "null")]), Some(403));
        assert_eq!(status(&[host, ("content-type", "text/plain"), LIST]), Some(415));
        assert_eq!(status(&[host, LIST]), Some(415));
    }

    #[test]
    fn regions_are_spelt_as_awss() {
        for region in [
            "us-east-1",
            "ap-southeast-2",
            "us-gov-west-1",
            "eu-isoe-west-1",
            "cn-north-1",
        ] {
            assert!(is_region(region), "{region}");
        }
        for text in [
            "",
            "banana",
            "us-east",
            "us-east-",
            "us_east_1",
            "US-EAST-1",
            "us-east-1a",
            "1-2-3",
            "us--1",
        ] {
            assert!(!is_region(text), "{text}");
        }
    }

    #[test]
    fn the_region_is_the_signatures() {
        let signed = |scope: &str| {
            let value = format!("AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0");
            let head = head(&[("host", "localhost"), API, LIST, ("authorization", &value)]);
            Gate::default().enter(&head).expect("it is let in").1
        };
        assert_eq!(
            signed("k/20260101/eu-west-1/states/aws4_request").as_deref(),
            Some("eu-west-1")
        );
        assert_eq!(signed("k/20260101/a:b/states/aws4_request"), None);
        assert_eq!(signed(""), None);
    }
}
