//! Evaluating straight hypercubes.

use std::sync::Arc;

use fanlight_column::{FastSet, NULL_CODE, Symbols};

use super::classes::class_of;
use super::columns::total_of_rows;
use super::combinations::combinations;
use super::compile::Compiler;
use super::mistakes::{check_sort, is_of_unknown_field, unknown_field};
use super::node::{Compiled, Node, Results, records_read, tables_read};
use super::scan::Dim;
use super::sort::{RankColumn, measure_ranks, row_order};
use super::{CANCEL_ROWS, Evaluator, Fault};
use crate::cube::{Cube, DimColumn, MeasureColumn};
use crate::defs::{AttrExpr, CubeDef, DimDef, TotalMode};
use crate::error::{EvalError, ItemError, ItemErrorCode};
use crate::infer::Records;
use crate::value::{TableId, Value};

/// A column's expression, or what is wrong with it.
pub(crate) type Column<T> = Result<T, ItemError>;

/// A cube's definition, compiled.
struct Plan {
    /// One entry per dimension of the definition.
    resolved: Vec<Column<Dim>>,
    /// The dimensions that are not in error.
    dims: Vec<Dim>,
    measures: Vec<Column<Node>>,
    dim_attrs: Vec<Vec<Column<Node>>>,
    measure_attrs: Vec<Vec<Column<Node>>>,
    aggregations: Compiled,
    /// The aggregations that add rows; those behind them only decorate.
    n_row_plans: usize,
}

/// The rows of a cube before they are suppressed and sorted.
struct Body {
    n_rows: usize,
    /// Codes of the dimensions that are not in error.
    codes: Vec<u32>,
    results: Results,
    /// Values per measure; empty for a measure in error.
    measures: Vec<Vec<Value>>,
}

impl Evaluator<'_> {
    /// A straight hypercube.
    pub(crate) fn cube(&mut self, def: &CubeDef) -> Result<Cube, EvalError> {
        self.meter.check()?;
        let mut cube = Cube {
            dims: Vec::new(),
            measures: Vec::new(),
            effective_sort: Vec::new(),
            error: None,
            n_rows: 0,
            codes: Vec::new(),
            values: Vec::new(),
            text_bytes: 0,
            memory: None,
        };
        if let Err(error) = self.prepare(def)? {
            cube.error = Some(error);
            return Ok(cube);
        }
        let plan = self.plan(def)?;
        let body = self.body(def, &plan)?;
        self.meter.check()?;
        let kept = kept_rows(def, &plan, &body);
        let (order, effective_sort) = self.order(def, &plan, &body, &kept)?;
        cube.effective_sort = effective_sort;
        cube.n_rows = order.len();
        cube.codes = place_codes(&plan.resolved, plan.dims.len(), &body.codes, &order);
        let n_cells = order.len() * plan.measures.len();
        self.memory
            .take(n_cells * size_of::<Value>() + order.len() * plan.resolved.len() * size_of::<u32>())?;
        cube.values.reserve(n_cells);
        for row in &order {
            for values in &body.measures {
                let value = values.get(*row as usize).cloned().unwrap_or_default();
                cube.values.push(if def.populate_missing && value.is_null() {
                    Value::Num(0.0)
                } else {
                    value
                });
            }
        }
        self.columns(def, &plan, &body, &order, &mut cube)?;
        cube.text_bytes = self.memory.text_bytes();
        self.meter.outcome()?;
        cube.memory = self
            .memory
            .leave(cube.weight() * size_of::<Value>())
            .map(Arc::new);
        Ok(cube)
    }

    fn plan(&self, def: &CubeDef) -> Result<Plan, EvalError> {
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
            measures.push(match self.condition(measure.calc_condition.as_deref())? {
                Ok(()) => self.node(&mut compiler, &measure.expr)?,
                Err(error) => Err(error),
            });
        }
        let n_row_plans = compiler.n_plans();
        let mut dim_attrs = Vec::new();
        for dim in &def.dims {
            dim_attrs.push(self.attrs(&mut compiler, &dim.attribute_exprs)?);
        }
        let mut measure_attrs = Vec::new();
        for measure in &def.measures {
            measure_attrs.push(self.attrs(&mut compiler, &measure.attribute_exprs)?);
        }
        let aggregations = compiler.finish();
        Ok(Plan {
            resolved,
            dims,
            measures,
            dim_attrs,
            measure_attrs,
            aggregations,
            n_row_plans,
        })
    }

    /// The rows with their measures.
    fn body(&self, def: &CubeDef, plan: &Plan) -> Result<Body, EvalError> {
        let row_plans = &plan.aggregations.plans()[..plan.n_row_plans];
        let mut records = records_read(row_plans);
        if records.is_empty() {
            records.push(Arc::clone(&self.base.records));
        }
        let tables = tables_read(row_plans, self.snapshot.model());
        let codes = self.rows(def, plan, &tables, &records)?;
        let n_rows = codes
            .len()
            .checked_div(plan.dims.len())
            .unwrap_or_else(|| usize::from(!is_suppressed(def, plan)));
        let results = plan.aggregations.run(self.scope(), &plan.dims)?;
        let mut body = Body {
            n_rows,
            codes,
            results,
            measures: Vec::new(),
        };
        body.measures = plan
            .measures
            .iter()
            .map(|node| self.values(node, plan, &body))
            .collect::<Result<_, _>>()?;
        Ok(body)
    }

    /// What the cube says of its columns.
    fn columns(
        &self,
        def: &CubeDef,
        plan: &Plan,
        body: &Body,
        order: &[u32],
        cube: &mut Cube,
    ) -> Result<(), EvalError> {
        let in_order = |node: &Column<Node>| -> Result<Vec<Value>, EvalError> {
            let all = self.values(node, plan, body)?;
            self.memory.take(order.len() * size_of::<Value>())?;
            Ok(order
                .iter()
                .map(|row| all.get(*row as usize).cloned().unwrap_or_default())
                .collect())
        };
        for (at, dim_def) in def.dims.iter().enumerate() {
            let attrs = self.attr_columns(&dim_def.attribute_exprs, &plan.dim_attrs[at], &in_order)?;
            let present: FastSet<u32> = cube
                .codes
                .iter()
                .skip(at)
                .step_by(def.dims.len())
                .copied()
                .collect();
            let column = self.dim_column(dim_def, &plan.resolved[at], &present)?;
            cube.dims.push(DimColumn { attrs, ..column });
        }
        let totals = plan.aggregations.run(self.scope(), &[])?;
        for (at, measure_def) in def.measures.iter().enumerate() {
            let attrs =
                self.attr_columns(&measure_def.attribute_exprs, &plan.measure_attrs[at], &in_order)?;
            let rows: Vec<&Value> = cube.values.iter().skip(at).step_by(def.measures.len()).collect();
            let total = match (&plan.measures[at], measure_def.total) {
                (Ok(node), TotalMode::Expression) => node.value(&totals, &[], &[], &self.context()),
                (Ok(_), mode) => total_of_rows(mode, &rows),
                (Err(_), _) => Value::Null,
            };
            let column = self.measure_column(measure_def, &plan.measures[at], &rows, total)?;
            cube.measures.push(MeasureColumn { attrs, ..column });
        }
        Ok(())
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
        if let Err(error) = check_sort(def) {
            return Ok(Err(error));
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
            Ok(dim) => Ok(dim),
            Err(fault) => Ok(Err(ItemError::invalid(fault.into_mistake()?))),
        }
    }

    fn dim(&self, text: &str) -> Result<Column<Dim>, Fault> {
        let model = self.snapshot.model();
        let plain = |field| Dim {
            field,
            map: None,
            symbols: Arc::clone(model.field(field).symbols()),
        };
        if let Some(field) = self.field_of(text) {
            return Ok(Ok(plain(field)));
        }
        let is_calculated = text.trim_start().starts_with('=');
        let text = self.expand(text)?;
        let (field, scalar) = match Compiler::new(self, &[], &[]).dimension(&text)? {
            Ok(found) => found,
            Err(name) => return Ok(Err(unknown_field(&name, is_calculated))),
        };
        let codes: Vec<u32> = (0..model.field(field).cardinal() as u32).collect();
        let mut symbols = Symbols::default();
        let context = self.context();
        let map = (0..codes.len())
            .map(|row| {
                let value = scalar.value(&[&codes], row, &context);
                self.meter.outcome()?;
                self.memory.count(&value)?;
                Ok(class_of(&mut symbols, &value))
            })
            .collect::<Result<_, EvalError>>()?;
        Ok(Ok(Dim {
            field,
            map: Some(map),
            symbols: Arc::new(symbols),
        }))
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

    /// The combinations of dimensions, before suppression by measures.
    fn rows(
        &self,
        def: &CubeDef,
        plan: &Plan,
        tables: &[TableId],
        records: &[Arc<Records>],
    ) -> Result<Vec<u32>, EvalError> {
        let dims = &plan.dims;
        if dims.is_empty() {
            return Ok(Vec::new());
        }
        let mut codes = combinations(self.scope(), dims, tables, records)?;
        let live = def.dims.iter().zip(&plan.resolved).filter(|(_, dim)| dim.is_ok());
        let defs: Vec<&DimDef> = live.map(|(def, _)| def).collect();
        for (at, dim) in dims.iter().enumerate().filter(|(at, _)| defs[*at].show_all) {
            let present: FastSet<u32> = codes.iter().skip(at).step_by(dims.len()).copied().collect();
            let n_missing = dim.symbols.len().saturating_sub(present.len());
            self.memory.take(n_missing * dims.len() * size_of::<u32>())?;
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

    /// An expression's value in each row; none for one in error.
    fn values(&self, node: &Column<Node>, plan: &Plan, body: &Body) -> Result<Vec<Value>, EvalError> {
        let Ok(node) = node else { return Ok(Vec::new()) };
        let context = self.context();
        let width = plan.dims.len();
        let codes = |row: usize| &body.codes[row * width..(row + 1) * width];
        (0..body.n_rows)
            .map(|row| {
                if row.is_multiple_of(CANCEL_ROWS) {
                    self.meter.check()?;
                }
                let value = node.value(&body.results, &plan.dims, codes(row), &context);
                self.meter.outcome()?;
                self.memory.keep(value)
            })
            .collect()
    }

    /// The order of the rows, and the columns that made it.
    fn order(
        &self,
        def: &CubeDef,
        plan: &Plan,
        body: &Body,
        kept: &[u32],
    ) -> Result<(Vec<u32>, Vec<i32>), EvalError> {
        let resolved = &plan.resolved;
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
        let mut seen = FastSet::default();
        for column in wanted {
            let Ok(at) = usize::try_from(column) else { continue };
            // A column that is named again decides nothing more.
            if !seen.insert(at) {
                continue;
            }
            if at < def.dims.len() && resolved[at].is_ok() {
                let dim = resolved[..at].iter().filter(|dim| dim.is_ok()).count();
                columns.push(RankColumn::Dim {
                    dim,
                    ranks: &ranks[dim],
                });
                effective.push(column);
            } else if at < def.dims.len() && plan.is_shown_as_null(at) {
                effective.push(column);
            } else if let Some(values) = at
                .checked_sub(def.dims.len())
                .and_then(|at| body.measures.get(at))
                && values.len() == body.n_rows
            {
                self.memory
                    .take(kept.len() * (size_of::<&Value>() + size_of::<u32>()))?;
                let values: Vec<&Value> = kept.iter().map(|row| &values[*row as usize]).collect();
                let sort = &def.measures[at - def.dims.len()].sort;
                columns.push(RankColumn::Measure(measure_ranks(
                    &values,
                    sort,
                    (&self.meter, &self.memory),
                )?));
                effective.push(column);
            }
        }
        let width = plan.dims.len();
        self.memory.take(kept.len() * (width + 2) * size_of::<u32>())?;
        let codes: Vec<u32> = kept
            .iter()
            .flat_map(|row| &body.codes[*row as usize * width..(*row as usize + 1) * width])
            .copied()
            .collect();
        let order = row_order(kept.len(), &columns, (&codes, width), &self.meter)?;
        Ok((order.into_iter().map(|at| kept[at as usize]).collect(), effective))
    }
}

impl Plan {
    /// Whether the dimension has no field and the cube no other dimension with one: then it is one NULL.
    fn is_shown_as_null(&self, dim: usize) -> bool {
        self.dims.is_empty() && is_of_unknown_field(&self.resolved[dim])
    }
}

/// Whether the one row of a cube without fields is a NULL that the definition leaves out.
fn is_suppressed(def: &CubeDef, plan: &Plan) -> bool {
    let mut dims = def.dims.iter().zip(&plan.resolved);
    dims.any(|(def, dim)| def.null_suppression && is_of_unknown_field(dim))
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

/// The rows that suppression leaves.
fn kept_rows(def: &CubeDef, plan: &Plan, body: &Body) -> Vec<u32> {
    let columns: Vec<&Vec<Value>> = plan
        .measures
        .iter()
        .zip(&body.measures)
        .filter(|(node, _)| node.is_ok())
        .map(|(_, values)| values)
        .collect();
    if columns.is_empty() || plan.dims.is_empty() {
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
