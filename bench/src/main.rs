//! Benchmarks: each measures the product and, in the same run on the same disk, SQLite alone, or a bare HTTP server.
//!
//! One command each (`docs/bench.md`). *Not* tests: nothing is asserted about time. Invariant: both
//! sides keep the same promise, that what was answered is on the disk.

mod consent;
mod group_commit;
mod http;
mod import;
mod journey;
mod pages;
mod people;
mod read;
mod store;
mod table;
mod visit;

use std::path::PathBuf;

use clap::{Parser, Subcommand};

/// Measures Assent against SQLite alone.
#[derive(Parser)]
#[command(name = "bench")]
struct Cli {
    #[command(subcommand)]
    what: Option<What>,
    /// Where the stores are made while measuring; on the disk that is to be measured.
    #[arg(long, global = true, default_value = "target")]
    folder: PathBuf,
}

#[derive(Subcommand)]
enum What {
    /// Durable, audited updates a second, with 1, 16 and 256 concurrent callers.
    GroupCommit {
        /// How long each line is measured.
        #[arg(long, default_value_t = 5)]
        seconds: u64,
    },
    /// Requests a second over HTTP and processor time of each, beside a server that says hello.
    Http {
        /// The program that is measured.
        #[arg(long, default_value = "target/release/assent")]
        binary: PathBuf,
        /// Its database, as `assent --database` takes it; else SQLite.
        #[arg(long)]
        database: Option<String>,
        /// How long each line is measured.
        #[arg(long, default_value_t = 5)]
        seconds: u64,
        /// Callers at the same time.
        #[arg(long, default_value_t = 16)]
        callers: usize,
    },
    /// The server that says hello.
    #[command(hide = true)]
    Hello,
    /// Forms submitted and decisions of the gate a second; weight of pages and time to their first byte.
    Consent {
        /// How long each line is measured.
        #[arg(long, default_value_t = 5)]
        seconds: u64,
    },
    /// Rows a second of an import.
    Import {
        /// A file of your own; else one of 20,000 rows is made.
        #[arg(long)]
        file: Option<PathBuf>,
        /// How the file is read; else as `examples/prospects.toml` says.
        #[arg(long)]
        mapping: Option<PathBuf>,
    },
    /// Participants a second that enter a journey, and that are moved to their mail.
    Journey {
        /// So many contacts.
        #[arg(long, default_value_t = 5_000)]
        contacts: usize,
    },
    /// A page of a list of a million rows, near its head and far down, and how many rows it has.
    Pages {
        /// A database on a server without a store, as postgres://user@host/database; else SQLite.
        #[arg(long)]
        database: Option<String>,
        /// So many contacts.
        #[arg(long, default_value_t = 1_000_000)]
        rows: usize,
    },
    /// Reads a second: one record, and a filtered page.
    Read {
        /// How long each line is measured.
        #[arg(long, default_value_t = 3)]
        seconds: u64,
    },
}

fn main() -> anyhow::Result<()> {
    let cli = Cli::parse();
    match cli.what {
        Some(What::GroupCommit { seconds }) => group_commit::run(&cli.folder, seconds),
        Some(What::Http { binary, database, seconds, callers }) => {
            let database = database.as_deref();
            http::run(&http::Plan { folder: &cli.folder, binary: &binary, database, seconds, callers })
        }
        Some(What::Hello) => http::hello(),
        Some(What::Consent { seconds }) => consent::run(&cli.folder, seconds),
        Some(What::Import { file, mapping }) => import::run(&cli.folder, file.as_deref(), mapping.as_deref()),
        Some(What::Journey { contacts }) => journey::run(&cli.folder, contacts),
        Some(What::Pages { database, rows }) => pages::run(&cli.folder, database.as_deref(), rows),
        Some(What::Read { seconds }) => read::run(&cli.folder, seconds),
        None => {
            group_commit::run(&cli.folder, 5)?;
            consent::run(&cli.folder, 5)?;
            import::run(&cli.folder, None, None)?;
            journey::run(&cli.folder, 5_000)?;
            read::run(&cli.folder, 3)
        }
    }
}
