//! The Fanlight server: reads its configuration, builds everything, owns start, stop and the command line.

fn main() {}
