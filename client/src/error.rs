//! What can go wrong, told apart by what a caller can do about it.

/// The result of whatever asks the service.
pub type Result<T> = std::result::Result<T, Error>;

/// Why a request failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The service refused, with Dataverse's code and its own words.
    #[error("{status} {code}: {message}")]
    Service {
        /// The status of HTTP.
        status: u16,
        /// Dataverse's number, such as `0x80040217`; empty where the answer had none.
        code: String,
        /// What the service says.
        message: String,
    },
    /// The service did not answer, or the connection broke.
    #[error("no answer: {0}")]
    Transport(#[from] reqwest::Error),
    /// The service answered what no service of this kind answers.
    #[error("the answer is not understood: {0}")]
    Answer(String),
    /// What was asked for makes no sense; nothing was sent.
    #[error("{0}")]
    Usage(String),
}

impl Error {
    /// Whether there is no such row.
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        matches!(self, Self::Service { status: 404, .. })
    }

    /// Whether somebody else changed the row since it was read.
    #[must_use]
    pub fn is_stale(&self) -> bool {
        matches!(self, Self::Service { code, .. } if code == "0x80060882")
    }

    /// Dataverse's number, if the service refused.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        match self {
            Self::Service { code, .. } => Some(code),
            _ => None,
        }
    }

    /// The service's words for an answer that is no success; in the answer to a batch they stand in one of its parts.
    pub(crate) fn of(status: u16, body: &str) -> Self {
        let text = body.split_once('{').map_or(body, |(before, _)| body.get(before.len()..).unwrap_or_default());
        let first = serde_json::Deserializer::from_str(text).into_iter::<serde_json::Value>().next();
        let json = first.and_then(std::result::Result::ok).unwrap_or_default();
        let field = |name: &str| json.pointer(&format!("/error/{name}")).and_then(|it| it.as_str()).map(str::to_owned);
        let message = field("message").unwrap_or_else(|| body.chars().take(200).collect());
        Self::Service { status, code: field("code").unwrap_or_default(), message }
    }
}
