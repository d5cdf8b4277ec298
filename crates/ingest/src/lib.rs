//! App folders and table files: CSV and Parquet into the columns of a data model.
