//! Dollar-sign expansions: `$(variable)` and `$(=expression)`.

use fanlight_expr::expansion::{self, Expansion, Form, Part, Source};

use super::{Evaluator, Fault, MAX_PASTED_BYTES};
use crate::function::operator;
use crate::value::Value;

/// What an expansion counts for beside its text: one that pastes nothing is work all the same.
const BYTES_OF_AN_EXPANSION: usize = 64;

impl Evaluator<'_> {
    /// The text with its expansions made.
    pub(crate) fn expand(&self, text: &str) -> Result<String, Fault> {
        if !expansion::is_needed(text) {
            return Ok(text.to_owned());
        }
        self.deeper(|| {
            let parts = expansion::split(text).map_err(|error| Fault::Mistake(error.to_string()))?;
            self.join(&parts)
        })
    }

    fn join(&self, parts: &[Part]) -> Result<String, Fault> {
        let mut text = String::new();
        for part in parts {
            match part {
                Part::Literal(literal) => text.push_str(literal),
                Part::Expansion(expansion) => {
                    let pasted = self.expansion(expansion)?;
                    self.paste(&pasted)?;
                    text.push_str(&pasted);
                }
            }
        }
        Ok(text)
    }

    /// Counts a text that an expansion stands for.
    fn paste(&self, text: &str) -> Result<(), Fault> {
        let left = self.pasted.get().checked_sub(text.len() + BYTES_OF_AN_EXPANSION);
        self.pasted.set(left.unwrap_or(0));
        match left {
            Some(_) => Ok(()),
            None => Fault::mistake(format!(
                "the dollar-sign expansions make more than {MAX_PASTED_BYTES} bytes of text"
            )),
        }
    }

    fn expansion(&self, expansion: &Expansion) -> Result<String, Fault> {
        self.meter.check()?;
        let value = match &expansion.source {
            Source::Expression(parts) => self.value(&self.join(parts)?)?,
            Source::Variable { name, args } => {
                let name = self.join(name)?;
                // What is not there expands to nothing.
                let definition = self.snapshot.variable(name.trim()).unwrap_or_default();
                let filled = match args {
                    None => definition.to_owned(),
                    Some(args) => {
                        let args = args
                            .iter()
                            .map(|arg| self.join(arg))
                            .collect::<Result<Vec<String>, Fault>>()?;
                        expansion::fill_parameters(definition, &args)
                            .map_err(|error| Fault::Mistake(error.to_string()))?
                    }
                };
                let expanded = self.expand(&filled)?;
                match expanded.strip_prefix('=') {
                    Some(expression) => self.value(expression)?,
                    None => Value::text(expanded),
                }
            }
        };
        Ok(match expansion.form {
            Form::Text => value.as_text().into_owned(),
            Form::Number => {
                let zero = Value::Num(0.0);
                let sum = operator::binary(fanlight_expr::ast::BinaryOp::Add, &value, &zero, &self.context());
                fanlight_column::number_text(sum.as_num().unwrap_or(0.0))
            }
        })
    }
}
