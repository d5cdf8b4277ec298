//! How a person gets in: the portal's token, the login session, and what lets one WebSocket in.

use std::net::{Ipv4Addr, SocketAddr};

use serde_json::{Value, json};

use super::http::ask;
use crate::http::{Answer, Request};

/// Sessions of the soak have an identity of their own.
pub const IDENTITY: &str = "soak";

/// Where the tenant and the portal are.
#[derive(Clone, Debug)]
pub struct Place {
    pub tenant: SocketAddr,
    pub portal: SocketAddr,
    /// The portal's public origin, from which a browser would call.
    pub origin: String,
    pub integration: String,
    pub app: String,
}

/// What lets this person's WebSockets in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// A cookie and a CSRF token for each.
    Cookie,
    /// A ticket for each, as where the browser keeps no cookie.
    Ticket,
}

/// Why somebody did not get in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refused {
    /// It may work another time; the kind of trouble in a few words.
    Passing(String),
    /// The session is over, or never came about; the reason that the person is told.
    Ended(String),
}

impl Refused {
    pub fn passing(what: impl Into<String>) -> Self {
        Self::Passing(what.into())
    }
}

/// One person at the door.
#[derive(Debug)]
pub struct Door {
    place: Place,
    from: Ipv4Addr,
    user: String,
    way: Way,
    standing: Option<Standing>,
}

#[derive(Debug)]
enum Standing {
    Cookie(String),
    /// The login session under the tickets, and one that was taken out already.
    Ticket {
        session: Value,
        next: Option<String>,
    },
}

impl Door {
    pub const fn new(place: Place, from: Ipv4Addr, user: String, way: Way) -> Self {
        Self {
            place,
            from,
            user,
            way,
            standing: None,
        }
    }

    /// The next connection has to sign in anew.
    pub fn forget(&mut self) {
        self.standing = None;
    }

    /// The query parameters that let one WebSocket in, after a sign-in if there was none; and the cookie to send.
    pub async fn pass(&mut self) -> Result<(String, Option<String>), Refused> {
        if self.standing.is_none() {
            self.standing = Some(self.sign_in().await?);
        }
        match &mut self.standing {
            Some(Standing::Cookie(cookie)) => {
                let cookie = cookie.clone();
                let csrf = self.csrf(&cookie).await?;
                Ok((format!("qlik-csrf-token={csrf}"), Some(cookie)))
            }
            Some(Standing::Ticket { next, session }) => {
                let ticket = match next.take() {
                    Some(ticket) => ticket,
                    None => {
                        let session = session.clone();
                        self.ticket(Some(session)).await?.0
                    }
                };
                Ok((format!("ticket={ticket}"), None))
            }
            None => Err(Refused::passing("nobody signed in")),
        }
    }

    async fn sign_in(&self) -> Result<Standing, Refused> {
        if self.way == Way::Ticket {
            let (ticket, session) = self.ticket(None).await?;
            let next = Some(ticket);
            return Ok(Standing::Ticket { session, next });
        }
        let token = self.token().await?;
        let login = Request::post("/login/jwt-session").header("authorization", &format!("Bearer {token}"));
        let answer = self.tenant(login).await?;
        if answer.status != 200 {
            return Err(refused("sign-in", &answer));
        }
        let pairs = answer.headers_named("set-cookie");
        let pairs: Vec<&str> = pairs.filter_map(|line| line.split(';').next()).collect();
        Ok(Standing::Cookie(pairs.join("; ")))
    }

    async fn csrf(&self, cookie: &str) -> Result<String, Refused> {
        let request = Request::get("/api/v1/csrf-token").header("cookie", cookie);
        let answer = self.tenant(request).await?;
        match answer.headers_named("qlik-csrf-token").next() {
            Some(token) if answer.status < 300 => Ok(token.to_owned()),
            _ => Err(refused("csrf-token", &answer)),
        }
    }

    async fn ticket(&self, session: Option<Value>) -> Result<(String, Value), Refused> {
        let token = self.token().await?;
        let mut body = json!({ "appId": self.place.app, "identity": IDENTITY, "count": 1 });
        if let Some(session) = session {
            body["sessionId"] = session;
        }
        let request = Request::post("/api/fanlight/v1/tickets")
            .header("authorization", &format!("Bearer {token}"))
            .header("content-type", "application/json")
            .body(&body.to_string());
        let answer = self.tenant(request).await?;
        let said: Value = serde_json::from_str(&answer.body).unwrap_or_default();
        match (said["ticket"].as_str(), answer.status) {
            (Some(ticket), 200..300) => Ok((ticket.to_owned(), said["sessionId"].clone())),
            _ => Err(refused("tickets", &answer)),
        }
    }

    async fn token(&self) -> Result<String, Refused> {
        let request = Request::get(&format!("/demo-token?user={}", self.user));
        let answer = ask(self.from, self.place.portal, request).await;
        let answer = answer.map_err(|_| Refused::passing("token endpoint: no answer"))?;
        let body: Value = serde_json::from_str(&answer.body).unwrap_or_default();
        let token = body["body"].as_str().map(str::to_owned);
        token.ok_or_else(|| Refused::Passing(format!("token endpoint: {}", answer.status)))
    }

    async fn tenant(&self, request: Request) -> Result<Answer, Refused> {
        let request = request
            .header("origin", &self.place.origin)
            .header("qlik-web-integration-id", &self.place.integration);
        let answer = ask(self.from, self.place.tenant, request).await;
        answer.map_err(|_| Refused::passing("tenant: no answer"))
    }
}

/// What the SDK makes of an answer that is no success.
fn refused(what: &str, answer: &Answer) -> Refused {
    let body: Value = serde_json::from_str(&answer.body).unwrap_or_default();
    let detail = body["errors"][0]["detail"].as_str().unwrap_or_default();
    if ["idle-timeout", "lifetime", "revoked", "signed-out"].contains(&detail) {
        return Refused::Ended(detail.to_owned());
    }
    match answer.status {
        429 | 500.. => Refused::Passing(format!("{what}: {}", answer.status)),
        401 if what == "csrf-token" => Refused::Ended("signed-out".to_owned()),
        _ => Refused::Ended(format!("token-rejected: {}", answer.status)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, body: &str) -> Answer {
        Answer {
            status,
            headers: Vec::new(),
            body: body.to_owned(),
        }
    }

    #[test]
    fn the_tenants_reason_goes_before_the_status() {
        let said = answer(401, r#"{"errors":[{"detail":"revoked"}]}"#);
        assert_eq!(refused("tickets", &said), Refused::Ended("revoked".to_owned()));
        assert_eq!(
            refused("csrf-token", &answer(401, "")),
            Refused::Ended("signed-out".to_owned())
        );
        assert_eq!(
            refused("tickets", &answer(403, "")),
            Refused::Ended("token-rejected: 403".to_owned())
        );
        assert_eq!(
            refused("sign-in", &answer(503, "")),
            Refused::passing("sign-in: 503")
        );
    }
}
