//! What lists and cubes say of their columns: titles, ranges, formats, totals.

use std::sync::Arc;

use fanlight_column::{FastSet, Symbols};

use super::cubes::Column;
use super::lists::number_range;
use super::mistakes::is_of_unknown_field;
use super::node::Node;
use super::scan::Dim;
use super::sort::indicator;
use super::{Evaluator, is_value};
use crate::cube::{AttrColumn, DimColumn, DimTexts, Formatter, MeasureColumn};
use crate::defs::{AttrExpr, DimDef, MeasureDef, TotalMode};
use crate::error::EvalError;
use crate::numformat::{NumFormat, NumKind};
use crate::value::Value;

/// Gives an expression's values in the order of the rows.
type ValuesOf<'a> = dyn Fn(&Column<Node>) -> Result<Vec<Value>, EvalError> + 'a;

impl Evaluator<'_> {
    fn formatter(&self, format: Option<&NumFormat>) -> Formatter {
        let is_set = |format: &&NumFormat| {
            format.kind != NumKind::Unknown || format.fmt.as_ref().is_some_and(|fmt| !fmt.is_empty())
        };
        Formatter {
            format: format.filter(is_set).cloned(),
            locale: Arc::clone(&self.snapshot.parts().locale),
        }
    }

    /// `present` are the codes in the cube, NULL among them.
    pub(crate) fn dim_column(
        &self,
        def: &DimDef,
        dim: &Column<Dim>,
        present: &FastSet<u32>,
    ) -> Result<DimColumn, EvalError> {
        let title = self.title(def.label.as_deref(), &def.field)?;
        let error = dim.as_ref().err().cloned();
        let is_null = is_of_unknown_field(dim);
        let dim = dim.as_ref().ok();
        let symbols = dim.map_or_else(Arc::default, |dim| Arc::clone(&dim.symbols));
        let plain = dim.filter(|dim| dim.map.is_none()).map(|dim| dim.field);
        let formatter = self.formatter(def.num_format.as_ref());
        let texts = match &formatter.format {
            Some(format) => DimTexts::Formatted {
                texts: self.formatted(&symbols, format)?,
                symbols: Arc::clone(&symbols),
            },
            None => DimTexts::Symbols(Arc::clone(&symbols)),
        };
        let is_numeric = !symbols.is_empty() && symbols.n_nums() == symbols.len();
        let shown = || present.iter().copied().filter(|code| is_value(*code));
        let (min, max) = number_range(shown().filter_map(|code| symbols.num(code)));
        let max_glyphs = shown()
            .map(|code| texts.text(code).chars().count())
            .max()
            .unwrap_or(usize::from(is_null));
        Ok(DimColumn {
            field: plain,
            title,
            error,
            cardinal: symbols.len(),
            n_distinct_in_cube: if dim.is_some() || is_null {
                present.len()
            } else {
                0
            },
            min: if is_numeric { min } else { f64::NAN },
            max: if is_numeric { max } else { f64::NAN },
            max_glyphs,
            tags: plain.map_or_else(Vec::new, |field| {
                self.snapshot.model().field(field).tags().to_vec()
            }),
            is_numeric,
            is_calculated: is_null || (dim.is_some() && plain.is_none()),
            format: formatter
                .format
                .clone()
                .unwrap_or_else(|| self.field_format(&symbols)),
            is_auto_format: formatter.format.is_none(),
            sort_indicator: indicator(&def.sort),
            total_label: def.show_total.clone(),
            attrs: Vec::new(),
            texts: Arc::new(texts),
        })
    }

    pub(crate) fn measure_column(
        &self,
        def: &MeasureDef,
        node: &Column<Node>,
        rows: &[&Value],
        total: Value,
    ) -> Result<MeasureColumn, EvalError> {
        let formatter = self.formatter(def.num_format.as_ref());
        let (min, max) = number_range(rows.iter().filter_map(|value| value.as_num()));
        let max_glyphs = self.max_glyphs(&formatter, rows)?;
        Ok(MeasureColumn {
            title: self.title(def.label.as_deref(), &def.expr)?,
            error: node.as_ref().err().cloned(),
            min,
            max,
            max_glyphs,
            format: formatter
                .format
                .clone()
                .unwrap_or_else(|| auto_format(rows.iter().copied(), self.snapshot.locale())),
            is_auto_format: formatter.format.is_none(),
            sort_indicator: indicator(&def.sort),
            attrs: Vec::new(),
            formatter,
            total,
        })
    }

    /// The length of the longest text in characters.
    fn max_glyphs(&self, formatter: &Formatter, values: &[&Value]) -> Result<usize, EvalError> {
        let mut longest = 0;
        for value in values {
            let text = formatter.text(value);
            // Writing a number takes about so many steps.
            if self.meter.spend(64 + text.len()).is_none() {
                break;
            }
            longest = longest.max(text.chars().count());
        }
        self.meter.outcome().map(|()| longest)
    }

    pub(crate) fn attr_columns(
        &self,
        defs: &[AttrExpr],
        nodes: &[Column<Node>],
        values: &ValuesOf<'_>,
    ) -> Result<Vec<AttrColumn>, EvalError> {
        let column = |(def, node): (&AttrExpr, &Column<Node>)| {
            let formatter = self.formatter(def.num_format.as_ref());
            let values = values(node)?;
            let (min, max) = number_range(values.iter().filter_map(Value::as_num));
            Ok(AttrColumn {
                title: self.title(def.label.as_deref(), &def.expr)?,
                error: node.as_ref().err().cloned(),
                min,
                max,
                format: formatter
                    .format
                    .clone()
                    .unwrap_or_else(|| auto_format(values.iter(), self.snapshot.locale())),
                is_auto_format: formatter.format.is_none(),
                formatter,
                values,
            })
        };
        defs.iter().zip(nodes).map(column).collect()
    }

    /// The format that a field's own numbers suggest.
    pub(crate) fn field_format(&self, symbols: &Symbols) -> NumFormat {
        if symbols.is_empty() || symbols.n_nums() < symbols.len() {
            return NumFormat::default();
        }
        let locale = self.snapshot.locale();
        let format = if symbols.nums().iter().all(|num| num.fract() == 0.0) {
            integer_format(0)
        } else {
            real_format()
        };
        NumFormat {
            dec: Some(locale.decimal_sep.clone()),
            thou: Some(locale.thousand_sep.clone()),
            ..format
        }
    }
}

/// A total that is made of the rows.
pub(crate) fn total_of_rows(mode: TotalMode, rows: &[&Value]) -> Value {
    let nums = || rows.iter().filter_map(|value| value.as_num());
    let n_nums = nums().count() as f64;
    let (min, max) = number_range(nums());
    match mode {
        TotalMode::Expression | TotalMode::None => Value::Null,
        TotalMode::Sum => Value::num(nums().sum()),
        TotalMode::Avg => Value::num(nums().sum::<f64>() / n_nums),
        TotalMode::Count => Value::num(rows.iter().filter(|value| !value.is_null()).count() as f64),
        TotalMode::Min => Value::num(min),
        TotalMode::Max => Value::num(max),
    }
}

/// The format that a measure's plain numbers suggest; unknown where values come with texts.
fn auto_format<'v>(mut values: impl Iterator<Item = &'v Value> + Clone, locale: &crate::Locale) -> NumFormat {
    let is_plain = |value: &Value| matches!(value, Value::Num(_) | Value::Null);
    if !values.clone().all(is_plain) || values.clone().all(Value::is_null) {
        return NumFormat::default();
    }
    let is_whole = values.all(|value| value.as_num().is_none_or(|num| num.fract() == 0.0));
    let format = if is_whole {
        integer_format(1)
    } else {
        real_format()
    };
    NumFormat {
        dec: Some(locale.decimal_sep.clone()),
        ..format
    }
}

fn integer_format(use_thou: i32) -> NumFormat {
    NumFormat {
        kind: NumKind::Integer,
        n_dec: 0,
        use_thou,
        fmt: Some("###0".into()),
        ..NumFormat::default()
    }
}

fn real_format() -> NumFormat {
    NumFormat {
        kind: NumKind::Real,
        n_dec: 14,
        use_thou: 1,
        fmt: Some("##############".into()),
        ..NumFormat::default()
    }
}
