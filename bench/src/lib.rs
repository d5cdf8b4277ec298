//! Programs that measure Fanlight; each is a binary under `src/bin`.
//!
//! * `hypercube` – the engine in process, on the sample app's data.
//! * `startup` – from start to ready, and memory at rest, of the built server.
//! * `login` – round trip and processor time of a sign-in.
//! * `sockets` – memory per idle connection and per engine session.
//! * `abuse` – what one person notices while another takes all that they can get; it checks, and fails, too.
//! * `soak` – many people at once under faults; which also checks, and fails.
//!
//! They print their figures; docs/PERFORMANCE.md records what they said. Absolute times are
//! this machine's; the ratios travel better. All but the first take the path of a release binary and start it themselves.

pub mod abuse;
pub mod clock;
pub mod demo;
pub mod dice;
pub mod http;
pub mod output;
pub mod soak;
pub mod socket;
pub mod stats;
