//! `/api/v1/csp-origins`

use axum::Json;
use axum::extract::{Path, RawQuery, State};
use fanlight_identity::{Change, Context, CspError, CspOrigin, CspOriginId, Directive, generate_header};
use fanlight_protocol::rest;
use http::StatusCode;

use crate::AppState;
use crate::administrator::Administrator;
use crate::auth::Admin;
use crate::error::ApiError;
use crate::extract::{Body, named};
use crate::list::{Field, Kind, Spec, Value};
use crate::state::Services;
use crate::wire;

macro_rules! switch {
    ($name:literal, $directive:ident) => {
        Field::new($name, Kind::Flag, |entry| {
            Value::Flag(entry.directives.contains(Directive::$directive))
        })
    };
}

static CSP_ORIGINS: Spec<CspOrigin> = Spec {
    path: "/api/v1/csp-origins",
    usual: 20,
    most: 100,
    fields: &[
        Field::new("name", Kind::Words, |entry| entry.name.as_str().into()),
        Field::new("description", Kind::Words, |entry| {
            entry.description.as_str().into()
        }),
        Field::new("origin", Kind::Words, |entry| entry.source.to_header().into()),
        Field::new("id", Kind::Exact, |entry| entry.id.as_str().into()),
        Field::new("createdDate", Kind::Time, |entry| {
            entry.created_at.to_string().into()
        }),
        Field::new("modifiedDate", Kind::Time, |entry| {
            entry.updated_at.to_string().into()
        }),
        switch!("childSrc", ChildSrc),
        switch!("connectSrc", ConnectSrc),
        switch!("connectSrcWSS", ConnectSrcWss),
        switch!("fontSrc", FontSrc),
        switch!("formAction", FormAction),
        switch!("frameAncestors", FrameAncestors),
        switch!("frameSrc", FrameSrc),
        switch!("imgSrc", ImgSrc),
        switch!("mediaSrc", MediaSrc),
        switch!("objectSrc", ObjectSrc),
        switch!("scriptSrc", ScriptSrc),
        switch!("styleSrc", StyleSrc),
        switch!("workerSrc", WorkerSrc),
    ],
    own: &[],
    id: |entry| entry.id.to_string(),
    order: |entry| entry.created_at.to_string().into(),
};

/// `GET /api/v1/csp-origins`
pub async fn list(
    State(state): State<AppState>,
    Admin(_): Admin,
    RawQuery(query): RawQuery,
) -> Result<Json<rest::List<rest::CspOrigin>>, ApiError> {
    let query = CSP_ORIGINS.read(query.as_deref())?;
    state
        .ask(move |services, cx| {
            let base = wire::Base::new(&services.settings, cx.tenant);
            let page = query.choose(cx.store.csp_origins()?);
            Ok(Json(page.answer(&base, |entry| wire::csp_origin(&entry))))
        })
        .await
}

/// `POST /api/v1/csp-origins`
pub async fn post(
    State(state): State<AppState>,
    by: Administrator,
    Body(new): Body<rest::NewCspOrigin>,
) -> Result<(StatusCode, Json<rest::CspOrigin>), ApiError> {
    state
        .ask(move |services, cx| {
            let entry = CspOrigin {
                id: CspOriginId::generate(cx.entropy),
                name: String::new(),
                description: String::new(),
                source: source(&new.origin)?,
                directives: wire::directives(&new.directives),
                created_at: cx.now,
                updated_at: cx.now,
            };
            let entry = changed(entry, new, cx)?;
            put(services, cx, &by, &entry)?;
            Ok((StatusCode::CREATED, Json(wire::csp_origin(&entry))))
        })
        .await
}

/// `GET /api/v1/csp-origins/{id}`
pub async fn get(
    State(state): State<AppState>,
    Admin(_): Admin,
    Path(id): Path<String>,
) -> Result<Json<rest::CspOrigin>, ApiError> {
    state
        .ask(move |_, cx| Ok(Json(wire::csp_origin(&find(cx, &id)?))))
        .await
}

/// `PUT /api/v1/csp-origins/{id}`
pub async fn put_one(
    State(state): State<AppState>,
    by: Administrator,
    Path(id): Path<String>,
    Body(new): Body<rest::NewCspOrigin>,
) -> Result<Json<rest::CspOrigin>, ApiError> {
    state
        .ask(move |services, cx| {
            let entry = changed(find(cx, &id)?, new, cx)?;
            put(services, cx, &by, &entry)?;
            Ok(Json(wire::csp_origin(&entry)))
        })
        .await
}

/// `DELETE /api/v1/csp-origins/{id}`
pub async fn delete(
    State(state): State<AppState>,
    by: Administrator,
    Path(id): Path<String>,
) -> Result<StatusCode, ApiError> {
    state
        .ask(move |services, cx| {
            let entry = find(cx, &id)?;
            by.change(services, cx, Change::DeleteCspOrigin(&entry.id))?;
            Ok(StatusCode::NO_CONTENT)
        })
        .await
}

/// `GET /api/v1/csp-origins/actions/generate-header`
pub async fn header(
    State(state): State<AppState>,
    Admin(_): Admin,
) -> Result<Json<rest::CspHeader>, ApiError> {
    state
        .blocking(|services| {
            let value = generate_header(&services.store.csp_origins()?).map_err(|error| too_much(&error))?;
            Ok::<_, ApiError>(Json(rest::CspHeader { value }))
        })
        .await
}

fn find(cx: &Context<'_>, id: &str) -> Result<CspOrigin, ApiError> {
    named("CSP origin", id, |id| cx.store.csp_origin(id))
}

fn changed(entry: CspOrigin, new: rest::NewCspOrigin, cx: &Context<'_>) -> Result<CspOrigin, ApiError> {
    Ok(CspOrigin {
        source: source(&new.origin)?,
        directives: wire::directives(&new.directives),
        name: new.name.unwrap_or(entry.name),
        description: new.description.unwrap_or(entry.description),
        updated_at: cx.now,
        ..entry
    })
}

/// Keeps the entry, unless the header would then be more than browsers and proxies take.
fn put(services: &Services, cx: &Context<'_>, by: &Administrator, entry: &CspOrigin) -> Result<(), ApiError> {
    let mut all = cx.store.csp_origins()?;
    all.retain(|known| known.id != entry.id);
    all.push(entry.clone());
    generate_header(&all).map_err(|error| too_much(&error))?;
    by.change(services, cx, Change::PutCspOrigin(entry))
}

fn source(text: &str) -> Result<fanlight_identity::CspSource, ApiError> {
    text.parse()
        .map_err(|error| ApiError::Invalid(format!("origin: {error}")))
}

fn too_much(error: &CspError) -> ApiError {
    match error {
        CspError::TooMany(_) | CspError::TooLong(_) => ApiError::Invalid(error.to_string()),
    }
}
