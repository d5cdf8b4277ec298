use crate::{ast::BinaryOp, lexer::Token};

/// Infix operators with the strength they bind with; those of one row associate to the left.
///
/// The vendor documents no order of scalar operators, so this table is the one place that decides it.
const INFIX: &[(u8, &[(&str, BinaryOp)])] = &[
    (1, &[("or", BinaryOp::Or), ("xor", BinaryOp::Xor)]),
    (2, &[("and", BinaryOp::And)]),
    (
        4,
        &[
            ("=", BinaryOp::Equal),
            ("<>", BinaryOp::NotEqual),
            ("<", BinaryOp::Less),
            ("<=", BinaryOp::LessOrEqual),
            (">", BinaryOp::Greater),
            (">=", BinaryOp::GreaterOrEqual),
            ("like", BinaryOp::Like),
            ("precedes", BinaryOp::Precedes),
            ("follows", BinaryOp::Follows),
        ],
    ),
    (5, &[("&", BinaryOp::Concat)]),
    (
        6,
        &[
            ("bitand", BinaryOp::BitAnd),
            ("bitor", BinaryOp::BitOr),
            ("bitxor", BinaryOp::BitXor),
            ("<<", BinaryOp::ShiftLeft),
            (">>", BinaryOp::ShiftRight),
        ],
    ),
    (7, &[("+", BinaryOp::Add), ("-", BinaryOp::Subtract)]),
    (8, &[("*", BinaryOp::Multiply), ("/", BinaryOp::Divide)]),
];

/// `not` binds the relations behind it: `not a = b` is `not (a = b)`.
pub(super) const NOT: u8 = 4;

/// Signs and `bitnot` bind one operand.
pub(super) const UNARY: u8 = 9;

/// The infix operator a token stands for, and its strength.
pub(super) fn infix(token: &Token<'_>) -> Option<(BinaryOp, u8)> {
    let text = match token {
        Token::Op(op) => *op,
        Token::Word(word) => *word,
        _ => return None,
    };
    INFIX.iter().find_map(|(strength, ops)| {
        ops.iter()
            .find(|(name, _)| name.eq_ignore_ascii_case(text))
            .map(|(_, op)| (*op, *strength))
    })
}

/// Whether a word is an operator and therefore no name unless quoted.
pub(super) fn is_operator_word(token: &Token<'_>) -> bool {
    matches!(token, Token::Word(_))
        && (infix(token).is_some() || token.is_word("not") || token.is_word("bitnot"))
}
