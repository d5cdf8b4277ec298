//! Figures from runs.

use std::time::Duration;

/// The value in the middle; zero of none.
pub fn median(runs: &mut [Duration]) -> Duration {
    percentile(runs, 50)
}

/// The value that this percentage of the runs do not exceed; zero of none.
pub fn percentile(runs: &mut [Duration], percent: usize) -> Duration {
    runs.sort_unstable();
    let last = runs.len().saturating_sub(1);
    runs.get(last * percent / 100).copied().unwrap_or_default()
}

/// Milliseconds.
pub fn millis(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e3
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_is_found_whatever_the_order() {
        let mut runs = [5, 1, 9].map(Duration::from_millis);
        assert_eq!(median(&mut runs), Duration::from_millis(5));
        assert_eq!(percentile(&mut runs, 100), Duration::from_millis(9));
        assert_eq!(median(&mut []), Duration::ZERO);
    }
}
