//! Which selection states an expression follows, found without evaluating it.
//!
//! A result changes with the state it is evaluated in, and with those that its sets name. What a `$(=…)` pastes is not
//! known before it is evaluated; where it stands for the name of a state, or for more than a value, every state is followed.

use std::collections::BTreeSet;
use std::sync::Arc;

use fanlight_expr::ast::{Element, ElementKind, Expr, ExprKind, Modifier, SetExpr, SetIdent, SetKind};
use fanlight_expr::ast::{ValueSet, ValueSetKind};
use fanlight_expr::expansion::{self, Expansion, Part, Source};

use crate::session::DEFAULT_STATE;
use crate::snapshot::Snapshot;

/// How deep expressions may refer to others before every state is followed.
const MAX_DEPTH: usize = 16;

/// The most bytes of text that are read in all before every state is followed.
const MAX_READ_BYTES: usize = 1 << 20;

/// Stands for a value that is not known. Nobody calls a field or a state like this.
const UNKNOWN: &str = "fanlight_value_of_an_expansion";

/// The selection states that a result follows, beside the one it is evaluated in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StatesRead {
    /// By name.
    pub names: BTreeSet<Arc<str>>,
    /// Whether it may follow any state, or the history of selections.
    pub all: bool,
}

impl Snapshot {
    /// Reads expressions of this snapshot.
    pub fn states_reader(&self) -> StatesReader<'_> {
        StatesReader {
            snapshot: self,
            found: StatesRead::default(),
            depth: 0,
            left_bytes: MAX_READ_BYTES,
            seen: BTreeSet::new(),
        }
    }

    /// The states that the value of an expression follows, beside the one it is evaluated in. A text that is no
    /// expression follows none.
    pub fn states_read(&self, expr: &str) -> StatesRead {
        let mut reader = self.states_reader();
        reader.read(expr);
        reader.found
    }
}

/// Collects the states that some expressions follow. It reads only so much text, however much that text pastes.
#[derive(Debug)]
pub struct StatesReader<'s> {
    snapshot: &'s Snapshot,
    found: StatesRead,
    depth: usize,
    left_bytes: usize,
    /// Measures and variables that have been read.
    seen: BTreeSet<Arc<str>>,
}

impl StatesReader<'_> {
    /// What was found so far.
    pub fn found(&self) -> &StatesRead {
        &self.found
    }

    /// Reads an expression.
    pub fn read(&mut self, text: &str) {
        self.deeper(|reader| {
            let Some(text) = reader.expanded(text) else { return };
            match fanlight_expr::parse(&text) {
                Ok(expr) => reader.expr(&expr),
                Err(_) => reader.unreadable(&text),
            }
        });
    }

    /// Reads a set expression.
    pub fn read_set(&mut self, text: &str) {
        self.deeper(|reader| {
            let Some(text) = reader.expanded(text) else { return };
            match fanlight_expr::parse_set(&text) {
                Ok(set) => reader.set(&set),
                Err(_) => reader.unreadable(&text),
            }
        });
    }

    /// What cannot be read follows nothing, unless it is what was pasted that cannot be.
    fn unreadable(&mut self, text: &str) {
        self.found.all |= text.contains(UNKNOWN);
    }

    fn deeper(&mut self, read: impl FnOnce(&mut Self)) {
        if self.depth >= MAX_DEPTH || self.found.all {
            self.found.all = true;
            return;
        }
        self.depth += 1;
        read(self);
        self.depth -= 1;
    }

    /// The text with what can be known of its expansions; `None` if it is a mistake.
    fn expanded(&mut self, text: &str) -> Option<String> {
        match self.left_bytes.checked_sub(text.len()) {
            Some(left) => self.left_bytes = left,
            None => self.found.all = true,
        }
        if self.found.all {
            return None;
        }
        if !expansion::is_needed(text) {
            return Some(text.to_owned());
        }
        let parts = expansion::split(text).ok()?;
        self.joined(&parts)
    }

    fn joined(&mut self, parts: &[Part]) -> Option<String> {
        let mut text = String::new();
        for part in parts {
            match part {
                Part::Literal(literal) => text.push_str(literal),
                Part::Expansion(expansion) => text.push_str(&self.expansion(expansion)?),
            }
        }
        Some(text)
    }

    fn expansion(&mut self, expansion: &Expansion) -> Option<String> {
        match &expansion.source {
            Source::Expression(parts) => {
                let text = self.joined(parts)?;
                self.read(&text);
                Some(UNKNOWN.to_owned())
            }
            Source::Variable { name, args } => {
                let name = self.joined(name)?;
                if name.contains(UNKNOWN) {
                    self.found.all = true;
                    return None;
                }
                let definition = self.snapshot.variable(name.trim()).unwrap_or_default();
                let filled = match args {
                    None => definition.to_owned(),
                    Some(args) => {
                        let args: Option<Vec<String>> = args.iter().map(|arg| self.joined(arg)).collect();
                        expansion::fill_parameters(definition, &args?).ok()?
                    }
                };
                self.pasted(&filled)
            }
        }
    }

    /// What a variable's definition is pasted as.
    fn pasted(&mut self, definition: &str) -> Option<String> {
        let mut pasted = None;
        self.deeper(|reader| pasted = reader.expanded(definition));
        let pasted = pasted?;
        match pasted.strip_prefix('=') {
            Some(expression) => {
                self.read(expression);
                Some(UNKNOWN.to_owned())
            }
            None => Some(pasted),
        }
    }

    fn expr(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::Number(_) | ExprKind::Text(_) => {}
            ExprKind::Name(name) => self.name(&name.text),
            ExprKind::Unary(_, operand) => self.expr(operand),
            ExprKind::Binary(_, left, right) => {
                self.expr(left);
                self.expr(right);
            }
            ExprKind::Call(call) => call.args.iter().for_each(|arg| self.expr(arg)),
            ExprKind::Aggregation(aggregation) => {
                aggregation.set.iter().for_each(|set| self.set(set));
                aggregation.args.iter().for_each(|arg| self.expr(arg));
            }
            ExprKind::Aggr(aggr) => {
                aggr.set.iter().for_each(|set| self.set(set));
                self.expr(&aggr.expr);
            }
            ExprKind::Scoped(sets, body) => {
                sets.iter().for_each(|outer| self.set(&outer.set));
                self.expr(body);
            }
        }
    }

    /// A master measure or a variable; labels of a cube's own measures are read with those.
    fn name(&mut self, name: &Arc<str>) {
        if self.snapshot.model().field_id(name).is_some() || !self.seen.insert(Arc::clone(name)) {
            return;
        }
        let measures = &self.snapshot.parts().library.measures;
        let measure = measures.iter().find(|(label, _)| **label == **name);
        let snapshot = self.snapshot;
        let text = measure
            .map(|(_, expr)| expr.as_str())
            .or_else(|| snapshot.variable(name)?.strip_prefix('='));
        if let Some(text) = text.map(str::to_owned) {
            self.read(&text);
        }
    }

    fn set(&mut self, set: &SetExpr) {
        match &set.kind {
            SetKind::Selection { ident, modifier } => {
                ident.iter().for_each(|ident| self.ident(ident));
                modifier.iter().for_each(|modifier| self.modifier(modifier));
            }
            SetKind::Binary(_, left, right) => {
                self.set(left);
                self.set(right);
            }
            SetKind::Complement(inner) => self.set(inner),
        }
    }

    fn ident(&mut self, ident: &SetIdent) {
        match ident {
            SetIdent::Nothing | SetIdent::All => {}
            SetIdent::Current | SetIdent::Back(0) | SetIdent::Forward(0) => self.state(&DEFAULT_STATE.into()),
            // Every selection is a step, whatever its state is.
            SetIdent::Back(_) | SetIdent::Forward(_) => self.found.all = true,
            SetIdent::Named { state, name } => {
                state.iter().for_each(|state| self.state(&state.text));
                self.state(&name.text);
            }
        }
    }

    fn state(&mut self, name: &Arc<str>) {
        if name.contains(UNKNOWN) {
            self.found.all = true;
        } else {
            self.found.names.insert(Arc::clone(name));
        }
    }

    fn modifier(&mut self, modifier: &Modifier) {
        let assigned = modifier.fields.iter().filter_map(|field| field.assign.as_ref());
        assigned.for_each(|assign| self.values(&assign.values));
    }

    fn values(&mut self, set: &ValueSet) {
        match &set.kind {
            ValueSetKind::List(elements) => elements.iter().for_each(|element| self.element(element)),
            ValueSetKind::Field { state, .. } => state.iter().for_each(|state| self.state(&state.text)),
            ValueSetKind::Possible(implicit) | ValueSetKind::Excluded(implicit) => {
                implicit.set.iter().for_each(|set| self.set(set));
            }
            ValueSetKind::Binary(_, left, right) => {
                self.values(left);
                self.values(right);
            }
            ValueSetKind::Complement(inner) => self.values(inner),
        }
    }

    fn element(&mut self, element: &Element) {
        if element.kind == ElementKind::Literal {
            return;
        }
        if let Some(expression) = element.text.strip_prefix('=') {
            let expression = expression.to_owned();
            self.read(&expression);
        }
    }
}

#[cfg(test)]
mod tests {
    use fanlight_column::ColumnBuilder;

    use super::*;
    use crate::{DataModel, Library, Session, Settings, TableSource};

    fn snapshot() -> Snapshot {
        let mut column = ColumnBuilder::new();
        column.push_num(1.0);
        let table = TableSource {
            name: "T".to_owned(),
            columns: vec![("A".to_owned(), column.finish())],
        };
        let settings = Settings {
            variables: [
                ("vSet", "{B}"),
                ("vName", "C"),
                ("vTwice", "Sum($(vSet) A)"),
                ("vArg", "Sum(A) + '$1'"),
                ("vEval", "=Sum({D} A)"),
                ("vLoop", "$(vLoop)"),
            ]
            .map(|(name, definition)| (name.to_owned(), definition.to_owned()))
            .to_vec(),
            library: Library {
                measures: vec![("Total B".to_owned(), "Sum({B} A)".to_owned())],
            },
            ..Settings::default()
        };
        let model = Arc::new(DataModel::new(vec![table]).unwrap());
        Session::new(model, settings).snapshot()
    }

    #[track_caller]
    fn check(expr: &str, names: &[&str]) {
        let read = snapshot().states_read(expr);
        let found: Vec<&str> = read.names.iter().map(|name| &**name).collect();
        assert_eq!((found.as_slice(), read.all), (names, false), "{expr}");
    }

    #[track_caller]
    fn check_all(expr: &str) {
        assert!(snapshot().states_read(expr).all, "{expr}");
    }

    #[test]
    fn a_set_follows_the_states_it_names() {
        check("Sum(A)", &[]);
        check("Sum({1} A) + Sum({0} A)", &[]);
        check("Sum({$} A) + Sum({$0} A)", &["$"]);
        check("Sum({B<A=$::A>} A)", &["$", "B"]);
        check("Sum({B} A) / Sum({C<A={1}>} A)", &["B", "C"]);
        check("Sum({[$]} A)", &["$"]);
        check("Sum({1<A=B::A>} A)", &["B"]);
        check(
            "Sum({<A=P({B} A)>} A) + Sum({<A-=E({C*D} A)>} A)",
            &["B", "C", "D"],
        );
        check("{<A={\"=Sum({B} A)>1\"}>} Sum(A)", &["B"]);
        check("=Sum({-B} A)", &["B"]);
        check_all("Sum({$1} A)");
        check_all("Sum({$_2} A)");
    }

    #[test]
    fn what_is_pasted_is_read_as_far_as_it_is_known() {
        check("Sum($(vSet) A)", &["B"]);
        check("Sum({$(vName)} A)", &["C"]);
        check("$(vTwice)", &["B"]);
        check("$(vArg(B))", &[]);
        check("vEval + 1", &["D"]);
        check("Sum({<A={$(=Max({B} A))}>} A)", &["B"]);
        check("Sum({<A={\">=$(=Max(A))\"}>} A) * $(vEval)", &["D"]);
        check("[Total B] + [Total B]", &["B"]);
        check_all("Sum({$(=A)} A)");
        check_all("$(=A) $(=A)");
        check_all("$($(=A))");
        check_all("$(vLoop)");
    }

    #[test]
    fn what_is_no_expression_follows_nothing() {
        check("Hello, {B} world!", &[]);
        check("", &[]);
        check("Sum({B} A", &[]);
    }

    #[test]
    fn more_text_than_is_read_follows_every_state() {
        let snapshot = snapshot();
        let mut reader = snapshot.states_reader();
        let long = format!("'{}'", "x".repeat(MAX_READ_BYTES / 4));
        for _ in 0..3 {
            reader.read(&long);
        }
        assert!(!reader.found().all);
        reader.read(&long);
        assert!(reader.found().all);
    }

    #[test]
    fn a_set_of_its_own_is_read_too() {
        let read = |set: &str| {
            let snapshot = snapshot();
            let mut reader = snapshot.states_reader();
            reader.read_set(set);
            let read = reader.found().clone();
            let names: Vec<String> = read.names.iter().map(ToString::to_string).collect();
            (names.join(" "), read.all)
        };
        assert_eq!(read("B<A={1}>"), ("B".to_owned(), false));
        assert_eq!(read("{B * $(vName)}"), ("B C".to_owned(), false));
        assert_eq!(read("<A={1}>"), (String::new(), false));
        assert!(read("$1").1);
    }
}
