//! The syntax tree.
//!
//! Names are kept as written; whether a [`ExprKind::Name`] is a field, the label of a measure, a master measure or a
//! variable is for the engine to decide. Function and keyword names are stored in lower case, because the language does
//! not tell upper from lower case there.

use std::sync::Arc;

/// A half-open range of byte offsets in the parsed text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Span {
    /// Offset of the first byte.
    pub start: usize,
    /// Offset behind the last byte.
    pub end: usize,
}

impl Span {
    /// The range from `start` up to, not including, `end`.
    #[must_use]
    pub fn new(start: usize, end: usize) -> Self {
        Self { start, end }
    }

    /// The smallest range that holds both.
    #[must_use]
    pub fn to(self, other: Self) -> Self {
        Self {
            start: self.start.min(other.start),
            end: self.end.max(other.end),
        }
    }
}

/// An expression and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// Where it stands.
    pub span: Span,
    height: usize,
}

/// What an expression can be.
#[derive(Debug, Clone, PartialEq)]
pub enum ExprKind {
    /// A number literal; always finite.
    Number(f64),
    /// A text literal in single quotes, unescaped.
    Text(Arc<str>),
    /// A bare or quoted name: field, measure label, master measure or variable.
    Name(Name),
    /// A prefix operator.
    Unary(UnaryOp, Box<Expr>),
    /// An infix operator.
    Binary(BinaryOp, Box<Expr>, Box<Expr>),
    /// A scalar, inter-record or unknown function.
    Call(Call),
    /// An aggregation function.
    Aggregation(Box<Aggregation>),
    /// `Aggr(…)`, a virtual cube.
    Aggr(Box<Aggr>),
    /// Outer set expressions and the expression they apply to.
    Scoped(Vec<OuterSet>, Box<Expr>),
}

impl Expr {
    /// A node; its height follows from its children.
    #[must_use]
    pub fn new(kind: ExprKind, span: Span) -> Self {
        let below = match &kind {
            ExprKind::Number(_) | ExprKind::Text(_) | ExprKind::Name(_) => 0,
            ExprKind::Unary(_, operand) => operand.height,
            ExprKind::Binary(_, left, right) => left.height.max(right.height),
            ExprKind::Call(call) => tallest(&call.args),
            ExprKind::Aggregation(aggregation) => tallest(&aggregation.args),
            ExprKind::Aggr(aggr) => aggr.expr.height,
            ExprKind::Scoped(_, body) => body.height,
        };
        Self {
            kind,
            span,
            height: below + 1,
        }
    }

    /// Levels of the tree from here down, at least 1. A parsed tree has at most [`crate::MAX_HEIGHT`] levels, so a
    /// reader may recurse over it.
    #[must_use]
    pub fn height(&self) -> usize {
        self.height
    }
}

fn tallest(exprs: &[Expr]) -> usize {
    exprs.iter().map(Expr::height).max().unwrap_or(0)
}

/// A name, unquoted and unescaped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name {
    /// The name; case-sensitive.
    pub text: Arc<str>,
    /// Where it stands, quotes included.
    pub span: Span,
}

/// Prefix operators.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum UnaryOp {
    /// `+x`
    Plus,
    /// `-x`
    Minus,
    /// `not x`
    Not,
    /// `bitnot x`
    BitNot,
}

/// Infix operators. The binding strengths are in the parser's table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BinaryOp {
    /// `or`
    Or,
    /// `xor`
    Xor,
    /// `and`
    And,
    /// `=`
    Equal,
    /// `<>`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
    /// `like`
    Like,
    /// `precedes`
    Precedes,
    /// `follows`
    Follows,
    /// `&`
    Concat,
    /// `bitand`
    BitAnd,
    /// `bitor`
    BitOr,
    /// `bitxor`
    BitXor,
    /// `<<`
    ShiftLeft,
    /// `>>`
    ShiftRight,
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`
    Divide,
}

/// A call of a function that is no aggregation.
#[derive(Debug, Clone, PartialEq)]
pub struct Call {
    /// The function's name in lower case.
    pub name: Arc<str>,
    /// Where the name stands.
    pub name_span: Span,
    /// `TOTAL`, which only inter-record and ranking functions take.
    pub total: Option<Total>,
    /// The arguments in order.
    pub args: Vec<Expr>,
}

/// A call of an aggregation function.
#[derive(Debug, Clone, PartialEq)]
pub struct Aggregation {
    /// The function's name in lower case; [`crate::is_aggregation`] holds for it.
    pub name: Arc<str>,
    /// Where the name stands.
    pub name_span: Span,
    /// The inner set expression.
    pub set: Option<SetExpr>,
    /// `DISTINCT` was given.
    pub distinct: bool,
    /// `ALL` was given: no dimension and no selection counts.
    pub all: bool,
    /// `TOTAL` was given.
    pub total: Option<Total>,
    /// The arguments in order; at least one.
    pub args: Vec<Expr>,
}

/// `TOTAL` or `TOTAL <a, b>`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Total {
    /// The dimensions that still count; none for a plain `TOTAL`.
    pub fields: Vec<Name>,
}

/// `Aggr(expr, dim, …)`.
#[derive(Debug, Clone, PartialEq)]
pub struct Aggr {
    /// Where the word `Aggr` stands.
    pub name_span: Span,
    /// The inner set expression.
    pub set: Option<SetExpr>,
    /// `NODISTINCT` was given: the value is repeated on every row.
    pub no_distinct: bool,
    /// What is computed per combination of the dimensions.
    pub expr: Expr,
    /// The dimensions; at least one.
    pub dims: Vec<AggrDim>,
}

/// One dimension of `Aggr`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AggrDim {
    /// The field.
    pub field: Name,
    /// The order of a structured parameter such as `(Year, (NUMERIC, DESCENDING))`.
    pub sort: Option<AggrSort>,
}

/// The order of one dimension of `Aggr`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AggrSort {
    /// By what.
    pub by: AggrSortBy,
    /// In which direction.
    pub order: AggrOrder,
}

/// What a dimension of `Aggr` is sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AggrSortBy {
    /// The number of the value.
    Numeric,
    /// The text of the value.
    Text,
    /// How often the value occurs.
    Frequency,
    /// The order of first loading.
    LoadOrder,
}

/// Direction of a sort order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AggrOrder {
    /// Smallest, first or `A` first.
    Ascending,
    /// The other way round.
    Descending,
}

/// A set expression that stands before the expression it applies to.
#[derive(Debug, Clone, PartialEq)]
pub struct OuterSet {
    /// The set.
    pub set: SetExpr,
    /// `{& …}`: the set counts even when it is empty, instead of being dropped.
    pub keep_empty: bool,
}

/// A set of records.
#[derive(Debug, Clone, PartialEq)]
pub struct SetExpr {
    /// What it is.
    pub kind: SetKind,
    /// Where it stands, without the curly brackets.
    pub span: Span,
}

/// What a set expression can be.
#[derive(Debug, Clone, PartialEq)]
pub enum SetKind {
    /// An identifier, a modifier, or both; never neither. Without an identifier the modifier applies to the context.
    Selection {
        /// The selection to start from.
        ident: Option<SetIdent>,
        /// What to change in it.
        modifier: Option<Modifier>,
    },
    /// Two sets combined.
    Binary(SetOp, Box<SetExpr>, Box<SetExpr>),
    /// `-set`: all records but these.
    Complement(Box<SetExpr>),
}

/// Operators between sets of records and between sets of values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SetOp {
    /// `+`
    Union,
    /// `-`
    Exclusion,
    /// `*`
    Intersection,
    /// `/`
    SymmetricDifference,
}

/// The selection a set starts from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SetIdent {
    /// `0`: no record.
    Nothing,
    /// `1`: every record.
    All,
    /// `$`: the current selection.
    Current,
    /// `$1`: so many steps back.
    Back(u32),
    /// `$_1`: so many steps forward.
    Forward(u32),
    /// A bookmark's id or title, or an alternate state; `State::Bookmark` has both.
    Named {
        /// What stands before `::`.
        state: Option<Name>,
        /// The name.
        name: Name,
    },
}

/// `<field = values, …>`.
#[derive(Debug, Clone, PartialEq)]
pub struct Modifier {
    /// The fields in order; may be empty.
    pub fields: Vec<FieldSelection>,
    /// Where it stands, with the angle brackets.
    pub span: Span,
}

/// The selection of one field in a modifier.
#[derive(Debug, Clone, PartialEq)]
pub struct FieldSelection {
    /// The field.
    pub field: Name,
    /// `~field`: forced exclusion.
    pub forced_exclusion: bool,
    /// What is assigned; `None` clears the field (`F` and `F=`).
    pub assign: Option<Assign>,
}

/// An assignment to a field.
#[derive(Debug, Clone, PartialEq)]
pub struct Assign {
    /// How the values meet the field's selection.
    pub op: AssignOp,
    /// The values.
    pub values: ValueSet,
}

/// How assigned values meet the selection a field has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AssignOp {
    /// `=`
    Replace,
    /// `+=`, `-=`, `*=`, `/=`
    Combine(SetOp),
}

/// A set of values of one field.
#[derive(Debug, Clone, PartialEq)]
pub struct ValueSet {
    /// What it is.
    pub kind: ValueSetKind,
    /// Where it stands.
    pub span: Span,
}

/// What a set of values can be.
#[derive(Debug, Clone, PartialEq)]
pub enum ValueSetKind {
    /// `{a, 'b', "c*"}`
    List(Vec<Element>),
    /// `Field` or `State::Field`: its selected values.
    Field {
        /// What stands before `::`.
        state: Option<Name>,
        /// The field.
        field: Name,
    },
    /// `P({set} field)`: the possible values.
    Possible(Implicit),
    /// `E({set} field)`: the excluded values.
    Excluded(Implicit),
    /// Two sets combined.
    Binary(SetOp, Box<ValueSet>, Box<ValueSet>),
    /// `-values`: all values but these.
    Complement(Box<ValueSet>),
}

/// What stands between the brackets of `P(…)` and `E(…)`.
#[derive(Debug, Clone, PartialEq)]
pub struct Implicit {
    /// The set in which values are possible; the current selection if there is none.
    pub set: Option<Box<SetExpr>>,
    /// The field; the one that is assigned to if there is none.
    pub field: Option<Name>,
}

/// One entry of a value list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Element {
    /// How it was written, which decides how it is matched.
    pub kind: ElementKind,
    /// The text, unquoted and unescaped.
    pub text: Arc<str>,
    /// Where it stands, quotes included.
    pub span: Span,
}

/// How an entry of a value list was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ElementKind {
    /// `'x'`: exactly this value.
    Literal,
    /// `"x"`, `[x]` or `` `x` ``: a search.
    Search,
    /// `x` without quotes: a search too.
    Bare,
}
