//! The enumerations of the contract, in every spelling that clients send.
//!
//! A value has a short spelling (`S`), mostly a long one (`DATA_MODE_STRAIGHT`), and a number. Old documentation and some
//! clients write prefixes before the long one (`EQ_DATA_MODE_STRAIGHT`) or leave them out, and case varies. All of these
//! are read; the short spelling is what is kept and sent.

#[rustfmt::skip]
#[expect(missing_docs, reason = "the names are those of the contract")]
pub mod table;

use serde_json::Value;

/// One enumeration.
#[derive(Debug, PartialEq, Eq)]
pub struct Enumeration {
    /// The name in the contract.
    pub name: &'static str,
    /// In the order of the contract.
    pub values: &'static [Spelling],
}

/// One value in all its spellings.
#[derive(Debug, PartialEq, Eq)]
pub struct Spelling {
    /// The canonical spelling.
    pub short: &'static str,
    /// The long spelling; the short one where there is no other.
    pub long: &'static str,
    /// The number.
    pub number: u64,
}

/// A member of a structure that holds one value of an enumeration, or a list of them.
#[derive(Debug)]
pub struct Member {
    /// The structure's name in the contract.
    pub structure: &'static str,
    /// The member's name.
    pub member: &'static str,
    /// What it holds.
    pub enumeration: &'static Enumeration,
}

/// A spelling that an enumeration does not have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{member} is {given}, but it may only be {allowed}")]
pub struct UnknownSpelling {
    /// The member or parameter, with the path to it.
    pub member: String,
    /// What it holds, as JSON.
    pub given: String,
    /// What it may hold.
    pub allowed: String,
}

/// Prefixes that are written, or left out, before a long spelling.
const PREFIXES: [&str; 2] = ["EQ_", "NX_"];

/// What of a wrong value is shown.
const SHOWN_CHARS: usize = 80;

impl Enumeration {
    /// The value that is spelled, or numbered, like this; `None` if there is none.
    pub fn read(&self, given: &Value) -> Option<&'static Spelling> {
        match given {
            Value::String(text) => self.spelled(text),
            Value::Number(number) => {
                #[expect(clippy::cast_precision_loss, reason = "the numbers of values are small")]
                let is_same = |value: &&Spelling| number.as_f64() == Some(value.number as f64);
                self.values.iter().find(is_same)
            }
            _ => None,
        }
    }

    /// The value of a member or parameter; what is absent, `null` or empty has the default, which is number 0.
    ///
    /// # Errors
    /// When the value has no such spelling. The error names `member`, and what is allowed.
    pub fn read_as(&self, member: &str, given: &Value) -> Result<&'static Spelling, UnknownSpelling> {
        let is_absent = given.is_null() || given.as_str() == Some("");
        let zero = Value::from(0);
        self.read(if is_absent { &zero } else { given })
            .ok_or_else(|| self.unknown(member, given))
    }

    /// The error of a value that cannot be read.
    pub fn unknown(&self, member: &str, given: &Value) -> UnknownSpelling {
        let mut shown: String = given.to_string();
        if let Some((end, _)) = shown.char_indices().nth(SHOWN_CHARS) {
            shown.truncate(end);
            shown.push('…');
        }
        UnknownSpelling {
            member: member.to_owned(),
            given: shown,
            allowed: self.allowed(),
        }
    }

    /// Every value by its spellings: `S (DATA_MODE_STRAIGHT), P (DATA_MODE_PIVOT) or …`.
    fn allowed(&self) -> String {
        let spelled = self.values.iter().map(|value| {
            if value.short == value.long {
                value.short.to_owned()
            } else {
                format!("{} ({})", value.short, value.long)
            }
        });
        let spelled: Vec<String> = spelled.collect();
        match spelled.split_last() {
            Some((last, [])) => last.clone(),
            Some((last, others)) => format!("{} or {last}", others.join(", ")),
            None => String::new(),
        }
    }

    fn spelled(&self, text: &str) -> Option<&'static Spelling> {
        let wanted = bare(text);
        self.values
            .iter()
            .find(|value| bare(value.short) == wanted || bare(value.long) == wanted)
    }
}

/// A spelling without what varies: case, prefixes, and the contract's own slip in `GRP_NX_HIEARCHY`.
fn bare(spelling: &str) -> String {
    let upper = spelling.trim().to_ascii_uppercase();
    let mut rest = upper.as_str();
    while let Some(shorter) = PREFIXES.iter().find_map(|prefix| rest.strip_prefix(prefix)) {
        rest = shorter;
    }
    rest.replace("HIERARCHY", "HIEARCHY")
}

const fn e(name: &'static str, values: &'static [Spelling]) -> Enumeration {
    Enumeration { name, values }
}

const fn v(short: &'static str, long: &'static str, number: u64) -> Spelling {
    Spelling { short, long, number }
}

const fn m(structure: &'static str, member: &'static str, enumeration: &'static Enumeration) -> Member {
    Member {
        structure,
        member,
        enumeration,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::table::{ALL, FUNCTION_GROUP, MEMBERS, NX_GRP_TYPE, NX_HYPERCUBE_MODE};

    #[test]
    fn every_value_of_every_enumeration_is_read_in_every_spelling() {
        assert_eq!(ALL.len(), 58);
        for enumeration in ALL {
            for value in enumeration.values {
                let prefixed = format!("EQ_{}", value.long);
                let lower = value.long.to_lowercase();
                let without = value.long.trim_start_matches("NX_");
                for text in [value.short, value.long, &prefixed, &lower, without] {
                    let read = enumeration.read(&json!(text));
                    assert_eq!(read, Some(value), "{}: {text}", enumeration.name);
                }
                assert_eq!(enumeration.read(&json!(value.number)), Some(value));
                #[expect(clippy::cast_precision_loss, reason = "the numbers are small")]
                let double = value.number as f64;
                assert_eq!(enumeration.read(&json!(double)), Some(value));
            }
            assert_eq!(enumeration.read(&json!("NO_SUCH_SPELLING")), None);
            assert_eq!(enumeration.read(&json!(99)), None);
            assert_eq!(enumeration.read(&json!(-1)), None);
            assert_eq!(enumeration.read(&json!([])), None);
        }
    }

    #[test]
    fn the_spellings_of_the_hypercube_mode() {
        for text in [
            "P",
            "p",
            "DATA_MODE_PIVOT",
            "EQ_DATA_MODE_PIVOT",
            "eq_data_mode_pivot",
        ] {
            assert_eq!(
                NX_HYPERCUBE_MODE.read(&json!(text)).map(|value| value.short),
                Some("P")
            );
        }
        assert_eq!(
            NX_HYPERCUBE_MODE.read(&json!(2)).map(|value| value.short),
            Some("K")
        );
        for text in ["GRP_NX_HIEARCHY", "GRP_NX_HIERARCHY", "H"] {
            assert_eq!(NX_GRP_TYPE.read(&json!(text)).map(|value| value.short), Some("H"));
        }
    }

    #[test]
    fn a_wrong_spelling_is_told_with_the_member_and_what_is_allowed() {
        let wrong = NX_GRP_TYPE.read_as("qGrouping", &json!("X")).unwrap_err();
        assert_eq!(
            wrong.to_string(),
            "qGrouping is \"X\", but it may only be N (GRP_NX_NONE), H (GRP_NX_HIEARCHY) or C (GRP_NX_COLLECTION)"
        );
        let long = NX_GRP_TYPE
            .read_as("qGrouping", &json!("x".repeat(10_000)))
            .unwrap_err();
        assert!(long.to_string().len() < 300);
        for absent in [json!(null), json!("")] {
            assert_eq!(FUNCTION_GROUP.read_as("qGroup", &absent).unwrap().short, "ALL");
        }
    }

    #[test]
    fn every_member_belongs_to_one_enumeration() {
        let mut names: Vec<_> = MEMBERS
            .iter()
            .map(|member| (member.structure, member.member))
            .collect();
        let n_names = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), n_names);
    }
}
