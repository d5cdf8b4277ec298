//! The login session: a signed-in browser.

use std::time::Duration;

use fanlight_base::{IdentityProviderId, LoginSessionId, Timestamp, UserId, WebIntegrationId};

use crate::{SessionKeyHash, SettingsError};

/// How long login sessions last. A session keeps the limits that it began with, until a new token renews it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionLimits {
    idle: Duration,
    lifetime: Duration,
}

/// Limits that only ever tighten others: what a web integration sets beside the tenant's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct NarrowLimits {
    idle: Option<Duration>,
    lifetime: Option<Duration>,
}

/// A signed-in browser. Its cookie's value is not in here, only a hash of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoginSession {
    /// Names the session in lists and logs; useless as a credential.
    pub id: LoginSessionId,
    /// The hash of the cookie's value.
    pub key_hash: SessionKeyHash,
    /// Who signed in.
    pub user: UserId,
    /// Whose token it was.
    pub provider: IdentityProviderId,
    /// The `kid` of the key that had signed the token. Empty for sessions older than this member.
    pub key_id: String,
    /// The `jti` of the token. Empty for sessions older than this member.
    pub token_id: String,
    /// Through which portal, when the sign-in named one.
    pub web_integration: Option<WebIntegrationId>,
    /// When it began.
    pub created_at: Timestamp,
    /// The latest token that proved the person again, if one did.
    pub renewal: Option<Renewal>,
    /// The limits of its beginning, or of its latest renewal.
    pub limits: SessionLimits,
    /// Whether it still runs.
    pub state: LoginSessionState,
}

/// A later token of the same person, by which a session went on. What began the session is kept beside it: whoever looks
/// for the sessions of a stolen key must find those that it began and those that it renewed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Renewal {
    /// When. The lifetime counts from here.
    pub at: Timestamp,
    /// The `kid` of the key that had signed the token.
    pub key_id: String,
    /// The `jti` of the token.
    pub token_id: String,
}

/// Where a login session is in its life. Only `Active` has a way out; the others are final.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LoginSessionState {
    /// Signed in.
    Active {
        /// When the person last did something ([`crate::is_activity`] says what counts).
        last_activity: Timestamp,
    },
    /// A limit was reached.
    Ended {
        /// When.
        at: Timestamp,
        /// How.
        end: End,
    },
}

/// How a login session ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum End {
    /// Nothing was done for as long as the idle limit.
    Idle,
    /// It reached its greatest age.
    Lifetime,
    /// Someone other than the person ended it.
    Revoked {
        /// Who: a user's id, `control`, or the name of a rule.
        by: String,
        /// Why, in words fit for the person to read.
        reason: String,
    },
    /// The person signed out.
    SignedOut,
    /// Somebody else signed in on the same browser.
    Replaced,
}

/// A limit of a login session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    /// How long a person may do nothing.
    Idle,
    /// How long a session may last.
    Lifetime,
}

/// A change that the session's state does not allow.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the login session has already ended ({})", .end.code())]
pub struct InvalidTransition {
    /// How it had ended.
    pub end: End,
}

impl End {
    /// The stable code, as on the wire and in the audit log.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Idle => "idle-timeout",
            Self::Lifetime => "lifetime",
            Self::Revoked { .. } => "revoked",
            Self::SignedOut => "signed-out",
            Self::Replaced => "replaced",
        }
    }
}

impl SessionLimits {
    /// The shortest and longest idle limit.
    pub const IDLE_BOUNDS: (Duration, Duration) =
        (Duration::from_secs(15 * 60), Duration::from_secs(1440 * 60));
    /// The shortest and longest lifetime.
    pub const LIFETIME_BOUNDS: (Duration, Duration) =
        (Duration::from_secs(3600), Duration::from_secs(168 * 3600));

    /// Checked limits.
    ///
    /// # Errors
    /// A limit outside its bounds.
    pub fn new(idle: Duration, lifetime: Duration) -> Result<Self, SettingsError> {
        let within = |value: Duration, (min, max): (Duration, Duration)| (min..=max).contains(&value);
        if !within(idle, Self::IDLE_BOUNDS) {
            return Err(SettingsError::IdleLimit {
                minutes: idle.as_secs() / 60,
            });
        }
        if !within(lifetime, Self::LIFETIME_BOUNDS) {
            return Err(SettingsError::LifetimeLimit {
                minutes: lifetime.as_secs() / 60,
            });
        }
        Ok(Self { idle, lifetime })
    }

    /// These limits, or tighter ones where `narrow` has them. A limit that is longer than this one changes nothing.
    #[must_use]
    pub fn narrowed(self, narrow: NarrowLimits) -> Self {
        let tighter = |own: Duration, other: Option<Duration>| other.map_or(own, |other| own.min(other));
        Self {
            idle: tighter(self.idle, narrow.idle),
            lifetime: tighter(self.lifetime, narrow.lifetime),
        }
    }

    /// How long a person may do nothing.
    pub const fn idle(&self) -> Duration {
        self.idle
    }

    /// How long a session may last.
    pub const fn lifetime(&self) -> Duration {
        self.lifetime
    }
}

impl NarrowLimits {
    /// Checked limits; `None` leaves the tenant's.
    ///
    /// # Errors
    /// A limit outside the bounds of [`SessionLimits`].
    pub fn new(idle: Option<Duration>, lifetime: Option<Duration>) -> Result<Self, SettingsError> {
        let usual = SessionLimits::default();
        SessionLimits::new(idle.unwrap_or(usual.idle), lifetime.unwrap_or(usual.lifetime))?;
        Ok(Self { idle, lifetime })
    }

    /// How long a person may do nothing, if it is set.
    pub const fn idle(&self) -> Option<Duration> {
        self.idle
    }

    /// How long a session may last, if it is set.
    pub const fn lifetime(&self) -> Option<Duration> {
        self.lifetime
    }
}

/// 30 minutes idle, 24 hours in all.
impl Default for SessionLimits {
    fn default() -> Self {
        Self {
            idle: Duration::from_secs(30 * 60),
            lifetime: Duration::from_secs(24 * 3600),
        }
    }
}

impl LoginSession {
    /// The state as of `now`: a session whose limit has passed has ended at that limit, even if nobody has looked since.
    pub fn state_at(&self, now: Timestamp) -> LoginSessionState {
        match self.deadline() {
            Some((at, end)) if now >= at => LoginSessionState::Ended { at, end },
            _ => self.state.clone(),
        }
    }

    /// When the session will end if nothing more is done, and by which limit; `None` once it has ended.
    pub fn deadline(&self) -> Option<(Timestamp, End)> {
        let LoginSessionState::Active { last_activity } = self.state else {
            return None;
        };
        let idle_at = last_activity.plus(self.limits.idle);
        let old_at = self.lifetime_until();
        Some(if old_at <= idle_at {
            (old_at, End::Lifetime)
        } else {
            (idle_at, End::Idle)
        })
    }

    /// When the person last proved by a token who they are.
    pub fn proven_at(&self) -> Timestamp {
        self.renewal
            .as_ref()
            .map_or(self.created_at, |renewal| renewal.at)
    }

    /// When it will be too old, whatever is done except for showing a new token.
    pub fn lifetime_until(&self) -> Timestamp {
        self.proven_at().plus(self.limits.lifetime)
    }

    /// Whether the session runs at `now`.
    ///
    /// # Errors
    /// How it ended, when it has.
    pub fn require_active(&self, now: Timestamp) -> Result<(), InvalidTransition> {
        match self.state_at(now) {
            LoginSessionState::Active { .. } => Ok(()),
            LoginSessionState::Ended { end, .. } => Err(InvalidTransition { end }),
        }
    }

    /// The person did something. Time never runs backwards: an earlier activity changes nothing.
    ///
    /// # Errors
    /// The session has ended.
    pub fn touched(self, now: Timestamp) -> Result<Self, InvalidTransition> {
        self.require_active(now)?;
        let LoginSessionState::Active { last_activity } = self.state else {
            return Ok(self);
        };
        Ok(Self {
            state: LoginSessionState::Active {
                last_activity: last_activity.max(now),
            },
            ..self
        })
    }

    /// The person proved again who they are: both limits count from now, and are those of today. Time never runs
    /// backwards: of two renewals at once the later one stays.
    ///
    /// # Errors
    /// The session has ended.
    pub fn renewed(self, by: Renewal, limits: SessionLimits) -> Result<Self, InvalidTransition> {
        let touched = self.touched(by.at)?;
        let at = by.at.max(touched.proven_at());
        Ok(Self {
            limits,
            renewal: Some(Renewal { at, ..by }),
            ..touched
        })
    }

    /// Writes down that a limit has passed.
    ///
    /// # Errors
    /// The session had ended before. A session whose limits have not passed comes back unchanged.
    pub fn expired(self, now: Timestamp) -> Result<Self, InvalidTransition> {
        if let LoginSessionState::Ended { end, .. } = self.state {
            return Err(InvalidTransition { end });
        }
        let state = self.state_at(now);
        Ok(Self { state, ..self })
    }

    /// A limit counts as reached, although its time has not come.
    ///
    /// # Errors
    /// The session had ended before.
    pub fn expired_early(self, now: Timestamp, limit: Limit) -> Result<Self, InvalidTransition> {
        let end = match limit {
            Limit::Idle => End::Idle,
            Limit::Lifetime => End::Lifetime,
        };
        self.ended(now, end)
    }

    /// The person signed out.
    ///
    /// # Errors
    /// The session had ended before.
    pub fn signed_out(self, now: Timestamp) -> Result<Self, InvalidTransition> {
        self.ended(now, End::SignedOut)
    }

    /// Someone ended it.
    ///
    /// # Errors
    /// The session had ended before.
    pub fn revoked(self, now: Timestamp, by: String, reason: String) -> Result<Self, InvalidTransition> {
        self.ended(now, End::Revoked { by, reason })
    }

    /// Somebody else signed in on the same browser.
    ///
    /// # Errors
    /// The session had ended before.
    pub fn replaced(self, now: Timestamp) -> Result<Self, InvalidTransition> {
        self.ended(now, End::Replaced)
    }

    fn ended(self, now: Timestamp, end: End) -> Result<Self, InvalidTransition> {
        self.require_active(now)?;
        Ok(Self {
            state: LoginSessionState::Ended { at: now, end },
            ..self
        })
    }
}

#[cfg(test)]
mod tests;
