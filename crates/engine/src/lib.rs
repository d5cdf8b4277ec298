//! The associative engine: data model, selections, inference, evaluation and hypercubes.
