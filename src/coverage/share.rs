//! A part of a whole.

use std::fmt;

/// How many of some things were taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Share {
    /// So many were.
    pub taken: u64,
    /// Of so many.
    pub of: u64,
}

impl Share {
    /// Both together.
    pub fn and(self, other: Share) -> Share {
        Share {
            taken: self.taken + other.taken,
            of: self.of + other.of,
        }
    }

    /// Percent; 100 of nothing.
    pub fn percent(self) -> f64 {
        if self.of == 0 {
            return 100.0;
        }
        self.taken as f64 * 100.0 / self.of as f64
    }

    /// Whether it is less than so many percent.
    pub fn is_below(self, percent: f64) -> bool {
        // Without a division, so that 2 of 3 are as much as 2 of 3.
        (self.taken as f64) * 100.0 < percent * (self.of as f64)
    }
}

/// `83.3 %`: rounded down, so that only the whole is 100 %.
impl fmt::Display for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.taken * 1000).checked_div(self.of) {
            None | Some(1000) => write!(f, "100 %"),
            Some(tenths) => write!(f, "{}.{} %", tenths / 10, tenths % 10),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Share;

    #[test]
    fn only_the_whole_is_a_hundred_percent() {
        for (taken, of, text) in [
            (0, 0, "100 %"),
            (3, 3, "100 %"),
            (2, 3, "66.6 %"),
            (9999, 10_000, "99.9 %"),
            (0, 4, "0.0 %"),
        ] {
            assert_eq!(Share { taken, of }.to_string(), text);
        }
        let two_thirds = Share { taken: 2, of: 3 };
        assert!(two_thirds.is_below(66.7));
        assert!(!two_thirds.is_below(66.6));
        assert!(!Share { taken: 4, of: 5 }.is_below(80.0));
        assert!(!Share::default().is_below(100.0));
    }
}
