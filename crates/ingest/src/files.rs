//! The files of an app folder. Only regular files below real folders are opened: a named pipe would hold the reader up
//! for as long as nobody writes to it, a device has no end, and a link leads out of the folder.

use std::fs::{self, File, FileType, Metadata, OpenOptions};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use crate::limits::Limits;
use crate::problem::{Complaint, Place, Problem, SourceFile, problem_in};

/// What to do about whatever is no regular file.
const FIX: &str = "put the file itself there: an app is a folder of regular files";

/// Why a file of the app folder is not opened.
#[derive(Debug)]
pub(crate) enum Refusal {
    /// There is none, or it may not be looked at.
    Unreadable(io::Error),
    /// Something on the way, or at its end, is no file or folder.
    Special {
        /// Below the app's folder.
        path: PathBuf,
        what: &'static str,
    },
}

impl Refusal {
    pub fn complaint(&self, path: &Path, fix: &str) -> Complaint {
        let shown = path.display().to_string();
        match self {
            Self::Unreadable(error) => Complaint::new(format!("{shown:?} cannot be read: {error}"), fix),
            Self::Special { path: part, what } if part == path => {
                Complaint::new(format!("{shown:?} is {what}, which is not opened"), FIX)
            }
            Self::Special { path: part, what } => {
                let part = part.display().to_string();
                Complaint::new(
                    format!("{shown:?} is not opened, because {part:?} on the way to it is {what}"),
                    FIX,
                )
            }
        }
    }
}

/// Looks at what stands at `path` below the app's folder, without opening it.
///
/// # Errors
/// If it is no regular file, or the way to it leads over anything but folders.
pub(crate) fn look(dir: &Path, path: &Path) -> Result<Metadata, Refusal> {
    let mut so_far = PathBuf::new();
    let n_parts = path.components().count();
    let mut found = None;
    for (position, part) in path.components().enumerate() {
        so_far.push(part);
        let metadata = fs::symlink_metadata(dir.join(&so_far)).map_err(Refusal::Unreadable)?;
        let is_last = position + 1 == n_parts;
        let fits = if is_last {
            metadata.is_file()
        } else {
            metadata.is_dir()
        };
        if !fits {
            let what = kind(metadata.file_type());
            return Err(Refusal::Special { path: so_far, what });
        }
        found = Some(metadata);
    }
    found.ok_or_else(|| Refusal::Unreadable(io::Error::from(io::ErrorKind::NotFound)))
}

/// Opens a regular file. It never waits, even if somebody has put a named pipe there since it was looked at.
///
/// # Errors
/// If it cannot be opened or is no regular file.
pub(crate) fn open(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.custom_flags(libc::O_NOFOLLOW | libc::O_NONBLOCK);
    }
    let file = options.open(path)?;
    if !file.metadata()?.is_file() {
        return Err(io::Error::other("it is no regular file"));
    }
    Ok(file)
}

/// Reads a text file of the app.
///
/// # Errors
/// If it is no regular file, is too long, or is not UTF-8.
pub(crate) fn read_text(dir: &Path, path: PathBuf, limits: &Limits) -> Result<SourceFile, Box<Problem>> {
    let in_file = |complaint| Box::new(problem_in(&path, complaint));
    let metadata = look(dir, &path)
        .map_err(|refusal| in_file(refusal.complaint(&path, "add it, or make it readable")))?;
    if metadata.len() > limits.text_file_bytes {
        let message = format!(
            "the file has {} bytes, more than {}",
            metadata.len(),
            limits.text_file_bytes
        );
        return Err(in_file(Complaint::new(message, "split it")));
    }
    let mut bytes = Vec::new();
    let read =
        open(&dir.join(&path)).and_then(|file| file.take(limits.text_file_bytes).read_to_end(&mut bytes));
    if let Err(error) = read {
        let message = format!("the file cannot be read: {error}");
        return Err(in_file(Complaint::new(message, "make it readable")));
    }
    match String::from_utf8(bytes) {
        Ok(text) => Ok(SourceFile { path, text }),
        Err(error) => {
            let len = error.utf8_error().valid_up_to();
            let sound = std::str::from_utf8(&error.as_bytes()[..len]).unwrap_or_default();
            let complaint = Complaint::new("the bytes here are not UTF-8", "save the file as UTF-8");
            Err(in_file(complaint.at(Place::of_byte(sound, len))))
        }
    }
}

/// Refuses whatever in the folder is no file or folder, whether the app names it or not. `known` has been refused already.
pub(crate) fn check(dir: &Path, known: &[&Path], limits: &Limits, problems: &mut Vec<Problem>) {
    let mut open = vec![PathBuf::new()];
    let mut n_entries = 0;
    while let Some(folder) = open.pop() {
        let Ok(entries) = fs::read_dir(dir.join(&folder)) else {
            continue;
        };
        let mut names: Vec<_> = entries
            .filter_map(Result::ok)
            .map(|entry| entry.file_name())
            .collect();
        names.sort();
        n_entries += names.len();
        if n_entries > limits.folder_entries {
            let message = format!(
                "the folder has more than {} files and folders",
                limits.folder_entries
            );
            let complaint = Complaint::new(message, "keep only what belongs to the app in its folder");
            problems.push(problem_in(&folder.join("."), complaint));
            return;
        }
        for name in names {
            let path = folder.join(name);
            let Ok(metadata) = fs::symlink_metadata(dir.join(&path)) else {
                continue;
            };
            if metadata.is_dir() {
                open.push(path);
            } else if !metadata.is_file() && !known.iter().any(|known| known.starts_with(&path)) {
                let what = kind(metadata.file_type());
                let refusal = Refusal::Special {
                    path: path.clone(),
                    what,
                };
                problems.push(problem_in(&path, refusal.complaint(&path, FIX)));
            }
        }
    }
}

fn kind(file_type: FileType) -> &'static str {
    #[cfg(unix)]
    {
        use std::os::unix::fs::FileTypeExt as _;
        if file_type.is_fifo() {
            return "a named pipe";
        }
        if file_type.is_socket() {
            return "a socket";
        }
        if file_type.is_block_device() || file_type.is_char_device() {
            return "a device";
        }
    }
    if file_type.is_symlink() {
        "a symbolic link"
    } else if file_type.is_dir() {
        "a folder"
    } else {
        "no folder"
    }
}
