//! Fields, expressions and master items that objects and master items name.

use std::ops::Range;

use serde_json::Value;
use toml::Spanned;

use fanlight_engine::Snapshot;

use super::Object;
use crate::json_lines::Step;
use crate::manifest::Manifest;
use crate::problem::{Complaint, Problem, SourceFile, did_you_mean};

/// Judges expressions and field names by a model.
pub(crate) struct Expressions<'a> {
    pub snapshot: &'a Snapshot,
}

impl Expressions<'_> {
    /// What is wrong with a field definition: a field's name, perhaps in brackets, or an expression after `=`.
    fn judge_field(&self, definition: &str) -> Option<Complaint> {
        let definition = definition.trim();
        if let Some(expression) = definition.strip_prefix('=') {
            return self.judge(expression);
        }
        let name = definition
            .strip_prefix('[')
            .and_then(|rest| rest.strip_suffix(']'))
            .unwrap_or(definition);
        let model = self.snapshot.model();
        if model.field_id(name).is_some() {
            return None;
        }
        let names = model.fields().iter().map(fanlight_engine::Field::name);
        Some(Complaint::new(
            format!("there is no field {name:?}"),
            did_you_mean(name, names),
        ))
    }

    /// What is wrong with an expression.
    fn judge(&self, expression: &str) -> Option<Complaint> {
        let expression = expression.trim();
        let expression = expression.strip_prefix('=').unwrap_or(expression);
        if expression.is_empty() {
            return None;
        }
        let expanded = self.snapshot.expand(expression);
        let check = self.snapshot.check(&expanded);
        if let Some(error) = check.error {
            let message = format!("the expression {expression:?} is not valid: {error}");
            return Some(Complaint::new(message, "correct the expression"));
        }
        let (from, count) = *check.bad_fields.first()?;
        let name: String = expanded.chars().skip(from).take(count).collect();
        let name = name.trim_matches(['[', ']', '"']);
        let names = self
            .snapshot
            .model()
            .fields()
            .iter()
            .map(fanlight_engine::Field::name);
        let message = format!("there is no field {name:?}, which the expression {expression:?} names");
        Some(Complaint::new(message, did_you_mean(name, names)))
    }
}

/// Checks master items and variables.
pub(crate) fn check_manifest(
    manifest: &Manifest,
    file: &SourceFile,
    expressions: &Expressions<'_>,
    problems: &mut Vec<Problem>,
) {
    let mut report = |place: Range<usize>, complaint: Option<Complaint>| {
        problems.extend(complaint.map(|complaint| file.problem_at(&place, complaint)));
    };
    for field in manifest.dimensions.iter().flat_map(|item| &item.fields) {
        report(field.span(), expressions.judge_field(field.get_ref()));
    }
    for measure in &manifest.measures {
        report(
            measure.expression.span(),
            expressions.judge(measure.expression.get_ref()),
        );
    }
    for (name, definition) in &manifest.variables {
        if definition.starts_with('=') {
            report(name.span(), expressions.judge(definition));
        }
    }
}

/// Checks what objects name. Without a model only master items are checked.
pub(crate) fn check_contents(
    objects: &[Object<'_>],
    manifest: &Manifest,
    expressions: Option<&Expressions<'_>>,
    problems: &mut Vec<Problem>,
) {
    for object in objects {
        let mut walk = Walk {
            object,
            manifest,
            expressions,
            path: Vec::new(),
            problems,
        };
        walk.visit(object.properties, Inside::Elsewhere);
    }
}

/// What kind of definition a value belongs to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Inside {
    Dimension,
    Measure,
    Elsewhere,
}

struct Walk<'a, 'b> {
    object: &'a Object<'a>,
    manifest: &'a Manifest,
    expressions: Option<&'a Expressions<'a>>,
    path: Vec<Step>,
    problems: &'b mut Vec<Problem>,
}

impl Walk<'_, '_> {
    /// Definitions may sit anywhere in a property tree, so everything is visited.
    fn visit(&mut self, value: &Value, inside: Inside) {
        match value {
            Value::Object(members) => {
                for (key, member) in members {
                    // What a layout leaves out is never evaluated.
                    if key == "qLayoutExclude" {
                        continue;
                    }
                    self.path.push(Step::Key(key.clone()));
                    self.member(key, member, inside);
                    self.path.pop();
                }
            }
            Value::Array(elements) => {
                for (position, element) in elements.iter().enumerate() {
                    self.path.push(Step::Index(position));
                    self.visit(element, inside);
                    self.path.pop();
                }
            }
            _ => {}
        }
    }

    fn member(&mut self, key: &str, member: &Value, inside: Inside) {
        let inside = match key {
            "qDimensions" | "qListObjectDef" => Inside::Dimension,
            "qMeasures" => Inside::Measure,
            "qHyperCubeDef" => Inside::Elsewhere,
            _ => inside,
        };
        match (key, member) {
            ("qLibraryId", Value::String(id)) => self.master_item(id, inside),
            ("qFieldDefs", Value::Array(definitions)) => self.fields(definitions),
            ("qDef", Value::String(expression)) if inside == Inside::Measure => self.expression(expression),
            (
                "qv" | "qExpr" | "qExpression" | "qStringExpression" | "qValueExpression",
                Value::String(expression),
            ) => {
                self.expression(expression);
            }
            _ => self.visit(member, inside),
        }
    }

    fn fields(&mut self, definitions: &[Value]) {
        let Some(expressions) = self.expressions else {
            return;
        };
        for (position, definition) in definitions.iter().enumerate() {
            if let Some(complaint) = definition
                .as_str()
                .and_then(|definition| expressions.judge_field(definition))
            {
                self.path.push(Step::Index(position));
                self.problems.push(self.object.problem(&self.path, complaint));
                self.path.pop();
            }
        }
    }

    fn expression(&mut self, expression: &str) {
        if let Some(complaint) = self
            .expressions
            .and_then(|expressions| expressions.judge(expression))
        {
            self.problems.push(self.object.problem(&self.path, complaint));
        }
    }

    fn master_item(&mut self, id: &str, inside: Inside) {
        let ids = |items: Vec<&Spanned<String>>| {
            items
                .into_iter()
                .map(|id| id.get_ref().clone())
                .collect::<Vec<_>>()
        };
        let dimensions = || ids(self.manifest.dimensions.iter().map(|item| &item.id).collect());
        let measures = || ids(self.manifest.measures.iter().map(|item| &item.id).collect());
        let (what, known) = match inside {
            _ if id.is_empty() => return,
            Inside::Dimension => ("dimension", dimensions()),
            Inside::Measure => ("measure", measures()),
            Inside::Elsewhere => ("item", [dimensions(), measures()].concat()),
        };
        if !known.iter().any(|known| known == id) {
            let message = format!("there is no master {what} {id:?}");
            let fix = did_you_mean(id, known.iter().map(String::as_str));
            self.problems
                .push(self.object.problem(&self.path, Complaint::new(message, fix)));
        }
    }
}
