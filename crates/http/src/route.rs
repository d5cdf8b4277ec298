//! One module per route; its functions are the methods.

pub mod api_keys;
pub mod app_folders;
pub mod app_socket;
pub mod apps;
pub mod audit;
pub mod auth_settings;
pub mod csp_origins;
pub mod csrf_token;
pub mod events;
pub mod health;
pub mod identity_providers;
pub mod items;
pub mod jwt_session;
pub mod login;
pub mod logout;
pub mod metrics;
pub mod pages;
pub mod product_info;
pub mod session_actions;
pub mod sessions;
pub mod tenants;
pub mod themes;
pub mod tickets;
pub mod user_locale;
pub mod users;
pub mod web_integrations;
