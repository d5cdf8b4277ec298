//! Bodies of the REST surface, as the public contract of Qlik Cloud names them.
//!
//! These types carry no behaviour beyond serde: `fanlight-http` turns domain values into them and back.

mod api_key;
mod app;
mod app_folder;
mod auth_settings;
mod csp_origin;
mod error;
mod identity_provider;
mod list;
mod operator;
mod patch;
mod product_info;
mod sign_in;
mod tenant;
mod theme;
mod ticket;
mod user;
mod web_integration;

pub use api_key::{ApiKey, NewApiKey};
pub use app::{App, AppAttributes, Item, ItemLinks, ItemMeta};
pub use app_folder::{AppFolder, AppFolderList};
pub use auth_settings::AuthSettings;
pub use csp_origin::{CspDirectives, CspHeader, CspOrigin, NewCspOrigin};
pub use error::{ErrorBody, ErrorItem};
pub use identity_provider::{
    IdentityProvider, IdentityProviderOptions, NewIdentityProvider, NewIdentityProviderOptions, StaticKey,
};
pub use list::{Href, List, ListLinks, SelfLink};
pub use operator::{
    ActionResult, AuditItem, ConnectionEntry, EndSessions, EngineEntry, LoginEntry, MessageSessions,
    MessageSeverity, OperatorEvent, Page, SessionCounts, SessionEntry, SessionMessage, SessionPage,
    SessionQuery, SessionUser, Subject,
};
pub use patch::{Patch, PatchOp};
pub use product_info::{Composition, ProductInfo};
pub use sign_in::SignInPlaces;
pub use tenant::Tenant;
pub use theme::Theme;
pub use ticket::{NewTickets, Tickets};
pub use user::{AssignedGroup, AssignedRole, User, UserLocale};
pub use web_integration::{NewWebIntegration, WebIntegration};
