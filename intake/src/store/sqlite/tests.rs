use super::*;
use sqlx::Executor;

async fn open(folder: &tempfile::TempDir) -> Result<SqliteStore, StoreError> {
    SqliteStore::open(&folder.path().join("store.sqlite"), Hash([7; 32])).await
}

#[tokio::test]
async fn a_commit_is_flushed_before_it_returns() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = open(&folder).await.expect("a store");
    for pool in [&store.write, &store.read] {
        let synchronous: i64 = sqlx::query_scalar("pragma synchronous").fetch_one(pool).await.expect("a pragma");
        let journal: String = sqlx::query_scalar("pragma journal_mode").fetch_one(pool).await.expect("a pragma");
        assert_eq!((synchronous, journal.as_str()), (2, "wal"), "2 is full");
    }
    let refused = store.read.execute("delete from roll").await.map_err(StoreError::from);
    assert!(matches!(refused, Err(StoreError::Database(_))), "readers cannot write");
}

#[tokio::test]
async fn a_database_of_a_newer_program_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = open(&folder).await.expect("a store");
    let newer = "insert into _sqlx_migrations (version, description, success, checksum, execution_time)
                 values (9999, 'later', true, x'00', 0)";
    store.write.execute(newer).await.expect("one more migration");
    store.close().await;
    assert_eq!(open(&folder).await.map(|_| ()), Err(StoreError::Ahead(9999)));
}

#[tokio::test]
async fn what_was_acknowledged_cannot_be_rewritten_even_by_hand() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = open(&folder).await.expect("a store");
    let zero = |bytes: usize| format!("zeroblob({bytes})");
    let (twelve, hash, leaf) = (zero(12), zero(32), zero(50));
    let fill = format!(
        "insert into roll (person, born, district) values ({hash}, '1960-01-01', 'x');
         insert into batches values (0, 1, 5, {hash}, 'note');
         insert into revisions values ({twelve}, 1, 0, {hash}, x'', {leaf}, 0, 0, {hash}, {hash});
         insert into entries values ({twelve}, {hash}, 0, 0, 1);"
    );
    store.write.execute(sqlx::AssertSqlSafe(fill)).await.expect("one registration");
    let forbidden = [
        "update revisions set status = 1",
        "delete from revisions",
        "update batches set leaves = 2",
        "delete from batches",
        "delete from entries",
        "insert into batches values (2, 1, 5, zeroblob(32), 'a gap')",
        "insert into entries values (x'000000000000000000000001', zeroblob(32), 0, 0, 1)",
        "update draw set programme_hash = zeroblob(32)",
    ];
    for statement in forbidden {
        let refused = store.write.execute(statement).await.map_err(StoreError::from);
        assert!(matches!(refused, Err(StoreError::Conflict(_))), "{statement}: {refused:?}");
    }
    store.freeze(10).await.expect("frozen");
    let late = store.write.execute("insert into batches values (1, 1, 5, zeroblob(32), 'late')").await;
    assert_eq!(late.map(|_| ()).map_err(StoreError::from), Err(StoreError::Frozen));
    assert_eq!(store.freeze(20).await, Ok(10), "the first freeze stays");
}
