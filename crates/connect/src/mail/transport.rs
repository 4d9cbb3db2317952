//! Where mails go: a mail server, or nowhere but the outbox.
//!
//! *Not* a queue. Invariant: without a configured server nothing leaves the machine.

use std::time::{Duration, SystemTime};

use jiff::Timestamp;
use kernel::{Error, Result};
use lettre::{
    AsyncSmtpTransport, AsyncTransport, Tokio1Executor,
    message::{
        Mailbox, Message, MultiPart,
        header::{HeaderName, HeaderValue},
    },
};

use super::{Outcome, OutgoingMail};

/// A way for mails to leave.
#[derive(Clone)]
pub enum Transport {
    /// They are kept in the outbox and go nowhere.
    Outbox,
    /// They are handed to a mail server.
    Smtp(Box<AsyncSmtpTransport<Tokio1Executor>>),
}

impl Transport {
    /// The transport for an address such as `smtps://user:password@mail.example:465`; none or an empty
    /// one keeps everything in the outbox. Called inside a tokio runtime, which the connection pool
    /// belongs to.
    ///
    /// # Errors
    /// `Invalid` for an address that is not one; the password is not in the text.
    pub fn of_url(url: Option<&str>) -> Result<Self> {
        let Some(url) = url.map(str::trim).filter(|it| !it.is_empty()) else { return Ok(Transport::Outbox) };
        let builder = AsyncSmtpTransport::<Tokio1Executor>::from_url(url)
            .map_err(|_| Error::invalid("mail.smtp_url", "write smtp://host:port or smtps://user:password@host"))?;
        Ok(Transport::Smtp(Box::new(builder.timeout(Some(Duration::from_secs(30))).build())))
    }

    /// Sends one mail.
    pub(super) async fn send(&self, mail: &OutgoingMail, now: Timestamp) -> Outcome {
        let (message, id) = match compose(mail, now) {
            Ok(it) => it,
            Err(error) => return Outcome::Refused(error.text),
        };
        let Transport::Smtp(server) = self else { return Outcome::Kept };
        match server.send(message).await {
            Ok(_) => Outcome::Sent(id),
            // A code of the server is its word that it did not take the mail. Its text may quote the
            // address, so only the code is kept.
            Err(error) => match error.status() {
                Some(code) if error.is_transient() => Outcome::Later(format!("the mail server answered {code}")),
                Some(code) => Outcome::Refused(format!("the mail server answered {code}")),
                None if never_connected(&error) => Outcome::Later("the mail server could not be reached".into()),
                None => Outcome::Unknown(
                    "the connection to the mail server broke while sending; it may have been taken".into(),
                ),
            },
        }
    }
}

/// Whether the mail surely never reached the server: the connection itself could not be made.
fn never_connected(error: &lettre::transport::smtp::Error) -> bool {
    let mut source = std::error::Error::source(error);
    while let Some(it) = source {
        if let Some(io) = it.downcast_ref::<std::io::Error>() {
            return io.kind() == std::io::ErrorKind::ConnectionRefused;
        }
        source = it.source();
    }
    false
}

/// The message as it is sent, and its Message-ID.
fn compose(mail: &OutgoingMail, now: Timestamp) -> Result<(Message, String)> {
    let mailbox = |text: &str, what: &'static str| -> Result<Mailbox> {
        text.parse().map_err(|_| Error::invalid(what, format!("the {what} is not a mail address")))
    };
    let from = mailbox(mail.from.as_deref().unwrap_or_default(), "sender")?;
    let id = format!("<{}@{}>", mail.id.simple(), from.email.domain());
    let mut builder = Message::builder()
        .from(from)
        .to(mailbox(mail.to.as_deref().unwrap_or_default(), "recipient")?)
        .subject(mail.subject.clone().unwrap_or_default())
        .message_id(Some(id.clone()))
        .date(SystemTime::UNIX_EPOCH + Duration::from_millis(u64::try_from(now.as_millisecond()).unwrap_or_default()));
    if let Some(reply_to) = mail.reply_to.as_deref().filter(|it| !it.is_empty()) {
        builder = builder.reply_to(mailbox(reply_to, "reply address")?);
    }
    if let Some(url) = &mail.unsubscribe_url {
        // RFC 8058: both headers, each on one physical line (folding broke signatures elsewhere).
        builder = builder
            .raw_header(one_line("List-Unsubscribe", &format!("<{url}>"))?)
            .raw_header(one_line("List-Unsubscribe-Post", "List-Unsubscribe=One-Click")?);
    }
    let parts =
        MultiPart::alternative_plain_html(mail.text.clone().unwrap_or_default(), mail.html.clone().unwrap_or_default());
    let message = builder.multipart(parts).map_err(|_| Error::invalid("mail", "the message cannot be composed"))?;
    Ok((message, id))
}

fn one_line(name: &str, value: &str) -> Result<HeaderValue> {
    let clean: String = value.chars().filter(|it| !it.is_control()).collect();
    let name = HeaderName::new_from_ascii(name.to_owned()).map_err(|_| Error::bug("a header name is not one"))?;
    Ok(HeaderValue::dangerous_new_pre_encoded(name, clean.clone(), clean))
}
