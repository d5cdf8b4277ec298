//! The life of a login session, as use-cases.

use std::net::IpAddr;
use std::time::Duration;

use fanlight_base::{LoginSessionId, Timestamp};
use fanlight_jose::{TokenError, UnverifiedToken, VerifiedToken};

use crate::cookies::check_session_cookie;
use crate::{
    AuthError, Context, InvalidTransition, Limit, LoginSession, LoginSessionState, NewTickets, Renewal,
    SessionCookies, SessionKeyHash, SignInAttempt, SignInDecision, SignInError, SignInFound, SignInOutcome,
    SignInSession, Store, StoreError, TicketError, TicketOrder, UsedToken, User, UserStatus, WebIntegration,
    login_rules,
};

/// How long an ended session can still be looked up, to say how it ended.
const KEEP_ENDED: Duration = Duration::from_secs(30 * 24 * 3600);

/// How long after its end a used token is remembered: a clock may be set back, and the token is good once more.
const KEEP_USED_TOKENS: Duration = Duration::from_secs(24 * 3600);

/// Sessions that one transaction ends.
const DUE_AT_ONCE: u32 = 500;

/// How long after its end a ticket can still be looked up, to say that it was used or had expired.
const KEEP_TICKETS: Duration = Duration::from_secs(600);

/// What comes along with a sign-in token.
#[derive(Clone, Copy, Default)]
pub struct SignInCall<'a> {
    /// The portal that the person signs in through.
    pub web_integration: Option<&'a WebIntegration>,
    /// The session cookie of the browser, as it came.
    pub cookie: Option<ShownCookie<'a>>,
    /// The client's address, for the audit log.
    pub address: Option<IpAddr>,
    /// The session that is renewed, in place of one by cookie; whose it is, is checked again. There is no sign-in without.
    pub joins: Option<&'a LoginSession>,
    /// Tickets that are to come with the session, or the sign-in does not come about.
    pub tickets: Option<&'a TicketOrder<'a>>,
}

/// A session cookie as it came: nothing about it is known to be true.
#[derive(Clone, Copy)]
pub struct ShownCookie<'a> {
    /// Its value.
    pub sid: &'a str,
    /// The value of its signature's cookie.
    pub signature: &'a str,
}

/// A sign-in that worked.
#[derive(Debug)]
pub struct SignedIn {
    /// Who signed in, as they are now.
    pub user: User,
    /// Their session.
    pub session: LoginSession,
    /// Whether the browser had it before.
    pub is_renewal: bool,
    /// What the browser gets.
    pub cookies: SessionCookies,
    /// The session of somebody else that the browser had, which has ended by this.
    pub replaced: Option<LoginSession>,
    /// The tickets that were asked for.
    pub tickets: Option<NewTickets>,
}

/// Exchanges a token for a login session. The token is used up, the user is made or updated, and the session is kept,
/// all together or not at all. The session gets the tenant's limits, or the tighter ones of the web integration.
///
/// A browser that shows the cookie of a session goes on with that session if it runs and is the same person's, by the same
/// identity provider, through the same web integration: its limits count anew, its id and cookie stay. A cookie whose
/// signature is wrong, or of a session that is over, is as good as none, so that nobody can have a session of their choice
/// made into somebody's. The running session of another person ends: its other tabs must not go on to show what the person
/// before could see.
///
/// # Errors
/// The rule that the token breaks, a disabled user, tickets that are refused, or a failing store.
pub fn sign_in(cx: &Context<'_>, token: &str, call: &SignInCall<'_>) -> Result<SignedIn, SignInError> {
    let token = verify(cx, token)?;
    if let Some(order) = call.tickets {
        order.check_page(cx, call.web_integration.map(|integration| &integration.id))?;
    }
    let used = used(&token);
    let secret = &cx.tenant.cookie_secret;
    let shown = call.cookie.and_then(|cookie| {
        let hash = check_session_cookie(secret, cookie.sid, cookie.signature).ok()?;
        Some((cookie.sid, hash))
    });
    let id = LoginSessionId::generate(cx.entropy);
    let (fresh, key_hash) = SessionCookies::generate(secret, &id, cx.entropy);
    let attempt = SignInAttempt {
        token: &used,
        subject: &token.claims().subject,
        cookie: call
            .joins
            .map(|session| &session.key_hash)
            .or(shown.as_ref().map(|(_, hash)| hash)),
    };
    let (mut kept, mut refused) = (None, SignInError::UserDisabled);
    let mut decide = |found: SignInFound| {
        let user = user_of(cx, &token, found.user);
        if user.status != UserStatus::Active {
            return None;
        }
        if call.tickets.is_some_and(|order| !(order.allows)(&user)) {
            refused = AuthError::NotAllowed.into();
            return None;
        }
        let begun = begin(cx, &token, (id.clone(), key_hash), &user, call.web_integration);
        let (session, replaced) = match (call.joins, found.session) {
            (None, before) => after(before, begun, cx.now),
            (Some(_), Some(before)) => (go_on_with(before, begun, cx.now), None),
            (Some(_), None) => (SignInSession::New(begun), None),
        };
        if call.joins.is_some() && matches!(session, SignInSession::New(_)) {
            refused = AuthError::from(TicketError::LoginSession).into();
            return None;
        }
        let (SignInSession::New(of) | SignInSession::Renewed(of)) = &session;
        let made = call
            .tickets
            .map(|order| order.make(cx, &of.id, of.web_integration.as_ref()));
        let (new, tickets) = made.unzip();
        let decision = SignInDecision {
            user,
            session,
            replaced,
            address: call.address,
            tickets: tickets.unwrap_or_default(),
        };
        kept = Some((decision.clone(), new));
        Some(decision)
    };
    match (cx.store.sign_in(&attempt, &mut decide)?, kept) {
        (SignInOutcome::Done, Some((kept, tickets))) => {
            let shown = shown.map(|(sid, _)| sid);
            Ok(signed_in(cx, (kept, tickets), (shown, fresh)))
        }
        (SignInOutcome::TokenReused, _) => Err(TokenError::Reused { jti: used.token_id }.into()),
        (SignInOutcome::Refused | SignInOutcome::Done, _) => Err(refused),
    }
}

/// What was kept, for whoever asked. The browser's cookie stays where its session goes on; else it gets the fresh ones.
fn signed_in(
    cx: &Context<'_>,
    (kept, tickets): (SignInDecision, Option<NewTickets>),
    (shown, fresh): (Option<&str>, SessionCookies),
) -> SignedIn {
    let (session, is_renewal) = match kept.session {
        SignInSession::New(session) => (session, false),
        SignInSession::Renewed(session) => (session, true),
    };
    let renewed = shown.filter(|_| is_renewal);
    let secret = &cx.tenant.cookie_secret;
    SignedIn {
        cookies: renewed.map_or(fresh, |sid| {
            SessionCookies::again(secret, &session.id, sid.to_owned(), cx.entropy)
        }),
        is_renewal,
        user: kept.user,
        session,
        replaced: kept.replaced,
        tickets,
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
        issuer: token.claims().issuer.clone(),
        token_id: token.claims().token_id.clone(),
        keep_until: token.keep_until(),
    }
}

fn user_of(cx: &Context<'_>, token: &VerifiedToken, known: Option<User>) -> User {
    let claims = token.claims();
    let user = match known {
        Some(user) => user.updated(claims, cx.now),
        None => User::from_claims(claims, cx.now, cx.entropy),
    };
    user.promoted(&cx.tenant.admin_subjects, cx.now)
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
        renewal: None,
        limits: web_integration.map_or(cx.tenant.limits, |integration| {
            cx.tenant.limits.narrowed(integration.limits)
        }),
        state: LoginSessionState::Active {
            last_activity: cx.now,
        },
    }
}

/// What the person has from now on, and the session of somebody else that makes way for it.
fn after(
    before: Option<LoginSession>,
    begun: LoginSession,
    now: Timestamp,
) -> (SignInSession, Option<LoginSession>) {
    match before {
        Some(session) if session.user != begun.user => {
            (SignInSession::New(begun), session.replaced(now).ok())
        }
        Some(session) => (go_on_with(session, begun, now), None),
        None => (SignInSession::New(begun), None),
    }
}

/// The session of the cookie, renewed by what `begun` would begin with; `begun` itself where that may not be.
fn go_on_with(before: LoginSession, begun: LoginSession, now: Timestamp) -> SignInSession {
    let is_same = before.user == begun.user
        && before.provider == begun.provider
        && before.web_integration == begun.web_integration;
    if !is_same {
        return SignInSession::New(begun);
    }
    let by = Renewal {
        at: now,
        key_id: begun.key_id.clone(),
        token_id: begun.token_id.clone(),
    };
    match before.renewed(by, begun.limits) {
        Ok(renewed) => SignInSession::Renewed(renewed),
        Err(_) => SignInSession::New(begun),
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
/// writes the noted activity. To be called every few seconds; what it costs grows with what has ended, not with how many
/// sessions there are.
///
/// # Errors
/// The store fails, and nothing has ended. If something had before, it is given, and the next call goes on.
pub fn expire_sweep(store: &dyn Store, now: Timestamp) -> Result<Vec<LoginSession>, StoreError> {
    store.flush_activity()?;
    let mut ended = Vec::new();
    loop {
        match expire_some(store, now) {
            Ok((now_ended, may_be_more)) => {
                // Who comes back without having ended would come back for ever.
                let goes_on = may_be_more && !now_ended.is_empty();
                ended.extend(now_ended);
                if !goes_on {
                    return Ok(ended);
                }
            }
            Err(error) if ended.is_empty() => return Err(error),
            Err(_) => return Ok(ended),
        }
    }
}

/// The sessions that ended, and whether there may be more.
fn expire_some(store: &dyn Store, now: Timestamp) -> Result<(Vec<LoginSession>, bool), StoreError> {
    let due = store.due_login_sessions(now, DUE_AT_ONCE)?;
    let may_be_more = due.len() == DUE_AT_ONCE as usize;
    let over = due.into_iter().filter_map(|session| session.expired(now).ok());
    // Activity may have been noted since it was written.
    let over = over.filter(|session| matches!(session.state, LoginSessionState::Ended { .. }));
    let ended = store.end_login_sessions(over.collect())?;
    Ok((ended, may_be_more))
}

/// Forgets what no longer matters: tokens that expired a day ago, old tickets, sessions that ended long ago. To be called
/// every few seconds.
///
/// `steady` is `now` by a clock that nobody sets, or `now` itself where it is earlier: a clock that was set forward by
/// mistake must not make used tokens forgotten, which are good again when it is set right.
///
/// # Errors
/// The store fails; what was done so far stays done.
pub fn forget_sweep(store: &dyn Store, now: Timestamp, steady: Timestamp) -> Result<(), StoreError> {
    store.forget_used_tokens(steady.min(now).minus(KEEP_USED_TOKENS))?;
    store.forget_tickets(now.minus(KEEP_TICKETS))?;
    store.forget_ended_sessions(now.minus(KEEP_ENDED))?;
    Ok(())
}
