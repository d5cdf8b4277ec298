//! Methods of Global: what a connection may ask before it has an app, and about its own requests.

use std::sync::Arc;

use fanlight_protocol::layout::{DocEntry, DocMeta};
use fanlight_protocol::{ErrorBody, ErrorCode, Reference};
use serde_json::{Map, Value, json};

use super::{grammar, params};
use crate::call::{Answer, Nothing, Outcome, Raw, done, now, read, returned};
use crate::handles::DOC;
use crate::{Connection, Refusal, TargetApp};

type Answered = Result<(Answer, Vec<i64>), ErrorBody>;

/// A method of Global.
pub(crate) struct Method {
    pub(crate) name: &'static str,
    pub(crate) run: fn(&Arc<Connection>, Raw<'_>) -> Answered,
}

params! {
    OpenDoc { q_doc_name: String }
    RequestId { q_request_id: Value }
}

/// A method that changes no handle.
macro_rules! answers {
    ($name:literal, $handler:path) => {
        Method {
            name: $name,
            run: |connection, raw| Ok(($handler(connection, read(raw)?)?, Vec::new())),
        }
    };
}

pub(crate) const METHODS: &[Method] = &[
    Method {
        name: "OpenDoc",
        run: |connection, raw| open_doc(connection, &read(raw)?),
    },
    Method {
        name: "CreateSessionApp",
        run: |connection, _| create_session_app(connection),
    },
    answers!("GetActiveDoc", get_active_doc),
    answers!("GetDocList", get_doc_list),
    answers!("EngineVersion", engine_version),
    answers!("ProductVersion", product_version),
    answers!("QvVersion", product_version),
    answers!("OSName", os_name),
    answers!("QTProduct", product),
    answers!("IsDesktopMode", no),
    answers!("IsPersonalMode", no),
    answers!("AllowCreateApp", no),
    answers!("GetAuthenticatedUser", get_authenticated_user),
    answers!("GetConfiguration", get_configuration),
    answers!("OSVersion", os_version),
    answers!("GetFunctions", grammar_of::functions),
    answers!("GetBNF", grammar_of::bnf),
    answers!("GetBaseBNF", grammar_of::base_bnf),
    answers!("GetBaseBNFHash", grammar_of::base_bnf_hash),
    answers!("GetBaseBNFString", grammar_of::base_bnf_string),
    answers!("GetSupportedCodePages", get_supported_code_pages),
    answers!("GetCustomConnectors", get_custom_connectors),
    answers!("GetLogicalDriveStrings", get_logical_drive_strings),
    answers!("GetDatabasesFromConnectionString", get_databases),
    answers!("GetFolderItemsForPath", get_folder_items),
    answers!("GetUniqueID", get_unique_id),
    answers!("GetStreamList", get_stream_list),
    answers!("CancelRequest", cancel_request),
    answers!("AbortRequest", cancel_request),
    answers!("AbortAll", abort_all),
    answers!("CancelReload", nothing_to_do),
    answers!("ConfigureReload", nothing_to_do),
    answers!("InteractDone", nothing_to_do),
    answers!("ReloadExtensionList", nothing_to_do),
    answers!("GetProgress", get_progress),
];

/// Every parameter is looked over.
#[derive(Debug, serde::Deserialize)]
struct Ignored {}

fn refused(refusal: &Refusal) -> ErrorBody {
    let code = match refusal {
        Refusal::NoSuchApp(_) => ErrorCode::AppNotFound,
        Refusal::NotPermitted(_) => ErrorCode::AccessDenied,
        _ => ErrorCode::Busy,
    };
    ErrorBody::new(code, refusal.to_string())
}

fn open_doc(connection: &Arc<Connection>, params: &OpenDoc) -> Answered {
    let name = &params.q_doc_name;
    let session = match connection.session() {
        Some(session) if session.key.app == *name => session,
        Some(session) => {
            let message = format!("{} is open on this connection", session.key.app);
            return Err(ErrorBody::new(ErrorCode::AppAlreadyOpen, message));
        }
        None => {
            let app = if name.starts_with("SessionApp_") {
                TargetApp::SessionApp(name.clone())
            } else {
                let unknown = || ErrorBody::new(ErrorCode::AppNotFound, format!("there is no app {name}"));
                TargetApp::App(name.parse().map_err(|_| unknown())?)
            };
            connection.open(app).map_err(|refusal| refused(&refusal))?
        }
    };
    session.lock().core.opened = true;
    let reference = Reference::doc(DOC, session.key.app.clone());
    // The client has no layout of the app yet, so the app is "changed" for it.
    Ok((returned(reference)?, vec![DOC]))
}

fn create_session_app(connection: &Arc<Connection>) -> Answered {
    if let Some(session) = connection.session() {
        let message = format!("{} is open on this connection", session.key.app);
        return Err(ErrorBody::new(ErrorCode::AppAlreadyOpen, message));
    }
    let name = format!("SessionApp_{}", connection.host.entropy.hex128());
    connection
        .open(TargetApp::SessionApp(name.clone()))
        .map_err(|refusal| refused(&refusal))?;
    let result = json!({ "qReturn": Reference::doc(DOC, name.clone()), "qSessionAppId": name });
    Ok((now(result)?, vec![DOC]))
}

/// An error, not a null reference, says that no app is open: clients give up a resume on the latter.
fn get_active_doc(connection: &Arc<Connection>, _: Nothing) -> Outcome {
    match connection.session() {
        Some(session) if session.lock().core.opened => returned(Reference::doc(DOC, session.key.app.clone())),
        _ => Err(ErrorBody::new(ErrorCode::AppInvalid, "No active document")),
    }
}

fn get_doc_list(connection: &Arc<Connection>, _: Nothing) -> Outcome {
    let entries: Vec<DocEntry> = connection
        .host
        .apps(connection.principal.viewer())
        .into_iter()
        .map(|app| DocEntry {
            q_doc_id: app.id.to_string(),
            q_doc_name: app.title.clone(),
            q_title: app.title,
            q_last_reload_time: app.last_reload,
            q_read_only: true,
            q_meta: DocMeta {
                privileges: &["read", "exportdata"],
            },
            q_thumbnail: Map::new(),
        })
        .collect();
    now(json!({ "qDocList": entries }))
}

fn engine_version(connection: &Arc<Connection>, _: Nothing) -> Outcome {
    let version = &connection.host.settings.version;
    now(json!({ "qVersion": { "qComponentVersion": version } }))
}

fn product_version(connection: &Arc<Connection>, _: Nothing) -> Outcome {
    returned(&connection.host.settings.version)
}

fn os_name(_: &Arc<Connection>, _: Nothing) -> Outcome {
    returned(std::env::consts::OS)
}

fn os_version(connection: &Arc<Connection>, _: Nothing) -> Outcome {
    returned(&connection.host.settings.os_version)
}

fn product(_: &Arc<Connection>, _: Nothing) -> Outcome {
    returned("Fanlight")
}

fn no(_: &Arc<Connection>, _: Ignored) -> Outcome {
    returned(false)
}

fn get_authenticated_user(connection: &Arc<Connection>, _: Nothing) -> Outcome {
    returned(&connection.principal.subject)
}

/// The switches of the contract's configuration, as far as this engine has what they switch.
fn get_configuration(connection: &Arc<Connection>, _: Nothing) -> Outcome {
    let version = &connection.host.settings.version;
    now(json!({ "qConfig": {
        "qFeatures": { "qIsDesktop": false, "qIsDesktopMode": false },
        "qNativeFeatures": {},
        "qVersion": { "qComponentVersion": version }
    } }))
}

/// The same grammar for every connection.
mod grammar_of {
    use std::sync::Arc;

    use super::grammar::{self, Functions, Kind};
    use crate::Connection;
    use crate::call::Outcome;

    pub(super) fn functions(_: &Arc<Connection>, params: Functions) -> Outcome {
        grammar::get_functions(params)
    }

    pub(super) fn bnf(_: &Arc<Connection>, params: Kind) -> Outcome {
        grammar::get_bnf(params)
    }

    pub(super) fn base_bnf(_: &Arc<Connection>, params: Kind) -> Outcome {
        grammar::get_base_bnf(params)
    }

    pub(super) fn base_bnf_hash(_: &Arc<Connection>, params: Kind) -> Outcome {
        grammar::get_base_bnf_hash(params)
    }

    pub(super) fn base_bnf_string(_: &Arc<Connection>, params: Kind) -> Outcome {
        grammar::get_base_bnf_string(params)
    }
}

/// A random UUID, version 4.
fn get_unique_id(connection: &Arc<Connection>, _: Nothing) -> Outcome {
    let mut digits = connection.host.entropy.hex128();
    digits.replace_range(12..13, "4");
    digits.replace_range(16..17, "a");
    let groups = [(0, 8), (8, 12), (12, 16), (16, 20), (20, 32)];
    let groups: Vec<&str> = groups.iter().map(|(from, to)| &digits[*from..*to]).collect();
    now(json!({ "qUniqueID": groups.join("-") }))
}

/// The encodings in which table files are read.
fn get_supported_code_pages(_: &Arc<Connection>, _: Nothing) -> Outcome {
    let page = |number: u32, name: &str, description: &str| json!({ "qNumber": number, "qName": name, "qDescription": description });
    now(json!({ "qCodePages": [
        page(1200, "utf-16", "Unicode (UTF-16, with a byte order mark)"),
        page(1201, "utf-16be", "Unicode (UTF-16 big-endian, with a byte order mark)"),
        page(1252, "windows-1252", "Western European (Windows)"),
        page(28591, "latin1", "Western European (ISO)"),
        page(65001, "utf-8", "Unicode (UTF-8)"),
    ] }))
}

/// Data comes from the files of app folders: there are no connectors, and no databases behind them.
fn get_custom_connectors(_: &Arc<Connection>, _: Ignored) -> Outcome {
    now(json!({ "qConnectors": [] }))
}

fn get_databases(_: &Arc<Connection>, _: Ignored) -> Outcome {
    now(json!({ "qDatabases": [] }))
}

/// Clients see no drive and no folder of the server.
fn get_logical_drive_strings(_: &Arc<Connection>, _: Nothing) -> Outcome {
    now(json!({ "qDrives": [] }))
}

fn get_folder_items(_: &Arc<Connection>, _: Ignored) -> Outcome {
    now(json!({ "qFolderItems": [] }))
}

fn get_stream_list(_: &Arc<Connection>, _: Nothing) -> Outcome {
    now(json!({ "qStreamList": [] }))
}

fn cancel_request(connection: &Arc<Connection>, params: RequestId) -> Outcome {
    connection.pending.cancel(&params.q_request_id.to_string());
    done()
}

fn abort_all(connection: &Arc<Connection>, _: Nothing) -> Outcome {
    connection.pending.cancel_all();
    done()
}

fn nothing_to_do(_: &Arc<Connection>, _: Ignored) -> Outcome {
    done()
}

/// A request that runs, or the answer that clients take for "no such request".
fn get_progress(connection: &Arc<Connection>, params: RequestId) -> Outcome {
    let runs = connection.pending.is_pending(&params.q_request_id.to_string());
    now(json!({ "qProgressData": {
        "qStarted": true, "qFinished": !runs, "qCompleted": 0, "qTotal": 0, "qKB": 0, "qMillisecs": 0,
        "qErrorData": [], "qPersistentProgressMessages": [],
        "qTransientProgressMessage": { "qMessageCode": 0, "qMessageParameters": [""] }
    } }))
}
