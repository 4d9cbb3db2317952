//! JPEG: segments behind markers, and the coded pixels between them (ITU-T T.81).
//!
//! The camera's notes go, but for which side is up: without it, photographs would lie on their side.

use super::{Bytes, Read, big, little};

const START_OF_SCAN: u8 = 0xda;
const END: u8 = 0xd9;
/// Notes: Exif and XMP (APP1), IPTC (APP13), comments.
const NOTES: &[u8] = &[0xe1, 0xed, 0xfe];

pub(super) fn read(data: &[u8]) -> Option<Read> {
    let mut bytes = Bytes(data);
    let mut out = bytes.take(2)?.to_vec();
    let (mut size, mut turned) = (None, 1);
    let mut kept = Vec::with_capacity(data.len());
    loop {
        let marker = next_marker(&mut bytes)?;
        if marker == END {
            break;
        }
        let length = usize::try_from(big(bytes.0, 0, 2)?).ok()?;
        let segment = bytes.take(length)?;
        let body = segment.get(2..)?;
        if is_frame(marker) {
            size = Some((big(body, 3, 2)?, big(body, 1, 2)?));
        }
        // The index of several pictures in one file; what it points to is gone.
        let is_index = marker == 0xe2 && body.starts_with(b"MPF\0");
        if NOTES.contains(&marker) || is_index {
            turned = orientation(body).unwrap_or(turned);
            continue;
        }
        kept.extend_from_slice(&[0xff, marker]);
        kept.extend_from_slice(segment);
        if marker == START_OF_SCAN {
            kept.extend_from_slice(pixels(&mut bytes)?);
        }
    }
    if turned > 1 {
        out.extend_from_slice(&upright(turned));
    }
    out.append(&mut kept);
    out.extend_from_slice(&[0xff, END]);
    let (width, height) = size?;
    // From 5 on it is turned by a quarter.
    Some(if turned >= 5 { (height, width, out) } else { (width, height, out) })
}

/// Markers may have any number of fill bytes before them.
fn next_marker(bytes: &mut Bytes<'_>) -> Option<u8> {
    if bytes.byte()? != 0xff {
        return None;
    }
    loop {
        match bytes.byte()? {
            0xff => {}
            0 => return None,
            marker => return Some(marker),
        }
    }
}

const fn is_frame(marker: u8) -> bool {
    matches!(marker, 0xc0..=0xcf) && !matches!(marker, 0xc4 | 0xc8 | 0xcc)
}

/// The coded pixels, to the next marker that is none of theirs.
fn pixels<'a>(bytes: &mut Bytes<'a>) -> Option<&'a [u8]> {
    let inside = |pair: &[u8]| matches!(pair, [0xff, 1..=0xcf | 0xd8..=0xff]);
    let end = bytes.0.windows(2).position(inside)?;
    bytes.take(end)
}

/// Which side is up, 1 to 8, as Exif says it.
fn orientation(body: &[u8]) -> Option<u16> {
    let tiff = body.strip_prefix(b"Exif\0\0")?;
    let number: fn(&[u8], usize, usize) -> Option<u32> = if tiff.starts_with(b"MM") { big } else { little };
    let directory = usize::try_from(number(tiff, 4, 4)?).ok()?;
    let entries = usize::try_from(number(tiff.get(directory..)?, 0, 2)?).ok()?;
    (0..entries)
        .map_while(|it| tiff.get(directory.checked_add(2 + 12 * it)?..))
        .find(|entry| number(entry, 0, 2) == Some(0x0112))
        .and_then(|entry| u16::try_from(number(entry, 8, 2)?).ok())
        .filter(|it| (1..=8).contains(it))
}

/// The shortest Exif that says which side is up, and nothing else.
fn upright(turned: u16) -> Vec<u8> {
    let mut out = vec![0xff, 0xe1, 0, 34];
    out.extend_from_slice(b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01");
    out.extend_from_slice(&turned.to_be_bytes());
    out.extend_from_slice(&[0; 6]);
    out
}
