use super::*;
use sqlx::Executor;

#[tokio::test]
async fn a_commit_is_flushed_before_it_returns() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("store.sqlite");
    let store = SqliteStore::open(&path, Hash([7; 32])).await.expect("a store");
    for pool in [&store.write, &store.read] {
        let synchronous: i64 = sqlx::query_scalar("pragma synchronous").fetch_one(pool).await.expect("a pragma");
        let journal: String = sqlx::query_scalar("pragma journal_mode").fetch_one(pool).await.expect("a pragma");
        assert_eq!((synchronous, journal.as_str()), (2, "wal"), "2 is full");
    }
    let connection = connect(&path).expect("the writer's connection");
    let pragma = |name: &str| connection.query_row(&format!("pragma {name}"), [], |row| row.get::<_, String>(0));
    assert_eq!(pragma("journal_mode").as_deref(), Ok("wal"));
    let synchronous: i64 = connection.query_row("pragma synchronous", [], |row| row.get(0)).expect("a pragma");
    assert_eq!(synchronous, 2, "2 is full");
    let refused = store.read.execute("delete from roll").await.map_err(StoreError::from);
    assert!(matches!(refused, Err(StoreError::Database(_))), "readers cannot write");
}
