//! A group's seats at a site, spread over the site's sessions. SPEC §18.6.

/// Spreads `seats` over places with these rooms, in proportion to them: the whole part each, then one more by the largest
/// rest, the earlier place first. Nothing gets more than its room; `None` if there is not room enough.
pub fn spread_over(seats: u64, rooms: &[u64]) -> Option<Vec<u64>> {
    let room: u128 = rooms.iter().map(|room| u128::from(*room)).sum();
    if u128::from(seats) > room {
        return None;
    }
    let product = |place: &u64| u128::from(seats) * u128::from(*place);
    let whole = rooms.iter().map(|place| u64::try_from(product(place) / room.max(1)));
    let mut spread: Vec<u64> = whole.collect::<Result<_, _>>().ok()?;
    let left = usize::try_from(seats - spread.iter().sum::<u64>()).ok()?;
    let mut order: Vec<usize> = (0..rooms.len()).collect();
    order.sort_by_key(|place| (std::cmp::Reverse(product(&rooms[*place]) % room.max(1)), *place));
    order.into_iter().take(left).for_each(|place| spread[place] += 1);
    Some(spread)
}
