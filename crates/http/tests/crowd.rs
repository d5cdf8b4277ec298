//! Many at once.

use std::collections::HashSet;

use fanlight_http::Rate;
use fanlight_testkit::{PORTAL, TestTenant, WEB_INTEGRATION};
use futures_util::future::join_all;

const CROWD: usize = 1000;

async fn sign_in_all(tenant: &TestTenant) -> Vec<(u16, String)> {
    let people = (0..CROWD).map(|number| {
        let token = tenant.token(&format!("person-{number}"));
        let page = tenant
            .anonymous()
            .with("origin", PORTAL)
            .with("qlik-web-integration-id", WEB_INTEGRATION)
            .with("authorization", &format!("Bearer {token}"));
        async move {
            let answer = page.post("/login/jwt-session", &serde_json::Value::Null).await;
            (answer.status, answer.cookies())
        }
    });
    join_all(people).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_people_sign_in_at_once_and_each_gets_a_session() {
    let tenant = TestTenant::start_with(|settings| settings.sign_ins = Rate::per_minute(10_000)).await;
    let asking = async {
        // Others are answered meanwhile.
        let mut answered = 0;
        while answered < 20 {
            assert_eq!(tenant.anonymous().get("/readyz").await.status, 200);
            answered += 1;
        }
    };
    let (signed_in, ()) = tokio::join!(sign_in_all(&tenant), asking);
    let cookies: HashSet<&String> = signed_in.iter().map(|(_, cookies)| cookies).collect();
    assert!(signed_in.iter().all(|(status, _)| *status == 200));
    assert_eq!(cookies.len(), CROWD, "nobody has the cookie of another");
    let sessions = tenant.services.store.open_login_sessions().unwrap();
    let users: HashSet<_> = sessions.iter().map(|session| session.user.clone()).collect();
    assert_eq!((sessions.len(), users.len()), (CROWD, CROWD));
    let (_, cookies) = &signed_in[CROWD / 2];
    let me = tenant
        .anonymous()
        .with("cookie", cookies)
        .get("/api/v1/users/me")
        .await;
    assert_eq!(me.json()["subject"], format!("person-{}", CROWD / 2));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crowd_beyond_the_limit_is_refused_with_a_word_when_to_come_back() {
    let tenant = TestTenant::start_with(|settings| settings.sign_ins = Rate::per_minute(100)).await;
    let signed_in = sign_in_all(&tenant).await;
    let let_in = signed_in.iter().filter(|(status, _)| *status == 200).count();
    let refused = signed_in.iter().filter(|(status, _)| *status == 429).count();
    assert_eq!((let_in, let_in + refused), (100, CROWD));
    assert_eq!(tenant.services.store.open_login_sessions().unwrap().len(), 100);
}
