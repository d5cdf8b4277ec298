use super::{MAX_SET_OPERATORS, Parser, Result};
use crate::{
    ast::{
        Assign, AssignOp, FieldSelection, Modifier, Name, OuterSet, SetExpr, SetIdent, SetKind, SetOp, Span,
        ValueSet, ValueSetKind,
    },
    error::{ParseError, ParseErrorKind},
    lexer::Token,
};

impl Parser<'_> {
    /// `"{" [ "&" ] set_sum "}"`
    pub(super) fn outer_set(&mut self) -> Result<OuterSet> {
        self.expect("{", "`{`")?;
        let keep_empty = self.take("&");
        let set = self.set_sum()?;
        self.expect("}", "a set operator or `}`")?;
        Ok(OuterSet { set, keep_empty })
    }

    /// `"{" set_sum "}"`
    pub(super) fn inner_set(&mut self) -> Result<SetExpr> {
        self.expect("{", "`{`")?;
        let set = self.set_sum()?;
        self.expect("}", "a set operator or `}`")?;
        Ok(set)
    }

    /// Sets joined by union and exclusion.
    pub(super) fn set_sum(&mut self) -> Result<SetExpr> {
        self.nested(|parser| {
            let start = parser.span.start;
            let mut left = parser.set_product()?;
            while let Some(op) = parser.additive()? {
                let right = parser.set_product()?;
                left = parser.set_node(SetKind::Binary(op, Box::new(left), Box::new(right)), start);
            }
            Ok(left)
        })
    }

    /// Sets joined by intersection and symmetric difference.
    fn set_product(&mut self) -> Result<SetExpr> {
        let start = self.span.start;
        let mut left = self.set_unary()?;
        while let Some(op) = self.multiplicative()? {
            let right = self.set_unary()?;
            left = self.set_node(SetKind::Binary(op, Box::new(left), Box::new(right)), start);
        }
        Ok(left)
    }

    fn set_unary(&mut self) -> Result<SetExpr> {
        let start = self.span.start;
        if !self.at("-") {
            return self.set_primary();
        }
        self.step();
        self.count_set_operator()?;
        let operand = self.nested(Self::set_unary)?;
        Ok(self.set_node(SetKind::Complement(Box::new(operand)), start))
    }

    fn set_primary(&mut self) -> Result<SetExpr> {
        let start = self.span.start;
        if self.take("(") {
            let inner = self.set_sum()?;
            self.expect(")", "a set operator or `)`")?;
            return Ok(inner);
        }
        let ident = if self.at_modifier() {
            None
        } else {
            Some(self.set_ident()?)
        };
        let modifier = if self.at_modifier() {
            Some(self.modifier()?)
        } else {
            None
        };
        Ok(self.set_node(SetKind::Selection { ident, modifier }, start))
    }

    fn set_ident(&mut self) -> Result<SetIdent> {
        let span = self.span;
        let ident = match self.token.clone() {
            Token::Number(0.0) => SetIdent::Nothing,
            Token::Number(1.0) => SetIdent::All,
            Token::Back(steps) => SetIdent::Back(steps),
            Token::Forward(steps) => SetIdent::Forward(steps),
            Token::Op("$") => {
                self.step();
                return match self.qualified(&Name {
                    text: "$".into(),
                    span,
                })? {
                    Some(ident) => Ok(ident),
                    None => Ok(SetIdent::Current),
                };
            }
            Token::Word(_) | Token::Quoted(_) => {
                let name = self.field("the name of a bookmark or state")?;
                return match self.qualified(&name)? {
                    Some(ident) => Ok(ident),
                    None => Ok(SetIdent::Named { state: None, name }),
                };
            }
            _ => return self.unexpected("a set: `$`, `1`, a name or `<`"),
        };
        self.advance()?;
        Ok(ident)
    }

    /// `"::" name` behind the name of a state.
    fn qualified(&mut self, state: &Name) -> Result<Option<SetIdent>> {
        if !self.take("::") {
            return Ok(None);
        }
        let name = self.field("the name of a bookmark")?;
        Ok(Some(SetIdent::Named {
            state: Some(state.clone()),
            name,
        }))
    }

    /// `<>` is one token for the lexer and an empty modifier here.
    fn at_modifier(&self) -> bool {
        self.at("<") || self.at("<>")
    }

    fn modifier(&mut self) -> Result<Modifier> {
        let start = self.span.start;
        let mut fields = Vec::new();
        if !self.take("<>") {
            self.expect("<", "`<`")?;
            while fields.is_empty() || self.take(",") {
                fields.push(self.field_selection()?);
            }
            self.expect(">", "`,`, an operator or `>`")?;
        }
        Ok(Modifier {
            fields,
            span: Span::new(start, self.previous_end),
        })
    }

    fn field_selection(&mut self) -> Result<FieldSelection> {
        let forced_exclusion = self.take("~");
        let field = self.field("a field")?;
        let op = if self.at("=") {
            AssignOp::Replace
        } else if let (Some(op), Token::Op("=")) = (self.set_operator(), self.peek()) {
            self.step();
            AssignOp::Combine(op)
        } else {
            return Ok(FieldSelection {
                field,
                forced_exclusion,
                assign: None,
            });
        };
        self.step();
        let empty = self.at(",") || self.at(">");
        let assign = match op {
            AssignOp::Replace if empty => None,
            AssignOp::Combine(_) if empty => {
                let values = ValueSet {
                    kind: ValueSetKind::List(Vec::new()),
                    span: self.span,
                };
                Some(Assign { op, values })
            }
            _ => Some(Assign {
                op,
                values: self.value_sum()?,
            }),
        };
        Ok(FieldSelection {
            field,
            forced_exclusion,
            assign,
        })
    }

    /// Takes `+` or `-`.
    pub(super) fn additive(&mut self) -> Result<Option<SetOp>> {
        self.operator_of(&[SetOp::Union, SetOp::Exclusion])
    }

    /// Takes `*` or `/`.
    pub(super) fn multiplicative(&mut self) -> Result<Option<SetOp>> {
        self.operator_of(&[SetOp::Intersection, SetOp::SymmetricDifference])
    }

    fn operator_of(&mut self, ops: &[SetOp]) -> Result<Option<SetOp>> {
        let op = self.set_operator().filter(|op| ops.contains(op));
        if op.is_some() {
            self.step();
            self.count_set_operator()?;
        }
        Ok(op)
    }

    fn set_operator(&self) -> Option<SetOp> {
        match self.token {
            Token::Op("+") => Some(SetOp::Union),
            Token::Op("-") => Some(SetOp::Exclusion),
            Token::Op("*") => Some(SetOp::Intersection),
            Token::Op("/") => Some(SetOp::SymmetricDifference),
            _ => None,
        }
    }

    /// The height of set trees is bounded by the number of their operators.
    pub(super) fn count_set_operator(&mut self) -> Result<()> {
        self.n_set_operators += 1;
        if self.n_set_operators > MAX_SET_OPERATORS {
            let kind = ParseErrorKind::TooManySetOperators(MAX_SET_OPERATORS);
            return Err(ParseError {
                span: self.span,
                kind,
            });
        }
        Ok(())
    }

    fn set_node(&self, kind: SetKind, start: usize) -> SetExpr {
        SetExpr {
            kind,
            span: Span::new(start, self.previous_end),
        }
    }
}
