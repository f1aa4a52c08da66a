//! Task tokens that tell who has made them which execution they are of: whoever asks need not remember any.

use sha2::{Digest, Sha256};

/// Bytes of a token before they are spelled: as many as AWS's have.
pub(super) const BYTES: usize = 240;
/// Where the number of the execution stands, and where what proves that it is no other's.
const NUMBER: usize = BYTES - 16;
const PROOF: usize = BYTES - 8;

/// What is put into the tokens of an execution.
#[derive(Debug, Clone, Copy)]
pub struct TokenSeal {
    /// The number of the execution.
    pub execution: u64,
    /// What only the maker of the tokens knows.
    pub key: u64,
}

impl TokenSeal {
    /// Puts it into the random bytes of a token.
    pub(super) fn seal(self, bytes: &mut [u8; BYTES]) {
        let number = self.execution ^ digest(self.key, &bytes[..NUMBER]);
        bytes[NUMBER..PROOF].copy_from_slice(&number.to_be_bytes());
        let proof = digest(self.key, &bytes[..PROOF]);
        bytes[PROOF..].copy_from_slice(&proof.to_be_bytes());
    }

    /// The number of the execution that a token is of; `None` for a text that was not made with this key.
    pub fn open(key: u64, token: &str) -> Option<u64> {
        use base64::Engine as _;
        let bytes = base64::engine::general_purpose::STANDARD.decode(token).ok()?;
        let bytes: [u8; BYTES] = bytes.try_into().ok()?;
        let word = |at: usize| {
            let mut word = [0; 8];
            word.copy_from_slice(&bytes[at..at + 8]);
            u64::from_be_bytes(word)
        };
        (word(PROOF) == digest(key, &bytes[..PROOF])).then(|| word(NUMBER) ^ digest(key, &bytes[..NUMBER]))
    }
}

fn digest(key: u64, bytes: &[u8]) -> u64 {
    let digest = Sha256::new()
        .chain_update(key.to_be_bytes())
        .chain_update(bytes)
        .finalize();
    let mut word = [0; 8];
    word.copy_from_slice(&digest[..8]);
    u64::from_be_bytes(word)
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::Engine as _;

    #[test]
    fn a_token_tells_its_execution_to_whoever_has_the_key() {
        let mut bytes = [7; BYTES];
        TokenSeal {
            execution: 81,
            key: 5,
        }
        .seal(&mut bytes);
        let spelled = |bytes: &[u8]| base64::engine::general_purpose::STANDARD.encode(bytes);
        assert_eq!(TokenSeal::open(5, &spelled(&bytes)), Some(81));
        assert_eq!(TokenSeal::open(6, &spelled(&bytes)), None);
        for at in [0, NUMBER, BYTES - 1] {
            let mut other = bytes;
            other[at] ^= 1;
            assert_eq!(TokenSeal::open(5, &spelled(&other)), None, "{at}");
        }
        for text in ["", "token", &spelled(&bytes[1..])] {
            assert_eq!(TokenSeal::open(5, text), None, "{text}");
        }
    }
}
