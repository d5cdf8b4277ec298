//! Telling how far loading has come.

/// Hears how far loading has come. Calls come from the loader's threads.
pub trait Progress: Sync {
    /// Loading consists of this many units of about the same size. Said once, before the first unit is done.
    fn planned(&self, n_units: usize);

    /// One more unit is done: a column of `table`, or the whole table where a file is read row by row.
    fn unit_done(&self, table: &str);
}

/// Nobody listens.
impl Progress for () {
    fn planned(&self, _: usize) {}

    fn unit_done(&self, _: &str) {}
}
