//! Every wire type: the JSON-RPC envelope, engine methods and structures, REST bodies, error codes.

mod close;
pub mod rest;

pub use close::CloseCode;
