//! Dictionaries, packed columns, bit sets and group-by kernels.
