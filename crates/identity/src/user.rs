//! People and programs.

use fanlight_base::{Entropy, Timestamp, UserId};
use fanlight_jose::Claims;

/// Someone known to the tenant. A subject names one user, whichever identity provider of the tenant vouches for them,
/// so that a provider can be replaced (for a new key, say) without everyone becoming a stranger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// The tenant's id for them.
    pub id: UserId,
    /// Their id at the identity provider: the `sub` of their tokens.
    pub subject: String,
    /// Their name, as of the last sign-in.
    pub name: String,
    /// Their e-mail address, as of the last sign-in that gave one.
    pub email: Option<String>,
    /// Whether the provider vouches for the address.
    pub email_verified: bool,
    /// The names of their groups, as of the last sign-in.
    pub groups: Vec<String>,
    /// May manage the tenant.
    pub is_admin: bool,
    /// Whether they may sign in.
    pub status: UserStatus,
    /// When they were first seen.
    pub created_at: Timestamp,
    /// When anything about them last changed.
    pub updated_at: Timestamp,
}

/// Whether a user may sign in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UserStatus {
    /// Yes.
    Active,
    /// No, and nothing that they hold works any more.
    Disabled,
}

impl User {
    /// The user of a first sign-in.
    pub fn from_claims(claims: &Claims, now: Timestamp, entropy: &dyn Entropy) -> Self {
        let user = Self::new(claims.subject.clone(), claims.name.clone(), now, entropy);
        user.updated(claims, now)
    }

    /// A user who has not signed in yet, e.g. the one behind an API key.
    pub fn new(subject: String, name: String, now: Timestamp, entropy: &dyn Entropy) -> Self {
        Self {
            id: UserId::generate(entropy),
            subject,
            name,
            email: None,
            email_verified: false,
            groups: Vec::new(),
            is_admin: false,
            status: UserStatus::Active,
            created_at: now,
            updated_at: now,
        }
    }

    /// What a later sign-in makes of the user: the token is the newer truth about name, address and groups. `updated_at`
    /// moves only when something changed.
    #[must_use]
    pub fn updated(self, claims: &Claims, now: Timestamp) -> Self {
        let email = claims.email.clone().or_else(|| self.email.clone());
        let email_verified = if claims.email.is_some() {
            claims.email_verified
        } else {
            self.email_verified
        };
        let new = Self {
            name: claims.name.clone(),
            email,
            email_verified,
            groups: claims.groups.clone(),
            ..self.clone()
        };
        if new == self {
            self
        } else {
            Self {
                updated_at: now,
                ..new
            }
        }
    }

    /// An administrator when the subject is one of these. Nobody loses the role here: it may come from elsewhere.
    #[must_use]
    pub fn promoted(self, admin_subjects: &[String], now: Timestamp) -> Self {
        if self.is_admin || !admin_subjects.contains(&self.subject) {
            return self;
        }
        Self {
            is_admin: true,
            updated_at: now,
            ..self
        }
    }
}
