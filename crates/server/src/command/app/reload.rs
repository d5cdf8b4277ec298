//! `fanlight app reload`.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use fanlight_base::{AppId, Clock as _, Entropy as _, SystemClock, SystemEntropy};

use crate::apps::requests::{Requests, Taken};
use crate::output;

/// How often the answer is looked for.
const PAUSE: Duration = Duration::from_millis(100);
/// How long a server may take to notice; it looks twice a second.
const PATIENCE: Duration = Duration::from_secs(10);

/// `fanlight app reload`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The app's name, which is the name of its folder under `apps` too
    pub name: String,
    /// The tenant's data folder
    #[arg(long, value_name = "DIR", default_value = ".fanlight", env = "FANLIGHT_DATA")]
    pub data: PathBuf,
}

/// Asks the server that runs on the data folder to take the app's folder in, and says what came of it.
pub async fn run(args: Args) -> Result<ExitCode> {
    let id: AppId = args
        .name
        .parse()
        .with_context(|| format!("{:?} is no name of an app", args.name))?;
    let folder = args.data.join("apps").join(id.as_str());
    if !folder.join("app.toml").is_file() {
        bail!(
            "there is no app in {}; correct the name, or --data",
            folder.display()
        );
    }
    let requests = Requests::of(&args.data);
    let request = requests.ask(id.as_str(), &SystemEntropy.hex128())?;
    let clock = SystemClock;
    let asked = clock.uptime();
    let mut pauses = tokio::time::interval(PAUSE);
    loop {
        pauses.tick().await;
        match requests.look(&request)? {
            Taken::Answered(answer) => {
                if answer.is_taken_in {
                    output::line(&answer.text);
                    return Ok(ExitCode::SUCCESS);
                }
                output::warning(&answer.text);
                return Ok(ExitCode::FAILURE);
            }
            Taken::No if clock.uptime().saturating_sub(asked) > PATIENCE => {
                requests.withdraw(&request);
                bail!(
                    "no server took the request in {} s; start one on {}, or correct --data",
                    PATIENCE.as_secs(),
                    args.data.display()
                );
            }
            // A large app takes its time to load.
            Taken::No | Taken::UnderWay => {}
        }
    }
}
