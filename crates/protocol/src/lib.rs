//! Every wire type: the JSON-RPC envelope, engine methods and structures, REST bodies, error codes.

pub mod rest;
