//! Positions as 32-bit numbers: half the size of `usize`, and the same on every machine.

/// An offset or position as a 32-bit number. Files are at most 64 MiB long and lists far shorter,
/// so none is too large; one that were would become [`u32::MAX`].
pub fn index(position: usize) -> u32 {
    u32::try_from(position).unwrap_or(u32::MAX)
}
