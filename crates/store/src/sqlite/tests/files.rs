//! The file: opened again, not one of ours, locked, full.

use super::*;

#[test]
fn everything_is_there_when_the_file_is_opened_again() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("fanlight.db");
    let entropy = SeededEntropy::new(1);
    let tenant = Tenant::new("Fanlight", vec!["localhost".into()], at(1), &entropy);
    let ada = user(&entropy, "ada");
    let session = session(&entropy, &ada);
    let store = SqliteStore::open(&path).unwrap();
    store.put_tenant(&tenant).unwrap();
    sign_in(&store, "j-1", &ada, &session).unwrap();
    store.note_activity(&session.id, at(60));
    drop(store);
    let store = SqliteStore::open(&path).unwrap();
    assert_eq!(store.tenant().unwrap(), Some(tenant));
    assert_eq!(store.user(&ada.id).unwrap(), Some(ada.clone()));
    assert_eq!(
        sign_in(&store, "j-1", &ada, &session).unwrap(),
        SignInOutcome::TokenReused
    );
    let state = LoginSessionState::Active {
        last_activity: at(60),
    };
    assert_eq!(
        store.login_session(&session.id).unwrap(),
        Some(LoginSession { state, ..session })
    );
}

#[test]
fn a_file_of_a_newer_program_is_refused_untouched() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("fanlight.db");
    drop(SqliteStore::open(&path).unwrap());
    Connection::open(&path)
        .unwrap()
        .pragma_update(None, "user_version", 99)
        .unwrap();
    let refused = SqliteStore::open(&path);
    assert!(
        matches!(refused, Err(StoreError::TooNew { found: 99, .. })),
        "{refused:?}"
    );
}

#[test]
fn a_file_that_is_no_database_is_refused() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("fanlight.db");
    std::fs::write(
        &path,
        "no database at all, and long enough to have a header of one hundred bytes".repeat(3),
    )
    .unwrap();
    let refused = SqliteStore::open(&path);
    assert!(matches!(refused, Err(StoreError::Corrupt { .. })), "{refused:?}");
}

#[test]
fn a_folder_that_is_not_there_is_refused() {
    let refused = SqliteStore::open(Path::new("/nowhere/at/all/fanlight.db"));
    assert!(matches!(refused, Err(StoreError::ReadOnly)), "{refused:?}");
}

#[test]
fn a_lock_that_another_process_keeps_is_named() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("fanlight.db");
    let store = SqliteStore::open(&path).unwrap();
    lock(&store.writer).busy_timeout(Duration::ZERO).unwrap();
    let other = Connection::open(&path).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let refused = store.put_tenant(&Tenant::new("x", Vec::new(), at(1), &SeededEntropy::new(1)));
    assert!(matches!(refused, Err(StoreError::Locked)), "{refused:?}");
    // Reading goes on meanwhile.
    assert_eq!(store.tenant().unwrap(), None);
}

#[test]
fn whoever_waited_behind_a_write_that_found_the_lock_taken_does_not_wait_again() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("fanlight.db");
    let store = SqliteStore::open(&path).unwrap();
    lock(&store.writer).busy_timeout(Duration::ZERO).unwrap();
    let other = Connection::open(&path).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let tenant = Tenant::new("x", Vec::new(), at(1), &SeededEntropy::new(1));
    let waiting = store.arrive();
    assert!(matches!(store.put_tenant(&tenant), Err(StoreError::Locked)));
    drop(other);
    let mut has_tried = false;
    let refused = store.write_as_of(waiting, |_| {
        has_tried = true;
        Ok(())
    });
    assert!(matches!(refused, Err(StoreError::Locked)), "{refused:?}");
    assert!(!has_tried);
    // Whoever comes now tries, and is not turned away for what was before.
    let next = store.arrive();
    store.put_tenant(&tenant).unwrap();
    store.write_as_of(next, |_| Ok(())).unwrap();
}

#[test]
fn a_full_disk_is_named() {
    let store = fixture().store;
    let pages: i64 = lock(&store.writer)
        .pragma_query_value(None, "page_count", |row| row.get(0))
        .unwrap();
    lock(&store.writer)
        .pragma_update_and_check(None, "max_page_count", pages, |_| Ok(()))
        .unwrap();
    let big = Tenant::new("x".repeat(1 << 20), Vec::new(), at(1), &SeededEntropy::new(1));
    let refused = store.put_tenant(&big);
    assert!(matches!(refused, Err(StoreError::DiskFull)), "{refused:?}");
}
