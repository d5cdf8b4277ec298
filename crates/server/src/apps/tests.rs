//! Apps that people write are loaded and drawn, as far as the engine goes.

use std::fs;
use std::path::Path;
use std::sync::{Arc, Mutex};

use fanlight_base::{ManualClock, SeededEntropy, Timestamp};
use fanlight_ingest::{Draft, check_app, load_app};
use fanlight_rpc::{
    CloseCode, Connection, Host, HostSettings, Outbox, Principal, Reply, Role, Target, TargetApp,
};
use serde_json::{Value, json};

use super::to_host;

#[derive(Default)]
struct Sent(Mutex<Vec<String>>);

impl Outbox for Sent {
    fn send(&self, frame: String) -> bool {
        self.0.lock().unwrap().push(frame);
        true
    }

    fn close(&self, _: CloseCode, _: &str) {}
}

/// A client of one app folder.
struct Client(Arc<Connection>);

impl Client {
    fn of(folder: &Path) -> Self {
        let now = Timestamp::from_secs(1_700_000_000);
        let clock = Arc::new(ManualClock::frozen_at(now));
        let host = Host::new(HostSettings::default(), clock, Arc::new(SeededEntropy::new(1)));
        let app = to_host(load_app(folder, &()).unwrap(), now).unwrap();
        let target = Target {
            app: TargetApp::App(app.id.clone()),
            identity: None,
            ttl: None,
        };
        host.add_app(app);
        let principal = Principal {
            user_id: "ada".parse().unwrap(),
            subject: "ada".to_owned(),
            name: "Ada".to_owned(),
            groups: Vec::new(),
            login_session: None,
            role: Role::User,
        };
        Self(
            host.connect(principal, target, Arc::new(Sent::default()))
                .unwrap(),
        )
    }

    fn call(&self, handle: &Value, method: &str, params: &Value) -> Value {
        let request =
            json!({ "jsonrpc": "2.0", "id": 1, "handle": handle, "method": method, "params": params });
        let reply: Value = match self.0.receive(&request.to_string()) {
            Reply::None => Value::Null,
            Reply::Now(text) => serde_json::from_str(&text).unwrap(),
            Reply::Later(job) => serde_json::from_str(&job.run()).unwrap(),
        };
        assert_eq!(reply.get("error"), None, "{method}: {reply}");
        reply["result"].clone()
    }

    fn layout(&self, id: &str) -> Value {
        let found = self.call(&json!(1), "GetObject", &json!([id]));
        self.call(&found["qReturn"]["qHandle"], "GetLayout", &json!([]))["qLayout"].clone()
    }
}

/// The texts of the cells of a cube's first page.
fn rows(layout: &Value) -> Vec<Vec<&str>> {
    fn text(cell: &Value) -> Option<&str> {
        cell["qText"].as_str()
    }
    let rows = layout["qHyperCube"]["qDataPages"][0]["qMatrix"].as_array();
    rows.into_iter()
        .flatten()
        .map(|row| row.as_array().into_iter().flatten().filter_map(text).collect())
        .collect()
}

/// Writes the files that a README shows: blocks of code whose first line names a path.
fn extract(readme: &str, to: &Path) -> usize {
    let mut lines = readme.lines();
    let mut n_lines = 0;
    while let Some(line) = lines.next() {
        let Some((kind, path)) = line.strip_prefix("```").and_then(|info| info.split_once(' ')) else {
            continue;
        };
        let content: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
        let file = to.join(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(&file, content.join("\n") + "\n").unwrap();
        n_lines += if kind == "csv" { 0 } else { content.len() };
    }
    n_lines
}

#[test]
fn the_ten_lines_of_the_readme_are_an_app() {
    let dir = tempfile::tempdir().unwrap();
    let readme = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../apps/README.md");
    assert_eq!(extract(&fs::read_to_string(readme).unwrap(), dir.path()), 10);
    let folder = dir.path().join("sales");
    assert_eq!(check_app(&folder).problems, []);
    let client = Client::of(&folder);
    let sheet = client.layout("sheet");
    assert_eq!(
        (&sheet["columns"], &sheet["cells"][0]["type"]),
        (&json!(24), &json!("barchart"))
    );
    let chart = client.layout("a");
    assert_eq!(chart["title"], "Sum(Amount) by Region");
    assert_eq!(chart["visualization"], "barchart");
    assert_eq!(rows(&chart), [["North", "15"], ["South", "20"]]);
}

#[test]
fn every_chart_of_a_drafted_app_has_something_to_show() {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir(dir.path().join("data")).unwrap();
    let mut orders = String::from("OrderID;CustomerID;Date;Amount;Status\n");
    for order in 0..200 {
        let (customer, day, month) = (order % 40 + 100, order % 28 + 1, order % 12 + 1);
        let status = ["open", "paid", "late"][order % 3];
        orders.push_str(&format!(
            "{order};{customer};{day:02}.{month:02}.2024;{}.50;{status}\n",
            order * 3
        ));
    }
    let mut customers = String::from("CustomerID,City,Phone\n");
    for customer in 100..140 {
        let city = ["Rome", "Oslo", "Bonn", "Lyon", "Graz", "Kiel", "Brno", "Faro"][customer % 8];
        customers.push_str(&format!("{customer},{city},0{customer}\n"));
    }
    fs::write(dir.path().join("data/orders.csv"), orders.replace(';', ",")).unwrap();
    fs::write(dir.path().join("data/customers.csv"), customers).unwrap();
    let files = ["orders.csv", "customers.csv"].map(str::to_owned);
    let draft = Draft::of("shop", dir.path(), &files, &()).unwrap();
    assert_eq!(draft.links.len(), 1, "{:?}", draft.links);
    draft.write(dir.path()).unwrap();
    assert_eq!(check_app(dir.path()).problems, []);
    let client = Client::of(dir.path());
    let sheet = client.layout("overview");
    let mut kinds: Vec<&str> = Vec::new();
    for cell in sheet["cells"].as_array().unwrap() {
        let layout = client.layout(cell["name"].as_str().unwrap());
        kinds.push(cell["type"].as_str().unwrap());
        if layout["visualization"] == "filterpane" {
            assert_eq!(
                layout["qChildList"]["qItems"].as_array().unwrap().len(),
                2,
                "{layout}"
            );
            continue;
        }
        assert_eq!(layout["qHyperCube"].get("qError"), None, "{layout}");
        assert!(!rows(&layout).is_empty(), "{layout}");
    }
    kinds.sort_unstable();
    assert_eq!(
        kinds,
        [
            "barchart",
            "filterpane",
            "kpi",
            "kpi",
            "linechart",
            "piechart",
            "table"
        ]
    );
    let line = client.layout("linechart-by-month-of-date");
    assert_eq!(line["title"], "Amount by Month of Date");
    assert_eq!(rows(&line).len(), 12, "{line}");
    let pie = client.layout("piechart-by-status");
    assert_eq!(rows(&pie).len(), 3);
    let manifest = fs::read_to_string(dir.path().join("app.toml")).unwrap();
    assert!(manifest.contains("\"Phone\" = { type = \"text\" }"), "{manifest}");
    assert!(manifest.contains("format = \"DD.MM.YYYY\""), "{manifest}");
}
