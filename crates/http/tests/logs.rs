//! Nothing that is logged, at any level, can be replayed. Alone in its program, because it collects every line.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use fanlight_testkit::{APP_ID, CapturedLogs, PORTAL, TestTenant};
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
    let tickets = shown_tickets(&tenant).await;

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
    let of_tickets = tickets.iter().map(String::as_str);
    for secret in values.chain(others).chain(of_tickets) {
        assert!(!text.contains(secret), "{secret} was logged");
    }
}

/// Every way of a ticket: it lets somebody in, is shown again, comes to the wrong place, and is no bearer token. Gives the
/// tickets, the hexadecimal parts of them, and the sign-in token that they came for.
async fn shown_tickets(tenant: &TestTenant) -> Vec<String> {
    let token = tenant.token("eve");
    let page = tenant
        .anonymous()
        .with("origin", PORTAL)
        .with("authorization", &format!("Bearer {token}"));
    let given = page
        .post("/api/fanlight/v1/tickets", &json!({"count": 2}))
        .await
        .json();
    let tickets: Vec<String> = given["tickets"]
        .as_array()
        .unwrap()
        .iter()
        .map(|ticket| ticket.as_str().unwrap().to_owned())
        .collect();
    let path = |ticket: &str| format!("/app/{APP_ID}?ticket={ticket}");
    let used = path(&tickets[0]);
    tenant.socket(&used).with("origin", PORTAL).connect().await;
    for (path, origin) in [(used, PORTAL), (path(&tickets[1]), "https://evil.example")] {
        assert!(tenant.socket(&path).with("origin", origin).open().await.is_err());
    }
    let bearer = tenant
        .anonymous()
        .with("authorization", &format!("Bearer {}", tickets[1]));
    assert_eq!(bearer.get("/api/v1/users/me").await.status, 401);
    let bare = tickets
        .iter()
        .map(|ticket| ticket.trim_start_matches("flt_").to_owned());
    let mut secrets: Vec<String> = bare.collect();
    secrets.extend(tickets.iter().cloned());
    secrets.push(token.rsplit('.').next().unwrap().to_owned());
    secrets
}
