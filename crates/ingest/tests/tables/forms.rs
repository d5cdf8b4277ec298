//! Columns that are written otherwise than the app writes: what is read in their form, and what is told of others.

use crate::support::{number, only, said, table, value, values};

const NOTHING: [String; 0] = [];
const DAYS_FIRST: &str = "d,x\n23/11/2021,1\n24/12/2021,2\n05/06/2021,4\n07/06/2021,8\n";

#[test]
fn texts_beside_dates_are_read_in_the_form_of_their_column() {
    let declared = "[tables.columns]\nd = { format = \"DD/MM/YYYY\" }\n";
    for folder in [table(DAYS_FIRST, ""), table(DAYS_FIRST, declared)] {
        for (expression, expected) in [
            ("Sum({<d={\">=06/12/2021\"}>} x)", 2.0),
            ("Sum({<d={\">=13/06/2021\"}>} x)", 3.0),
            ("Sum({<d={\"<=06/06/2021\"}>} x)", 4.0),
            ("Sum({<d={\"<8/6/2021\"}>} x)", 12.0),
            ("Sum({<d={\">=06/06/2021<=01/12/2021\"}>} x)", 9.0),
            ("Sum({<d={'7/6/2021'}>} x)", 8.0),
            ("Sum({<d={\"6/7/2021\"}>} x)", 0.0),
            ("Sum({<d={\">=2021-12-01\"}>} x)", 2.0),
            ("Sum({<d={\">44500\"}>} x)", 3.0),
            ("Sum(If(d = '07/06/2021', x))", 8.0),
            ("Sum(If(d = '7/6/2021', x))", 8.0),
            ("Sum(If('06/12/2021' <= d, x))", 2.0),
        ] {
            assert_eq!(number(&folder, expression), expected, "{expression}");
        }
    }
}

#[test]
fn a_form_with_a_time_has_days_without_one() {
    let folder = table(
        "d,x\n23/11/2021 10:00,1\n05/06/2021 09:30,4\n",
        "[tables.columns]\nd = { format = \"DD/MM/YYYY hh:mm\" }\n",
    );
    assert_eq!(
        number(&folder, "Sum({<d={\">=06/12/2020<=06/06/2021\"}>} x)"),
        4.0
    );
}

#[test]
fn texts_beside_numbers_are_read_by_the_separators_of_their_table() {
    let folder = table(
        "v;x\n1.234,5;1\n2,5;2\n1.500;4\n",
        "decimal_sep = \",\"\nthousand_sep = \".\"\n",
    );
    for (expression, expected) in [
        ("Sum({<v={\">2,4\"}>} x)", 7.0),
        ("Sum({<v={\">=1.500\"}>} x)", 4.0),
        ("Sum({<v={\"<2.6\"}>} x)", 2.0),
        ("Sum({<v={'2,50'}>} x)", 2.0),
        ("Sum(If(v > '1.300,0', x))", 4.0),
    ] {
        assert_eq!(number(&folder, expression), expected, "{expression}");
    }
}

#[test]
fn nanoseconds_of_text_files_stay_apart() {
    let folder = table(
        "t,x\n2021-01-01 10:00:00.123456789,10\n2021-01-01 10:00:00.123456111,20\n2021-01-01 10:00:00.123456,40\n",
        "",
    );
    assert_eq!(said(&folder), NOTHING);
    assert_eq!(
        value(&folder, "Concat(t & '=' & x, ' ', x)").as_text(),
        "2021-01-01 10:00:00.123456789=10 2021-01-01 10:00:00.123456111=20 2021-01-01 10:00:00.123456=40"
    );
}

#[test]
fn microseconds_that_a_number_does_not_keep_are_told() {
    let folder = table(
        "t\n9000-01-01 10:00:00.1\n9000-01-01 10:00:00.100001\n9000-01-01 10:00:00.100\n",
        "",
    );
    let problem = only(&folder);
    assert!(
        problem.to_string().starts_with(
            "data.csv:3:1: warning: the texts \"9000-01-01 10:00:00.1\" and \"9000-01-01 10:00:00.100001\" of \"t\" are one value"
        ),
        "{problem}"
    );
}

#[test]
fn ratios_and_scores_are_no_times() {
    let folder = table("r\n1:2\n1:02\n16:9\n2:1\n", "");
    assert_eq!(values(&folder, "r"), ["1:2", "1:02", "16:9", "2:1"]);
    let folder = table("r\n1:02\n01:02\n09:05:07\n9:05:07 PM\n", "");
    assert_eq!(number(&folder, "Count(DISTINCT r)"), 3.0);
    let problem = only(&folder);
    assert!(
        problem
            .to_string()
            .starts_with("data.csv:3:1: warning: the texts \"1:02\" and \"01:02\" of \"r\" are one value"),
        "{problem}"
    );
}

#[test]
fn dates_in_no_form_that_is_read_are_told() {
    let zone = "dates and times with a time zone";
    for (texts, what) in [
        (["2021-06-30T17:00:00+02:00", "2021-07-01T17:00:00+02:00"], zone),
        (["2021-06-30 17:00:00 UTC", "2021-07-01 17:00:00 UTC"], zone),
        (["2021-06-30 17:00:00+00:00", "2021-07-01 17:00:00-0500"], zone),
        (["20210630T170000Z", "20210701T170000Z"], zone),
        (["20210630T170000", "20210701T170000"], "dates"),
        (["11/23/21", "1/5/21"], "dates"),
        (["23/11/21", "01/05/21"], "dates"),
        (["23.11.21", "01.05.21"], "dates"),
        (["03-Nov-21", "3-Dec-21"], "dates"),
    ] {
        let folder = table(format!("t\n{}\n{}\n", texts[0], texts[1]), "");
        let problem = only(&folder);
        assert!(!problem.is_error());
        assert_eq!(
            problem.message,
            format!(
                "the values of \"t\" look like {what}, but have no form that is read, so they stay texts, the first is {:?}",
                texts[0]
            )
        );
        assert_eq!(problem.place.unwrap().line, 2);
        let folder = table(
            format!("t\n{}\n{}\n", texts[0], texts[1]),
            "[tables.columns]\nt = { type = \"text\" }\n",
        );
        assert_eq!(said(&folder), NOTHING, "as the warning proposes");
    }
    for texts in [
        "1.2.10\n1.10.3",
        "10.0.0.1\n10.0.0.2",
        "555-12-34\n555-12-35",
        "A-1-21\nB-2-21",
    ] {
        assert_eq!(said(&table(format!("t\n{texts}\n"), "")), NOTHING, "{texts}");
    }
    let fix = only(&table("t\n11/23/21\n1/5/21\n", "")).fix;
    assert!(fix.contains("\"t\" = { format = \"M/D/YY\" }"), "{fix}");
    let declared = table(
        "t\n11/23/21\n1/5/21\n",
        "[tables.columns]\n\"t\" = { format = \"M/D/YY\" }\n",
    );
    assert_eq!(values(&declared, "t"), ["11/23/21=44523", "1/5/21=44201"]);
}
