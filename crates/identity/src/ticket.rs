//! Tickets: the credential for one WebSocket of a page that uses no cookie.
//!
//! A browser lets a page put nothing but the address into a WebSocket's handshake, and addresses end up in the logs of
//! proxies. So a ticket is worth little to whoever finds it there: it works once, for [`TICKET_LIFE`], for the page that
//! asked for it, and it lets one WebSocket in and nothing else. Being shown uses it up, even where it is refused: a ticket
//! that turns up in the wrong place has leaked. The store knows only its hash.

use std::net::IpAddr;
use std::time::Duration;

use fanlight_base::{LoginSessionId, Secret, Timestamp, WebIntegrationId};
use fanlight_jose::VerifiedToken;

use crate::authenticate::person_of;
use crate::cookies::sha256;
use crate::sign_in::{SignInCall, sign_in, used, verify};
use crate::{AuthError, Authenticated, Context, Credential, LoginSession, SignInError, TakenTicket, User};

/// How long a ticket can be used.
pub const TICKET_LIFE: Duration = Duration::from_secs(60);
/// The most tickets that are given out at once.
pub const MAX_TICKETS: u8 = 10;

/// The most tickets of one login session that nobody has used yet.
pub const MAX_OPEN_TICKETS: u32 = 50;

const PREFIX: &str = "flt_";

/// SHA-256 of a ticket's text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TicketHash(pub [u8; 32]);

/// What is kept of a ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ticket {
    /// By what it is found.
    pub hash: TicketHash,
    /// Whose connection it lets in.
    pub login_session: LoginSessionId,
    /// The page or program that it is for.
    pub scope: TicketScope,
    /// Until then.
    pub expires_at: Timestamp,
}

/// What a ticket is bound to, besides its login session.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TicketScope {
    /// The origin of the page that asked; `None` for a program.
    pub origin: Option<String>,
    /// The web integration that the page belongs to.
    pub web_integration: Option<WebIntegrationId>,
    /// The engine session that it is for; `None` = any of the user's.
    pub target: Option<TicketTarget>,
}

/// An engine session of the user's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TicketTarget {
    /// The app, as the path of the WebSocket names it.
    pub app: String,
    /// The identity, as the path names it.
    pub identity: Option<String>,
}

/// Which page a handshake comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Page<'a> {
    /// None: a program sends no origin.
    Program,
    /// One of the tenant's own pages, at that origin: the framed sheet, which has the ticket from the page around it.
    Own(&'a str),
    /// A page of that origin.
    Portal(&'a str),
}

impl Page<'_> {
    /// Its origin.
    pub const fn origin(&self) -> Option<&str> {
        match self {
            Self::Program => None,
            Self::Own(origin) | Self::Portal(origin) => Some(origin),
        }
    }
}

/// A WebSocket handshake, as far as tickets are concerned.
#[derive(Debug, Clone, Copy)]
pub struct Handshake<'a> {
    /// Where it comes from.
    pub page: Page<'a>,
    /// The web integration that it names, if it names one.
    pub web_integration: Option<&'a str>,
    /// The app of its path.
    pub app: Option<&'a str>,
    /// The identity of its path.
    pub identity: Option<&'a str>,
}

/// New tickets, at the only moment when their texts are known.
#[derive(Debug)]
pub struct NewTickets {
    /// At least one.
    pub texts: Vec<Secret<String>>,
    /// Until then.
    pub expires_at: Timestamp,
}

/// Why a ticket was refused, or why none was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TicketError {
    /// No such ticket was given out, or it is long gone.
    #[error("the ticket is not known")]
    Unknown,
    /// It was shown before.
    #[error("the ticket was used before; each one lets one connection in")]
    Used,
    /// Its time is over.
    #[error("the ticket has expired; it must be used within {} s", TICKET_LIFE.as_secs())]
    Expired,
    /// It was given to another page.
    #[error("the ticket was given to a page of another origin")]
    Origin,
    /// It belongs to another web integration, or to one that no longer lists the page.
    #[error("the ticket belongs to another web integration")]
    WebIntegration,
    /// It is for another app or identity.
    #[error("the ticket is for another app or identity")]
    Target,
    /// The request also carries the cookie of somebody else.
    #[error("the request carries a ticket of one person and the cookie of another")]
    TwoPeople,
    /// The login session to join is not there or is somebody else's.
    #[error("there is no such login session of this person")]
    LoginSession,
}

impl TicketError {
    /// The stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Unknown => "ticket.unknown",
            Self::Used => "ticket.used",
            Self::Expired => "ticket.expired",
            Self::Origin => "ticket.origin",
            Self::WebIntegration => "ticket.web-integration",
            Self::Target => "ticket.target",
            Self::TwoPeople => "ticket.two-people",
            Self::LoginSession => "ticket.login-session",
        }
    }
}

impl TicketHash {
    /// The hash of a ticket's text.
    pub fn of(text: &str) -> Self {
        Self(sha256(text))
    }
}

/// Tickets that somebody asks for.
#[derive(Clone, Copy)]
pub struct TicketOrder<'a> {
    /// The page that asks.
    pub page: Page<'a>,
    /// What they are for; `None` = any engine session of the user's.
    pub target: Option<&'a TicketTarget>,
    /// How many, 1 to [`MAX_TICKETS`].
    pub count: u8,
    /// Whether the person may have them. It is asked before anything is kept, and must not call the store.
    pub allows: &'a dyn Fn(&User) -> bool,
}

impl TicketOrder<'_> {
    /// Makes the tickets; they let nobody in before they are kept.
    pub(crate) fn make(
        &self,
        cx: &Context<'_>,
        session: &LoginSessionId,
        web_integration: Option<&WebIntegrationId>,
    ) -> (NewTickets, Vec<Ticket>) {
        let scope = self.scope(web_integration);
        let expires_at = cx.now.plus(TICKET_LIFE);
        let texts: Vec<Secret<String>> = (0..self.count.clamp(1, MAX_TICKETS))
            .map(|_| Secret::new(format!("{PREFIX}{}{}", cx.entropy.hex128(), cx.entropy.hex128())))
            .collect();
        let tickets = texts
            .iter()
            .map(|text| Ticket {
                hash: TicketHash::of(text.reveal()),
                login_session: session.clone(),
                scope: scope.clone(),
                expires_at,
            })
            .collect();
        (NewTickets { texts, expires_at }, tickets)
    }

    /// Whether the page is one of the web integration that the login session belongs to.
    pub(crate) fn check_page(
        &self,
        cx: &Context<'_>,
        web_integration: Option<&WebIntegrationId>,
    ) -> Result<(), AuthError> {
        check_integration(cx, &self.scope(web_integration), self.page)
    }

    fn scope(&self, web_integration: Option<&WebIntegrationId>) -> TicketScope {
        TicketScope {
            origin: self.page.origin().map(str::to_owned),
            web_integration: web_integration.cloned(),
            target: self.target.cloned(),
        }
    }
}

/// Gives out tickets for connections of a login session to the page that asks.
///
/// # Errors
/// [`TicketError::WebIntegration`] when the session began in a web integration that does not list the page: whoever holds
/// the cookie there has taken it from elsewhere. [`AuthError::NotAllowed`] when the order does not allow them. Or the
/// store fails.
pub fn issue_tickets(
    cx: &Context<'_>,
    session: &LoginSession,
    order: &TicketOrder<'_>,
) -> Result<NewTickets, AuthError> {
    let (new, tickets) = allowed(cx, session, order)?;
    cx.store.put_tickets(&tickets)?;
    Ok(new)
}

/// Checks an order for tickets of a session that runs, and makes them.
fn allowed(
    cx: &Context<'_>,
    session: &LoginSession,
    order: &TicketOrder<'_>,
) -> Result<(NewTickets, Vec<Ticket>), AuthError> {
    // Comes first: how the session ended, and what was said then, is for pages of its own portal.
    let integration = session.web_integration.as_ref();
    order.check_page(cx, integration)?;
    if !(order.allows)(&person_of(cx, session)?) {
        return Err(AuthError::NotAllowed);
    }
    Ok(order.make(cx, &session.id, integration))
}

/// Takes a sign-in token as the word of a person who has a running login session already, uses it up, and gives out
/// tickets for it, all together or not at all. A page without a cookie has nothing else to show for a second connection.
/// It counts as nobody's activity: pages come back by themselves.
///
/// # Errors
/// The rule that the token breaks, or why the session cannot be joined; then the token is not used up.
pub fn join_session(
    cx: &Context<'_>,
    token: &str,
    session: &LoginSessionId,
    order: &TicketOrder<'_>,
) -> Result<(LoginSession, NewTickets), AuthError> {
    let token = verify(cx, token).map_err(by_token)?;
    let session = of_subject(cx, &token, session)?;
    let (new, tickets) = allowed(cx, &session, order)?;
    let used = used(&token);
    if cx.store.use_token(&used, &tickets)? {
        Ok((session, new))
    } else {
        let reused = fanlight_jose::TokenError::Reused { jti: used.token_id };
        Err(AuthError::Token(reused))
    }
}

/// As [`join_session`], and the session's limits count anew, as if its cookie had come with a sign-in. A page without a
/// cookie puts its end off by this.
///
/// # Errors
/// As [`join_session`]; or the token is another identity provider's than the one that the session began with.
pub fn renew_session(
    cx: &Context<'_>,
    token: &str,
    (session, address): (&LoginSessionId, Option<IpAddr>),
    order: &TicketOrder<'_>,
) -> Result<(LoginSession, NewTickets), AuthError> {
    let verified = verify(cx, token).map_err(by_token)?;
    let session = of_subject(cx, &verified, session)?;
    allowed(cx, &session, order)?;
    let integration = match &session.web_integration {
        Some(id) => cx.store.web_integration(id)?,
        None => None,
    };
    let call = SignInCall {
        web_integration: integration.as_ref(),
        address,
        joins: Some(&session),
        tickets: Some(order),
        ..SignInCall::default()
    };
    let signed_in = sign_in(cx, token, &call).map_err(by_token)?;
    let tickets = signed_in.tickets.ok_or(TicketError::LoginSession)?;
    Ok((signed_in.session, tickets))
}

fn by_token(error: SignInError) -> AuthError {
    match error {
        SignInError::Token(error) => AuthError::Token(error),
        SignInError::Auth(error) => error,
        SignInError::UserDisabled => AuthError::UserDisabled,
        SignInError::Store(error) => AuthError::Store(error),
    }
}

/// The session that the person of a token names. Whose it is comes before how it ended, which is nobody else's business.
fn of_subject(
    cx: &Context<'_>,
    token: &VerifiedToken,
    session: &LoginSessionId,
) -> Result<LoginSession, AuthError> {
    let session = cx
        .store
        .login_session(session)?
        .ok_or(TicketError::LoginSession)?;
    let owner = cx.store.user(&session.user)?;
    if owner.is_none_or(|owner| owner.subject != token.claims().subject) {
        return Err(TicketError::LoginSession.into());
    }
    Ok(session)
}

/// Lets one connection in.
///
/// # Errors
/// Why not. Whatever the reason, the ticket is used up.
pub fn redeem_ticket(
    cx: &Context<'_>,
    text: &str,
    handshake: &Handshake<'_>,
) -> Result<Authenticated, AuthError> {
    let taken = cx.store.take_ticket(&TicketHash::of(text), cx.now)?;
    let ticket = match taken {
        None => return Err(TicketError::Unknown.into()),
        Some(TakenTicket::Again { .. }) => return Err(TicketError::Used.into()),
        Some(TakenTicket::First(ticket)) => ticket,
    };
    if cx.now >= ticket.expires_at {
        return Err(TicketError::Expired.into());
    }
    check_page(cx, &ticket.scope, handshake)?;
    check_target(&ticket.scope, handshake)?;
    let session = cx
        .store
        .login_session(&ticket.login_session)?
        .ok_or(AuthError::UnknownSession)?;
    Ok(Authenticated {
        user: person_of(cx, &session)?,
        credential: Credential::Ticket(Box::new(session)),
    })
}

fn check_page(cx: &Context<'_>, scope: &TicketScope, handshake: &Handshake<'_>) -> Result<(), AuthError> {
    let is_same = match (handshake.page, scope.origin.as_deref()) {
        (Page::Program, None) => true,
        (Page::Portal(origin), Some(bound)) => origin == bound,
        (Page::Own(_), bound) => bound.is_some(),
        (Page::Program, Some(_)) | (Page::Portal(_), None) => false,
    };
    if !is_same {
        return Err(TicketError::Origin.into());
    }
    let bound = scope.web_integration.as_ref();
    let names_another = handshake
        .web_integration
        .is_some_and(|named| bound.is_none_or(|bound| bound.as_str() != named));
    if names_another {
        return Err(TicketError::WebIntegration.into());
    }
    // A framed sheet goes with the page that it has the ticket from, unless it asked for the ticket itself.
    let asked = match (handshake.page, scope.origin.as_deref()) {
        (Page::Own(own), Some(bound)) if own != bound => Page::Portal(bound),
        (page, _) => page,
    };
    check_integration(cx, scope, asked)
}

/// An integration that was deleted or lost the origin lets nobody in any more, nor their framed sheets.
fn check_integration(cx: &Context<'_>, scope: &TicketScope, page: Page<'_>) -> Result<(), AuthError> {
    let (Some(bound), Page::Portal(origin)) = (&scope.web_integration, page) else {
        return Ok(());
    };
    let known = cx.store.web_integration(bound)?;
    if known.is_some_and(|known| known.allows(origin)) {
        Ok(())
    } else {
        Err(TicketError::WebIntegration.into())
    }
}

fn check_target(scope: &TicketScope, handshake: &Handshake<'_>) -> Result<(), TicketError> {
    let is_for_it = scope.target.as_ref().is_none_or(|target| {
        handshake.app == Some(target.app.as_str()) && handshake.identity == target.identity.as_deref()
    });
    if is_for_it {
        Ok(())
    } else {
        Err(TicketError::Target)
    }
}
