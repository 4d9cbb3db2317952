//! The cookies of signing in: how they are named, read and set.
//!
//! *Not* what they hold. Invariant: over https a cookie has the prefix `__Host-`, which browsers take for the
//! whole host and encrypted only, and one without it is no cookie of ours: a page of another host of the
//! domain, or somebody on the way of an unencrypted request, can plant such a one.

use axum::{
    http::{HeaderMap, HeaderValue, header},
    response::Response,
};

use crate::App;

/// A cookie, by its name without the prefix.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cookie(pub &'static str);

impl Cookie {
    fn prefix(https: bool) -> &'static str {
        if https { "__Host-" } else { "" }
    }

    /// Its text in a request.
    pub fn read(self, https: bool, headers: &HeaderMap) -> Option<&str> {
        let lines = headers.get_all(header::COOKIE).iter().filter_map(|it| it.to_str().ok());
        let mut pairs = lines.flat_map(|it| it.split(';')).filter_map(|it| it.trim().split_once('='));
        pairs.find(|(name, _)| name.strip_prefix(Self::prefix(https)) == Some(self.0)).map(|(_, text)| text)
    }

    /// The answer that sets it for so many seconds; for none it is forgotten.
    pub fn set(self, app: &App, text: &str, seconds: i64, mut response: Response) -> Response {
        let https = app.is_https();
        let (prefix, secure) = (Self::prefix(https), if https { "; Secure" } else { "" });
        let name = self.0;
        let line = format!("{prefix}{name}={text}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}");
        if let Ok(value) = HeaderValue::from_str(&line) {
            response.headers_mut().append(header::SET_COOKIE, value);
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_known_by_its_whole_name() {
        let read = |https: bool, line: &'static str| {
            let headers = HeaderMap::from_iter([(header::COOKIE, HeaderValue::from_static(line))]);
            Cookie("assent").read(https, &headers).map(str::to_owned)
        };
        for (https, line, text) in [
            (true, "__Host-assent=a", Some("a")),
            (true, "assent=b; __Host-assent=a", Some("a")),
            (true, "assent=b", None),
            (true, "__Host-assent-provider=c", None),
            (false, "assent=b", Some("b")),
            (false, "other=1;assent=b", Some("b")),
            (false, "__Host-assent=a", None),
            (false, "assent-provider=c", None),
        ] {
            assert_eq!(read(https, line).as_deref(), text, "{https} {line}");
        }
    }
}
