//! From a frame to a method and back.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use fanlight_base::Timestamp;
use fanlight_engine::{Cancel, Reservation};
use fanlight_protocol::normal::Empty;
use fanlight_protocol::{Class, ErrorBody, ErrorCode, Failure, Request};
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::call::{Answer, Calculation, Call, Editing, Outcome, Reading};
use crate::changes::Changes;
use crate::core::Core;
use crate::handles::GLOBAL;
use crate::memory::{reserve, size_when_read};
use crate::methods::{self, Run, global};
use crate::pending::PendingLimits;
use crate::session::{EngineSession, Logins, Record, frame};
use crate::{Connection, Host, Job, JournalEntry, JournalError, Reply};

/// Requests that take so many bytes when they are read are answered even where the process is short of memory, so that
/// what is there can be looked at and given up.
const MAX_SMALL_REQUEST: usize = 1 << 16;
/// Longest id of a request as it is written.
const MAX_ID_BYTES: usize = 256;

/// An outcome with the handles that it made invalid and those that are gone.
struct Reported {
    outcome: Outcome,
    changed: Vec<i64>,
    closed: Vec<i64>,
}

impl Reported {
    const fn unchanged(outcome: Outcome) -> Self {
        Self {
            outcome,
            changed: Vec::new(),
            closed: Vec::new(),
        }
    }
}

/// Takes one frame of `connection`.
pub(crate) fn receive(connection: &Arc<Connection>, text: &str) -> Reply {
    let request: Request<'_> = match serde_json::from_str(text) {
        Ok(request) => request,
        Err(error) => return Reply::Now(not_understood(text, &error)),
    };
    let Some(id) = request.id else {
        return Reply::Now(refusal(None, ErrorCode::InvalidRequest, "a request has an id"));
    };
    if !is_id(id) {
        let message = format!("an id is a number, or a text of at most {MAX_ID_BYTES} bytes");
        return Reply::Now(refusal(None, ErrorCode::InvalidRequest, &message));
    }
    let Some(handle) = request.handle else {
        return Reply::Now(refusal(
            Some(id),
            ErrorCode::InvalidRequest,
            "a request has a handle",
        ));
    };
    let reported = catch_unwind(AssertUnwindSafe(|| {
        if handle == GLOBAL {
            Some(call_global(connection, &request))
        } else {
            match connection.session() {
                Some(session) => call_session(connection, &session, handle, &request),
                None => Some(Reported::unchanged(Err(invalid_handle(handle)))),
            }
        }
    }));
    match reported {
        Ok(Some(reported)) => reply(connection, (id, text.len()), reported),
        // The connection was closed by the server while the frame was on its way.
        Ok(None) => Reply::None,
        Err(_) => Reply::Now(refusal(Some(id), ErrorCode::Internal, &request.method)),
    }
}

/// Ids are kept as long as their requests are calculated, and come back in every answer.
fn is_id(id: &RawValue) -> bool {
    id.get().len() <= MAX_ID_BYTES && !id.get().starts_with(['{', '['])
}

fn call_global(connection: &Arc<Connection>, request: &Request<'_>) -> Reported {
    let Some(method) = global::METHODS
        .iter()
        .find(|method| method.name == request.method)
    else {
        return Reported::unchanged(Err(no_such_method(Class::Global, &request.method)));
    };
    if !request.background
        && let Some(session) = connection.session()
    {
        session.lock().note_request(connection.host.clock.now());
    }
    match (method.run)(connection, request.params) {
        Ok((answer, changed)) => Reported {
            outcome: Ok(answer),
            changed,
            closed: Vec::new(),
        },
        Err(error) => Reported::unchanged(Err(error)),
    }
}

/// `None` when the connection is no longer part of the session.
fn call_session(
    connection: &Connection,
    session: &EngineSession,
    handle: i64,
    request: &Request<'_>,
) -> Option<Reported> {
    let reading = room_to_read(&connection.host, session, request);
    let mut shared = session.lock();
    let now = connection.host.clock.now();
    if !request.background {
        shared.note_request(now);
    }
    let shared = &mut *shared;
    let member = shared.members.get_mut(&connection.id)?;
    let Some(referent) = member.handles.get(handle) else {
        return Some(Reported::unchanged(Err(invalid_handle(handle))));
    };
    let class = referent.class();
    let Some(run) = methods::find(class, &request.method) else {
        return Some(Reported::unchanged(Err(no_such_method(class, &request.method))));
    };
    // What is reserved stays so until the answer is made.
    if let Err(error) = &reading {
        return Some(Reported::unchanged(Err(error.clone())));
    }
    let cancel = ordered(&connection.host, session);
    let call = Call {
        connection,
        handle,
        referent: &referent,
        empty: empty_values(request),
        now,
        cancel: &cancel,
    };
    let mut changes = Changes::default();
    let outcome = match run {
        Run::Read(run) => {
            let reading = &mut Reading {
                core: &shared.core,
                member,
                call: &call,
            };
            run(reading, request.params)
        }
        Run::Edit(run) => {
            let before = shared.core.clone();
            let editing = &mut Editing {
                core: &mut shared.core,
                member: &mut *member,
                changes: &mut changes,
                call: &call,
            };
            let keeping = (session, &mut shared.record, &shared.logins);
            // A panic is a defect of ours; what it left half done is taken back like any failure.
            let kept = catch_unwind(AssertUnwindSafe(|| {
                let answer = run(editing, request.params);
                let answer = in_time(&call).and(answer)?;
                editing.core.settle(&before, &session.memory)?;
                keep(&connection.host, keeping, (&before, &*editing.core), now)?;
                Ok(answer)
            }));
            let kept = kept.unwrap_or_else(|_| Err(ErrorBody::new(ErrorCode::Internal, &*request.method)));
            if kept.is_ok() {
                changes.settle(&before.engine, &shared.core.engine);
            } else {
                shared.core.undo(before);
                changes.take_back(&mut member.handles);
            }
            kept
        }
    };
    let (changed, closed) = changes.apply(&mut member.handles, &shared.core.objects);
    shared.push(&changes, Some(&connection.id));
    Some(Reported {
        outcome,
        changed,
        closed,
    })
}

/// Memory for what the request's parameters are when they are read. It is counted before that: a tree takes many times
/// its text.
fn room_to_read(
    host: &Host,
    session: &EngineSession,
    request: &Request<'_>,
) -> Result<Reservation, ErrorBody> {
    let n_bytes = request.params.map_or(0, |params| size_when_read(params.get()));
    if n_bytes > MAX_SMALL_REQUEST && host.is_short_of_memory() {
        return Err(short_of_memory());
    }
    reserve(&session.memory, n_bytes)
}

fn empty_values(request: &Request<'_>) -> Empty {
    if request.return_empty == Some(true) {
        Empty::Keep
    } else {
        Empty::Omit
    }
}

/// What the part of a request may take that is done in order.
fn ordered(host: &Host, session: &EngineSession) -> Cancel {
    Cancel::new()
        .until(host.is_over(host.settings.limits.ordered_time))
        .within(Arc::clone(&session.memory))
}

/// What was calculated in order may be wrong when it was cut off.
fn in_time(call: &Call<'_>) -> Result<(), ErrorBody> {
    if call.cancel.is_over() {
        Err(took_too_long(call.connection.host.settings.limits.ordered_time))
    } else {
        Ok(())
    }
}

fn took_too_long(limit: Duration) -> ErrorBody {
    let message = format!("the calculation took longer than {} s", limit.as_secs());
    ErrorBody::new(ErrorCode::LimitReached, message)
}

/// Writes what a request changed to the journal, before the client is told that it was done.
fn keep(
    host: &Host,
    (session, record, logins): (&EngineSession, &mut Record, &Logins),
    (before, now): (&Core, &Core),
    at: Timestamp,
) -> Result<(), ErrorBody> {
    let Some(kept) = session.difference(record, before, now) else {
        return Ok(());
    };
    let limit = host.settings.limits.journal_bytes_per_session;
    if kept.size_bytes() > limit {
        return Err(ErrorBody::new(
            ErrorCode::LimitReached,
            format!("what a session keeps may have {limit} bytes"),
        ));
    }
    let entry = JournalEntry {
        kept,
        logins: logins.iter().cloned().collect(),
        live: host.live_keys(&session.key.user),
        at,
    };
    host.journal.save(&session.key, &entry).map_err(|error| {
        let code = match error {
            JournalError::Quota { .. } => ErrorCode::LimitReached,
            _ => ErrorCode::NotKept,
        };
        ErrorBody::new(code, format!("{error}; nothing has changed"))
    })?;
    record.written(&entry.kept);
    Ok(())
}

fn reply(connection: &Arc<Connection>, (id, n_bytes): (&RawValue, usize), reported: Reported) -> Reply {
    let Reported {
        outcome,
        changed,
        closed,
    } = reported;
    let limits = &connection.host.settings.limits;
    let room = PendingLimits {
        jobs: limits.pending_jobs,
        bytes: limits.pending_bytes,
    };
    let error = match outcome {
        Ok(Answer::Now(result)) => match result.render(id, (&changed, &closed), limits.reply_bytes) {
            Ok(frame) => return Reply::Now(frame),
            Err(error) => error,
        },
        Ok(Answer::Later(calculation)) => match begin(connection, (id, n_bytes), room) {
            Ok((place, cancel)) => {
                let slot = Slot {
                    connection: Arc::clone(connection),
                    place,
                    id: id.to_owned(),
                };
                return Reply::Later(Job::new(move || {
                    slot.calculate(calculation, &cancel, (&changed, &closed))
                }));
            }
            Err(error) => error,
        },
        Err(error) => error,
    };
    Reply::Now(frame(&Failure::new(Some(id), &error, &changed, &closed)))
}

/// Notes a calculation among those of the connection. Where the process is short of memory, none begins.
fn begin(
    connection: &Connection,
    (id, n_bytes): (&RawValue, usize),
    room: PendingLimits,
) -> Result<(u64, Cancel), ErrorBody> {
    if connection.host.is_short_of_memory() {
        return Err(short_of_memory());
    }
    let session = connection.session();
    let memory = session.as_ref().map(|session| &session.memory);
    connection.pending.begin(id.get(), n_bytes, room, memory)
}

fn short_of_memory() -> ErrorBody {
    ErrorBody::new(
        ErrorCode::LimitReached,
        "the server is short of memory; try again in a moment",
    )
}

/// A calculation's place among those that are pending. It becomes free when the job has run, or is dropped without.
struct Slot {
    connection: Arc<Connection>,
    place: u64,
    id: Box<RawValue>,
}

impl Drop for Slot {
    fn drop(&mut self) {
        self.connection.pending.end(self.place);
    }
}

impl Slot {
    /// Runs a calculation. A panic is a defect of ours; the client gets an answer to its request all the same.
    fn calculate(
        &self,
        calculation: Calculation,
        cancel: &Cancel,
        (changed, closed): (&[i64], &[i64]),
    ) -> String {
        let host = &self.connection.host;
        let limits = &host.settings.limits;
        // Its time begins now; until here it waited for others.
        let time = cancel.until(host.is_over(limits.calculation_time));
        let outcome = catch_unwind(AssertUnwindSafe(|| {
            crate::view::check(&time)?;
            let result = calculation(&time)?;
            crate::view::check(&time)?;
            result.render(&self.id, (changed, closed), limits.reply_bytes)
        }));
        let error = match outcome {
            Ok(Ok(text)) => return text,
            Ok(Err(_)) if time.is_over() => took_too_long(limits.calculation_time),
            Ok(Err(error)) => error,
            Err(_) => ErrorBody::new(ErrorCode::Internal, "the calculation failed"),
        };
        frame(&Failure::new(Some(&self.id), &error, changed, closed))
    }
}

fn refusal(id: Option<&RawValue>, code: ErrorCode, parameter: &str) -> String {
    frame(&Failure::new(id, &ErrorBody::new(code, parameter), &[], &[]))
}

/// A frame that is no request: its id, if it has one, is still given back.
fn not_understood(text: &str, error: &serde_json::Error) -> String {
    #[derive(Deserialize)]
    struct Identified<'a> {
        #[serde(borrow)]
        id: &'a RawValue,
    }
    if !error.is_data() {
        return refusal(None, ErrorCode::Parse, &error.to_string());
    }
    let id = serde_json::from_str::<Identified<'_>>(text)
        .ok()
        .map(|identified| identified.id);
    refusal(id, ErrorCode::InvalidRequest, &error.to_string())
}

fn invalid_handle(handle: i64) -> ErrorBody {
    ErrorBody::new(ErrorCode::InvalidParams, format!("Invalid handle {handle}"))
}

/// Tells apart a method of another class, one that is not built, and one that does not exist.
fn no_such_method(class: Class, name: &str) -> ErrorBody {
    if class.has_method(name) {
        return ErrorBody::new(
            ErrorCode::NotImplemented,
            format!("{}.{name} is not implemented", class.name()),
        );
    }
    let others: Vec<&str> = Class::ALL
        .iter()
        .filter(|other| other.has_method(name))
        .map(|other| other.name())
        .collect();
    let parameter = if others.is_empty() {
        name.to_owned()
    } else {
        format!(
            "{name} is a method of {}, and the handle is a {}",
            others.join(", "),
            class.name()
        )
    };
    ErrorBody::new(ErrorCode::MethodNotFound, parameter)
}
