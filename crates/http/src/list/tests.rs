use super::*;

/// Somebody of a list.
#[derive(Debug, Clone)]
struct Person {
    id: u32,
    name: &'static str,
    email: Option<&'static str>,
    is_here: bool,
}

static PEOPLE: Spec<Person> = Spec {
    path: "/people",
    usual: 2,
    most: 3,
    fields: &[
        Field::new("name", Kind::Words, |person| person.name.into()),
        Field::new("id", Kind::Exact, |person| person.id.to_string().into()),
        Field::new("email", Kind::Label, |person| person.email.into()),
        Field::new("here", Kind::Flag, |person| Value::Flag(person.is_here)),
        Field::new("kind", Kind::OneOf(&["cat", "dog"]), |person| {
            if person.is_here { "cat" } else { "dog" }.into()
        }),
        Field::new("born", Kind::Time, |person| {
            format!("200{}-01-01T00:00:00.000Z", person.id).into()
        }),
        Field::new("query", Kind::Search, |person| person.name.into()),
    ],
    own: &["colour"],
    id: |person| person.id.to_string(),
    order: |_| Value::Absent,
};

fn people() -> Vec<Person> {
    let person = |id, name, email, is_here| Person {
        id,
        name,
        email,
        is_here,
    };
    vec![
        person(1, "Ada", Some("Ada@portal.example"), true),
        person(2, "bob", None, false),
        person(3, "Cleo", Some("cleo@other.example"), true),
        person(4, "ADAM", None, true),
        person(5, "bob", Some("bob@portal.example"), false),
    ]
}

/// The ids of a page.
#[track_caller]
fn ids(query: &str) -> Vec<u32> {
    let query = PEOPLE
        .read(Some(query))
        .unwrap_or_else(|error| panic!("{query}: {error}"));
    query.choose(people()).rows().map(|person| person.id).collect()
}

#[track_caller]
fn refused(query: &str, about: &str) {
    let Err(error) = PEOPLE.read(Some(query)) else {
        panic!("{query} was understood")
    };
    let text = match &error {
        ApiError::Parameter { name, known } => format!("{name}: {known}"),
        error => error.to_string(),
    };
    assert!(text.contains(about), "{query}: {text}");
}

/// All pages, first forwards and then back again.
fn walk(query: &str) -> (Vec<Vec<u32>>, Vec<Vec<u32>>) {
    let page = |place: Option<(&str, String)>| {
        let mut pairs = url::form_urlencoded::Serializer::new(query.to_owned());
        if let Some((name, value)) = place {
            pairs.append_pair(name, &value);
        }
        let read = PEOPLE.read(Some(&pairs.finish())).unwrap();
        let chosen = read.choose(people());
        let (next, prev, total) = (chosen.next(), chosen.prev(), chosen.total());
        let rows: Vec<u32> = chosen.rows().map(|person| person.id).collect();
        (rows, next, prev, total)
    };
    let (mut forwards, mut backwards) = (Vec::new(), Vec::new());
    let mut next = None;
    let last_prev = loop {
        let (rows, after, before, total) = page(next.map(|next| ("next", next)));
        assert_eq!(
            before.is_some(),
            !forwards.is_empty(),
            "prev is there but on the first page"
        );
        assert_eq!(total, Some(5));
        forwards.push(rows);
        match after {
            Some(after) => next = Some(after),
            None => break before,
        }
    };
    let mut prev = last_prev;
    while let Some(place) = prev {
        let (rows, after, before, _) = page(Some(("prev", place)));
        assert!(after.is_some(), "there is a page after this one");
        backwards.push(rows);
        prev = before;
    }
    (forwards, backwards)
}

#[test]
fn pages_lead_through_the_whole_list_and_back_in_every_order() {
    for (query, pages) in [
        ("", vec![vec![1, 2], vec![3, 4], vec![5]]),
        ("sort=name", vec![vec![1, 4], vec![2, 5], vec![3]]),
        ("sort=%2Bname", vec![vec![1, 4], vec![2, 5], vec![3]]),
        ("sort=+name", vec![vec![1, 4], vec![2, 5], vec![3]]),
        ("sort=-name", vec![vec![3, 2], vec![5, 4], vec![1]]),
        ("sort=email&limit=3", vec![vec![2, 4, 1], vec![5, 3]]),
        (
            "sort=-born&limit=1",
            vec![vec![5], vec![4], vec![3], vec![2], vec![1]],
        ),
        ("sort=here&limit=3", vec![vec![2, 5, 1], vec![3, 4]]),
    ] {
        let (forwards, backwards) = walk(query);
        assert_eq!(forwards, pages, "{query}");
        let mut rows: Vec<u32> = backwards.into_iter().rev().flatten().collect();
        rows.extend(forwards.last().unwrap());
        assert_eq!(rows, pages.concat(), "{query}, backwards");
    }
}

#[test]
fn a_page_does_not_shift_when_rows_before_it_come_and_go() {
    let first = PEOPLE.read(Some("sort=name")).unwrap();
    let place = first.choose(people()).next().unwrap();
    let mut query = url::form_urlencoded::Serializer::new("sort=name".to_owned());
    query.append_pair("next", &place);
    let second = PEOPLE.read(Some(&query.finish())).unwrap();
    let mut changed = people();
    changed.retain(|person| person.id != 4);
    changed.push(Person {
        id: 9,
        name: "Aaron",
        email: None,
        is_here: true,
    });
    let rows: Vec<u32> = second.choose(changed).rows().map(|person| person.id).collect();
    assert_eq!(rows, [2, 5]);
}

#[test]
fn a_field_is_a_parameter() {
    assert_eq!(ids("name=AD&limit=3"), [1, 4]);
    assert_eq!(ids("query=eo"), [3]);
    assert_eq!(ids("email=ada@PORTAL.example"), [1]);
    assert_eq!(ids("email=portal.example"), [] as [u32; 0]);
    assert_eq!(ids("id=2,5"), [2, 5]);
    assert_eq!(ids("here=false"), [2, 5]);
    assert_eq!(ids("kind=dog"), [2, 5]);
    assert_eq!(ids("name=b&here=false&id=5"), [5]);
    assert_eq!(ids("colour=red"), [1, 2], "the route reads it");
    assert_eq!(ids("qlik-csrf-token=x&Qlik-Web-Integration-Id=y&_=17"), [1, 2]);
}

#[test]
fn a_filter_is_a_condition() {
    for (filter, wanted) in [
        (r#"name eq "BOB""#, vec![2, 5]),
        (r#"NAME Co "da""#, vec![1, 4]),
        (r#"name sw "ad" and not (email pr)"#, vec![4]),
        (r#"email ew ".example" or id eq "4""#, vec![1, 3, 4, 5]),
        (
            r#"(here eq true and name ne "Cleo") or (kind eq "dog" and email pr)"#,
            vec![1, 4, 5],
        ),
        (r#"born gt "2003-01-01T00:00:00.000Z""#, vec![4, 5]),
        (r#"born le "2001-12-31" "#, vec![1]),
        (r#"name eq "a\"b\\c""#, vec![]),
        (r#"id eq "1,2""#, vec![]),
    ] {
        let mut query = url::form_urlencoded::Serializer::new("limit=3".to_owned());
        query.append_pair("filter", filter);
        let read = PEOPLE.read(Some(&query.finish())).unwrap();
        let total = read.choose(people()).total();
        assert_eq!(total, Some(wanted.len() as u64), "{filter}");
        let first: Vec<u32> = read.choose(people()).rows().map(|person| person.id).collect();
        assert_eq!(first, wanted[..wanted.len().min(3)], "{filter}");
    }
}

#[test]
fn a_filter_that_is_not_understood_is_refused_by_its_place() {
    let deep = format!("{}name pr{}", "(".repeat(40), ")".repeat(40));
    let long = vec!["name pr"; 200].join(" and ");
    for (filter, about) in [
        ("", "character 1 there should be one of the fields name"),
        ("nme eq \"x\"", "character 1 there should be one of the fields"),
        ("name is \"x\"", "character 6 there should be an operator (eq"),
        (
            "name eq x",
            "character 9 there should be a value in double quotes",
        ),
        ("name eq \"x", "the quote that ends the value"),
        (
            "name eq \"x\" id eq \"1\"",
            "character 13 there should be `and`, `or` or the end",
        ),
        ("(name pr", "`)`"),
        ("not name pr", "`(` after `not`"),
        ("kind eq \"bird\"", "kind: write one of cat, dog"),
        ("here eq \"maybe\"", "here: write true or false"),
        (&deep, "parentheses at most 16 deep"),
        (&long, "at most 100 comparisons"),
    ] {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.append_pair("filter", filter);
        refused(&query.finish(), about);
    }
}

#[test]
fn what_is_not_understood_is_refused_by_its_name() {
    refused(
        "limt=2",
        "limt: no parameter of this list; it takes limit, next, prev, sort",
    );
    refused("born=2001", "born: ");
    refused("name=a&name=b", "name: it is there twice");
    for limit in ["0", "4", "-1", "many", "", "1.5"] {
        refused(&format!("limit={limit}"), "limit: write 1 to 3");
    }
    refused("sort=colour", "sort: write one of name, id");
    refused("sort=query", "sort: write one of");
    refused("sort=name,id", "sort: write one of");
    refused("kind=bird", "kind: write one of cat, dog");
    refused("here=yes", "here: write true or false");
    refused("totalResults=maybe", "totalResults: write true or false");
    refused("next=x", "next: not a value that this list gave");
    refused("next=~1~x", "next: not a value that this list gave");
    refused(
        "prev=name~1~sada",
        "prev: this page is of a list in another order",
    );
    refused("next=~1~n&prev=~2~n", "next, prev: give one of them");
}

#[test]
fn the_count_is_left_out_on_demand() {
    let read = PEOPLE.read(Some("totalResults=false")).unwrap();
    assert_eq!(read.choose(people()).total(), None);
    let read = PEOPLE.read(Some("totalResults=true&name=ad&limit=1")).unwrap();
    assert_eq!(read.choose(people()).total(), Some(2));
}
