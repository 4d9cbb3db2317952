//! WebP: chunks in a RIFF container (RFC 9649).

use super::{Bytes, Read, little};

/// Flags of the extended head that say that there are notes.
const NOTED: u8 = 0x08 | 0x04;

pub(super) fn read(data: &[u8]) -> Option<Read> {
    let mut bytes = Bytes(data);
    let head = bytes.take(12)?;
    let length = usize::try_from(little(head, 4, 4)?).ok()?.checked_sub(4)?;
    let mut bytes = Bytes(bytes.take(length)?);
    let mut kept = Vec::with_capacity(data.len());
    let mut size = None;
    while !bytes.0.is_empty() {
        let start = bytes.0;
        let head = bytes.take(8)?;
        let (name, length) = (head.get(..4)?, usize::try_from(little(head, 4, 4)?).ok()?);
        let body = bytes.take(length)?;
        // A chunk of odd length is followed by a byte of nothing.
        bytes.take((length % 2).min(bytes.0.len()))?;
        if matches!(name, b"EXIF" | b"XMP ") {
            continue;
        }
        size = size.or(measure(name, body));
        let at = kept.len();
        kept.extend_from_slice(start.get(..start.len() - bytes.0.len())?);
        if name == b"VP8X" {
            *kept.get_mut(at + 8)? &= !NOTED;
        }
    }
    let mut out = b"RIFF".to_vec();
    out.extend_from_slice(&u32::try_from(kept.len() + 4).ok()?.to_le_bytes());
    out.extend_from_slice(b"WEBP");
    out.append(&mut kept);
    let (width, height) = size?;
    Some((width, height, out))
}

fn measure(name: &[u8], body: &[u8]) -> Option<(u32, u32)> {
    match name {
        b"VP8X" => Some((little(body, 4, 3)? + 1, little(body, 7, 3)? + 1)),
        b"VP8L" => {
            let bits = little(body, 1, 4)?;
            Some(((bits & 0x3fff) + 1, ((bits >> 14) & 0x3fff) + 1))
        }
        b"VP8 " => Some((little(body, 6, 2)? & 0x3fff, little(body, 8, 2)? & 0x3fff)),
        _ => None,
    }
}
