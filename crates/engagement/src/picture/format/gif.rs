//! GIF: a screen, and blocks of pictures and extensions (GIF89a).

use super::{Bytes, Read, little};

const EXTENSION: u8 = 0x21;
const PICTURE: u8 = 0x2c;
const TRAILER: u8 = 0x3b;
const COMMENT: u8 = 0xfe;
const APPLICATION: u8 = 0xff;

pub(super) fn read(data: &[u8]) -> Option<Read> {
    let mut bytes = Bytes(data);
    let head = bytes.take(13)?;
    let (width, height) = (little(head, 6, 2)?, little(head, 8, 2)?);
    bytes.take(table(*head.get(10)?))?;
    let mut out = data.get(..data.len() - bytes.0.len())?.to_vec();
    loop {
        let start = bytes.0;
        let mut stays = true;
        match bytes.byte()? {
            EXTENSION => {
                let label = bytes.byte()?;
                // Of what programs add, only how often it is repeated is for viewers.
                stays = label != COMMENT
                    && (label != APPLICATION || bytes.0.get(1..12).is_some_and(|it| it == b"NETSCAPE2.0"));
            }
            PICTURE => {
                let head = bytes.take(9)?;
                bytes.take(table(*head.get(8)?))?;
                bytes.byte()?;
            }
            TRAILER => {
                out.push(TRAILER);
                return Some((width, height, out));
            }
            _ => return None,
        }
        loop {
            let length = bytes.byte()?;
            bytes.take(usize::from(length))?;
            if length == 0 {
                break;
            }
        }
        if stays {
            out.extend_from_slice(start.get(..start.len() - bytes.0.len())?);
        }
    }
}

/// The bytes of the table of colours that the flags announce.
const fn table(flags: u8) -> usize {
    if flags & 0x80 == 0 { 0 } else { 3 << ((flags & 7) + 1) }
}
