//! `assent tls`: a certificate for trials and tests.
//!
//! *Not* for the public: browsers trust it only where somebody told them to. Invariant: the key of
//! the authority is never written, so nothing further can be signed with it.

use std::{
    fs::OpenOptions,
    io::Write,
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use clap::Subcommand;
use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use kernel::{Error, Result};
use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, KeyUsagePurpose,
};
use serde_json::json;

use crate::{
    cli::path,
    engine,
    out::{Exit, Out},
};

/// Shown below `--help`.
pub const EXAMPLE: &str = "\
Example:
  assent tls self-signed --name localhost --name 127.0.0.1 --out ./tls
  curl --cacert ./tls/ca.pem https://localhost:8080/healthz";

/// What to make.
#[derive(Debug, Clone, Subcommand)]
pub enum Tls {
    /// Make an authority that nobody trusts yet, and a certificate of it, for trials and tests
    #[command(after_help = EXAMPLE)]
    SelfSigned {
        /// A name or network address under which the server is reached; may be given several times
        #[arg(long, required = true)]
        name: Vec<String>,
        /// The folder for ca.pem, certificate.pem and key.pem
        #[arg(long, value_name = "DIR", value_parser = path())]
        out: PathBuf,
        /// So many days they are valid
        #[arg(long, default_value_t = 90, value_parser = clap::value_parser!(u16).range(1..=397))]
        days: u16,
    },
}

/// Runs the command.
///
/// # Errors
/// `Invalid` for a name that is none, `Conflict` where one of the files is there already.
pub fn run(tls: &Tls, out: &mut Out) -> Result<Exit> {
    let Tls::SelfSigned { name, out: folder, days } = tls;
    let (authority, certificate, key) = make(name, *days)?;
    super::init::make_folder(folder)?;
    let files = ["ca.pem", "certificate.pem", "key.pem"].map(|it| folder.join(it));
    if let Some(there) = files.iter().find(|it| it.exists()) {
        return Err(Error::conflict("--out", format!("{} is there already", there.display())));
    }
    for (file, (text, mode)) in files.iter().zip([(authority, 0o644), (certificate, 0o644), (key, 0o600)]) {
        write(file, &text, mode)?;
    }
    let [authority, certificate, key] = files.map(|it| it.display().to_string());
    out.answer(
        &json!({ "ca": authority, "certificate": certificate, "key": key }),
        format!(
            "[server]\ntls_certificate = {certificate:?}\ntls_key = {key:?}\n\n# Whoever connects trusts {authority}\n"
        ),
    )?;
    Ok(Exit::Done)
}

fn write(file: &Path, text: &str, mode: u32) -> Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(mode).open(file)?;
    file.write_all(text.as_bytes())?;
    Ok(())
}

/// The authority's certificate, the server's with it, and the server's key, as PEM.
fn make(names: &[String], days: u16) -> Result<(String, String, String)> {
    // The day before, for clocks that are behind.
    let now = engine::command_line().now();
    let (from, until) = (now - SignedDuration::from_hours(24), now + SignedDuration::from_hours(24 * i64::from(days)));
    let date = |at: Timestamp| {
        let day = at.to_zoned(TimeZone::UTC).date();
        let part = |it: i8| u8::try_from(it).unwrap_or(1);
        rcgen::date_time_ymd(day.year().into(), part(day.month()), part(day.day()))
    };
    let dated = |mut it: CertificateParams, name: &str| {
        it.distinguished_name = rcgen::DistinguishedName::new();
        it.distinguished_name.push(DnType::CommonName, name);
        (it.not_before, it.not_after) = (date(from), date(until));
        it
    };
    let bad = |error: rcgen::Error| Error::invalid("--name", format!("cannot stand in a certificate: {error}"));
    let mut authority = dated(CertificateParams::new(Vec::new()).map_err(bad)?, "Assent trial authority");
    authority.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    authority.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    let authority_key = KeyPair::generate().map_err(bad)?;
    let authority_pem = authority.self_signed(&authority_key).map_err(bad)?.pem();
    let first = names.first().map(String::as_str).unwrap_or_default();
    let mut server = dated(CertificateParams::new(names).map_err(bad)?, first);
    server.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    server.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    server.use_authority_key_identifier_extension = true;
    let key = KeyPair::generate().map_err(bad)?;
    let certificate = server.signed_by(&key, &Issuer::new(authority, authority_key)).map_err(bad)?;
    Ok((authority_pem.clone(), certificate.pem() + &authority_pem, key.serialize_pem()))
}
