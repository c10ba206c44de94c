//! Calendar days.

use jiff::ToSpan;
use std::borrow::Cow;
use std::fmt;

/// A calendar day, always written `YYYY-MM-DD`.
///
/// It has no time of day and no time zone: claims about a custodian are made for days. The library
/// never reads the clock; the current day is always an argument.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(jiff::civil::Date);

/// Why a text is not a date.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DateError {
    /// The text is not of the form `YYYY-MM-DD`.
    #[error("a date is written `YYYY-MM-DD`")]
    Form,
    /// The calendar has no such day.
    #[error("the calendar has no such day")]
    NoSuchDay,
}

impl Date {
    /// The last day that can be written.
    const LAST: jiff::civil::Date = jiff::civil::date(9999, 12, 31);
    /// The first day that can be written.
    const FIRST: jiff::civil::Date = jiff::civil::date(0, 1, 1);

    /// A day of the Gregorian calendar: a year from 0 to 9999, a month from 1 to 12, and a day of
    /// that month.
    ///
    /// # Errors
    ///
    /// [`DateError::NoSuchDay`] if the calendar has no such day.
    pub fn new(year: u16, month: u8, day: u8) -> Result<Self, DateError> {
        let part = |part: u8| i8::try_from(part).ok();
        let civil = i16::try_from(year)
            .ok()
            .zip(part(month).zip(part(day)))
            .and_then(|(year, (month, day))| jiff::civil::Date::new(year, month, day).ok());
        civil
            .filter(|civil| (Self::FIRST..=Self::LAST).contains(civil))
            .map(Self)
            .ok_or(DateError::NoSuchDay)
    }

    /// The year, from 0 to 9999.
    pub fn year(self) -> u16 {
        self.0.year().unsigned_abs()
    }

    /// The month, from 1 to 12.
    pub fn month(self) -> u8 {
        self.0.month().unsigned_abs()
    }

    /// The day of the month, from 1 to 31.
    pub fn day(self) -> u8 {
        self.0.day().unsigned_abs()
    }

    /// The day a number of days later, or earlier if the number is negative. Stops at 0000-01-01 and
    /// at 9999-12-31, the first and the last day that can be written.
    #[must_use]
    pub fn plus_days(self, days: i32) -> Self {
        // More than the calendar has.
        const MOST: i32 = 4_000_000;
        let moved = self.0.saturating_add(days.clamp(-MOST, MOST).days());
        Self(moved.clamp(Self::FIRST, Self::LAST))
    }

    /// The day a number of working days later: Monday to Friday, whatever the public holidays are. A
    /// Saturday or a Sunday counts as the Monday after it. Stops at 9999-12-31.
    ///
    /// ```
    /// use custody_controls::Date;
    ///
    /// let friday: Date = "2026-11-27".parse()?;
    /// assert_eq!(friday.plus_working_days(1).to_string(), "2026-11-30");
    /// let sunday: Date = "2026-11-29".parse()?;
    /// assert_eq!(sunday.plus_working_days(0).to_string(), "2026-11-30");
    /// # Ok::<(), custody_controls::date::DateError>(())
    /// ```
    #[must_use]
    pub fn plus_working_days(self, days: u32) -> Self {
        let (weeks, days) = (days / 5, i64::from(days % 5));
        // From 0 for Monday to 6 for Sunday.
        let weekday = i64::from(self.0.weekday().to_monday_zero_offset());
        let to_workday = (7 - weekday) % 7 * i64::from(weekday > 4);
        let weekday = if weekday > 4 { 0 } else { weekday };
        let weekend = 2 * i64::from(weekday + days > 4);
        let all = i64::from(weeks) * 7 + to_workday + days + weekend;
        self.plus_days(i32::try_from(all).unwrap_or(i32::MAX))
    }

    /// The number of days from this day to a later one; negative if the other day is earlier.
    pub fn days_until(self, later: Self) -> i32 {
        self.0.until(later.0).map_or(0, |span| span.get_days())
    }

    /// The day before.
    #[must_use]
    pub fn previous(self) -> Self {
        self.plus_days(-1)
    }

    /// The day after.
    #[must_use]
    pub fn next(self) -> Self {
        self.plus_days(1)
    }
}

impl std::str::FromStr for Date {
    type Err = DateError;

    fn from_str(text: &str) -> Result<Self, DateError> {
        let bytes = text.as_bytes();
        let of_the_form = bytes.len() == 10
            && bytes.iter().enumerate().all(|(index, byte)| match index {
                4 | 7 => *byte == b'-',
                _ => byte.is_ascii_digit(),
            });
        if !of_the_form {
            return Err(DateError::Form);
        }
        let number = |range: std::ops::Range<usize>| {
            let digits = text.get(range).ok_or(DateError::Form)?;
            digits.parse::<u16>().map_err(|_| DateError::Form)
        };
        let two = |range| number(range).map(|number| u8::try_from(number).unwrap_or(u8::MAX));
        Self::new(number(0..4)?, two(5..7)?, two(8..10)?)
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if f.width().is_some() {
            f.pad(&self.0.to_string())
        } else {
            fmt::Display::fmt(&self.0, f)
        }
    }
}

impl fmt::Debug for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl serde::Serialize for Date {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for Date {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<'_, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Date {
    fn schema_name() -> Cow<'static, str> {
        "Date".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "string",
            "format": "date",
            "pattern": r"^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$",
            "description": "A calendar day, `YYYY-MM-DD`.",
        })
    }
}

/// A year, a month or a day: a date as exact as its source states it.
///
/// ```
/// use custody_controls::date::PartialDate;
///
/// let date: PartialDate = "2022-02".parse()?;
/// assert_eq!(date.parts(), [2022, 2]);
/// assert_eq!(date.to_string(), "2022-02");
/// # Ok::<(), custody_controls::date::DateError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PartialDate {
    /// A year, from 0 to 9999.
    Year(u16),
    /// A year and a month from 1 to 12.
    Month(u16, u8),
    /// A day.
    Day(Date),
}

impl PartialDate {
    /// The year, the month and the day, as far as they are known.
    pub fn parts(self) -> Vec<u16> {
        match self {
            Self::Year(year) => vec![year],
            Self::Month(year, month) => vec![year, month.into()],
            Self::Day(date) => vec![date.year(), date.month().into(), date.day().into()],
        }
    }
}

impl std::str::FromStr for PartialDate {
    type Err = DateError;

    fn from_str(text: &str) -> Result<Self, DateError> {
        match text.len() {
            4 => Date::from_str(&format!("{text}-01-01")).map(|date| Self::Year(date.year())),
            7 => Date::from_str(&format!("{text}-01"))
                .map(|date| Self::Month(date.year(), date.month())),
            _ => text.parse().map(Self::Day),
        }
    }
}

impl fmt::Display for PartialDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Year(year) => f.pad(&format!("{year:04}")),
            Self::Month(year, month) => f.pad(&format!("{year:04}-{month:02}")),
            Self::Day(date) => fmt::Display::fmt(date, f),
        }
    }
}

impl serde::Serialize for PartialDate {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for PartialDate {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<'_, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for PartialDate {
    fn schema_name() -> Cow<'static, str> {
        "PartialDate".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "string",
            "pattern": r"^\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?$",
            "description": "A year, a month or a day: `YYYY`, `YYYY-MM` or `YYYY-MM-DD`.",
        })
    }
}
