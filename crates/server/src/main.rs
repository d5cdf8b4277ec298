//! The Fanlight server: reads its configuration, builds everything, owns start, stop and the command line.

mod apps;
mod args;
mod command;
mod data_folder;
mod demo;
mod embedded;
mod files;
mod journal;
mod logging;
mod memory;
mod output;
mod run;
mod tls;

use std::process::ExitCode;

use anyhow::Result;
use clap::Parser as _;

use crate::args::{AppCommand, Cli, Command};
use crate::command::app::check::Strictness;
use crate::logging::{LogFormat, LogLevel};

/// The C library's allocator keeps what thousands of sessions once took for as long as the process lives; this one gives
/// it back to the machine while nothing happens. `docs/PERFORMANCE.md` has the figures.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() -> ExitCode {
    match dispatch(Cli::parse()) {
        Ok(code) => code,
        Err(error) => {
            output::warning(&sentence(&error));
            ExitCode::FAILURE
        }
    }
}

fn dispatch(cli: Cli) -> Result<ExitCode> {
    let wanted = (cli.log_format, cli.log_level);
    match cli.command {
        Command::Demo(args) => {
            // The demo's own lines on standard output say what a person wants to know.
            logging::start(wanted, (LogFormat::Text, LogLevel::Warn));
            run::block_on(command::demo::run(args))
        }
        Command::Serve(args) => command::serve::run(&args, wanted),
        Command::Token(args) => command::token::run(args),
        Command::Keys(args) => command::keys::run(args),
        Command::ApiKey(args) => command::api_key::run(args),
        Command::App(args) => match args.command {
            AppCommand::Check { dir, strict } => {
                let strictness = if strict {
                    Strictness::Warnings
                } else {
                    Strictness::Errors
                };
                command::app::check::check(&dir, strictness)
            }
            AppCommand::New(args) => run::block_on(command::app::new::run(args)),
            AppCommand::Reload(args) => run::block_on(command::app::reload::run(args)),
        },
    }
}

/// The error and its causes, as one sentence.
fn sentence(error: &anyhow::Error) -> String {
    let causes: Vec<String> = error.chain().map(ToString::to_string).collect();
    format!("fanlight: {}", causes.join(": "))
}
