use crate::ast::*;

/// Writes a tree in bracketed prefix form.
pub(super) fn show(expr: &Expr) -> String {
    match &expr.kind {
        ExprKind::Number(number) => number.to_string(),
        ExprKind::Text(text) => format!("'{text}'"),
        ExprKind::Name(name) => format!("[{}]", name.text),
        ExprKind::Unary(op, operand) => {
            let op = match op {
                UnaryOp::Plus => "pos",
                UnaryOp::Minus => "neg",
                UnaryOp::Not => "not",
                UnaryOp::BitNot => "bitnot",
            };
            format!("({op} {})", show(operand))
        }
        ExprKind::Binary(op, left, right) => format!("({} {} {})", show_op(*op), show(left), show(right)),
        ExprKind::Call(call) => {
            let mut words = vec![call.name.to_string()];
            words.extend(call.total.as_ref().map(show_total));
            words.extend(call.args.iter().map(show));
            format!("({})", words.join(" "))
        }
        ExprKind::Aggregation(aggregation) => show_aggregation(aggregation),
        ExprKind::Aggr(aggr) => {
            let mut words = vec!["aggr".to_owned()];
            words.extend(aggr.set.as_ref().map(show_set));
            words.extend(aggr.no_distinct.then(|| "nodistinct".to_owned()));
            words.push(show(&aggr.expr));
            words.extend(aggr.dims.iter().map(|dim| match dim.sort {
                Some(sort) => format!("{}:{:?}:{:?}", dim.field.text, sort.by, sort.order),
                None => dim.field.text.to_string(),
            }));
            format!("({})", words.join(" "))
        }
        ExprKind::Scoped(sets, body) => {
            let sets: Vec<_> = sets
                .iter()
                .map(|outer| {
                    format!(
                        "{}{}",
                        if outer.keep_empty { "&" } else { "" },
                        show_set(&outer.set)
                    )
                })
                .collect();
            format!("(in {} {})", sets.join(" "), show(body))
        }
    }
}

/// Writes a set with its curly brackets.
pub(super) fn show_set(set: &SetExpr) -> String {
    format!("{{{}}}", show_set_node(set))
}

fn show_aggregation(aggregation: &Aggregation) -> String {
    let mut words = vec![format!("agg:{}", aggregation.name)];
    words.extend(aggregation.set.as_ref().map(show_set));
    words.extend(aggregation.distinct.then(|| "distinct".to_owned()));
    words.extend(aggregation.all.then(|| "all".to_owned()));
    words.extend(aggregation.total.as_ref().map(show_total));
    words.extend(aggregation.args.iter().map(show));
    format!("({})", words.join(" "))
}

fn show_total(total: &Total) -> String {
    let fields: Vec<_> = total.fields.iter().map(|field| &*field.text).collect();
    format!("total<{}>", fields.join(","))
}

fn show_set_node(set: &SetExpr) -> String {
    match &set.kind {
        SetKind::Selection { ident, modifier } => {
            let ident = ident.as_ref().map(show_ident).unwrap_or_default();
            let modifier = modifier.as_ref().map(show_modifier).unwrap_or_default();
            ident + &modifier
        }
        SetKind::Binary(op, left, right) => {
            format!(
                "({} {} {})",
                show_set_op(*op),
                show_set_node(left),
                show_set_node(right)
            )
        }
        SetKind::Complement(operand) => format!("(- {})", show_set_node(operand)),
    }
}

fn show_ident(ident: &SetIdent) -> String {
    match ident {
        SetIdent::Nothing => "0".into(),
        SetIdent::All => "1".into(),
        SetIdent::Current => "$".into(),
        SetIdent::Back(steps) => format!("${steps}"),
        SetIdent::Forward(steps) => format!("$_{steps}"),
        SetIdent::Named { state, name } => match state {
            Some(state) => format!("{}::{}", state.text, name.text),
            None => name.text.to_string(),
        },
    }
}

fn show_modifier(modifier: &Modifier) -> String {
    let fields: Vec<_> = modifier.fields.iter().map(show_field_selection).collect();
    format!("<{}>", fields.join(","))
}

fn show_field_selection(selection: &FieldSelection) -> String {
    let mark = if selection.forced_exclusion { "~" } else { "" };
    let assign = match &selection.assign {
        None => String::new(),
        Some(assign) => {
            let op = match assign.op {
                AssignOp::Replace => "",
                AssignOp::Combine(op) => show_set_op(op),
            };
            format!("{op}={}", show_values(&assign.values))
        }
    };
    format!("{mark}{}{assign}", selection.field.text)
}

fn show_values(values: &ValueSet) -> String {
    match &values.kind {
        ValueSetKind::List(elements) => {
            let elements: Vec<_> = elements
                .iter()
                .map(|element| match element.kind {
                    ElementKind::Literal => format!("'{}'", element.text),
                    ElementKind::Search => format!("\"{}\"", element.text),
                    ElementKind::Bare => element.text.to_string(),
                })
                .collect();
            format!("{{{}}}", elements.join(","))
        }
        ValueSetKind::Field {
            state: Some(state),
            field,
        } => format!("{}::{}", state.text, field.text),
        ValueSetKind::Field { state: None, field } => field.text.to_string(),
        ValueSetKind::Possible(implicit) => format!("P({})", show_implicit(implicit)),
        ValueSetKind::Excluded(implicit) => format!("E({})", show_implicit(implicit)),
        ValueSetKind::Binary(op, left, right) => {
            format!(
                "({} {} {})",
                show_set_op(*op),
                show_values(left),
                show_values(right)
            )
        }
        ValueSetKind::Complement(operand) => format!("(- {})", show_values(operand)),
    }
}

fn show_implicit(implicit: &Implicit) -> String {
    let set = implicit.set.as_deref().map(show_set).unwrap_or_default();
    let field = implicit
        .field
        .as_ref()
        .map(|field| format!(" {}", field.text))
        .unwrap_or_default();
    set + &field
}

fn show_set_op(op: SetOp) -> &'static str {
    match op {
        SetOp::Union => "+",
        SetOp::Exclusion => "-",
        SetOp::Intersection => "*",
        SetOp::SymmetricDifference => "/",
    }
}

fn show_op(op: BinaryOp) -> &'static str {
    match op {
        BinaryOp::Or => "or",
        BinaryOp::Xor => "xor",
        BinaryOp::And => "and",
        BinaryOp::Equal => "=",
        BinaryOp::NotEqual => "<>",
        BinaryOp::Less => "<",
        BinaryOp::LessOrEqual => "<=",
        BinaryOp::Greater => ">",
        BinaryOp::GreaterOrEqual => ">=",
        BinaryOp::Like => "like",
        BinaryOp::Precedes => "precedes",
        BinaryOp::Follows => "follows",
        BinaryOp::Concat => "&",
        BinaryOp::BitAnd => "bitand",
        BinaryOp::BitOr => "bitor",
        BinaryOp::BitXor => "bitxor",
        BinaryOp::ShiftLeft => "<<",
        BinaryOp::ShiftRight => ">>",
        BinaryOp::Add => "+",
        BinaryOp::Subtract => "-",
        BinaryOp::Multiply => "*",
        BinaryOp::Divide => "/",
    }
}
