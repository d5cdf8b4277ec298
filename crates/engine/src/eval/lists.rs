//! Evaluating list objects.

use std::sync::Arc;

use super::scan::Dim;
use super::sort::indicator;
use super::{Evaluator, Fault};
use crate::defs::{FrequencyMode, ListDef};
use crate::error::{EvalError, ItemError};
use crate::format;
use crate::list::{List, ListRow};
use crate::numformat::NumFormat;
use crate::search;
use crate::snapshot::Hit;
use crate::state::StateCounts;
use crate::value::{Elem, FieldId, Value};

/// What a text takes beside its characters.
const BYTES_OF_A_TEXT: usize = 32;

impl Evaluator<'_> {
    /// A list object.
    pub(crate) fn list(&self, def: &ListDef) -> Result<List, EvalError> {
        self.meter.check()?;
        let Some(field) = self.field_of(&def.field) else {
            let message = format!("there is no field {:?}", def.field);
            return Ok(self.empty_list(def, ItemError::invalid(message)));
        };
        match self.list_of(def, field) {
            Ok(list) => Ok(list),
            Err(fault) => Ok(self.empty_list(def, ItemError::invalid(fault.into_mistake()?))),
        }
    }

    /// The field that a definition names, perhaps as `=Field` or `[Field]`.
    pub(crate) fn field_of(&self, text: &str) -> Option<FieldId> {
        let model = self.snapshot.model();
        model.field_id(text).or_else(|| {
            let name = text.trim().trim_start_matches('=').trim();
            let inner = name.strip_prefix('[').and_then(|name| name.strip_suffix(']'));
            model
                .field_id(name)
                .or_else(|| inner.and_then(|name| model.field_id(name)))
        })
    }

    /// The label, evaluated if it is an expression, or what stands in its place.
    pub(crate) fn title(&self, label: Option<&str>, otherwise: &str) -> Result<String, EvalError> {
        match label {
            None | Some("") => Ok(otherwise.to_owned()),
            Some(label) if label.starts_with('=') => match self.value(label) {
                Ok(value) => Ok(value.as_text().into_owned()),
                Err(fault) => fault.into_mistake().map(|_| otherwise.to_owned()),
            },
            Some(label) => Ok(label.to_owned()),
        }
    }

    fn list_of(&self, def: &ListDef, field: FieldId) -> Result<List, Fault> {
        let model = self.snapshot.model();
        let known = model.field(field);
        let symbols = Arc::clone(known.symbols());
        let dim = Dim {
            field,
            map: None,
            symbols: Arc::clone(&symbols),
        };
        let ranks = self.dim_ranks(&dim, &def.sort)?;
        let mut hits: Vec<Hit> = match def.search.as_deref() {
            None | Some("") => (0..symbols.len() as u32)
                .map(|code| Hit {
                    elem: Elem(code),
                    ranges: Vec::new(),
                })
                .collect(),
            Some(pattern) => self.search(field, pattern)?,
        };
        self.memory
            .take(hits.len() * (size_of::<Hit>() + size_of::<ListRow>()))?;
        self.meter.check()?;
        hits.sort_by_key(|hit| ranks[hit.elem.index()]);
        let counts = self.state.state_counts(model, field);
        if def.auto_sort_by_state_rows > 0 && hits.len() > def.auto_sort_by_state_rows {
            hits.sort_by_key(|hit| self.state.elem_state(model, field, hit.elem).rank());
        }
        let frequencies = self.frequency_texts(def.frequency, field);
        let texts = def
            .num_format
            .as_ref()
            .map(|number_format| self.formatted(&symbols, number_format))
            .transpose()?;
        let text_len = |code: u32| match &texts {
            Some(texts) => texts[code as usize].chars().count(),
            None => symbols.text(code).chars().count(),
        };
        let rows = hits
            .into_iter()
            .map(|hit| ListRow {
                elem: hit.elem,
                highlight: hit.ranges,
                frequency: frequencies.as_ref().map(|texts| texts[hit.elem.index()].clone()),
            })
            .collect();
        let (min, max) = number_range(symbols.nums().iter().copied());
        let is_numeric = known.is_numeric();
        Ok(List {
            field: Some(field),
            title: self.title(def.label.as_deref(), &def.field)?,
            error: None,
            counts,
            rows,
            cardinal: symbols.len(),
            min: if is_numeric { min } else { 0.0 },
            max: if is_numeric { max } else { 0.0 },
            max_glyphs: (0..symbols.len() as u32).map(text_len).max().unwrap_or(0),
            format: def
                .num_format
                .clone()
                .unwrap_or_else(|| self.field_format(&symbols)),
            sort_indicator: indicator(&def.sort),
            model: Arc::clone(model),
            texts,
            _memory: self.memory.leave(usize::MAX).map(Arc::new),
        })
    }

    /// The values that an interactive search finds.
    pub(crate) fn search(&self, field: FieldId, pattern: &str) -> Result<Vec<Hit>, Fault> {
        let symbols = self.snapshot.model().field(field).symbols();
        if let Some(expression) = pattern.strip_prefix('=') {
            let values = self.value_per_elem(field, expression)?;
            let found = (0..).zip(values).filter(|(_, value)| value.is_true());
            return Ok(found
                .map(|(code, _)| Hit {
                    elem: Elem(code),
                    ranges: Vec::new(),
                })
                .collect());
        }
        let reading = self.snapshot.model().field(field).reading(self.snapshot.locale());
        Ok(search::interactive(symbols, pattern, reading, &self.meter)?)
    }

    /// The texts of symbols in a number format.
    pub(crate) fn formatted(
        &self,
        symbols: &fanlight_column::Symbols,
        number_format: &NumFormat,
    ) -> Result<Vec<Arc<str>>, EvalError> {
        let formatter = format::Formatter::new(number_format, self.snapshot.locale());
        let mut texts: Vec<Arc<str>> = Vec::with_capacity(symbols.len());
        for code in 0..symbols.len() as u32 {
            let text = symbols.text(code);
            let text: Arc<str> = match symbols.num(code) {
                Some(num) => formatter.value(&Value::dual(text.as_ref(), num)).into(),
                None => text.into(),
            };
            self.memory.take(BYTES_OF_A_TEXT + text.len())?;
            if self.meter.spend(BYTES_OF_A_TEXT + text.len()).is_none() {
                break;
            }
            texts.push(text);
        }
        self.meter.outcome().map(|()| texts)
    }

    fn frequency_texts(&self, mode: FrequencyMode, field: FieldId) -> Option<Vec<String>> {
        if mode == FrequencyMode::None {
            return None;
        }
        let counts = self.frequencies(field);
        let total: u64 = counts.iter().sum();
        let most = counts.iter().copied().max().unwrap_or(0);
        let share = |count: u64, of: u64| if of == 0 { 0.0 } else { count as f64 / of as f64 };
        let text = |count: u64| match mode {
            FrequencyMode::None | FrequencyMode::Count => count.to_string(),
            FrequencyMode::Percent => format!("{:.1}%", share(count, total) * 100.0),
            FrequencyMode::Relative => fanlight_column::number_text(share(count, most)),
        };
        Some(counts.into_iter().map(text).collect())
    }

    fn empty_list(&self, def: &ListDef, error: ItemError) -> List {
        List {
            field: None,
            title: def.field.clone(),
            error: Some(error),
            counts: StateCounts::default(),
            rows: Vec::new(),
            cardinal: 0,
            min: 0.0,
            max: 0.0,
            max_glyphs: 0,
            format: NumFormat::default(),
            sort_indicator: 'N',
            model: Arc::clone(self.snapshot.model()),
            texts: None,
            _memory: None,
        }
    }
}

/// The least and the greatest number; NaN if there is none.
pub(crate) fn number_range(nums: impl Iterator<Item = f64>) -> (f64, f64) {
    nums.filter(|num| !num.is_nan())
        .fold((f64::NAN, f64::NAN), |(min, max), num| {
            (min.min(num), max.max(num))
        })
}
