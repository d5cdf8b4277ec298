//! A token looked at rule by rule.

use fanlight_base::Timestamp;

use crate::token::{ORDER, Subject};
use crate::{Rule, Rules, TokenError, UnverifiedToken};

/// What one rule says about a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The rule.
    pub rule: Rule,
    /// Whether the token keeps it.
    pub ok: bool,
    /// What was found.
    pub message: String,
    /// What to change, when it is broken.
    pub fix: Option<String>,
}

impl Finding {
    fn kept(rule: Rule, message: impl Into<String>) -> Self {
        Self {
            rule,
            ok: true,
            message: message.into(),
            fix: None,
        }
    }

    fn broken(rule: Rule, error: &TokenError) -> Self {
        Self {
            rule,
            ok: false,
            message: error.to_string(),
            fix: Some(error.fix()),
        }
    }
}

/// Every rule in the order of the sign-in; the first that is not `ok` is the one that the sign-in names.
///
/// A rule that needs what an earlier one did not find (the signature without a key) is broken for the same reason.
/// [`Rule::SingleUse`] is not part of it: nothing here remembers tokens.
pub fn explain(token: &str, rules: &Rules, now: Timestamp) -> Vec<Finding> {
    let parsed = match UnverifiedToken::parse(token) {
        Ok(parsed) => parsed,
        Err(error) => return vec![Finding::broken(error.rule(), &error)],
    };
    let subject = Subject {
        token: &parsed,
        rules,
        now,
    };
    let mut findings = vec![
        Finding::kept(Rule::Size, format!("{} bytes", token.trim().len())),
        Finding::kept(Rule::Form, "three base64url parts, header and payload are JSON"),
    ];
    let key_is_known = subject.check(Rule::KeyId).is_ok();
    // Of a key that is not known there is no period to break.
    let applies = |rule: &Rule| key_is_known || !matches!(rule, Rule::KeyNotBefore | Rule::KeyRetired);
    findings.extend(
        ORDER
            .into_iter()
            .filter(applies)
            .map(|rule| match subject.check(rule) {
                Ok(message) => Finding::kept(rule, message),
                Err(error) => Finding::broken(rule, &error),
            }),
    );
    findings
}
