//! Time that goes by in the middle of a request: limits that are not zero, and cancellation after the beginning.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use fanlight_base::{Clock, SeededEntropy, Timestamp};
use fanlight_rpc::{Host, HostSettings, Limits, NoJournal, PeerClose};
use serde_json::{Value, json};

use crate::support::{Client, World, app, list, numbers, states};

const LIMIT_REACHED: i64 = 19;
const ABORTED: i64 = 15;

/// Would take minutes: what no cleverness makes linear, in one row.
const ENDLESS: &str = "WildMatch(Repeat('a',280000), '*?'&Repeat('a',140000)&'b*')";

/// What happens at the moment of a look.
type Event = Box<dyn FnOnce() + Send>;

/// A clock on which a millisecond goes by whenever somebody looks at it, so that the middle of a request is a number of
/// looks and no matter of the machine's speed.
#[derive(Default)]
struct Looks {
    n_looks: AtomicU64,
    event: Mutex<Option<Event>>,
    event_at: AtomicU64,
}

impl Looks {
    /// From now on, after so many looks, `event` happens.
    fn after(&self, n_looks: u64, event: impl FnOnce() + Send + 'static) {
        let at = self.n_looks.load(Ordering::SeqCst) + n_looks;
        self.event_at.store(at, Ordering::SeqCst);
        *self.event.lock().unwrap() = Some(Box::new(event));
    }

    fn n_looks(&self) -> u64 {
        self.n_looks.load(Ordering::SeqCst)
    }
}

impl std::fmt::Debug for Looks {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Looks")
            .field("n_looks", &self.n_looks)
            .finish_non_exhaustive()
    }
}

impl Clock for Looks {
    fn now(&self) -> Timestamp {
        Timestamp::from_secs(1_700_000_000)
    }

    fn uptime(&self) -> Duration {
        let n_looks = self.n_looks.fetch_add(1, Ordering::SeqCst) + 1;
        // So that a limit that does not hold fails, and is not waited for.
        assert!(n_looks < 3_000, "nothing stops what runs");
        if n_looks >= self.event_at.load(Ordering::SeqCst) {
            let event = self.event.lock().unwrap().take();
            if let Some(event) = event {
                event();
            }
        }
        Duration::from_millis(n_looks)
    }
}

/// A world of that clock, with the app `t10`.
fn world(change: impl FnOnce(&mut Limits)) -> (World, Arc<Looks>) {
    let mut settings = HostSettings::default();
    change(&mut settings.limits);
    let looks = Arc::new(Looks::default());
    let entropy = Arc::new(SeededEntropy::new(7));
    let host = Host::with_journal(settings, Arc::clone(&looks) as _, entropy, Arc::new(NoJournal));
    host.add_app(app("t10", numbers()));
    let world = World { host, ..World::new() };
    (world, looks)
}

fn opened(world: &World) -> Client {
    let client = world.connect("ada", "t10");
    client.open("t10");
    client
}

#[test]
fn a_calculation_is_cut_off_in_its_middle_when_its_time_is_over() {
    let (world, looks) = world(|limits| limits.calculation_time = Duration::from_millis(50));
    let client = opened(&world);
    client.ok(1, "EvaluateEx", json!(["Count(numbers)"]));
    let before = looks.n_looks();
    let (code, words) = client.error(1, "EvaluateEx", json!([ENDLESS]));
    assert_eq!(code, LIMIT_REACHED, "{words}");
    assert!(words.contains("took longer"), "{words}");
    let n_looks = looks.n_looks() - before;
    assert!((50..80).contains(&n_looks), "it was looked at {n_looks} times");
}

#[test]
fn a_selection_is_taken_back_in_its_middle_when_its_time_is_over() {
    let (world, looks) = world(|limits| limits.ordered_time = Duration::from_millis(50));
    let client = opened(&world);
    let shown = client.create(json!({ "qInfo": { "qType": "x" }, "qListObjectDef": list("xyz") }));
    assert!(client.select("xyz", &["y"]), "one in time is made");
    let before = states(&client.layout(shown));
    let field = client.field("xyz");
    let looked = looks.n_looks();
    let (code, words) = client.error(field, "Select", json!([format!("={ENDLESS}=0")]));
    assert_eq!(code, LIMIT_REACHED, "{words}");
    let n_looks = looks.n_looks() - looked;
    assert!((50..80).contains(&n_looks), "it was looked at {n_looks} times");
    assert_eq!(states(&client.layout(shown)), before);
}

#[test]
fn a_client_that_leaves_stops_its_calculation_in_the_middle() {
    // Were it not stopped, its time would be over in the end, which is another error.
    let (world, looks) = world(|limits| limits.calculation_time = Duration::from_millis(500));
    let client = opened(&world);
    let job = client.begin(1, "EvaluateEx", json!([ENDLESS]));
    let connection = Arc::clone(&client.connection);
    let began = looks.n_looks();
    looks.after(20, move || connection.disconnect(PeerClose::Code(1001)));
    let reply: Value = serde_json::from_str(&job.run()).unwrap();
    assert_eq!(reply["error"]["code"], ABORTED, "{reply}");
    let n_looks = looks.n_looks() - began;
    assert!((20..30).contains(&n_looks), "it was looked at {n_looks} times");
}
