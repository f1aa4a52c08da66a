//! Amounts of money, exactly.

use std::fmt;

use serde::de::{self, Deserialize, Deserializer};

/// Digits behind the point that are kept.
const DIGITS: u32 = 12;
/// How many of the least units make one.
const ONE: u128 = 10_u128.pow(DIGITS);

/// An amount from zero on, with twelve digits behind the point.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Decimal(u128);

impl Decimal {
    /// The amount that a text such as `0.00001667` spells; `None` for anything else, and for more than twelve digits on
    /// either side of the point.
    pub const fn parse(text: &str) -> Option<Decimal> {
        let bytes = text.as_bytes();
        let mut units = 0_u128;
        let (mut at, mut before, mut behind, mut point) = (0, 0, 0, false);
        while at < bytes.len() {
            match bytes[at] {
                digit @ b'0'..=b'9' => {
                    units = units * 10 + (digit - b'0') as u128;
                    if point {
                        behind += 1;
                    } else {
                        before += 1;
                    }
                    if before > DIGITS || behind > DIGITS {
                        return None;
                    }
                }
                b'.' if !point && before > 0 => point = true,
                _ => return None,
            }
            at += 1;
        }
        if before == 0 || (point && behind == 0) {
            return None;
        }
        Some(Decimal(units * 10_u128.pow(DIGITS - behind)))
    }

    /// The amount `count` times; what is too much for any budget is cut.
    pub fn times(self, count: u128) -> Decimal {
        Decimal(self.0.saturating_mul(count))
    }

    /// Both amounts together.
    pub fn plus(self, other: Decimal) -> Decimal {
        Decimal(self.0.saturating_add(other.0))
    }

    /// The part that `count` of `of` are: exact where the digits behind the point suffice, else rounded to the nearest.
    pub fn share(self, count: u128, of: u128) -> Decimal {
        Decimal(self.0.saturating_mul(count).saturating_add(of / 2) / of)
    }
}

/// All its digits, and at least two behind the point.
impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = format!("{:012}", self.0 % ONE);
        let shown = digits.trim_end_matches('0').len().max(2);
        write!(f, "{}.{}", self.0 / ONE, &digits[..shown])
    }
}

/// From a text, or a number of a configuration file, which is read as it was written.
impl<'de> Deserialize<'de> for Decimal {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(serde::Deserialize)]
        #[serde(untagged)]
        enum Written {
            Text(String),
            Whole(u64),
            // The shortest text that gives this number again is what was written, up to fifteen digits.
            Fraction(f64),
        }
        let text = match Written::deserialize(deserializer)? {
            Written::Text(text) => text,
            Written::Whole(number) => number.to_string(),
            Written::Fraction(number) => number.to_string(),
        };
        Decimal::parse(&text)
            .ok_or_else(|| de::Error::custom(format!("'{text}' is no price: write an amount such as 0.025")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        Decimal::parse(text).map_or("none".to_owned(), |decimal| decimal.to_string())
    }

    #[test]
    fn amounts_are_exact() {
        for (text, expected) in [
            ("25", "25.00"),
            ("0.00001667", "0.00001667"),
            ("1.50", "1.50"),
            ("999999999999.000000000001", "999999999999.000000000001"),
            ("1.0000000000001", "none"),
            ("1000000000000", "none"),
            (".5", "none"),
            ("5.", "none"),
            ("-1", "none"),
            ("1e3", "none"),
            ("", "none"),
            ("1.2.3", "none"),
        ] {
            assert_eq!(shown(text), expected, "{text}");
        }
        let price = Decimal::parse("0.00001667").expect("a price");
        // 3 times 0.1 is 0.3 here.
        assert_eq!(price.times(6250).to_string(), "0.1041875");
        assert_eq!(price.times(u128::MAX).times(2), price.times(u128::MAX));
        let one = Decimal::parse("1").expect("an amount");
        assert_eq!(one.share(1, 160).to_string(), "0.00625");
        assert_eq!(one.share(2, 3).to_string(), "0.666666666667");
    }

    #[test]
    fn numbers_of_a_configuration_are_read_as_written() {
        #[derive(serde::Deserialize)]
        struct Prices {
            prices: Vec<Decimal>,
        }
        let read: Prices =
            toml::from_str("prices = [0.1, 25, \"0.00001667\", 0.00000456, 1.0]").expect("TOML");
        let shown: Vec<String> = read.prices.iter().map(Decimal::to_string).collect();
        assert_eq!(shown, ["0.10", "25.00", "0.00001667", "0.00000456", "1.00"]);
        for wrong in [
            "prices = [-1]",
            "prices = [-0.5]",
            "prices = [nan]",
            "prices = [true]",
            "prices = [1e300]",
        ] {
            assert!(toml::from_str::<Prices>(wrong).is_err(), "{wrong}");
        }
    }
}
