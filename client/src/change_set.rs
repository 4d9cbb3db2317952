//! Several changes in one request that all happen or none does (`$batch` with one change set).
//!
//! *Not* batches of reads. Invariant: the answers come in the order of the changes.

use reqwest::Method;
use serde_json::Value as Json;
use uuid::Uuid;

use crate::{Client, Entity, Error, Result, connection::Request};

/// One change of a change set.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// Makes a row of what was set.
    Create(Entity),
    /// Changes a row that is there.
    Update(Entity),
    /// Deletes a row.
    Delete(String, Uuid),
}

impl Client {
    /// Carries out all changes, or none. The answer has the identifier of each row that was made, and none for the
    /// other changes.
    ///
    /// # Errors
    /// What the service says to the first change that it refused; nothing is changed then.
    pub async fn change_set(&self, changes: &[Change]) -> Result<Vec<Option<Uuid>>> {
        let mut parts = String::new();
        for (number, change) in changes.iter().enumerate() {
            let (line, body) = self.part(change).await?;
            parts.push_str(&format!(
                "--changes\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\nContent-ID: {}\r\n\r\n{line} HTTP/1.1\r\nContent-Type: application/json\r\n",
                number + 1
            ));
            if line.starts_with("PATCH") {
                parts.push_str("If-Match: *\r\n");
            }
            parts.push_str(&format!("\r\n{body}\r\n"));
        }
        let text = format!(
            "--batch\r\nContent-Type: multipart/mixed; boundary=changes\r\n\r\n{parts}--changes--\r\n--batch--\r\n"
        );
        let mut request = Request::new(Method::POST, "$batch");
        request.body = Some(("multipart/mixed; boundary=batch", text));
        let answers = answers(&self.send(&request).await?.text);
        if let Some((status, _, body)) = answers.iter().find(|(status, ..)| *status >= 400) {
            return Err(Error::of(*status, body));
        }
        if answers.len() != changes.len() {
            return Err(Error::Answer(format!("{} answers to {} changes", answers.len(), changes.len())));
        }
        let made = |(change, (_, id, _)): (&Change, (u16, Option<Uuid>, String))| match change {
            Change::Create(_) => id,
            _ => None,
        };
        Ok(changes.iter().zip(answers).map(made).collect())
    }

    async fn part(&self, change: &Change) -> Result<(String, String)> {
        let root = "/api/data/v9.2/";
        Ok(match change {
            Change::Create(entity) => {
                let (set, key) = self.names(&entity.logical_name).await?;
                let mut body = self.body(entity).await?;
                if let Some(id) = entity.id {
                    body.insert(key, Json::from(id.to_string()));
                }
                (format!("POST {root}{set}"), Json::Object(body).to_string())
            }
            Change::Update(entity) => {
                let address = self.address(entity).await?;
                (format!("PATCH {root}{address}"), Json::Object(self.body(entity).await?).to_string())
            }
            Change::Delete(logical_name, id) => {
                let (set, _) = self.names(logical_name).await?;
                (format!("DELETE {root}{set}({id})"), String::new())
            }
        })
    }
}

/// Status, identifier of a new row and body of each answer within a multipart body.
fn answers(text: &str) -> Vec<(u16, Option<Uuid>, String)> {
    let mut all = Vec::new();
    for piece in text.split("HTTP/1.1 ").skip(1) {
        let status = piece.get(..3).and_then(|it| it.parse().ok()).unwrap_or_default();
        let (head, rest) = piece.split_once("\r\n\r\n").unwrap_or((piece, ""));
        let address = head.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case("odata-entityid").then_some(value.trim())
        });
        let id = address.and_then(|it| it.rsplit_once('(')?.1.trim_end_matches(')').parse().ok());
        let body = rest.split("\r\n--").next().unwrap_or_default();
        all.push((status, id, body.to_owned()));
    }
    all
}
