//! Merkle trees: `{leaves}` in hexadecimal digits, with an `index` for a path and an `old` size for a consistency proof.

use super::{Answer, input};
use protocol::{hash::Hash, merkle};
use serde_json::{Value, json};

pub(crate) fn run(input: &Value) -> Answer {
    let leaves: Vec<_> = input::texts(input, "leaves").into_iter().map(input::hex).collect();
    let hashes: Vec<_> = leaves.iter().map(|leaf| merkle::leaf_hash(leaf)).collect();
    let root = merkle::root(&hashes);
    let size = u64::try_from(hashes.len()).unwrap();
    let mut answer = json!({ "root": root.to_string() });
    if let Some(index) = input["index"].as_u64() {
        let at = usize::try_from(index).unwrap();
        let path = merkle::inclusion_path(&hashes, at).unwrap();
        merkle::verify_inclusion(hashes[at], index, size, &path, root).unwrap();
        answer["path"] = texts(&path);
    }
    if let Some(old) = input["old"].as_u64() {
        let older = usize::try_from(old).unwrap();
        let path = merkle::consistency_path(&hashes, older, hashes.len()).unwrap();
        let old_root = merkle::root(&hashes[..older]);
        merkle::verify_consistency(old, size, &path, old_root, root).unwrap();
        answer["old_root"] = json!(old_root.to_string());
        answer["consistency"] = texts(&path);
    }
    Ok(answer)
}

fn texts(path: &[Hash]) -> Value {
    path.iter().map(Hash::to_string).collect()
}
