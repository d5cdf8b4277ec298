//! A ticket as the credential of a WebSocket handshake.
//!
//! The ticket alone says who connects. A browser sends its cookie along unasked, so a cookie beside a ticket is no second
//! credential and is never a way in when the ticket is refused; but it is not passed over either: if it is the running
//! session of *another* person, the browser is in two hands, and the handshake is refused. A bearer token is only sent on
//! purpose, and is refused beside a ticket.

use fanlight_identity::{AuthError, Authenticated, Handshake, Page, TicketError, redeem_ticket};
use http::header::ORIGIN;
use http::request::Parts;
use http::{HeaderMap, Uri};

use crate::auth::bearer;
use crate::auth::by_cookies;
use crate::cookies;
use crate::error::ApiError;
use crate::integration::{integration_id, unlisted};
use crate::socket::SocketPath;
use crate::state::{Services, Settings};

/// Its name in the query.
const PARAMETER: &str = "ticket";

/// A ticket that a handshake shows.
pub struct ShownTicket {
    text: String,
    headers: HeaderMap,
    uri: Uri,
}

impl ShownTicket {
    /// The ticket of a handshake, if it has one.
    ///
    /// # Errors
    /// There is a bearer token beside it.
    pub fn read(parts: &Parts) -> Result<Option<Self>, ApiError> {
        let query = parts.uri.query().unwrap_or("");
        let mut pairs = url::form_urlencoded::parse(query.as_bytes());
        let Some(text) = pairs.find_map(|(key, value)| (key == PARAMETER).then(|| value.into_owned())) else {
            return Ok(None);
        };
        if bearer(&parts.headers).is_some() {
            let text = "send one credential: a ticket, or a bearer token".to_owned();
            return Err(ApiError::Invalid(text));
        }
        Ok(Some(Self {
            text,
            headers: parts.headers.clone(),
            uri: parts.uri.clone(),
        }))
    }

    /// Uses the ticket up and finds out whose it is. Blocks.
    ///
    /// # Errors
    /// Why nobody is let in.
    pub fn authenticate(&self, services: &Services) -> Result<Authenticated, ApiError> {
        let path = SocketPath::parse(self.uri.path()).ok();
        let named = integration_id(&self.headers, self.uri.query());
        let handshake = Handshake {
            page: page(&services.settings, &self.headers)?,
            web_integration: named.as_deref(),
            app: path.as_ref().and_then(|path| path.app.as_deref()),
            identity: path.as_ref().and_then(|path| path.identity.as_deref()),
        };
        services.with_context(|cx| {
            let caller = redeem_ticket(cx, &self.text, &handshake)?;
            match by_cookies(cx, &cookies::sessions(&self.headers)) {
                Ok((_, other)) if other.user.id != caller.user.id => Err(TicketError::TwoPeople.into()),
                Err(AuthError::Store(error)) => Err(error.into()),
                Ok(_) | Err(_) => Ok(caller),
            }
        })
    }
}

/// Which page a request comes from.
///
/// # Errors
/// Its origin is no text.
pub fn page<'a>(settings: &Settings, headers: &'a HeaderMap) -> Result<Page<'a>, ApiError> {
    let Some(origin) = headers.get(ORIGIN) else {
        return Ok(Page::Program);
    };
    let origin = origin.to_str().map_err(|_| unlisted("", None))?;
    Ok(if settings.own_origins.iter().any(|own| own == origin) {
        Page::Own(origin)
    } else {
        Page::Portal(origin)
    })
}
