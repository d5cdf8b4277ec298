//! A Parquet file before its values are read.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::Arc;

use ::parquet::basic::Compression;
use ::parquet::column::reader::{ColumnReader, get_column_reader};
use ::parquet::file::metadata::{
    ColumnChunkMetaData, ParquetMetaData, ParquetMetaDataOptions, ParquetMetaDataReader,
    ParquetStatisticsPolicy,
};
use ::parquet::schema::types::ColumnDescPtr;

use super::pages::Pages;
use super::{footer, refusal};
use crate::files;
use crate::problem::Complaint;

/// What a Parquet file begins and ends with; an encrypted one ends with the other.
const MAGIC: &[u8] = b"PAR1";
const ENCRYPTED_MAGIC: &[u8] = b"PARE";

/// The least file: the magic, a length, the magic.
const LEAST_BYTES: u64 = 12;

/// A file and what it says of its columns.
pub(super) struct ParquetFile {
    file: Arc<File>,
    metadata: ParquetMetaData,
}

impl ParquetFile {
    /// Opens a file and reads what it says of its columns.
    ///
    /// # Errors
    /// If it cannot be opened, is no Parquet file, is encrypted or cut off.
    pub fn open(path: &Path) -> Result<Self, Complaint> {
        let unreadable = |what: &str, error: &io::Error| {
            Complaint::new(
                format!("the file cannot be {what}: {error}"),
                "make the file readable",
            )
        };
        let mut file = files::open(path).map_err(|error| unreadable("opened", &error))?;
        let ends = Ends::of(&mut file).map_err(|error| unreadable("read", &error))?;
        let length = ends.footer_bytes()?;
        let footer = ends
            .read_footer(&mut file, length)
            .map_err(|error| unreadable("read", &error))?;
        let metadata = decode(&footer).ok_or_else(|| {
            refusal::damaged("what the file says of its columns (its footer) makes no sense")
        })?;
        Ok(Self {
            file: Arc::new(file),
            metadata,
        })
    }

    /// All columns; those inside a group have a path of several names.
    pub fn columns(&self) -> &[ColumnDescPtr] {
        self.metadata.file_metadata().schema_descr().columns()
    }

    /// The number of row groups.
    pub fn n_groups(&self) -> usize {
        self.metadata.num_row_groups()
    }

    /// The number of rows. Row groups know better than the file: some writers left the file's number at zero.
    ///
    /// # Errors
    /// If a number is negative.
    pub fn n_rows(&self) -> Result<u64, Complaint> {
        let mut groups = self.metadata.row_groups().iter();
        groups
            .try_fold(0_u64, |sum, group| {
                sum.checked_add(u64::try_from(group.num_rows()).ok()?)
            })
            .ok_or_else(|| refusal::damaged("the file says that it has fewer than no rows"))
    }

    /// Refuses a column that is stored in a way that is not supported.
    ///
    /// # Errors
    /// If it is compressed with a codec of old, or kept in another file.
    pub fn check_storage(&self, position: usize) -> Result<(), Complaint> {
        let chunks = self.metadata.row_groups().iter();
        chunks
            .filter_map(|group| group.columns().get(position))
            .try_for_each(check_chunk)
    }

    /// The values of a column in a row group.
    ///
    /// # Errors
    /// If the file has no such chunk, or it is damaged.
    pub fn values(&self, group: usize, position: usize) -> Result<ColumnReader, Complaint> {
        let chunk = self.metadata.row_group(group).columns().get(position);
        let Some(chunk) = chunk else {
            return Err(refusal::damaged(
                "a row group of the file has fewer columns than the others",
            ));
        };
        let pages = Pages::new(&self.file, chunk, self.metadata.file_metadata().created_by())
            .map_err(|error| refusal::of(&error))?;
        Ok(get_column_reader(chunk.column_descr_ptr(), Box::new(pages)))
    }
}

fn decode(footer: &[u8]) -> Option<ParquetMetaData> {
    // Statistics are of no use here, and may be what makes no sense.
    let options = ParquetMetaDataOptions::new()
        .with_column_stats_policy(ParquetStatisticsPolicy::SkipAll)
        .with_encoding_stats_policy(ParquetStatisticsPolicy::SkipAll)
        .with_size_stats_policy(ParquetStatisticsPolicy::SkipAll);
    let decode = |footer: &[u8]| ParquetMetaDataReader::decode_metadata_with_options(footer, Some(&options));
    decode(footer)
        .or_else(|error| match footer::mended(footer) {
            Some(mended) => decode(&mended),
            None => Err(error),
        })
        .ok()
}

fn check_chunk(chunk: &ColumnChunkMetaData) -> Result<(), Complaint> {
    if chunk.compression() == Compression::LZO {
        return Err(Complaint::new(
            "it is compressed with LZO, which is not supported",
            refusal::WRITE_ANEW,
        ));
    }
    if chunk.file_path().is_some_and(|path| !path.is_empty()) {
        return Err(Complaint::new(
            "its values are in another file",
            "write the table into one file",
        ));
    }
    Ok(())
}

/// The first and last bytes of a file.
struct Ends {
    size_bytes: u64,
    first: [u8; 4],
    /// The length of the footer and the magic.
    last: [u8; 8],
}

impl Ends {
    fn of(file: &mut File) -> io::Result<Self> {
        let mut ends = Self {
            size_bytes: file.metadata()?.len(),
            first: [0; 4],
            last: [0; 8],
        };
        if ends.size_bytes >= LEAST_BYTES {
            file.read_exact(&mut ends.first)?;
            file.seek(SeekFrom::End(-8))?;
            file.read_exact(&mut ends.last)?;
        }
        Ok(ends)
    }

    fn read_footer(&self, file: &mut File, length: u64) -> io::Result<Vec<u8>> {
        let mut footer = Vec::new();
        file.seek(SeekFrom::Start(self.size_bytes - 8 - length))?;
        file.take(length).read_to_end(&mut footer)?;
        Ok(footer)
    }

    /// The length of the footer.
    ///
    /// # Errors
    /// If the file is no Parquet file, is encrypted or cut off.
    fn footer_bytes(&self) -> Result<u64, Complaint> {
        let (length, magic) = self.last.split_at(4);
        if self.first == ENCRYPTED_MAGIC || magic == ENCRYPTED_MAGIC {
            return Err(Complaint::new(
                "the file is encrypted",
                "write it without encryption",
            ));
        }
        if self.first != MAGIC {
            return Err(Complaint::new(
                "the file is not Parquet",
                "correct `source`, or write the file anew",
            ));
        }
        let cut_off = || {
            let fix = "copy the file again, or write it anew";
            Complaint::new("the file is cut off: its end is missing", fix)
        };
        if magic != MAGIC {
            return Err(cut_off());
        }
        let length = length
            .try_into()
            .map_or(u64::MAX, |bytes| u64::from(u32::from_le_bytes(bytes)));
        if length > self.size_bytes - LEAST_BYTES {
            return Err(cut_off());
        }
        Ok(length)
    }
}
