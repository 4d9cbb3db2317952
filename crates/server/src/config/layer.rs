//! Laying one source of configuration over another, key by key.
//!
//! *Not* the meaning of keys. Invariant: a key that the defaults do not have, or that has another
//! type there, is refused with the place where it stands.

use std::path::Path;

use kernel::{Error, Result};
use toml::{Table, Value};

const PREFIX: &str = "ASSENT__";
/// Keys that name a place on the disk; a relative one starts at the folder of the file it stands in.
const PATHS: [&str; 9] = [
    "data",
    "store.database_file",
    "store.vault_file",
    "store.authority",
    "server.tls_certificate",
    "server.tls_key",
    "oidc.client_secret_file",
    "oidc.authorities",
    "mail.smtp_url_file",
];

/// The variables of the environment that are meant for the configuration.
pub fn environment() -> Vec<(String, String)> {
    std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .filter(|(name, _)| name.starts_with(PREFIX))
        .collect()
}

/// The defaults.
pub fn defaults() -> Result<Table> {
    super::DEFAULTS.parse().map_err(|_| Error::bug("the default configuration cannot be read"))
}

/// Lays a file over the table.
pub fn file(table: &mut Table, path: &Path) -> Result<()> {
    let text = std::fs::read_to_string(path)
        .map_err(|error| Error::invalid("--config", format!("{} cannot be read: {}", path.display(), error.kind())))?;
    let mut own: Table =
        text.parse().map_err(|error: toml::de::Error| Error::invalid(path.display().to_string(), error.to_string()))?;
    let folder = path.parent().unwrap_or(Path::new(""));
    for key in PATHS {
        if let Some(Value::String(text)) = find(&mut own, key).filter(|it| it.as_str() != Some("")) {
            *text = folder.join(&*text).to_string_lossy().into_owned();
        }
    }
    let place = path.display().to_string();
    lay(table, own, "", &place)
}

/// Lays environment variables over the table.
pub fn variables(table: &mut Table, variables: &[(String, String)]) -> Result<()> {
    for (name, text) in variables {
        let key = name.strip_prefix(PREFIX).unwrap_or(name).to_ascii_lowercase().replace("__", ".");
        let place = format!("the environment variable {name}");
        let present = find(table, &key).ok_or_else(|| unknown(&key, &place))?;
        let wrong = |kind: &str| Error::invalid(key.clone(), format!("{place} is not a {kind}"));
        *present = match present {
            Value::String(_) => Value::String(text.clone()),
            Value::Integer(_) => Value::Integer(text.parse().map_err(|_| wrong("whole number"))?),
            Value::Float(_) => Value::Float(text.parse().map_err(|_| wrong("number"))?),
            Value::Boolean(_) => Value::Boolean(text.parse().map_err(|_| wrong("true or false"))?),
            _ => return Err(unknown(&key, &place)),
        };
    }
    Ok(())
}

fn find<'t>(table: &'t mut Table, key: &str) -> Option<&'t mut Value> {
    match key.split_once('.') {
        None => table.get_mut(key),
        Some((section, rest)) => find(table.get_mut(section)?.as_table_mut()?, rest),
    }
}

fn lay(onto: &mut Table, own: Table, section: &str, place: &str) -> Result<()> {
    for (name, value) in own {
        let key = if section.is_empty() { name.clone() } else { format!("{section}.{name}") };
        match (onto.get_mut(&name), value) {
            (None, _) => return Err(unknown(&key, place)),
            (Some(Value::Table(below)), Value::Table(own)) => lay(below, own, &key, place)?,
            (Some(present), value) if present.same_type(&value) => *present = value,
            (Some(present), value) => {
                let (wanted, given) = (present.type_str(), value.type_str());
                return Err(Error::invalid(key, format!("{place} gives a {given} where a {wanted} is wanted")));
            }
        }
    }
    Ok(())
}

fn unknown(key: &str, place: &str) -> Error {
    let near = known().into_iter().map(|it| (strsim::jaro_winkler(&it, key), it)).max_by(|a, b| a.0.total_cmp(&b.0));
    let hint = match near {
        Some((likeness, it)) if likeness > 0.7 => format!("; did you mean {it}?"),
        _ => "; the keys are listed in docs/configuration.md".to_owned(),
    };
    Error::invalid(key, format!("there is no such key in {place}{hint}")).with_code("unknown-key")
}

fn known() -> Vec<String> {
    let mut keys = Vec::new();
    for (name, value) in defaults().unwrap_or_default() {
        match value {
            Value::Table(section) => keys.extend(section.keys().map(|it| format!("{name}.{it}"))),
            _ => keys.push(name),
        }
    }
    keys
}
