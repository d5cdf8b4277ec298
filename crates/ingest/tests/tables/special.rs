//! What is no regular file is refused by its name and never opened: opening a named pipe would wait for ever.

use std::os::unix::fs::symlink;
use std::os::unix::net::UnixListener;
use std::process::Command;

use crate::common::Folder;
use crate::support::{only, said};

const MANIFEST: &str = "name = \"x\"\n[[tables]]\nname = \"T\"\nsource = \"data/t.csv\"\n";

fn pipe(folder: &Folder, path: &str) {
    let path = folder.path().join(path);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
}

fn link(folder: &Folder, target: &str, path: &str) {
    symlink(target, folder.path().join(path)).unwrap();
}

#[test]
fn a_pipe_where_a_file_should_be() {
    let folder = Folder::new();
    pipe(&folder, "app.toml");
    assert_eq!(
        only(&folder).to_string(),
        "app.toml: error: \"app.toml\" is a named pipe, which is not opened (put the file itself there: an app is a folder of \
         regular files)"
    );
    let folder = Folder::new().with("app.toml", MANIFEST);
    pipe(&folder, "data/t.csv");
    assert!(
        only(&folder)
            .to_string()
            .starts_with("app.toml:4:10: error: \"data/t.csv\" is a named pipe"),
        "{:?}",
        said(&folder)
    );
    let folder = Folder::new().with("app.toml", &MANIFEST.replace("csv", "parquet"));
    pipe(&folder, "data/t.parquet");
    assert!(
        only(&folder)
            .message
            .contains("\"data/t.parquet\" is a named pipe")
    );
    let folder = Folder::new().with("app.toml", "name = \"x\"\n");
    pipe(&folder, "objects/s.json");
    assert!(
        only(&folder)
            .to_string()
            .starts_with("objects/s.json: error: \"objects/s.json\" is a named pipe")
    );
}

#[test]
fn links_lead_nowhere() {
    let elsewhere = Folder::new()
        .with("t.csv", "A\n1\n")
        .with("s.json", "{}")
        .with("app.toml", "name = \"y\"\n");
    let target = |name: &str| elsewhere.path().join(name).display().to_string();
    let folder = Folder::new();
    link(&folder, &target("app.toml"), "app.toml");
    assert!(only(&folder).message.contains("\"app.toml\" is a symbolic link"));
    let folder = Folder::new()
        .with("app.toml", MANIFEST)
        .with("data/other.csv", "");
    link(&folder, &target("t.csv"), "data/t.csv");
    assert!(
        only(&folder)
            .message
            .contains("\"data/t.csv\" is a symbolic link")
    );
    let folder = Folder::new()
        .with("app.toml", MANIFEST)
        .with("here.csv", "A\n1\n");
    link(&folder, elsewhere.path().to_str().unwrap(), "data");
    assert_eq!(
        only(&folder).message,
        "\"data/t.csv\" is not opened, because \"data\" on the way to it is a symbolic link"
    );
    let folder = Folder::new().with("app.toml", "name = \"x\"\n");
    link(&folder, elsewhere.path().to_str().unwrap(), "objects");
    assert!(
        only(&folder)
            .to_string()
            .starts_with("objects: error: \"objects\" is a symbolic link")
    );
    let folder = Folder::new()
        .with("app.toml", "name = \"x\"\n")
        .with("objects/a.txt", "");
    link(&folder, &target("s.json"), "objects/s.json");
    link(&folder, "nowhere", "objects/t.json");
    assert_eq!(said(&folder).len(), 2, "{:?}", said(&folder));
}

#[test]
fn devices_sockets_and_what_nobody_names() {
    let folder = Folder::new().with("app.toml", &MANIFEST.replace("data/t.csv", "zero.csv"));
    link(&folder, "/dev/zero", "zero.csv");
    assert!(only(&folder).message.contains("\"zero.csv\" is a symbolic link"));
    let folder = Folder::new().with("app.toml", &MANIFEST.replace("data/t.csv", "s.csv"));
    let _socket = UnixListener::bind(folder.path().join("s.csv")).unwrap();
    assert!(only(&folder).message.contains("\"s.csv\" is a socket"));
    let folder = Folder::new().with("app.toml", "name = \"x\"\n");
    pipe(&folder, "notes/deep/pipe");
    assert!(
        only(&folder).to_string().starts_with("notes/deep/pipe: error: "),
        "{:?}",
        said(&folder)
    );
    let folder = Folder::new()
        .with("app.toml", &MANIFEST.replace("data/t.csv", "data.csv"))
        .with("data.csv/x", "");
    assert!(only(&folder).message.contains("\"data.csv\" is a folder"));
    let folder = Folder::new().with("app.toml", MANIFEST).with("data", "");
    assert!(
        only(&folder).message.contains("\"data\" on the way to it is"),
        "{:?}",
        said(&folder)
    );
}

#[test]
fn the_apps_own_folder_may_be_a_link() {
    let folder = Folder::new().with("app.toml", "name = \"x\"\n");
    let beside = tempfile::tempdir().unwrap();
    symlink(folder.path(), beside.path().join("x")).unwrap();
    let check = fanlight_ingest::check_app(&beside.path().join("x"));
    assert_eq!(check.n_errors(), 0, "{:?}", check.problems);
}
