//! The command line.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use crate::command::app::{new, reload};
use crate::command::{api_key, keys, token};
use crate::logging::{LogFormat, LogLevel};

/// Interactive analytics inside other people's web portals.
#[derive(Debug, Parser)]
#[command(name = "fanlight", version, about, max_term_width = 100)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// The form of log lines; text when neither this nor the configuration says
    #[arg(long, global = true, value_enum, env = "FANLIGHT_LOG_FORMAT")]
    pub log_format: Option<LogFormat>,
    /// How much is logged; info when neither this nor the configuration says
    #[arg(long, global = true, value_enum, env = "FANLIGHT_LOG_LEVEL")]
    pub log_level: Option<LogLevel>,
}

/// One command.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Starts a tenant and a demo portal on a sample app, with everything set up
    #[command(after_help = "Example: fanlight demo --tls --data demo-data")]
    Demo(DemoArgs),
    /// Runs the tenant as a service
    #[command(after_help = "Example: fanlight serve --config fanlight.toml")]
    Serve(ServeArgs),
    /// Makes and explains sign-in tokens
    Token(token::Args),
    /// Makes and lists the keys that tokens are signed with
    Keys(keys::Args),
    /// Makes, lists and revokes the API keys of programs
    ApiKey(api_key::Args),
    /// Checks app folders
    App(AppArgs),
}

/// `fanlight demo`.
#[derive(Debug, Args)]
pub struct DemoArgs {
    /// Where the tenant listens; port 0 takes a free one
    #[arg(long, default_value = "127.0.0.1:8080")]
    pub tenant_addr: SocketAddr,
    /// Where the demo portal listens; port 0 takes a free one
    #[arg(long, default_value = "127.0.0.1:8081")]
    pub portal_addr: SocketAddr,
    /// Serve both by HTTPS, with a certificate authority made for this machine
    #[arg(long)]
    pub tls: bool,
    /// Print one line of JSON when ready, for scripts
    #[arg(long)]
    pub json: bool,
    /// Where state is kept
    #[arg(long, default_value = ".fanlight", env = "FANLIGHT_DATA")]
    pub data: PathBuf,
    /// Take app folders in whenever they change, while sessions go on
    #[arg(long)]
    pub watch_apps: bool,
}

/// `fanlight serve`.
#[derive(Debug, Args)]
pub struct ServeArgs {
    /// The configuration
    #[arg(long, env = "FANLIGHT_CONFIG")]
    pub config: PathBuf,
    /// Take app folders in whenever they change, while sessions go on
    #[arg(long)]
    pub watch_apps: bool,
}

/// `fanlight app`.
#[derive(Debug, Args)]
pub struct AppArgs {
    /// What to do.
    #[command(subcommand)]
    pub command: AppCommand,
}

/// One thing to do with apps.
#[derive(Debug, Subcommand)]
pub enum AppCommand {
    /// Says what is wrong or doubtful with an app folder, with file, line, column and fix, and what it holds
    #[command(
        after_help = "Exit status: 0 if nothing is wrong, 1 if something is, 3 with --strict if something is doubtful.\n\n\
                      Example: fanlight app check apps/flights"
    )]
    Check {
        /// The app's folder
        dir: PathBuf,
        /// Fail on warnings too
        #[arg(long)]
        strict: bool,
    },
    /// Writes an app folder from table files: types, links, measures and a first sheet
    #[command(
        after_help = "Links are asked about at a terminal, and taken as proposed elsewhere. Nothing that is there is overwritten.\n\n\
                      Example: fanlight app new sales --from orders.csv customers.csv --into .fanlight/apps"
    )]
    New(new::Args),
    /// Has the running server take an app's changed folder in, while sessions go on
    #[command(
        after_help = "The folder is <data>/apps/NAME. If its check fails nothing changes, and the status is 1.\n\n\
                      Example: fanlight app reload sales --data .fanlight"
    )]
    Reload(reload::Args),
}
