//! The settings of forms and pages: matching, the privacy notice, who may embed, and how pages look
//! (`spec/marketing.md` 8.3).
//!
//! *Not* the HTML (`web`). Invariant: exactly one record is the default, and its colours can be read by
//! everybody: text, links and buttons have the contrast of WCAG 2.2 AA (1.4.3) against the background.

use kernel::{Change, Error, Query, Result, Rx, Tx, uuid::Uuid};

/// The entity's logical name.
pub const ENTITY: &str = "msdyncrm_marketingpageconfiguration";
/// WCAG 2.2, 1.4.3: normal text.
pub(crate) const LEAST_CONTRAST: f64 = 4.5;
/// The colours where nothing else is said, as the style sheet has them.
pub const BLACK: &str = "#000000";
/// See [`BLACK`].
pub const WHITE: &str = "#ffffff";
/// See [`BLACK`].
pub const BLUE: &str = "#1d5fa8";

kernel::typed! {
    /// The settings in force.
    #[derive(Default)]
    pub struct Configuration as "msdyncrm_marketingpageconfiguration" {
        /// By what contacts are matched where a form does not say.
        pub contact_strategy: Option<Uuid> = "msdyncrm_contactmatchingstrategy",
        /// By what leads are matched where a form does not say.
        pub lead_strategy: Option<Uuid> = "msdyncrm_leadmatchingstrategy",
        /// Whether forms may update nobody.
        pub allow_no_update: bool = "msdyncrm_allowsubmissionswithoutupdate",
        /// The privacy notice below forms.
        pub notice: String = "msdyncrm_privacybannertext",
        /// The address of the whole notice.
        pub notice_url: Option<String> = "msdyncrm_privacybannerurl",
        /// Sites that may embed forms, one a line.
        pub embed: String = "assent_embeddomains",
        /// Whether every landing form asks a question against programs.
        pub captcha: bool = "assent_captcha",
        /// The logo.
        pub logo: Option<Uuid> = "assent_logo",
        /// What the logo says.
        pub logo_text: String = "assent_logotext",
        /// Colour of text.
        pub text: String = "assent_textcolor",
        /// Colour of the background.
        pub ground: String = "assent_backgroundcolor",
        /// Colour of links and buttons.
        pub accent: String = "assent_accentcolor",
        /// Fonts, in order.
        pub fonts: String = "assent_fontstack",
    }
}

/// The settings in force; those of the product where none were made.
///
/// # Errors
/// Those of reading.
pub fn read(rx: &Rx<'_>) -> Result<Configuration> {
    let query = Query::on(ENTITY).eq("msdyncrm_default", true);
    Ok(Configuration::first(&rx.elevated("page settings"), &query)?.unwrap_or_default())
}

/// The sites of a list, one a line.
pub fn sites(list: &str) -> impl Iterator<Item = &str> {
    list.lines().map(str::trim).filter(|it| !it.is_empty())
}

/// Refuses a line that is not the origin of a site. What passes can stand in a header as it is.
///
/// # Errors
/// `Invalid` naming the column and the line.
pub(crate) fn check_sites(column: &'static str, list: &str) -> Result<()> {
    for (at, site) in sites(list).enumerate() {
        let rest = site.strip_prefix("https://").or_else(|| site.strip_prefix("http://127.0.0.1:"));
        let plain = |it: char| it.is_ascii_alphanumeric() || matches!(it, '-' | '.' | ':');
        if rest.is_none_or(|it| it.is_empty() || !it.chars().all(plain)) {
            let text = format!("site {}: write it as https://www.example.org, without a path or *", at + 1);
            return Err(Error::invalid(column, text));
        }
    }
    Ok(())
}

/// Rule before the settings are stored.
pub(crate) fn before(tx: &mut Tx<'_>, change: &mut Change) -> Result<()> {
    if change.touches("msdyncrm_default") {
        let others = Query::on(ENTITY).eq("msdyncrm_default", true).select(&[]);
        let other = tx.elevated("page settings").rows(&others)?.into_iter().any(|it| it.id != change.id);
        match change.new_value("msdyncrm_default").is_true() {
            true if other => {
                return Err(Error::conflict("msdyncrm_default", "another record is the default; change that one"));
            }
            false if change.old("msdyncrm_default").is_true() => {
                return Err(Error::conflict("msdyncrm_default", "one record stays the default; change this one"));
            }
            _ => {}
        }
    }
    let text = |column: &str| change.new_value(column).as_text().unwrap_or_default().to_owned();
    check_sites("assent_embeddomains", &text("assent_embeddomains"))?;
    if !text("assent_fontstack").chars().all(|it| it.is_alphanumeric() || matches!(it, ' ' | ',' | '-' | '"')) {
        return Err(Error::invalid("assent_fontstack", "takes names of fonts with commas between them"));
    }
    let or = |column: &str, usual: &str| Some(text(column)).filter(|it| !it.is_empty()).unwrap_or(usual.to_owned());
    let ground = ("assent_backgroundcolor", or("assent_backgroundcolor", WHITE));
    for (column, colour) in [
        ground.clone(),
        ("assent_textcolor", or("assent_textcolor", BLACK)),
        ("assent_accentcolor", or("assent_accentcolor", BLUE)),
    ] {
        let Some(contrast) = contrast(&colour, &ground.1) else {
            return Err(Error::invalid(column, "takes a colour as #1d5fa8"));
        };
        if column != ground.0 && contrast < LEAST_CONTRAST {
            let text = format!(
                "has a contrast of {contrast:.1} to the background; people need {LEAST_CONTRAST} or more (WCAG 2.2, 1.4.3)"
            );
            return Err(Error::invalid(column, text));
        }
    }
    Ok(())
}

/// Rule before the settings are deleted.
pub(crate) fn before_delete(_: &mut Tx<'_>, change: &mut Change) -> Result<()> {
    if change.old("msdyncrm_default").is_true() {
        return Err(Error::conflict("msdyncrm_default", "the default settings stay; change them"));
    }
    Ok(())
}

/// Whether the background is dark, so that inputs are drawn for it.
pub fn is_dark(ground: &str) -> bool {
    luminance(ground).is_some_and(|it| it < 0.18)
}

/// The contrast of two colours, 1 to 21; none when one of them is no colour.
pub(crate) fn contrast(one: &str, other: &str) -> Option<f64> {
    let (one, other) = (luminance(one)?, luminance(other)?);
    Some((one.max(other) + 0.05) / (one.min(other) + 0.05))
}

/// The relative luminance of `#rrggbb` (WCAG 2.2).
fn luminance(colour: &str) -> Option<f64> {
    let digits = colour.strip_prefix('#').filter(|it| it.len() == 6)?;
    let part = |at: usize| {
        let byte = f64::from(u8::from_str_radix(digits.get(at..at + 2)?, 16).ok()?) / 255.0;
        Some(if byte <= 0.040_45 { byte / 12.92 } else { ((byte + 0.055) / 1.055).powf(2.4) })
    };
    Some(0.2126 * part(0)? + 0.7152 * part(2)? + 0.0722 * part(4)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contrast_is_that_of_the_guidelines() {
        let between = |a: &str, b: &str| contrast(a, b).unwrap();
        assert!((between(BLACK, WHITE) - 21.0).abs() < 0.01);
        assert!((between("#767676", WHITE) - 4.54).abs() < 0.01);
        assert!(between(BLUE, WHITE) > LEAST_CONTRAST);
        for wrong in ["", "#fff", "red", "#12345g", "123456#"] {
            assert_eq!(luminance(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn sites_are_origins() {
        assert!(check_sites("x", "https://www.example.org\n\n https://a.example:8443 ").is_ok());
        for wrong in
            ["*", "https://*.example.org", "http://example.org", "https://example.org/a", "https://a;b", "https://"]
        {
            assert!(check_sites("x", wrong).is_err(), "{wrong}");
        }
    }
}
