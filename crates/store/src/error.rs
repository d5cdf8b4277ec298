//! SQLite's errors in the words of the store.

use fanlight_identity::StoreError;
use rusqlite::ErrorCode;

pub(crate) type Result<T> = std::result::Result<T, StoreError>;

pub(crate) fn from_sqlite(error: rusqlite::Error) -> StoreError {
    match &error {
        rusqlite::Error::SqliteFailure(failure, message) => match failure.code {
            ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => StoreError::Locked,
            ErrorCode::DiskFull => StoreError::DiskFull,
            ErrorCode::SystemIoFailure => StoreError::Disk(Box::new(error)),
            ErrorCode::ReadOnly | ErrorCode::PermissionDenied | ErrorCode::CannotOpen => StoreError::ReadOnly,
            ErrorCode::ConstraintViolation => {
                StoreError::Duplicate(duplicate(message.as_deref().unwrap_or_default()))
            }
            ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt => StoreError::Corrupt {
                table: "the file",
                problem: error.to_string(),
            },
            _ => StoreError::Other(Box::new(error)),
        },
        _ => StoreError::Other(Box::new(error)),
    }
}

fn duplicate(message: &str) -> &'static str {
    match message {
        _ if message.contains("users.subject") => "subject",
        _ if message.contains("FOREIGN KEY") => "reference to something that does not exist",
        _ => "id",
    }
}

/// A row that cannot be turned into what it should be.
pub(crate) fn corrupt(table: &'static str, problem: impl std::fmt::Display) -> StoreError {
    StoreError::Corrupt {
        table,
        problem: problem.to_string(),
    }
}
