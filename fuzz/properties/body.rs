//! What holds for the parsers of whole bodies, whatever the text: no panic, and nothing that is accepted holds more than
//! the text could.

#![allow(dead_code, reason = "each fuzz target uses one")]

/// A batch: the first line is its `Content-Type`.
pub fn batch(text: &str) {
    let (kind, body) = text.split_once('\n').unwrap_or(("multipart/mixed; boundary=b", text));
    if let Some(parts) = web::api::parts_of_batch(kind, body.as_bytes()) {
        assert!(parts <= body.len(), "{parts} parts in {} bytes", body.len());
    }
}

/// FetchXML.
pub fn fetchxml(text: &str) {
    if let Some(elements) = web::api::elements_of_fetchxml(text) {
        // The shortest element is <a/>.
        assert!(elements * 4 <= text.len(), "{elements} elements in {} bytes", text.len());
    }
}
