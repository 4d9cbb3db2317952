//! A browser as far as forms and cookies go.

use axum::{body::Body, http::Request};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use crate::site::{Reply, Site};

#[derive(Default)]
pub struct Browser {
    pub cookie: String,
    /// What stands in `Accept-Language`.
    pub language: &'static str,
    /// The network address that a proxy on this machine tells.
    pub client: &'static str,
    /// The stamp of the page seen last.
    pub stamp: String,
}

impl Browser {
    pub async fn get(&mut self, site: &Site, path: &str) -> Reply {
        let reply = self.send(site, "GET", path, "").await;
        self.stamp =
            reply.text.split("name=\"stamp\" value=\"").nth(1).map_or("", |it| it.split('"').next().unwrap()).into();
        reply
    }
    /// Sends a form, with the stamp of the page seen last.
    pub async fn post(&mut self, site: &Site, path: &str, fields: &[(&str, &str)]) -> Reply {
        let encoded = |it: &str| utf8_percent_encode(it, NON_ALPHANUMERIC).to_string();
        let stamp = self.stamp.clone();
        let fields = fields.iter().copied().chain((!stamp.is_empty()).then_some(("stamp", stamp.as_str())));
        let body: Vec<String> = fields.map(|(name, value)| format!("{}={}", encoded(name), encoded(value))).collect();
        self.send(site, "POST", path, &body.join("&")).await
    }
    async fn send(&mut self, site: &Site, method: &str, path: &str, body: &str) -> Reply {
        let mut request = Request::builder().method(method).uri(path).header("Host", "records.example");
        if method == "POST" {
            request = request.header("Content-Type", "application/x-www-form-urlencoded");
            request = request.header("Origin", "https://records.example");
        }
        for (name, value) in
            [("Cookie", self.cookie.as_str()), ("Accept-Language", self.language), ("X-Forwarded-For", self.client)]
        {
            if !value.is_empty() {
                request = request.header(name, value);
            }
        }
        let mut request = request.body(Body::from(body.to_owned())).unwrap();
        let peer: std::net::SocketAddr = "127.0.0.1:4000".parse().unwrap();
        request.extensions_mut().insert(axum::extract::ConnectInfo(peer));
        let reply = site.raw(request).await;
        if let Some(cookie) = reply.headers.get("set-cookie") {
            let pair = cookie.to_str().unwrap().split(';').next().unwrap();
            self.cookie = if pair.ends_with('=') { String::new() } else { pair.to_owned() };
        }
        reply
    }
    /// Signs in by password.
    pub async fn sign_in(&mut self, site: &Site, address: &str, password: &str) -> Reply {
        self.stamp.clear();
        self.post(site, "/signin", &[("address", address), ("password", password)]).await
    }
    pub fn is_signed_in(&self) -> bool {
        !self.cookie.is_empty()
    }
}
