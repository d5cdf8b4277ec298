//! The data folder: one process at a time has it.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{Read as _, Seek as _, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

/// The file whose lock says that the folder is in use. What is in it is for people.
const LOCK_FILE: &str = "fanlight.lock";
/// More of a lock file is not read.
const MAX_OWNER_BYTES: u64 = 200;

/// A data folder that belongs to this process until it is dropped, or until the process ends, however it ends.
#[derive(Debug)]
pub struct DataFolder {
    path: PathBuf,
    /// The system holds the lock for as long as the file is open.
    _lock: File,
}

impl DataFolder {
    /// Makes the folder if it is not there, and takes it. `command` is what this process is known by, and `setting` is
    /// where another folder could be named. Nothing in the folder is touched before it belongs to this process.
    ///
    /// # Errors
    /// Another process has it, which is named; or the folder cannot be made or locked.
    pub fn take(path: &Path, command: &str, setting: &str) -> Result<Self> {
        make(path).with_context(|| format!("{} cannot be created", path.display()))?;
        let lock_path = path.join(LOCK_FILE);
        let mut lock =
            open_lock(&lock_path).with_context(|| format!("{} cannot be opened", lock_path.display()))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => bail!(
                "{} is in use by {}; stop that process, or name another folder by {setting}",
                path.display(),
                owner(&mut lock)
            ),
            Err(TryLockError::Error(error)) => {
                return Err(error).with_context(|| {
                    format!(
                        "{} cannot be locked; put the data folder on a disk of this machine",
                        lock_path.display()
                    )
                });
            }
        }
        sign(&mut lock, command).with_context(|| format!("{} cannot be written", lock_path.display()))?;
        close_to_others(path).with_context(|| format!("{} cannot be made private", path.display()))?;
        Ok(Self {
            path: path.to_owned(),
            _lock: lock,
        })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

/// Makes `path`, readable by its owner only from its first moment. One that is there stays as it is.
fn make(path: &Path) -> std::io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt as _;
        builder.mode(0o700);
    }
    builder.create(path)
}

/// One that was there before may be open to others.
fn close_to_others(path: &Path) -> std::io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        fs::set_permissions(path, fs::Permissions::from_mode(0o700))?;
    }
    #[cfg(not(unix))]
    let _ = path;
    Ok(())
}

fn open_lock(path: &Path) -> std::io::Result<File> {
    let mut options = OpenOptions::new();
    // Whoever has it has written it; it is cleared by whoever gets it.
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    options.open(path)
}

/// Writes who has the folder.
fn sign(lock: &mut File, command: &str) -> std::io::Result<()> {
    lock.set_len(0)?;
    lock.rewind()?;
    writeln!(lock, "process {} (fanlight {command})", std::process::id())
}

/// What the lock file says of who has the folder.
fn owner(lock: &mut File) -> String {
    let mut text = String::new();
    let read = lock.take(MAX_OWNER_BYTES).read_to_string(&mut text);
    match text.lines().next() {
        Some(line) if read.is_ok() && !line.trim().is_empty() => line.trim().to_owned(),
        // It has the lock and has not written yet, or the system lets nobody else read a locked file.
        _ => "another fanlight process".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_has_one_owner_at_a_time_and_the_other_is_told_who() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("data");
        let first = DataFolder::take(&path, "demo", "--data").unwrap();
        let refused = DataFolder::take(&path, "serve", "server.data").unwrap_err();
        assert_eq!(
            refused.to_string(),
            format!(
                "{} is in use by process {} (fanlight demo); stop that process, or name another folder by server.data",
                path.display(),
                std::process::id()
            )
        );
        drop(first);
        let second = DataFolder::take(&path, "serve", "server.data").unwrap();
        assert_eq!(second.path(), path);
        let text = fs::read_to_string(path.join(LOCK_FILE)).unwrap();
        assert_eq!(text, format!("process {} (fanlight serve)\n", std::process::id()));
    }

    #[cfg(unix)]
    #[test]
    fn a_refused_process_leaves_the_folder_as_it_was() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let _first = DataFolder::take(folder.path(), "serve", "server.data").unwrap();
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o750)).unwrap();
        let before = fs::read_to_string(folder.path().join(LOCK_FILE)).unwrap();
        DataFolder::take(folder.path(), "demo", "--data").unwrap_err();
        let mode = fs::metadata(folder.path()).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o750);
        assert_eq!(fs::read_to_string(folder.path().join(LOCK_FILE)).unwrap(), before);
    }

    #[cfg(unix)]
    #[test]
    fn a_folder_that_was_open_to_others_is_private_once_it_is_taken() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
        let _taken = DataFolder::take(folder.path(), "serve", "server.data").unwrap();
        let mode = fs::metadata(folder.path()).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o700);
    }
}
