//! Base64 and hashes.

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use crate::expr::digest::hex_digest;
use crate::expr::intrinsic::{Arguments, Wrong};
use crate::value::Value;

/// Most characters that these functions take.
const MAX_CHARACTERS: usize = 10_000;

/// MIME's alphabet; text without padding is taken, as Java's decoder takes it.
const MIME: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

fn limited<'a>(arguments: &'a Arguments<'_>) -> Result<&'a str, String> {
    let text = arguments.text(0)?;
    // A text of so few bytes has no more characters.
    let count = if text.len() <= MAX_CHARACTERS {
        text.len()
    } else {
        text.chars().count()
    };
    if count > MAX_CHARACTERS {
        return Err(format!(
            "the text has {count} characters, at most {MAX_CHARACTERS} are allowed"
        ));
    }
    Ok(text)
}

/// `States.Base64Encode(text)`
pub(in crate::expr::intrinsic) fn base64_encode(arguments: &Arguments<'_>) -> Result<Value, Wrong> {
    Ok(Value::string(MIME.encode(limited(arguments)?)))
}

/// `States.Base64Decode(text)`; characters that are not of the alphabet are passed over, as MIME asks.
pub(in crate::expr::intrinsic) fn base64_decode(arguments: &Arguments<'_>) -> Result<Value, Wrong> {
    let text = limited(arguments)?;
    let bytes: Vec<u8> = text
        .bytes()
        .filter(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'='))
        .collect();
    let decoded = MIME
        .decode(bytes)
        .map_err(|error| format!("the text is not Base64: {error}"))?;
    Ok(Value::string(String::from_utf8_lossy(&decoded).into_owned()))
}

/// `States.Hash(text, algorithm)`: lower-case hexadecimal digits.
pub(in crate::expr::intrinsic) fn hash(arguments: &Arguments<'_>) -> Result<Value, Wrong> {
    let data = limited(arguments)?;
    let algorithm = arguments.text(1)?;
    hex_digest(algorithm, data.as_bytes())
        .map(Value::string)
        .ok_or_else(|| {
            format!("there is no algorithm '{algorithm}': use MD5, SHA-1, SHA-256, SHA-384 or SHA-512").into()
        })
}
