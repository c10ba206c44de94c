//! Figures: the numbers of parameters and facts, exact to the hundredth.
//!
//! A binary floating-point number cannot represent every percentage exactly, and verdicts depend on
//! sums of percentages, so figures are stored in hundredths.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// The largest figure.
pub const LARGEST_FIGURE: u32 = 36_500;

/// A number from 0 to 36500 with at most two decimals.
///
/// ```
/// use custody_controls::figure::Figure;
///
/// let share: Figure = "4.75".parse()?;
/// assert!(share < Figure::whole(5));
/// assert_eq!(share.plus("0.25".parse()?), Figure::whole(5));
/// assert_eq!(Figure::whole(5).to_string(), "5");
/// # Ok::<(), custody_controls::figure::FigureError>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Figure {
    hundredths: u32,
}

/// The text is not a figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("use a number from 0 to 36500 with at most two decimals, such as `5` or `4.75`")]
pub struct FigureError;

impl Figure {
    /// A whole figure.
    pub fn whole(number: u32) -> Self {
        Self {
            hundredths: number.saturating_mul(100),
        }
    }

    /// The sum of two figures.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self {
            hundredths: self.hundredths.saturating_add(other.hundredths),
        }
    }

    /// The whole part.
    pub fn floor(self) -> u32 {
        self.hundredths / 100
    }

    /// Whether it has no decimals.
    pub fn is_whole(self) -> bool {
        self.hundredths.is_multiple_of(100)
    }
}

impl FromStr for Figure {
    type Err = FigureError;

    fn from_str(text: &str) -> Result<Self, FigureError> {
        let (whole, decimals) = text.split_once('.').unwrap_or((text, "0"));
        let are_digits =
            |digits: &str| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
        let is_padded = whole.len() > 1 && whole.starts_with('0');
        if !are_digits(whole) || !are_digits(decimals) || decimals.len() > 2 || is_padded {
            return Err(FigureError);
        }
        let number: u32 = whole.parse().map_err(|_| FigureError)?;
        let parts: u32 = decimals.parse().map_err(|_| FigureError)?;
        let parts = if decimals.len() == 1 {
            parts * 10
        } else {
            parts
        };
        if number > LARGEST_FIGURE || number == LARGEST_FIGURE && parts > 0 {
            return Err(FigureError);
        }
        Ok(Self {
            hundredths: number * 100 + parts,
        })
    }
}

impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, parts) = (self.hundredths / 100, self.hundredths % 100);
        match (parts, parts % 10) {
            (0, _) => write!(f, "{whole}"),
            (_, 0) => write!(f, "{whole}.{}", parts / 10),
            _ => write!(f, "{whole}.{parts:02}"),
        }
    }
}

impl Serialize for Figure {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.is_whole() {
            return serializer.serialize_u32(self.hundredths / 100);
        }
        // The shortest text for the floating-point number nearest to two decimals has two decimals.
        let number: f64 = self.to_string().parse().unwrap_or_default();
        serializer.serialize_f64(number)
    }
}

impl<'de> Deserialize<'de> for Figure {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let number = f64::deserialize(deserializer)?;
        number
            .to_string()
            .parse()
            .map_err(|error: FigureError| serde::de::Error::custom(error))
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Figure {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Figure".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "number",
            "minimum": 0,
            "maximum": LARGEST_FIGURE,
            "description": "A number with at most two decimals.",
        })
    }
}
