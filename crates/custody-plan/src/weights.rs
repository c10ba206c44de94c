//! Several objectives as one number.

/// Weights that combine several counts into one number that is compared lexicographically: one more
/// of a count outweighs all counts after it, like the places of a mixed-radix number.
pub(super) struct LexicographicWeights {
    /// By count, its maximum.
    maxima: Vec<u64>,
    /// By count, its weight.
    weights: Vec<u64>,
}

impl LexicographicWeights {
    /// Below this, a solver in floating-point arithmetic distinguishes consecutive numbers
    /// reliably.
    const EXACT_BELOW: u64 = 1 << 32;

    /// Weights for counts with these maxima, the most important first.
    pub(super) fn new(maxima: impl Iterator<Item = u64>) -> Self {
        let maxima: Vec<u64> = maxima.collect();
        let mut weights = Vec::with_capacity(maxima.len());
        let mut weight = 1_u64;
        for maximum in maxima.iter().rev() {
            weights.push(weight);
            weight = weight.saturating_mul(maximum.saturating_add(1));
        }
        weights.reverse();
        Self { maxima, weights }
    }

    /// By count, its weight.
    pub(super) fn weights(&self) -> &[u64] {
        &self.weights
    }

    /// Whether a solver distinguishes all combined numbers.
    pub(super) fn is_exact(&self) -> bool {
        self.maximum() < Self::EXACT_BELOW
    }

    /// The highest combined number.
    pub(super) fn maximum(&self) -> u64 {
        let counts = self.maxima.iter().zip(&self.weights);
        counts.fold(0, |sum, (maximum, weight)| {
            sum.saturating_add(maximum.saturating_mul(*weight))
        })
    }

    /// The counts of a combined number.
    pub(super) fn counts(&self, mut number: u64) -> Vec<u64> {
        let weights = self.weights.iter();
        weights
            .map(|weight| {
                let count = number.checked_div(*weight).unwrap_or_default();
                number -= count * weight;
                count
            })
            .collect()
    }
}
