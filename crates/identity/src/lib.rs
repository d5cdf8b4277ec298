//! Tenants, identity providers, users and login sessions, as plain data with pure transitions, and the use-cases on
//! top of them: sign in, authenticate, sign out, end, expire.
//!
//! Everything that lasts goes through the [`Store`] trait. Time and randomness are arguments. Nothing here knows HTTP:
//! cookies are made and checked as values, and their attributes belong to whoever sends them.
//!
//! The three lifetimes, which are easily confused: a *token* lives for at most an hour and opens one login session; a
//! *login session* ([`LoginSession`]) is the signed-in browser and ends by idleness, age, sign-out or revocation; an
//! *engine session* is another crate's.

mod activity;
mod administration;
mod api_key;
mod audit;
mod authenticate;
mod cookies;
mod csp;
mod error;
mod key_sets;
mod origin;
mod provider;
mod session;
mod sign_in;
mod store;
mod tenant;
mod ticket;
mod user;
mod web_integration;

pub use fanlight_jose::RequiredClaims;

pub use activity::{Traffic, is_activity};
pub use administration::{Act, Administration, Change};
pub use api_key::{ApiKey, ApiKeyId, ApiKeyScope, NewApiKey, create_api_key, new_api_key};
pub use audit::{AuditEntry, AuditLog, AuditOrder, AuditQuery, AuditQuota, AuditRecord};
pub use authenticate::{
    Authenticated, Context, Credential, authenticate_api_key, authenticate_bearer, authenticate_cookie,
    record_activity,
};
pub use cookies::{
    CSRF_COOKIE, CookieSecret, HOST_SESSION_COOKIE, HOST_SESSION_SIGNATURE, SESSION_COOKIE, SIG_SUFFIX,
    SessionCookies, SessionKeyHash, issue_csrf, same_secret, verify_csrf,
};
pub use csp::{
    CspError, CspOrigin, CspOriginId, Directive, Directives, MAX_CSP_HEADER_CHARS, MAX_CSP_ORIGINS,
    content_security_policy, generate_header,
};
pub use error::{AuthError, SettingsError, SignInError};
pub use key_sets::{CachePolicy, JwksUri, JwksUriError, KeySetCache, Need, NoRemoteKeys, RemoteKeys};
pub use origin::{CspSource, Origin, OriginError};
pub use provider::{IdentityProvider, ProviderKey, login_rules, program_rules};
pub use session::{
    End, InvalidTransition, Limit, LoginSession, LoginSessionState, NarrowLimits, Renewal, SessionLimits,
};
pub use sign_in::{
    ShownCookie, SignInCall, SignedIn, end_session, expire_session, expire_sweep, forget_sweep, sign_in,
    sign_out,
};
pub use store::{
    SignInAttempt, SignInDecision, SignInFound, SignInOutcome, SignInSession, Store, StoreError, StoreSize,
    TakenTicket, UsedToken,
};
pub use tenant::Tenant;
pub use ticket::{
    Handshake, MAX_OPEN_TICKETS, MAX_TICKETS, NewTickets, Page, TICKET_LIFE, Ticket, TicketError, TicketHash,
    TicketOrder, TicketScope, TicketTarget, issue_tickets, join_session, redeem_ticket, renew_session,
};
pub use user::{User, UserStatus};
pub use web_integration::WebIntegration;
