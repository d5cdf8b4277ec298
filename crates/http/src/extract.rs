//! Bodies and parameters, with refusals in the tenant's own form.

use std::net::{IpAddr, Ipv4Addr};

use axum::Json;
use axum::extract::rejection::{JsonRejection, QueryRejection};
use axum::extract::{FromRequest, FromRequestParts, Query, Request};
use http::StatusCode;
use http::request::Parts;
use serde::de::DeserializeOwned;

use crate::AppState;
use crate::client::counted_as;
use crate::error::ApiError;

/// A body of JSON.
#[derive(Debug)]
pub struct Body<T>(pub T);

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
