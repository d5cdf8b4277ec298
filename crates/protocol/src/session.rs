//! The states and reasons of an embedded session: words that the server says and that pages switch on.
//!
//! They are part of the public API. `cargo xtask gen` writes the TypeScript side from [`typescript`].

use serde::Serialize;

use crate::CloseCode;

macro_rules! words {
    ($($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $word:literal,)* })*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
        pub enum $name {
            $($(#[$variant_doc])* #[serde(rename = $word)] $variant,)*
        }

        impl $name {
            /// All of them, in the order of the documentation.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The word on the wire.
            pub const fn word(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)*
                }
            }

            /// What the word stands for.
            pub fn from_word(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|value| value.word() == word)
            }
        }
    )*};
}

words! {
    /// Where an embedded session is, as a page sees it.
    EmbedState {
        /// Nobody asked for a session yet, or nobody wants it any more.
        Idle = "idle",
        /// The page exchanges its token for a login session.
        SigningIn = "signing-in",
        /// The page opens the engine session.
        Connecting = "connecting",
        /// Charts answer.
        Live = "live",
        /// Charts answer, and the session ends soon unless something is done.
        Expiring = "expiring",
        /// There is no connection, and nobody tries to get one.
        Suspended = "suspended",
        /// The page tries to get its connection back.
        Resuming = "resuming",
        /// The session is over.
        Ended = "ended",
        /// Something keeps the session from coming about.
        Blocked = "blocked",
    }

    /// Why there is no connection.
    SuspendedReason {
        /// The browser says that it has no network.
        Offline = "offline",
        /// The connection was lost.
        Network = "network",
        /// The machine slept, or the page was frozen.
        Asleep = "asleep",
        /// The server restarts.
        EngineRestart = "engine-restart",
        /// The page asked for it.
        Manual = "manual",
    }

    /// Why a session is over.
    EndedReason {
        /// Nothing was done for too long.
        IdleTimeout = "idle-timeout",
        /// The login session reached its greatest age.
        Lifetime = "lifetime",
        /// Somebody other than the person ended it.
        Revoked = "revoked",
        /// The person signed out.
        SignedOut = "signed-out",
        /// Somebody else signed in on the same browser.
        Replaced = "replaced",
        /// The app was there and is not there any more.
        AppRemoved = "app-removed",
        /// There is no app of that id.
        NoSuchApp = "no-such-app",
        /// The user, or the server, has too many sessions.
        SessionLimit = "session-limit",
        /// The user may not open the app.
        NotPermitted = "not-permitted",
    }

    /// What keeps a session from coming about.
    BlockedReason {
        /// The browser keeps no cookie of the tenant here, and nothing else works either.
        CookiesBlocked = "cookies-blocked",
        /// The tenant does not let this page frame it.
        FrameRefused = "frame-refused",
        /// The page's origin is not among those of its web integration.
        OriginNotAllowed = "origin-not-allowed",
        /// The tenant has no web integration of the id that the page gives.
        UnknownIntegration = "unknown-integration",
        /// The browser does not let this page reach a server on a private network.
        LocalNetworkDenied = "local-network-denied",
        /// The portal's token endpoint fails.
        TokenEndpointFailed = "token-endpoint-failed",
        /// The tenant does not take the portal's token.
        TokenRejected = "token-rejected",
        /// Nothing answers.
        TenantUnreachable = "tenant-unreachable",
    }

    /// Which limit comes near.
    ExpiringReason {
        /// Nothing was done for almost as long as a session may idle.
        Idle = "idle",
        /// The login session is almost as old as it may get.
        Lifetime = "lifetime",
    }

    /// What a connection found.
    ResumeHow {
        /// A new engine session, with nothing selected.
        Created = "created",
        /// The engine session that was there.
        Attached = "attached",
        /// A new engine session with what the journal kept of an earlier one.
        Rebuilt = "rebuilt",
    }

    /// Why the server closes a connection: the text of the close frame, and `reason` in the notification before it.
    FarewellReason {
        /// Nothing was done for too long.
        IdleTimeout = "idle-timeout",
        /// The login session reached its greatest age.
        Lifetime = "lifetime",
        /// Somebody other than the person ended the session.
        Revoked = "revoked",
        /// The person signed out.
        SignedOut = "signed-out",
        /// Somebody else signed in on the same browser.
        Replaced = "replaced",
        /// The app was there and is not there any more.
        AppRemoved = "app-removed",
        /// There is no app of that id.
        NoSuchApp = "no-such-app",
        /// The user, or the server, has too many sessions.
        SessionLimit = "session-limit",
        /// The user may not open the app.
        NotPermitted = "not-permitted",
        /// The server restarts; come back at once.
        EngineRestart = "engine-restart",
        /// The client broke the protocol.
        BadRequest = "bad-request",
        /// The client asks too fast, or reads too slowly.
        TooManyRequests = "too-many-requests",
    }
}

impl FarewellReason {
    /// The close code that goes with it.
    pub const fn close_code(self) -> CloseCode {
        match self {
            Self::IdleTimeout => CloseCode::Idle,
            Self::Lifetime | Self::Revoked | Self::SignedOut | Self::Replaced => CloseCode::SignedOut,
            Self::AppRemoved => CloseCode::AppRemoved,
            Self::NoSuchApp => CloseCode::NoSuchApp,
            Self::SessionLimit => CloseCode::SessionLimit,
            Self::NotPermitted => CloseCode::NotPermitted,
            Self::EngineRestart => CloseCode::Restarting,
            Self::BadRequest => CloseCode::BadRequest,
            Self::TooManyRequests => CloseCode::TooManyRequests,
        }
    }

    /// The reason behind a close code, where nobody knows better.
    pub const fn of_code(code: CloseCode) -> Self {
        match code {
            CloseCode::Idle => Self::IdleTimeout,
            CloseCode::Restarting => Self::EngineRestart,
            CloseCode::AppRemoved => Self::AppRemoved,
            CloseCode::NoSuchApp => Self::NoSuchApp,
            CloseCode::SessionLimit => Self::SessionLimit,
            CloseCode::SignedOut => Self::SignedOut,
            CloseCode::BadRequest => Self::BadRequest,
            CloseCode::NotPermitted => Self::NotPermitted,
            CloseCode::TooManyRequests => Self::TooManyRequests,
        }
    }

    /// The reason of a text that begins with a word and may go on after a colon, as in `revoked: lost laptop`.
    pub fn of_text(text: &str) -> Option<Self> {
        Self::from_word(text.split(':').next().unwrap_or_default().trim())
    }
}

/// What is said of a session that an administrator ends without giving a reason. Pages have words of their own for it.
pub const USUAL_END: &str = "an administrator has ended the session";

/// The words as TypeScript: one union type and one array for each enum, and what each close code means.
pub fn typescript() -> String {
    let mut text = String::from(
        "// Written by `cargo xtask gen` from crates/protocol/src/session.rs. Do not edit.\n\
         //\n\
         // The words of an embedded session. For each set there is an array of them and the union of them as a type.\n",
    );
    macro_rules! sets {
        ($($constant:literal $name:ident: $about:literal;)*) => {
            $(
                let words = $name::ALL.iter().map(|value| value.word());
                push_set(&mut text, ($constant, stringify!($name), $about), &words.collect::<Vec<_>>());
            )*
        };
    }
    sets! {
        "embedStates" EmbedState: "Where an embedded session is.";
        "suspendedReasons" SuspendedReason: "Why there is no connection.";
        "endedReasons" EndedReason: "Why a session is over.";
        "blockedReasons" BlockedReason: "What keeps a session from coming about.";
        "expiringReasons" ExpiringReason: "Which limit comes near.";
        "resumeHows" ResumeHow: "What a connection found.";
        "farewellReasons" FarewellReason: "Why the server closes a connection: the text of the close frame.";
    }
    text.push_str("\n/** What the server means by a close code when no notification came before it. */\n");
    text.push_str("export const farewellByCode: Readonly<Record<number, FarewellReason>> = {\n");
    for code in CloseCode::ALL {
        text.push_str(&format!(
            "  {code}: \"{}\",\n",
            FarewellReason::of_code(*code).word()
        ));
    }
    text.push_str(
        "};\n\n/** What the server says of a session that an administrator ended without a reason. */\n",
    );
    text.push_str(&format!("export const usualEnd = \"{USUAL_END}\";\n"));
    text
}

/// The web parts' formatter puts an array on one line if it fits.
const LINE_CHARS: usize = 110;

fn push_set(text: &mut String, (constant, name, about): (&str, &str, &str), words: &[&str]) {
    let quoted: Vec<String> = words.iter().map(|word| format!("\"{word}\"")).collect();
    let mut array = format!("export const {constant} = [{}] as const;\n", quoted.join(", "));
    if array.len() > LINE_CHARS {
        array = format!(
            "export const {constant} = [\n  {},\n] as const;\n",
            quoted.join(",\n  ")
        );
    }
    text.push_str(&format!(
        "\n/** {about} */\n{array}export type {name} = (typeof {constant})[number];\n"
    ));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_reads_back() {
        for reason in FarewellReason::ALL {
            assert_eq!(FarewellReason::from_word(reason.word()), Some(*reason));
            assert_eq!(
                serde_json::to_value(reason).unwrap(),
                serde_json::json!(reason.word())
            );
        }
        assert_eq!(FarewellReason::from_word("bored"), None);
        assert_eq!(
            FarewellReason::of_text("revoked: lost laptop"),
            Some(FarewellReason::Revoked)
        );
        assert_eq!(FarewellReason::of_text("the server restarts"), None);
    }

    #[test]
    fn every_end_can_be_said_farewell_with() {
        for reason in EndedReason::ALL {
            assert!(FarewellReason::from_word(reason.word()).is_some(), "{reason:?}");
        }
    }

    #[test]
    fn a_code_and_its_reason_agree() {
        for reason in FarewellReason::ALL {
            let again = FarewellReason::of_code(reason.close_code());
            assert_eq!(again.close_code(), reason.close_code());
        }
    }

    /// Mended by `cargo xtask gen`.
    #[test]
    fn the_typescript_of_the_pages_is_up_to_date() {
        let file = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../../web/embed/src/generated/session.ts"
        );
        let kept = std::fs::read_to_string(file).unwrap_or_default();
        assert!(
            kept == typescript(),
            "{file} is stale: run `cargo xtask gen` and commit what it writes"
        );
    }
}
