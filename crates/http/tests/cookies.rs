//! A page of a neighbouring domain can plant cookies of any name but a guarded one. Browsers send what is planted before what
//! is the person's own, or after it.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use fanlight_testkit::{Caller, TestTenant};
use serde_json::Value;

/// The cookies of a sign-in, by the contract's names and by those that browsers guard.
async fn cookies(tenant: &TestTenant, subject: &str) -> (String, String) {
    let signed_in = tenant.sign_in(&tenant.token(subject)).await;
    let all = signed_in.cookies();
    let of = |guarded: bool| {
        let pairs = all
            .split("; ")
            .filter(|pair| pair.starts_with("__Host-") == guarded);
        pairs.collect::<Vec<_>>().join("; ")
    };
    (of(false), of(true))
}

async fn whose(caller: &Caller<'_>) -> String {
    let answer = caller.get("/api/v1/users/me").await;
    match answer.status {
        200 => answer.json()["subject"].as_str().unwrap().to_owned(),
        _ => answer.code(),
    }
}

#[tokio::test]
async fn a_planted_cookie_does_not_stand_in_for_the_persons_own() {
    let tenant = TestTenant::start().await;
    let (of_eve, _) = cookies(&tenant, "eve").await;
    let (of_ada, guarded) = cookies(&tenant, "ada").await;
    let forged = "eas.sid=0; eas.sid.sig=0".to_owned();
    for planted in [of_eve, forged] {
        for header in [
            format!("{planted}; {of_ada}; {guarded}"),
            format!("{of_ada}; {planted}; {guarded}"),
            format!("{guarded}; {planted}"),
        ] {
            let browser = tenant.anonymous().with("cookie", &header);
            assert_eq!(whose(&browser).await, "ada", "{header}");
            let opened = tenant.socket("/app/t11").by(&browser).open().await;
            assert_eq!(
                opened.err().map(|answer| answer.code()),
                Some("CSRF-TOKEN-2".to_owned())
            );
        }
    }
}

/// Of two values under the contract's name nobody can say whose browser it is.
#[tokio::test]
async fn two_cookies_of_the_open_name_sign_nobody_in() {
    let tenant = TestTenant::start().await;
    let (of_eve, _) = cookies(&tenant, "eve").await;
    let (of_ada, _) = cookies(&tenant, "ada").await;
    for header in [format!("{of_eve}; {of_ada}"), format!("{of_ada}; {of_eve}")] {
        assert_eq!(whose(&tenant.anonymous().with("cookie", &header)).await, "AUTH-1");
        // A bearer token beside them does not count either: a request has one credential.
        let program = tenant.program().with("cookie", &header);
        assert_eq!(whose(&program).await, "AUTH-1");
    }
    // The same one twice is one.
    let twice = format!("{of_ada}; {of_ada}");
    assert_eq!(whose(&tenant.anonymous().with("cookie", &twice)).await, "ada");
}

#[tokio::test]
async fn a_sign_in_cures_a_browser_with_a_planted_cookie() {
    let tenant = TestTenant::start().await;
    let (of_eve, _) = cookies(&tenant, "eve").await;
    for planted in [
        of_eve.as_str(),
        "eas.sid=0; eas.sid.sig=0",
        "eas.sid=0",
        "eas.sid=a; eas.sid=b",
    ] {
        let page = tenant
            .anonymous()
            .with("cookie", planted)
            .with("authorization", &format!("Bearer {}", tenant.token("ada")));
        let signed_in = page.post("/login/jwt-session", &Value::Null).await;
        assert_eq!(signed_in.status, 200, "{planted}: {}", signed_in.body);
        let header = format!("{planted}; {}", signed_in.cookies());
        let browser = tenant.anonymous().with("cookie", &header);
        assert_eq!(whose(&browser).await, "ada", "{planted}");
        // The next sign-in goes on with the person's session, not with the planted one.
        let again = browser
            .with("authorization", &format!("Bearer {}", tenant.token("ada")))
            .post("/login/jwt-session", &Value::Null)
            .await;
        let guarded = |cookies: String| {
            cookies
                .split("; ")
                .find(|pair| pair.starts_with("__Host-"))
                .map(str::to_owned)
        };
        assert_eq!(
            guarded(again.cookies()),
            guarded(signed_in.cookies()),
            "{planted}"
        );
    }
}

/// How cookies are set can change: a browser then has two of its own.
#[tokio::test]
async fn of_two_guarded_cookies_the_one_whose_session_runs_counts() {
    let tenant = TestTenant::start().await;
    let (_, of_before) = cookies(&tenant, "bob").await;
    let (_, of_ada) = cookies(&tenant, "ada").await;
    let bob = tenant.anonymous().with("cookie", &of_before);
    let csrf = bob.get("/api/v1/csrf-token").await;
    let bob = bob.with("qlik-csrf-token", csrf.header("qlik-csrf-token"));
    assert_eq!(bob.post("/logout", &Value::Null).await.status, 204);
    let browser = tenant
        .anonymous()
        .with("cookie", &format!("{of_before}; {of_ada}"));
    assert_eq!(whose(&browser).await, "ada");
}

#[tokio::test]
async fn a_sign_out_takes_all_of_them_away() {
    let tenant = TestTenant::start().await;
    let ada = tenant.signed_in("ada").await;
    let out = ada.post("/logout", &Value::Null).await;
    for name in [
        "eas.sid",
        "eas.sid.sig",
        "_csrfToken",
        "_csrfToken.sig",
        "__Host-eas.sid",
        "__Host-eas.sid.sig",
    ] {
        let cleared = format!("{name}=; Path=/; Max-Age=0; Secure");
        assert!(
            out.set_cookies()
                .iter()
                .any(|cookie| cookie.starts_with(&cleared)),
            "{name}"
        );
    }
}
