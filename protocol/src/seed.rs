//! The seed: programme, register and beacon, hashed; and the file that shows it. SPEC §9.2, §13.3.

use crate::{
    beacon::{Beacon, CHAIN_HASH, Randomness},
    hash::{Hash, hex},
    lottery::Seed,
    programme::Programme,
};
use serde::{Deserialize, Serialize};

/// `H("seed"; programme hash, register root, size u64, randomness)`.
pub fn derive(programme: Hash, register_root: Hash, size: u64, randomness: Randomness) -> Seed {
    let parts: [&[u8]; 4] = [&programme.0, &register_root.0, &size.to_be_bytes(), &randomness.hash().0];
    Seed(Hash::tagged("seed", &parts).0)
}

/// `seed.json`: everything that went into the seed, and the seed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeedFile {
    /// `jebi/v0/seed`.
    pub format: String,
    /// As in the programme.
    pub rehearsal: bool,
    /// Programme hash.
    pub programme: Hash,
    /// The register's root.
    pub register_root: Hash,
    /// Entries in the register.
    pub size: u64,
    /// The beacon's chain.
    pub chain_hash: String,
    /// The beacon's round.
    pub round: u64,
    /// The round's signature, 96 hexadecimal digits.
    pub signature: String,
    /// SHA-256 of the signature.
    pub randomness: Hash,
    /// The seed.
    pub seed: Hash,
}

impl SeedFile {
    /// The file for a register and a verified beacon.
    pub fn new(programme: &Programme, root: Hash, size: u64, beacon: &Beacon, randomness: Randomness) -> Self {
        Self {
            format: "jebi/v0/seed".into(),
            rehearsal: programme.rehearsal,
            programme: programme.hash(),
            register_root: root,
            size,
            chain_hash: CHAIN_HASH.into(),
            round: beacon.round,
            signature: hex(&beacon.signature),
            randomness: randomness.hash(),
            seed: Hash(derive(programme.hash(), root, size, randomness).0),
        }
    }

    /// The seed as the lottery takes it.
    pub fn seed(&self) -> Seed {
        Seed(self.seed.0)
    }
}
