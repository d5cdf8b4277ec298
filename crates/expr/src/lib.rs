//! Lexer, parser and syntax tree of expressions; total on any input.
