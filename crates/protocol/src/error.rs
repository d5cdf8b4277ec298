//! The error codes of the engine's contract, and the error object of a reply.

use serde::Serialize;

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $number:literal, $message:literal;)*) => {
        /// An error code with its standing message. What went wrong in the case at hand is the error's `parameter`.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum ErrorCode {
            $($(#[$doc])* $name,)*
        }

        impl ErrorCode {
            /// All codes, for tables.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// The number on the wire.
            pub const fn number(self) -> i32 {
                match self {
                    $(Self::$name => $number,)*
                }
            }

            /// The standing message.
            pub const fn message(self) -> &'static str {
                match self {
                    $(Self::$name => $message,)*
                }
            }
        }
    };
}

codes! {
    /// The frame is not JSON.
    Parse = -32700, "Parse error";
    /// The frame is JSON, but no request.
    InvalidRequest = -32600, "Invalid Request";
    /// No such method.
    MethodNotFound = -32601, "Method not found";
    /// The handle or the parameters are wrong.
    InvalidParams = -32602, "Invalid params";
    /// A defect of the server.
    Internal = -32603, "Internal error";
    /// The object, field or variable does not exist.
    NotFound = 2, "Not found";
    /// The id or name is taken.
    AlreadyExists = 3, "Already exists";
    /// The path leads nowhere.
    InvalidPath = 4, "Invalid path";
    /// The user may not do this.
    AccessDenied = 5, "Access denied";
    /// The parameters are well-formed, but make no sense.
    InvalidParameters = 8, "Invalid parameters";
    /// The calculation was cancelled.
    Aborted = 15, "Request aborted";
    /// A limit of the server is reached.
    LimitReached = 19, "Limit reached";
    /// The method is known, but not built.
    NotImplemented = 20, "Not implemented";
    /// Another app is open on this connection already.
    AppAlreadyOpen = 1002, "App already open";
    /// There is no such app.
    AppNotFound = 1003, "App not found";
    /// No app is open.
    AppInvalid = 1007, "App invalid";
    /// The change could not be kept, and was taken back: the disk is full, or another program holds the file. The
    /// parameter says which; the same request may succeed later.
    NotKept = 5007, "Change could not be kept";
    /// Too many sessions, or too many calculations at once.
    Busy = 5006, "Engine busy";
    /// The path names no cube or list.
    InvalidObject = 6000, "Invalid object";
    /// The answer would be too large.
    ResultTooLarge = 6001, "Result too large";
    /// Another object is being selected in.
    ModalObject = 6003, "Modal object error";
    /// The definition is wrong.
    InvalidDefinition = 7000, "Invalid definition";
    /// The library has no such item.
    NotInLibrary = 7001, "Not in library";
    /// The result has too many rows.
    CubeTooLarge = 7003, "Result too large";
    /// The calculation condition is not fulfilled.
    ConditionNotMet = 7005, "Calculation condition not fulfilled";
    /// The order of sorting names no column.
    InvalidSort = 7008, "Invalid column sort order";
    /// The pages asked for hold too many cells.
    PagesTooLarge = 7009, "Data pages too large";
    /// A session app cannot be saved.
    SessionAppNotSaved = 9009, "Session app cannot be saved";
    /// The variable's name is taken.
    VariableExists = 18001, "Variable already exists";
}

/// The `error` member of a reply.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ErrorBody {
    /// The code's number.
    pub code: i32,
    /// What it is about: the method, the handle, the limit.
    pub parameter: String,
    /// The code's standing message.
    pub message: &'static str,
}

impl ErrorBody {
    /// The error `code` about `parameter`.
    pub fn new(code: ErrorCode, parameter: impl Into<String>) -> Self {
        Self {
            code: code.number(),
            parameter: parameter.into(),
            message: code.message(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_codes_share_a_number() {
        let mut numbers: Vec<_> = ErrorCode::ALL.iter().map(|code| code.number()).collect();
        numbers.sort_unstable();
        numbers.dedup();
        assert_eq!(numbers.len(), ErrorCode::ALL.len());
    }
}
