//! Nothing that is logged, at any level, can be replayed. Alone in its program, because it collects every line.

use fanlight_testkit::{APP_ID, CapturedLogs, TestTenant};
use serde_json::{Value, json};

#[tokio::test]
async fn no_credential_reaches_a_log_line() {
    let logs = CapturedLogs::start();
    let tenant = TestTenant::start().await;
    let token = tenant.token("ada");
    let signed_in = tenant.sign_in(&token).await;
    let reused = tenant.sign_in(&token).await;
    assert_eq!((signed_in.status, reused.status), (200, 401));
    let ada = tenant.signed_in("ada").await;
    let csrf = ada.header("qlik-csrf-token").unwrap().to_owned();
    let path = format!("/app/{APP_ID}?qlik-csrf-token={csrf}");
    let mut socket = tenant
        .socket(&path)
        .by(&ada.clone().without("qlik-csrf-token"))
        .connect()
        .await;
    socket.call(-1, "OpenDoc", json!([APP_ID])).await.unwrap();
    let wrong = tenant
        .socket(&format!("/app/{APP_ID}?qlik-csrf-token=wrong-one"))
        .open()
        .await;
    assert!(wrong.is_err());
    tenant.program().get("/api/v1/users?filter=secret-filter").await;
    tenant
        .program()
        .post(
            "/api/v1/web-integrations",
            &json!({"name": 1, "secret": "secret-body"}),
        )
        .await;
    ada.post("/logout", &Value::Null).await;
    socket.ended().await;

    let text = logs.text();
    assert!(text.contains("signed in by token"), "{text}");
    let cookies = format!("{}; {}", signed_in.cookies(), ada.header("cookie").unwrap());
    let values = cookies
        .split("; ")
        .filter_map(|pair| pair.split_once('='))
        .map(|(_, value)| value);
    let api_key_secret = tenant.api_key.rsplit('_').next().unwrap();
    let signature = token.rsplit('.').next().unwrap();
    let others = [
        &token,
        signature,
        &csrf,
        &tenant.api_key,
        api_key_secret,
        "wrong-one",
        "secret-filter",
        "secret-body",
    ];
    for secret in values.chain(others) {
        assert!(!text.contains(secret), "{secret} was logged");
    }
}
