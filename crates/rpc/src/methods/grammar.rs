//! What expressions may be made of: functions and grammar, for editors.
//!
//! The grammar follows the parser, and its functions are those that the compiler knows. Apps have no script, so the grammar
//! of scripts has no rules.

use std::fmt::Write as _;
use std::sync::LazyLock;

use fanlight_engine::{FunctionEntry, FunctionGroup, functions};
use fanlight_protocol::ErrorBody;
use fanlight_protocol::enumeration::table::{BNF_TYPE, FUNCTION_GROUP};
use serde_json::{Value, json};

use super::params;
use crate::call::{Outcome, now};
use crate::objects::misspelled;

params! {
    Functions { q_group: Value }
    Kind { q_bnf_type: Value }
}

/// The rules of expressions: a name, then its alternatives. Quoted is what stands in an expression as it is; `FUNCTION` and
/// `AGGREGATION` are replaced by the functions.
const RULES: &[(&str, &[&str])] = &[
    (
        "expression",
        &[
            "number",
            "text",
            "name",
            "prefix expression",
            "expression operator expression",
            "'(' expression ')'",
            "function '(' ')'",
            "function '(' arguments ')'",
            "aggregation '(' qualifiers arguments ')'",
            "'{' set '}' expression",
        ],
    ),
    ("arguments", &["expression", "expression ',' arguments"]),
    ("prefix", &["'+'", "'-'", "'not'", "'bitnot'"]),
    (
        "operator",
        &[
            "'+'",
            "'-'",
            "'*'",
            "'/'",
            "'&'",
            "'='",
            "'<>'",
            "'<'",
            "'<='",
            "'>'",
            "'>='",
            "'like'",
            "'precedes'",
            "'follows'",
            "'and'",
            "'or'",
            "'xor'",
            "'bitand'",
            "'bitor'",
            "'bitxor'",
            "'<<'",
            "'>>'",
        ],
    ),
    ("qualifiers", &["", "qualifier qualifiers"]),
    (
        "qualifier",
        &["'{' set '}'", "'distinct'", "'total'", "'total' '<' names '>'"],
    ),
    ("names", &["name", "name ',' names"]),
    (
        "set",
        &[
            "identifier",
            "modifier",
            "identifier modifier",
            "set setoperator set",
            "'-' set",
            "'(' set ')'",
        ],
    ),
    (
        "identifier",
        &["'0'", "'1'", "'$'", "'$' number", "'$_' number", "name"],
    ),
    ("setoperator", &["'+'", "'-'", "'*'", "'/'"]),
    ("modifier", &["'<' fields '>'"]),
    ("fields", &["field", "field ',' fields"]),
    ("field", &["name", "name '='", "name assignment values"]),
    ("assignment", &["'='", "'+='", "'-='", "'*='", "'/='"]),
    (
        "values",
        &[
            "'{' elements '}'",
            "name",
            "name '::' name",
            "'p' '(' implicit ')'",
            "'e' '(' implicit ')'",
            "values setoperator values",
            "'-' values",
            "'(' values ')'",
        ],
    ),
    ("implicit", &["", "'{' set '}'", "name", "'{' set '}' name"]),
    ("elements", &["element", "element ',' elements"]),
    ("element", &["number", "text", "name"]),
    ("function", &["FUNCTION"]),
    ("aggregation", &["AGGREGATION"]),
    ("number", &[]),
    ("text", &[]),
    ("name", &[]),
];

/// A grammar as text and as definitions, with a hash that is another one when it is another grammar.
struct Grammar {
    text: String,
    defs: Vec<Value>,
    hash: String,
}

static EXPRESSIONS: LazyLock<Grammar> = LazyLock::new(Grammar::of_expressions);
static SCRIPTS: LazyLock<Grammar> = LazyLock::new(|| Grammar::new("script", String::new(), Vec::new()));

pub(super) fn get_functions(params: Functions) -> Outcome {
    let group = FUNCTION_GROUP
        .read_as("qGroup", &params.q_group)
        .map_err(|error| misspelled(&error))?;
    let listed = functions();
    let listed = listed
        .iter()
        .filter(|function| group.short == "ALL" || group.short == letters(function.group));
    let described: Vec<Value> = listed
        .map(|function| {
            json!({ "qName": function.name, "qGroup": letters(function.group),
                "qSignature": function.signature() })
        })
        .collect();
    now(json!({ "qFunctions": described }))
}

pub(super) fn get_bnf(params: Kind) -> Outcome {
    now(json!({ "qBnfDefs": grammar(&params)?.defs }))
}

pub(super) fn get_base_bnf(params: Kind) -> Outcome {
    let grammar = grammar(&params)?;
    now(json!({ "qBnfDefs": grammar.defs, "qBnfHash": grammar.hash }))
}

pub(super) fn get_base_bnf_hash(params: Kind) -> Outcome {
    now(json!({ "qBnfHash": grammar(&params)?.hash }))
}

pub(super) fn get_base_bnf_string(params: Kind) -> Outcome {
    let grammar = grammar(&params)?;
    now(json!({ "qBnfStr": grammar.text, "qBnfHash": grammar.hash }))
}

/// The grammar of expressions, which the app has too.
pub(super) fn expression_bnf() -> Outcome {
    now(json!({ "qBnfDefs": EXPRESSIONS.defs, "qBnfHash": EXPRESSIONS.hash }))
}

pub(super) fn expression_bnf_hash() -> Outcome {
    now(json!({ "qBnfHash": EXPRESSIONS.hash }))
}

fn grammar(params: &Kind) -> Result<&'static Grammar, ErrorBody> {
    let kind = BNF_TYPE
        .read_as("qBnfType", &params.q_bnf_type)
        .map_err(|error| misspelled(&error))?;
    Ok(if kind.short == "E" { &EXPRESSIONS } else { &SCRIPTS })
}

const fn letters(group: FunctionGroup) -> &'static str {
    match group {
        FunctionGroup::Aggregation => "AGGR",
        FunctionGroup::Numeric => "NUM",
        FunctionGroup::Range => "RNG",
        FunctionGroup::Exponential => "EXP",
        FunctionGroup::Trigonometric => "TRIG",
        FunctionGroup::Constant => "MATH",
        FunctionGroup::Text => "STR",
        FunctionGroup::Conditional => "CND",
        FunctionGroup::Null => "NULL",
        FunctionGroup::System => "SYS",
        FunctionGroup::Date => "DATE",
        FunctionGroup::Interpretation => "NUMI",
        FunctionGroup::Formatting => "FRMT",
        FunctionGroup::Color => "CLR",
    }
}

impl Grammar {
    fn new(kind: &str, text: String, defs: Vec<Value>) -> Self {
        let hash = hash(&format!("{kind}\n{text}"));
        Self { text, defs, hash }
    }

    fn of_expressions() -> Self {
        let functions = functions();
        let mut text = String::new();
        let mut tokens = Tokens::default();
        for (rule, _) in RULES {
            tokens.rule(rule);
        }
        for (rule, alternatives) in RULES {
            for alternative in *alternatives {
                match *alternative {
                    "FUNCTION" => named(&functions, |group| group != FunctionGroup::Aggregation)
                        .for_each(|function| tokens.function(rule, function, &mut text)),
                    "AGGREGATION" => named(&functions, |group| group == FunctionGroup::Aggregation)
                        .for_each(|function| tokens.function(rule, function, &mut text)),
                    alternative => tokens.alternative(rule, alternative, &mut text),
                }
            }
        }
        Self::new("expression", text, tokens.defs)
    }
}

fn named(
    functions: &[FunctionEntry],
    is_meant: impl Fn(FunctionGroup) -> bool,
) -> impl Iterator<Item = &FunctionEntry> {
    functions.iter().filter(move |function| is_meant(function.group))
}

/// The definitions so far. A definition's number is its place; alternatives of a rule are definitions of the rule's name
/// that name the one before.
#[derive(Default)]
struct Tokens {
    defs: Vec<Value>,
    /// The rules, with the number of their last alternative.
    last: Vec<(String, usize)>,
}

impl Tokens {
    fn push(&mut self, mut def: Value) -> usize {
        let number = self.defs.len();
        def["qNbr"] = json!(number);
        self.defs.push(def);
        number
    }

    fn rule(&mut self, name: &str) {
        let number = self.push(json!({ "qName": name, "qStr": name, "qIsBnfRule": true, "qBnf": [] }));
        self.last.push((name.to_owned(), number));
    }

    fn number_of(&self, rule: &str) -> Option<usize> {
        let found = self.defs.iter().position(|def| def["qName"] == rule);
        found.filter(|number| self.defs[*number]["qIsBnfRule"] == true)
    }

    fn literal(&mut self, text: &str) -> usize {
        let known = self
            .defs
            .iter()
            .position(|def| def["qBnfLiteral"] == true && def["qStr"] == text);
        known.unwrap_or_else(|| {
            self.push(json!({ "qName": text, "qStr": text, "qBnfLiteral": true, "qBnf": [] }))
        })
    }

    fn alternative(&mut self, rule: &str, alternative: &str, text: &mut String) {
        let numbers: Vec<usize> = alternative
            .split_whitespace()
            .map(|token| match token.strip_prefix('\'') {
                Some(literal) => self.literal(literal.trim_end_matches('\'')),
                None => self
                    .number_of(token)
                    .expect("an alternative names rules that there are"),
            })
            .collect();
        self.add(
            rule,
            json!({ "qIsBnfRule": true, "qBnf": numbers, "qStr": alternative }),
        );
        let _ = writeln!(text, "{rule} ::= {alternative}");
    }

    fn function(&mut self, rule: &str, function: &FunctionEntry, text: &mut String) {
        let group = letters(function.group);
        let kind = if function.group == FunctionGroup::Aggregation {
            "qAggrFunc"
        } else {
            "qQvFunc"
        };
        self.add(
            rule,
            json!({ "qIsBnfRule": true, "qBnf": [], "qStr": function.name, "qBnfLiteral": true, kind: true,
                "qFG": group, "qFGList": [group] }),
        );
        let _ = writeln!(text, "{rule} ::= '{}'", function.name);
    }

    fn add(&mut self, rule: &str, mut def: Value) {
        let before = self.last.iter().position(|(name, _)| name == rule);
        def["qName"] = if def["qBnfLiteral"] == true {
            def["qStr"].clone()
        } else {
            json!(rule)
        };
        if let Some(place) = before {
            def["qPNbr"] = json!(self.last[place].1);
        }
        let number = self.push(def);
        if let Some(place) = before {
            self.last[place].1 = number;
        }
    }
}

/// FNV-1a: the same in every build, and not meant to withstand anybody.
fn hash(text: &str) -> String {
    let folded = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    format!("{folded:016x}")
}
