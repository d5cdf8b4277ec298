//! Who is calling? One request has one credential: the caller of these functions picks it, and a credential that is
//! refused is never replaced by another one.

use fanlight_base::{Entropy, Timestamp};
use fanlight_jose::UnverifiedToken;

use crate::api_key::{ApiKeyScope, looks_like_one, parse};
use crate::cookies::check_session_cookie;
use crate::{
    ApiKeyId, AuthError, End, LoginSession, LoginSessionState, RemoteKeys, Store, StoreError, Tenant, User,
    UserStatus, program_rules,
};

/// What the use-cases work with.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// Where everything is kept.
    pub store: &'a dyn Store,
    /// The tenant, as read from the store.
    pub tenant: &'a Tenant,
    /// The time of the request.
    pub now: Timestamp,
    /// The keys that identity providers publish.
    pub remote_keys: &'a dyn RemoteKeys,
    /// Where ids and secrets come from.
    pub entropy: &'a dyn Entropy,
}

/// A caller who is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authenticated {
    /// Who it is.
    pub user: User,
    /// How they showed it.
    pub credential: Credential,
}

/// What a caller showed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Credential {
    /// The session cookie. Changing requests need a CSRF token besides.
    LoginSession(Box<LoginSession>),
    /// A one-time ticket of this login session. It lets one WebSocket in and nothing else.
    Ticket(Box<LoginSession>),
    /// An API key.
    ApiKey(ApiKeyId, ApiKeyScope),
    /// A JWT for programs, which is good until then.
    Token {
        /// The first moment at which it is refused.
        expires_at: Timestamp,
    },
}

impl Authenticated {
    /// Whether the caller may manage the tenant.
    pub fn is_admin(&self) -> bool {
        self.user.is_admin && !matches!(self.credential, Credential::ApiKey(_, ApiKeyScope::User))
    }

    /// The login session, when a cookie or a ticket was shown.
    pub fn login_session(&self) -> Option<&LoginSession> {
        match &self.credential {
            Credential::LoginSession(session) | Credential::Ticket(session) => Some(session),
            Credential::ApiKey(..) | Credential::Token { .. } => None,
        }
    }
}

/// Finds the session of the cookies `eas.sid` and `eas.sid.sig`. Looking is not activity: see [`record_activity`].
///
/// # Errors
/// Why there is no such session, or how it ended.
pub fn authenticate_cookie(
    cx: &Context<'_>,
    sid: Option<&str>,
    sig: Option<&str>,
) -> Result<Authenticated, AuthError> {
    let (Some(sid), Some(sig)) = (sid, sig) else {
        return Err(AuthError::NoCookie);
    };
    let key_hash = check_session_cookie(&cx.tenant.cookie_secret, sid, sig)?;
    let session = cx
        .store
        .login_session_by_key(&key_hash)?
        .ok_or(AuthError::UnknownSession)?;
    Ok(Authenticated {
        user: person_of(cx, &session)?,
        credential: Credential::LoginSession(Box::new(session)),
    })
}

/// Whose session it is, if it runs and the portal that it was made through is still one of the tenant's.
pub(crate) fn person_of(cx: &Context<'_>, session: &LoginSession) -> Result<User, AuthError> {
    let ended = |end| AuthError::SessionEnded {
        end,
        web_integration: session.web_integration.clone(),
    };
    if let LoginSessionState::Ended { end, .. } = session.state_at(cx.now) {
        return Err(ended(end));
    }
    // The session ends together with its portal; one that began at that very moment is found here.
    if let Some(integration) = &session.web_integration
        && cx.store.web_integration(integration)?.is_none()
    {
        return Err(ended(End::Revoked {
            by: "server".to_owned(),
            reason: "the portal is no longer connected".to_owned(),
        }));
    }
    active(cx.store.user(&session.user)?)
}

/// Takes what stands behind `Authorization: Bearer`: an API key of the tenant (`flk_…`), or a JWT of one of its
/// providers with the audience `qlik.api`. Such a JWT is not single-use; its user is made when they were never seen.
///
/// # Errors
/// Why it is refused.
pub fn authenticate_bearer(cx: &Context<'_>, bearer: &str) -> Result<Authenticated, AuthError> {
    if looks_like_one(bearer) {
        authenticate_api_key(cx, bearer)
    } else {
        authenticate_token(cx, bearer)
    }
}

/// Takes an API key.
///
/// # Errors
/// The key is unknown, revoked or expired, or its user is disabled.
pub fn authenticate_api_key(cx: &Context<'_>, text: &str) -> Result<Authenticated, AuthError> {
    let (id, secret) = parse(text).ok_or(AuthError::UnknownApiKey)?;
    let key = cx
        .store
        .api_key(&id)?
        .filter(|key| key.has_secret(secret))
        .ok_or(AuthError::UnknownApiKey)?;
    if !key.is_valid(cx.now) {
        return Err(AuthError::ApiKeyEnded);
    }
    let user = active(cx.store.user(&key.user)?)?;
    Ok(Authenticated {
        user,
        credential: Credential::ApiKey(key.id, key.scope),
    })
}

fn authenticate_token(cx: &Context<'_>, text: &str) -> Result<Authenticated, AuthError> {
    let rules = program_rules(&cx.store.identity_providers()?, cx.remote_keys, cx.now);
    let token = UnverifiedToken::parse(text)?.verify(&rules, cx.now)?;
    let claims = token.claims();
    let known = cx.store.user_by_subject(&claims.subject)?;
    let user = if let Some(user) = known {
        user
    } else {
        let user = User::from_claims(claims, cx.now, cx.entropy).promoted(&cx.tenant.admin_subjects, cx.now);
        match cx.store.put_user(&user) {
            Ok(()) => user,
            // Another request of the same program was faster.
            Err(StoreError::Duplicate(_)) => cx
                .store
                .user_by_subject(&claims.subject)?
                .ok_or(AuthError::UserDisabled)?,
            Err(error) => return Err(error.into()),
        }
    };
    Ok(Authenticated {
        user: active(Some(user))?,
        credential: Credential::Token {
            expires_at: claims.expires,
        },
    })
}

/// Notes that the person of this session did something at `now`. Whether it counts is decided by
/// [`crate::is_activity`], which the caller asks first.
pub fn record_activity(store: &dyn Store, session: &LoginSession, now: Timestamp) {
    store.note_activity(&session.id, now);
}

fn active(user: Option<User>) -> Result<User, AuthError> {
    user.filter(|user| user.status == UserStatus::Active)
        .ok_or(AuthError::UserDisabled)
}
