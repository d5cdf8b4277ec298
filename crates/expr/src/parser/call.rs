use super::{Parser, Result, precedence};
use crate::{
    ast::{
        Aggr, AggrDim, AggrOrder, AggrSort, AggrSortBy, Aggregation, Call, Expr, ExprKind, Name, SetExpr,
        Span, Total,
    },
    error::{ParseError, ParseErrorKind},
    lexer::Token,
    names,
};

/// What may stand before the first argument of an aggregation.
#[derive(Default)]
struct Qualifiers {
    set: Option<SetExpr>,
    distinct: bool,
    no_distinct: bool,
    all: bool,
    total: Option<Total>,
}

impl Parser<'_> {
    /// A function whose name is taken and whose bracket comes next.
    pub(super) fn function(&mut self, word: &str, name_span: Span) -> Result<Expr> {
        self.advance()?;
        let name = word.to_lowercase();
        if name == "aggr" {
            self.aggr(name_span)
        } else if names::is_aggregation(&name) {
            self.aggregation(&name, name_span)
        } else {
            self.call(&name, name_span)
        }
    }

    fn call(&mut self, name: &str, name_span: Span) -> Result<Expr> {
        let mut total = None;
        if names::takes_total(name) {
            let alone = names::takes_total_alone(name)
                && self.token.is_word("total")
                && self.peek() == Token::Op(")");
            if alone || self.at_qualifier("total") {
                total = Some(self.total()?);
            }
        }
        if let Some(qualifier) = ["distinct", "total", "all"]
            .into_iter()
            .find(|word| self.at_qualifier(word))
        {
            let kind = ParseErrorKind::MisplacedQualifier {
                qualifier,
                function: name.to_owned(),
            };
            return Err(ParseError {
                span: self.span,
                kind,
            });
        }
        let args = if self.at(")") {
            Vec::new()
        } else {
            self.arguments()?
        };
        self.expect(")", "`,`, an operator or `)`")?;
        let call = Call {
            name: name.into(),
            name_span,
            total,
            args,
        };
        self.node(ExprKind::Call(call), name_span.start)
    }

    fn aggregation(&mut self, name: &str, name_span: Span) -> Result<Expr> {
        let Qualifiers {
            set,
            distinct,
            no_distinct: _,
            all,
            total,
        } = self.qualifiers(&["distinct", "total", "all"])?;
        let args = self.arguments()?;
        self.expect(")", "`,`, an operator or `)`")?;
        let aggregation = Aggregation {
            name: name.into(),
            name_span,
            set,
            distinct,
            all,
            total,
            args,
        };
        self.node(ExprKind::Aggregation(Box::new(aggregation)), name_span.start)
    }

    fn aggr(&mut self, name_span: Span) -> Result<Expr> {
        let qualifiers = self.qualifiers(&["distinct", "nodistinct"])?;
        let expr = self.expression()?;
        let mut dims = Vec::new();
        while dims.is_empty() || self.at(",") {
            self.expect(",", "an operator or `,` and a dimension")?;
            dims.push(self.aggr_dim()?);
        }
        self.expect(")", "`,` or `)`")?;
        let aggr = Aggr {
            name_span,
            set: qualifiers.set,
            no_distinct: qualifiers.no_distinct,
            expr,
            dims,
        };
        self.node(ExprKind::Aggr(Box::new(aggr)), name_span.start)
    }

    fn arguments(&mut self) -> Result<Vec<Expr>> {
        let mut args = vec![self.expression()?];
        while self.take(",") {
            args.push(self.expression()?);
        }
        Ok(args)
    }

    fn qualifiers(&mut self, allowed: &[&'static str]) -> Result<Qualifiers> {
        let mut found = Qualifiers::default();
        loop {
            if self.at("{") {
                self.once(found.set.is_some(), "a set expression")?;
                found.set = Some(self.inner_set()?);
                continue;
            }
            let Some(word) = allowed.iter().copied().find(|word| self.at_qualifier(word)) else {
                return Ok(found);
            };
            match word {
                "total" => {
                    self.once(found.total.is_some(), "TOTAL")?;
                    found.total = Some(self.total()?);
                    continue;
                }
                "distinct" => {
                    self.once(found.distinct, "DISTINCT")?;
                    found.distinct = true;
                }
                "nodistinct" => {
                    self.once(found.no_distinct, "NODISTINCT")?;
                    found.no_distinct = true;
                }
                _ => {
                    self.once(found.all, "ALL")?;
                    found.all = true;
                }
            }
            self.advance()?;
        }
    }

    fn once(&self, again: bool, qualifier: &'static str) -> Result<()> {
        if again {
            return Err(ParseError {
                span: self.span,
                kind: ParseErrorKind::RepeatedQualifier(qualifier),
            });
        }
        Ok(())
    }

    /// Whether the current token is this keyword and not a field of the same name, which an operator, a comma or a
    /// bracket would follow.
    fn at_qualifier(&self, word: &str) -> bool {
        self.token.is_word(word)
            && match self.peek() {
                Token::Op("<") => word == "total",
                Token::Op(op) => op == "{" || op == "(" && word != "all",
                Token::End => false,
                next => !precedence::is_operator_word(&next) || next.is_word("not") || next.is_word("bitnot"),
            }
    }

    /// `TOTAL [ "<" field { "," field } ">" ]`
    fn total(&mut self) -> Result<Total> {
        self.advance()?;
        let mut fields: Vec<Name> = Vec::new();
        if self.take("<") {
            loop {
                fields.push(self.field("the field of a dimension")?);
                if !self.take(",") {
                    break;
                }
            }
            self.expect(">", "`,` or `>`")?;
        }
        Ok(Total { fields })
    }

    /// `field`, `(field, type, order)` or `(field, (type, order))`
    fn aggr_dim(&mut self) -> Result<AggrDim> {
        if !self.take("(") {
            let field = self.field("a dimension, which is a field or `(field, sort type, order)`")?;
            return Ok(AggrDim { field, sort: None });
        }
        let field = self.field("the field of a dimension")?;
        let mut sort = None;
        if self.take(",") {
            let inner = self.take("(");
            let by = self.sort_by()?;
            let order = if self.take(",") {
                self.sort_order()?
            } else {
                AggrOrder::Ascending
            };
            if inner {
                self.expect(")", "`,` or `)`")?;
            }
            sort = Some(AggrSort { by, order });
        }
        self.expect(")", "`,` or `)`")?;
        Ok(AggrDim { field, sort })
    }

    fn sort_by(&mut self) -> Result<AggrSortBy> {
        const TYPES: &[(&str, AggrSortBy)] = &[
            ("numeric", AggrSortBy::Numeric),
            ("text", AggrSortBy::Text),
            ("frequency", AggrSortBy::Frequency),
            ("loadorder", AggrSortBy::LoadOrder),
        ];
        self.keyword(TYPES, "NUMERIC, TEXT, FREQUENCY or LOADORDER")
    }

    fn sort_order(&mut self) -> Result<AggrOrder> {
        const ORDERS: &[(&str, AggrOrder)] = &[
            ("ascending", AggrOrder::Ascending),
            ("asc", AggrOrder::Ascending),
            ("a→z", AggrOrder::Ascending),
            ("lesser", AggrOrder::Ascending),
            ("original", AggrOrder::Ascending),
            ("descending", AggrOrder::Descending),
            ("desc", AggrOrder::Descending),
            ("z→a", AggrOrder::Descending),
            ("reverse", AggrOrder::Descending),
            ("greater", AggrOrder::Descending),
            ("greatest", AggrOrder::Descending),
        ];
        self.keyword(ORDERS, "ASCENDING or DESCENDING")
    }

    fn keyword<T: Copy>(&mut self, words: &[(&str, T)], expected: &'static str) -> Result<T> {
        let found = words.iter().find(|(word, _)| self.token.is_word(word));
        let Some((_, value)) = found else {
            return self.unexpected(expected);
        };
        self.advance()?;
        Ok(*value)
    }
}
