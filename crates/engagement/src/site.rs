//! What mails and pages say of the organisation: where its pages are and who writes.
//!
//! *Not* per mail; a marketing e-mail names its own sender. Invariant: the addresses are settings, so
//! a change is audited and holds for the next mail.

use kernel::{Query, Result, Rx, setting};

/// The setting with the public address of the site.
pub const BASE_URL: &str = "site.base_url";
/// The setting with the organisation's name.
pub const ORGANISATION: &str = "organisation.name";
/// The setting with the sender's name of confirmation mails.
pub const FROM_NAME: &str = "mail.from_name";
/// The setting with the sender's address of confirmation mails.
pub const FROM_ADDRESS: &str = "mail.from_address";

/// The public address of the site, without a slash at its end.
///
/// # Errors
/// Those of reading.
pub fn base_url(rx: &Rx<'_>) -> Result<String> {
    let url = setting::get(rx, BASE_URL)?.unwrap_or_else(|| "http://127.0.0.1:8080".into());
    Ok(url.trim_end_matches('/').to_owned())
}

/// The organisation's name.
///
/// # Errors
/// Those of reading.
pub fn organisation(rx: &Rx<'_>) -> Result<String> {
    Ok(setting::get(rx, ORGANISATION)?.unwrap_or_else(|| "Our organisation".into()))
}

/// Sender of what no marketing e-mail names a sender for: the default marketing setting's, else the
/// setting's.
///
/// # Errors
/// Those of reading.
pub fn sender(rx: &Rx<'_>) -> Result<String> {
    let row =
        rx.elevated("sender").first(&Query::on("msdyncrm_defaultmarketingsetting").eq("msdyncrm_default", true))?;
    let (name, address) = row.map_or_else(
        || (String::new(), String::new()),
        |it| {
            (it.text("msdyncrm_defaultemailfromname").to_owned(), it.text("msdyncrm_defaultemailfromemail").to_owned())
        },
    );
    let name = match (name.is_empty(), setting::get(rx, FROM_NAME)?) {
        (false, _) => name,
        (true, Some(name)) => name,
        (true, None) => organisation(rx)?,
    };
    let address = if address.is_empty() {
        setting::get(rx, FROM_ADDRESS)?.unwrap_or_else(|| "privacy@example.org".into())
    } else {
        address
    };
    Ok(mailbox(&name, &address))
}

/// `"Name" <address>`, with the name quoted so that no character of it can end it.
pub fn mailbox(name: &str, address: &str) -> String {
    let clean: String = name.chars().filter(|it| !it.is_control() && !matches!(it, '"' | '\\' | '<' | '>')).collect();
    if clean.trim().is_empty() { address.to_owned() } else { format!("\"{}\" <{address}>", clean.trim()) }
}
