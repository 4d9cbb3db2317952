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
mod tests {
    use super::{Config, template};

    fn load(variables: &[(&str, &str)]) -> kernel::Result<Config> {
        let variables: Vec<_> = variables.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
        Config::load(None, None, &variables)
    }

    #[test]
    fn layers_and_mistakes() {
        assert_eq!(load(&[]).unwrap().server.listen, "127.0.0.1:8080");
        assert_eq!(load(&[("ASSENT__SERVER__LISTEN", "0.0.0.0:80")]).unwrap().server.listen, "0.0.0.0:80");
        for (variable, value, message) in [
            (
                "ASSENT__MAIL__SMTP_UR",
                "",
                "mail.smtp_ur: there is no such key in the environment variable ASSENT__MAIL__SMTP_UR; did you mean mail.smtp_url?",
            ),
            (
                "ASSENT__SERVER__LISTEN",
                "8080",
                "server.listen: is not an address with a port; write it as 127.0.0.1:8080",
            ),
            ("ASSENT__OIDC__ISSUER", "http://id.example.org", "oidc.issuer: starts with https://"),
            ("ASSENT__OIDC__ISSUER", "https://id.example.org", "oidc.client_id: is needed with oidc.issuer"),
            ("ASSENT__OIDC__ROLES", "crm=boss", "oidc.roles: 'boss' is not a role; write group=role, group=role"),
            ("ASSENT__SIGNIN__SESSION_HOURS", "0", "signin.session_hours: is from 1 to 8760"),
            ("ASSENT__SERVER__TLS_KEY", "key.pem", "server.tls_certificate: is needed with server.tls_key"),
            ("ASSENT__SERVER__TLS_CERTIFICATE", "c.pem", "server.tls_key: is needed with server.tls_certificate"),
            (
                "ASSENT__ORGANISATION__TIME_ZONE",
                "Nowhere",
                "organisation.time_zone: is not a known time zone; write it as Europe/Berlin",
            ),
        ] {
            assert_eq!(load(&[(variable, value)]).unwrap_err().to_string(), message);
        }
    }

    #[test]
    fn a_file_overrides_and_the_environment_overrides_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("own.toml");
        std::fs::write(&file, "data = \"store\"\n[organisation]\nname = \"Example\"\ncountry = \"DE\"\n").unwrap();
        let variables = [("ASSENT__ORGANISATION__COUNTRY".to_owned(), "FR".to_owned())];
        let config = Config::load(None, Some(&file), &variables).unwrap();
        assert_eq!(config.data, folder.path().join("store"));
        assert_eq!((config.organisation.name.as_str(), config.organisation.country.as_str()), ("Example", "FR"));

        std::fs::write(&file, "[server]\ntls_certificate = \"c.pem\"\ntls_key = \"/k.pem\"\n").unwrap();
        let server = Config::load(None, Some(&file), &[]).unwrap().server;
        assert_eq!((server.tls_certificate, server.tls_key), (folder.path().join("c.pem"), "/k.pem".into()));

        std::fs::write(&file, "[organisation]\nnames = \"Example\"\n").unwrap();
        let error = Config::load(None, Some(&file), &[]).unwrap_err().to_string();
        assert!(error.contains("did you mean organisation.name?"), "{error}");
        std::fs::write(&file, "[log]\nlevel = 3\n").unwrap();
        let error = Config::load(None, Some(&file), &[]).unwrap_err().to_string();
        assert!(error.starts_with("log.level: ") && error.contains("string"), "{error}");
    }

    #[test]
    fn a_vault_belongs_to_its_database() {
        let vault = "postgres://assent@keys.example.org/keys";
        for (configured, named, stays) in [
            ("postgres://a@db.example.org/one", "postgres://a@db.example.org/two", false),
            ("postgres://a@db.example.org/one", "postgres://a@other.example.org/one", false),
            ("postgres://a@db.example.org/one", "postgres://a@db.example.org:6432/one", false),
            ("postgres://a:secret@db.example.org:5432/one", "postgres://a@db.example.org/one?sslmode=require", true),
            ("", "postgres://a@db.example.org/one", true),
        ] {
            let mut store =
                load(&[("ASSENT__STORE__DATABASE", configured), ("ASSENT__STORE__VAULT", vault)]).unwrap().store;
            store.name(named).unwrap();
            assert_eq!(store.vault == vault, stays, "{configured} {named}");
            assert_eq!(store.database, named);
            assert!(!store.place().unwrap().unwrap().contains("secret"));
        }
    }

    #[test]
    fn files_start_at_the_folder_of_their_file() {
        let folder = tempfile::tempdir().unwrap();
        let inside = |name: &str| folder.path().join(name);
        for (name, text) in [
            ("database", "postgres://a:secret@db.example.org/one\n"),
            ("vault", "postgres://a:secret@keys.example.org/keys"),
            ("client", "hush\n"),
            ("smtp", "smtps://a:secret@mail.example.org"),
        ] {
            std::fs::write(inside(name), text).unwrap();
        }
        let text = "[store]\ndatabase_file = \"database\"\nvault_file = \"vault\"\nauthority = \"ca.pem\"\n\
                    [oidc]\nclient_secret_file = \"client\"\n[mail]\nsmtp_url_file = \"smtp\"\nfrom_address = \"a@example.org\"\n";
        std::fs::write(inside("assent.toml"), text).unwrap();
        let config = Config::load(Some(folder.path()), None, &[]).unwrap();
        assert_eq!(config.store.database, "postgres://a:secret@db.example.org/one");
        assert_eq!(config.store.vault, "postgres://a:secret@keys.example.org/keys");
        assert_eq!(config.store.authority, inside("ca.pem"));
        assert_eq!(
            (config.oidc.client_secret.as_str(), &*config.mail.smtp_url),
            ("hush", "smtps://a:secret@mail.example.org")
        );
    }

    /// A command that signs nobody in needs no provider's authorities.
    #[test]
    fn a_provider_is_made_where_it_is_used() {
        let config = load(&[
            ("ASSENT__OIDC__ISSUER", "https://id.example.org"),
            ("ASSENT__OIDC__CLIENT_ID", "assent"),
            ("ASSENT__OIDC__AUTHORITIES", "/nowhere/ca.pem"),
        ])
        .unwrap();
        let error = crate::settings::provider(&config.oidc).unwrap_err().to_string();
        assert!(error.starts_with("oidc.authorities"), "{error}");
    }

    #[test]
    fn the_template_sets_nothing() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("assent.toml"), template()).unwrap();
        let config = Config::load(Some(folder.path()), None, &[]).unwrap();
        assert_eq!(config.data, folder.path());
        assert!(!template().lines().any(|it| it.contains(" = ") && !it.starts_with('#')));
    }
}
