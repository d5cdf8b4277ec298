//! Serial numbers to the microsecond: where a number ends and a moment begins.

use super::MICROS_PER_DAY;

/// Half the distance between neighbouring serial numbers of the years 1989 to 2079, in days: 0.31 µs. A serial number is
/// off by so much at most, the difference of two and the time of day that is left of one by twice as much.
const ERROR: f64 = 1.0 / (1_u64 << 38) as f64;

/// The serial number of a day and a time of day: the nearest one that does not read as a later millisecond.
///
/// Beyond the year 2079 neighbouring numbers are more than a microsecond apart, so that the nearest number to the last
/// microsecond of a day may be the next day's.
pub fn serial(day: i64, micros: i64) -> f64 {
    let mut serial = day as f64 + micros as f64 / MICROS_PER_DAY as f64;
    let ms = |(day, micros): (i64, i64)| (day, micros.div_euclid(1000));
    while ms(parts(serial)) > ms((day, micros)) {
        serial = serial.next_down();
    }
    serial
}

/// The day and the microseconds since midnight of a serial number.
///
/// 12:34:56 has no exact serial number: the nearest one may be less, and must not read as 12:34:55. The last microsecond
/// of a second, on the other hand, must not read as the next second. So a number is taken for the millisecond that is
/// nearest when it is as near as errors of serial numbers are, which is less than a microsecond in our time.
pub(super) fn parts(serial: f64) -> (i64, i64) {
    let day = serial.floor();
    let micros = (serial - day) * MICROS_PER_DAY as f64;
    let nearest = (micros / 1000.0).round() * 1000.0;
    let micros = if (micros - nearest).abs() <= tolerance(serial) * MICROS_PER_DAY as f64 {
        nearest
    } else {
        micros.round()
    };
    let (day, micros) = (day as i64, micros as i64);
    (
        day + micros.div_euclid(MICROS_PER_DAY),
        micros.rem_euclid(MICROS_PER_DAY),
    )
}

/// How far a serial number may be from the moment that it stands for, in days.
pub fn tolerance(serial: f64) -> f64 {
    let size = serial.abs();
    let half_gap = (size.next_up() - size) / 2.0;
    // A little more, for what is lost on the way to microseconds.
    (2.0 * ERROR).max(half_gap) * (1.0 + 1.0 / 256.0)
}
