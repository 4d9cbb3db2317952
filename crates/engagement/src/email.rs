//! Marketing e-mails: what they must hold to go live, and how one is made for a person.
//!
//! *Not* sending (`connect`), nor the decision whether (`privacy`). Invariant: a live e-mail has passed
//! the check, and its content is locked until it is stopped (`spec/marketing.md` 13.1).

mod check;
pub(crate) mod design;
pub(crate) mod html;
mod preview;
mod render;
mod template;
mod trial;

pub use check::check;
pub use preview::{Preview, preview};
pub use render::{COUNT_COPIES, render, render_copy};
pub use trial::send_trial;

use kernel::{Change, Phrase, Query, Record, Result, Rx, Tx, Value, uuid::Uuid};

use crate::{
    language,
    lifecycle::{self, LIVE, Problem, States},
    site,
};

/// The entity's logical name.
pub const ENTITY: &str = "msdyncrm_marketingemail";
/// Content settings.
pub const SETTINGS: &str = "msdyncrm_contentsettings";

kernel::typed! {
    /// A marketing e-mail.
    pub struct MarketingEmail as "msdyncrm_marketingemail" {
        /// Its name.
        pub name: String = "msdyncrm_name",
        /// The subject line, with expressions.
        pub subject: String = "msdyncrm_subject",
        /// What the HTML is made of; none where somebody wrote it.
        pub design: Option<String> = "assent_design",
        /// What mail programs show beside the subject.
        pub preview_text: String = "msdyncrm_previewtext",
        /// The language, as a Windows number.
        pub language: Option<i64> = "msdyncrm_email_contentlanguage",
        /// The HTML, with expressions.
        pub body: String = "msdyncrm_emailbody",
        /// The plain-text part, with expressions.
        pub text: String = "msdyncrm_textpart",
        /// Whether the plain text is made from the HTML.
        pub automatic_text: bool = "msdyncrm_automaticallygeneratetextpart",
        /// The sender's name.
        pub from_name: String = "msdyncrm_fromname",
        /// The sender's address.
        pub from_address: String = "msdyncrm_fromemail",
        /// Where answers go.
        pub reply_to: Option<String> = "msdyncrm_replytoemail",
        /// The recipient, an expression.
        pub to: Option<String> = "msdyncrm_to",
        /// 0 commercial, 1 transactional.
        pub designation: Option<i64> = "msdyncrm_messagedesignation",
        /// 0 default, 1 confirmation request.
        pub content_type: Option<i64> = "msdyncrm_email_contenttype",
        /// The state.
        pub status: i64 = "statuscode",
    }
}

impl MarketingEmail {
    /// Whether it is a transactional message.
    pub fn is_transactional(&self) -> bool {
        self.designation == Some(1)
    }
    /// Whether it asks to confirm a wish.
    pub fn is_confirmation(&self) -> bool {
        self.content_type == Some(1)
    }
    /// The HTML of its design, if it has one.
    fn designed(&self, rx: &Rx<'_>) -> Result<Option<String>> {
        let Some(text) = self.design.as_deref().filter(|it| !it.is_empty()) else { return Ok(None) };
        let site = site::base_url(rx)?;
        let around = design::Around {
            subject: &self.subject,
            preview: &self.preview_text,
            sender: &self.from_name,
            language: self.language.map_or("", language::of_lcid),
            site: &site,
        };
        design::Design::read(text)?.html(around).map(Some)
    }
    /// Whether it may be sent.
    pub fn is_live(&self) -> bool {
        self.status == LIVE
    }
}

/// What a mail says and by whom; of a live one it stays.
const CONTENT: &[&str] = &[
    "msdyncrm_subject",
    "msdyncrm_previewtext",
    design::COLUMN,
    "msdyncrm_emailbody",
    "msdyncrm_textpart",
    "msdyncrm_automaticallygeneratetextpart",
    "msdyncrm_fromname",
    "msdyncrm_fromemail",
    "msdyncrm_replytoemail",
    "msdyncrm_to",
    "msdyncrm_messagedesignation",
    "msdyncrm_email_contenttype",
];

/// Rule before an e-mail is stored.
pub(crate) fn before(tx: &mut Tx<'_>, change: &mut Change) -> Result<()> {
    lifecycle::locked(change, &[LIVE], CONTENT)?;
    compose(tx, change)?;
    lifecycle::advance(tx, change, &States::usual(&[]), |tx, change| check(tx, &MarketingEmail::read(&change.after())?))
}

/// The HTML is what the design says, as long as there is one. Who writes the HTML has no design any more.
fn compose(rx: &Rx<'_>, change: &mut Change) -> Result<()> {
    const MADE_OF: &[&str] = &[
        design::COLUMN,
        "msdyncrm_subject",
        "msdyncrm_previewtext",
        "msdyncrm_fromname",
        "msdyncrm_email_contentlanguage",
    ];
    if change.touches("msdyncrm_emailbody") && !change.touches(design::COLUMN) {
        if !change.old(design::COLUMN).is_null() {
            change.values.set(design::COLUMN, Value::Null);
        }
        return Ok(());
    }
    if !MADE_OF.iter().any(|it| change.touches(it)) {
        return Ok(());
    }
    let email = MarketingEmail::read(&change.after())?;
    if let Some(html) = email.designed(rx)? {
        change.values.set("msdyncrm_emailbody", html);
    }
    Ok(())
}

/// Rule before content settings are stored.
pub(crate) fn settings_before(tx: &mut Tx<'_>, change: &mut Change) -> Result<()> {
    const CHECKED: States = States::usual(&["msdyncrm_addressmain", "msdyncrm_subscriptioncenter"]);
    lifecycle::advance(tx, change, &CHECKED, |_, change| {
        let missing = |column: &str| {
            change.new_value(column).is_null().then(|| {
                Problem::error(column, Phrase::new("settings-required", "is required in live content settings"))
            })
        };
        Ok(["msdyncrm_addressmain", "msdyncrm_subscriptioncenter"].into_iter().filter_map(missing).collect())
    })
}

/// The content settings of a journey: its own, else the default ones; none when they are not live.
///
/// # Errors
/// Those of reading.
pub fn content_settings(rx: &Rx<'_>, own: Option<Uuid>) -> Result<Option<Record>> {
    let rx = rx.elevated("content settings");
    let found = match own {
        Some(id) => rx.find(SETTINGS, id)?,
        None => rx.first(&Query::on(SETTINGS).eq("msdyncrm_default", true))?,
    };
    Ok(found.filter(|it| it.get("statuscode").as_int() == Some(LIVE)))
}
