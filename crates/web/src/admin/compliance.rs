//! The addresses under which outbound consent was found in earlier versions (`spec/marketing.md` 17, C3).
//!
//! *Not* the page, which is a place of the application. Invariant: whoever knows one of them gets there.

use axum::response::Redirect;

/// Where the page is now.
const PLACE: &str = "/app/settings/consent";

/// Where it was.
pub const ALIASES: &[&str] = &[
    "/settings",
    "/settings/compliance-profiles",
    "/settings/compliance-profiles/outbound-consent",
    "/settings/email-marketing/data-protections",
    "/settings/marketing-settings/data-protection-tools",
    "/settings/email-marketing/default-settings",
];

/// `GET` of one of them.
pub async fn alias() -> Redirect {
    Redirect::permanent(PLACE)
}
