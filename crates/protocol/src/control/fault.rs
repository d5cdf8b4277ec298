//! Faults of the whole server.

use std::fmt;

use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// How often a fault strikes: `true`, `false` or a number in JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Times {
    /// It is off.
    #[default]
    Never,
    /// So often from now on.
    Next(u32),
    /// Until it is taken back.
    Always,
}

/// `POST faults`: what is left out stays as it is.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct FaultChange {
    /// WebSocket handshakes by cookie are refused as with a wrong CSRF token; `true` is once.
    pub csrf_refuse_once: Option<Times>,
    /// Engine connections are closed with 4203; `true` is once.
    pub deny_app_once: Option<Times>,
    /// The demo portal's token endpoint answers 500.
    #[serde(rename = "token-endpoint-500")]
    pub token_endpoint_500: Option<Times>,
    /// Nobody gets a ticket.
    pub tickets_refuse: Option<Times>,
    /// Sign-in cookies come without `Partitioned`.
    pub plain_cookies: Option<bool>,
    /// Nobody may frame `/single/`.
    pub frame_refuse: Option<bool>,
    /// Every engine connection is closed with 4003, and every engine session leaves memory, once.
    pub restart_engine: Option<bool>,
}

/// The faults as they stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Faults {
    /// As in [`FaultChange`]; a number is how often it will still strike.
    pub csrf_refuse_once: Times,
    /// The same.
    pub deny_app_once: Times,
    /// The same.
    #[serde(rename = "token-endpoint-500")]
    pub token_endpoint_500: Times,
    /// The same.
    pub tickets_refuse: Times,
    /// As in [`FaultChange`].
    pub plain_cookies: bool,
    /// As in [`FaultChange`].
    pub frame_refuse: bool,
}

impl Times {
    /// Whether the fault strikes now. One that strikes a number of times has one less to go.
    pub const fn strike(&mut self) -> bool {
        match self {
            Self::Never => false,
            Self::Always => true,
            Self::Next(1) => {
                *self = Self::Never;
                true
            }
            Self::Next(left) => {
                *left -= 1;
                true
            }
        }
    }
}

impl Serialize for Times {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Never => serializer.serialize_bool(false),
            Self::Always => serializer.serialize_bool(true),
            Self::Next(left) => serializer.serialize_u32(*left),
        }
    }
}

impl<'de> Deserialize<'de> for Times {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TimesVisitor)
    }
}

struct TimesVisitor;

impl Visitor<'_> for TimesVisitor {
    type Value = Times;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("true, false or how many times")
    }

    fn visit_bool<E: Error>(self, is_on: bool) -> Result<Times, E> {
        Ok(if is_on { Times::Always } else { Times::Never })
    }

    fn visit_u64<E: Error>(self, times: u64) -> Result<Times, E> {
        Ok(match u32::try_from(times).unwrap_or(u32::MAX) {
            0 => Times::Never,
            times => Times::Next(times),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_switches_or_numbers() {
        let change: FaultChange = serde_json::from_str(
            r#"{"csrf-refuse-once": true, "deny-app-once": 2, "token-endpoint-500": false, "tickets-refuse": 0}"#,
        )
        .unwrap();
        assert_eq!(change.csrf_refuse_once, Some(Times::Always));
        assert_eq!(change.deny_app_once, Some(Times::Next(2)));
        assert_eq!(change.token_endpoint_500, Some(Times::Never));
        assert_eq!(change.tickets_refuse, Some(Times::Never));
        for wrong in [r#"{"tickets-refuse": -1}"#, r#"{"tickets-refuse": "yes"}"#] {
            let refused = serde_json::from_str::<FaultChange>(wrong).unwrap_err();
            assert!(refused.to_string().contains("how many times"), "{refused}");
        }
        let many: FaultChange = serde_json::from_str(r#"{"tickets-refuse": 99999999999}"#).unwrap();
        assert_eq!(many.tickets_refuse, Some(Times::Next(u32::MAX)));
        assert!(serde_json::from_str::<FaultChange>(r#"{"no-such-fault": true}"#).is_err());
    }

    #[test]
    fn a_number_of_times_is_used_up() {
        let mut times = Times::Next(2);
        assert!(times.strike());
        assert_eq!(serde_json::to_string(&times).unwrap(), "1");
        assert!(times.strike());
        assert!(!times.strike());
        assert_eq!(serde_json::to_string(&times).unwrap(), "false");
        assert!(Times::Always.strike() && !Times::Never.strike());
    }
}
