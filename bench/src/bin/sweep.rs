//! Time of a sweep over many login sessions, as the server does it twice a second.
//!
//! ```text
//! cargo run --release -p fanlight-bench --bin sweep -- [SESSIONS] [RUNS]
//! ```
//!
//! Nothing is due in these sweeps, which is how nearly all of them are. The yardstick is a sweep that reads every session
//! and looks for itself. `connected` are sessions with a WebSocket: the sweep reads these, to warn them in time.

use std::time::Duration;

use anyhow::Result;
use fanlight_base::{LoginSessionId, SeededEntropy, Timestamp};
use fanlight_bench::clock::timed;
use fanlight_bench::output::line;
use fanlight_bench::stats::{median, millis};
use fanlight_identity::{
    LoginSession, LoginSessionState, SessionKeyHash, SessionLimits, SignInAttempt, SignInDecision, Store,
    UsedToken, User, expire_sweep,
};
use fanlight_store::SqliteStore;

const DEFAULT_SESSIONS: usize = 10_000;
const DEFAULT_RUNS: usize = 51;
const BEGAN: Timestamp = Timestamp::from_secs(1_800_000_000);

fn main() -> Result<()> {
    let mut args = std::env::args().skip(1).map(|arg| arg.parse::<usize>());
    let n_sessions = args.next().transpose()?.unwrap_or(DEFAULT_SESSIONS);
    let n_runs = args.next().transpose()?.unwrap_or(DEFAULT_RUNS);
    let folder = tempfile::tempdir()?;
    let store = SqliteStore::open(&folder.path().join("fanlight.db"))?;
    let entropy = SeededEntropy::new(1);
    let mut ids = Vec::with_capacity(n_sessions);
    for n in 0..n_sessions {
        ids.push(sign_in(&store, &entropy, n)?);
    }
    let now = BEGAN.plus(Duration::from_secs(60));
    let every = run(n_runs, || {
        let sessions = store.open_login_sessions()?;
        let over = sessions
            .into_iter()
            .filter_map(|session| session.expired(now).ok());
        Ok(over
            .filter(|session| matches!(session.state, LoginSessionState::Ended { .. }))
            .count())
    })?;
    line(format!(
        "{n_sessions} login sessions, medians over {n_runs} sweeps"
    ));
    line(format!(
        "{:>9} {:>10.3} ms  reads every session",
        "any",
        millis(every)
    ));
    for n_connected in [0, 100, 1_000, n_sessions] {
        let connected = &ids[..n_connected.min(n_sessions)];
        let took = run(n_runs, || {
            let n_ended = expire_sweep(&store, now)?.len();
            Ok(n_ended + store.open_login_sessions_of(connected)?.len())
        })?;
        let ratio = every.as_secs_f64() / took.as_secs_f64();
        line(format!(
            "{n_connected:>9} {:>10.3} ms  connected; {ratio:.1} times as fast",
            millis(took)
        ));
    }
    Ok(())
}

fn run(n_runs: usize, mut sweep: impl FnMut() -> Result<usize>) -> Result<Duration> {
    let mut runs = Vec::with_capacity(n_runs);
    for _ in 0..n_runs {
        let (took, found) = timed(&mut sweep);
        std::hint::black_box(found?);
        runs.push(took);
    }
    Ok(median(&mut runs))
}

fn sign_in(store: &SqliteStore, entropy: &SeededEntropy, n: usize) -> Result<LoginSessionId> {
    let subject = format!("person-{n}");
    let user = User::new(subject.clone(), subject.clone(), BEGAN, entropy);
    let mut key = [0; 32];
    fanlight_base::Entropy::fill(entropy, &mut key);
    let session = LoginSession {
        id: LoginSessionId::generate(entropy),
        key_hash: SessionKeyHash(key),
        user: user.id.clone(),
        provider: "idp".parse()?,
        key_id: "k1".to_owned(),
        token_id: format!("j-{n}"),
        web_integration: None,
        created_at: BEGAN,
        renewal: None,
        limits: SessionLimits::default(),
        state: LoginSessionState::Active { last_activity: BEGAN },
    };
    let id = session.id.clone();
    let token = UsedToken {
        issuer: "portal".to_owned(),
        token_id: session.token_id.clone(),
        keep_until: BEGAN.plus(Duration::from_secs(3600)),
    };
    let attempt = SignInAttempt {
        token: &token,
        subject: &subject,
        cookie: None,
    };
    let mut decide = |_| Some(SignInDecision::begin(user.clone(), session.clone()));
    store.sign_in(&attempt, &mut decide)?;
    Ok(id)
}
