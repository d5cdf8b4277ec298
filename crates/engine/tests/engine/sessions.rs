//! History, modal phases, alternate states, and selections kept by value.

use fanlight_engine::{Accept, Found, LockMode, NumRange, SelectMode, Which};

use crate::common::{T1, elems, field, select, session, states};

const ALL_COUNTRIES: &str = "Canada:O Germany:O France:O Czech Republic:O";
const CANADA: &str = "Canada:S Germany:A France:A Czech Republic:A";
const FRANCE: &str = "Canada:A Germany:A France:S Czech Republic:A";

#[test]
fn a_variable_that_was_removed_is_gone() {
    let mut session = session(&["T: K\na"]);
    for round in 0..3 {
        session.set_variable("v", format!("{round}"));
        assert_eq!(session.snapshot().expand("$(v)"), round.to_string());
        session.remove_variable("v");
        assert_eq!(session.variable("v"), None);
        assert_eq!(session.snapshot().expand("a$(v)"), "a");
    }
}

#[test]
fn history_goes_back_and_forward() {
    let mut session = session(&[T1]);
    assert!(!session.back() && !session.forward());
    select(&mut session, "Country", "Canada");
    select(&mut session, "Country", "Canada");
    assert_eq!(session.back_count(), 1, "what changes nothing is no step");
    select(&mut session, "Country", "France");
    assert!(session.back());
    assert_eq!(states(&session.snapshot(), "Country"), CANADA);
    assert!(session.back());
    assert_eq!(states(&session.snapshot(), "Country"), ALL_COUNTRIES);
    assert_eq!((session.back_count(), session.forward_count()), (0, 2));
    assert!(session.forward());
    assert_eq!(states(&session.snapshot(), "Country"), CANADA);
    select(&mut session, "Country", "Germany");
    assert_eq!(
        (session.back_count(), session.forward_count()),
        (2, 0),
        "a new selection ends the way forward"
    );
}

#[test]
fn a_snapshot_keeps_what_it_saw() {
    let mut session = session(&[T1]);
    let before = session.snapshot();
    select(&mut session, "Country", "Canada");
    assert_eq!(states(&before, "Country"), ALL_COUNTRIES);
    assert!(session.snapshot().version() > before.version());
}

#[test]
fn a_modal_phase_is_one_step_or_none() {
    let mut session = session(&[T1]);
    select(&mut session, "Country", "Canada");
    session.begin_modal();
    assert!(session.is_modal() && !session.made_modal_selections());
    for country in ["Germany", "France"] {
        select(&mut session, "Country", country);
    }
    assert!(session.made_modal_selections());
    assert!(!session.back(), "history stands still in a modal phase");
    session.end_modal(Accept::Keep);
    assert_eq!(session.back_count(), 2);
    assert_eq!(states(&session.snapshot(), "Country"), FRANCE);
    session.begin_modal();
    select(&mut session, "Country", "Germany");
    session.reset_modal();
    assert!(session.is_modal());
    assert_eq!(states(&session.snapshot(), "Country"), FRANCE);
    select(&mut session, "Country", "Germany");
    session.end_modal(Accept::Discard);
    assert_eq!((session.back_count(), session.is_modal()), (2, false));
    assert_eq!(states(&session.snapshot(), "Country"), FRANCE);
}

#[test]
fn groups_of_values() {
    let mut session = session(&[T1]);
    let country = field(&session, "Country");
    select(&mut session, "Country", "Canada");
    assert!(session.select_which("$", country, Which::Excluded, LockMode::Respect));
    assert_eq!(
        states(&session.snapshot(), "Country"),
        "Canada:A Germany:S France:S Czech Republic:S"
    );
    assert!(session.select_which("$", country, Which::Alternative, LockMode::Respect));
    assert_eq!(states(&session.snapshot(), "Country"), CANADA);
    select(&mut session, "Year", "2018");
    assert!(session.select_which("$", country, Which::All, LockMode::Respect));
    assert_eq!(
        states(&session.snapshot(), "Country"),
        "Canada:S Germany:S France:S Czech Republic:S"
    );
    session.clear("$", country, LockMode::Respect);
    select(&mut session, "Year", "2019");
    assert!(session.select_which("$", country, Which::Possible, LockMode::Respect));
    assert_eq!(
        states(&session.snapshot(), "Country"),
        "Canada:X Germany:X France:X Czech Republic:S"
    );
}

#[test]
fn ranges_of_numbers() {
    let mut session = session(&[T1]);
    let year = field(&session, "Year");
    let range = NumRange {
        min: 2018.0,
        max: 2020.0,
        min_incl: false,
        max_incl: true,
    };
    assert!(session.select_ranges("$", year, &[range], SelectMode::Replace, LockMode::Respect));
    assert_eq!(states(&session.snapshot(), "Year"), "2018:A 2019:S 2020:S");
}

#[test]
fn several_fields_in_one_step() {
    let mut session = session(&[T1]);
    let (country, year) = (field(&session, "Country"), field(&session, "Year"));
    let both = [
        (country, elems(&session, "Country", "Canada|France")),
        (year, elems(&session, "Year", "2020")),
    ];
    assert!(session.select_many("$", &both, SelectMode::Replace, LockMode::Respect));
    assert_eq!(session.back_count(), 1);
    session.lock("$", year);
    let version = session.version();
    assert!(!session.select_many("$", &both, SelectMode::Toggle, LockMode::Respect));
    assert_eq!(session.version(), version);
    session.clear_others("$", country, LockMode::Respect);
    assert_eq!(session.snapshot().selections("$").len(), 2, "the lock stays");
    session.unlock("$", year);
    session.clear_others("$", country, LockMode::Respect);
    assert_eq!(session.snapshot().selections("$").len(), 1);
}

#[test]
fn alternate_states_are_apart() {
    let mut session = session(&[T1]);
    let country = field(&session, "Country");
    assert!(session.add_state("Other", None));
    assert!(!session.add_state("Other", None) && !session.add_state("Third", Some("Nowhere")));
    let canada = elems(&session, "Country", "Canada");
    assert!(session.select("Other", country, &canada, SelectMode::Replace, LockMode::Respect));
    assert!(!session.select(
        "Nowhere",
        country,
        &canada,
        SelectMode::Replace,
        LockMode::Respect
    ));
    let snapshot = session.snapshot();
    assert_eq!(
        snapshot
            .evaluate("Other", "Sum(Amount)")
            .expect("a state")
            .as_num(),
        Some(14.0)
    );
    assert_eq!(
        snapshot
            .evaluate("$", "Sum({Other} Amount) & '/' & Sum(Amount)")
            .expect("a state")
            .as_text(),
        "14/41"
    );
    // Without an identifier the state that is evaluated in counts; `$` is the default state in any other too.
    assert_eq!(
        snapshot
            .evaluate(
                "Other",
                "Sum({$} Amount) & '/' & Sum({$<Year={2018}>} Amount) & '/' & Sum({<Year={2018}>} Amount)"
            )
            .expect("a state")
            .as_text(),
        "41/22/6"
    );
    assert!(snapshot.evaluate("Nowhere", "1").is_err());
    assert!(session.remove_state("Other") && !session.remove_state("$"));
    assert_eq!(session.states(), ["$"]);
}

#[test]
fn selections_are_kept_by_value() {
    let mut one = session(&[T1]);
    select(&mut one, "Country", "Canada|France");
    select(&mut one, "Year", "2020");
    let country = field(&one, "Country");
    one.lock("$", country);
    let saved = one.save();
    let mut other = session(&["T1: Year, Country, Amount
        2020, France, 1
        2021, Canada, 2"]);
    assert!(other.restore(&saved).is_empty());
    assert_eq!(states(&other.snapshot(), "Country"), "France:L Canada:XL");
    assert_eq!(other.save(), saved_without_order(&saved));
    let mut third = session(&["T1: Country, Amount
        Canada, 2"]);
    assert_eq!(
        third.restore(&saved),
        [
            "\"France\" is no longer a value of \"Country\"",
            "the field \"Year\" is no longer there",
        ]
    );
}

/// The other session's elements stand in another order.
fn saved_without_order(saved: &fanlight_engine::SavedSelections) -> fanlight_engine::SavedSelections {
    let mut saved = saved.clone();
    saved.states[0].fields[0].values.reverse();
    saved
}

#[test]
fn a_search_is_remembered() {
    let mut session = session(&[T1]);
    let country = field(&session, "Country");
    let found = session.match_programmatic("$", country, "c*");
    let how = Found {
        text: "c*",
        mode: SelectMode::Replace,
        lock: LockMode::Respect,
    };
    assert!(session.select_found("$", country, &found, how));
    assert_eq!(
        session.snapshot().selections("$")[0].text_search.as_deref(),
        Some("c*")
    );
    session.lock("$", country);
    assert!(!session.select_found("$", country, &found, how));
}
