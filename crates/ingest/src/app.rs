//! An app folder, loaded or checked.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::UNIX_EPOCH;

use fanlight_engine::{DataModel, Library, Locale, ModelError, Session, Settings, Snapshot};
use fanlight_protocol::chart::THEME_IDS;
use serde_json::{Value, json};

use crate::files;
use crate::json_lines::Step;
use crate::limits::Limits;
use crate::manifest::{self, Manifest, TablePlan};
use crate::master;
use crate::objects::{self, Expressions, Object};
use crate::problem::{Complaint, Problem, SourceFile, did_you_mean, problem_in};
use crate::progress::Progress;
use crate::summary::Summary;
use crate::table::{self, Ground};
use crate::unmatched;

/// An app as its folder has it.
#[derive(Clone, Debug)]
pub struct LoadedApp {
    /// The app's id: `name` in the manifest.
    pub id: String,
    /// The title people see.
    pub title: String,
    /// What the app is about.
    pub description: String,
    /// The theme's id.
    pub theme: Option<String>,
    /// Who may open it; `None` is everyone in the tenant.
    pub access: Option<AppAccess>,
    /// Tables, fields and links.
    pub model: Arc<DataModel>,
    /// Separators, formats and names.
    pub locale: Locale,
    /// Variables in the manifest's order: name and definition.
    pub variables: Vec<(String, String)>,
    /// Sheets, charts and the app's properties as property trees: `{"qProperty": {…}, "qChildren": [tree, …]}`, or the
    /// bare properties of an object without children.
    pub objects: Vec<Value>,
    /// Master dimensions: `{"qInfo": {…}, "qDim": {…}, "qMetaDef": {…}}`.
    pub dimensions: Vec<Value>,
    /// Master measures: `{"qInfo": {…}, "qMeasure": {…}, "qMetaDef": {…}}`.
    pub measures: Vec<Value>,
    /// When the newest data file was written, in milliseconds since 1970.
    pub data_modified_ms: Option<u64>,
    /// What is doubtful about it.
    pub warnings: Vec<Problem>,
}

/// What [`check_app`] found.
#[derive(Clone, Debug, PartialEq)]
pub struct Check {
    /// Errors and warnings.
    pub problems: Vec<Problem>,
    /// What the app holds, if its tables can be read and linked.
    pub summary: Option<Summary>,
}

impl Check {
    /// How many problems stand in the way.
    pub fn n_errors(&self) -> usize {
        self.problems.iter().filter(|problem| problem.is_error()).count()
    }

    /// How many problems are doubts.
    pub fn n_warnings(&self) -> usize {
        self.problems.len() - self.n_errors()
    }
}

/// Who may open an app, beside administrators of the tenant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AppAccess {
    /// Subjects: the `sub` of people's tokens.
    pub users: Vec<String>,
    /// Names of groups.
    pub groups: Vec<String>,
}

/// Why an app folder cannot be loaded.
#[derive(Clone, Debug)]
pub struct AppError {
    /// The app's folder.
    pub dir: PathBuf,
    /// What stands in the way; at least one thing.
    pub problems: Vec<Problem>,
}

impl fmt::Display for AppError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the app in {} cannot be loaded", self.dir.display())?;
        if let Some(first) = self.problems.first() {
            write!(f, ": {first}")?;
        }
        match self.problems.len() {
            0 | 1 => Ok(()),
            n_problems => write!(f, ", and {} more", n_problems - 1),
        }
    }
}

impl std::error::Error for AppError {}

/// Loads an app folder within the default [`Limits`].
///
/// # Errors
/// If anything stands in the way; all that does. What is only doubtful is in [`LoadedApp::warnings`].
pub fn load_app(dir: &Path, progress: &dyn Progress) -> Result<LoadedApp, AppError> {
    load_app_within(dir, &Limits::default(), progress)
}

/// Loads an app folder.
///
/// # Errors
/// If anything stands in the way; all that does. What is only doubtful is in [`LoadedApp::warnings`].
pub fn load_app_within(dir: &Path, limits: &Limits, progress: &dyn Progress) -> Result<LoadedApp, AppError> {
    let (app, problems) = open(dir, limits, progress);
    let (errors, warnings): (Vec<_>, Vec<_>) = problems.into_iter().partition(Problem::is_error);
    match app {
        Some(app) if errors.is_empty() => Ok(LoadedApp { warnings, ..app }),
        _ => Err(AppError {
            dir: dir.to_owned(),
            problems: errors,
        }),
    }
}

/// Says what is wrong with an app folder, and what it holds. It loads the data, so it takes as long.
pub fn check_app(dir: &Path) -> Check {
    let (app, problems) = open(dir, &Limits::default(), &());
    Check {
        summary: app.map(|app| Summary::of(&app.model)),
        problems,
    }
}

/// The type of the object that holds an app's own properties.
const APP_PROPERTIES: &str = "appprops";

/// The type of sheets.
const SHEET: &str = "sheet";

/// The app, unless a problem stands in the way of even looking at it.
fn open(dir: &Path, limits: &Limits, progress: &dyn Progress) -> (Option<LoadedApp>, Vec<Problem>) {
    let mut problems = Vec::new();
    let parsed = files::read_text(dir, manifest::FILE.into(), limits)
        .and_then(|file| Ok((manifest::parse(&file)?, file)));
    let (raw, file) = match parsed {
        Ok(parsed) => parsed,
        Err(problem) => return (None, vec![*problem]),
    };
    let manifest = manifest::check(raw, &file, limits, &mut problems);
    let sources: Vec<_> = manifest
        .tables
        .iter()
        .map(|plan| plan.source.get_ref().as_path())
        .collect();
    files::check(dir, &sources, limits, &mut problems);
    let files = objects::read_all(dir, limits, &mut problems);
    let found = objects::check_structure(&files, &manifest, limits, &mut problems);
    let theme = theme(&manifest, &file, &found, &mut problems);
    let ground = Ground {
        dir,
        locale: &manifest.locale,
        limits,
        progress,
    };
    let model = model(&manifest, &ground, &file, &mut problems);
    let snapshot = model.as_ref().map(|model| snapshot(model, &manifest));
    let expressions = snapshot.as_ref().map(|snapshot| Expressions { snapshot });
    objects::check_contents(&found, &manifest, expressions.as_ref(), &mut problems);
    if let Some(expressions) = &expressions {
        objects::check_manifest(&manifest, &file, expressions, &mut problems);
    }
    if problems.is_empty() && found.iter().all(|object| object.kind != SHEET) {
        let complaint = Complaint::warning(
            "the app has no sheet, so there is nothing to open",
            "add objects/sheet.json with an object of type \"sheet\"; apps/README.md has one to begin with",
        );
        problems.push(problem_in(&file.path, complaint));
    }
    let has_properties = found.iter().any(|object| object.kind == APP_PROPERTIES);
    let mut trees: Vec<Value> = files.into_iter().map(|file| file.tree).collect();
    if !has_properties {
        trees.insert(0, app_properties(theme.as_deref()));
    }
    (
        model.map(|model| finish(dir, manifest, model, theme, trees)),
        problems,
    )
}

/// The app's theme, which the manifest and the app's properties may both name.
fn theme(
    manifest: &Manifest,
    file: &SourceFile,
    objects: &[Object<'_>],
    problems: &mut Vec<Problem>,
) -> Option<String> {
    let properties = objects.iter().find(|object| object.kind == APP_PROPERTIES);
    let theirs = properties.and_then(|object| {
        let theme = object.properties.get("theme")?;
        theme.as_str().or_else(|| theme.get("id")?.as_str())
    });
    match (&manifest.theme, theirs) {
        (Some(ours), Some(theirs)) if ours.get_ref() != theirs => {
            let message = format!(
                "the theme is {:?} here and {theirs:?} in the app's properties",
                ours.get_ref()
            );
            let complaint = Complaint::new(message, "make both the same, or remove one");
            problems.push(file.problem_at(&ours.span(), complaint));
        }
        (Some(ours), _) => {
            let unknown = unknown_theme(ours.get_ref());
            problems.extend(unknown.map(|complaint| file.problem_at(&ours.span(), complaint)));
        }
        (None, Some(theirs)) => {
            let problem = properties.zip(unknown_theme(theirs));
            let below = [Step::Key("theme".into())];
            problems.extend(problem.map(|(object, complaint)| object.problem(&below, complaint)));
        }
        (None, None) => {}
    }
    manifest
        .theme
        .as_ref()
        .map(|theme| theme.get_ref().clone())
        .or_else(|| theirs.map(str::to_owned))
}

/// What is doubtful about a theme's id; a page falls back to the usual theme where there is none of that id.
fn unknown_theme(id: &str) -> Option<Complaint> {
    let known = THEME_IDS.contains(&id);
    (!known).then(|| {
        let fix = did_you_mean(id, THEME_IDS.into_iter());
        Complaint::warning(format!("there is no theme {id:?}"), fix)
    })
}

/// The tables as a data model, if nothing stands in the way.
fn model(
    manifest: &Manifest,
    ground: &Ground<'_>,
    file: &SourceFile,
    problems: &mut Vec<Problem>,
) -> Option<Arc<DataModel>> {
    let before = problems.len();
    let (tables, forms) = table::read_all(&manifest.tables, ground, file, problems);
    if !manifest.is_whole || problems[before..].iter().any(Problem::is_error) {
        return None;
    }
    match DataModel::new(tables) {
        Ok(model) => {
            let model = model.with_forms(forms);
            unmatched::check(&model, manifest, file, problems);
            Some(Arc::new(model))
        }
        Err(error) => {
            problems.push(model_problem(&error, manifest, file));
            None
        }
    }
}

/// Says where the manifest makes tables that cannot be linked.
fn model_problem(error: &ModelError, manifest: &Manifest, file: &SourceFile) -> Problem {
    let table = match error {
        ModelError::SyntheticKey { right, .. } => right,
        ModelError::Cycle { tables, .. } => tables.last().map_or("", String::as_str),
        ModelError::RaggedTable { table, .. }
        | ModelError::DuplicateField { table, .. }
        | ModelError::DuplicateTable { table } => table,
    };
    let message = error.to_string();
    let (what, fix) = message
        .split_once(": ")
        .unwrap_or((&message, "rename fields in one of the tables"));
    let complaint = Complaint::new(what, fix);
    match manifest.tables.iter().find(|plan| plan.name.get_ref() == table) {
        Some(plan) => file.problem_at(&plan.name.span(), complaint),
        None => problem_in(&file.path, complaint),
    }
}

/// A look at the model without selections, to judge expressions by. Time plays no part in that.
fn snapshot(model: &Arc<DataModel>, manifest: &Manifest) -> Snapshot {
    let measures = manifest.measures.iter();
    let settings = Settings {
        locale: manifest.locale.clone(),
        variables: variables(manifest),
        library: Library {
            measures: measures
                .map(|item| (item.title.clone(), item.expression.get_ref().clone()))
                .collect(),
        },
        ..Settings::default()
    };
    Session::new(Arc::clone(model), settings).snapshot()
}

fn variables(manifest: &Manifest) -> Vec<(String, String)> {
    manifest
        .variables
        .iter()
        .map(|(name, definition)| (name.get_ref().clone(), definition.clone()))
        .collect()
}

/// The app's properties, for apps that have no object for them.
fn app_properties(theme: Option<&str>) -> Value {
    let mut properties = json!({ "qInfo": { "qId": APP_PROPERTIES, "qType": APP_PROPERTIES } });
    if let Some(theme) = theme {
        properties["theme"] = theme.into();
    }
    json!({ "qProperty": properties, "qChildren": [] })
}

fn finish(
    dir: &Path,
    manifest: Manifest,
    model: Arc<DataModel>,
    theme: Option<String>,
    objects: Vec<Value>,
) -> LoadedApp {
    LoadedApp {
        variables: variables(&manifest),
        objects,
        dimensions: master::dimensions(&manifest),
        measures: master::measures(&manifest),
        data_modified_ms: data_modified_ms(dir, &manifest.tables),
        theme,
        model,
        access: manifest.access,
        id: manifest.id,
        title: manifest.title,
        description: manifest.description,
        locale: manifest.locale,
        warnings: Vec::new(),
    }
}

fn data_modified_ms(dir: &Path, tables: &[TablePlan]) -> Option<u64> {
    let modified = tables.iter().filter_map(|plan| {
        let written = fs::metadata(dir.join(plan.source.get_ref()))
            .ok()?
            .modified()
            .ok()?;
        u64::try_from(written.duration_since(UNIX_EPOCH).ok()?.as_millis()).ok()
    });
    modified.max()
}
