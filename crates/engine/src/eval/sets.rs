//! Set expressions: from a synthetic selection to records.

use std::sync::Arc;

use fanlight_column::BitSet;
use fanlight_expr::ast::{
    AssignOp, Element, ElementKind, FieldSelection as Assignment, Implicit, Modifier, SetExpr, SetIdent,
    SetKind, SetOp, ValueSet, ValueSetKind,
};

use super::{Evaluator, Fault, RecordSet};
use crate::infer::Records;
use crate::search;
use crate::selection::{FieldSelection, StateSelection};
use crate::session::{DEFAULT_STATE, Selections};
use crate::value::FieldId;

impl Evaluator<'_> {
    /// The records of a set expression; `context` is what a set without an identifier starts from.
    pub(crate) fn record_set(&self, set: &SetExpr, context: &RecordSet) -> Result<RecordSet, Fault> {
        self.meter.check()?;
        // Each set holds its records for as long as the evaluation goes on: a bit for each row.
        let n_rows: usize = self
            .snapshot
            .model()
            .tables()
            .iter()
            .map(crate::model::Table::n_rows)
            .sum();
        self.memory.take(n_rows / 8)?;
        match &set.kind {
            SetKind::Selection { ident, modifier } => {
                self.selection(ident.as_ref(), modifier.as_ref(), context)
            }
            SetKind::Binary(op, left, right) => {
                let left = self.record_set(left, context)?;
                let right = self.record_set(right, context)?;
                Ok(self.combine(*op, &left.records, &right.records))
            }
            SetKind::Complement(inner) => {
                let inner = self.record_set(inner, context)?;
                let all = Records::all(self.snapshot.model());
                Ok(self.combine(SetOp::Exclusion, &all, &inner.records))
            }
        }
    }

    fn selection(
        &self,
        ident: Option<&SetIdent>,
        modifier: Option<&Modifier>,
        context: &RecordSet,
    ) -> Result<RecordSet, Fault> {
        if ident == Some(&SetIdent::Nothing) {
            let records = Arc::new(Records::none(self.snapshot.model()));
            return Ok(RecordSet {
                records,
                natural: None,
            });
        }
        if ident.is_none() && modifier.is_none() {
            return Ok(context.clone());
        }
        let base = self.base_selection(ident, context)?;
        let Some(modifier) = modifier else {
            return Ok(RecordSet::natural(self.snapshot, base));
        };
        let mut fields = base.fields().to_vec();
        for assignment in &modifier.fields {
            self.assign(assignment, &mut fields)?;
        }
        Ok(RecordSet::natural(
            self.snapshot,
            Arc::new(StateSelection::new(fields)),
        ))
    }

    fn base_selection(
        &self,
        ident: Option<&SetIdent>,
        context: &RecordSet,
    ) -> Result<Arc<StateSelection>, Fault> {
        let parts = self.snapshot.parts();
        let at = |steps: &[Selections], n: u32| {
            let found = steps.len().checked_sub(n as usize).and_then(|at| steps.get(at));
            found
                .and_then(|selections| selections.get(DEFAULT_STATE))
                .cloned()
                .unwrap_or_default()
        };
        match ident {
            None => match &context.natural {
                Some(natural) => Ok(Arc::clone(natural)),
                None => Fault::mistake("a modifier of a combined set needs an identifier such as `$` or `1`"),
            },
            Some(SetIdent::All | SetIdent::Nothing) => Ok(Arc::default()),
            // `$` is the default state, whatever state the object is in; without an identifier the object's own counts.
            Some(SetIdent::Current | SetIdent::Back(0) | SetIdent::Forward(0)) => {
                Ok(Arc::clone(self.snapshot.state(DEFAULT_STATE)?))
            }
            Some(SetIdent::Back(n)) => Ok(at(&parts.past, *n)),
            Some(SetIdent::Forward(n)) => Ok(at(&parts.future, *n)),
            Some(SetIdent::Named { state: None, name }) => match parts.states.get(&name.text) {
                Some(state) => Ok(Arc::clone(state)),
                None => Fault::mistake(format!("there is no alternate state or bookmark `{}`", name.text)),
            },
            Some(SetIdent::Named { .. }) => {
                Fault::mistake("bookmarks in set expressions are not supported yet")
            }
        }
    }

    fn assign(&self, assignment: &Assignment, fields: &mut Vec<Arc<FieldSelection>>) -> Result<(), Fault> {
        if assignment.forced_exclusion {
            return Fault::mistake("forced exclusion (`~`) is not supported yet");
        }
        let field = self.field(&assignment.field.text)?;
        let n_values = self.snapshot.model().field(field).cardinal();
        let at = fields.iter().position(|selection| selection.field == field);
        let current = at.map(|at| fields[at].values.clone());
        let assigned = match &assignment.assign {
            None => None,
            Some(assign) => match (assign.op, self.assigned(&assign.values, field)?) {
                (AssignOp::Replace, values) => values,
                (AssignOp::Combine(_), None) => current,
                (AssignOp::Combine(op), Some(values)) => {
                    // Without a selection, taking away and narrowing start from all values.
                    let base = current.unwrap_or_else(|| match op {
                        SetOp::Union | SetOp::SymmetricDifference => BitSet::empty(n_values),
                        SetOp::Exclusion | SetOp::Intersection => BitSet::full(n_values),
                    });
                    Some(combine_bits(op, base, &values))
                }
            },
        };
        match (at, assigned) {
            (Some(at), Some(values)) => fields[at] = Arc::new(FieldSelection::new(field, values)),
            (None, Some(values)) => fields.push(Arc::new(FieldSelection::new(field, values))),
            (Some(at), None) => {
                fields.remove(at);
            }
            (None, None) => {}
        }
        Ok(())
    }

    /// The values assigned to a field; `None` clears it.
    fn assigned(&self, set: &ValueSet, field: FieldId) -> Result<Option<BitSet>, Fault> {
        let n_values = self.snapshot.model().field(field).cardinal();
        Ok(match &set.kind {
            ValueSetKind::List(elements) => {
                let mut values = BitSet::empty(n_values);
                for element in elements {
                    values.or(&self.element(element, field)?);
                }
                Some(values)
            }
            ValueSetKind::Field { state, field: from } => {
                let selection = match state {
                    None => &self.state,
                    Some(state) => self.snapshot.state(&state.text)?,
                };
                let from = self.field(&from.text)?;
                selection.of(from).map(|own| self.carry(from, &own.values, field))
            }
            ValueSetKind::Possible(implicit) => Some(self.implicit(implicit, field)?),
            ValueSetKind::Excluded(implicit) => {
                let mut values = self.implicit(implicit, field)?;
                values.invert();
                Some(values)
            }
            ValueSetKind::Binary(op, left, right) => {
                let empty = || BitSet::empty(n_values);
                let left = self.assigned(left, field)?.unwrap_or_else(empty);
                let right = self.assigned(right, field)?.unwrap_or_else(empty);
                Some(combine_bits(*op, left, &right))
            }
            ValueSetKind::Complement(inner) => {
                let mut values = self
                    .assigned(inner, field)?
                    .unwrap_or_else(|| BitSet::empty(n_values));
                values.invert();
                Some(values)
            }
        })
    }

    fn element(&self, element: &Element, field: FieldId) -> Result<BitSet, Fault> {
        let known = self.snapshot.model().field(field);
        let n_values = known.cardinal();
        let reading = known.reading(self.snapshot.locale());
        self.meter.check()?;
        if element.kind == ElementKind::Literal {
            let found = search::literal(known.symbols(), &element.text, reading);
            return Ok(BitSet::of(n_values, found.map(|code| code as usize)));
        }
        if let Some(expression) = element.text.strip_prefix('=') {
            let values = self.value_per_elem(field, expression)?;
            return Ok(BitSet::of(
                n_values,
                (0..n_values).filter(|code| values[*code].is_true()),
            ));
        }
        Ok(search::programmatic(
            known.symbols(),
            &element.text,
            reading,
            &self.meter,
        )?)
    }

    /// The possible values of `P(…)`, carried over to the field they are assigned to.
    fn implicit(&self, implicit: &Implicit, field: FieldId) -> Result<BitSet, Fault> {
        let from = match &implicit.field {
            Some(name) => self.field(&name.text)?,
            None => field,
        };
        let state = match &implicit.set {
            None => Arc::clone(&self.state),
            Some(set) => match self.record_set(set, &self.base)?.natural {
                Some(natural) => natural,
                None => return Fault::mistake("`P` and `E` need a set that is one selection"),
            },
        };
        let model = self.snapshot.model();
        let possible = state.inference(model).possible(model, state.fields(), from);
        Ok(self.carry(from, &possible, field))
    }

    /// Values of one field as values of another: equal numbers, or equal texts.
    fn carry(&self, from: FieldId, values: &BitSet, to: FieldId) -> BitSet {
        let model = self.snapshot.model();
        let (from, to) = (model.field(from).symbols(), model.field(to).symbols());
        if Arc::ptr_eq(from, to) {
            return values.clone();
        }
        let same = |code: usize| to.find_same(from, code as u32);
        BitSet::of(to.len(), values.iter().filter_map(same).map(|code| code as usize))
    }

    fn field(&self, name: &str) -> Result<FieldId, Fault> {
        match self.snapshot.model().field_id(name) {
            Some(field) => Ok(field),
            None => Fault::mistake(format!("there is no field `{name}`")),
        }
    }

    fn combine(&self, op: SetOp, left: &Records, right: &Records) -> RecordSet {
        let model = self.snapshot.model();
        let rows = model
            .tables()
            .iter()
            .zip(left.rows.iter().zip(&right.rows))
            .map(|(table, (left, right))| {
                let whole = |rows: &Option<Arc<BitSet>>| {
                    rows.as_deref()
                        .cloned()
                        .unwrap_or_else(|| BitSet::full(table.n_rows()))
                };
                Some(Arc::new(combine_bits(op, whole(left), &whole(right))))
            })
            .collect();
        RecordSet {
            records: Arc::new(Records { rows }),
            natural: None,
        }
    }
}

fn combine_bits(op: SetOp, mut left: BitSet, right: &BitSet) -> BitSet {
    match op {
        SetOp::Union => left.or(right),
        SetOp::Exclusion => left.and_not(right),
        SetOp::Intersection => left.and(right),
        SetOp::SymmetricDifference => left.xor(right),
    }
    left
}
