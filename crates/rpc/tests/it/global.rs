//! What Global tells of the engine.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::support::World;

#[test]
fn a_unique_id_is_a_uuid() {
    let client = World::new().connect("ada", "");
    let id = || {
        let result = client.ok(-1, "GetUniqueID", json!([]));
        result["qUniqueID"].as_str().unwrap().to_owned()
    };
    let (one, other) = (id(), id());
    let lengths: Vec<usize> = one.split('-').map(str::len).collect();
    assert_eq!(lengths, [8, 4, 4, 4, 12]);
    assert!(
        one.chars()
            .all(|letter| letter == '-' || letter.is_ascii_hexdigit())
    );
    assert_eq!((&one[14..15], &one[19..20]), ("4", "a"), "version 4, variant 1");
    assert_ne!(one, other);
}

#[test]
fn a_server_shows_no_drives_folders_or_databases() {
    let client = World::new().connect("ada", "");
    let ok = |method: &str, params: Value| client.ok(-1, method, params);
    assert_eq!(ok("AllowCreateApp", json!([])), json!({ "qReturn": false }));
    assert_eq!(ok("GetLogicalDriveStrings", json!([])), json!({ "qDrives": [] }));
    assert_eq!(
        ok("GetFolderItemsForPath", json!(["/etc"])),
        json!({ "qFolderItems": [] })
    );
    assert_eq!(
        ok("GetCustomConnectors", json!([true])),
        json!({ "qConnectors": [] })
    );
    let connection = json!([{ "qConnectionString": "DSN=x" }]);
    assert_eq!(
        ok("GetDatabasesFromConnectionString", connection),
        json!({ "qDatabases": [] })
    );
    let pages = &ok("GetSupportedCodePages", json!([]))["qCodePages"];
    let utf8 = pages
        .as_array()
        .unwrap()
        .iter()
        .find(|page| page["qNumber"] == 65001);
    assert_eq!(utf8.unwrap()["qName"], "utf-8");
    assert_eq!(ok("OSVersion", json!([])), json!({ "qReturn": "unknown" }));
}

fn names(functions: &Value) -> BTreeSet<&str> {
    let listed = functions["qFunctions"].as_array().unwrap();
    listed
        .iter()
        .map(|function| function["qName"].as_str().unwrap())
        .collect()
}

#[test]
fn the_functions_are_those_that_work_by_group() {
    let client = World::new().connect("ada", "t10");
    let functions = |params: Value| client.ok(-1, "GetFunctions", params);
    let all = functions(json!([]));
    for name in ["sum", "date#", "getselectedcount", "rangesum", "if", "rgb"] {
        assert!(names(&all).contains(name), "{name}");
    }
    for name in ["aggr", "rank", "irr"] {
        assert!(!names(&all).contains(name), "{name} is not built");
    }
    assert_eq!(functions(json!(["ALL"])), all);
    assert_eq!(functions(json!([0])), all);
    for group in [json!("AGGR"), json!("FUNC_GROUP_AGGR"), json!(3)] {
        let found = functions(json!([group]));
        assert!(
            found["qFunctions"]
                .as_array()
                .unwrap()
                .iter()
                .all(|f| f["qGroup"] == "AGGR")
        );
        assert!(names(&found).contains("sum") && !names(&found).contains("abs"));
    }
    assert_eq!(functions(json!(["GEO"])), json!({ "qFunctions": [] }));
    let round = all["qFunctions"]
        .as_array()
        .unwrap()
        .iter()
        .find(|f| f["qName"] == "round");
    assert_eq!(round.unwrap()["qSignature"], "round(x1[, x2[, x3]])");
    let (code, message) = client.error(-1, "GetFunctions", json!(["MAGIC"]));
    assert_eq!(code, 8);
    assert!(
        message.starts_with("qGroup is \"MAGIC\", but it may only be ALL (FUNC_GROUP_ALL)"),
        "{message}"
    );
}

#[test]
fn the_grammar_and_its_hash_agree() {
    let client = World::new().connect("ada", "t10");
    let ok = |method: &str, kind: &str| client.ok(-1, method, json!([kind]));
    let defs = ok("GetBNF", "E")["qBnfDefs"].clone();
    let base = ok("GetBaseBNF", "SCRIPT_TEXT_EXPRESSION");
    assert_eq!(base["qBnfDefs"], defs);
    let hash = ok("GetBaseBNFHash", "E");
    assert_eq!(hash, json!({ "qBnfHash": base["qBnfHash"] }));
    let text = ok("GetBaseBNFString", "E");
    assert_eq!(text["qBnfHash"], base["qBnfHash"]);
    assert!(
        text["qBnfStr"]
            .as_str()
            .unwrap()
            .contains("aggregation ::= 'sum'\n")
    );
    assert_eq!(client.ok(1, "GetExpressionBNF", json!([])), base);
    assert_eq!(client.ok(1, "GetExpressionBNFHash", json!([])), hash);
    let defs = defs.as_array().unwrap();
    for (number, def) in defs.iter().enumerate() {
        assert_eq!(def["qNbr"], number);
        for part in def["qBnf"].as_array().unwrap() {
            assert!(part.as_u64().unwrap() < defs.len() as u64, "{def}");
        }
        if let Some(before) = def.get("qPNbr") {
            assert!(before.as_u64().unwrap() < number as u64);
        }
    }
    let sum = defs.iter().find(|def| def["qStr"] == "sum").unwrap();
    assert_eq!((&sum["qAggrFunc"], &sum["qFG"]), (&json!(true), &json!("AGGR")));
    let script = ok("GetBaseBNF", "S");
    assert_eq!(script["qBnfDefs"], json!([]));
    assert_ne!(script["qBnfHash"], base["qBnfHash"]);
    assert_eq!(client.error(-1, "GetBNF", json!(["X"])).0, 8);
}
