//! Files that hold secrets, and files that appear whole or not at all.

use std::fs;
use std::io::Write as _;
use std::path::Path;

use anyhow::{Context as _, Result};

/// Makes `folder`, readable by its owner only.
pub fn private_folder(folder: &Path) -> Result<()> {
    fs::create_dir_all(folder).with_context(|| format!("{} cannot be created", folder.display()))?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        fs::set_permissions(folder, fs::Permissions::from_mode(0o700))?;
    }
    Ok(())
}

/// Writes a secret, readable by its owner only, whole or not at all.
pub fn write_private(path: &Path, content: &[u8]) -> Result<()> {
    write_whole(path, content, 0o600)
}

/// Writes `content` beside `path` and then renames it, so that a crash leaves the old file or the new one.
pub fn write_whole(path: &Path, content: &[u8], mode: u32) -> Result<()> {
    let beside = path.with_added_extension("new");
    let failed = || format!("{} cannot be written", path.display());
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(mode);
    }
    #[cfg(not(unix))]
    let _ = mode;
    let mut file = options.open(&beside).with_context(failed)?;
    file.write_all(content).with_context(failed)?;
    file.sync_all().with_context(failed)?;
    fs::rename(&beside, path).with_context(failed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_for_its_owner_only() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key.pem");
        write_private(&path, b"secret").unwrap();
        write_private(&path, b"another").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"another");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        }
    }
}
