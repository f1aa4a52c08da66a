//! Hashes by the names that `States.Hash` and `$hash` take.

use std::fmt::Write;

use sha2::Digest;

/// The digest of `data` in lower-case hexadecimal digits; `None` when AWS knows no algorithm of that name. Letter case
/// counts.
pub fn hex_digest(algorithm: &str, data: &[u8]) -> Option<String> {
    fn hex<D: Digest>(data: &[u8]) -> String {
        let mut out = String::new();
        for byte in D::digest(data).iter() {
            // Writing to a String cannot fail.
            let _ = write!(out, "{byte:02x}");
        }
        out
    }
    Some(match algorithm {
        "MD5" => hex::<md5::Md5>(data),
        "SHA-1" => hex::<sha1::Sha1>(data),
        "SHA-256" => hex::<sha2::Sha256>(data),
        "SHA-384" => hex::<sha2::Sha384>(data),
        "SHA-512" => hex::<sha2::Sha512>(data),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    // The test vectors of RFC 1321 and FIPS 180.
    #[test]
    fn known_digests() {
        assert_eq!(
            hex_digest("MD5", b"abc").as_deref(),
            Some("900150983cd24fb0d6963f7d28e17f72")
        );
        assert_eq!(
            hex_digest("SHA-1", b"abc").as_deref(),
            Some("a9993e364706816aba3e25717850c26c9cd0d89d")
        );
        assert!(hex_digest("SHA-256", b"abc").is_some_and(|d| d.starts_with("ba7816bf8f01cfea")));
        assert!(hex_digest("SHA-384", b"abc").is_some_and(|d| d.starts_with("cb00753f45a35e8b")));
        assert!(hex_digest("SHA-512", b"abc").is_some_and(|d| d.starts_with("ddaf35a193617aba")));
        assert_eq!(hex_digest("sha-1", b"abc"), None);
    }
}
