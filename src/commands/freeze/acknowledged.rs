//! `acknowledged.bin`: every acknowledged leaf in the order of batches, made from the register, which comes in the order of
//! tickets. SPEC §7.4.
//!
//! **Definition.** The order of a leaf is the number of leaves in the batches before its own, plus its place.
//!
//! What a leaf became is kept under its order in a file without a name, in a bucket of [`BUCKET`] orders; at the end bucket
//! after bucket is read and put in order (a distribution sort: Knuth, TAOCP 3, §5.2.5). n leaves take O(n) time and 8 bytes of disk
//! each, 54 more if they were replaced.
//!
//! **Invariant:** each order from 0 to the number of leaves is there exactly once, or it is an error. Memory holds one bucket,
//! and some kilobytes for each of the others.

use crate::{
    draw::{Announced, once::Part},
    failure::{Context, Failure, Outcome},
};
use intake::Leaf;
use protocol::{
    acknowledged::{Acknowledged, Encoder},
    batches::Batch,
    entry::LEAF_BYTES,
};
use std::{fs, fs::File, os::unix::fs::FileExt, path::Path};

/// Orders of one bucket.
const BUCKET: u64 = 1 << 16;

/// Bytes of a bucket that are held before they go to the file.
const HELD: usize = 1 << 13;

/// What became of the leaves so far.
pub(super) struct Leaves {
    /// How many leaves are in the batches before each batch, and at the end in all.
    before: Vec<u64>,
    /// Places in the register.
    registered: Buckets<4>,
    /// Leaves that were replaced.
    replaced: Buckets<LEAF_BYTES>,
}

impl Leaves {
    /// Of these batches; none is there yet.
    ///
    /// # Errors
    /// If the disk refuses.
    pub(super) fn new(announced: &Announced, batches: &[Batch]) -> Outcome<Self> {
        let folder = announced.draw.path("register");
        fs::create_dir_all(&folder).context(format!("writing {}", folder.display()))?;
        Self::of(&folder, batches)
    }

    fn of(folder: &Path, batches: &[Batch]) -> Outcome<Self> {
        let mut before = vec![0];
        let mut all = 0;
        before.extend(batches.iter().map(|batch| {
            all += u64::from(batch.leaves);
            all
        }));
        Ok(Self { before, registered: Buckets::new(folder, all)?, replaced: Buckets::new(folder, all)? })
    }

    /// How many leaves were acknowledged.
    pub(super) fn all(&self) -> u64 {
        self.before.last().copied().unwrap_or(0)
    }

    /// Takes a leaf; the entries that were opened with it begin at place `first` of the register.
    ///
    /// # Errors
    /// If its batch has no such place, or the disk refuses.
    pub(super) fn put(&mut self, leaf: &Leaf, first: u64) -> Outcome {
        let order = self.order(leaf).ok_or_else(|| Failure::new("a stored revision is in no batch"))?;
        if !leaf.is_last {
            return self.replaced.put(order, &leaf.bytes);
        }
        let place = u32::try_from(first + leaf.entry as u64).context("too many entries")?;
        self.registered.put(order, &place.to_be_bytes())
    }

    fn order(&self, leaf: &Leaf) -> Option<u64> {
        let batch = usize::try_from(leaf.batch).ok()?;
        let order = self.before.get(batch)? + u64::from(leaf.place);
        (order < *self.before.get(batch + 1)?).then_some(order)
    }

    /// Writes the file. `tell` hears how many leaves are in it.
    ///
    /// # Errors
    /// If a leaf is missing or there twice, or another file is there.
    pub(super) fn write(mut self, announced: &Announced, mut tell: impl FnMut(u64)) -> Outcome {
        let all = self.all();
        let mut file = Part::new(&announced.draw.path("register/acknowledged.bin"))?;
        let mut encoder = Encoder::new(&announced.programme, all);
        for first in (0..all).step_by(usize::try_from(BUCKET).context("a bucket")?) {
            for leaf in self.bucket(first)? {
                encoder.add(&leaf);
            }
            file.write(&encoder.take())?;
            tell(all.min(first + BUCKET));
        }
        let rest = encoder.end().ok_or_else(|| Failure::new("too many acknowledged revisions"))?;
        file.write(&rest)?;
        file.keep()
    }

    /// The leaves of the bucket that begins with this order.
    fn bucket(&mut self, first: u64) -> Outcome<Vec<Acknowledged>> {
        let size = usize::try_from(BUCKET.min(self.all() - first)).context("a bucket")?;
        let mut found: Vec<Option<Acknowledged>> = vec![None; size];
        let mut put = |within: u32, leaf| match found.get_mut(within as usize) {
            Some(free @ None) => {
                *free = Some(leaf);
                Ok(())
            }
            _ => Err(Failure::new("two stored revisions are at one place of a batch")),
        };
        for (within, place) in self.registered.take(first / BUCKET)? {
            put(within, Acknowledged::Registered(u32::from_be_bytes(place)))?;
        }
        for (within, leaf) in self.replaced.take(first / BUCKET)? {
            put(within, Acknowledged::Replaced(leaf))?;
        }
        let missing = || {
            Failure::new("an acknowledged revision is not in the store")
                .hint("`jebi store check` names it; nothing was committed")
        };
        found.into_iter().map(|leaf| leaf.ok_or_else(missing)).collect()
    }
}

/// Records of N bytes under their orders.
struct Buckets<const N: usize> {
    file: File,
    /// Of each bucket, how many bytes are in the file, and those that are not yet.
    parts: Vec<(u64, Vec<u8>)>,
}

impl<const N: usize> Buckets<N> {
    /// Bytes of a record with the rest of its order.
    const RECORD: usize = N + 4;

    /// A full bucket.
    const FULL: u64 = BUCKET * Self::RECORD as u64;

    fn new(folder: &Path, orders: u64) -> Outcome<Self> {
        let file = tempfile::tempfile_in(folder).context(format!("writing in {}", folder.display()))?;
        let buckets = usize::try_from(orders.div_ceil(BUCKET)).context("too many revisions")?;
        Ok(Self { file, parts: vec![(0, Vec::new()); buckets] })
    }

    fn put(&mut self, order: u64, record: &[u8; N]) -> Outcome {
        let number = order / BUCKET;
        let within = u32::try_from(order % BUCKET).context("a bucket")?;
        let part = usize::try_from(number).ok().and_then(|number| self.parts.get_mut(number));
        let (written, held) = part.ok_or_else(|| Failure::new("a stored revision is in no batch"))?;
        held.extend(within.to_be_bytes());
        held.extend(record);
        if *written + held.len() as u64 > Self::FULL {
            return Err(Failure::new("two stored revisions are at one place of a batch"));
        }
        if held.len() >= HELD {
            self.file.write_all_at(held, number * Self::FULL + *written).context("keeping what was acknowledged")?;
            *written += held.len() as u64;
            held.clear();
        }
        Ok(())
    }

    /// All of one bucket, in no order.
    fn take(&mut self, number: u64) -> Outcome<Vec<(u32, [u8; N])>> {
        let part = usize::try_from(number).ok().and_then(|number| self.parts.get_mut(number));
        let (written, held) = part.map(std::mem::take).unwrap_or_default();
        let mut bytes = vec![0; usize::try_from(written).context("a bucket")?];
        self.file.read_exact_at(&mut bytes, number * Self::FULL).context("reading what was acknowledged")?;
        bytes.extend(held);
        let mut records = Vec::with_capacity(bytes.len() / Self::RECORD);
        for record in bytes.chunks_exact(Self::RECORD) {
            if let Some((within, rest)) = record.split_first_chunk() {
                records.push((u32::from_be_bytes(*within), rest.try_into().context("a record")?));
            }
        }
        Ok(records)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use protocol::hash::Hash;

    fn leaf(batch: u64, place: u32, number: u64) -> Leaf {
        let is_last = !number.is_multiple_of(3);
        let entry = usize::try_from(number).unwrap();
        let mut bytes = [0; LEAF_BYTES];
        bytes[..8].copy_from_slice(&number.to_be_bytes());
        Leaf { batch, place, revision: 1, entry, is_last, bytes }
    }

    fn expected(number: u64) -> Acknowledged {
        match leaf(0, 0, number) {
            Leaf { is_last: true, .. } => Acknowledged::Registered(u32::try_from(number).unwrap() + 5),
            Leaf { bytes, .. } => Acknowledged::Replaced(bytes),
        }
    }

    /// Batches of different sizes, of which the first 70,000 leaves fill one bucket and a part of the next.
    fn batches() -> Vec<Batch> {
        let sizes = [1, 70_000, 3, 500];
        sizes.map(|leaves| Batch { leaves, time_unix_s: 1, root: Hash([0; 32]) }).into()
    }

    fn numbered() -> Vec<(u64, u32, u64)> {
        let places = (0_u64..).zip(batches()).flat_map(|(batch, of)| (0..of.leaves).map(move |place| (batch, place)));
        places.zip(0..).map(|((batch, place), number)| (batch, place, number)).collect()
    }

    #[test]
    fn leaves_that_come_by_ticket_go_out_by_batch() {
        let folder = tempfile::tempdir().unwrap();
        let mut leaves = Leaves::of(folder.path(), &batches()).unwrap();
        let all = numbered();
        // An order that is none: 70,504 and 41 have no common divisor.
        for at in 0..all.len() {
            let (batch, place, number) = all[at * 41 % all.len()];
            leaves.put(&leaf(batch, place, number), 5).unwrap();
        }
        let mut found = leaves.bucket(0).unwrap();
        assert_eq!(found.len() as u64, BUCKET);
        found.extend(leaves.bucket(BUCKET).unwrap());
        assert_eq!(found.len() as u64, leaves.all());
        for (number, leaf) in (0..).zip(found) {
            assert_eq!(leaf, expected(number), "{number}");
        }
    }

    #[test]
    fn a_leaf_that_is_missing_or_there_twice_or_in_no_batch_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let all = numbered();
        let put = |leaves: &mut Leaves, (batch, place, number)| leaves.put(&leaf(batch, place, number), 5);
        for (gone, twice) in [(0, 1), (3, 4), (70_001, 70_002), (70_503, 70_500)] {
            let mut leaves = Leaves::of(folder.path(), &batches()).unwrap();
            all.iter().filter(|one| one.2 != gone).for_each(|one| put(&mut leaves, *one).unwrap());
            assert!(leaves.bucket(gone / BUCKET * BUCKET).is_err(), "{gone} is missing");
            let mut leaves = Leaves::of(folder.path(), &batches()).unwrap();
            let mut puts = all.iter().filter(|one| one.2 != gone).chain(all.iter().filter(|one| one.2 == twice));
            let put = puts.try_for_each(|one| put(&mut leaves, *one));
            assert!(put.is_err() || leaves.bucket(twice / BUCKET * BUCKET).is_err(), "{twice} is there twice");
        }
        let mut leaves = Leaves::of(folder.path(), &batches()).unwrap();
        for (batch, place) in [(0, 1), (1, 70_000), (4, 0), (u64::MAX, 0)] {
            assert!(put(&mut leaves, (batch, place, 0)).is_err(), "batch {batch} has no place {place}");
        }
    }
}
