//! Whole seats in proportion to weights: the method of largest remainders (Hare–Niemeyer) above a floor.

/// Shares of `total`, one per weight: `least` for each, the rest in proportion to the weights, the last seats to the
/// largest remainders, ties to the earlier. If `total` does not reach for `least` each, all get `least` and the sum is
/// larger than `total`. Weights of 0 only: the rest stays undealt.
pub(super) fn deal(total: u64, weights: &[u64], least: u64) -> Vec<u64> {
    let floor: u64 = weights.iter().map(|_| least).sum();
    let rest = u128::from(total.saturating_sub(floor));
    let sum: u128 = weights.iter().copied().map(u128::from).sum();
    if sum == 0 {
        return vec![least; weights.len()];
    }
    let exact = |weight: u64| rest * u128::from(weight);
    let mut shares: Vec<u64> = weights.iter().map(|&w| least + u64::try_from(exact(w) / sum).unwrap_or(0)).collect();
    let dealt: u128 = weights.iter().map(|&w| exact(w) / sum).sum();
    let mut order: Vec<usize> = (0..weights.len()).collect();
    order.sort_by_key(|&i| std::cmp::Reverse(weights.get(i).map(|&w| exact(w) % sum)));
    for (i, _) in order.into_iter().zip(dealt..rest) {
        if let Some(share) = shares.get_mut(i) {
            *share += 1;
        }
    }
    shares
}

#[cfg(test)]
mod tests {
    use super::deal;

    #[test]
    fn the_last_seats_go_to_the_largest_remainders() {
        // Quotas 4.5, 3.3, 2.2 of 10.
        assert_eq!(deal(10, &[45, 33, 22], 0), [5, 3, 2]);
        // Quotas 1.5, 1.5, 2: a tie, to the earlier.
        assert_eq!(deal(5, &[3, 3, 4], 0), [2, 1, 2]);
    }

    #[test]
    fn everybody_gets_the_floor_and_the_sum_is_kept() {
        assert_eq!(deal(10, &[0, 0, 100], 1), [1, 1, 8]);
        assert_eq!(deal(2, &[1, 1, 1], 1), [1, 1, 1]);
        assert_eq!(deal(u64::MAX, &[u64::MAX, u64::MAX], 0).iter().sum::<u64>(), u64::MAX);
    }
}
