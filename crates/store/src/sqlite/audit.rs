//! The audit log.

use fanlight_base::Timestamp;
use fanlight_identity::{AuditEntry, AuditLog, AuditOrder, AuditQuery, AuditQuota, AuditRecord};
use rusqlite::params;

use super::{SqliteStore, write};
use crate::error::Result;
use crate::rows::Reader;

impl AuditLog for SqliteStore {
    fn append_audit(&self, records: &[AuditRecord]) -> Result<()> {
        if records.is_empty() {
            return Ok(());
        }
        self.transact(|transaction| write::audit(transaction, records))
    }

    fn audit(&self, query: &AuditQuery) -> Result<Vec<AuditEntry>> {
        let sql = match query.order {
            AuditOrder::NewestFirst => {
                "SELECT * FROM audit WHERE id < ?1 AND id > ?2 AND (?3 IS NULL OR user = ?3) AND \
                 (?4 IS NULL OR action = ?4) AND (?5 IS NULL OR at >= ?5) AND (?6 IS NULL OR at < ?6) ORDER BY id DESC LIMIT ?7"
            }
            AuditOrder::OldestFirst => {
                "SELECT * FROM audit WHERE id < ?1 AND id > ?2 AND (?3 IS NULL OR user = ?3) AND \
                 (?4 IS NULL OR action = ?4) AND (?5 IS NULL OR at >= ?5) AND (?6 IS NULL OR at < ?6) ORDER BY id LIMIT ?7"
            }
        };
        self.all(
            ("audit", sql),
            params![
                query.before.unwrap_or(i64::MAX),
                query.after.unwrap_or(i64::MIN),
                query.user,
                query.action,
                query.since.map(Timestamp::as_millis),
                query.until.map(Timestamp::as_millis),
                query.limit
            ],
            entry,
        )
    }

    fn count_audit(&self, query: &AuditQuery) -> Result<u64> {
        let sql = "SELECT count(*) AS n FROM audit WHERE (?1 IS NULL OR user = ?1) AND (?2 IS NULL OR action = ?2) \
                   AND (?3 IS NULL OR at >= ?3) AND (?4 IS NULL OR at < ?4)";
        let values = params![
            query.user,
            query.action,
            query.since.map(Timestamp::as_millis),
            query.until.map(Timestamp::as_millis)
        ];
        let count = self.one(("audit", sql), values, |row| row.get::<i64>("n"))?;
        Ok(count.and_then(|count| u64::try_from(count).ok()).unwrap_or(0))
    }

    fn forget_audit(&self, before: Timestamp, keep: AuditQuota) -> Result<u64> {
        let sql = "DELETE FROM audit WHERE at < ? \
                   OR (stranger = 0 AND place <= (SELECT max(place) FROM audit WHERE stranger = 0) - ?) \
                   OR (stranger = 1 AND place <= (SELECT max(place) FROM audit WHERE stranger = 1) - ?)";
        let values = params![before.as_millis(), keep.others, keep.strangers];
        Ok(self.change(sql, values)? as u64)
    }
}

fn entry(row: &Reader<'_>) -> Result<AuditEntry> {
    Ok(AuditEntry {
        id: row.get("id")?,
        at: row.time("at")?,
        action: row.get("action")?,
        actor: row.get("actor")?,
        user: row.get("user")?,
        login_session: row.get("login_session")?,
        engine_session: row.get("engine_session")?,
        address: row.get("address")?,
        detail: row.get("detail")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(at: i64, action: &'static str, user: &str) -> AuditRecord {
        AuditRecord {
            user: Some(user.to_owned()),
            ..AuditRecord::new(Timestamp::from_secs(at), action, "server")
        }
    }

    fn query(limit: u32) -> AuditQuery {
        AuditQuery {
            limit,
            ..AuditQuery::default()
        }
    }

    fn keep(others: u32) -> AuditQuota {
        AuditQuota { others, strangers: 2 }
    }

    #[test]
    fn entries_come_newest_first_and_page_by_page() {
        let store = SqliteStore::in_memory().unwrap();
        let records: Vec<AuditRecord> = (1..=5).map(|at| record(at, "login", "ada")).collect();
        store.append_audit(&records).unwrap();
        let first = store.audit(&query(3)).unwrap();
        let times: Vec<i64> = first.iter().map(|entry| entry.at.as_secs()).collect();
        assert_eq!(times, [5, 4, 3]);
        let before = first.last().map(|entry| entry.id);
        let rest = store.audit(&AuditQuery { before, ..query(3) }).unwrap();
        let times: Vec<i64> = rest.iter().map(|entry| entry.at.as_secs()).collect();
        assert_eq!(times, [2, 1]);
    }

    #[test]
    fn entries_are_found_by_user_and_action() {
        let store = SqliteStore::in_memory().unwrap();
        let records = [
            record(1, "login", "ada"),
            record(2, "login", "bob"),
            record(3, "signed-out", "ada"),
        ];
        store.append_audit(&records).unwrap();
        let of_ada = AuditQuery {
            user: Some("ada".to_owned()),
            ..query(9)
        };
        assert_eq!(store.audit(&of_ada).unwrap().len(), 2);
        let logins = AuditQuery {
            action: Some("login".to_owned()),
            ..of_ada
        };
        assert_eq!(store.audit(&logins).unwrap().len(), 1);
    }

    #[test]
    fn old_entries_are_forgotten_and_ids_never_come_back() {
        let store = SqliteStore::in_memory().unwrap();
        store.append_audit(&[record(1, "login", "ada")]).unwrap();
        let old = store.audit(&query(1)).unwrap()[0].id;
        assert_eq!(store.forget_audit(Timestamp::from_secs(2), keep(9)).unwrap(), 1);
        store.append_audit(&[record(3, "login", "ada")]).unwrap();
        assert!(store.audit(&query(1)).unwrap()[0].id > old);
    }

    #[test]
    fn only_so_many_entries_are_kept() {
        let store = SqliteStore::in_memory().unwrap();
        let records: Vec<AuditRecord> = (1..=5).map(|at| record(at, "login", "ada")).collect();
        store.append_audit(&records).unwrap();
        assert_eq!(store.forget_audit(Timestamp::from_secs(0), keep(2)).unwrap(), 3);
        assert_eq!(store.audit(&query(9)).unwrap().len(), 2);
    }

    #[test]
    fn strangers_push_out_only_each_other() {
        let store = SqliteStore::in_memory().unwrap();
        let refused = AuditRecord::new(Timestamp::from_secs(9), "login-refused", "");
        store.append_audit(&[record(1, "login", "ada")]).unwrap();
        store.append_audit(&vec![refused; 7]).unwrap();
        store.append_audit(&[record(2, "signed-out", "ada")]).unwrap();
        assert_eq!(store.forget_audit(Timestamp::from_secs(0), keep(2)).unwrap(), 5);
        let left = |store: &SqliteStore| -> Vec<String> {
            let entries = store.audit(&query(9)).unwrap();
            entries.into_iter().map(|entry| entry.action).collect()
        };
        assert_eq!(
            left(&store),
            ["signed-out", "login-refused", "login-refused", "login"]
        );
        store.append_audit(&[record(3, "login", "ada")]).unwrap();
        assert_eq!(store.forget_audit(Timestamp::from_secs(0), keep(2)).unwrap(), 1);
        assert_eq!(
            left(&store),
            ["login", "signed-out", "login-refused", "login-refused"]
        );
    }
}
