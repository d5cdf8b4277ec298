//! What outlives the process, and what happens when it cannot be written.

use std::collections::{BTreeSet, HashMap};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use fanlight_base::{Clock as _, LoginSessionId, Timestamp};
use fanlight_rpc::{
    CloseCode, FarewellReason, HostSettings, Journal, JournalEntry, JournalError, Kept, SessionFilter,
    SessionKey,
};
use serde_json::{Value, json};

use crate::support::{Client, World, list, principal, states, target};

/// A journal in memory that fails on demand.
#[derive(Debug, Default)]
pub struct Memory {
    entries: Mutex<HashMap<SessionKey, Entry>>,
    fails: Mutex<Option<JournalError>>,
    /// Whether it has a defect.
    panics: AtomicBool,
    writes: Mutex<usize>,
    /// What the last entry said of living sessions.
    live: Mutex<Vec<SessionKey>>,
}

#[derive(Debug, Default)]
struct Entry {
    kept: Kept,
    logins: BTreeSet<Option<LoginSessionId>>,
    at: Option<Timestamp>,
}

impl Memory {
    fn check(&self) -> Result<(), JournalError> {
        self.fails.lock().unwrap().map_or(Ok(()), Err)
    }

    fn fail(&self, error: Option<JournalError>) {
        *self.fails.lock().unwrap() = error;
    }

    fn len(&self) -> usize {
        self.entries.lock().unwrap().len()
    }
}

impl Journal for Memory {
    fn save(&self, key: &SessionKey, entry: &JournalEntry) -> Result<(), JournalError> {
        self.check()?;
        assert!(!self.panics.load(Ordering::Relaxed), "a defect");
        *self.writes.lock().unwrap() += 1;
        self.live.lock().unwrap().clone_from(&entry.live);
        let mut entries = self.entries.lock().unwrap();
        let known = entries.entry(key.clone()).or_default();
        let part = |new: &Option<String>, old: &mut Option<String>| {
            if new.is_some() {
                old.clone_from(new);
            }
        };
        part(&entry.kept.selections, &mut known.kept.selections);
        part(&entry.kept.objects, &mut known.kept.objects);
        part(&entry.kept.variables, &mut known.kept.variables);
        known.logins.extend(entry.logins.iter().cloned());
        known.at = Some(entry.at);
        Ok(())
    }

    fn load(&self, key: &SessionKey) -> Result<Option<Kept>, JournalError> {
        self.check()?;
        let entries = self.entries.lock().unwrap();
        Ok(entries.get(key).map(|entry| entry.kept.clone()))
    }

    fn remove(&self, keys: &[SessionKey]) -> Result<(), JournalError> {
        self.check()?;
        self.entries.lock().unwrap().retain(|key, _| !keys.contains(key));
        Ok(())
    }

    fn forget_login(&self, login: &LoginSessionId) -> Result<(), JournalError> {
        self.check()?;
        self.entries.lock().unwrap().retain(|_, entry| {
            entry.logins.remove(&Some(login.clone()));
            !entry.logins.is_empty()
        });
        Ok(())
    }

    fn sweep(&self, before: Timestamp) -> Result<u64, JournalError> {
        self.check()?;
        let mut entries = self.entries.lock().unwrap();
        let n_before = entries.len();
        entries.retain(|_, entry| entry.at.is_some_and(|at| at >= before));
        Ok((n_before - entries.len()) as u64)
    }
}

fn world(journal: &Arc<Memory>) -> World {
    World::with_journal(HostSettings::default(), Arc::clone(journal) as _)
}

/// The parameters of `OnConnected`.
fn greeting(client: &Client) -> Value {
    client.outbox.take().remove(0)["params"].clone()
}

#[test]
fn everything_that_was_acknowledged_is_there_after_a_crash() {
    let journal = Arc::default();
    let first = world(&journal);
    let client = first.connect("ada", "t10");
    let id = greeting(&client)["sessionId"].clone();
    client.open("t10");
    client.ok(1, "AddSessionAlternateState", json!(["Other"]));
    client.select("xyz", &["y", "z"]);
    client.ok(client.field("xyz"), "Lock", json!([]));
    let other = client.ok(1, "GetField", json!(["numbers", "Other"]))["qReturn"]["qHandle"].clone();
    let other = other.as_i64().unwrap();
    let values = json!([[{ "qIsNumeric": true, "qNumber": 3 }], false, false]);
    assert_eq!(client.ok(other, "SelectValues", values)["qReturn"], true);
    client.create(json!({ "qInfo": { "qId": "box", "qType": "listbox" }, "qListObjectDef": list("xyz") }));
    let parent = client.create(json!({ "qInfo": { "qId": "tree", "qType": "container" } }));
    let child = json!([{ "qInfo": { "qId": "leaf", "qType": "leaf" } }]);
    client.ok(parent, "CreateChild", child);
    let chart = client.object("chart-1");
    let patch = json!([[{ "qOp": "replace", "qPath": "/title", "qValue": "\"patched\"" }], true]);
    client.ok(chart, "ApplyPatches", patch);
    let variable =
        json!([{ "qInfo": { "qId": "mine", "qType": "variable" }, "qName": "vMine", "qDefinition": "7" }]);
    client.ok(1, "CreateSessionVariable", variable);
    let limit = client.ok(1, "GetVariableByName", json!(["vLimit"]))["qReturn"]["qHandle"].clone();
    client.ok(limit.as_i64().unwrap(), "SetStringValue", json!(["4"]));

    let second = world(&journal);
    let client = second.connect("ada", "t10");
    let greeting = greeting(&client);
    assert_eq!(greeting["qSessionState"], "SESSION_CREATED");
    assert_eq!(
        (&greeting["how"], &greeting["rebuilt"]),
        (&json!("rebuilt"), &json!(true))
    );
    assert_eq!(greeting["notRestored"], json!([]));
    assert_ne!(greeting["sessionId"], id);
    client.ok(-1, "GetActiveDoc", json!([]));
    let layout = client.layout(client.object("box"));
    let expected = [("x", "A"), ("y", "L"), ("z", "L")];
    let expected = expected.map(|(text, state)| (text.to_owned(), state.to_owned()));
    let mut found = states(&layout);
    found.sort();
    assert_eq!(found, expected);
    let field = client.ok(1, "GetField", json!(["numbers", "Other"]))["qReturn"]["qHandle"].clone();
    assert!(field.is_i64(), "the alternate state is there");
    let children = client.ok(client.object("tree"), "GetChildInfos", json!([]));
    assert_eq!(children["qInfos"][0]["qId"], "leaf");
    let effective = client.ok(client.object("chart-1"), "GetEffectiveProperties", json!([]));
    assert_eq!(effective["qProp"]["title"], "patched");
    let own = client.ok(client.object("chart-1"), "GetProperties", json!([]));
    assert_ne!(own["qProp"]["title"], "patched");
    for (name, definition) in [("vMine", "7"), ("vLimit", "4")] {
        let variable = client.ok(1, "GetVariableByName", json!([name]))["qReturn"]["qHandle"].clone();
        let content = client.ok(variable.as_i64().unwrap(), "GetRawContent", json!([]));
        assert_eq!(content["qReturn"], definition);
    }
    let attached = second.connect("ada", "t10");
    let attached = self::greeting(&attached);
    assert_eq!(
        (&attached["how"], &attached["rebuilt"]),
        (&json!("attached"), &json!(true))
    );
}

#[test]
fn renamed_variables_have_their_names_after_a_crash() {
    let journal = Arc::default();
    let rename = |client: &Client, from: &str, to: &str| {
        let found = client.ok(1, "GetVariableByName", json!([from]));
        let handle = found["qReturn"]["qHandle"].as_i64().unwrap();
        client.ok(
            handle,
            "SetProperties",
            json!([{ "qName": to, "qDefinition": from }]),
        );
    };
    let content = |client: &Client, name: &str| {
        let text = json!([format!("$({name})")]);
        client.ok(1, "Evaluate", text)["qReturn"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    let client = world(&journal).connect("ada", "t10");
    client.open("t10");
    client.ok(
        1,
        "CreateSessionVariable",
        json!([{ "qName": "mine", "qDefinition": "x" }]),
    );
    // The app's variable gives its name up, and the session's takes it.
    rename(&client, "vLimit", "vOther");
    rename(&client, "mine", "vLimit");
    let second = world(&journal);
    let client = second.connect("ada", "t10");
    assert_eq!(greeting(&client)["notRestored"], json!([]));
    let listed = client.ok(1, "GetVariables", json!([{ "qShowSession": true }]));
    let names: Vec<&str> = listed["qList"]
        .as_array()
        .unwrap()
        .iter()
        .map(|variable| variable["qName"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["vOther", "vLimit"]);
    let raw = |name: &str| {
        let found = client.ok(1, "GetVariableByName", json!([name]));
        client.ok(
            found["qReturn"]["qHandle"].as_i64().unwrap(),
            "GetRawContent",
            json!([]),
        )["qReturn"]
            .clone()
    };
    assert_eq!((raw("vOther"), raw("vLimit")), (json!("vLimit"), json!("mine")));
    assert_eq!(
        content(&client, "mine"),
        "-",
        "no variable has this name any more"
    );
}

#[test]
fn what_the_app_no_longer_has_is_named() {
    let journal: Arc<Memory> = Arc::default();
    let first = world(&journal);
    let client = first.connect("ada", "t10");
    client.open("t10");
    client.select("xyz", &["y", "z"]);
    for entry in journal.entries.lock().unwrap().values_mut() {
        let text = entry.kept.selections.take().unwrap();
        entry.kept.selections = Some(text.replace("\"z\"", "\"gone\""));
        entry.kept.objects = Some("no JSON".to_owned());
    }
    let client = world(&journal).connect("ada", "t10");
    assert_eq!(greeting(&client)["notRestored"], json!(["objects", "xyz: gone"]));
}

#[test]
fn where_nothing_was_kept_nothing_is_missing() {
    let journal: Arc<Memory> = Arc::default();
    world(&journal).connect("ada", "t10").open("t10");
    let again = world(&journal);
    let clients = [again.connect("ada", "t10"), again.connect("ada", "t10")];
    for (client, how) in clients.iter().zip(["created", "attached"]) {
        let greeting = greeting(client);
        assert_eq!(greeting["how"], how);
        assert_eq!(greeting["notRestored"], json!([]));
        assert_eq!(greeting["rebuilt"], Value::Null);
    }
}

#[test]
fn a_change_that_cannot_be_written_is_taken_back() {
    let journal: Arc<Memory> = Arc::default();
    let world = world(&journal);
    let client = world.connect("ada", "t10");
    client.open("t10");
    let handle = client
        .create(json!({ "qInfo": { "qId": "box", "qType": "listbox" }, "qListObjectDef": list("xyz") }));
    client.select("xyz", &["y"]);
    let before = states(&client.layout(handle));
    for error in [JournalError::Full, JournalError::Locked, JournalError::Failed] {
        journal.fail(Some(error));
        let field = client.field("xyz");
        let values = json!([[{ "qText": "x" }], false, false]);
        let (code, parameter) = client.error(field, "SelectValues", values);
        assert_eq!(code, 5007);
        assert!(parameter.contains("nothing has changed"), "{parameter}");
        let new = json!([{ "qInfo": { "qId": "new", "qType": "t" } }]);
        assert_eq!(client.error(1, "CreateSessionObject", new).0, 5007);
        assert_eq!(
            client.ok(1, "GetObject", json!(["new"]))["qReturn"]["qHandle"],
            Value::Null
        );
        assert_eq!(states(&client.layout(handle)), before, "{error}");
        assert_eq!(client.ok(1, "BackCount", json!([]))["qReturn"], 1);
    }
    journal.fail(None);
    assert!(client.select("xyz", &["x"]));
    assert_ne!(states(&client.layout(handle)), before);
}

#[test]
fn a_change_in_whose_middle_we_fail_is_taken_back() {
    let journal: Arc<Memory> = Arc::default();
    let world = world(&journal);
    let client = world.connect("ada", "t10");
    client.open("t10");
    let handle = client
        .create(json!({ "qInfo": { "qId": "box", "qType": "listbox" }, "qListObjectDef": list("xyz") }));
    client.select("xyz", &["y"]);
    let before = states(&client.layout(handle));
    let field = client.field("xyz");
    journal.panics.store(true, Ordering::Relaxed);
    let (code, method) = client.error(field, "SelectValues", json!([[{ "qText": "x" }], false, false]));
    assert_eq!((code, method.as_str()), (-32603, "SelectValues"));
    assert_eq!(states(&client.layout(handle)), before);
    journal.panics.store(false, Ordering::Relaxed);
    assert!(client.select("xyz", &["x"]), "the session goes on");
    assert_ne!(states(&client.layout(handle)), before);
}

#[test]
fn a_session_does_not_begin_over_what_cannot_be_read() {
    let journal: Arc<Memory> = Arc::default();
    let world = world(&journal);
    journal.fail(Some(JournalError::Failed));
    let refused = world.try_connect("ada", target("t10")).err().unwrap();
    assert_eq!(refused.close_code(), CloseCode::Restarting);
    journal.fail(None);
    assert!(world.try_connect("ada", target("t10")).is_ok());
}

#[test]
fn steps_that_select_nothing_write_nothing() {
    let journal: Arc<Memory> = Arc::default();
    let world = world(&journal);
    let client = world.connect("ada", "t10");
    client.open("t10");
    let chart = client.object("chart-1");
    client.ok(chart, "BeginSelections", json!([["/qHyperCubeDef"]]));
    client.ok(chart, "EndSelections", json!([true]));
    client.layout(chart);
    assert_eq!(*journal.writes.lock().unwrap(), 0);
    client.select("xyz", &["y"]);
    assert_eq!(*journal.writes.lock().unwrap(), 1);
}

#[test]
fn an_entry_goes_or_stays_with_the_reason_of_the_end() {
    for reason in FarewellReason::ALL {
        let journal: Arc<Memory> = Arc::default();
        let world = world(&journal);
        let client = world.connect("ada", "t10");
        client.open("t10");
        client.select("xyz", &["y"]);
        client.outbox.take();
        world.host.end(&SessionFilter::All, *reason, "why");
        let goes = matches!(
            reason,
            FarewellReason::IdleTimeout
                | FarewellReason::Lifetime
                | FarewellReason::Revoked
                | FarewellReason::SignedOut
                | FarewellReason::Replaced
                | FarewellReason::NotPermitted
        );
        assert_eq!(journal.len() == 0, goes, "{reason:?}");
        let farewell = client.outbox.take().remove(0);
        assert_eq!(farewell["params"]["reason"], reason.word());
        assert_eq!(farewell["params"]["message"], "why");
        assert_eq!(client.outbox.closed(), Some(reason.close_code()));
    }
}

#[test]
fn a_sign_out_reaches_sessions_of_before_the_restart() {
    let journal: Arc<Memory> = Arc::default();
    let client = world(&journal).connect("ada", "t10");
    client.open("t10");
    client.select("xyz", &["y"]);
    let world = world(&journal);
    let filter = SessionFilter::LoginSession(principal("ada").login_session.unwrap());
    journal.fail(Some(JournalError::Full));
    world
        .host
        .end(&filter, FarewellReason::SignedOut, "you have signed out");
    assert!(
        world.try_connect("ada", target("t10")).is_err(),
        "it must not come back"
    );
    journal.fail(None);
    world.host.sweep(world.clock.now());
    assert_eq!(journal.len(), 0, "what failed is done later");
}

#[test]
fn a_lost_session_comes_back_late_and_one_that_took_its_leave_does_not() {
    for (code, how) in [(1006, "rebuilt"), (1000, "created")] {
        let journal: Arc<Memory> = Arc::default();
        let world = world(&journal);
        let client = world.connect("ada", "t10");
        client.open("t10");
        client.select("xyz", &["y"]);
        client.leave(code);
        world.advance(600);
        world.host.sweep(world.clock.now());
        assert_eq!(greeting(&world.connect("ada", "t10"))["how"], how);
    }
}

#[test]
fn entries_that_nobody_comes_back_to_grow_too_old() {
    let journal: Arc<Memory> = Arc::default();
    let client = world(&journal).connect("ada", "t10");
    client.open("t10");
    client.select("xyz", &["y"]);
    let later = world(&journal);
    later.advance(24 * 3600 - 1);
    later.host.sweep(later.clock.now());
    assert_eq!(journal.len(), 1);
    later.advance(61);
    later.host.sweep(later.clock.now());
    assert_eq!(journal.len(), 0);
}

#[test]
fn a_quota_is_named_and_nothing_has_changed() {
    let journal = Arc::new(Memory::default());
    let world = World::with_journal(HostSettings::default(), Arc::clone(&journal) as _);
    let client = world.connect("ada", "t1");
    client.open("t1");
    client.select("Country", &["France"]);
    journal.fail(Some(JournalError::Quota { limit: 1000 }));
    let object = json!([{ "qInfo": { "qId": "o", "qType": "o" } }]);
    let (code, why) = client.error(1, "CreateObject", object);
    assert_eq!(code, 19);
    assert!(why.contains("1000 bytes together"), "{why}");
    journal.fail(None);
    let infos = client.ok(1, "GetAllInfos", json!([]));
    assert!(!infos.to_string().contains("\"o\""), "{infos}");
}

/// So that the journal knows which of a person's entries may give way.
#[test]
fn an_entry_names_the_sessions_of_its_person_that_live() {
    let journal = Arc::new(Memory::default());
    let world = World::with_journal(HostSettings::default(), Arc::clone(&journal) as _);
    let [first, _second] = ["t1", "t10"].map(|app| world.connect("ada", app));
    let _other = world.connect("eve", "t1");
    first.open("t1");
    first.select("Country", &["France"]);
    let mut live: Vec<String> = journal
        .live
        .lock()
        .unwrap()
        .iter()
        .map(|key| key.app.clone())
        .collect();
    live.sort();
    assert_eq!(live, ["t1", "t10"]);
}
