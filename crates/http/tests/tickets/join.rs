//! A second token of the same person joins the login session, and renews it where that is asked for.

use fanlight_identity::LoginSession;

use super::*;

fn only_session(tenant: &TestTenant) -> LoginSession {
    let sessions = tenant.services.store.open_login_sessions().unwrap();
    assert_eq!(sessions.len(), 1);
    sessions.into_iter().next().unwrap()
}

#[tokio::test]
async fn a_second_token_of_the_same_person_joins_the_login_session() {
    let tenant = TestTenant::start().await;
    let first = given(&page(&tenant, "ada"), Value::Null).await;
    let body = json!({"sessionId": first["sessionId"]});
    let caller = page(&tenant, "ada");
    let second = given(&caller, body.clone()).await;
    assert_eq!(second["sessionId"], first["sessionId"]);
    assert_eq!(tenant.services.store.open_login_sessions().unwrap().len(), 1);
    assert_eq!(caller.post(PATH, &body).await.code(), "token.single-use");
}

#[tokio::test]
async fn a_join_that_renews_puts_the_end_off_and_tells_the_connections() {
    let tenant = TestTenant::start().await;
    let first = given(&page(&tenant, "ada"), Value::Null).await;
    let mut socket = tenant
        .socket(&path(first["ticket"].as_str().unwrap()))
        .with("origin", PORTAL)
        .connect()
        .await;
    let lifetime = only_session(&tenant).limits.lifetime();
    tenant.clock.advance(Duration::from_secs(600));
    given(&page(&tenant, "ada"), json!({"sessionId": first["sessionId"]})).await;
    let joined = only_session(&tenant);
    assert!(joined.renewal.is_none(), "{joined:?}");

    let body = json!({"sessionId": first["sessionId"], "renew": true});
    let second = given(&page(&tenant, "ada"), body).await;
    assert_eq!(second["sessionId"], first["sessionId"]);
    let renewed = only_session(&tenant);
    assert_eq!(
        renewed.proven_at(),
        fanlight_base::Clock::now(tenant.clock.as_ref())
    );
    let told = loop {
        let message = socket.next().await.unwrap();
        if message["method"] == "OnSessionExtended" {
            break message;
        }
    };
    assert_eq!(told["params"]["lifetimeSecondsLeft"], lifetime.as_secs());
    let log = tenant.program().get("/api/fanlight/v1/audit").await.json();
    let entries = log["data"].as_array().unwrap();
    let renewals = entries.iter().filter(|entry| entry["action"] == "login-renewed");
    assert_eq!(renewals.count(), 1, "{entries:?}");
}

#[tokio::test]
async fn who_renews_names_a_session_that_runs_and_is_theirs() {
    let tenant = TestTenant::start().await;
    let nameless = page(&tenant, "ada").post(PATH, &json!({"renew": true})).await;
    assert_eq!((nameless.status, nameless.code().as_str()), (400, "HTTP-400"));
    let ada = given(&page(&tenant, "ada"), Value::Null).await;
    let body = json!({"sessionId": ada["sessionId"], "renew": true});
    let stranger = page(&tenant, "bob").post(PATH, &body).await;
    assert_eq!(stranger.code(), "ticket.login-session");
    let id = only_session(&tenant).id;
    let now = fanlight_base::Clock::now(tenant.clock.as_ref());
    fanlight_identity::end_session(tenant.services.store.as_ref(), &id, ("operator", "test"), now).unwrap();
    assert_eq!(page(&tenant, "ada").post(PATH, &body).await.code(), "AUTH-2");
    assert_eq!(tenant.services.store.open_login_sessions().unwrap(), []);
}

#[tokio::test]
async fn a_refused_join_is_audited_and_counted() {
    let tenant = TestTenant::start().await;
    let ada = given(&page(&tenant, "ada"), Value::Null).await;
    let body = json!({"sessionId": ada["sessionId"]});
    let refused = page(&tenant, "bob").post(PATH, &body).await;
    assert_eq!(refused.status, 401);
    given(&page(&tenant, "ada"), body).await;
    let log = tenant.program().get("/api/fanlight/v1/audit").await.json();
    let entries = log["data"].as_array().unwrap();
    let seen: Vec<(&str, &str)> = entries
        .iter()
        .map(|entry| {
            (
                entry["action"].as_str().unwrap(),
                entry["detail"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(seen, [("login-refused", "ticket.login-session"), ("login", "")]);
    let metrics = tenant.program().get("/metrics").await.body;
    let counted = "fanlight_logins_total{result=\"ticket.login-session\"} 1";
    assert!(metrics.contains(counted), "{metrics}");
}

#[tokio::test]
async fn nobody_joins_the_login_session_of_somebody_else() {
    let tenant = TestTenant::start().await;
    let ada = given(&page(&tenant, "ada"), Value::Null).await;
    for id in [ada["sessionId"].clone(), json!("0".repeat(32)), json!("")] {
        let answer = page(&tenant, "bob").post(PATH, &json!({"sessionId": id})).await;
        assert_eq!(answer.code(), "ticket.login-session", "{id}");
    }
}

#[tokio::test]
async fn a_login_session_that_is_over_is_not_joined_and_lets_nobody_in() {
    let tenant = TestTenant::start().await;
    let answer = given(&page(&tenant, "ada"), Value::Null).await;
    let id = answer["sessionId"].as_str().unwrap().parse().unwrap();
    let store = tenant.services.store.as_ref();
    let now = fanlight_base::Clock::now(tenant.clock.as_ref());
    fanlight_identity::end_session(store, &id, ("operator", "test"), now).unwrap();
    let path = path(answer["ticket"].as_str().unwrap());
    let socket = refused(&tenant, &path, &[("origin", PORTAL)]).await;
    assert_eq!((socket.status, socket.code().as_str()), (401, "AUTH-2"));
    let joined = page(&tenant, "ada")
        .post(PATH, &json!({"sessionId": answer["sessionId"]}))
        .await;
    assert_eq!(joined.code(), "AUTH-2");
}
