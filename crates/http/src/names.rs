//! The names of what is known by an id; each is looked up once.

use std::collections::HashMap;

use fanlight_base::UserId;
use fanlight_identity::{Authenticated, StoreError};
use fanlight_protocol::rest;

use crate::auth::viewer;
use crate::state::Services;

/// Names of users, apps and web integrations.
pub struct Names<'a> {
    services: &'a Services,
    users: HashMap<UserId, rest::SessionUser>,
    apps: HashMap<String, String>,
    integrations: HashMap<String, String>,
}

impl<'a> Names<'a> {
    /// Of users only.
    pub fn of_users(services: &'a Services) -> Self {
        Self {
            services,
            users: HashMap::new(),
            apps: HashMap::new(),
            integrations: HashMap::new(),
        }
    }

    /// Of everything that `caller` may see.
    ///
    /// # Errors
    /// The store failed.
    pub fn of_all(services: &'a Services, caller: &Authenticated) -> Result<Self, StoreError> {
        let apps = services.host.apps(viewer(caller)).into_iter();
        let integrations = services.store.web_integrations()?.into_iter();
        Ok(Self {
            apps: apps.map(|app| (app.id.to_string(), app.title)).collect(),
            integrations: integrations
                .map(|integration| (integration.id.to_string(), integration.name))
                .collect(),
            ..Self::of_users(services)
        })
    }

    /// The user with that id; without a name if they are gone.
    ///
    /// # Errors
    /// The store failed.
    pub fn user(&mut self, id: &UserId) -> Result<rest::SessionUser, StoreError> {
        if let Some(known) = self.users.get(id) {
            return Ok(known.clone());
        }
        let user = self.services.store.user(id)?;
        let (subject, name) = user.map_or_else(Default::default, |user| (user.subject, user.name));
        let entry = rest::SessionUser {
            id: id.to_string(),
            subject,
            name,
        };
        self.users.insert(id.clone(), entry.clone());
        Ok(entry)
    }

    /// The same for a text that may be a user's id; `None` for a word such as `server`, and for a user who is gone.
    ///
    /// # Errors
    /// The store failed.
    pub fn user_of(&mut self, text: &str) -> Result<Option<rest::SessionUser>, StoreError> {
        let Ok(id) = text.parse::<UserId>() else {
            return Ok(None);
        };
        Ok(Some(self.user(&id)?).filter(|user| !user.subject.is_empty()))
    }

    /// The title of an app.
    pub fn app(&self, id: &str) -> Option<String> {
        self.apps.get(id).cloned()
    }

    /// The name of a web integration.
    pub fn integration(&self, id: &str) -> Option<String> {
        self.integrations.get(id).cloned()
    }
}

/// Text that is looked for, whatever its case.
#[derive(Debug, Clone)]
pub struct Wanted(String);

impl Wanted {
    /// `None` for a text of nothing but blanks, which is in everything.
    pub fn new(text: &str) -> Option<Self> {
        Some(text.trim().to_lowercase())
            .filter(|text| !text.is_empty())
            .map(Self)
    }

    /// Whether it is in one of these.
    pub fn is_in<'t>(&self, texts: impl IntoIterator<Item = &'t str>) -> bool {
        texts
            .into_iter()
            .any(|text| text.to_lowercase().contains(&self.0))
    }
}
