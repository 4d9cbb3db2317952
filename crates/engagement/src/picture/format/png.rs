//! PNG: chunks of length, name, data and a checksum (ISO/IEC 15948).

use super::{Bytes, Read, big};

const HEAD: usize = 8;
/// What says nothing about pixels: texts, the camera's notes, the time.
const NOTES: &[&[u8]] = &[b"tEXt", b"zTXt", b"iTXt", b"eXIf", b"tIME"];

pub(super) fn read(data: &[u8]) -> Option<Read> {
    let mut bytes = Bytes(data);
    let mut out = bytes.take(HEAD)?.to_vec();
    let mut size = None;
    loop {
        let start = bytes.0;
        let head = bytes.take(8)?;
        let (length, name) = (usize::try_from(big(head, 0, 4)?).ok()?, head.get(4..)?);
        let body = bytes.take(length)?;
        bytes.take(4)?;
        if name == b"IHDR" {
            size = Some((big(body, 0, 4)?, big(body, 4, 4)?));
        }
        if !NOTES.contains(&name) {
            out.extend_from_slice(start.get(..length.checked_add(12)?)?);
        }
        if name == b"IEND" {
            let (width, height) = size?;
            return Some((width, height, out));
        }
    }
}
