//! Layers, mistakes, files and databases of the configuration.

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
        ("ASSENT__SERVER__LISTEN", "8080", "server.listen: is not an address with a port; write it as 127.0.0.1:8080"),
        ("ASSENT__OIDC__ISSUER", "http://id.example.org", "oidc.issuer: starts with https://"),
        ("ASSENT__OIDC__ISSUER", "https://id.example.org", "oidc.client_id: is needed with oidc.issuer"),
        (
            "ASSENT__OIDC__ROLES",
            "crm=public",
            "oidc.roles: 'crm=public' gives nobody a role; write group=role, group=role",
        ),
        ("ASSENT__OIDC__ROLES", "crm", "oidc.roles: 'crm' gives nobody a role; write group=role, group=role"),
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
