//! What a method is given, and what it gives back.

use std::sync::Arc;

use fanlight_base::Timestamp;
use fanlight_engine::Cancel;
use fanlight_protocol::normal::Empty;
use fanlight_protocol::{Class, ErrorBody, ErrorCode, Reference, Success, params};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::Connection;
use crate::bounded::bounded_frame;
use crate::changes::Changes;
use crate::core::Core;
use crate::handles::{DOC, Referent};
use crate::objects::{ObjectId, Room};
use crate::session::Member;
use crate::view::View;

/// Parameters as they came.
pub(crate) type Raw<'a> = Option<&'a RawValue>;

/// What a method gives back.
pub(crate) type Outcome = Result<Answer, ErrorBody>;

/// A result that knows how to become a frame.
pub(crate) trait Render: Send {
    /// The frame with the handles that changed and those that are gone.
    ///
    /// # Errors
    /// 19 if it would be longer than `limit` bytes.
    fn render(&self, id: &RawValue, handles: (&[i64], &[i64]), limit: usize) -> Result<String, ErrorBody>;
}

impl<T: Serialize + Send> Render for T {
    fn render(
        &self,
        id: &RawValue,
        (change, close): (&[i64], &[i64]),
        limit: usize,
    ) -> Result<String, ErrorBody> {
        let too_long = || {
            ErrorBody::new(
                ErrorCode::LimitReached,
                format!("the answer is longer than {limit} bytes"),
            )
        };
        bounded_frame(&Success::new(id, self, change, close), limit).ok_or_else(too_long)
    }
}

/// A calculation on an immutable view.
pub(crate) type Calculation = Box<dyn FnOnce(&Cancel) -> Result<Box<dyn Render>, ErrorBody> + Send>;

/// What a method gives back if it does not fail.
pub(crate) enum Answer {
    Now(Box<dyn Render>),
    Later(Calculation),
}

/// A result that is there at once.
pub(crate) fn now<T: Serialize + Send + 'static>(result: T) -> Outcome {
    Ok(Answer::Now(Box::new(result)))
}

/// `{}`: the result of methods that have none.
pub(crate) fn done() -> Outcome {
    now(serde_json::json!({}))
}

/// `{"qSuccess": …}`.
pub(crate) fn success(succeeded: impl Into<bool>) -> Outcome {
    now(serde_json::json!({ "qSuccess": succeeded.into() }))
}

/// `{"qReturn": …}`.
pub(crate) fn returned<T: Serialize>(value: T) -> Outcome {
    now(serde_json::json!({ "qReturn": value }))
}

/// A result that is calculated later.
pub(crate) fn later<T: Serialize + Send + 'static>(
    calculate: impl FnOnce(&Cancel) -> Result<T, ErrorBody> + Send + 'static,
) -> Outcome {
    Ok(Answer::Later(Box::new(move |cancel| {
        let result = calculate(cancel)?;
        Ok(Box::new(result))
    })))
}

/// Reads parameters.
///
/// # Errors
/// −32602 that says what is wrong.
pub(crate) fn read<'a, P: Deserialize<'a>>(raw: Raw<'a>) -> Result<P, ErrorBody> {
    params::read(raw).map_err(|error| ErrorBody::new(ErrorCode::InvalidParams, error.to_string()))
}

/// The parameters of methods that have none.
#[derive(Debug, Deserialize)]
pub(crate) struct Nothing {}

/// What every method may know about the request.
pub(crate) struct Call<'a> {
    pub(crate) connection: &'a Connection,
    pub(crate) handle: i64,
    pub(crate) referent: &'a Referent,
    pub(crate) empty: Empty,
    pub(crate) now: Timestamp,
    /// Ends what the request calculates in order when that takes too long.
    pub(crate) cancel: &'a Cancel,
}

/// What a method that changes nothing is given.
pub(crate) struct Reading<'a> {
    pub(crate) core: &'a Core,
    pub(crate) member: &'a mut Member,
    pub(crate) call: &'a Call<'a>,
}

/// What a method that changes the session is given.
pub(crate) struct Editing<'a> {
    pub(crate) core: &'a mut Core,
    pub(crate) member: &'a mut Member,
    pub(crate) changes: &'a mut Changes,
    pub(crate) call: &'a Call<'a>,
}

impl Call<'_> {
    /// The id behind the handle of an object, master item or variable.
    ///
    /// # Errors
    /// −32602 if the handle is of another kind; the method tables do not let that happen.
    pub(crate) fn id(&self) -> Result<&ObjectId, ErrorBody> {
        match self.referent {
            Referent::Item { id, .. } => Ok(id),
            _ => Err(ErrorBody::new(ErrorCode::InvalidParams, "Invalid handle")),
        }
    }

    /// A new id for an object.
    pub(crate) fn new_id(&self) -> String {
        self.connection.host.entropy.hex128()
    }

    /// Calls `with` what limits the creation of objects.
    pub(crate) fn with_room<T>(&self, with: impl FnOnce(&Room<'_>) -> T) -> T {
        with(&Room {
            limit: self.connection.host.settings.limits.objects_per_session,
            new_id: &|| self.new_id(),
        })
    }
}

/// A reference to `referent` by this connection's handle for it, which is made if there is none yet.
///
/// # Errors
/// 19 when the connection has as many handles as it may have.
pub(crate) fn reference(
    core: &Core,
    member: &mut Member,
    call: &Call<'_>,
    referent: Referent,
) -> Result<Reference, ErrorBody> {
    let handle = handle_of(member, call, &referent)?;
    Ok(match referent {
        Referent::Doc => Reference::doc(DOC, core.app.name.clone()),
        Referent::Field { .. } => Reference::field(handle),
        Referent::Item { class, id } => {
            let kind = match class {
                Class::GenericVariable => "variable".to_owned(),
                _ => core
                    .objects
                    .get(&id)
                    .map_or_else(String::new, |object| object.kind.clone()),
            };
            Reference::generic(class, handle, kind, id.to_string())
        }
    })
}

fn handle_of(member: &mut Member, call: &Call<'_>, referent: &Referent) -> Result<i64, ErrorBody> {
    if let Some(handle) = member.handles.number_of(referent) {
        return Ok(handle);
    }
    let limit = call.connection.host.settings.limits.handles_per_connection;
    if member.handles.len() >= limit {
        return Err(ErrorBody::new(
            ErrorCode::LimitReached,
            format!("this connection has {limit} handles already"),
        ));
    }
    let handle = call.connection.host.next_handle();
    member.handles.insert(handle, referent.clone());
    Ok(handle)
}

impl Reading<'_> {
    pub(crate) fn view(&self) -> View {
        self.core.view()
    }

    pub(crate) fn reference(&mut self, referent: Referent) -> Result<Reference, ErrorBody> {
        reference(self.core, self.member, self.call, referent)
    }

    /// A reference to the object of this class and id, or to none.
    pub(crate) fn find(&mut self, class: Class, id: &str) -> Result<Reference, ErrorBody> {
        let found = self.core.objects.find(class, id).map(|(id, _)| Arc::clone(id));
        match found {
            Some(id) => self.reference(Referent::Item { class, id }),
            None => Ok(Reference::NONE),
        }
    }
}

impl Editing<'_> {
    pub(crate) fn reference(&mut self, referent: Referent) -> Result<Reference, ErrorBody> {
        reference(self.core, self.member, self.call, referent)
    }
}
