//! Numbers drawn from a seed, so that the same run prints the same.

use std::sync::atomic::{AtomicU64, Ordering};

/// `java.util.Random`, whose first `nextDouble` is what AWS gives for a seed: `$random(42)` is
/// `0.7275636800328681` [floci#2676, measured].
#[derive(Debug, Clone)]
pub struct JavaRandom(u64);

impl JavaRandom {
    const MULTIPLIER: u64 = 0x5_DEEC_E66D;
    const MASK: u64 = (1 << 48) - 1;

    /// A generator with Java's scrambling of the seed.
    pub fn new(seed: i64) -> Self {
        JavaRandom((seed as u64 ^ Self::MULTIPLIER) & Self::MASK)
    }

    /// The next `bits` random bits (at most 32), as `Random.next` gives them.
    pub fn next(&mut self, bits: u32) -> i32 {
        self.0 = self.0.wrapping_mul(Self::MULTIPLIER).wrapping_add(0xB) & Self::MASK;
        (self.0 >> (48 - bits)) as u32 as i32
    }

    /// A double from 0 (included) to 1 (excluded).
    pub fn next_double(&mut self) -> f64 {
        let high = u64::from(self.next(26) as u32) << 27;
        let low = u64::from(self.next(27) as u32);
        (high + low) as f64 / (1_u64 << 53) as f64
    }

    /// An integer from 0 to `bound`, excluded; `bound` must be positive, 0 counts as 1.
    pub fn next_int(&mut self, bound: u32) -> u32 {
        let bound = bound.clamp(1, i32::MAX as u32) as i32;
        if bound & -bound == bound {
            return ((i64::from(bound) * i64::from(self.next(31))) >> 31) as u32;
        }
        loop {
            let bits = self.next(31);
            let value = bits % bound;
            if bits.wrapping_sub(value).wrapping_add(bound - 1) >= 0 {
                return value as u32;
            }
        }
    }
}

/// The run's own source of numbers: a sequence fixed by the run's seed. It is shared by everything in one run that
/// draws (jitter, unseeded random functions, UUIDs, task tokens), and may be drawn from through `&`.
#[derive(Debug)]
pub struct RandomSource(AtomicU64);

impl RandomSource {
    /// The sequence of a seed.
    pub fn new(seed: u64) -> Self {
        RandomSource(AtomicU64::new(seed))
    }

    /// The next 64 bits: SplitMix64 [Steele, Lea, Flood 2014], whose state is a counter.
    pub fn next_u64(&self) -> u64 {
        const STEP: u64 = 0x9E37_79B9_7F4A_7C15;
        let mut z = self.0.fetch_add(STEP, Ordering::Relaxed).wrapping_add(STEP);
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A double from 0 (included) to 1 (excluded).
    pub fn next_double(&self) -> f64 {
        (self.next_u64() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// A UUID of version 4 (RFC 9562).
    pub fn uuid(&self) -> String {
        let high = (self.next_u64() & !0xF000) | 0x4000;
        let low = (self.next_u64() & !(0b11 << 62)) | (0b10 << 62);
        let bits = u128::from(high) << 64 | u128::from(low);
        // A Map Run of a million items names a million children so.
        let mut text = String::with_capacity(36);
        for place in 0..32 {
            if matches!(place, 8 | 12 | 16 | 20) {
                text.push('-');
            }
            let digit = (bits >> (124 - 4 * place)) & 0xF;
            text.extend(char::from_digit(digit as u32, 16));
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn java_random_is_javas() {
        // Known first values of new java.util.Random(42).
        assert_eq!(JavaRandom::new(42).next_double(), 0.727_563_680_032_868_1);
        let mut random = JavaRandom::new(42);
        assert_eq!(random.next(32), -1_170_105_035);
        assert_eq!(JavaRandom::new(42).next_int(10), 0);
    }

    #[test]
    fn a_seed_fixes_the_sequence() {
        let (a, b) = (RandomSource::new(7), RandomSource::new(7));
        assert_eq!((a.next_u64(), a.uuid()), (b.next_u64(), b.uuid()));
        // First value of SplitMix64 with seed 1234567, from its author's reference program.
        assert_eq!(RandomSource::new(1_234_567).next_u64(), 6_457_827_717_110_365_317);
    }

    #[test]
    fn uuids_are_of_version_four() {
        let uuid = RandomSource::new(0).uuid();
        assert_eq!(uuid.len(), 36);
        assert_eq!(&uuid[14..15], "4");
        assert!(matches!(&uuid[19..20], "8" | "9" | "a" | "b"));
        // All other digits are those of two numbers in a row.
        let same = RandomSource::new(0);
        let numbers = format!("{:016x}{:016x}", same.next_u64(), same.next_u64());
        let digits = uuid.replace('-', "");
        assert_eq!(
            (&digits[..12], &digits[13..16], &digits[17..]),
            (&numbers[..12], &numbers[13..16], &numbers[17..])
        );
        let dashes: Vec<usize> = uuid.match_indices('-').map(|(at, _)| at).collect();
        assert_eq!(dashes, [8, 13, 18, 23]);
    }
}
