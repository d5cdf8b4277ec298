//! WebSocket close codes that clients of the engine know how to explain.

use std::fmt;

/// Why the server ends a connection. Never 1000 or 4000: clients hear nothing of those.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CloseCode {
    /// 4001: nothing was asked for too long.
    Idle,
    /// 4003: the server restarts; clients come back at once.
    Restarting,
    /// 4004: the app was removed; clients come back at once.
    AppRemoved,
    /// 4005: the user, or the server, has too many sessions.
    SessionLimit,
    /// 4006: the login session ended: signed out, revoked or expired.
    SignedOut,
    /// 4202: the client broke the protocol, for example by a message that is too long.
    BadRequest,
    /// 4203: the user may not open this.
    NotPermitted,
    /// 4204: there is no such app.
    NoSuchApp,
    /// 4205: too much at once; the client reads too slowly or asks too fast.
    TooManyRequests,
}

impl CloseCode {
    /// All of them, by number.
    pub const ALL: &[Self] = &[
        Self::Idle,
        Self::Restarting,
        Self::AppRemoved,
        Self::SessionLimit,
        Self::SignedOut,
        Self::BadRequest,
        Self::NotPermitted,
        Self::NoSuchApp,
        Self::TooManyRequests,
    ];

    /// The number on the wire.
    pub const fn number(self) -> u16 {
        match self {
            Self::Idle => 4001,
            Self::Restarting => 4003,
            Self::AppRemoved => 4004,
            Self::SessionLimit => 4005,
            Self::SignedOut => 4006,
            Self::BadRequest => 4202,
            Self::NotPermitted => 4203,
            Self::NoSuchApp => 4204,
            Self::TooManyRequests => 4205,
        }
    }

    /// The close code with this number, if the server ever sends it.
    pub const fn from_number(number: u16) -> Option<Self> {
        Some(match number {
            4001 => Self::Idle,
            4003 => Self::Restarting,
            4004 => Self::AppRemoved,
            4005 => Self::SessionLimit,
            4006 => Self::SignedOut,
            4202 => Self::BadRequest,
            4203 => Self::NotPermitted,
            4204 => Self::NoSuchApp,
            4205 => Self::TooManyRequests,
            _ => return None,
        })
    }
}

impl fmt::Display for CloseCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.number())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_reads_back_and_none_is_silent() {
        for number in 0..=u16::MAX {
            if let Some(code) = CloseCode::from_number(number) {
                assert_eq!(code.number(), number);
                assert!(number != 1000 && number != 4000);
            }
        }
    }
}
