use fanlight_base::{SeededEntropy, Timestamp};
use tokio::sync::broadcast::error::TryRecvError;

use super::*;

fn feed(seed: u64) -> Feed {
    Feed::new(&SeededEntropy::new(seed))
}

fn push(feed: &Feed, count: usize) {
    for _ in 0..count {
        feed.push(&Happening::new(Timestamp::from_secs(1), Kind::Login));
    }
}

fn missed(feed: &Feed, last: &str) -> Option<usize> {
    match feed.subscribe(Some(last)).unwrap().0 {
        Missed::Events(events) => Some(events.len()),
        Missed::TooMuch => None,
    }
}

#[test]
fn a_reader_who_comes_back_gets_what_was_missed_and_then_what_is_new() {
    let feed = feed(1);
    let (_, mut live) = feed.subscribe(None).unwrap();
    push(&feed, 3);
    let first = live.try_recv().unwrap();
    assert_eq!(missed(&feed, &first.id), Some(2));
    let (_, mut again) = feed.subscribe(Some(&first.id)).unwrap();
    assert_eq!(again.try_recv().unwrap_err(), TryRecvError::Empty);
    push(&feed, 1);
    assert!(again.try_recv().unwrap().id.ends_with("-4"));
}

#[test]
fn who_has_missed_too_much_or_another_run_is_told() {
    let feed = feed(1);
    let (_, mut live) = feed.subscribe(None).unwrap();
    push(&feed, 1);
    let first = live.try_recv().unwrap();
    push(&feed, KEPT);
    assert_eq!(missed(&feed, &first.id), Some(KEPT), "just all that is kept");
    push(&feed, 1);
    assert_eq!(missed(&feed, &first.id), None);
    let other_run = Feed::new(&SeededEntropy::new(2));
    push(&other_run, 5);
    assert_eq!(missed(&other_run, &first.id), None);
    for nonsense in ["", "7", "x-1", &format!("{}-999999", feed.run)] {
        assert_eq!(missed(&feed, nonsense), None, "{nonsense}");
    }
}

#[test]
fn a_slow_reader_is_dropped_and_a_stop_ends_all() {
    let feed = feed(1);
    let (_, mut slow) = feed.subscribe(None).unwrap();
    push(&feed, BEHIND + 1);
    assert!(matches!(slow.try_recv(), Err(TryRecvError::Lagged(_))));
    let (_, mut live) = feed.subscribe(None).unwrap();
    feed.close();
    assert_eq!(live.try_recv().unwrap_err(), TryRecvError::Closed);
    assert!(feed.subscribe(None).is_none());
}
