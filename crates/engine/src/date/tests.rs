use proptest::prelude::*;

use super::*;
use crate::locale::Locale;

fn write(pattern: &str, serial: f64) -> String {
    Pattern::new(pattern).write(serial, &Locale::default()).unwrap()
}

fn read(pattern: &str, text: &str) -> Option<f64> {
    Pattern::new(pattern).read(text, &Locale::default())
}

/// Wednesday 1997-08-06 21:05:09.070
const MOMENT: f64 = 35_648.0 + (21.0 * 3600.0 + 5.0 * 60.0 + 9.07) / 86_400.0;

#[test]
fn writes_every_letter() {
    for (pattern, expected) in [
        ("D DD", "6 06"),
        ("WWW WWWW", "Wed Wednesday"),
        ("M MM MMM MMMM", "8 08 Aug August"),
        ("YY YYYY", "97 1997"),
        ("h hh m mm s ss f fff", "21 21 5 05 9 09 0 070"),
        ("h:mm TT", "9:05 PM"),
        ("h:mm tt", "9:05 pm"),
        ("YYYY-MM-DDThh:mm", "1997-08-06T21:05"),
        ("M/D/YYYY h:mm:ss[.fff] TT", "8/6/1997 9:05:09.070 PM"),
        ("YYYYMMDD", "19970806"),
        ("dd.MM.yyyy HH:mm", "06.08.1997 21:05"),
        ("[", "["),
    ] {
        assert_eq!(write(pattern, MOMENT), expected, "{pattern}");
    }
    assert_eq!(write("h:mm:ss[.fff] TT", 0.0), "12:00:00 AM");
    assert_eq!(write("h TT", 0.5), "12 PM");
    assert_eq!(Pattern::new("YYYY").write(1e9, &Locale::default()), None);
}

#[test]
fn reads_what_fits_wholly() {
    for (pattern, text, expected) in [
        ("M/D/YYYY", "8/6/1997", Some(35_648.0)),
        ("YYYYMMDD", "19970806", Some(35_648.0)),
        ("YYMMDD", "970806", Some(35_648.0)),
        ("D MMM YYYY", "6 aug 1997", Some(35_648.0)),
        ("MMMM D, YYYY", "August 6, 1997", Some(35_648.0)),
        ("WWW D MMM YYYY", "Wed 6 Aug 1997", Some(35_648.0)),
        ("MMM-YY", "Aug-97", Some(35_643.0)),
        ("YYYY", "1997", Some(35_431.0)),
        ("D/M/YY", "1/1/30", Some(47_484.0)),
        ("hh:mm", "09:00", Some(0.375)),
        ("h:mm TT", "9:00 pm", Some(0.875)),
        ("hh:mm:ss[.fff]", "09:00:00", Some(0.375)),
        ("M/D/YYYY", "8/6/97", None),
        ("M/D/YYYY", "8/6/1997x", None),
        ("M/D/YYYY", "8-6-1997", None),
        ("M/D/YYYY", "2/29/2023", None),
        ("h:mm TT", "13:00 PM", None),
        ("h:mm TT", "0:30 AM", None),
        ("h:mm TT", "9:00", None),
        ("hh:mm", "24:00", None),
        ("hh:mm", "10:60", None),
        ("MMM", "Foo", None),
        ("D", "6", None),
    ] {
        assert_eq!(read(pattern, text), expected, "{text} as {pattern}");
    }
}

#[test]
fn durations_overflow_into_the_largest_letter() {
    let write = |pattern: &str, days| {
        Pattern::new(pattern)
            .write_interval(days, &Locale::default())
            .unwrap()
    };
    assert_eq!(write("hh:mm:ss", 1.375), "33:00:00");
    assert_eq!(write("D hh:mm", 1.375), "1 09:00");
    assert_eq!(write("mm:ss", 0.0625), "90:00");
    assert_eq!(write("s", 1.0), "86400");
    assert_eq!(write("h:mm", -0.25), "-6:00");
    assert_eq!(write("D h", 2.5), "2 12");
    assert_eq!(
        Pattern::new("h").write_interval(f64::INFINITY, &Locale::default()),
        None
    );
    let read = |pattern: &str, text: &str| Pattern::new(pattern).read_interval(text, &Locale::default());
    assert_eq!(read("D hh:mm", "1 09:00"), Some(1.375));
    assert_eq!(read("hh:mm:ss", "-33:00:00"), Some(-1.375));
    assert_eq!(read("hh:mm", "x"), None);
}

#[test]
fn intervals_have_no_half_days() {
    let pattern = Pattern::new("h:mm:ss TT").without_half_days();
    assert_eq!(pattern, Pattern::new("h:mm:ss"));
}

#[test]
fn every_second_of_a_day_is_written_as_it_was_read_and_so_is_the_microsecond_before_it() {
    let pattern = Pattern::new("YYYY-MM-DD hh:mm:ss");
    let locale = Locale::default();
    let text = |day: i64, second: i64| {
        let date = Civil::from_serial(day).unwrap();
        let (hour, minute) = (second / 3600, second / 60 % 60);
        let (year, month, of_month, second) = (date.year, date.month, date.day, second % 60);
        format!("{year}-{month:02}-{of_month:02} {hour:02}:{minute:02}:{second:02}")
    };
    // Days of 1900, 1944, 1989, 2021, 2079 and 2100: with each power of two, numbers get half as close.
    for day in [2, 16_384, 32_768, 44_561, 65_535, 65_536, 73_400] {
        for second in 0..86_400 {
            let whole = text(day, second);
            let read = pattern.read(&whole, &locale).unwrap();
            assert_eq!(pattern.write(read, &locale), Some(whole.clone()));
            // As other programs count, and with what is lost when the day is taken away.
            let other = day as f64 + second as f64 / 86_400.0;
            assert_eq!(pattern.write(other, &locale), Some(whole.clone()));
            let frac = other - other.floor();
            assert_eq!(
                DateTime::from_serial(frac).unwrap().second(),
                second % 60,
                "{whole}"
            );
            let last = serial(day, second * 1_000_000 + 999_999);
            assert_eq!(pattern.write(last, &locale), Some(whole.clone()));
            let nearest = day as f64 + (second * 1_000_000 + 999_999) as f64 / MICROS_PER_DAY as f64;
            let next = day as f64 + (second + 1) as f64 / 86_400.0;
            if nearest != next && day < 65_536 {
                assert_eq!(pattern.write(nearest, &locale), Some(whole));
            }
        }
    }
}

#[test]
fn fractions_of_a_second_are_cut_off() {
    let of = |text: &str| read("YYYY-MM-DD hh:mm:ss[.fff]", text).unwrap();
    for (text, shown) in [
        ("2021-12-31 23:59:59.999999", "2021-12-31 23:59:59.999 .9 .999999"),
        (
            "2021-12-31 23:59:59.9999999",
            "2021-12-31 23:59:59.999 .9 .999999",
        ),
        (
            "2021-12-31 23:59:59.999999999",
            "2021-12-31 23:59:59.999 .9 .999999",
        ),
        (
            "2021-12-31 23:59:59.999999999999",
            "2021-12-31 23:59:59.999 .9 .999999",
        ),
        ("2021-12-31 23:59:59.0009", "2021-12-31 23:59:59 .0 .000900"),
        ("2021-12-31 23:59:59.25", "2021-12-31 23:59:59.250 .2 .250000"),
        ("1969-12-31 23:59:59.999999", "1969-12-31 23:59:59.999 .9 .999999"),
        ("1880-01-01 00:00:00.000001", "1880-01-01 00:00:00 .0 .000001"),
    ] {
        assert_eq!(
            write("YYYY-MM-DD hh:mm:ss[.fff] .f .ffffff", of(text)),
            shown,
            "{text}"
        );
    }
    assert_eq!(write("s[.ffffff]", of("2021-12-31 23:59:59.000001")), "59.000001");
    assert_eq!(write("s[.f]", of("2021-12-31 23:59:59.09")), "59");
    let time = read("hh:mm:ss[.fff]", "23:59:59.999999").unwrap();
    assert_eq!(write("hh:mm:ss", time), "23:59:59");
}

proptest! {
    #[test]
    fn no_moment_reads_as_a_later_second(day in -693_593_i64..=2_958_465, micros in 0..MICROS_PER_DAY) {
        let moment = DateTime::from_serial(serial(day, micros)).unwrap();
        prop_assert_eq!(moment.date, Civil::from_serial(day).unwrap());
        prop_assert_eq!((moment.hour(), moment.minute()), (micros / 3_600_000_000, micros / 60_000_000 % 60));
        prop_assert_eq!(moment.micros / 1000, micros / 1000);
    }

    #[test]
    fn moments_are_read_back(serial in 1.0f64..2_900_000.0) {
        let moment = DateTime::from_serial(serial).unwrap();
        let serial = DateTime { micros: moment.micros / 1000 * 1000, ..moment }.serial();
        for pattern in ["M/D/YYYY h:mm:ss[.fff] TT", "YYYYMMDD hh:mm:ss.fff", "D MMMM YYYY hh.mm.ss.fff"] {
            let text = write(pattern, serial);
            prop_assert_eq!(read(pattern, &text), Some(serial), "{}", text);
        }
    }

    #[test]
    fn nothing_panics(pattern in "\\PC{0,12}", letters in "[DWMYhmsfT\\[\\] :0-9]{0,12}", text in "\\PC{0,12}", num in prop::num::f64::ANY) {
        let locale = Locale::default();
        for pattern in [Pattern::new(&pattern), Pattern::new(&letters)] {
            let _ = (pattern.read(&text, &locale), pattern.read_interval(&text, &locale));
            let written = pattern.write(num, &locale).unwrap_or_default();
            let _ = (pattern.read(&written, &locale), pattern.write_interval(num, &locale));
            let _ = pattern.without_half_days();
        }
    }
}
