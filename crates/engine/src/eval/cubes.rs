//! Evaluating straight hypercubes.

use std::sync::Arc;

use fanlight_column::{FastSet, NULL_CODE, Symbols};

use super::compile::{Compiler, Node, Results, records_read, tables_read};
use super::lists::number_range;
use super::scan::{Dim, class_of, combinations};
use super::sort::{RankColumn, indicator, measure_ranks, row_order};
use super::{Evaluator, Fault};
use crate::cube::{AttrColumn, Cube, DimColumn, DimTexts, Formatter, MeasureColumn};
use crate::defs::{AttrExpr, CubeDef, DimDef, MeasureDef, TotalMode};
use crate::error::{EvalError, ItemError, ItemErrorCode};
use crate::infer::Records;
use crate::numformat::{NumFormat, NumKind};
use crate::value::{TableId, Value};

/// A column's expression, or what is wrong with it.
type Column<T> = Result<T, ItemError>;

/// A dimension or measure and its attribute expressions, compiled.
struct Compiled {
    node: Column<Node>,
    attrs: Vec<Column<Node>>,
}

/// The rows of a cube while it is being made.
struct Body {
    n_rows: usize,
    /// Codes of the dimensions that are not in error.
    codes: Vec<u32>,
    /// Values per measure; empty for a measure in error.
    measures: Vec<Vec<Value>>,
}

impl Evaluator<'_> {
    /// A straight hypercube.
    pub(crate) fn cube(&mut self, def: &CubeDef) -> Result<Cube, EvalError> {
        self.cancel.check()?;
        if let Err(error) = self.prepare(def)? {
            return Ok(Cube {
                dims: Vec::new(),
                measures: Vec::new(),
                effective_sort: Vec::new(),
                error: Some(error),
                n_rows: 0,
                codes: Vec::new(),
                values: Vec::new(),
            });
        }
        let resolved = def
            .dims
            .iter()
            .map(|dim| self.dimension(dim))
            .collect::<Result<Vec<_>, EvalError>>()?;
        let dims: Vec<Dim> = resolved
            .iter()
            .filter_map(|dim| dim.as_ref().ok().cloned())
            .collect();
        let labels: Vec<(String, String)> = def
            .measures
            .iter()
            .filter_map(|measure| Some((measure.label.clone()?, measure.expr.clone())))
            .collect();
        let mut compiler = Compiler::new(self, &dims, &labels);
        let mut measures = Vec::new();
        for measure in &def.measures {
            let node = match self.condition(measure.calc_condition.as_deref())? {
                Ok(()) => self.node(&mut compiler, &measure.expr)?,
                Err(error) => Err(error),
            };
            measures.push(Compiled {
                node,
                attrs: self.attrs(&mut compiler, &measure.attribute_exprs)?,
            });
        }
        let n_row_plans = compiler.n_plans();
        let mut dim_attrs = Vec::new();
        for dim in &def.dims {
            dim_attrs.push(self.attrs(&mut compiler, &dim.attribute_exprs)?);
        }
        let compiled = compiler.finish();
        let has_plain = measures.iter().all(|measure| measure.node.is_err()) || n_row_plans == 0;
        let mut records = records_read(&compiled.plans()[..n_row_plans]);
        if has_plain && !records.iter().any(|other| Arc::ptr_eq(other, &self.base.records)) {
            records.push(Arc::clone(&self.base.records));
        }
        let tables = tables_read(&compiled.plans()[..n_row_plans], self.snapshot.model());
        let codes = self.rows(def, &resolved, &dims, (&tables, &records))?;
        let results = compiled.run(self.scope(), &dims)?;
        let n_rows = if dims.is_empty() {
            1
        } else {
            codes.len() / dims.len()
        };
        let values = |node: &Column<Node>| self.values(node, &results, &dims, &codes, n_rows);
        let body = Body {
            n_rows,
            measures: measures.iter().map(|measure| values(&measure.node)).collect(),
            codes: codes.clone(),
        };
        let kept = self.kept_rows(def, &body, &measures);
        let (order, effective_sort) = self.order(def, &resolved, &dims, &body, &kept)?;
        let totals = compiled.run(self.scope(), &[])?;
        let mut cube = Cube {
            dims: Vec::new(),
            measures: Vec::new(),
            effective_sort,
            error: None,
            n_rows: order.len(),
            codes: place_codes(&resolved, dims.len(), &body.codes, &order),
            values: Vec::with_capacity(order.len() * measures.len()),
        };
        for row in &order {
            for (measure, values) in measures.iter().zip(&body.measures) {
                let value = if measure.node.is_ok() {
                    values[*row as usize].clone()
                } else {
                    Value::Null
                };
                cube.values.push(if def.populate_missing && value.is_null() {
                    Value::Num(0.0)
                } else {
                    value
                });
            }
        }
        let attr = |node: &Column<Node>| -> Vec<Value> {
            let all = values(node);
            order
                .iter()
                .map(|row| all.get(*row as usize).cloned().unwrap_or_default())
                .collect()
        };
        for (at, ((dim_def, dim), attrs)) in def.dims.iter().zip(resolved).zip(&dim_attrs).enumerate() {
            let attrs = self.attr_columns(&dim_def.attribute_exprs, attrs, &attr)?;
            let column = self.dim_column(dim_def, dim, &cube, at)?;
            cube.dims.push(DimColumn { attrs, ..column });
        }
        for (at, (measure_def, measure)) in def.measures.iter().zip(&measures).enumerate() {
            let attrs = self.attr_columns(&measure_def.attribute_exprs, &measure.attrs, &attr)?;
            let rows: Vec<&Value> = cube
                .values
                .iter()
                .skip(at)
                .step_by(measures.len().max(1))
                .collect();
            let total = match (&measure.node, measure_def.total) {
                (Ok(node), TotalMode::Expression) => node.value(&totals, &[], &[], &self.context()),
                (Ok(_), mode) => total_of_rows(mode, &rows),
                (Err(_), _) => Value::Null,
            };
            let column = self.measure_column(measure_def, &measure.node, &rows, total)?;
            cube.measures.push(MeasureColumn { attrs, ..column });
        }
        Ok(cube)
    }

    /// Applies the context set and tests the cube's condition.
    fn prepare(&mut self, def: &CubeDef) -> Result<Column<()>, EvalError> {
        if let Some(text) = def.context_set.as_deref().filter(|text| !text.trim().is_empty()) {
            let set = self
                .expand(text)
                .and_then(|text| {
                    fanlight_expr::parse_set(&text).map_err(|error| Fault::Mistake(error.to_string()))
                })
                .and_then(|set| self.record_set(&set, &self.base));
            match set {
                Ok(set) => self.base = set,
                Err(fault) => return Ok(Err(ItemError::invalid(fault.into_mistake()?))),
            }
        }
        self.condition(def.calc_condition.as_deref())
    }

    fn condition(&self, condition: Option<&str>) -> Result<Column<()>, EvalError> {
        let Some(text) = condition.filter(|text| !text.trim().is_empty()) else {
            return Ok(Ok(()));
        };
        match self.value(text) {
            Ok(value) if value.is_true() => Ok(Ok(())),
            Ok(_) => Ok(Err(ItemError {
                code: ItemErrorCode::Condition,
                message: "the calculation condition is not met".to_owned(),
            })),
            Err(fault) => Ok(Err(ItemError::invalid(fault.into_mistake()?))),
        }
    }

    fn dimension(&self, def: &DimDef) -> Result<Column<Dim>, EvalError> {
        if let Err(error) = self.condition(def.calc_condition.as_deref())? {
            return Ok(Err(error));
        }
        if def.others.is_some() {
            return Ok(Err(ItemError::invalid(
                "grouping values as \"Others\" is not supported yet",
            )));
        }
        match self.dim(&def.field) {
            Ok(dim) => Ok(Ok(dim)),
            Err(fault) => Ok(Err(ItemError::invalid(fault.into_mistake()?))),
        }
    }

    fn dim(&self, text: &str) -> Result<Dim, Fault> {
        let model = self.snapshot.model();
        let plain = |field| Dim {
            field,
            map: None,
            symbols: Arc::clone(model.field(field).symbols()),
        };
        if let Some(field) = self.field_of(text) {
            return Ok(plain(field));
        }
        let text = self.expand(text)?;
        let (field, scalar) = Compiler::new(self, &[], &[]).dimension(&text)?;
        let codes: Vec<u32> = (0..model.field(field).cardinal() as u32).collect();
        let mut symbols = Symbols::default();
        let context = self.context();
        let map = (0..codes.len())
            .map(|row| class_of(&mut symbols, &scalar.value(&[&codes], row, &context)))
            .collect();
        Ok(Dim {
            field,
            map: Some(map),
            symbols: Arc::new(symbols),
        })
    }

    fn node(&self, compiler: &mut Compiler<'_, '_>, text: &str) -> Result<Column<Node>, EvalError> {
        match self.expand(text).and_then(|text| compiler.compile(&text)) {
            Ok(node) => Ok(Ok(node)),
            Err(fault) => Ok(Err(ItemError::invalid(fault.into_mistake()?))),
        }
    }

    fn attrs(
        &self,
        compiler: &mut Compiler<'_, '_>,
        defs: &[AttrExpr],
    ) -> Result<Vec<Column<Node>>, EvalError> {
        defs.iter().map(|def| self.node(compiler, &def.expr)).collect()
    }

    /// The combinations of dimensions, before suppression of measures.
    fn rows(
        &self,
        def: &CubeDef,
        resolved: &[Column<Dim>],
        dims: &[Dim],
        read: (&[TableId], &[Arc<Records>]),
    ) -> Result<Vec<u32>, EvalError> {
        if dims.is_empty() {
            return Ok(Vec::new());
        }
        let mut codes = combinations(self.scope(), dims, read.0, read.1)?;
        let defs: Vec<&DimDef> = def
            .dims
            .iter()
            .zip(resolved)
            .filter(|(_, dim)| dim.is_ok())
            .map(|(def, _)| def)
            .collect();
        for (at, dim) in dims.iter().enumerate().filter(|(at, _)| defs[*at].show_all) {
            let present: FastSet<u32> = codes.iter().skip(at).step_by(dims.len()).copied().collect();
            for code in (0..dim.symbols.len() as u32).filter(|code| !present.contains(code)) {
                codes.extend((0..dims.len()).map(|other| if other == at { code } else { NULL_CODE }));
            }
        }
        let is_kept = |row: &&[u32]| {
            !row.iter()
                .zip(&defs)
                .any(|(code, def)| def.null_suppression && *code == NULL_CODE)
        };
        Ok(codes
            .chunks_exact(dims.len())
            .filter(is_kept)
            .flatten()
            .copied()
            .collect())
    }

    fn values(
        &self,
        node: &Column<Node>,
        results: &Results,
        dims: &[Dim],
        codes: &[u32],
        n_rows: usize,
    ) -> Vec<Value> {
        let Ok(node) = node else { return Vec::new() };
        let context = self.context();
        let width = dims.len();
        (0..n_rows)
            .map(|row| node.value(results, dims, &codes[row * width..(row + 1) * width], &context))
            .collect()
    }

    /// The rows that suppression leaves.
    fn kept_rows(&self, def: &CubeDef, body: &Body, measures: &[Compiled]) -> Vec<u32> {
        let columns: Vec<&Vec<Value>> = measures
            .iter()
            .zip(&body.measures)
            .filter(|(measure, _)| measure.node.is_ok())
            .map(|(_, values)| values)
            .collect();
        let has_dims = body.codes.len() >= body.n_rows && !def.dims.is_empty();
        if columns.is_empty() || !has_dims {
            return (0..body.n_rows as u32).collect();
        }
        let is_zero = |value: &Value| value.as_num().is_none_or(|num| num == 0.0);
        let is_kept = |row: &u32| {
            let row = *row as usize;
            let is_all_zero = def.suppress_zero && columns.iter().all(|values| is_zero(&values[row]));
            let is_all_missing = def.suppress_missing && columns.iter().all(|values| values[row].is_null());
            !is_all_zero && !is_all_missing
        };
        (0..body.n_rows as u32).filter(is_kept).collect()
    }

    /// The order of the rows, and the columns that made it.
    fn order(
        &self,
        def: &CubeDef,
        resolved: &[Column<Dim>],
        dims: &[Dim],
        body: &Body,
        kept: &[u32],
    ) -> Result<(Vec<u32>, Vec<i32>), EvalError> {
        let n_columns = def.dims.len() + def.measures.len();
        let wanted: Vec<i32> = if def.inter_column_sort.is_empty() {
            (0..n_columns as i32).collect()
        } else {
            def.inter_column_sort.clone()
        };
        let mut ranks = Vec::new();
        let live = def
            .dims
            .iter()
            .zip(resolved)
            .filter_map(|(def, dim)| Some((def, dim.as_ref().ok()?)));
        for (dim_def, dim) in live {
            ranks.push(match self.dim_ranks(dim, &dim_def.sort) {
                Ok(ranks) => ranks,
                Err(fault) => {
                    // A mistake in a sort expression leaves the column in load order.
                    fault.into_mistake()?;
                    (0..dim.symbols.len() as u32).collect()
                }
            });
        }
        let mut effective = Vec::new();
        let mut columns = Vec::new();
        for column in wanted {
            let Ok(at) = usize::try_from(column) else { continue };
            if at < def.dims.len() && resolved[at].is_ok() {
                let dim = resolved[..at].iter().filter(|dim| dim.is_ok()).count();
                columns.push(RankColumn::Dim {
                    dim,
                    ranks: &ranks[dim],
                });
                effective.push(column);
            } else if let Some(values) = at
                .checked_sub(def.dims.len())
                .and_then(|at| body.measures.get(at))
                && values.len() == body.n_rows
            {
                let values: Vec<&Value> = kept.iter().map(|row| &values[*row as usize]).collect();
                columns.push(RankColumn::Measure(measure_ranks(
                    &values,
                    &def.measures[at - def.dims.len()].sort,
                )));
                effective.push(column);
            }
        }
        let width = dims.len();
        let codes: Vec<u32> = kept
            .iter()
            .flat_map(|row| &body.codes[*row as usize * width..(*row as usize + 1) * width])
            .copied()
            .collect();
        let order = row_order(kept.len(), &columns, &codes, width);
        Ok((order.into_iter().map(|at| kept[at as usize]).collect(), effective))
    }

    fn formatter(&self, format: Option<&NumFormat>) -> Formatter {
        let is_set = |format: &&NumFormat| {
            format.kind != NumKind::Unknown || format.fmt.as_ref().is_some_and(|fmt| !fmt.is_empty())
        };
        Formatter {
            format: format.filter(is_set).cloned(),
            locale: Arc::clone(&self.snapshot.parts().locale),
        }
    }

    fn dim_column(
        &self,
        def: &DimDef,
        dim: Column<Dim>,
        cube: &Cube,
        at: usize,
    ) -> Result<DimColumn, EvalError> {
        let title = self.title(def.label.as_deref(), &def.field)?;
        let (dim, error) = match dim {
            Ok(dim) => (Some(dim), None),
            Err(error) => (None, Some(error)),
        };
        let symbols = dim
            .as_ref()
            .map_or_else(Arc::default, |dim| Arc::clone(&dim.symbols));
        let plain = dim.as_ref().filter(|dim| dim.map.is_none()).map(|dim| dim.field);
        let formatter = self.formatter(def.num_format.as_ref());
        let texts = match &formatter.format {
            Some(format) => DimTexts::Formatted {
                texts: self.formatted(&symbols, format),
                symbols: Arc::clone(&symbols),
            },
            None => DimTexts::Symbols(Arc::clone(&symbols)),
        };
        let present: FastSet<u32> = match &dim {
            Some(_) => cube
                .codes
                .iter()
                .skip(at)
                .step_by(cube_width(cube))
                .copied()
                .collect(),
            None => FastSet::default(),
        };
        let is_numeric = !symbols.is_empty() && symbols.n_nums() == symbols.len();
        let shown = || present.iter().copied().filter(|code| super::is_value(*code));
        let (min, max) = number_range(shown().filter_map(|code| symbols.num(code)));
        let max_glyphs = shown()
            .map(|code| texts.text(code).chars().count())
            .max()
            .unwrap_or(0);
        Ok(DimColumn {
            field: plain,
            title,
            error,
            cardinal: symbols.len(),
            n_distinct_in_cube: present.len(),
            min: if is_numeric { min } else { f64::NAN },
            max: if is_numeric { max } else { f64::NAN },
            max_glyphs,
            tags: plain.map_or_else(Vec::new, |field| {
                self.snapshot.model().field(field).tags().to_vec()
            }),
            is_numeric,
            is_calculated: dim.is_some() && plain.is_none(),
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

    fn measure_column(
        &self,
        def: &MeasureDef,
        node: &Column<Node>,
        rows: &[&Value],
        total: Value,
    ) -> Result<MeasureColumn, EvalError> {
        let formatter = self.formatter(def.num_format.as_ref());
        let (min, max) = number_range(rows.iter().filter_map(|value| value.as_num()));
        Ok(MeasureColumn {
            title: self.title(def.label.as_deref(), &def.expr)?,
            error: node.as_ref().err().cloned(),
            min,
            max,
            max_glyphs: rows
                .iter()
                .map(|value| formatter.text(value).chars().count())
                .max()
                .unwrap_or(0),
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

    fn attr_columns(
        &self,
        defs: &[AttrExpr],
        nodes: &[Column<Node>],
        values: &dyn Fn(&Column<Node>) -> Vec<Value>,
    ) -> Result<Vec<AttrColumn>, EvalError> {
        let column = |(def, node): (&AttrExpr, &Column<Node>)| {
            let formatter = self.formatter(def.num_format.as_ref());
            let values = values(node);
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

/// The number of dimension columns while a cube is being made.
fn cube_width(cube: &Cube) -> usize {
    if cube.n_rows == 0 {
        1
    } else {
        (cube.codes.len() / cube.n_rows).max(1)
    }
}

/// The codes of all dimensions of the definition, rows in order; NULL in columns that are in error.
fn place_codes(resolved: &[Column<Dim>], width: usize, codes: &[u32], order: &[u32]) -> Vec<u32> {
    let mut placed = Vec::with_capacity(order.len() * resolved.len());
    for row in order {
        let mut own = codes[*row as usize * width..(*row as usize + 1) * width].iter();
        for dim in resolved {
            placed.push(if dim.is_ok() {
                own.next().copied().unwrap_or(NULL_CODE)
            } else {
                NULL_CODE
            });
        }
    }
    placed
}

fn total_of_rows(mode: TotalMode, rows: &[&Value]) -> Value {
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
