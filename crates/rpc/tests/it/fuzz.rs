//! Frames that nobody in their senses sends. Whatever comes, there is an answer, and the session goes on.

use std::time::Duration;

use fanlight_rpc::{HostSettings, Limits, Reply};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::support::{Client, World, cube, list};

fn client() -> (World, Client, Vec<i64>) {
    let settings = HostSettings {
        limits: Limits {
            calculation_time: Duration::from_secs(600),
            ordered_time: Duration::from_secs(600),
            ..Limits::default()
        },
        ..HostSettings::default()
    };
    let world = World::with(settings);
    let client = world.connect("ada", "t10");
    client.open("t10");
    let object = client.create(json!({
        "qInfo": { "qId": "o", "qType": "x" },
        "qHyperCubeDef": cube("xyz", "Count(numbers)"),
        "qListObjectDef": list("numbers"),
    }));
    let handles = vec![-1, 1, object, client.field("numbers"), 0, 99_999];
    (world, client, handles)
}

/// The answer, which must be there and be JSON.
fn answered(client: &Client, frame: &str) -> Value {
    let text = match client.connection.receive(frame) {
        Reply::Now(text) => text,
        Reply::Later(job) => job.run(),
        Reply::None => panic!("no answer to {frame}"),
    };
    let answer: Value = serde_json::from_str(&text).unwrap();
    assert_ne!(answer["error"]["code"], -32603, "a panic of ours: {frame}");
    answer
}

const METHODS: [&str; 34] = [
    "OpenDoc",
    "GetLayout",
    "SetProperties",
    "ApplyPatches",
    "GetHyperCubeData",
    "GetHyperCubeReducedData",
    "GetListObjectData",
    "SelectHyperCubeCells",
    "SelectHyperCubeValues",
    "RangeSelectHyperCubeValues",
    "MultiRangeSelectHyperCubeValues",
    "SelectHyperCubeContinuousRange",
    "SelectListObjectValues",
    "SelectListObjectContinuousRange",
    "SearchListObjectFor",
    "AcceptListObjectSearch",
    "BeginSelections",
    "EndSelections",
    "CreateSessionObject",
    "CreateChild",
    "SetFullPropertyTree",
    "SetChildArrayOrder",
    "DestroySessionObject",
    "Select",
    "SelectValues",
    "LowLevelSelect",
    "Evaluate",
    "EvaluateEx",
    "CheckExpression",
    "ExpandExpression",
    "CreateSessionVariable",
    "GetObjects",
    "AddSessionAlternateState",
    "CancelRequest",
];

fn odd() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        (-3_i64..12).prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        Just(json!("/qHyperCubeDef")),
        Just(json!("/qListObjectDef")),
        "[ -~é]{0,12}".prop_map(Value::from),
        "[=$()'\\[\\]{}<>+*,a-z0-9\" ]{0,24}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 5, |inner| {
        let names = prop_oneof![
            Just("qInfo".to_owned()),
            Just("qType".to_owned()),
            Just("qId".to_owned()),
            Just("qPath".to_owned()),
            Just("qDef".to_owned()),
            Just("qFieldDefs".to_owned()),
            Just("qHyperCubeDef".to_owned()),
            Just("qListObjectDef".to_owned()),
            Just("qInitialDataFetch".to_owned()),
            Just("qTop".to_owned()),
            Just("qHeight".to_owned()),
            Just("qWidth".to_owned()),
            Just("qExtendsId".to_owned()),
            Just("qChildren".to_owned()),
            Just("qProperty".to_owned()),
            Just("qData".to_owned()),
            "[a-z]{1,4}",
        ];
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            proptest::collection::vec((names, inner), 0..5)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_text_gets_an_answer(frame in "[{}\\[\\]\":,a-z0-9\\\\ é-]{0,80}") {
        let (_world, client, _) = client();
        answered(&client, &frame);
    }

    #[test]
    fn any_parameters_get_an_answer(
        calls in proptest::collection::vec((0..METHODS.len(), 0_usize..6, proptest::collection::vec(odd(), 0..4)), 1..20)
    ) {
        let (_world, client, handles) = client();
        for (method, handle, params) in calls {
            let frame = json!({
                "jsonrpc": "2.0", "id": 1, "handle": handles[handle], "method": METHODS[method], "params": params
            });
            answered(&client, &frame.to_string());
        }
        let version = answered(&client, &json!({ "id": 2, "handle": -1, "method": "EngineVersion", "params": [] }).to_string());
        prop_assert!(version["result"].is_object());
    }

    #[test]
    fn any_expression_has_a_value(expression in "[=$()'\\[\\]{}<>+*/,.a-zA-Z0-9\" -]{0,60}") {
        let (_world, client, _) = client();
        for method in ["Evaluate", "EvaluateEx", "CheckExpression", "ExpandExpression"] {
            let frame = json!({ "jsonrpc": "2.0", "id": 1, "handle": 1, "method": method, "params": [expression] });
            answered(&client, &frame.to_string());
        }
    }
}

#[test]
fn parentheses_without_end_are_a_mistake_and_no_crash() {
    let (_world, client, _) = client();
    let deep = format!("={}1{}", "(".repeat(200_000), ")".repeat(200_000));
    for params in [json!([deep]), json!([format!("$({})", "$(".repeat(200_000))])] {
        for method in ["Evaluate", "EvaluateEx", "CheckExpression", "ExpandExpression"] {
            let frame = json!({ "jsonrpc": "2.0", "id": 1, "handle": 1, "method": method, "params": params });
            answered(&client, &frame.to_string());
        }
    }
    let object = json!({ "qInfo": { "qType": "x" }, "t": { "qStringExpression": deep } });
    let handle = client.create(object);
    let layout = client.layout(handle);
    assert!(
        layout["t"].as_str().unwrap().contains("nested too deeply"),
        "{layout}"
    );
}
