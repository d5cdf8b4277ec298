//! How large an app may be.

/// How large the parts of an app folder may be. Reaching a limit is a [`Problem`](crate::Problem) that names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Files and folders in an app's folder.
    pub folder_entries: usize,
    /// Bytes of one table file.
    pub table_file_bytes: u64,
    /// Bytes of `app.toml` and of each file under `objects`.
    pub text_file_bytes: u64,
    /// Rows of one table.
    pub rows: u64,
    /// Columns of one table.
    pub columns: usize,
    /// Bytes of one value of a column.
    pub value_bytes: usize,
    /// Tables of an app.
    pub tables: usize,
    /// Sheets, charts and other objects of an app.
    pub objects: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            folder_entries: 100_000,
            table_file_bytes: 4 << 30,
            text_file_bytes: 16 << 20,
            rows: 200_000_000,
            columns: 2_000,
            value_bytes: 64 << 10,
            tables: 500,
            objects: 20_000,
        }
    }
}
