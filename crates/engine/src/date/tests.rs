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

proptest! {
    #[test]
    fn moments_are_read_back(serial in 1.0f64..2_900_000.0) {
        let serial = DateTime::from_serial(serial).unwrap().serial();
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
