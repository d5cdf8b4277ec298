//! The engine's contract, spoken in JSON frames to connections without a network.

#[cfg(test)]
mod access;
#[cfg(test)]
mod bounds;
#[cfg(test)]
mod busy;
#[cfg(test)]
mod change;
#[cfg(test)]
mod contract;
#[cfg(test)]
mod cube;
#[cfg(test)]
mod defaults;
#[cfg(test)]
mod fuzz;
#[cfg(test)]
mod global;
#[cfg(test)]
mod journal;
#[cfg(test)]
mod lifecycle;
#[cfg(test)]
mod limits;
#[cfg(test)]
mod list;
#[cfg(test)]
mod memory;
#[cfg(test)]
mod modal;
#[cfg(test)]
mod objects;
#[cfg(test)]
mod refusal;
#[cfg(test)]
mod reload;
#[cfg(test)]
mod resume;
#[cfg(test)]
mod states;
#[cfg(test)]
mod support;
#[cfg(test)]
mod time;
#[cfg(test)]
mod warning;
