//! What kind of picture bytes are, how large it is, and the same picture without what only a camera knows.
//!
//! *Not* decoding: the structure is read, the pixels are not. Invariant: every byte that stays belongs to a part that
//! was recognised, so nothing rides along behind the picture.

use kernel::Phrase;

mod gif;
mod jpeg;
mod png;
mod webp;

/// The kinds that mail programs and browsers show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Portable Network Graphics.
    Png,
    /// JPEG.
    Jpeg,
    /// Graphics Interchange Format.
    Gif,
    /// WebP.
    Webp,
}

impl Kind {
    /// Such as `image/png`.
    pub const fn media_type(self) -> &'static str {
        match self {
            Kind::Png => "image/png",
            Kind::Jpeg => "image/jpeg",
            Kind::Gif => "image/gif",
            Kind::Webp => "image/webp",
        }
    }
    /// Such as `png`.
    pub(super) const fn ending(self) -> &'static str {
        match self {
            Kind::Png => "png",
            Kind::Jpeg => "jpg",
            Kind::Gif => "gif",
            Kind::Webp => "webp",
        }
    }
}

/// A picture that was looked at.
#[derive(Debug)]
pub(super) struct Looked {
    pub(super) kind: Kind,
    pub(super) width: u32,
    pub(super) height: u32,
    /// Without what a camera or a program wrote into it.
    pub(super) data: Vec<u8>,
}

/// Width, height, and the bytes that stay.
type Read = (u32, u32, Vec<u8>);
type Reader = fn(&[u8]) -> Option<Read>;

/// Looks at bytes; what is wrong with them comes in words.
pub(super) fn read(data: &[u8]) -> Result<Looked, Phrase> {
    let (kind, read): (_, Reader) = match data {
        [0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, ..] => (Kind::Png, png::read),
        [0xff, 0xd8, 0xff, ..] => (Kind::Jpeg, jpeg::read),
        [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => (Kind::Gif, gif::read),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => (Kind::Webp, webp::read),
        _ if is_drawing(data) => {
            let text = "is a drawing (SVG), which can hold scripts and addresses of other sites; save it as PNG";
            return Err(Phrase::new("picture-drawing", text));
        }
        _ => {
            let text = "is no picture that mail programs show; take a PNG, JPEG, GIF or WebP file";
            return Err(Phrase::new("picture-format", text));
        }
    };
    let (width, height, data) = read(data).ok_or_else(|| {
        Phrase::new("picture-broken", "is broken: the picture ends before its end; save it once more")
    })?;
    Ok(Looked { kind, width, height, data })
}

fn is_drawing(data: &[u8]) -> bool {
    let head = data.get(..data.len().min(1_000)).unwrap_or_default();
    head.windows(4).any(|it| it.eq_ignore_ascii_case(b"<svg"))
}

/// Bytes that are taken from the front.
struct Bytes<'a>(&'a [u8]);

impl<'a> Bytes<'a> {
    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }
    fn byte(&mut self) -> Option<u8> {
        self.take(1)?.first().copied()
    }
}

/// A number of which the first byte weighs most; none where there are fewer bytes than a number has.
fn big(bytes: &[u8], at: usize, count: usize) -> Option<u32> {
    Some(bytes.get(at..at + count)?.iter().fold(0, |sum, it| (sum << 8) | u32::from(*it)))
}

/// A number of which the last byte weighs most.
fn little(bytes: &[u8], at: usize, count: usize) -> Option<u32> {
    Some(bytes.get(at..at + count)?.iter().rev().fold(0, |sum, it| (sum << 8) | u32::from(*it)))
}

#[cfg(test)]
mod tests;
