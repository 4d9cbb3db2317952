//! Marketing e-mails: what they must hold to go live, and how one is made for a person.
//!
//! *Not* sending (`connect`), nor the decision whether (`privacy`). Invariant: a live e-mail has passed
//! the check, and its content is locked until it is stopped (`spec/marketing.md` 13.1).

mod check;
pub(crate) mod html;
mod render;
mod template;

pub use check::check;
pub use render::{COUNT_COPIES, render, render_copy};

use kernel::{Change, Query, Record, Result, Rx, Tx, uuid::Uuid};

use crate::lifecycle::{self, LIVE, Problem, States};

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
    /// Whether it may be sent.
    pub fn is_live(&self) -> bool {
        self.status == LIVE
    }
}

/// Rule before an e-mail is stored.
pub(crate) fn before(tx: &mut Tx<'_>, change: &mut Change) -> Result<()> {
    lifecycle::locked(
        change,
        &[LIVE],
        &[
            "msdyncrm_subject",
            "msdyncrm_emailbody",
            "msdyncrm_textpart",
            "msdyncrm_automaticallygeneratetextpart",
            "msdyncrm_fromname",
            "msdyncrm_fromemail",
            "msdyncrm_replytoemail",
            "msdyncrm_to",
            "msdyncrm_messagedesignation",
            "msdyncrm_email_contenttype",
        ],
    )?;
    lifecycle::advance(tx, change, &States::usual(&[]), |tx, change| check(tx, &MarketingEmail::read(&change.after())?))
}

/// Rule before content settings are stored.
pub(crate) fn settings_before(tx: &mut Tx<'_>, change: &mut Change) -> Result<()> {
    const CHECKED: States = States::usual(&["msdyncrm_addressmain", "msdyncrm_subscriptioncenter"]);
    lifecycle::advance(tx, change, &CHECKED, |_, change| {
        let missing = |column: &str| {
            change.new_value(column).is_null().then(|| Problem::error(column, "is required in live content settings"))
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
