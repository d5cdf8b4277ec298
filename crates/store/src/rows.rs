//! Rows into domain types.

use std::time::Duration;

use fanlight_base::Timestamp;
use fanlight_identity::{
    ApiKey, ApiKeyScope, CookieSecret, CspOrigin, Directives, End, LoginSession, LoginSessionState,
    NarrowLimits, Renewal, SessionKeyHash, SessionLimits, StoreError, Tenant, Ticket, TicketHash,
    TicketScope, TicketTarget, User, UserStatus, WebIntegration,
};
use rusqlite::Row;
use rusqlite::types::FromSql;

use crate::error::{Result, corrupt, from_sqlite};

/// A row of a known table, which names the table when something in it cannot be read.
pub(crate) struct Reader<'a> {
    pub table: &'static str,
    pub row: &'a Row<'a>,
}

impl Reader<'_> {
    pub(crate) fn get<T: FromSql>(&self, column: &str) -> Result<T> {
        self.row.get(column).map_err(from_sqlite)
    }

    pub(crate) fn time(&self, column: &str) -> Result<Timestamp> {
        self.get(column).map(Timestamp::from_millis)
    }

    pub(crate) fn optional_time(&self, column: &str) -> Result<Option<Timestamp>> {
        Ok(self.get::<Option<i64>>(column)?.map(Timestamp::from_millis))
    }

    pub(crate) fn secs(&self, column: &str) -> Result<Duration> {
        let secs: i64 = self.get(column)?;
        u64::try_from(secs)
            .map(Duration::from_secs)
            .map_err(|_| self.corrupt(column, "a negative duration"))
    }

    fn optional_secs(&self, column: &str) -> Result<Option<Duration>> {
        let Some(secs) = self.get::<Option<i64>>(column)? else {
            return Ok(None);
        };
        u64::try_from(secs)
            .map(|secs| Some(Duration::from_secs(secs)))
            .map_err(|_| self.corrupt(column, "a negative duration"))
    }

    pub(crate) fn parse<T: std::str::FromStr<Err: std::fmt::Display>>(&self, column: &str) -> Result<T> {
        self.get::<String>(column)?
            .parse()
            .map_err(|error| self.corrupt(column, error))
    }

    pub(crate) fn parse_optional<T: std::str::FromStr<Err: std::fmt::Display>>(
        &self,
        column: &str,
    ) -> Result<Option<T>> {
        let Some(text) = self.get::<Option<String>>(column)? else {
            return Ok(None);
        };
        text.parse()
            .map(Some)
            .map_err(|error| self.corrupt(column, error))
    }

    fn list(&self, column: &str) -> Result<Vec<String>> {
        serde_json::from_str(&self.get::<String>(column)?).map_err(|error| self.corrupt(column, error))
    }

    fn corrupt(&self, column: &str, problem: impl std::fmt::Display) -> StoreError {
        corrupt(self.table, format!("{column}: {problem}"))
    }

    fn limits(&self) -> Result<SessionLimits> {
        SessionLimits::new(self.secs("idle_secs")?, self.secs("lifetime_secs")?)
            .map_err(|error| corrupt(self.table, error))
    }
}

pub(crate) fn tenant(row: &Reader<'_>) -> Result<Tenant> {
    Ok(Tenant {
        id: row.parse("id")?,
        name: row.get("name")?,
        hostnames: row.list("hostnames")?,
        cookie_secret: CookieSecret::from_bytes(row.get("cookie_secret")?),
        limits: row.limits()?,
        admin_subjects: row.list("admin_subjects")?,
        created_at: row.time("created_at")?,
        updated_at: row.time("updated_at")?,
    })
}

pub(crate) fn web_integration(row: &Reader<'_>) -> Result<WebIntegration> {
    let origins = row
        .list("origins")?
        .iter()
        .map(|origin| origin.parse())
        .collect::<std::result::Result<_, _>>();
    Ok(WebIntegration {
        id: row.parse("id")?,
        name: row.get("name")?,
        origins: origins.map_err(|error| row.corrupt("origins", error))?,
        limits: NarrowLimits::new(
            row.optional_secs("idle_secs")?,
            row.optional_secs("lifetime_secs")?,
        )
        .map_err(|error| corrupt(row.table, error))?,
        created_by: row.parse_optional("created_by")?,
        created_at: row.time("created_at")?,
        updated_at: row.time("updated_at")?,
    })
}

pub(crate) fn csp_origin(row: &Reader<'_>) -> Result<CspOrigin> {
    Ok(CspOrigin {
        id: row.parse("id")?,
        name: row.get("name")?,
        description: row.get("description")?,
        source: row.parse("source")?,
        directives: Directives::from_bits(row.get("directives")?),
        created_at: row.time("created_at")?,
        updated_at: row.time("updated_at")?,
    })
}

pub(crate) fn user(row: &Reader<'_>) -> Result<User> {
    Ok(User {
        id: row.parse("id")?,
        subject: row.get("subject")?,
        name: row.get("name")?,
        email: row.get("email")?,
        email_verified: row.get("email_verified")?,
        groups: row.list("groups")?,
        is_admin: row.get("is_admin")?,
        status: match row.get::<String>("status")?.as_str() {
            "active" => UserStatus::Active,
            "disabled" => UserStatus::Disabled,
            other => return Err(row.corrupt("status", other)),
        },
        created_at: row.time("created_at")?,
        updated_at: row.time("updated_at")?,
    })
}

pub(crate) fn login_session(row: &Reader<'_>) -> Result<LoginSession> {
    Ok(LoginSession {
        id: row.parse("id")?,
        key_hash: SessionKeyHash(row.get("key_hash")?),
        user: row.parse("user")?,
        provider: row.parse("provider")?,
        key_id: row.get("key_id")?,
        token_id: row.get("token_id")?,
        web_integration: row.parse_optional("web_integration")?,
        created_at: row.time("created_at")?,
        renewal: renewal(row)?,
        limits: row.limits()?,
        state: login_session_state(row)?,
    })
}

fn renewal(row: &Reader<'_>) -> Result<Option<Renewal>> {
    let Some(at) = row.optional_time("renewed_at")? else {
        return Ok(None);
    };
    Ok(Some(Renewal {
        at,
        key_id: row.get("renewed_key_id")?,
        token_id: row.get("renewed_token_id")?,
    }))
}

/// Who ended the session of the person before, where somebody else signed in on the same browser.
pub(crate) const BY_SIGN_IN: &str = "sign-in";

fn login_session_state(row: &Reader<'_>) -> Result<LoginSessionState> {
    let Some(ended) = row.get::<Option<String>>("ended")? else {
        return Ok(LoginSessionState::Active {
            last_activity: row.time("last_activity")?,
        });
    };
    let end = match ended.as_str() {
        "idle-timeout" => End::Idle,
        "lifetime" => End::Lifetime,
        "signed-out" => End::SignedOut,
        "revoked" => match row.get::<Option<String>>("ended_by")?.unwrap_or_default() {
            by if by == BY_SIGN_IN => End::Replaced,
            by => End::Revoked {
                by,
                reason: row.get::<Option<String>>("ended_reason")?.unwrap_or_default(),
            },
        },
        other => return Err(row.corrupt("ended", other)),
    };
    Ok(LoginSessionState::Ended {
        at: row.time("ended_at")?,
        end,
    })
}

pub(crate) fn api_key(row: &Reader<'_>) -> Result<ApiKey> {
    Ok(ApiKey {
        id: row.parse("id")?,
        user: row.parse("user")?,
        description: row.get("description")?,
        scope: match row.get::<String>("scope")?.as_str() {
            "user" => ApiKeyScope::User,
            "admin" => ApiKeyScope::Admin,
            other => return Err(row.corrupt("scope", other)),
        },
        secret_hash: row.get("secret_hash")?,
        created_at: row.time("created_at")?,
        expires_at: row.optional_time("expires_at")?,
        revoked_at: row.optional_time("revoked_at")?,
    })
}

pub(crate) fn ticket(row: &Reader<'_>) -> Result<Ticket> {
    let identity = row.get("identity")?;
    Ok(Ticket {
        hash: TicketHash(row.get("hash")?),
        login_session: row.parse("login_session")?,
        scope: TicketScope {
            origin: row.get("origin")?,
            web_integration: row.parse_optional("web_integration")?,
            target: row
                .get::<Option<String>>("app")?
                .map(|app| TicketTarget { app, identity }),
        },
        expires_at: row.time("expires_at")?,
    })
}

/// A list as JSON text.
pub(crate) fn list(items: &[impl AsRef<str>]) -> String {
    let items: Vec<&str> = items.iter().map(AsRef::as_ref).collect();
    serde_json::Value::from(items).to_string()
}
