use futures_util::FutureExt as _;

use super::*;

const LIMITS: LineLimits = LineLimits {
    queued_frames: 2,
    queued_bytes: 10,
    ping_after: Duration::from_secs(20),
    dead_after: Duration::from_secs(60),
    stall: Duration::from_secs(10),
};

fn at(secs: i64) -> Timestamp {
    Timestamp::from_secs(secs)
}

fn line() -> Line {
    Line::new(LIMITS, Opener::Token(at(0)), at(0))
}

#[test]
fn frames_leave_in_order_and_the_close_comes_last() {
    let line = line();
    assert!(line.send("one".into()));
    line.close(CloseCode::Idle, "idle");
    assert!(!line.send("late".into()));
    assert_eq!(line.next(at(0)), Some(Outgoing::Frame("one".into())));
    assert_eq!(
        line.next(at(0)),
        Some(Outgoing::Close(CloseCode::Idle, "idle".into()))
    );
    assert_eq!(line.next(at(0)), None);
}

#[test]
fn the_first_reason_to_close_stands() {
    let line = line();
    line.close(CloseCode::SignedOut, "signed out");
    line.close(CloseCode::Restarting, "restart");
    assert_eq!(
        line.next(at(0)),
        Some(Outgoing::Close(CloseCode::SignedOut, "signed out".into()))
    );
}

#[test]
fn too_many_frames_end_the_connection() {
    let line = line();
    assert!(line.send("a".into()));
    assert!(line.send("b".into()));
    assert!(!line.send("c".into()));
    assert!(matches!(
        line.next(at(0)),
        Some(Outgoing::Close(CloseCode::TooManyRequests, _))
    ));
    assert_eq!(line.given_up(), Some(Cut::Slow));
}

#[test]
fn too_many_bytes_end_the_connection_but_one_big_frame_passes() {
    let line = line();
    assert!(line.send("a frame longer than the bound".into()));
    assert!(!line.send("b".into()));
}

#[test]
fn a_quiet_peer_is_pinged_once_per_interval_and_dropped_when_it_stays_quiet() {
    let line = line();
    line.sweep(at(19));
    assert_eq!(line.next(at(19)), None);
    line.sweep(at(20));
    assert_eq!(line.next(at(20)), Some(Outgoing::Ping));
    line.sweep(at(39));
    assert_eq!(line.next(at(39)), None);
    line.sweep(at(40));
    assert_eq!(line.next(at(40)), Some(Outgoing::Ping));
    line.heard(at(41));
    line.sweep(at(60));
    assert_eq!(line.next(at(60)), None);
    line.sweep(at(61));
    assert_eq!(line.next(at(61)), Some(Outgoing::Ping));
}

#[tokio::test]
async fn a_peer_that_answers_no_ping_is_cut() {
    let line = line();
    for secs in [20, 40, 60] {
        line.sweep(at(secs));
        line.next(at(secs));
    }
    assert!(!is_cut(&line), "it is looked at once more");
    line.sweep(at(61));
    line.cut.notified().await;
    assert_eq!(line.given_up(), Some(Cut::Dead));
}

#[tokio::test]
async fn a_peer_that_does_not_read_is_cut() {
    let line = line();
    line.writing(Some(at(1)));
    line.heard(at(10));
    line.sweep(at(11));
    assert!(!is_cut(&line), "it is looked at once more");
    line.sweep(at(12));
    line.cut.notified().await;
    assert_eq!(line.given_up(), Some(Cut::Stalled));
}

#[test]
fn a_clock_that_leaps_while_a_frame_is_on_its_way_drops_nobody() {
    let line = line();
    line.writing(Some(at(1)));
    line.close(CloseCode::Idle, "idle");
    line.sweep(at(100_000));
    assert!(!is_cut(&line), "the frame was on its way for a moment only");
    line.writing(None);
    let close = Outgoing::Close(CloseCode::Idle, "idle".into());
    assert_eq!(line.next(at(100_000)), Some(close));
    line.writing(Some(at(100_000)));
    line.sweep(at(100_001));
    assert!(!is_cut(&line), "the goodbye has its own time");
}

#[test]
fn a_peer_that_answers_no_ping_is_still_told_why_it_is_closed() {
    let line = line();
    for secs in [20, 40] {
        line.sweep(at(secs));
        line.next(at(secs));
    }
    line.close(CloseCode::SignedOut, "signed out");
    for secs in [60, 61, 62] {
        line.sweep(at(secs));
    }
    assert!(!is_cut(&line), "nobody has tried to tell it yet");
    let close = Outgoing::Close(CloseCode::SignedOut, "signed out".into());
    assert_eq!(line.next(at(62)), Some(close));
}

#[test]
fn a_goodbye_that_nobody_takes_is_no_cause_of_the_end() {
    let line = line();
    line.close(CloseCode::SignedOut, "signed out");
    line.writing(Some(at(1)));
    line.sweep(at(11));
    line.sweep(at(12));
    assert!(is_cut(&line));
    assert_eq!(line.given_up(), None);
}

#[test]
fn after_a_sleep_of_the_machine_the_peer_is_asked_first() {
    let line = line();
    line.sweep(at(100_000));
    assert_eq!(line.next(at(100_000)), Some(Outgoing::Ping));
    line.sweep(at(100_001));
    assert_eq!(line.next(at(100_001)), None);
    line.heard(at(100_002));
    line.sweep(at(100_003));
    assert_eq!(line.next(at(100_003)), None);
}

#[test]
fn a_long_reason_is_cut_between_characters() {
    let line = line();
    line.close(CloseCode::Idle, &"ä".repeat(100));
    let Some(Outgoing::Close(_, reason)) = line.next(at(0)) else {
        panic!("a close was asked for");
    };
    assert_eq!(reason, "ä".repeat(61));
}

/// Whether the pump was told to drop the socket.
fn is_cut(line: &Line) -> bool {
    line.cut.notified().now_or_never().is_some()
}

#[test]
fn a_frozen_line_writes_nothing_and_outlives_the_sweep() {
    let line = line();
    for secs in [20, 40] {
        line.sweep(at(secs));
        line.next(at(secs));
    }
    line.freeze();
    assert!(line.send("one".into()));
    for secs in [60, 80, 100_000] {
        line.sweep(at(secs));
        assert_eq!((line.next(at(secs)), line.held_until()), (None, None));
    }
    assert!(!is_cut(&line));
    line.thaw();
    assert_eq!(line.next(at(100_000)), Some(Outgoing::Frame("one".into())));
    line.sweep(at(100_001));
    assert!(!is_cut(&line), "it could not answer while it was frozen");
    assert_eq!(line.next(at(100_001)), Some(Outgoing::Ping));
}

#[test]
fn a_frozen_line_that_is_to_be_closed_is_cut_after_a_while() {
    let line = line();
    line.freeze();
    line.close(CloseCode::SignedOut, "signed out");
    line.sweep(at(1));
    line.sweep(at(10));
    assert!(!is_cut(&line));
    line.sweep(at(11));
    assert!(is_cut(&line));
}

#[test]
fn a_line_that_thaws_says_goodbye_after_all() {
    let line = line();
    line.freeze();
    line.close(CloseCode::SignedOut, "signed out");
    line.sweep(at(1));
    line.thaw();
    let close = Outgoing::Close(CloseCode::SignedOut, "signed out".into());
    assert_eq!(line.next(at(2)), Some(close));
    line.sweep(at(12));
    assert!(!is_cut(&line));
}

#[test]
fn a_delay_holds_frames_back_and_keeps_them_in_order() {
    let line = line();
    assert!(line.send("a".into()));
    line.delay(Duration::from_secs(60));
    let first = line.held_until().expect("what waits is held back as well");
    assert!(first > Instant::now() + Duration::from_secs(50));
    line.delay(Duration::ZERO);
    assert!(line.send("b".into()), "not held back by itself");
    line.close(CloseCode::Idle, "idle");
    assert_eq!(line.next(at(0)), None, "but nothing overtakes what is");
    assert_eq!(line.held_until(), Some(first));
}

#[test]
fn a_delay_holds_back_the_close_frame() {
    let line = line();
    line.delay(Duration::from_secs(60));
    line.close(CloseCode::Idle, "idle");
    assert_eq!(line.next(at(0)), None);
    assert!(line.held_until().is_some());
}

#[test]
fn frames_that_are_held_back_count_as_waiting() {
    let line = line();
    line.delay(Duration::from_secs(60));
    assert!(line.send("a".into()) && line.send("b".into()));
    assert!(!line.send("c".into()));
}
