use serde_json::{Value, json};

use crate::support::{World, cube, list};

#[test]
fn a_frame_that_is_no_request_is_refused_with_its_id_if_it_has_one() {
    let client = World::new().connect("ada", "t10");
    let code = |frame: &str| {
        let reply = client.frame(frame);
        (reply["error"]["code"].as_i64().unwrap(), reply["id"].clone())
    };
    assert_eq!(code("{"), (-32700, Value::Null));
    assert_eq!(code("not json"), (-32700, Value::Null));
    assert_eq!(code("[]"), (-32600, Value::Null));
    assert_eq!(code("{}"), (-32600, Value::Null));
    assert_eq!(code(r#"{"id":7,"handle":-1}"#), (-32600, json!(7)));
    assert_eq!(code(r#"{"id":7,"method":"EngineVersion"}"#), (-32600, json!(7)));
    assert_eq!(
        code(r#"{"handle":-1,"method":"EngineVersion"}"#),
        (-32600, Value::Null)
    );
    let deep = format!(
        "{{\"id\":1,\"handle\":-1,\"method\":\"M\",\"params\":{}1{}}}",
        "[".repeat(500),
        "]".repeat(500)
    );
    assert!(client.frame(&deep)["error"]["code"].is_i64());
}

#[test]
fn unknown_and_unbuilt_methods_are_named_and_told_apart() {
    let client = World::new().connect("ada", "t10");
    assert_eq!(
        client.error(-1, "FlyToTheMoon", json!([])),
        (-32601, "FlyToTheMoon".to_owned())
    );
    let (code, parameter) = client.error(1, "DoReload", json!([]));
    assert_eq!(code, 20);
    assert!(parameter.contains("DoReload"), "{parameter}");
    let chart = client.object("chart-1");
    assert_eq!(
        client
            .error(chart, "GetHyperCubePivotData", json!(["/qHyperCubeDef", []]))
            .0,
        20
    );
    let (code, parameter) = client.error(-1, "GetLayout", json!([]));
    assert_eq!(code, -32601);
    assert!(
        parameter.contains("GenericObject") && parameter.contains("Global"),
        "{parameter}"
    );
    assert_eq!(
        client.error(client.field("xyz"), "GetLayout", json!([])).0,
        -32601
    );
}

#[test]
fn handles_that_are_not_there_are_refused() {
    let client = World::new().connect("ada", "t10");
    for handle in [0, 2, 99, -2] {
        let (code, parameter) = client.error(handle, "GetLayout", json!([]));
        assert_eq!(code, -32602);
        assert!(parameter.starts_with("Invalid handle"), "{parameter}");
    }
}

#[test]
fn parameters_of_the_wrong_kind_are_refused() {
    let client = World::new().connect("ada", "t10");
    let chart = client.object("chart-1");
    for (handle, method, params) in [
        (1, "GetObject", json!([7])),
        (1, "GetObject", json!({ "qId": [] })),
        (chart, "GetHyperCubeData", json!(["/qHyperCubeDef", "pages"])),
        (
            chart,
            "SelectHyperCubeValues",
            json!(["/qHyperCubeDef", "zero", []]),
        ),
        (1, "GetObject", json!("chart-1")),
    ] {
        assert_eq!(client.error(handle, method, params).0, -32602, "{method}");
    }
    assert_eq!(
        client.ok(1, "GetObject", json!({ "qId": "chart-1" }))["qReturn"]["qHandle"],
        chart
    );
}

#[test]
fn objects_need_a_type() {
    let client = World::new().connect("ada", "t10");
    for properties in [
        json!({}),
        json!({ "qInfo": {} }),
        json!({ "qInfo": 1 }),
        json!("text"),
    ] {
        assert_eq!(client.error(1, "CreateSessionObject", json!([properties])).0, 8);
    }
    let handle = client.create(json!({ "qInfo": { "qType": "t" } }));
    assert_eq!(client.error(handle, "SetProperties", json!([[]])).0, 8);
}

#[test]
fn data_calls_refuse_wrong_paths_and_too_many_cells() {
    let client = World::new().connect("ada", "t10");
    let handle = client.create(
        json!({ "qInfo": { "qType": "t" }, "qHyperCubeDef": cube("xyz", "Count(numbers)"),
        "box": { "qListObjectDef": list("xyz") } }),
    );
    let page = |width: i64, height: i64| json!([{ "qWidth": width, "qHeight": height }]);
    let code = |method: &str, path: &str, pages: Value| client.error(handle, method, json!([path, pages])).0;
    assert_eq!(code("GetHyperCubeData", "/qHyperCubeDef", page(2, 5001)), 7009);
    assert_eq!(
        code("GetHyperCubeData", "/qHyperCubeDef", page(i64::MAX, i64::MAX)),
        7009
    );
    assert_eq!(
        code("GetListObjectData", "/box/qListObjectDef", page(1, 10_001)),
        7009
    );
    assert_eq!(
        code("GetHyperCubeData", "/nowhere/qHyperCubeDef", page(1, 1)),
        6000
    );
    assert_eq!(code("GetHyperCubeData", "/box/qListObjectDef", page(1, 1)), 6000);
    assert_eq!(code("GetListObjectData", "/qHyperCubeDef", page(1, 1)), 6000);
    assert_eq!(
        code("SelectHyperCubeValues", "/reduced-data/qDimensions/1", json!(0)),
        6000
    );
    assert_eq!(
        code("SelectListObjectValues", "/qListObjectDef", json!([0])),
        6000
    );
    let within = client.ok(
        handle,
        "GetHyperCubeData",
        json!(["/qHyperCubeDef", page(2, 5000)]),
    );
    assert_eq!(within["qDataPages"][0]["qArea"]["qHeight"], 3);
}

#[test]
fn an_alternate_state_must_be_there() {
    let client = World::new().connect("ada", "t10");
    assert_eq!(client.error(1, "GetField", json!(["xyz", "gone"])).0, 8);
    assert_eq!(client.error(1, "AddSessionAlternateState", json!(["$"])).0, 8);
    assert_eq!(
        client
            .error(1, "AddSessionAlternateState", json!(["B", "gone"]))
            .0,
        8
    );
    let mut def = cube("xyz", "Count(numbers)");
    def["qStateName"] = json!("gone");
    let handle = client.create(json!({ "qInfo": { "qType": "t" }, "qHyperCubeDef": def }));
    assert_eq!(client.layout(handle)["qHyperCube"]["qError"]["qErrorCode"], 7000);
}

#[test]
fn the_apps_own_properties_may_not_be_changed() {
    let client = World::new().connect("ada", "t10");
    assert_eq!(
        client
            .error(1, "SetAppProperties", json!([{ "qTitle": "mine" }]))
            .0,
        5
    );
    let session = World::new().connect("ada", "SessionApp_a");
    assert_eq!(session.error(1, "SetAppProperties", json!([7])).0, 8);
}

#[test]
fn a_cancelled_request_answers_15_and_the_cancelling_one_answers_nothing() {
    let client = World::new().connect("ada", "t10");
    let chart = client.object("chart-1");
    let code = |text: &str| serde_json::from_str::<Value>(text).unwrap()["error"]["code"].clone();
    // The object was the first request of this connection.
    let job = client.begin(chart, "GetLayout", json!([]));
    assert_eq!(client.ok(-1, "CancelRequest", json!([2])), json!({}));
    let reply = job.run();
    assert_eq!(code(&reply), 15);
    assert!(reply.contains("Request aborted"), "{reply}");
    let job = client.begin(chart, "GetLayout", json!([]));
    assert_eq!(client.ok(-1, "AbortRequest", json!([4])), json!({}));
    assert_eq!(code(&job.run()), 15);
    let jobs = [
        client.begin(chart, "GetLayout", json!([])),
        client.begin(chart, "GetLayout", json!([])),
    ];
    assert_eq!(client.ok(-1, "AbortAll", json!([])), json!({}));
    for job in jobs {
        assert_eq!(code(&job.run()), 15);
    }
    assert_eq!(client.ok(-1, "CancelRequest", json!([999])), json!({}));
    assert_eq!(client.layout(chart)["qInfo"]["qId"], "chart-1");
}
