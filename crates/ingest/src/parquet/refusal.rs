//! What to say of a file that cannot be decoded. The decoder's own messages speak of its inside, so none is passed on.

use std::io;

use ::parquet::errors::ParquetError;

use crate::problem::Complaint;

/// What helps with nearly every file that cannot be decoded.
pub(super) const WRITE_ANEW: &str = "write the file anew, with zstd or snappy";

/// A complaint about damaged data.
pub(super) fn damaged(message: impl Into<String>) -> Complaint {
    Complaint::new(message, "write the file anew from its source")
}

/// The complaint for an error of the decoder.
pub(super) fn of(error: &ParquetError) -> Complaint {
    match error {
        ParquetError::NYI(_) => Complaint::new("it is encoded in a way that is not supported", WRITE_ANEW),
        ParquetError::EOF(_) | ParquetError::NeedMoreData(_) | ParquetError::NeedMoreDataRange(_) => {
            damaged("its data end too early")
        }
        ParquetError::General(message) if message.contains("checksum") => {
            damaged("its data are damaged: they do not fit their checksum")
        }
        ParquetError::External(error) => match error.downcast_ref::<io::Error>() {
            Some(error) if error.raw_os_error().is_some() => Complaint::new(
                format!("the file cannot be read: {error}"),
                "make the file readable",
            ),
            _ => damaged("its data are damaged: they cannot be decompressed or decoded"),
        },
        _ => damaged("its data are damaged: they cannot be decompressed or decoded"),
    }
}
