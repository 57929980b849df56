//! The nodes of a market: pools, the outside, and bundles that stand for a site's pools.
//!
//! Definitions. A *tag* says which pools have to do with each other: whoever is seated in a pool may use pools with the same
//! tag only (those that closed at the same time). Pools of a site with the same access and tag form a *lane*: who may use
//! one of them by a site choice may use them all, at the same rank cost. A lane of two and more pools gets a node, a bundle.
//!
//! **Invariant:** pools come first, in order, then the outside, then bundles. Each pool is in one lane. A site choice is as
//! many arcs as the site has lanes that admit the applicant, whatever the number of its sessions.

use protocol::instance::{Access, Instance, PoolIndex, SiteIndex};

/// Pools of a site that cost the same to whoever listed the site.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Lane {
    pub(crate) tag: u32,
    /// One of the pools: the others have the same access.
    pub(crate) pool: PoolIndex,
    /// The bundle, or the pool if it is alone.
    pub(crate) node: u32,
}

/// All nodes.
#[derive(Debug)]
pub(crate) struct Nodes {
    pools: u32,
    /// The pools of each bundle.
    bundles: Vec<Vec<u32>>,
    /// The node of each pool's lane; empty if there are no bundles.
    around: Vec<u32>,
    /// Lanes, site by site, and where each site's start.
    lanes: Vec<Lane>,
    starts: Vec<usize>,
}

impl Nodes {
    /// Pools and the outside only.
    pub(crate) fn without_bundles(pools: u32) -> Self {
        Self { pools, bundles: Vec::new(), around: Vec::new(), lanes: Vec::new(), starts: Vec::new() }
    }

    /// With the lanes of every site. `tags` has one per pool.
    pub(crate) fn with_bundles(instance: &Instance, tags: &[u32]) -> Self {
        let pools = count(instance.pools().len());
        let mut nodes = Self { around: (0..pools).collect(), starts: vec![0], ..Self::without_bundles(pools) };
        for site in 0..count(instance.places().sites()) {
            let mut members: Vec<u32> = instance.pools_of_site(SiteIndex(site)).collect();
            let lane = |pool: &u32| (reserve(instance, *pool), tags[*pool as usize]);
            members.sort_by_key(lane);
            for pools in members.chunk_by(|one, next| lane(one) == lane(next)) {
                nodes.add_lane(pools, tags[pools[0] as usize]);
            }
            nodes.starts.push(nodes.lanes.len());
        }
        nodes
    }

    fn add_lane(&mut self, pools: &[u32], tag: u32) {
        let mut node = pools[0];
        if pools.len() > 1 {
            node = count(self.count());
            for pool in pools {
                self.around[*pool as usize] = node;
            }
            self.bundles.push(pools.to_vec());
        }
        self.lanes.push(Lane { tag, pool: PoolIndex(pools[0]), node });
    }

    /// How many nodes there are.
    pub(crate) fn count(&self) -> usize {
        self.pools as usize + 1 + self.bundles.len()
    }

    /// How many pools there are.
    #[inline]
    pub(crate) fn pools(&self) -> u32 {
        self.pools
    }

    /// The outside.
    #[inline]
    pub(crate) fn outside(&self) -> u32 {
        self.pools
    }

    /// The pools of a bundle; `None` for other nodes.
    #[inline]
    pub(crate) fn bundle(&self, node: u32) -> Option<&[u32]> {
        Some(self.bundles.get(node.checked_sub(self.pools + 1)? as usize)?)
    }

    /// The bundle around a pool; the node itself if there is none.
    #[inline]
    pub(crate) fn around(&self, node: u32) -> u32 {
        self.around.get(node as usize).copied().unwrap_or(node)
    }

    /// The lanes of a site.
    #[inline]
    pub(crate) fn lanes(&self, site: SiteIndex) -> &[Lane] {
        let site = site.0 as usize;
        &self.lanes[self.starts[site]..self.starts[site + 1]]
    }
}

fn reserve(instance: &Instance, pool: u32) -> Option<u32> {
    match instance.pools()[pool as usize].access {
        Access::Open => None,
        Access::Reserved(reserve) => Some(reserve.0),
    }
}

fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}
