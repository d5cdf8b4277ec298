//! Bodies and parameters, with refusals in the tenant's own form.

use std::net::{IpAddr, Ipv4Addr};
use std::str::FromStr;

use axum::Json;
use axum::extract::rejection::{JsonRejection, QueryRejection};
use axum::extract::{FromRequest, FromRequestParts, Query, Request};
use fanlight_identity::StoreError;
use fanlight_protocol::rest::{Patch, PatchOp};
use http::StatusCode;
use http::request::Parts;
use serde::de::DeserializeOwned;

use crate::AppState;
use crate::client::counted_as;
use crate::error::ApiError;

/// A body of JSON.
#[derive(Debug)]
pub struct Body<T>(pub T);

/// A body of JSON Patch that only replaces; nothing else is supported.
#[derive(Debug)]
pub struct Replacements(pub Vec<Replacement>);

/// One value in place of another.
#[derive(Debug)]
pub struct Replacement {
    /// A JSON pointer such as `/name`.
    pub path: String,
    value: serde_json::Value,
}

/// What an id of the path names; what is no id names nothing. `what` says the kind, for the refusal.
///
/// # Errors
/// There is none, or the store failed.
pub fn named<I: FromStr, T>(
    what: &'static str,
    id: &str,
    read: impl FnOnce(&I) -> Result<Option<T>, StoreError>,
) -> Result<T, ApiError> {
    let found = id.parse().ok().map(|id| read(&id)).transpose()?;
    found.flatten().ok_or(ApiError::NotFound(what))
}

/// The query.
#[derive(Debug)]
pub struct Params<T>(pub T);

/// The address of the client, behind whatever proxies the operator trusts.
#[derive(Debug, Clone, Copy)]
pub struct ClientAddr(pub IpAddr);

impl<T: DeserializeOwned> FromRequest<AppState> for Body<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &AppState) -> Result<Self, ApiError> {
        match Json::from_request(request, state).await {
            Ok(Json(body)) => Ok(Self(body)),
            Err(rejection) => Err(refuse(&rejection)),
        }
    }
}

impl FromRequest<AppState> for Replacements {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &AppState) -> Result<Self, ApiError> {
        let Body(patches) = Body::<Vec<Patch>>::from_request(request, state).await?;
        if patches.iter().any(|patch| patch.op != PatchOp::Replace) {
            return Err(ApiError::Invalid("only `replace` is supported".to_owned()));
        }
        let replacement = |Patch { path, value, .. }| Replacement { path, value };
        Ok(Self(patches.into_iter().map(replacement).collect()))
    }
}

impl Replacement {
    /// The new value.
    ///
    /// # Errors
    /// It is of another type than what stands at the path.
    pub fn value<T: DeserializeOwned>(self) -> Result<T, ApiError> {
        let Self { path, value } = self;
        serde_json::from_value(value).map_err(|error| ApiError::Invalid(format!("{path}: {error}")))
    }

    /// Nothing that can be changed stands at the path.
    pub fn refuse(&self) -> ApiError {
        ApiError::Invalid(format!("{} cannot be changed", self.path))
    }
}

fn refuse(rejection: &JsonRejection) -> ApiError {
    if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
        return ApiError::TooLarge;
    }
    ApiError::Invalid(rejection.body_text())
}

impl<T: DeserializeOwned> FromRequestParts<AppState> for Params<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        let query: Result<Query<T>, QueryRejection> = Query::from_request_parts(parts, state).await;
        query
            .map(|Query(params)| Self(params))
            .map_err(|rejection| ApiError::Invalid(rejection.body_text()))
    }
}

impl FromRequestParts<AppState> for ClientAddr {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &AppState) -> Result<Self, Self::Rejection> {
        Ok(Self::of(&parts.extensions))
    }
}

impl ClientAddr {
    /// The address, or loopback in a router that does not find it out.
    pub fn of(extensions: &http::Extensions) -> Self {
        let known = extensions.get::<Self>().copied();
        known.unwrap_or(Self(IpAddr::V4(Ipv4Addr::LOCALHOST)))
    }

    /// As whom limits count it.
    pub fn counted(self) -> IpAddr {
        counted_as(self.0)
    }
}
