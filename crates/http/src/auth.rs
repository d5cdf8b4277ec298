//! Who is calling.
//!
//! A request has one credential. The session cookie is taken if there is one, else the bearer token: a program that
//! first signed in by a token goes on to send both, and means the cookie. A credential that is refused is never replaced
//! by another one.

use std::fmt;

use axum::extract::FromRequestParts;
use fanlight_base::WebIntegrationId;
use fanlight_identity::{
    AuthError, Authenticated, Context, End, Traffic, authenticate_bearer, authenticate_cookie, is_activity,
    record_activity, verify_csrf,
};
use fanlight_rpc::{Role, Viewer};
use http::header::{AUTHORIZATION, ORIGIN};
use http::request::Parts;
use http::{HeaderMap, Method, StatusCode};

use crate::cookies::ShownSession;
use crate::error::ApiError;
use crate::integration::check_session;
use crate::layer::cors::{is_own_page, refuse_foreign};
use crate::state::Services;
use crate::{AppState, cookies};

const CSRF: &str = "qlik-csrf-token";

/// Somebody who is signed in. As an extractor it also checks the CSRF token of a call that changes something.
#[derive(Debug, Clone)]
pub struct Caller(pub Authenticated);

/// Somebody who is signed in and administers the tenant, on one of its own pages or by a program: the role counts for
/// nothing on a portal's page, whose scripts are not the tenant's.
#[derive(Debug, Clone)]
pub struct Admin(pub Authenticated);

/// What a request shows about its sender.
#[derive(Clone)]
pub struct Shown {
    credential: Credential,
    /// The page's, if a page of another origin sent the request.
    origin: Option<String>,
    csrf: Option<String>,
    needs_csrf: bool,
    /// Whether the request keeps a login session from going idle.
    is_activity: bool,
}

#[derive(Clone)]
enum Credential {
    /// Session cookies of one browser: the first that is good counts.
    Cookies(Vec<ShownSession>),
    Bearer(String),
    None,
}

/// Without the credential and the CSRF token: whoever reads them in a log has them.
impl fmt::Debug for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shown")
            .field("origin", &self.origin)
            .field("needs_csrf", &self.needs_csrf)
            .field("is_activity", &self.is_activity)
            .finish_non_exhaustive()
    }
}

impl Shown {
    /// Reads the credential of a call on the REST surface.
    pub fn in_call(parts: &Parts) -> Self {
        let safe = matches!(parts.method, Method::GET | Method::HEAD | Method::OPTIONS);
        Self {
            needs_csrf: !safe,
            ..Self::read(&parts.headers, parts.uri.path(), parts.uri.query())
        }
    }

    /// Reads the credential of a WebSocket handshake. A browser sends its cookie along with anybody's handshake, so this
    /// needs the CSRF token although it is a GET.
    pub fn in_handshake(parts: &Parts) -> Self {
        Self {
            needs_csrf: true,
            ..Self::read(&parts.headers, parts.uri.path(), parts.uri.query())
        }
    }

    fn read(headers: &HeaderMap, path: &str, query: Option<&str>) -> Self {
        let credential = if cookies::has_session(headers) {
            Credential::Cookies(cookies::sessions(headers))
        } else {
            bearer(headers).map_or(Credential::None, Credential::Bearer)
        };
        let csrf = headers.get(CSRF).and_then(|value| value.to_str().ok());
        let csrf = csrf.map(str::to_owned).or_else(|| {
            let pairs = url::form_urlencoded::parse(query?.as_bytes());
            pairs
                .into_iter()
                .find_map(|(key, value)| (key == CSRF).then(|| value.into_owned()))
        });
        let origin = headers.get(ORIGIN).and_then(|value| value.to_str().ok());
        Self {
            credential,
            origin: origin.map(str::to_owned),
            csrf,
            needs_csrf: false,
            is_activity: is_activity(Traffic::Http { path }),
        }
    }

    /// Waits for the key of a program's token, where it has to be fetched first.
    ///
    /// # Errors
    /// The store failed.
    pub async fn prepare(&self, state: &AppState) -> Result<(), ApiError> {
        match &self.credential {
            Credential::Bearer(token) => state.prepare_keys(token).await,
            Credential::Cookies(_) | Credential::None => Ok(()),
        }
    }

    /// Finds out whose credential it is. Blocks.
    ///
    /// # Errors
    /// Why nobody is let in.
    pub fn authenticate(&self, services: &Services) -> Result<Authenticated, ApiError> {
        services.with_context(|cx| {
            let caller = match &self.credential {
                Credential::Cookies(shown) => by_cookies(cx, shown)
                    .map(|(_, caller)| caller)
                    .map_err(|error| self.refusal(services, error))?,
                Credential::Bearer(token) => authenticate_bearer(cx, token)?,
                Credential::None => return Err(ApiError::NotSignedIn),
            };
            let session = caller.login_session();
            self.check_integration(
                services,
                session.and_then(|session| session.web_integration.as_ref()),
            )?;
            self.check_csrf(cx, &caller)?;
            if let Some(session) = caller.login_session().filter(|_| self.is_activity) {
                record_activity(cx.store, session, cx.now);
            }
            Ok(caller)
        })
    }

    /// A login session answers the pages of the web integration that opened it, and the tenant's own. Browsers send one
    /// portal's cookie along with another's request where both are of one site.
    fn check_integration(
        &self,
        services: &Services,
        opened_by: Option<&WebIntegrationId>,
    ) -> Result<(), ApiError> {
        let (Some(origin), Some(integration)) = (&self.origin, opened_by) else {
            return Ok(());
        };
        if services.settings.own_origins.contains(origin) {
            return Ok(());
        }
        check_session(services.store.as_ref(), origin, integration.as_str())
    }

    /// Why the cookies let nobody in. Who has the cookie of a session that was ended reads what was said to its person; a
    /// page of another portal, with which the browser sent it along, does not.
    fn refusal(&self, services: &Services, error: AuthError) -> ApiError {
        match &error {
            AuthError::SessionEnded { web_integration, .. }
                if self.check_integration(services, web_integration.as_ref()).is_ok() =>
            {
                to_its_person(error)
            }
            _ => error.into(),
        }
    }

    /// Only cookies need it: a browser attaches nothing else by itself.
    fn check_csrf(&self, cx: &Context<'_>, caller: &Authenticated) -> Result<(), ApiError> {
        let Some(session) = caller.login_session().filter(|_| self.needs_csrf) else {
            return Ok(());
        };
        let token = self.csrf.as_deref().unwrap_or("");
        if verify_csrf(&cx.tenant.cookie_secret, &session.id, token) {
            Ok(())
        } else {
            Err(ApiError::Csrf)
        }
    }
}

/// The first of the session cookies that is good, and whose it is. Blocks.
///
/// # Errors
/// Why the first one is not good, when none is.
pub fn by_cookies<'a>(
    cx: &Context<'_>,
    shown: &'a [ShownSession],
) -> Result<(&'a ShownSession, Authenticated), AuthError> {
    let mut refused = None;
    for session in shown {
        let signature = session.signature.as_ref().map(|text| text.reveal().as_str());
        match authenticate_cookie(cx, Some(session.sid.reveal()), signature) {
            Ok(caller) => return Ok((session, caller)),
            Err(AuthError::Store(error)) => return Err(error.into()),
            Err(error) => refused = refused.or(Some(error)),
        }
    }
    Err(refused.unwrap_or(AuthError::NoCookie))
}

/// Somebody who is signed in, as far as apps are concerned.
pub fn viewer(caller: &Authenticated) -> Viewer<'_> {
    Viewer {
        subject: &caller.user.subject,
        groups: &caller.user.groups,
        role: role(caller),
    }
}

/// What somebody who is signed in may do.
pub fn role(caller: &Authenticated) -> Role {
    if caller.is_admin() {
        Role::Admin
    } else {
        Role::User
    }
}

/// What stands behind `Authorization: Bearer`.
pub fn bearer(headers: &HeaderMap) -> Option<String> {
    let (scheme, token) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme
        .eq_ignore_ascii_case("bearer")
        .then(|| token.trim().to_owned())
}

impl FromRequestParts<AppState> for Caller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        let shown = Shown::in_call(parts);
        shown.prepare(state).await?;
        let caller = state
            .blocking(move |services| shown.authenticate(services))
            .await?;
        Ok(Self(caller))
    }
}

impl FromRequestParts<AppState> for Admin {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        if !is_own_page(&state.settings, &parts.headers) {
            return Err(refuse_foreign(state, parts.headers.get(ORIGIN).cloned()).await);
        }
        let Caller(caller) = Caller::from_request_parts(parts, state).await?;
        if caller.is_admin() {
            Ok(Self(caller))
        } else {
            Err(ApiError::NotPermitted)
        }
    }
}

impl From<AuthError> for ApiError {
    fn from(error: AuthError) -> Self {
        match error {
            AuthError::NoCookie
            | AuthError::BadCookie
            | AuthError::UnknownSession
            | AuthError::UnknownApiKey
            | AuthError::ApiKeyEnded => Self::NotSignedIn,
            AuthError::Ticket(error) => error.into(),
            AuthError::SessionEnded { end, .. } => Self::SessionEnded {
                word: end.code(),
                reason: None,
            },
            AuthError::Token(error) => error.into(),
            AuthError::NotAllowed => Self::NotPermitted,
            AuthError::UserDisabled => user_disabled(),
            AuthError::Store(error) => error.into(),
        }
    }
}

/// Why a credential is refused, told to somebody who is known to be the person of the session that it is for: with what an
/// operator said when it was ended.
pub fn to_its_person(error: AuthError) -> ApiError {
    let AuthError::SessionEnded { end, .. } = error else {
        return error.into();
    };
    let word = end.code();
    let reason = match end {
        End::Revoked { reason, .. } => Some(reason).filter(|reason| !reason.is_empty()),
        End::Idle | End::Lifetime | End::SignedOut | End::Replaced => None,
    };
    ApiError::SessionEnded { word, reason }
}

/// The user may not sign in.
pub fn user_disabled() -> ApiError {
    ApiError::SignIn {
        status: StatusCode::FORBIDDEN,
        code: "AUTH-5",
        title: "User is not a member of the tenant",
        detail: "the user is disabled in this tenant".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_no_credential() {
        for (name, value) in [
            ("cookie", "eas.sid=hush; eas.sid.sig=hush"),
            ("authorization", "Bearer hush"),
        ] {
            let request = http::Request::get("/?qlik-csrf-token=hush").header(name, value);
            let (parts, ()) = request.body(()).unwrap().into_parts();
            let shown = format!("{:?}", Shown::in_handshake(&parts));
            assert!(!shown.contains("hush"), "{shown}");
        }
    }
}
