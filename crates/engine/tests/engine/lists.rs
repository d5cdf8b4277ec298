//! List objects and searches.

use fanlight_engine::{Cancel, EvalError, FrequencyMode, List, ListDef, Session, SortSpec};

use crate::common::{T1, def, field, select, session};

fn list(session: &Session, def: &ListDef) -> List {
    session.snapshot().list(def, &Cancel::new()).expect("a list")
}

fn texts(list: &List) -> String {
    let texts: Vec<String> = list
        .rows
        .iter()
        .map(|row| list.text(row.elem).into_owned())
        .collect();
    texts.join("|")
}

fn country() -> ListDef {
    ListDef {
        field: "Country".into(),
        ..ListDef::default()
    }
}

#[test]
fn a_list_has_every_value() {
    let mut session = session(&[T1]);
    let plain = list(&session, &country());
    assert_eq!(texts(&plain), "Canada|Germany|France|Czech Republic");
    assert_eq!(
        (plain.cardinal, plain.max_glyphs, plain.sort_indicator),
        (4, 14, 'N')
    );
    select(&mut session, "Year", "2019");
    let sort = SortSpec {
        by_state: 1,
        by_ascii: 1,
        ..SortSpec::default()
    };
    let by_state = list(&session, &ListDef { sort, ..country() });
    assert_eq!(texts(&by_state), "Czech Republic|Canada|France|Germany");
    assert_eq!(
        (
            by_state.counts.option,
            by_state.counts.excluded,
            by_state.sort_indicator
        ),
        (1, 3, 'A')
    );
}

#[test]
fn selected_values_of_a_long_list_come_first() {
    let mut session = session(&[T1]);
    select(&mut session, "Country", "France");
    let short = ListDef {
        auto_sort_by_state_rows: 3,
        ..country()
    };
    assert_eq!(
        texts(&list(&session, &short)),
        "France|Canada|Germany|Czech Republic"
    );
    let long = ListDef {
        auto_sort_by_state_rows: 4,
        ..country()
    };
    assert_eq!(
        texts(&list(&session, &long)),
        "Canada|Germany|France|Czech Republic"
    );
}

#[test]
fn frequencies_count_possible_records() {
    let mut session = session(&[T1]);
    select(&mut session, "Year", "2018");
    let frequencies = |mode| {
        let list = list(
            &session,
            &ListDef {
                frequency: mode,
                ..country()
            },
        );
        let texts: Vec<String> = list.rows.into_iter().filter_map(|row| row.frequency).collect();
        texts.join(" ")
    };
    assert_eq!(frequencies(FrequencyMode::Count), "1 2 1 1");
    assert_eq!(frequencies(FrequencyMode::Percent), "20.0% 40.0% 20.0% 20.0%");
    assert_eq!(frequencies(FrequencyMode::Relative), "0.5 1 0.5 0.5");
    assert_eq!(frequencies(FrequencyMode::None), "");
}

#[test]
fn searches() {
    let session = session(&[T1]);
    let snapshot = session.snapshot();
    let hits = |name: &str, pattern: &str| {
        let id = field(&session, name);
        let symbols = session.model().field(id).symbols();
        let hits = snapshot.search("$", id, pattern);
        let texts: Vec<String> = hits
            .iter()
            .map(|hit| format!("{}{:?}", symbols.text(hit.elem.0), hit.ranges))
            .collect();
        texts.join(" ")
    };
    assert_eq!(hits("Country", "c"), "Canada[(0, 1)] Czech Republic[(0, 1)]");
    assert_eq!(hits("Country", "REP fr"), "France[(0, 2)] Czech Republic[(6, 3)]");
    assert_eq!(
        hits("Country", "anada"),
        "",
        "a term is found at the beginning of a word only"
    );
    assert_eq!(hits("Country", "*an*"), "Canada[] Germany[] France[]");
    assert_eq!(hits("Year", ">2018<2020"), "2019[]");
    assert_eq!(hits("Country", "=Sum(Amount)>13"), "Canada[]");
    let found = list(
        &session,
        &ListDef {
            search: Some("c*".into()),
            ..country()
        },
    );
    assert_eq!(texts(&found), "Canada|Czech Republic");
    let programmatic = |pattern: &str| {
        snapshot
            .match_programmatic("$", field(&session, "Product"), pattern)
            .len()
    };
    assert_eq!(
        (programmatic("bolt"), programmatic("*BOLT"), programmatic("no")),
        (1, 2, 0)
    );
}

#[test]
fn mistakes_and_ends() {
    let session = session(&[T1]);
    let wrong = list(
        &session,
        &ListDef {
            field: "Nowhere".into(),
            ..ListDef::default()
        },
    );
    assert!(wrong.error.is_some() && wrong.rows.is_empty());
    let snapshot = session.snapshot();
    let cancel = Cancel::new();
    cancel.cancel();
    assert_eq!(
        snapshot.list(&country(), &cancel).err(),
        Some(EvalError::Cancelled)
    );
    assert_eq!(
        snapshot.cube(&def(&["Year"], &["Sum(Amount)"]), &cancel).err(),
        Some(EvalError::Cancelled)
    );
    let state = ListDef {
        state: "Nowhere".into(),
        ..country()
    };
    let unknown = EvalError::UnknownState {
        name: "Nowhere".into(),
    };
    assert_eq!(snapshot.list(&state, &Cancel::new()).err(), Some(unknown));
}
