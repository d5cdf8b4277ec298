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

#[test]
fn a_table_a_column_or_an_index_that_is_missing_is_named_before_anything_is_changed() {
    for (damage, name) in [
        ("DROP TABLE audit", "table `audit`"),
        ("DROP TABLE used_tokens", "table `used_tokens`"),
        (
            "ALTER TABLE tickets DROP COLUMN used_at",
            "column `used_at` in the table `tickets`",
        ),
        ("DROP INDEX login_sessions_due", "index `login_sessions_due`"),
    ] {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("fanlight.db");
        drop(SqliteStore::open(&path).unwrap());
        let other = Connection::open(&path).unwrap();
        other.execute_batch(damage).unwrap();
        drop(other);
        let refused = SqliteStore::open(&path).unwrap_err();
        assert!(matches!(refused, StoreError::Missing { .. }), "{refused:?}");
        assert!(
            refused
                .to_string()
                .contains(&format!("the database has no {name};")),
            "{refused}"
        );
    }
}

/// A file as an older program left it, whose table somebody has dropped.
#[test]
fn a_table_that_an_older_file_lacks_is_named_and_the_file_stays_as_it_is() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("fanlight.db");
    let other = Connection::open(&path).unwrap();
    other
        .execute_batch(include_str!("../../migrations/0001_identity.sql"))
        .unwrap();
    other
        .execute_batch("DROP TABLE csp_origins; PRAGMA user_version = 1")
        .unwrap();
    let refused = SqliteStore::open(&path).unwrap_err();
    assert!(
        refused.to_string().contains("no table `csp_origins`"),
        "{refused}"
    );
    let version: u32 = other
        .pragma_query_value(None, "user_version", |row| row.get(0))
        .unwrap();
    assert_eq!(version, 1);
}

#[test]
fn used_tokens_of_an_older_file_stay_used_under_their_issuer() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("fanlight.db");
    let other = Connection::open(&path).unwrap();
    for step in [
        include_str!("../../migrations/0001_identity.sql"),
        include_str!("../../migrations/0002_audit.sql"),
        include_str!("../../migrations/0003_keys_and_tickets.sql"),
        include_str!("../../migrations/0004_renewal.sql"),
        include_str!("../../migrations/0005_due.sql"),
        include_str!("../../migrations/0006_audit_quota.sql"),
    ] {
        other.execute_batch(step).unwrap();
    }
    other
        .execute_batch(
            "PRAGMA user_version = 6;
             INSERT INTO identity_providers VALUES ('p1', 'idp', '', 5, 1, 0, 0, NULL), ('p2', 'idp', '', 5, 1, 0, 0, NULL);
             INSERT INTO used_tokens VALUES ('p1', 'j-1', 100000), ('p2', 'j-1', 200000), ('gone', 'j-2', 100000);",
        )
        .unwrap();
    drop(other);
    let store = SqliteStore::open(&path).unwrap();
    assert!(!store.use_token(&token("j-1"), &[]).unwrap());
    assert!(store.use_token(&token("j-2"), &[]).unwrap());
    let providers = store.identity_providers().unwrap();
    assert!(
        providers
            .iter()
            .all(|provider| provider.required == fanlight_jose::RequiredClaims::default())
    );
    // The later of two ends counts.
    assert_eq!(store.forget_used_tokens(at(150)).unwrap(), 2, "j-2 of both");
    assert!(!store.use_token(&token("j-1"), &[]).unwrap());
}

/// A store with a limit, filled by audit entries.
fn limited(folder: &TempDir) -> SqliteStore {
    let settings = StoreSettings { max_bytes: 1 << 20 };
    SqliteStore::open_with(&folder.path().join("fanlight.db"), settings).unwrap()
}

#[test]
fn the_size_is_limited_and_told_and_a_part_is_left_for_what_ends() {
    let folder = TempDir::new().unwrap();
    let entropy = SeededEntropy::new(1);
    let store = limited(&folder);
    let ada = user(&entropy, "ada");
    let first = session(&entropy, &ada);
    assert_eq!(sign_in(&store, "j-1", &ada, &first).unwrap(), SignInOutcome::Done);
    store.try_write(at(1)).unwrap();
    let size = store.size().unwrap();
    assert_eq!(size.max_bytes, 1 << 20);
    assert!(size.bytes > 4096 && size.bytes < size.max_bytes / 2, "{size:?}");

    let record = AuditRecord::new(at(1), "login", "server").with_detail(&"x".repeat(400));
    while store.size().unwrap().bytes <= size.max_bytes - size.max_bytes / 20 {
        store.append_audit(&vec![record.clone(); 20]).unwrap();
    }
    let limit = |error: StoreError| {
        assert!(
            matches!(error, StoreError::SizeLimit { max_bytes: 1_048_576 }),
            "{error:?}"
        );
        assert!(error.to_string().contains("server.database_max_bytes"), "{error}");
    };
    limit(sign_in(&store, "j-2", &ada, &session(&entropy, &ada)).unwrap_err());
    limit(store.use_token(&token("j-3"), &[]).unwrap_err());
    limit(store.put_tickets(&[]).unwrap_err());
    limit(store.try_write(at(2)).unwrap_err());
    // What was begun ends, with its entry.
    let ended = first.signed_out(at(20)).unwrap();
    assert!(store.end_login_session(&ended).unwrap());
    // The limit itself is told by its name too, and not as a full disk.
    let refused = loop {
        if let Err(error) = store.append_audit(&vec![record.clone(); 20]) {
            break error;
        }
    };
    limit(refused);
    // Where there is room again, sign-ins are.
    store
        .forget_audit(
            at(2),
            AuditQuota {
                others: 0,
                strangers: 0,
            },
        )
        .unwrap();
    assert_eq!(
        sign_in(&store, "j-2", &ada, &session(&entropy, &ada)).unwrap(),
        SignInOutcome::Done
    );
    store.try_write(at(3)).unwrap();
}

#[test]
fn a_write_is_tried_where_a_sign_in_would_write() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("fanlight.db");
    let store = SqliteStore::open(&path).unwrap();
    store.try_write(at(1)).unwrap();
    store.try_write(at(2)).unwrap();
    lock(&store.writer).busy_timeout(Duration::ZERO).unwrap();
    let other = Connection::open(&path).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    assert!(matches!(store.try_write(at(3)), Err(StoreError::Locked)));
    other.execute_batch("ROLLBACK").unwrap();
    store.try_write(at(4)).unwrap();
    lock(&store.writer)
        .pragma_update(None, "query_only", true)
        .unwrap();
    assert!(store.try_write(at(5)).is_err());
}
