//! The life of a login session, as use-cases.

use std::time::Duration;

use fanlight_base::{LoginSessionId, Timestamp};
use fanlight_jose::{TokenError, UnverifiedToken, VerifiedToken};

use crate::{
    Context, InvalidTransition, Limit, LoginSession, LoginSessionState, SessionCookies, SessionKeyHash,
    SignInError, SignInOutcome, Store, StoreError, UsedToken, User, UserStatus, WebIntegration, login_rules,
};

/// How long an ended session can still be looked up, to say how it ended.
const KEEP_ENDED: Duration = Duration::from_secs(30 * 24 * 3600);

/// How long after its end a ticket can still be looked up, to say that it was used or had expired.
const KEEP_TICKETS: Duration = Duration::from_secs(600);

/// A sign-in that worked.
#[derive(Debug)]
pub struct SignedIn {
    /// Who signed in, as they are now.
    pub user: User,
    /// The new session.
    pub session: LoginSession,
    /// What the browser gets.
    pub cookies: SessionCookies,
}

/// Exchanges a token for a login session. The token is used up, the user is made or updated, and the session is kept,
/// all together or not at all. The session gets the tenant's limits, or the tighter ones of the web integration.
///
/// # Errors
/// The rule that the token breaks, a disabled user, or a failing store.
pub fn sign_in(
    cx: &Context<'_>,
    token: &str,
    web_integration: Option<&WebIntegration>,
) -> Result<SignedIn, SignInError> {
    let token = verify(cx, token)?;
    let claims = token.claims();
    let id = LoginSessionId::generate(cx.entropy);
    let (cookies, key_hash) = SessionCookies::generate(&cx.tenant.cookie_secret, &id, cx.entropy);
    let used = used(&token);
    let mut kept = None;
    let mut decide = |known: Option<User>| {
        let user = user_of(cx, &token, known).filter(|user| user.status == UserStatus::Active)?;
        let session = begin(cx, &token, (id.clone(), key_hash), &user, web_integration);
        kept = Some((user.clone(), session.clone()));
        Some((user, session))
    };
    match (cx.store.sign_in(&used, &claims.subject, &mut decide)?, kept) {
        (SignInOutcome::Done, Some((user, session))) => Ok(SignedIn {
            user,
            session,
            cookies,
        }),
        (SignInOutcome::TokenReused, _) => Err(TokenError::Reused { jti: used.token_id }.into()),
        (SignInOutcome::Refused | SignInOutcome::Done, _) => Err(SignInError::UserDisabled),
    }
}

/// Checks a token for sign-ins; whether it was used before is another matter.
pub(crate) fn verify(cx: &Context<'_>, token: &str) -> Result<VerifiedToken, SignInError> {
    let rules = login_rules(&cx.store.identity_providers()?, cx.remote_keys, cx.now);
    Ok(UnverifiedToken::parse(token)?.verify(&rules, cx.now)?)
}

/// By what a token is known again.
pub(crate) fn used(token: &VerifiedToken) -> UsedToken {
    UsedToken {
        provider: token.provider().clone(),
        token_id: token.claims().token_id.clone(),
        keep_until: token.keep_until(),
    }
}

fn user_of(cx: &Context<'_>, token: &VerifiedToken, known: Option<User>) -> Option<User> {
    let claims = token.claims();
    let user = match known {
        Some(user) => user.updated(claims, cx.now),
        None => User::from_claims(claims, cx.now, cx.entropy),
    };
    Some(user.promoted(&cx.tenant.admin_subjects, cx.now))
}

fn begin(
    cx: &Context<'_>,
    token: &VerifiedToken,
    (id, key_hash): (LoginSessionId, SessionKeyHash),
    user: &User,
    web_integration: Option<&WebIntegration>,
) -> LoginSession {
    LoginSession {
        id,
        key_hash,
        user: user.id.clone(),
        provider: token.provider().clone(),
        key_id: token.key_id().to_owned(),
        token_id: token.claims().token_id.clone(),
        web_integration: web_integration.map(|integration| integration.id.clone()),
        created_at: cx.now,
        limits: web_integration.map_or(cx.tenant.limits, |integration| {
            cx.tenant.limits.narrowed(integration.limits)
        }),
        state: LoginSessionState::Active {
            last_activity: cx.now,
        },
    }
}

/// Signs out: the person's own end. Gives the ended session, or `None` when it had ended before.
///
/// # Errors
/// The store fails.
pub fn sign_out(
    store: &dyn Store,
    id: &LoginSessionId,
    now: Timestamp,
) -> Result<Option<LoginSession>, StoreError> {
    end(store, id, |session| session.signed_out(now))
}

/// Ends someone's session. `by` is a user's id or the name of what did it; `reason` may be shown to the person. Gives
/// the ended session, or `None` when there is none that runs.
///
/// # Errors
/// The store fails.
pub fn end_session(
    store: &dyn Store,
    id: &LoginSessionId,
    (by, reason): (&str, &str),
    now: Timestamp,
) -> Result<Option<LoginSession>, StoreError> {
    end(store, id, |session| {
        session.revoked(now, by.to_owned(), reason.to_owned())
    })
}

/// Ends a session as if it had reached `limit`. Gives the ended session, or `None` when there is none that runs.
///
/// # Errors
/// The store fails.
pub fn expire_session(
    store: &dyn Store,
    id: &LoginSessionId,
    limit: Limit,
    now: Timestamp,
) -> Result<Option<LoginSession>, StoreError> {
    end(store, id, |session| session.expired_early(now, limit))
}

fn end(
    store: &dyn Store,
    id: &LoginSessionId,
    transition: impl FnOnce(LoginSession) -> Result<LoginSession, InvalidTransition>,
) -> Result<Option<LoginSession>, StoreError> {
    let Some(session) = store.login_session(id)? else {
        return Ok(None);
    };
    let Ok(ended) = transition(session) else {
        return Ok(None);
    };
    Ok(store.end_login_session(&ended)?.then_some(ended))
}

/// Writes down which sessions have reached a limit, and gives them, so that their engine sessions can be ended too. Also
/// writes the noted activity, and forgets what no longer matters. To be called every few seconds.
///
/// # Errors
/// The store fails; what was done so far stays done.
pub fn expire_sweep(store: &dyn Store, now: Timestamp) -> Result<Vec<LoginSession>, StoreError> {
    Ok(expire_sweep_and_list(store, now)?.ended)
}

/// What a sweep over the login sessions found.
#[derive(Debug, Default)]
pub struct Swept {
    /// The sessions that it ended.
    pub ended: Vec<LoginSession>,
    /// The sessions that go on.
    pub open: Vec<LoginSession>,
}

/// [`expire_sweep`], for a caller who also wants to know which sessions go on.
///
/// # Errors
/// The store failed.
pub fn expire_sweep_and_list(store: &dyn Store, now: Timestamp) -> Result<Swept, StoreError> {
    store.flush_activity()?;
    let mut swept = Swept::default();
    for session in store.open_login_sessions()? {
        let Ok(session) = session.expired(now) else {
            continue;
        };
        if matches!(session.state, LoginSessionState::Active { .. }) {
            swept.open.push(session);
        } else if store.end_login_session(&session)? {
            swept.ended.push(session);
        }
    }
    store.forget_used_tokens(now)?;
    store.forget_tickets(now.minus(KEEP_TICKETS))?;
    store.forget_ended_sessions(now.minus(KEEP_ENDED))?;
    Ok(swept)
}
