//! Sheets and charts: `objects/*.json`, each a property tree.

mod contents;
mod kinds;
mod sheets;

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

pub(crate) use contents::{Expressions, check_contents, check_manifest};

use crate::files;
use crate::json_lines::{Step, place_of};
use crate::limits::Limits;
use crate::manifest::Manifest;
use crate::problem::{Complaint, Place, Problem, SourceFile, problem_in};

/// The folder of the object files in an app folder.
const FOLDER: &str = "objects";

/// One object file.
pub(crate) struct ObjectFile {
    pub source: SourceFile,
    /// `{"qProperty": {…}, "qChildren": [tree, …]}`, or the bare properties of an object without children.
    pub tree: Value,
}

/// An object somewhere in the files.
pub(crate) struct Object<'a> {
    pub file: &'a ObjectFile,
    /// From the file's root to the object's properties.
    pub path: Vec<Step>,
    pub properties: &'a Value,
    pub id: &'a str,
    pub kind: &'a str,
}

impl Object<'_> {
    /// A problem at a place below the object's properties.
    pub fn problem(&self, below: &[Step], complaint: Complaint) -> Problem {
        let path: Vec<_> = self.path.iter().chain(below).cloned().collect();
        self.file.problem(&path, complaint)
    }
}

impl ObjectFile {
    fn problem(&self, path: &[Step], complaint: Complaint) -> Problem {
        let place = place_of(&self.source.text, path);
        problem_in(&self.source.path, complaint.at(place))
    }
}

/// Reads all object files, in the order of their names. No folder means no objects.
pub(crate) fn read_all(dir: &Path, limits: &Limits, problems: &mut Vec<Problem>) -> Vec<ObjectFile> {
    let folder = Path::new(FOLDER);
    let entries = match fs::symlink_metadata(dir.join(folder)) {
        // Whatever is no folder is told with the other things that do not belong into an app's folder.
        Ok(metadata) if metadata.is_dir() => fs::read_dir(dir.join(folder)),
        _ => return Vec::new(),
    };
    let entries = match entries {
        Ok(entries) => entries,
        Err(error) => {
            let message = format!("the folder cannot be read: {error}");
            problems.push(problem_in(folder, Complaint::new(message, "make it readable")));
            return Vec::new();
        }
    };
    let mut paths: Vec<PathBuf> = entries
        .filter_map(Result::ok)
        .filter(|entry| {
            entry
                .file_type()
                .is_ok_and(|kind| kind.is_file() || kind.is_dir())
        })
        .map(|entry| folder.join(entry.file_name()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
        .collect();
    paths.sort();
    let mut files = Vec::new();
    for path in paths {
        match read(dir, path, limits) {
            Ok(file) => files.push(file),
            Err(problem) => problems.push(*problem),
        }
    }
    files
}

fn read(dir: &Path, path: PathBuf, limits: &Limits) -> Result<ObjectFile, Box<Problem>> {
    let source = files::read_text(dir, path, limits)?;
    match serde_json::from_str(&source.text) {
        Ok(tree) => Ok(ObjectFile { source, tree }),
        Err(error) => {
            let place = Place::of_column(&source.text, error.line(), error.column());
            let complaint = Complaint::new(
                format!("the file is not JSON: {}", without_place(&error)),
                "correct the syntax there",
            );
            Err(Box::new(problem_in(&source.path, complaint.at(place))))
        }
    }
}

/// The parser's words without the place, which the problem has already.
fn without_place(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let place = format!(" at line {} column {}", error.line(), error.column());
    text.strip_suffix(&place).unwrap_or(&text).to_owned()
}

/// Checks the trees' shape and the sheets' grids, and returns all objects.
pub(crate) fn check_structure<'a>(
    files: &'a [ObjectFile],
    manifest: &Manifest,
    limits: &Limits,
    problems: &mut Vec<Problem>,
) -> Vec<Object<'a>> {
    let mut objects = Vec::new();
    for file in files {
        collect(file, &file.tree, &mut Vec::new(), &mut objects, problems);
    }
    if objects.len() > limits.objects {
        let message = format!(
            "the app has {} objects, more than {}",
            objects.len(),
            limits.objects
        );
        problems.push(problem_in(
            Path::new(FOLDER),
            Complaint::new(message, "split the app"),
        ));
    }
    check_ids(&objects, manifest, problems);
    sheets::check(&objects, problems);
    kinds::check(&objects, problems);
    objects
}

/// Walks a tree. The JSON reader bounds how deep one can be.
fn collect<'a>(
    file: &'a ObjectFile,
    tree: &'a Value,
    path: &mut Vec<Step>,
    objects: &mut Vec<Object<'a>>,
    problems: &mut Vec<Problem>,
) {
    let length = path.len();
    let properties = match tree.get("qProperty") {
        Some(properties) => {
            path.push(Step::Key("qProperty".into()));
            properties
        }
        None => tree,
    };
    let text = |key: &str| {
        properties
            .get("qInfo")
            .and_then(|info| info.get(key))
            .and_then(Value::as_str)
    };
    match (text("qId"), text("qType")) {
        (Some(id), Some(kind)) if !id.is_empty() && !kind.is_empty() => {
            objects.push(Object {
                file,
                path: path.clone(),
                properties,
                id,
                kind,
            });
        }
        _ => {
            let fix = "give it \"qInfo\": {\"qId\": …, \"qType\": …}, in \"qProperty\" if it has children";
            problems.push(file.problem(path, Complaint::new("the object has no id or no type", fix)));
        }
    }
    path.truncate(length);
    let children = tree
        .get("qChildren")
        .and_then(Value::as_array)
        .map_or(&[] as &[Value], Vec::as_slice);
    path.push(Step::Key("qChildren".into()));
    for (position, child) in children.iter().enumerate() {
        path.push(Step::Index(position));
        collect(file, child, path, objects, problems);
        path.pop();
    }
    path.truncate(length);
}

fn check_ids(objects: &[Object<'_>], manifest: &Manifest, problems: &mut Vec<Problem>) {
    let mut seen: HashMap<&str, &Path> = HashMap::new();
    let file = Path::new(crate::manifest::FILE);
    let masters = manifest
        .dimensions
        .iter()
        .map(|item| &item.id)
        .chain(manifest.measures.iter().map(|item| &item.id));
    seen.extend(masters.map(|id| (id.get_ref().as_str(), file)));
    for object in objects {
        if let Some(first) = seen.insert(object.id, &object.file.source.path) {
            let message = format!("the id {:?} is taken: {} has it too", object.id, first.display());
            let below = [Step::Key("qInfo".into()), Step::Key("qId".into())];
            problems.push(object.problem(
                &below,
                Complaint::new(message, "give each object an id of its own"),
            ));
        }
    }
}
