//! What the configuration file says about the organisation becomes setting records, where the
//! capabilities read it.
//!
//! *Not* the other way round. Invariant: a key that is empty leaves its setting alone, and a setting
//! that is so already is not written again, so the audit shows changes only.

use std::sync::Mutex;

use connect::http::Client;
use engagement::{defaults, site};
use jiff::SignedDuration;
use kernel::{Context, Db, Error, Kind, Result, audit::kept, setting};
use web::signin::{Settings, oidc::Provider, password::Cost};

use crate::{
    config::{Config, Oidc, SignIn},
    engine::Engine,
};

/// The public address of the site.
const BASE_URL: &str = "site.base_url";

/// Writes what the configuration says.
///
/// # Errors
/// Those of the write path.
pub fn apply(db: &Db, cx: &Context, config: &Config) -> Result<()> {
    let (mail, organisation) = (&config.mail, &config.organisation);
    let wanted = [
        (BASE_URL, &config.server.base_url),
        ("organisation.name", &organisation.name),
        ("organisation.time_zone", &organisation.time_zone),
        ("organisation.country", &organisation.country),
        ("mail.from_name", &mail.from_name),
        ("mail.from_address", &mail.from_address),
        ("mail.postal_address", &mail.postal_address),
    ];
    for (name, value) in wanted.into_iter().filter(|(_, it)| !it.is_empty()) {
        write(db, cx, name, value.trim_end_matches('/'))?;
    }
    Ok(())
}

/// Makes what every store has from the start: views, solutions, content settings, a subscription center.
///
/// # Errors
/// Those of the write path.
pub fn defaults(db: &Db, cx: &Context, config: &Config) -> Result<()> {
    db.write(cx, |tx| {
        web::views::ensure(tx)?;
        web::solutions::ensure(tx)?;
        kept::schedule(tx)
    })?;
    let address = config.mail.postal_address.clone();
    let is_missing = address.is_empty();
    let made = db.write(cx, move |tx| {
        let name = site::organisation(tx)?;
        defaults::ensure(tx, &name, &address)
    });
    match made {
        // Content settings need the postal address; `doctor` says so, and the next start makes them.
        Err(error) if is_missing && error.kind == Kind::Invalid => Ok(()),
        other => other,
    }
}

/// The address under which people reach a server that listens at `listening`: the configured one, else
/// the setting of an administrator, else where it listens.
///
/// # Errors
/// Those of the write path.
pub fn base_url(db: &Db, cx: &Context, config: &Config, listening: &str) -> Result<String> {
    if !config.server.base_url.is_empty() {
        return Ok(config.server.base_url.trim_end_matches('/').to_owned());
    }
    match db.read(cx, |rx| setting::get(rx, BASE_URL))? {
        // An address of this machine was written by an earlier start, maybe with another port.
        Some(it) if !["http://127.0.0.1:", "https://127.0.0.1:"].iter().any(|own| it.starts_with(own)) => Ok(it),
        _ => {
            write(db, cx, BASE_URL, listening)?;
            Ok(listening.to_owned())
        }
    }
}

/// The address under which people reach this store's server, for links that a command prints.
///
/// # Errors
/// `Unavailable` when nobody has said it yet.
pub fn known_base_url(engine: &Engine) -> Result<String> {
    if let Some(site) = engine.site.get() {
        return Ok(site.base_url.clone());
    }
    let configured = engine.config.server.base_url.trim_end_matches('/');
    if !configured.is_empty() {
        return Ok(configured.to_owned());
    }
    let known = engine.db.read(&engine.cx, |rx| setting::get(rx, BASE_URL))?;
    known.ok_or_else(|| Error::unavailable("no address is known yet; set server.base_url or start `assent serve` once"))
}

/// What the configuration says about signing in.
///
/// # Errors
/// `Invalid` naming the key.
pub fn signin(config: &SignIn) -> Result<Settings> {
    let within = |key: &str, value: i64, most: i64| {
        let text = format!("is from 1 to {most}");
        if (1..=most).contains(&value) { Ok(value) } else { Err(Error::invalid(key, text)) }
    };
    let idle = within("signin.session_idle_minutes", config.session_idle_minutes, 30 * 24 * 60)?;
    let life = within("signin.session_hours", config.session_hours, 365 * 24)?;
    let cost = Cost { memory: config.argon2_memory_kib, passes: config.argon2_passes, lanes: config.argon2_lanes };
    cost.check()?;
    Ok(Settings { idle: SignedDuration::from_mins(idle), life: SignedDuration::from_hours(life), cost })
}

/// What can be said of the identity provider without making one: the groups that give a role. Whether there is such a
/// role the store knows (`Provider::check`).
///
/// # Errors
/// `Invalid` naming the key.
pub fn check_provider(config: &Oidc) -> Result<Vec<(String, String)>> {
    let mut roles = Vec::new();
    for pair in config.roles.split(',').map(str::trim).filter(|it| !it.is_empty()) {
        let (group, role) = pair.rsplit_once('=').map_or((pair, ""), |(group, role)| (group.trim(), role.trim()));
        if role.is_empty() || group.is_empty() || role == "public" {
            let text = format!("'{pair}' gives nobody a role; write group=role, group=role");
            return Err(Error::invalid("oidc.roles", text));
        }
        roles.push((group.to_owned(), role.to_owned()));
    }
    if config.issuer.is_empty() {
        return Ok(roles);
    }
    let local = ["http://127.0.0.1:", "http://localhost:"].iter().any(|it| config.issuer.starts_with(it));
    if !config.issuer.starts_with("https://") && !local {
        return Err(Error::invalid("oidc.issuer", "starts with https://"));
    }
    if config.client_id.is_empty() {
        return Err(Error::invalid("oidc.client_id", "is needed with oidc.issuer"));
    }
    if !config.scopes.split(' ').any(|it| it == "openid") {
        return Err(Error::invalid("oidc.scopes", "has the word openid among others"));
    }
    Ok(roles)
}

/// The identity provider of the configuration, with the connections to it.
///
/// # Errors
/// `Invalid` naming the key.
pub fn provider(config: &Oidc) -> Result<Option<Provider>> {
    let roles = check_provider(config)?;
    if config.issuer.is_empty() {
        return Ok(None);
    }
    let authorities = Some(config.authorities.as_path()).filter(|it| !it.as_os_str().is_empty());
    Ok(Some(Provider {
        issuer: config.issuer.clone(),
        client: config.client_id.clone(),
        secret: config.client_secret.clone(),
        label: config.label.clone(),
        scopes: config.scopes.clone(),
        groups: config.groups_claim.clone(),
        roles,
        http: Client::new(authorities).map_err(|error| error.at("oidc.authorities"))?,
        known: Mutex::default(),
    }))
}

fn write(db: &Db, cx: &Context, name: &'static str, value: &str) -> Result<()> {
    if db.read(cx, |rx| setting::get(rx, name))?.as_deref() == Some(value) {
        return Ok(());
    }
    let value = value.to_owned();
    db.write(&cx.because("configuration"), move |tx| setting::set(tx, name, &value))
}
