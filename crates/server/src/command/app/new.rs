//! `fanlight app new`.

use std::collections::HashSet;
use std::fs;
use std::io::{self, IsTerminal as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};
use fanlight_base::AppId;
use fanlight_ingest::{Draft, check_app};

use crate::apps::{Steps, with_bar};
use crate::output;

/// Kinds of files that are tables.
const KINDS: [&str; 5] = ["csv", "tsv", "tab", "txt", "parquet"];

/// `fanlight app new`.
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    /// The app's name in URLs, which its folder gets too: letters, digits, `-`, `_` and `.`
    pub name: String,
    /// Table files: CSV, TSV or Parquet; they are copied
    #[arg(long, required = true, num_args = 1.., value_name = "FILE")]
    pub from: Vec<PathBuf>,
    /// The folder that the app's folder is made in, such as `.fanlight/apps`
    #[arg(long, default_value = ".", value_name = "DIR")]
    pub into: PathBuf,
    /// Take every proposed link without asking
    #[arg(long)]
    pub yes: bool,
}

/// Writes an app folder from table files.
pub async fn run(args: Args) -> Result<ExitCode> {
    let id: AppId = args.name.parse().with_context(|| {
        format!(
            "{:?} is no name for an app; use 1 to 128 letters, digits, - _ and .",
            args.name
        )
    })?;
    let folder = args.into.join(id.as_str());
    if folder.symlink_metadata().is_ok() {
        bail!(
            "{} is there already, and nothing of it is changed; choose another name or folder",
            folder.display()
        );
    }
    let names = file_names(&args.from)?;
    let staging = Staging::new(&args.into, id.as_str())?;
    let (folder_of_draft, files, name) = (staging.0.clone(), args.from.clone(), id.to_string());
    let drafting = move |steps: &Steps| {
        copy(&files, &names, &folder_of_draft)?;
        anyhow::Ok(Draft::of(&name, &folder_of_draft, &names, steps)?)
    };
    let mut draft = with_bar(&format!("drafting {id}"), drafting).await??;
    decide(&mut draft, args.yes)?;
    for line in draft.lines() {
        output::line(&line);
    }
    for note in &draft.notes {
        output::line(&format!("note: {note}"));
    }
    draft.write(&staging.0)?;
    let drafted = staging.0.clone();
    let check = with_bar(&format!("checking {id}"), move |_| check_app(&drafted)).await?;
    for problem in &check.problems {
        output::line(&problem.to_string());
    }
    if check.n_errors() > 0 {
        bail!("what was drafted does not load, so nothing was written; mend the files by what is said above");
    }
    fs::rename(&staging.0, &folder).with_context(|| format!("{} cannot be created", folder.display()))?;
    output::line(&format!(
        "wrote {}\nnext: look at {}, and change what you like\n      fanlight app check {}",
        folder.display(),
        folder.join("app.toml").display(),
        folder.display()
    ));
    Ok(ExitCode::SUCCESS)
}

/// The names of the files, each of a kind that is read, and each once.
fn file_names(files: &[PathBuf]) -> Result<Vec<String>> {
    let mut names = Vec::new();
    let mut seen = HashSet::new();
    for file in files {
        let known = file
            .extension()
            .is_some_and(|found| KINDS.iter().any(|kind| found.eq_ignore_ascii_case(kind)));
        if !known {
            bail!(
                "{} is no table file; give files that end in .{}",
                file.display(),
                KINDS.join(", .")
            );
        }
        let about = fs::metadata(file)
            .with_context(|| format!("{} cannot be read; correct its path", file.display()))?;
        if !about.is_file() {
            bail!("{} is no file; give the files themselves", file.display());
        }
        let name = file.file_name().and_then(|name| name.to_str());
        let name =
            name.with_context(|| format!("{} has a name that is no text; rename it", file.display()))?;
        if !seen.insert(name.to_lowercase()) {
            bail!("two files are called {name}; rename one of them");
        }
        names.push(name.to_owned());
    }
    Ok(names)
}

fn copy(files: &[PathBuf], names: &[String], staging: &Path) -> Result<()> {
    let data = staging.join("data");
    fs::create_dir(&data).with_context(|| format!("{} cannot be created", data.display()))?;
    for (file, name) in files.iter().zip(names) {
        fs::copy(file, data.join(name))
            .with_context(|| format!("{} cannot be copied to {}", file.display(), data.display()))?;
    }
    Ok(())
}

/// Explains each proposed link, and asks about it where somebody sits at a terminal.
fn decide(draft: &mut Draft, takes_all: bool) -> Result<()> {
    let asks = !takes_all && io::stdin().is_terminal() && io::stdout().is_terminal();
    for link in &mut draft.links {
        if asks {
            link.is_accepted = output::ask(&format!("{}. Link the tables by it?", link.why))?;
        }
        let verb = if link.is_accepted { "linked" } else { "not linked" };
        output::line(&format!("{verb}: {}", link.why));
    }
    Ok(())
}

/// A folder that is gone when the command ends, unless it has become the app's.
struct Staging(PathBuf);

impl Staging {
    fn new(into: &Path, name: &str) -> Result<Self> {
        fs::create_dir_all(into).with_context(|| format!("{} cannot be created", into.display()))?;
        let folder = into.join(format!(".{name}.{}.new", std::process::id()));
        fs::create_dir(&folder)
            .with_context(|| format!("{} cannot be created; make its folder writable", folder.display()))?;
        Ok(Self(folder))
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        // After a success it bears another name.
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run_now(args: &Args) -> Result<ExitCode> {
        crate::run::block_on(run(args.clone()))
    }

    const ORDERS: &str = "order_id,customer_id,Date,Amount,Status\n\
        1,7,2024-01-05,10.50,open\n2,8,2024-02-06,20,paid\n3,7,2024-03-07,,paid\n4,9,2024-03-08,5.25,open\n";
    const CUSTOMERS: &str = "id,Name,Zip\n7,Ada,01234\n8,Bob,10115\n9,Cyd,00501\n";

    fn args(dir: &Path, files: &[(&str, &str)]) -> Args {
        let from = files.iter().map(|(name, text)| {
            let file = dir.join(name);
            fs::write(&file, text).unwrap();
            file
        });
        Args {
            name: "shop".to_owned(),
            from: from.collect(),
            into: dir.join("apps"),
            yes: false,
        }
    }

    #[test]
    fn an_app_is_written_that_has_no_problems() {
        let dir = tempfile::tempdir().unwrap();
        run_now(&args(
            dir.path(),
            &[("orders.csv", ORDERS), ("customers.csv", CUSTOMERS)],
        ))
        .unwrap();
        let folder = dir.path().join("apps/shop");
        let check = check_app(&folder);
        assert_eq!(check.problems, []);
        let links = check.summary.unwrap().links;
        assert_eq!(links.len(), 1);
        assert_eq!(links[0].field, "customer_id");
        let manifest = fs::read_to_string(folder.join("app.toml")).unwrap();
        for line in [
            "# Link: 100 % of the 3 values of orders.customer_id are in customers.id, where each occurs once.",
            "\"id\" = { field = \"customer_id\" } # whole number, 7 to 9, 3 values, each once",
            "\"Zip\" = { type = \"text\" } # code, 3 values, each once",
            "\"Date\" = \"Date\" # date, 2024-01-05 to 2024-03-08, 4 values, each once",
            "csv = { nulls = [\"\"] }",
            "expression = \"Sum([Amount])\"",
        ] {
            assert!(manifest.contains(line), "{line}\n{manifest}");
        }
        let left: Vec<_> = fs::read_dir(dir.path().join("apps")).unwrap().collect();
        assert_eq!(left.len(), 1, "nothing else is left behind: {left:?}");
    }

    #[test]
    fn a_folder_that_is_there_is_never_touched() {
        let dir = tempfile::tempdir().unwrap();
        let args = args(dir.path(), &[("orders.csv", ORDERS)]);
        let folder = dir.path().join("apps/shop");
        fs::create_dir_all(&folder).unwrap();
        let error = run_now(&args).unwrap_err().to_string();
        assert!(error.contains("is there already"), "{error}");
        assert_eq!(fs::read_dir(folder).unwrap().count(), 0);
    }

    #[test]
    fn each_refusal_says_what_to_do_and_leaves_nothing_behind() {
        let dir = tempfile::tempdir().unwrap();
        let is_refused = |change: &dyn Fn(&mut Args), expected: &str| {
            let mut args = args(dir.path(), &[("orders.csv", ORDERS)]);
            change(&mut args);
            let error = run_now(&args).unwrap_err();
            assert!(!dir.path().join("apps/shop").exists());
            let left = fs::read_dir(dir.path().join("apps")).map_or(0, Iterator::count);
            assert_eq!(left, 0, "{error:#}");
            assert!(format!("{error:#}").contains(expected), "{error:#}");
        };
        is_refused(&|args| args.name = "a b".to_owned(), "letters, digits");
        is_refused(
            &|args| args.from = vec![dir.path().join("orders.xlsx")],
            "give files that end in .csv",
        );
        is_refused(
            &|args| args.from = vec![dir.path().join("none.csv")],
            "correct its path",
        );
        is_refused(&|args| args.from.push(args.from[0].clone()), "rename one of them");
        is_refused(&|args| fs::write(&args.from[0], "a,b\n").unwrap(), "has no rows");
        is_refused(
            &|args| fs::write(&args.from[0], "a,b\n1,2,3\n").unwrap(),
            "cannot be loaded",
        );
    }
}
