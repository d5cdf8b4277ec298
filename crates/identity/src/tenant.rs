//! The tenant itself.

use fanlight_base::{Entropy, TenantId, Timestamp};

use crate::{CookieSecret, SessionLimits};

/// One Fanlight deployment. A store holds exactly one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tenant {
    /// Its id, the same for ever.
    pub id: TenantId,
    /// What people call it.
    pub name: String,
    /// The host names under which it answers, without scheme and port.
    pub hostnames: Vec<String>,
    /// Signs cookies and CSRF tokens. Whoever has it can forge neither sessions nor users, but CSRF tokens.
    pub cookie_secret: CookieSecret,
    /// How long new login sessions last.
    pub limits: SessionLimits,
    /// Subjects who are administrators, whatever their token says.
    pub admin_subjects: Vec<String>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When its settings last changed.
    pub updated_at: Timestamp,
}

impl Tenant {
    /// A tenant with default limits, a fresh id and a fresh cookie secret.
    pub fn new(
        name: impl Into<String>,
        hostnames: Vec<String>,
        now: Timestamp,
        entropy: &dyn Entropy,
    ) -> Self {
        Self {
            id: TenantId::generate(entropy),
            name: name.into(),
            hostnames,
            cookie_secret: CookieSecret::generate(entropy),
            limits: SessionLimits::default(),
            admin_subjects: Vec::new(),
            created_at: now,
            updated_at: now,
        }
    }
}
