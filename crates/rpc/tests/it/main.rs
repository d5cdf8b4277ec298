//! The engine's contract, spoken in JSON frames to connections without a network.

mod change;
mod cube;
mod lifecycle;
mod limits;
mod list;
mod modal;
mod objects;
mod refusal;
mod resume;
mod support;
