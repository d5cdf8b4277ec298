//! Who may open which app.

use std::collections::BTreeSet;

use crate::{Principal, Role};

/// Who may open an app. Administrators of the tenant may open every app.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Access {
    /// Everyone in the tenant.
    #[default]
    Everyone,
    /// Some of them.
    Only {
        /// By their subjects.
        users: BTreeSet<String>,
        /// By groups that they are members of.
        groups: BTreeSet<String>,
    },
}

/// Somebody who asks for apps.
#[derive(Debug, Clone, Copy)]
pub struct Viewer<'a> {
    /// The subject under which the identity provider knows the user.
    pub subject: &'a str,
    /// The names of their groups.
    pub groups: &'a [String],
    /// What they may do.
    pub role: Role,
}

impl Access {
    /// Whether this viewer may open the app. Names are compared letter by letter.
    pub fn allows(&self, viewer: Viewer<'_>) -> bool {
        match self {
            Self::Everyone => true,
            Self::Only { users, groups } => {
                viewer.role == Role::Admin
                    || users.contains(viewer.subject)
                    || viewer.groups.iter().any(|group| groups.contains(group))
            }
        }
    }
}

impl Principal {
    /// The principal, as far as apps are concerned.
    pub fn viewer(&self) -> Viewer<'_> {
        Viewer {
            subject: &self.subject,
            groups: &self.groups,
            role: self.role,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_app_is_open_to_those_that_it_names_and_to_administrators() {
        let set = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        let access = Access::Only {
            users: set(&["ada"]),
            groups: set(&["finance"]),
        };
        let [finance, other_case] = [["finance".to_owned()], ["Finance".to_owned()]];
        let allows = |subject, groups, role| {
            access.allows(Viewer {
                subject,
                groups,
                role,
            })
        };
        assert!(allows("ada", &[], Role::User));
        assert!(allows("bob", &finance, Role::User));
        assert!(allows("root", &[], Role::Admin));
        for stranger in ["bob", "Ada", "ada ", "", "finance"] {
            assert!(!allows(stranger, &[], Role::User), "{stranger:?}");
            assert!(!allows(stranger, &other_case, Role::User), "{stranger:?}");
        }
        let nobody = Viewer {
            subject: "",
            groups: &[],
            role: Role::User,
        };
        assert!(Access::Everyone.allows(nobody));
    }
}
