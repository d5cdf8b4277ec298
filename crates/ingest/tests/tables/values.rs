//! Texts of files as numbers and dates: what they are, and what is told of them.

use crate::support::{number, only, said, table, value, values};

const NOTHING: [String; 0] = [];

#[test]
fn numbers_are_read_by_the_separators_of_the_app_only() {
    let folder = table(
        "Id,Amount\n1,\"1,5\"\n2,\"12,75\"\n3,\"1,250\"\n4,\"2,10\"\n5,\"2,1\"\n6,1.234.567\n7,\"1.234,50\"\n",
        "",
    );
    assert_eq!(number(&folder, "Sum(Amount)"), 1250.0);
    assert_eq!(number(&folder, "Count(distinct Amount)"), 7.0);
    assert_eq!(
        values(&folder, "Amount"),
        [
            "1,5",
            "12,75",
            "1,250=1250",
            "2,10",
            "2,1",
            "1.234.567",
            "1.234,50"
        ]
    );
    let problem = only(&folder);
    assert!(!problem.is_error());
    assert!(
        problem.to_string().starts_with(
            "data.csv:2:3: warning: 6 of 7 values of \"Amount\" are no numbers and stay texts, the first is \"1,5\""
        ),
        "{problem}"
    );
    assert!(problem.fix.contains("decimal_sep"), "{problem}");
}

#[test]
fn a_file_has_separators_of_its_own() {
    let german = "Id;Amount\n1;1,5\n2;1.250\n3;1.234,50\n4;-2\n5;$ 3,5\n6;1,234.5\n7;0.123\n";
    let folder = table(german, "decimal_sep = \",\"\nthousand_sep = \".\"\n");
    assert_eq!(number(&folder, "Sum(Amount)"), 1.5 + 1250.0 + 1234.5 - 2.0 + 3.5);
    assert_eq!(values(&folder, "Amount")[5..], ["1,234.5", "0.123"]);
    let folder = table(german, "decimal_sep = \",\"\n");
    assert_eq!(
        number(&folder, "Sum(Amount)"),
        2487.5,
        "comma and point change places"
    );
    let folder = table(
        "Id;A\n1;1 234,5\n2;1.5\n",
        "decimal_sep = \",\"\nthousand_sep = \" \"\n",
    );
    assert_eq!(values(&folder, "A"), ["1 234,5=1234.5", "1.5"]);
    let folder = table(
        "Id;A\n1;1234,5\n2;1.234,5\n",
        "decimal_sep = \",\"\nthousand_sep = \"\"\n",
    );
    assert_eq!(values(&folder, "A"), ["1234,5=1234.5", "1.234,5"]);
}

#[test]
fn the_app_may_be_german_and_a_file_american() {
    let american = table(
        "Id,A\n1,\"1,250.5\"\n2,1.5\n",
        "decimal_sep = \".\"\nthousand_sep = \",\"\n[locale]\ndecimal_sep = \",\"\n",
    );
    assert_eq!(values(&american, "A"), ["1,250.5=1250.5", "1.5=1.5"]);
    assert_eq!(
        number(&american, "Sum({<A={1.5}>} Id)"),
        2.0,
        "an expression's own point"
    );
    let german = table(
        "Id;A\n1;1.250,5\n2;1,5\n3;€ 2\n",
        "[locale]\ndecimal_sep = \",\"\nmoney_format = \"0,00 €\"\n",
    );
    assert_eq!(number(&german, "Sum(A)"), 1254.0);
}

#[test]
fn separators_that_contradict_each_other() {
    for lines in [
        "decimal_sep = \",\"\nthousand_sep = \",\"\n",
        "decimal_sep = \"\"\n",
        "thousand_sep = \"1\"\n",
        "thousand_sep = \"ab\"\n",
        "thousand_sep = \"..\"\n",
        "decimal_sep = \"e\"\n",
    ] {
        let problem = only(&table("A\n1\n", lines));
        assert_eq!(problem.place.unwrap().line, 5, "{problem}");
        assert!(problem.fix.contains("thousand_sep"), "{problem}");
    }
}

#[test]
fn money_percent_and_signs() {
    let folder = table(
        "Id,A\n1,$5.50\n2,\"$ 1,000\"\n3,-$2\n4,12.5%\n5,(3.00)\n6,€7\n7,\"$1.234,50\"\n8,+1\n",
        "",
    );
    assert_eq!(
        values(&folder, "A"),
        [
            "$5.50=5.5",
            "$ 1,000=1000",
            "-$2=-2",
            "12.5%",
            "(3.00)",
            "€7",
            "$1.234,50",
            "+1=1"
        ]
    );
    assert!(
        only(&folder)
            .to_string()
            .starts_with("data.csv:5:3: warning: 4 of 8 values"),
        "{:?}",
        said(&folder)
    );
}

#[test]
fn dates_of_a_column_have_one_form() {
    let folder = table(
        "id,when\n1,11/03/2021\n2,03/05/2021\n3,20/10/2021\n4,04/08/2021\n5,17/11/2021\n",
        "",
    );
    assert_eq!(said(&folder), NOTHING);
    assert_eq!(
        value(&folder, "Concat(Day(when) & '.' & Month(when), ' ', id)").as_text(),
        "11.Mar 3.May 20.Oct 4.Aug 17.Nov"
    );
    assert_eq!(number(&folder, "Count(distinct Num(when))"), 5.0);
}

#[test]
fn the_apps_own_form_wins_where_both_fit() {
    let dates = "id,when\n1,11/03/2021\n2,03/05/2021\n";
    assert_eq!(number(&table(dates, ""), "Max({<id={1}>} Month(when))"), 11.0);
    let british = "[locale]\ndate_format = \"DD/MM/YYYY\"\n";
    assert_eq!(number(&table(dates, british), "Max({<id={1}>} Month(when))"), 3.0);
    let iso = "[locale]\ndate_format = \"YYYY-MM-DD\"\ntimestamp_format = \"YYYY-MM-DD hh:mm:ss\"\n";
    let folder = table(dates, iso);
    assert_eq!(
        values(&folder, "when"),
        ["11/03/2021", "03/05/2021"],
        "neither is the app's own"
    );
    let problem = only(&folder);
    assert!(
        problem.to_string().starts_with(
            "data.csv:2:3: warning: the values of \"when\" could be dates like \"D/M/YYYY\" or like \"M/D/YYYY\""
        ),
        "{problem}"
    );
}

#[test]
fn values_that_do_not_fit_the_form_are_counted_and_shown() {
    let folder = table(
        "id,when\n1,3/4/2021\n2,3/20/2021\n3,20/3/2021\n4,unknown\n5,3/21/2021\n6,\n7,unknown\n",
        "",
    );
    assert_eq!(
        values(&folder, "when"),
        [
            "3/4/2021=44259",
            "3/20/2021=44275",
            "20/3/2021",
            "unknown",
            "3/21/2021=44276",
            ""
        ]
    );
    let problem = only(&folder);
    assert!(
        problem.to_string().starts_with(
            "data.csv:4:3: warning: 3 of 6 values of \"when\" are no dates or times like \"M/D/YYYY\" and stay texts, the first \
             is \"20/3/2021\""
        ),
        "{problem}"
    );
    let nulls = table(
        "id,when\n1,3/4/2021\n2,unknown\n",
        "csv = { nulls = [\"unknown\"] }\n",
    );
    assert_eq!(said(&nulls), NOTHING, "as the warning proposes");
}

#[test]
fn other_forms_of_dates_and_times() {
    for (texts, expected) in [
        (["2021-03-04", "2021-03-04 09:00"], [44_259.0, 44_259.375]),
        (
            ["2021-03-04T09:00:00Z", "2021-03-04T21:00:00.000Z"],
            [44_259.375, 44_259.875],
        ),
        (["4.3.2021", "31.12.2021"], [44_259.0, 44_561.0]),
        (["2021/3/4", "2021/12/31"], [44_259.0, 44_561.0]),
        (["4-Mar-2021", "31-Dec-2021"], [44_259.0, 44_561.0]),
        (["09:00", "21:00:00"], [0.375, 0.875]),
        (["3/4/2021 9:00:00 AM", "3/4/2021"], [44_259.375, 44_259.0]),
        (["13/4/2021 9:00", "4/4/2021 21:00"], [44_299.375, 44_290.875]),
    ] {
        let folder = table(format!("id,when\n1,{}\n2,{}\n", texts[0], texts[1]), "");
        assert_eq!(said(&folder), NOTHING, "{texts:?}");
        let found = ["1", "2"].map(|id| number(&folder, &format!("Sum({{<id={{{id}}}>}} when)")));
        assert_eq!(found, expected, "{texts:?}");
    }
}

#[test]
fn a_few_dates_do_not_make_a_column_of_dates() {
    let folder = table("id,note\n1,2021-03-04\n2,soon\n3,later\n4,never\n", "");
    assert_eq!(values(&folder, "note"), ["2021-03-04", "soon", "later", "never"]);
    assert!(
        only(&folder)
            .message
            .starts_with("1 of 4 distinct values of \"note\" look like dates"),
        "{:?}",
        said(&folder)
    );
}

#[test]
fn codes_that_become_one_value_are_told() {
    let codes = "code,name\n0E1,Alpha\n0E7,Beta\n1E3,Gamma\n1000,Delta\n007,Eta\n7,Zeta\n";
    let folder = table(codes, "");
    let problem = only(&folder);
    assert!(
        problem.to_string().starts_with(
            "data.csv:3:1: warning: the texts \"0E1\" and \"0E7\" of \"code\" are one value, because they are the same number, \
             and 2 more such"
        ),
        "{problem}"
    );
    assert!(problem.fix.contains("type = \"text\""), "{problem}");
    let folder = table(codes, "[tables.columns]\ncode = { type = \"text\" }\n");
    assert_eq!(said(&folder), NOTHING, "as the warning proposes");
    assert_eq!(number(&folder, "Count(distinct code)"), 6.0);
    let folder = table("v\n1.0\n1\n \"1\"\n1.10\n1.1\n", "");
    assert!(
        only(&folder)
            .message
            .contains("\"1.0\" and \"1\" of \"v\" are one value"),
        "{:?}",
        said(&folder)
    );
    assert_eq!(
        said(&table("v,w\n1,a\n 1,b\n2,c\n", "")),
        NOTHING,
        "blanks tell no codes apart"
    );
}

#[test]
fn a_declared_format_that_nothing_matches() {
    let with = |format: &str| format!("[tables.columns]\nwhen = {{ format = \"{format}\" }}\n");
    let problem = only(&table("id,when\n1,2021-03-04\n2,2021-03-05\n", &with("D.M.YYYY")));
    assert!(problem.is_error());
    assert!(
        problem.to_string().starts_with(
            "data.csv:2:3: error: no value of \"when\" is written like its format \"D.M.YYYY\", the first is \"2021-03-04\""
        ),
        "{problem}"
    );
    let folder = table("id,when\n1,4.3.2021\n2,2021-03-05\n3,\n", &with("D.M.YYYY"));
    assert!(
        only(&folder)
            .to_string()
            .starts_with("data.csv:3:3: warning: 1 of 2 values of \"when\""),
        "{:?}",
        said(&folder)
    );
    assert_eq!(values(&folder, "when"), ["4.3.2021=44259", "2021-03-05", ""]);
    let folder = table("id,when\n1,20210304\n", &with("YYYYMMDD"));
    assert_eq!(
        values(&folder, "when"),
        ["20210304=44259"],
        "the format comes before numbers"
    );
    assert_eq!(
        said(&table("id,when\n1,\n", &with("D.M.YYYY"))),
        NOTHING,
        "nothing to judge by"
    );
}

#[test]
fn a_declared_format_that_is_none() {
    for (format, message) in [
        ("yyyy-mm-dd", "the letter m stands for minutes"),
        ("%Y-%m-%d", "is no date or time pattern"),
        ("#,##0.00", "is no date or time pattern"),
    ] {
        let problem = only(&table(
            "when\n2021-03-04\n",
            &format!("[tables.columns]\nwhen = {{ format = \"{format}\" }}\n"),
        ));
        assert!(
            problem.is_error() && problem.message.contains(message),
            "{problem}"
        );
        assert_eq!(problem.place.unwrap().to_string(), "6:19");
    }
    let both = "[tables.columns]\nwhen = { type = \"text\", format = \"D.M.YYYY\" }\n";
    assert!(
        only(&table("when\nx\n", both))
            .message
            .contains("a column of texts has no `format`")
    );
}

#[test]
fn a_column_of_numbers_with_a_few_texts() {
    let folder = table("id,n\n1,1\n2,2\n3,3\n4,4\n5,n/a\n6,n/a\n", "");
    assert!(
        only(&folder).to_string().starts_with("data.csv:6:3: warning: 2 of 6 values of \"n\" are no numbers and stay texts, the first is \"n/a\""),
        "{:?}",
        said(&folder)
    );
    assert_eq!(
        said(&table("id,n\n1,N1\n2,12\n3,A4\n4,x\n", "")),
        NOTHING,
        "codes are no numbers"
    );
}

#[test]
fn texts_for_numbers() {
    let folder = table(
        "m,n\n1,x\n01,y\n2,z\n",
        "[tables.columns]\nm = { values = { 1 = \"Jan\" } }\n",
    );
    assert_eq!(values(&folder, "m"), ["Jan=1", "2=2"]);
    assert_eq!(
        said(&folder),
        NOTHING,
        "what the manifest names is meant to be one"
    );
}

#[test]
fn a_place_counts_characters_and_lines_of_the_file() {
    let folder = table(
        "id;näme;when\n1;\"ä\nö\";3/4/2021\n\n2;äöü;soon\n3;x;3/5/2021\n",
        "",
    );
    assert!(
        only(&folder).to_string().starts_with("data.csv:5:7: warning"),
        "{:?}",
        said(&folder)
    );
}
