//! Identifiers, each a type of its own, so that a user's id cannot be passed where an app's is meant.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use crate::Entropy;

/// Why a text is no id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an id is 1 to 128 characters out of letters, digits, `-`, `_` and `.`")]
pub struct ParseIdError;

fn is_id(text: &str) -> bool {
    (1..=128).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Arc<str>);

        impl $name {
            /// A new id of 128 unguessable bits.
            pub fn generate(entropy: &dyn Entropy) -> Self {
                Self(entropy.hex128().into())
            }

            /// The id's text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl FromStr for $name {
            type Err = ParseIdError;

            fn from_str(text: &str) -> Result<Self, ParseIdError> {
                if is_id(text) { Ok(Self(text.into())) } else { Err(ParseIdError) }
            }
        }
    )*};
}

ids! {
    /// One Fanlight deployment.
    TenantId;
    /// A person or program known to the tenant.
    UserId;
    /// Who may mint JWTs for the tenant.
    IdentityProviderId;
    /// The origins of one portal that may call the tenant from a browser.
    WebIntegrationId;
    /// A signed-in browser. This names the session in lists and logs; it is not the cookie's secret.
    LoginSessionId;
    /// User + app + identity: one set of selections.
    EngineSessionId;
    /// One WebSocket.
    ConnectionId;
    /// An app of the tenant.
    AppId;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SeededEntropy;

    #[test]
    fn a_generated_id_reads_back() {
        let id = UserId::generate(&SeededEntropy::new(1));
        assert_eq!(id.as_str().len(), 32);
        assert_eq!(id.as_str().parse(), Ok(id));
    }

    #[test]
    fn text_that_could_break_a_path_or_a_header_is_refused() {
        for bad in ["", "a/b", "a b", "a\r\n", "ä", &"x".repeat(129)] {
            assert_eq!(bad.parse::<AppId>(), Err(ParseIdError), "{bad:?}");
        }
    }
}
