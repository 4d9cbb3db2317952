//! To whom passkeys are bound: the host of the public address.
//!
//! *Not* configured by itself. Invariant: what browsers refuse is refused here first, with the reason: a host
//! that is a number has no name to bind a key to, and without encryption anybody on the way could ask
//! the key; only this very machine is trusted without (Secure Contexts 3.1).

use webauthn_rs::prelude::{Url, Webauthn, WebauthnBuilder};

/// Why passkeys cannot be used at an address; the word is the key of the text that says so.
pub(super) type Unfit = &'static str;

/// The party of a public address.
///
/// # Errors
/// Why there is none.
pub(super) fn of(base_url: &str) -> Result<Webauthn, Unfit> {
    let url = Url::parse(base_url).map_err(|_| "passkeys-need-name")?;
    let host = url.domain().ok_or("passkeys-need-name")?;
    let is_here = host == "localhost" || host.ends_with(".localhost");
    if url.scheme() != "https" && !is_here {
        return Err("passkeys-need-https");
    }
    let builder = WebauthnBuilder::new(host, &url).map_err(|_| "passkeys-need-name")?;
    builder.rp_name("Assent").build().map_err(|_| "passkeys-need-name")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_and_encryption_are_needed() {
        for (address, fit) in [
            ("https://records.example", Ok(())),
            ("https://records.example:8443", Ok(())),
            ("http://localhost:8080", Ok(())),
            ("http://records.localhost:8080", Ok(())),
            ("http://records.example", Err("passkeys-need-https")),
            ("http://notlocalhost", Err("passkeys-need-https")),
            ("http://127.0.0.1:8080", Err("passkeys-need-name")),
            ("https://192.0.2.1", Err("passkeys-need-name")),
            ("https://[2001:db8::1]", Err("passkeys-need-name")),
            ("records.example", Err("passkeys-need-name")),
        ] {
            assert_eq!(of(address).map(drop), fit, "{address}");
        }
    }
}
