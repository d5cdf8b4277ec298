//! Files that more than one delimiter divides.

use super::*;

fn doubts(bytes: &[u8], delimiter: Delimiter) -> Vec<String> {
    let plan = CsvPlan { delimiter, ..plan() };
    let doubts = table(bytes, &plan, &Limits::default()).unwrap().doubts;
    let shown = doubts
        .iter()
        .map(|doubt| format!("{}: {}", doubt.place.unwrap(), doubt.message));
    shown.collect()
}

#[test]
fn two_delimiters_that_divide_every_line() {
    assert_eq!(
        doubts(b"id,tags|x\n1,a|b\n2,c|d\n", Delimiter::Found),
        ["1:1: each line is divided by \"|\" into 2 values, and \",\" would divide each into 2 just as well"]
    );
    assert_eq!(
        doubts(b"a,b;c,d\n1,2;3,4\n", Delimiter::Found),
        ["1:1: each line is divided by \";\" into 2 values, and \",\" would divide each into 3 just as well"]
    );
    let declared = Delimiter::Declared(b',');
    assert!(
        doubts(b"id,tags|x\n1,a|b\n", declared).is_empty(),
        "as the warning proposes"
    );
}

#[test]
fn commas_of_numbers_and_sentences_are_no_second_delimiter() {
    for bytes in [
        &b"a;b\n1,5;2,5\n3,5;4,5\n"[..],
        b"name, first;age\nFoo, Ann;3\nBar, Bob;4\n",
        b"\"a,b\";c\n\"1,2\";3\n",
        b"a,b\n1;x,2\n3;y,4\n",
        b"a,b;c\n",
    ] {
        assert!(
            !doubts(bytes, Delimiter::Found)
                .iter()
                .any(|doubt| doubt.contains("just as well")),
            "{}",
            String::from_utf8_lossy(bytes)
        );
    }
}

#[test]
fn a_declared_delimiter_that_no_line_has() {
    let expected = "1:1: the declared delimiter \",\" is in no line, and \";\" divides each into 2 values";
    assert_eq!(doubts(b"a;b\n1;2\n", Delimiter::Declared(b',')), [expected]);
    assert_eq!(
        doubts(b"sep=;\na,b\n1,2\n", Delimiter::Found),
        ["2:1: the declared delimiter \";\" is in no line, and \",\" divides each into 2 values"]
    );
    for (bytes, delimiter) in [
        (&b"a;b,c\n1;2,3\n"[..], b','),
        (b"price\n1,5\n2,5\n", b';'),
        (b"note\nhello\n", b';'),
        (b"note, long\nhello, world\n", b';'),
    ] {
        assert!(doubts(bytes, Delimiter::Declared(delimiter)).is_empty());
    }
    assert!(
        doubts(b"a;b\n1;2\n", Delimiter::None).is_empty(),
        "one column is meant"
    );
}
