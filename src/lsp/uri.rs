//! `file:` URIs and paths.

use std::path::{Path, PathBuf};

use gen_lsp_types::Uri;

/// The path of a `file:` URI; `None` of any other, as of a text that was never saved.
pub(super) fn path(uri: &str) -> Option<PathBuf> {
    let rest = strip_scheme(uri)?;
    // `file:/x` and `file:///x`; with a host (`file://server/share`) it is a path of Windows.
    let (host, path) = match rest.strip_prefix("//") {
        None => ("", rest),
        Some(rest) => rest.split_at(rest.find('/').unwrap_or(rest.len())),
    };
    let end = path.find(['?', '#']).unwrap_or(path.len());
    let decoded = decoded(&path[..end])?;
    let text = match (host, drive(&decoded)) {
        ("" | "localhost", Some(with_drive)) => with_drive,
        ("" | "localhost", None) => decoded,
        (host, _) if cfg!(windows) => format!("//{host}{decoded}"),
        _ => return None,
    };
    (!text.is_empty()).then(|| PathBuf::from(text))
}

fn strip_scheme(uri: &str) -> Option<&str> {
    let (scheme, rest) = uri.split_once(':')?;
    scheme.eq_ignore_ascii_case("file").then_some(rest)
}

/// `/c:/x` without its slash: VS Code writes the colon as `%3A`.
fn drive(path: &str) -> Option<String> {
    let bytes = path.as_bytes();
    let is_drive =
        bytes.first() == Some(&b'/') && bytes.get(1)?.is_ascii_alphabetic() && bytes.get(2) == Some(&b':');
    is_drive.then(|| path[1..].to_owned())
}

fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((byte, after)) = rest.split_first() {
        let hex = |digit: &u8| {
            char::from(*digit)
                .to_digit(16)
                .and_then(|digit| u8::try_from(digit).ok())
        };
        match (byte, after) {
            (b'%', [high, low, after @ ..]) if hex(high).is_some() && hex(low).is_some() => {
                bytes.push(hex(high)? * 16 + hex(low)?);
                rest = after;
            }
            _ => {
                bytes.push(*byte);
                rest = after;
            }
        }
    }
    let path = String::from_utf8(bytes).ok()?;
    // No system has such a path.
    (!path.contains('\0')).then_some(path)
}

/// The `file:` URI of a path.
pub(super) fn of(path: &Path) -> Uri {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let text = absolute.to_string_lossy().replace('\\', "/");
    // `//server/share` has its host already.
    let begin = match text.strip_prefix("//") {
        Some(_) => "file:",
        None if text.starts_with('/') => "file://",
        None => "file:///",
    };
    let mut uri = String::from(begin);
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'_' | b'.' | b'~' => {
                uri.push(char::from(byte))
            }
            _ => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    Uri::from(uri)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_comes_back_from_its_uri() {
        for name in ["/a/b.asl.json", "/with space/100%/#1?.yaml", "/\u{e9}\u{1F600}/x"] {
            let uri = of(Path::new(name));
            assert_eq!(path(&uri.0).as_deref(), Some(Path::new(name)), "{uri:?}");
        }
        assert_eq!(of(Path::new("/a b")).0, "file:///a%20b");
    }

    #[test]
    fn what_clients_write_is_read() {
        for (uri, expected) in [
            ("file:///c%3A/x.json", "c:/x.json"),
            ("file:///C:/x.json", "C:/x.json"),
            ("FILE:/a/x", "/a/x"),
            ("file://localhost/a/x", "/a/x"),
            ("file:///a%2", "/a%2"),
            ("file:///a#L3", "/a"),
        ] {
            assert_eq!(path(uri), Some(PathBuf::from(expected)), "{uri}");
        }
        for uri in [
            "untitled:Untitled-1",
            "git:/a/x?ref",
            "file:",
            "file:///a%00b",
            "file:///%ff",
            "x",
        ] {
            assert_eq!(path(uri), None, "{uri}");
        }
    }
}
