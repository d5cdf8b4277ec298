//! What the host refuses to exceed.

use std::time::Duration;

/// Upper bounds. Each has a clear refusal, error or close when it is reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Engine sessions of one user; the next connection is refused with close code 4005.
    pub sessions_per_user: usize,
    /// Engine sessions in total; the next connection is refused with close code 4005.
    pub sessions_total: usize,
    /// Connections of one engine session; the next one is refused with close code 4005.
    pub connections_per_session: usize,
    /// Objects that one engine session may add to its app; creating more is error 19.
    pub objects_per_session: usize,
    /// Handles of one connection; looking up more objects is error 19.
    pub handles_per_connection: usize,
    /// Length of one incoming message in bytes; a longer one closes the connection with 4202.
    pub message_size_bytes: usize,
    /// Calculations that one connection may have waiting or running; asking for more is error 5006.
    pub pending_jobs: usize,
    /// Length of the requests whose calculations one connection may have waiting or running, in bytes, all together;
    /// asking for more is error 5006.
    pub pending_bytes: usize,
    /// How long one calculation may run; then it is error 19.
    pub calculation_time: Duration,
    /// How long the part of a request may take that is done in order, and that others of the session wait for; then it is
    /// taken back with error 19.
    pub ordered_time: Duration,
    /// Alternate selection states of one engine session; adding more is error 19.
    pub states_per_session: usize,
    /// Length of a search in bytes; a longer one is error 19.
    pub search_bytes: usize,
    /// Length of one reply in bytes; a longer one is error 19.
    pub reply_bytes: usize,
    /// What the journal keeps of one engine session, in bytes of one write; a change that needs more is error 19.
    pub journal_bytes_per_session: usize,
    /// Cells kept in the calculation cache of one engine session; older results are dropped first.
    pub cached_cells_per_session: usize,
    /// Memory of one engine session: objects, variables, selections, results, and what is calculated, in bytes. A request
    /// that needs more is error 19.
    pub memory_bytes_per_session: usize,
    /// Memory of all engine sessions of one user, in bytes.
    pub memory_bytes_per_user: usize,
    /// Memory of the process, in bytes: what is counted for all engine sessions, and what it has taken from the machine.
    /// When that is more, no session begins and nothing is calculated until it is less again.
    pub memory_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            sessions_per_user: 20,
            sessions_total: 10_000,
            connections_per_session: 20,
            objects_per_session: 5_000,
            handles_per_connection: 10_000,
            message_size_bytes: 1 << 20,
            pending_jobs: 200,
            pending_bytes: 8 << 20,
            calculation_time: Duration::from_secs(60),
            ordered_time: Duration::from_secs(5),
            states_per_session: 100,
            search_bytes: 10_000,
            reply_bytes: 32 << 20,
            journal_bytes_per_session: 16 << 20,
            cached_cells_per_session: 4_000_000,
            memory_bytes_per_session: 512 << 20,
            memory_bytes_per_user: 1 << 30,
            memory_bytes: usize::MAX,
        }
    }
}

/// How long things live, and how many there may be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostSettings {
    /// The bounds.
    pub limits: Limits,
    /// How long an engine session outlives its last connection when the URL names no ttl.
    pub linger: Duration,
    /// The longest ttl that a URL may ask for; a longer one is cut to this.
    pub max_ttl: Duration,
    /// How long an engine session outlives its last connection when the client closed it with 1000 and named no ttl.
    pub linger_after_goodbye: Duration,
    /// How long an engine session may go without a request before its connections are closed with 4001; `None`: for ever.
    pub idle: Option<Duration>,
    /// How long the journal keeps a session that nobody came back to. Those of a login session that ended go at once.
    pub keep_journal: Duration,
    /// What `EngineVersion` and `ProductVersion` answer.
    pub version: String,
    /// What `OSVersion` answers.
    pub os_version: String,
}

impl Default for HostSettings {
    fn default() -> Self {
        Self {
            limits: Limits::default(),
            linger: Duration::from_secs(60),
            max_ttl: Duration::from_secs(1800),
            linger_after_goodbye: Duration::from_secs(5),
            idle: Some(Duration::from_secs(1800)),
            keep_journal: Duration::from_secs(24 * 3600),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            os_version: "unknown".to_owned(),
        }
    }
}
