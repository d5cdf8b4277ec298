//! The pages of a column chunk, as writers of old meant them.

use std::fs::File;
use std::sync::Arc;

use ::parquet::column::page::{Page, PageMetadata, PageReader};
use ::parquet::errors::ParquetError;
use ::parquet::file::metadata::ColumnChunkMetaData;
use ::parquet::file::serialized_reader::SerializedPageReader;

type Result<T> = std::result::Result<T, ParquetError>;

/// The longest header that a dictionary page is thought to have.
const DICTIONARY_HEADER_BYTES: u64 = 100;

/// The pages of a column chunk, until they have as many values as the chunk.
pub(super) struct Pages {
    pages: SerializedPageReader<File>,
    values_left: i64,
}

impl Pages {
    /// The pages of `chunk`, in a file that was written by a program that calls itself `created_by`.
    ///
    /// # Errors
    /// If the chunk's place makes no sense.
    pub fn new(file: &Arc<File>, chunk: &ColumnChunkMetaData, created_by: Option<&str>) -> Result<Self> {
        let mut builder = chunk.clone().into_builder();
        // No page is where the file begins: a place of zero means that there is no dictionary.
        if chunk.dictionary_page_offset().is_some_and(|place| place <= 0) {
            builder = builder.set_dictionary_page_offset(None);
        }
        let chunk = builder.build()?;
        let (start, len) = place(&chunk)?;
        let mut builder = chunk.clone().into_builder();
        if created_by.is_some_and(leaves_out_headers) {
            let rest = file.metadata()?.len().saturating_sub(start.saturating_add(len));
            let padded = len.saturating_add(rest.min(DICTIONARY_HEADER_BYTES));
            builder = builder.set_total_compressed_size(i64::try_from(padded)?);
        }
        // The number of rows is only of use with a page index, and none is read.
        let pages = SerializedPageReader::new(Arc::clone(file), &builder.build()?, 0, None)?;
        Ok(Self {
            pages,
            values_left: chunk.num_values(),
        })
    }
}

impl Iterator for Pages {
    type Item = Result<Page>;

    fn next(&mut self) -> Option<Self::Item> {
        self.get_next_page().transpose()
    }
}

impl PageReader for Pages {
    fn get_next_page(&mut self) -> Result<Option<Page>> {
        if self.values_left <= 0 {
            return Ok(None);
        }
        let page = self.pages.get_next_page()?;
        if let Some(Page::DataPage { num_values, .. } | Page::DataPageV2 { num_values, .. }) = &page {
            self.values_left -= i64::from(*num_values);
        }
        Ok(page)
    }

    fn peek_next_page(&mut self) -> Result<Option<PageMetadata>> {
        if self.values_left <= 0 {
            return Ok(None);
        }
        self.pages.peek_next_page()
    }

    fn skip_next_page(&mut self) -> Result<()> {
        self.pages.skip_next_page()
    }
}

/// Where a chunk begins and how long it is. The decoder takes negative numbers for a mistake of its caller.
fn place(chunk: &ColumnChunkMetaData) -> Result<(u64, u64)> {
    let start = chunk
        .dictionary_page_offset()
        .unwrap_or_else(|| chunk.data_page_offset());
    Ok((u64::try_from(start)?, u64::try_from(chunk.compressed_size())?))
}

/// Whether the program is parquet-mr before 1.2.9, which did not count the header of a dictionary page as part of the
/// chunk, so that the chunk is longer than it says.
fn leaves_out_headers(created_by: &str) -> bool {
    let Some(rest) = created_by.strip_prefix("parquet-mr") else {
        return false;
    };
    let version: Vec<u32> = rest
        .split(|c: char| !c.is_ascii_digit())
        .filter(|part| !part.is_empty())
        .take(3)
        .map_while(|part| part.parse().ok())
        .collect();
    version.as_slice() < [1, 2, 9].as_slice()
}

#[cfg(test)]
mod tests {
    use super::leaves_out_headers;

    #[test]
    fn old_writers_are_known_by_their_version() {
        for (created_by, old) in [
            ("parquet-mr", true),
            ("parquet-mr version 1.2.8 (build abc)", true),
            ("parquet-mr version 1.2.9", false),
            ("parquet-mr version 1.12.0-201812210311360288-a86293f", false),
            ("parquet-rs version 0.3.0", false),
            ("parquet-cpp-arrow version 1.0.0", false),
        ] {
            assert_eq!(leaves_out_headers(created_by), old, "{created_by}");
        }
    }
}
