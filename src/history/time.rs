//! The run's clock: virtual time in milliseconds, and its RFC 3339 spelling.

use std::fmt;

use crate::expr::timestamp;

/// A moment, in milliseconds since 1970-01-01T00:00:00Z. AWS's histories count in milliseconds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time(i64);

/// Longest span the clock adds at once: 10,000 years. What lies beyond is cut, so that no sum overflows.
const LONGEST: i64 = 10_000 * 366 * 86_400_000;

impl Time {
    /// `2024-01-01T00:00:00Z`: the start of a run, unless it is told another.
    pub const DEFAULT_START: Time = Time(1_704_067_200_000);

    /// Later than every execution lasts.
    pub const FAR: Time = Time(LONGEST);

    /// The moment `millis` milliseconds after 1970-01-01T00:00:00Z.
    pub fn from_millis(millis: i64) -> Self {
        Time(millis.clamp(-LONGEST, LONGEST))
    }

    /// Milliseconds since 1970-01-01T00:00:00Z.
    pub fn millis(self) -> i64 {
        self.0
    }

    /// The moment of an RFC 3339 timestamp, to the millisecond; `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        timestamp::parse(text).map(|moment| Time::from_millis(moment.millis()))
    }

    /// The second that it falls in.
    pub fn to_the_second(self) -> Self {
        Time(self.0.div_euclid(1000) * 1000)
    }

    /// The moment `millis` milliseconds later.
    pub fn after_millis(self, millis: i64) -> Self {
        Time::from_millis(self.0.saturating_add(millis.clamp(0, LONGEST)))
    }

    /// The moment `seconds` later, to the millisecond.
    pub fn after_seconds(self, seconds: f64) -> Self {
        self.after_millis((seconds * 1000.0).round() as i64)
    }

    /// Milliseconds from `earlier` to this.
    pub fn since(self, earlier: Time) -> i64 {
        self.0 - earlier.0
    }

    /// As the context object spells it: no fraction when it is zero, else three digits
    /// [Accessing execution data from the Context object].
    pub fn in_context(self) -> String {
        if self.0.rem_euclid(1000) == 0 {
            format!("{}Z", self.date_time())
        } else {
            format!("{}.{:03}Z", self.date_time(), self.0.rem_euclid(1000))
        }
    }

    /// As the command line tool of AWS (v2) prints timestamps: microseconds and an offset.
    pub fn with_offset(self) -> String {
        format!("{}.{:03}000+00:00", self.date_time(), self.0.rem_euclid(1000))
    }

    /// As the protocol of AWS's APIs has it: a number of seconds, with milliseconds where there are any.
    pub fn in_seconds(self) -> String {
        let (seconds, millis) = (self.0.div_euclid(1000), self.0.rem_euclid(1000));
        match (seconds < 0, millis) {
            (_, 0) => format!("{seconds}"),
            (false, _) => format!("{seconds}.{millis:03}"),
            (true, _) => format!("{}", self.0 as f64 / 1000.0),
        }
    }

    /// `2024-01-01T00:00:00`, years beyond four digits as they are.
    fn date_time(self) -> String {
        let seconds = self.0.div_euclid(1000);
        let (days, second) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
        let (year, month, day) = timestamp::civil_from_days(days);
        format!(
            "{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}",
            second / 3600,
            second / 60 % 60,
            second % 60
        )
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.in_context())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spells_moments() {
        assert_eq!(Time::DEFAULT_START.in_context(), "2024-01-01T00:00:00Z");
        // 2000-02-29 is day 11,016.
        let leap = Time::from_millis(11_016 * 86_400_000 + 43_261_007);
        assert_eq!(leap.in_context(), "2000-02-29T12:01:01.007Z");
        assert_eq!(leap.with_offset(), "2000-02-29T12:01:01.007000+00:00");
        assert_eq!(Time::from_millis(-1).in_context(), "1969-12-31T23:59:59.999Z");
    }

    #[test]
    fn sums_do_not_overflow() {
        let far = Time::from_millis(i64::MAX).after_seconds(1e300);
        assert!(far.millis() > 0);
        assert_eq!(Time::DEFAULT_START.after_seconds(f64::NAN), Time::DEFAULT_START);
        assert_eq!(
            Time::DEFAULT_START.after_seconds(1.5).since(Time::DEFAULT_START),
            1500
        );
    }
}
