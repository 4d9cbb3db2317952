//! What the process is told once at its start: defaults, a file, the environment.
//!
//! *Not* what an administrator changes while it runs; those are setting records, audited.
//! Invariant: every key that is accepted stands in `default.toml`, and a secret can always come
//! from a file of its own.

mod layer;

use std::path::{Path, PathBuf};

use kernel::{Error, Result, store::postgres::Server as Database};
use serde::Deserialize;

pub use self::layer::environment;

/// The defaults, commented.
pub const DEFAULTS: &str = include_str!("default.toml");

/// The whole configuration.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// The folder of the store.
    pub data: PathBuf,
    /// The database.
    pub store: Store,
    /// Serving.
    pub server: Server,
    /// Signing in.
    pub signin: SignIn,
    /// How much one user may ask of the Web API.
    pub service_protection: ServiceProtection,
    /// An identity provider.
    pub oidc: Oidc,
    /// Outgoing mail.
    pub mail: Mail,
    /// The controller.
    pub organisation: Organisation,
    /// The log.
    pub log: Log,
}

/// The database, where it is not the one in the folder.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Store {
    /// The URL of the records' database; empty is the embedded one.
    pub database: String,
    /// A file that holds it.
    pub database_file: String,
    /// The URL of the vault's database; empty is one beside the records'.
    pub vault: String,
    /// A file that holds it.
    pub vault_file: String,
    /// A file with the certificates that are trusted; empty is the public authorities.
    pub authority: PathBuf,
    /// Most sessions that read.
    pub readers: usize,
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The URLs may hold passwords.
        f.debug_struct("Store").field("on_server", &self.is_on_server()).finish_non_exhaustive()
    }
}

impl Store {
    /// Whether the records lie in a database on a server.
    pub fn is_on_server(&self) -> bool {
        !self.database.is_empty()
    }

    /// Another database in the place of the configured one. A vault that was configured belongs to that one, so
    /// it does not stay.
    ///
    /// # Errors
    /// `Invalid` for a URL that is none.
    pub fn name(&mut self, url: &str) -> Result<()> {
        let before = if self.is_on_server() { Some(self.place().ok()) } else { None };
        url.clone_into(&mut self.database);
        let now = Some(self.place()?);
        if before.is_some_and(|it| it != now) {
            self.vault.clear();
        }
        Ok(())
    }

    /// Where the records lie on a server, without a secret; none where they lie in the folder.
    ///
    /// # Errors
    /// `Invalid` for a URL that is none.
    pub fn place(&self) -> Result<Option<String>> {
        Ok(self.servers()?.map(|[records, _]| records.place()))
    }

    /// The databases of the records and of the vault; none where the store is in the folder.
    ///
    /// # Errors
    /// `Invalid` naming the key whose URL is none.
    pub fn servers(&self) -> Result<Option<[Database; 2]>> {
        if !self.is_on_server() {
            return Ok(None);
        }
        let authority = Some(self.authority.as_path()).filter(|it| !it.as_os_str().is_empty());
        let records = Database::new(&self.database, authority)?;
        let vault = match self.vault.as_str() {
            "" => records.beside(&format!("{}_vault", records.database())),
            url => Database::new(url, authority).map_err(|error| Error::invalid("store.vault", error.text))?,
        };
        Ok(Some([records, vault]))
    }
}

/// Serving.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Server {
    /// Address and port.
    pub listen: String,
    /// The address in mailed links; empty is the address it listens at.
    pub base_url: String,
    /// The certificate to serve https with; empty is plain HTTP.
    pub tls_certificate: PathBuf,
    /// Its private key.
    pub tls_key: PathBuf,
}

impl Server {
    /// Whether the server itself speaks https.
    pub fn is_tls(&self) -> bool {
        !self.tls_certificate.as_os_str().is_empty()
    }
}

/// Signing in.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignIn {
    /// A session ends when it was not used for so long.
    pub session_idle_minutes: i64,
    /// A session ends after so long, used or not.
    pub session_hours: i64,
    /// Memory for looking at a password.
    pub argon2_memory_kib: u32,
    /// Passes over it.
    pub argon2_passes: u32,
    /// Lanes.
    pub argon2_lanes: u32,
}

/// How much one user may ask of the Web API; 0 is no limit.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServiceProtection {
    /// The length of the window.
    pub window_seconds: u32,
    /// Requests within a window.
    pub requests: u32,
    /// Seconds of execution within a window.
    pub execution_seconds: u32,
    /// Requests at once.
    pub concurrent: u32,
}

impl ServiceProtection {
    /// As the edge takes it.
    pub fn limits(self) -> web::Limits {
        let ServiceProtection { window_seconds, requests, execution_seconds, concurrent } = self;
        web::Limits { window_seconds, requests, execution_seconds, concurrent }
    }
}

/// An identity provider.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Oidc {
    /// Its issuer; empty is none.
    pub issuer: String,
    /// Who we are to it.
    pub client_id: String,
    /// How we prove that.
    pub client_secret: String,
    /// A file that holds it.
    pub client_secret_file: String,
    /// What stands on the sign-in page.
    pub label: String,
    /// What is asked for.
    pub scopes: String,
    /// The claim that lists groups.
    pub groups_claim: String,
    /// Which give a role.
    pub roles: String,
    /// Authorities to trust beside the public ones.
    pub authorities: PathBuf,
}

impl std::fmt::Debug for Oidc {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The secret is not shown.
        f.debug_struct("Oidc").field("issuer", &self.issuer).finish_non_exhaustive()
    }
}

/// Outgoing mail.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mail {
    /// The mail server; empty keeps mail in the outbox.
    pub smtp_url: String,
    /// A file that holds it.
    pub smtp_url_file: String,
    /// The sender's name.
    pub from_name: String,
    /// The sender's address.
    pub from_address: String,
    /// The sender's postal address.
    pub postal_address: String,
}

impl std::fmt::Debug for Mail {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The URL may hold a password.
        f.debug_struct("Mail").field("sends", &!self.smtp_url.is_empty()).finish_non_exhaustive()
    }
}

/// The controller.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Organisation {
    /// The name.
    pub name: String,
    /// The time zone.
    pub time_zone: String,
    /// The country, two letters or empty.
    pub country: String,
}

/// The log.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Log {
    /// The filter.
    pub level: String,
}

impl Config {
    /// Reads defaults, file and environment. The folder of the store is `data`, else what the file
    /// or the environment says; the file is `file`, else `assent.toml` in that folder.
    ///
    /// # Errors
    /// `Invalid` naming the key, the place it came from, and the nearest key for one that does not
    /// exist.
    pub fn load(data: Option<&Path>, file: Option<&Path>, environment: &[(String, String)]) -> Result<Config> {
        let mut table = layer::defaults()?;
        if let Some(file) = file {
            layer::file(&mut table, file)?;
        }
        layer::variables(&mut table, environment)?;
        let folder = match (data, table.get("data").and_then(|it| it.as_str())) {
            (Some(data), _) => data.to_owned(),
            (None, data) => std::path::absolute(data.unwrap_or("assent-data"))?,
        };
        let beside = folder.join("assent.toml");
        if file.is_none() && beside.exists() {
            layer::file(&mut table, &beside)?;
            layer::variables(&mut table, environment)?;
        }
        let mut config: Config = toml::Value::Table(table)
            .try_into()
            .map_err(|error: toml::de::Error| Error::invalid("configuration", error.message().to_owned()))?;
        config.data = folder;
        config.read_secrets()?;
        config.check()?;
        Ok(config)
    }

    fn read_secrets(&mut self) -> Result<()> {
        for (key, file, secret) in [
            ("mail.smtp_url_file", &self.mail.smtp_url_file, &mut self.mail.smtp_url),
            ("store.database_file", &self.store.database_file, &mut self.store.database),
            ("store.vault_file", &self.store.vault_file, &mut self.store.vault),
            ("oidc.client_secret_file", &self.oidc.client_secret_file, &mut self.oidc.client_secret),
        ] {
            if file.is_empty() {
                continue;
            }
            let text = std::fs::read_to_string(file)
                .map_err(|error| Error::invalid(key, format!("{file} cannot be read: {}", error.kind())))?;
            text.trim().clone_into(secret);
        }
        Ok(())
    }

    fn check(&self) -> Result<()> {
        let wrong = |key: &str, fix: &str| Err(Error::invalid(key, fix));
        if self.server.listen.parse::<std::net::SocketAddr>().is_err() {
            return wrong("server.listen", "is not an address with a port; write it as 127.0.0.1:8080");
        }
        let base = &self.server.base_url;
        if !base.is_empty() && !base.starts_with("https://") && !base.starts_with("http://") {
            return wrong("server.base_url", "starts with https:// or http://");
        }
        match (self.server.is_tls(), !self.server.tls_key.as_os_str().is_empty()) {
            (true, false) => return wrong("server.tls_key", "is needed with server.tls_certificate"),
            (false, true) => return wrong("server.tls_certificate", "is needed with server.tls_key"),
            (true, true) if base.starts_with("http://") => {
                return wrong("server.base_url", "starts with https:// where the server has a certificate");
            }
            _ => {}
        }
        crate::settings::signin(&self.signin)?;
        crate::settings::check_provider(&self.oidc)?;
        let smtp = &self.mail.smtp_url;
        if !smtp.is_empty() && !smtp.starts_with("smtp://") && !smtp.starts_with("smtps://") {
            return wrong("mail.smtp_url", "starts with smtps:// or smtp://");
        }
        if !smtp.is_empty() && !self.mail.from_address.contains('@') {
            return wrong("mail.from_address", "is needed to send mail; give the sender's address");
        }
        let zone = &self.organisation.time_zone;
        if !zone.is_empty() && jiff::tz::TimeZone::get(zone).is_err() {
            return wrong("organisation.time_zone", "is not a known time zone; write it as Europe/Berlin");
        }
        let country = &self.organisation.country;
        let is_code = country.len() == 2 && country.bytes().all(|it| it.is_ascii_uppercase());
        if !country.is_empty() && !is_code {
            return wrong("organisation.country", "is two capital letters, such as DE, or empty");
        }
        Ok(())
    }
}

/// The defaults as a file to start from: every key is there, none is set.
pub fn template() -> String {
    DEFAULTS
        .lines()
        .map(|line| {
            let is_key = line.contains(" = ") && !line.starts_with('#');
            if is_key { format!("#{line}\n") } else { format!("{line}\n") }
        })
        .collect()
}

#[cfg(test)]
mod tests;
