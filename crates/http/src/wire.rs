//! Domain values as they stand on the REST surface.

use std::time::Duration;

use fanlight_base::Timestamp;
use fanlight_identity::{
    ApiKey, ApiKeyScope, CspOrigin, Directive, Directives, IdentityProvider, Tenant, User, UserStatus,
    WebIntegration,
};
use fanlight_protocol::rest;
use fanlight_rpc::AppEntry;

use crate::state::Settings;

/// Where addresses in answers begin.
#[derive(Debug, Clone, Copy)]
pub struct Base<'a> {
    origin: &'a str,
    tenant: &'a str,
}

impl<'a> Base<'a> {
    /// For answers of `tenant`.
    pub fn new(settings: &'a Settings, tenant: &'a Tenant) -> Self {
        Self {
            origin: settings.public_origin(),
            tenant: tenant.id.as_str(),
        }
    }

    /// An absolute address.
    pub fn href(&self, path: &str) -> rest::Href {
        rest::Href {
            href: format!("{}{path}", self.origin),
        }
    }

    fn link(&self, collection: &str, id: &str) -> rest::SelfLink {
        rest::SelfLink {
            this: self.href(&format!("/api/v1/{collection}/{id}")),
        }
    }

    /// A user.
    pub fn user(&self, user: &User) -> rest::User {
        let roles = if user.is_admin {
            vec!["TenantAdmin".to_owned()]
        } else {
            Vec::new()
        };
        let assigned_roles = roles
            .iter()
            .map(|name| rest::AssignedRole {
                id: "tenant-admin".to_owned(),
                name: name.clone(),
                kind: "default".to_owned(),
                level: "admin".to_owned(),
            })
            .collect();
        let assigned_groups = user
            .groups
            .iter()
            .map(|name| rest::AssignedGroup {
                id: name.clone(),
                name: name.clone(),
                provider_type: "idp".to_owned(),
            })
            .collect();
        rest::User {
            id: user.id.to_string(),
            tenant_id: self.tenant.to_owned(),
            subject: user.subject.clone(),
            name: user.name.clone(),
            email: user.email.clone(),
            status: status(user.status).to_owned(),
            created_at: user.created_at.to_string(),
            last_updated_at: user.updated_at.to_string(),
            created: user.created_at.to_string(),
            last_updated: user.updated_at.to_string(),
            roles,
            assigned_roles,
            assigned_groups,
            links: self.link("users", user.id.as_str()),
        }
    }

    /// The tenant.
    pub fn tenant(&self, tenant: &Tenant) -> rest::Tenant {
        rest::Tenant {
            id: tenant.id.to_string(),
            name: tenant.name.clone(),
            hostnames: tenant.hostnames.clone(),
            status: "active".to_owned(),
            created: tenant.created_at.to_string(),
            last_updated: tenant.updated_at.to_string(),
            links: self.link("tenants", tenant.id.as_str()),
        }
    }

    /// A web integration.
    pub fn web_integration(&self, integration: &WebIntegration) -> rest::WebIntegration {
        let origins = integration
            .origins
            .iter()
            .map(|origin| origin.as_str().to_owned());
        rest::WebIntegration {
            id: integration.id.to_string(),
            name: integration.name.clone(),
            tenant_id: self.tenant.to_owned(),
            valid_origins: origins.collect(),
            user_session_inactivity_timeout_minutes: integration.limits.idle().map(minutes),
            max_user_session_lifespan_minutes: integration.limits.lifetime().map(minutes),
            created: integration.created_at.to_string(),
            last_updated: integration.updated_at.to_string(),
            links: self.link("web-integrations", integration.id.as_str()),
        }
    }

    /// An identity provider.
    pub fn identity_provider(&self, provider: &IdentityProvider) -> rest::IdentityProvider {
        let keys = provider.keys.iter().map(|key| rest::StaticKey {
            kid: key.kid.clone(),
            pem: key.pem.clone(),
            not_before: key.period.not_before.map(|at| at.to_string()),
            retire_at: key.period.retire_at.map(|at| at.to_string()),
        });
        rest::IdentityProvider {
            id: provider.id.to_string(),
            description: provider.description.clone(),
            protocol: "jwtAuth".to_owned(),
            provider: "external".to_owned(),
            tenant_ids: vec![self.tenant.to_owned()],
            clock_tolerance_sec: provider.clock_tolerance.as_secs(),
            active: provider.active,
            interactive: false,
            created: provider.created_at.to_string(),
            last_updated: provider.updated_at.to_string(),
            options: rest::IdentityProviderOptions {
                issuer: provider.issuer.clone(),
                static_keys: keys.collect(),
                jwks_uri: provider.jwks_uri.as_ref().map(ToString::to_string),
                require_jti: provider.required.token_id,
                require_nbf: provider.required.not_before,
            },
            links: self.link("identity-providers", provider.id.as_str()),
        }
    }

    /// An API key, without its secret.
    pub fn api_key(&self, key: &ApiKey, now: Timestamp) -> rest::ApiKey {
        let status = match key.revoked_at {
            Some(_) => "revoked",
            None if key.is_valid(now) => "active",
            None => "expired",
        };
        let scope = match key.scope {
            ApiKeyScope::User => "user",
            ApiKeyScope::Admin => "admin",
        };
        rest::ApiKey {
            id: key.id.to_string(),
            sub: key.user.to_string(),
            sub_type: "user".to_owned(),
            tenant_id: self.tenant.to_owned(),
            description: key.description.clone(),
            status: status.to_owned(),
            scope: scope.to_owned(),
            expiry: key.expires_at.map(|at| at.to_string()),
            created: key.created_at.to_string(),
            last_updated: key.revoked_at.unwrap_or(key.created_at).to_string(),
            token: None,
            links: self.link("api-keys", key.id.as_str()),
        }
    }

    /// An app as an item.
    pub fn item(&self, app: &AppEntry, tenant_created: Timestamp) -> rest::Item {
        let id = app.id.to_string();
        rest::Item {
            name: app.title.clone(),
            description: app.description.clone(),
            resource_type: "app".to_owned(),
            resource_id: id.clone(),
            resource_attributes: app_attributes(app),
            tenant_id: self.tenant.to_owned(),
            created_at: tenant_created.to_string(),
            updated_at: app.last_reload.clone(),
            actions: vec!["read".to_owned()],
            collection_ids: Vec::new(),
            is_favorited: false,
            meta: rest::ItemMeta {
                actions: vec!["read".to_owned()],
                is_favorited: false,
            },
            links: rest::ItemLinks {
                this: self.href(&format!("/api/v1/items/{id}")),
                open: self.href(&format!("/single/?appid={id}")),
            },
            id,
        }
    }
}

/// Whether a user may sign in.
pub const fn status(status: UserStatus) -> &'static str {
    match status {
        UserStatus::Active => "active",
        UserStatus::Disabled => "disabled",
    }
}

const fn minutes(limit: Duration) -> u64 {
    limit.as_secs() / 60
}

/// How long login sessions last.
pub fn auth_settings(tenant: &Tenant) -> rest::AuthSettings {
    rest::AuthSettings {
        id: tenant.id.to_string(),
        tenant_id: tenant.id.to_string(),
        is_default: tenant.limits == fanlight_identity::SessionLimits::default(),
        max_user_session_lifespan_minutes: minutes(tenant.limits.lifetime()),
        user_session_inactivity_timeout_minutes: minutes(tenant.limits.idle()),
    }
}

/// An app.
pub fn app(app: &AppEntry) -> rest::App {
    rest::App {
        attributes: app_attributes(app),
        privileges: vec!["read".to_owned()],
    }
}

fn app_attributes(app: &AppEntry) -> rest::AppAttributes {
    rest::AppAttributes {
        id: app.id.to_string(),
        name: app.title.clone(),
        description: app.description.clone(),
        thumbnail: String::new(),
        last_reload_time: app.last_reload.clone(),
        published: true,
        has_section_access: false,
        is_direct_query_mode: false,
        usage: "ANALYTICS".to_owned(),
    }
}

/// A CSP origin.
pub fn csp_origin(origin: &CspOrigin) -> rest::CspOrigin {
    rest::CspOrigin {
        id: origin.id.to_string(),
        name: origin.name.clone(),
        description: origin.description.clone(),
        origin: origin.source.to_header(),
        created_date: origin.created_at.to_string(),
        modified_date: origin.updated_at.to_string(),
        directives: csp_directives(origin.directives),
    }
}

fn csp_directives(set: Directives) -> rest::CspDirectives {
    rest::CspDirectives {
        child_src: set.contains(Directive::ChildSrc),
        connect_src: set.contains(Directive::ConnectSrc),
        connect_src_wss: set.contains(Directive::ConnectSrcWss),
        font_src: set.contains(Directive::FontSrc),
        form_action: set.contains(Directive::FormAction),
        frame_ancestors: set.contains(Directive::FrameAncestors),
        frame_src: set.contains(Directive::FrameSrc),
        img_src: set.contains(Directive::ImgSrc),
        media_src: set.contains(Directive::MediaSrc),
        object_src: set.contains(Directive::ObjectSrc),
        script_src: set.contains(Directive::ScriptSrc),
        style_src: set.contains(Directive::StyleSrc),
        worker_src: set.contains(Directive::WorkerSrc),
    }
}

/// The directives that are switched on.
pub fn directives(wire: &rest::CspDirectives) -> Directives {
    let chosen = [
        (wire.child_src, Directive::ChildSrc),
        (wire.connect_src, Directive::ConnectSrc),
        (wire.connect_src_wss, Directive::ConnectSrcWss),
        (wire.font_src, Directive::FontSrc),
        (wire.form_action, Directive::FormAction),
        (wire.frame_ancestors, Directive::FrameAncestors),
        (wire.frame_src, Directive::FrameSrc),
        (wire.img_src, Directive::ImgSrc),
        (wire.media_src, Directive::MediaSrc),
        (wire.object_src, Directive::ObjectSrc),
        (wire.script_src, Directive::ScriptSrc),
        (wire.style_src, Directive::StyleSrc),
        (wire.worker_src, Directive::WorkerSrc),
    ];
    chosen
        .into_iter()
        .filter_map(|(on, directive)| on.then_some(directive))
        .collect()
}
