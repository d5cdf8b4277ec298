//! The soak in small, with a fixed amount of work; `bench/src/bin/soak.rs` is the large one.

use std::collections::BTreeSet;
use std::path::Path;

use fanlight_bench::soak::{Plan, run};
use indicatif::ProgressBar;

const PEOPLE: usize = 40;
const FAULTS: [&str; 17] = [
    "clock jump",
    "close 4001",
    "close 4003",
    "close 4004",
    "close 4005",
    "close 4006",
    "close 4203",
    "csrf-refuse-once",
    "delay",
    "deny-app-once",
    "drop",
    "expire: idle-timeout",
    "expire: lifetime",
    "freeze",
    "restart-engine",
    "revoke: the soak revokes",
    "tickets-refuse",
];

#[test]
fn everybody_comes_through_every_kind_of_fault_with_their_selections() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    let binary = Path::new(env!("CARGO_BIN_EXE_fanlight"));
    let bar = ProgressBar::hidden();
    let soak = run(binary, Plan::short(PEOPLE, 1), &bar);
    let report = runtime.block_on(soak).unwrap();
    let failures = report.failures();
    assert!(failures.is_empty(), "{report}\n{failures:#?}");
    let injected: BTreeSet<&str> = report.faults().collect();
    assert_eq!(injected, BTreeSet::from(FAULTS), "{report}");
    assert!(
        report.resumes("attached") > 0 && report.resumes("rebuilt") > 0,
        "{report}"
    );
}
