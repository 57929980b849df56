//! What each node costs at present: a pool its price, a bundle the price of its cheapest pool.
//!
//! Definitions. A *bundle* is a set of pools that are alike to whoever lists them together: the sessions of a site. Every
//! pool is in at most one.
//!
//! **Invariant:** a bundle's quote is that of its cheapest pool, of equal ones first those with a free seat, and knows
//! the cheapest without that pool. So whoever lists a site reads one number, whatever its sessions.
//!
//! Cost: a price that is read costs one look; one that changes costs one pass over its bundle if it was one of the two
//! cheapest, and one look otherwise.

use crate::amount::Amount;
use std::ops::Range;

/// Prices as people see them.
pub(crate) trait Quotes<N>: Send + Sized {
    /// Of pools with these prices; after them come the outside, at price 0, the bundles, and the node that nobody can
    /// have. `full` says which pools have no free seat.
    fn new(prices: Vec<N>, bundles: Vec<Vec<u32>>, full: &dyn Fn(usize) -> bool) -> Self;

    /// The price of the node's cheapest pool.
    fn least(&self, node: u32) -> N;

    /// The node's cheapest pool.
    fn cheapest(&self, node: u32) -> u32;

    /// The least price in the node apart from this pool; [`Amount::FAR`] if there is no other.
    fn besides(&self, node: u32, pool: u32) -> N;

    /// A pool's price.
    fn set(&mut self, pool: u32, price: N);

    /// A pool has no free seat any more.
    fn fill(&mut self, pool: u32);

    /// Takes over what these pools and the bundles around them cost elsewhere. No bundle has pools beyond them.
    fn absorb(&mut self, other: &Self, pools: Range<u32>);

    /// The pools of a bundle; none for any other node.
    fn bundle(&self, node: u32) -> &[u32];

    /// The node that nobody can have, the last one.
    fn void(&self) -> u32;
}

/// Where there are no bundles.
pub(crate) struct Prices<N>(Vec<N>);

impl<N: Amount> Quotes<N> for Prices<N> {
    fn new(mut prices: Vec<N>, _: Vec<Vec<u32>>, _: &dyn Fn(usize) -> bool) -> Self {
        prices.extend([N::ZERO, N::FAR]);
        Self(prices)
    }

    #[inline(always)]
    fn least(&self, node: u32) -> N {
        self.0[node as usize]
    }

    #[inline(always)]
    fn cheapest(&self, node: u32) -> u32 {
        node
    }

    #[inline(always)]
    fn besides(&self, node: u32, pool: u32) -> N {
        let price = self.0[node as usize];
        if node == pool { N::FAR } else { price }
    }

    #[inline(always)]
    fn set(&mut self, pool: u32, price: N) {
        self.0[pool as usize] = price;
    }

    #[inline(always)]
    fn fill(&mut self, _: u32) {}

    fn absorb(&mut self, other: &Self, pools: Range<u32>) {
        let pools = pools.start as usize..pools.end as usize;
        self.0[pools.clone()].copy_from_slice(&other.0[pools]);
    }

    #[inline(always)]
    fn bundle(&self, _: u32) -> &[u32] {
        &[]
    }

    fn void(&self) -> u32 {
        u32::try_from(self.0.len() - 1).unwrap_or(u32::MAX)
    }
}

#[derive(Clone, Copy)]
struct Quote<N> {
    least: N,
    /// The least without `cheapest`.
    second: N,
    cheapest: u32,
    /// The bundle around a pool, or the pool itself.
    around: u32,
    /// Whether a pool has no free seat.
    full: bool,
}

/// Where there are.
pub(crate) struct Bundled<N> {
    quotes: Vec<Quote<N>>,
    /// The number of the first bundle.
    first: u32,
    bundles: Vec<Vec<u32>>,
}

impl<N: Amount> Bundled<N> {
    fn look_again(&mut self, node: u32) {
        let (mut best, mut least, mut second) = (node, (N::FAR, true), N::FAR);
        for pool in self.bundle(node) {
            let quote = &self.quotes[*pool as usize];
            let offer = (quote.least, quote.full);
            if offer < least {
                (best, second, least) = (*pool, least.0, offer);
            } else {
                second = second.min(quote.least);
            }
        }
        let quote = &mut self.quotes[node as usize];
        (quote.cheapest, quote.least, quote.second) = (best, least.0, second);
    }
}

impl<N: Amount> Quotes<N> for Bundled<N> {
    fn new(prices: Vec<N>, bundles: Vec<Vec<u32>>, full: &dyn Fn(usize) -> bool) -> Self {
        let alone =
            |least: N, node: u32, full: bool| Quote { least, second: N::FAR, cheapest: node, around: node, full };
        let outside = u32::try_from(prices.len()).unwrap_or(u32::MAX);
        let pools = prices.into_iter().zip(0..).map(|(price, node)| alone(price, node, full(node as usize)));
        let mut quotes: Vec<_> = pools.collect();
        quotes.push(alone(N::ZERO, outside, false));
        for (bundle, node) in bundles.iter().zip(outside + 1..) {
            for pool in bundle {
                quotes[*pool as usize].around = node;
            }
            quotes.push(alone(N::FAR, node, true));
        }
        let void = u32::try_from(quotes.len()).unwrap_or(u32::MAX);
        quotes.push(alone(N::FAR, void, true));
        let mut bundled = Self { quotes, first: outside + 1, bundles };
        for node in outside + 1..void {
            bundled.look_again(node);
        }
        bundled
    }

    #[inline(always)]
    fn least(&self, node: u32) -> N {
        self.quotes[node as usize].least
    }

    #[inline(always)]
    fn cheapest(&self, node: u32) -> u32 {
        self.quotes[node as usize].cheapest
    }

    #[inline(always)]
    fn besides(&self, node: u32, pool: u32) -> N {
        let quote = &self.quotes[node as usize];
        if quote.cheapest == pool { quote.second } else { quote.least }
    }

    #[inline]
    fn set(&mut self, pool: u32, price: N) {
        let quote = &mut self.quotes[pool as usize];
        let before = std::mem::replace(&mut quote.least, price);
        let around = quote.around;
        if around != pool {
            let bundle = &self.quotes[around as usize];
            // Only its two cheapest pools decide, unless this one joins them.
            if before <= bundle.second || price <= bundle.second {
                self.look_again(around);
            }
        }
    }

    fn fill(&mut self, pool: u32) {
        self.quotes[pool as usize].full = true;
        let around = self.quotes[pool as usize].around;
        if around != pool {
            self.look_again(around);
        }
    }

    fn absorb(&mut self, other: &Self, pools: Range<u32>) {
        for pool in pools {
            let around = self.quotes[pool as usize].around;
            self.quotes[pool as usize] = other.quotes[pool as usize];
            self.quotes[around as usize] = other.quotes[around as usize];
        }
    }

    #[inline]
    fn bundle(&self, node: u32) -> &[u32] {
        match node.checked_sub(self.first).and_then(|bundle| self.bundles.get(bundle as usize)) {
            Some(bundle) => bundle,
            None => &[],
        }
    }

    fn void(&self) -> u32 {
        u32::try_from(self.quotes.len() - 1).unwrap_or(u32::MAX)
    }
}
