//! Quotes that were left open, or closed in the wrong place.

use super::*;

const IN_HEADER: &str = "1:1: the quoted value";

fn undoubted(bytes: &[u8]) {
    let doubts = table(bytes, &plan(), &Limits::default()).unwrap().doubts;
    assert!(doubts.is_empty(), "{doubts:?}");
}

fn swallowed(bytes: &[u8], place: &str) {
    doubted(
        bytes,
        &format!("{place}: the quoted value that begins here seems to have swallowed rows"),
    );
}

#[test]
fn a_quote_in_the_header_that_is_never_closed() {
    for (bytes, place) in [
        (&b"id,\"name\n1,a\n2,b\n"[..], "1:4"),
        (b"id;\"name\n1;a\n2;b\n", "1:4"),
        (b"id\t\"name\n1\ta\n", "1:4"),
        (b"\n\nid,town,\"name\n1,a,b\n", "3:9"),
        (b"id,\"name\n1,a;x\n2,b\n", "1:4"),
    ] {
        refused(
            bytes,
            &format!("{place}: the quoted value that begins here is never closed"),
        );
    }
    let skipping = CsvPlan {
        skip_lines: 1,
        ..plan()
    };
    assert!(refusal(b"Sales\nid,\"name\n1,a\n", &skipping).starts_with("2:4: the quoted value"));
    let rows_only = CsvPlan {
        header: Header::Absent,
        ..plan()
    };
    assert!(refusal(b"1,\"a\n2,b\n", &rows_only).starts_with("1:3: the quoted value"));
}

#[test]
fn text_behind_a_closing_quote_of_the_header() {
    for bytes in [
        &b"id;\"na\"me\n1;a\n"[..],
        b"id,\"name\" x,y\n1,a,b\n2,c,d\n",
        b"id,\"name\n1,a\n2,\"b\"\n3,c\n",
    ] {
        refused(bytes, "1:4: the quoted value that begins here is closed at");
    }
    refused(b"\"id\"x,name\n1,a\n", IN_HEADER);
}

#[test]
fn a_header_whose_quote_is_plain_by_the_delimiter_that_divides_the_file() {
    check(
        b"id,\"na\"me;town\n1;a\n2;b\n",
        "id,\"na\"me | town\n1 | a\n2 | b\n",
    );
    refused(
        b"Sales, \"of\nid;a;b\n1;2;3\n4;5;6\n",
        "1:1: from line 2 on, each line has 3 values",
    );
}

#[test]
fn a_header_that_swallows_rows() {
    swallowed(b"id,\"name\n1,a\n2,b\"\n3,c\n", "1:4");
    swallowed(b"\"id,name\n1,a\n2\",b\n3,c\n", "1:1");
    undoubted(b"id,\"name\nof the thing\"\n3,c\n");
    let rows_only = CsvPlan {
        header: Header::Absent,
        ..plan()
    };
    let doubts = table(b"1,\"a\n2,b\"\n3,c\n", &rows_only, &Limits::default()).unwrap();
    assert_eq!(doubts.doubts.len(), 1, "told once: {doubts:?}");
}

#[test]
fn rows_that_a_value_of_any_column_swallows() {
    for (bytes, place) in [
        (&b"name,amount\n\"a,10\nb,20\nc\",30\nd,40\n"[..], "2:1"),
        (b"name,amount\n\"a,10\nb\",30\nd,40\n", "2:1"),
        (b"name,town\n\"Ann,Ghent\nBob\",Paris\nCat,Rome\n", "2:1"),
        (b"id,name,amount\n1,\"a,10\n2,b\",20\n4,d,40\n", "2:3"),
        (b"id,name,amount\n1,\"a,10\n\n2,b,20\n3,c\",30\n", "2:3"),
        (b"id,name,amount\n1,\"a,10\r\n \r\n2,b\",20\r\n", "2:3"),
        (b"id,name,amount\n1,\"a,10\r2,b\",20\n", "2:3"),
        (b"id,amount,name\n1,10,\"a\n2,20,b\"\n4,40,d\n", "2:6"),
        (b"id, name, amount\n1,\"a, 10\n2, b\", 20\n", "2:3"),
        (b"id;name\n1;\"a\n2;\n3;c\"\n4;d\n", "2:3"),
    ] {
        swallowed(bytes, place);
    }
}

#[test]
fn values_that_swallow_rows_are_counted() {
    doubted(
        b"id,name\n1,\"a\n2,b\"\n3,\"c\n4,d\"\n5,\"e\n6,f\"\n",
        "2:3: the quoted value that begins here seems to have swallowed rows: it goes over several lines that look like rows \
         of their own, and so do 2 values more",
    );
}

#[test]
fn texts_of_several_lines_are_no_rows() {
    for bytes in [
        &b"id,text\n1,\"Dear Sir\nhello, world\"\n"[..],
        b"id,text\n1,\"Dear Sir\nhello,world\"\n",
        b"name,text\nAnn,\"Dear Sir\nhello, world\"\n",
        b"text,n\n\"hello, world\nbye\",5\n",
        b"id,address,x\n1,\"Main St 5, Apt 3\nSpringfield, IL\",x\n",
        b"id,address,x\n1,\"Main St 5,Apt 3\nSpringfield,IL\",x\n",
        b"id,text\n1,\"roses\nred,blue\ngreen,white\"\n",
        b"id,list,n\n1,\"Milk,eggs\nBread,butter\nSalt\",5\n",
        b"id,text,x\n1,\"Dear Sir,\nall, is well, thanks\nyours, M\",y\n",
        b"name,n\n\"Smith,1\n\",30\n",
        b"id,text\n1,\"a\n\n\nb\"\n",
    ] {
        undoubted(bytes);
    }
}
