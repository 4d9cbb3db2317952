//! `assent user`: people who sign in.
//!
//! *Not* how they get in (`access`). Invariant: a user is never deleted here, since what the user wrote stays
//! attributable; it is disabled.

pub mod access;

use clap::Subcommand;
use kernel::{Query, Record, Result, Values, uuid::Uuid};
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use web::signin::{
    link::Purpose,
    user::{Newcomer, create},
};

use self::access::Secret;
use super::{named, token::check_role};
use crate::{
    engine::Engine,
    out::{Exit, Out},
};

/// Shown below `--help`.
pub const EXAMPLE: &str = "\
Example:
  assent user create ada@example.com --first-name Ada --last-name Example --role privacy-officer
  assent user invite ada@example.com
  assent user role ada@example.com marketer";

const ENTITY: &str = "systemuser";

/// What to do with users.
#[derive(Debug, Clone, Subcommand, Serialize, Deserialize)]
pub enum User {
    /// List users
    #[command(after_help = "Example:\n  assent user list --json")]
    List,
    /// Add a user
    #[command(visible_alias = "add", after_help = EXAMPLE)]
    Create {
        /// The user's mail address
        email: String,
        /// The role: system-administrator, privacy-officer, marketer, sales-person, auditor or
        /// integrator
        #[arg(long)]
        role: String,
        /// First name
        #[arg(long, default_value = "")]
        first_name: String,
        /// Last name
        #[arg(long, default_value = "")]
        last_name: String,
    },
    /// Print a link that signs in, once, within 15 minutes
    #[command(after_help = "Example:\n  assent user link\n  assent user link ada@example.com")]
    Link {
        /// Address or identifier; else an administrator, made when there is none
        user: Option<String>,
    },
    /// Print a link by which a user sets a password, once, within three days
    #[command(after_help = "Example:\n  assent user invite ada@example.com")]
    Invite {
        /// Address or identifier
        user: String,
    },
    /// Set a user's password, read from standard input; open sessions of the user end
    #[command(after_help = "Example:\n  assent user password ada@example.com < password.txt")]
    Password {
        /// Address or identifier
        user: String,
        /// What was read.
        #[arg(skip)]
        secret: Secret,
    },
    /// List open sessions
    #[command(after_help = "Example:\n  assent user sessions ada@example.com")]
    Sessions {
        /// Address or identifier; else everybody's
        user: Option<String>,
    },
    /// End all sessions of a user
    #[command(after_help = "Example:\n  assent user sign-out ada@example.com")]
    SignOut {
        /// Address or identifier
        user: String,
    },
    /// Remove all passkeys of a user, as of one who has lost a device; open sessions of the user end
    #[command(after_help = "Example:\n  assent user remove-passkeys ada@example.com")]
    RemovePasskeys {
        /// Address or identifier
        user: String,
    },
    /// Close a user's account
    #[command(after_help = "Example:\n  assent user disable ada@example.com")]
    Disable {
        /// Address or identifier
        user: String,
    },
    /// Open a closed account again
    #[command(after_help = "Example:\n  assent user enable ada@example.com")]
    Enable {
        /// Address or identifier
        user: String,
    },
    /// Give a user another role
    #[command(after_help = EXAMPLE)]
    Role {
        /// Address or identifier
        user: String,
        /// The role
        role: String,
    },
}

/// Runs the command.
///
/// # Errors
/// `Invalid` for an unknown role, `NotFound` for an unknown user, `Conflict` for an address that
/// another user has.
pub fn run(engine: &Engine, user: &User, out: &mut Out) -> Result<Exit> {
    match user {
        User::List => list(engine, out)?,
        User::Create { email, role, first_name, last_name } => {
            check_role(role)?;
            let newcomer = Newcomer {
                first_name: first_name.clone(),
                last_name: last_name.clone(),
                address: email.clone(),
                role: role.clone(),
            };
            let id = engine.db.write(&engine.cx, move |tx| create(tx, &newcomer))?;
            out.answer(&json!({ "id": id, "role": role }), id.to_string())?;
        }
        User::Link { user } => access::link(engine, optional(engine, user.as_deref())?, Purpose::SignIn, out)?,
        User::Invite { user } => {
            let user = one(engine, user)?.id;
            access::link(engine, Some(user), Purpose::SetPassword, out)?;
        }
        User::Password { user, secret } => {
            let user = one(engine, user)?;
            let names = [user.text("fullname"), user.text("internalemailaddress")];
            access::set_password(engine, user.id, &names, secret, out)?;
        }
        User::Sessions { user } => access::sessions(engine, optional(engine, user.as_deref())?, out)?,
        User::SignOut { user } => access::sign_out(engine, one(engine, user)?.id, out)?,
        User::RemovePasskeys { user } => access::remove_passkeys(engine, one(engine, user)?.id, out)?,
        User::Disable { user } => change(engine, user, Values::new().with("isdisabled", true), out)?,
        User::Enable { user } => change(engine, user, Values::new().with("isdisabled", false), out)?,
        User::Role { user, role } => {
            check_role(role)?;
            change(engine, user, Values::new().with("assent_role", role.as_str()), out)?;
        }
    }
    Ok(Exit::Done)
}

/// The user with that address or identifier.
fn one(engine: &Engine, user: &str) -> Result<Record> {
    let query = Query::on(ENTITY).eq("internalemailaddress", user);
    engine.db.read(&engine.cx, |rx| named::only(rx, ENTITY, &query, user, "user has this address"))
}

fn optional(engine: &Engine, user: Option<&str>) -> Result<Option<Uuid>> {
    user.map(|it| one(engine, it).map(|it| it.id)).transpose()
}

fn change(engine: &Engine, user: &str, values: Values, out: &mut Out) -> Result<()> {
    let id = one(engine, user)?.id;
    let changed = engine.db.write(&engine.cx, move |tx| tx.update(ENTITY, id, values.clone()))?;
    let row = engine.db.read(&engine.cx, |rx| rx.get(ENTITY, id))?;
    out.answer(&shown(&row), if changed { line(&row) } else { "it is so already".to_owned() })
}

fn list(engine: &Engine, out: &mut Out) -> Result<()> {
    let query = Query::on(ENTITY).order("fullname asc")?;
    let users = engine.db.read(&engine.cx, |rx| rx.rows(&query))?;
    let text: String = users.iter().map(line).collect();
    out.answer(&users.iter().map(shown).collect(), text)
}

fn shown(user: &Record) -> Json {
    json!({
        "id": user.id, "fullname": user.text("fullname"), "email": user.text("internalemailaddress"),
        "role": user.text("assent_role"), "disabled": user.get("isdisabled").is_true(),
    })
}

fn line(user: &Record) -> String {
    let closed = if user.get("isdisabled").is_true() { "  (disabled)" } else { "" };
    format!(
        "{}  {:<22} {} <{}>{closed}\n",
        user.id,
        user.text("assent_role"),
        user.text("fullname"),
        user.text("internalemailaddress")
    )
}
