//! A limit holds also while its end cannot be written.

use std::sync::Arc;
use std::time::Duration;

use fanlight_http::sweep;
use fanlight_store::SqliteStore;
use fanlight_testkit::{APP_ID, Ended, MemoryJournal, TestTenant};
use rusqlite::Connection;

const AUDIT: &str = "/api/fanlight/v1/audit?action=expired";

#[tokio::test]
async fn an_expiry_closes_everything_also_when_the_store_cannot_be_written() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("fanlight.db");
    let store = Arc::new(SqliteStore::open(&file).unwrap());
    let tenant = TestTenant::start_on(store, Arc::new(MemoryJournal::default()), |_| {}).await;
    let ada = tenant.signed_in("ada").await;
    let mut sockets = Vec::new();
    for path in [&format!("/app/{APP_ID}"), "/app/engineData"] {
        sockets.push(tenant.socket(path).by(&ada).connect().await);
    }
    let disk = Connection::open(&file).unwrap();
    disk.execute_batch(
        "CREATE TRIGGER broken BEFORE UPDATE ON login_sessions BEGIN SELECT RAISE(ABORT, 'broken'); END",
    )
    .unwrap();

    tenant.clock.advance(Duration::from_secs(31 * 60));
    assert!(sweep(&tenant.services).is_err());
    for mut socket in sockets {
        let farewell = socket.next().await.unwrap();
        assert_eq!(farewell["params"]["reason"], "idle-timeout", "{farewell}");
        let ended = socket.ended().await;
        assert!(matches!(ended, Ended::Closed { code: 4001, .. }), "{ended:?}");
    }
    let expired = tenant.program().get(AUDIT).await.json();
    assert_eq!(expired["data"].as_array().map(Vec::len), Some(0));

    disk.execute_batch("DROP TRIGGER broken").unwrap();
    tenant.sweep();
    let expired = tenant.program().get(AUDIT).await.json();
    assert_eq!(expired["data"].as_array().map(Vec::len), Some(1), "{expired}");
    assert!(tenant.services.host.sessions().is_empty());
}
