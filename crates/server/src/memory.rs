//! How much memory the process has taken from the machine, and how much there is.

use std::fs;

/// So much of what there is may be taken before nothing new begins, in hundredths: the rest is for what has begun.
const SHARE: usize = 75;

/// Where a container's limit is said: by the second version of the kernel's groups, and by the first.
const LIMITS: [&str; 2] = [
    "/sys/fs/cgroup/memory.max",
    "/sys/fs/cgroup/memory/memory.limit_in_bytes",
];

/// The most bytes that the process may take: those that are configured, or three quarters of what the machine, or its
/// container, has. Without any limit where that is not known.
pub fn ceiling(configured: usize) -> usize {
    if configured > 0 {
        return configured;
    }
    let machine = read("/proc/meminfo").and_then(|text| kilobytes(&text, "MemTotal:"));
    let containers = LIMITS.iter().filter_map(|path| bytes(&read(path)?));
    let least = machine.into_iter().chain(containers).min();
    least.map_or(usize::MAX, |bytes| bytes / 100 * SHARE)
}

/// The bytes that the process has taken, where the machine says so.
pub fn taken() -> Option<usize> {
    kilobytes(&read("/proc/self/status")?, "VmRSS:")
}

fn read(path: &str) -> Option<String> {
    fs::read_to_string(path).ok()
}

/// The number behind a name, in bytes: `MemTotal:  24683 kB`.
fn kilobytes(text: &str, name: &str) -> Option<usize> {
    let line = text.lines().find_map(|line| line.strip_prefix(name))?;
    let number: usize = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    number.checked_mul(1024)
}

/// A number of bytes; none where it says `max`.
fn bytes(text: &str) -> Option<usize> {
    text.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kernels_words_are_read() {
        let meminfo = "MemTotal:       24683412 kB\nMemFree:        123 kB\n";
        assert_eq!(kilobytes(meminfo, "MemTotal:"), Some(24_683_412 * 1024));
        assert_eq!(kilobytes(meminfo, "VmRSS:"), None);
        assert_eq!(bytes("536870912\n"), Some(536_870_912));
        assert_eq!(bytes("max\n"), None);
    }

    #[test]
    fn what_is_configured_counts() {
        assert_eq!(ceiling(1 << 30), 1 << 30);
        assert!(ceiling(0) > 1 << 20);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn this_process_takes_something() {
        assert!(taken().is_some_and(|bytes| bytes > 1 << 20));
    }
}
