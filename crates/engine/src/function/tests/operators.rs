use super::{check, check_us};

#[test]
fn arithmetic_reads_text_as_numbers() {
    check(&[
        ("1+1", "2"),
        ("'2'+'3'", "5"),
        ("'a'+1", "NULL"),
        ("1/0", "NULL"),
        ("-'3'", "-3"),
        ("+'a'", "NULL"),
        ("7-2*3", "1"),
        ("1e308*10", "NULL"),
    ]);
    check_us(&[
        ("'$ 5.50' + 1", "6.5"),
        ("'1,000' + 1", "1001"),
        ("'2/1/1900' - 1", "32"),
        ("'2018-02-20'+0", "43151"),
    ]);
}

#[test]
fn concatenation_uses_text() {
    check(&[
        ("'abc' & 'xyz'", "abcxyz"),
        ("1/3 & ''", "0.33333333333333"),
        ("Red() & 1", "RGB(128,0,0)1"),
    ]);
}

#[test]
fn a_text_that_is_too_long_is_null() {
    check(&[
        ("Len(Repeat('x', 1048576))", "1048576"),
        ("Repeat('x', 1048577)", "NULL"),
        ("Repeat('x', 1000000) & Repeat('y', 100000)", "NULL"),
        ("Replace(Repeat('x', 1000000), 'x', Repeat('y', 1000000))", "NULL"),
    ]);
}

#[test]
fn null_follows_the_table() {
    check(&[
        ("1 + Null()", "NULL"),
        ("1 - Null()", "NULL"),
        ("1 * Null()", "NULL"),
        ("1 / Null()", "NULL"),
        ("0 * Null()", "NULL"),
        ("Null()+1", "NULL"),
        ("-Null()", "NULL"),
        ("'A' & Null()", "A"),
        ("Null() & 'A'", "A"),
        ("Null() & Null()", "NULL"),
        ("1 < Null()", "0"),
        ("1 <= Null()", "0"),
        ("1 > Null()", "0"),
        ("1 >= Null()", "0"),
        ("1 = Null()", "0"),
        ("1 <> Null()", "-1"),
        ("'a' like Null()", "0"),
        ("Null() = Null()", "NULL"),
        ("Null() <> Null()", "NULL"),
        ("Null() < 1", "NULL"),
        ("not Null()", "-1"),
        ("Null() or 1", "-1"),
        ("Null() and 1", "0"),
    ]);
}

#[test]
fn comparison_is_numeric_if_both_sides_are_numbers() {
    check(&[
        ("'1 ' < ' 2'", "-1"),
        ("'10' < '9'", "0"),
        ("'10' < '9a'", "-1"),
        ("'1 ' precedes ' 2'", "0"),
        ("' 1' precedes ' 2'", "-1"),
        ("' 2' follows '1 '", "0"),
        ("'1.0' = 1", "-1"),
        ("'a' = 'A'", "0"),
        ("2 >= 2", "-1"),
        ("2 <> 2", "0"),
        ("Month(35648) = 8", "-1"),
        ("Month(35648) = 'Aug'", "-1"),
        ("'Anchor bolt' like '*BOLT'", "-1"),
        ("'Anchor bolt' like 'bolt'", "0"),
    ]);
}

#[test]
fn logic_takes_text_for_false() {
    check(&[
        ("1 and 2", "-1"),
        ("1 and 'a'", "0"),
        ("0 or 0.5", "-1"),
        ("1 xor 1", "0"),
        ("1 xor 0", "-1"),
        ("not 0", "-1"),
        ("not 'a'", "-1"),
    ]);
}

#[test]
fn bits() {
    check(&[
        ("6 bitand 3", "2"),
        ("6 bitor 3", "7"),
        ("6 bitxor 3", "5"),
        ("bitnot 5", "-6"),
        ("1 << 10", "1024"),
        ("1024 >> 3", "128"),
        ("1 << -1", "NULL"),
        ("1 << 64", "NULL"),
        ("'a' bitand 1", "NULL"),
    ]);
}
