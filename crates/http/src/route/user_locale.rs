//! `/api/v1/user-locale`, by which clients also learn whether their session still stands.

use axum::Json;
use fanlight_protocol::rest::UserLocale;

use crate::auth::Caller;

/// Tokens carry no locale, so it is the same for everybody.
pub async fn get(_: Caller) -> Json<UserLocale> {
    Json(UserLocale {
        locale: "en-US".to_owned(),
        zoneinfo: "Etc/UTC".to_owned(),
    })
}
