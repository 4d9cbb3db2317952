use super::{Kind, read};

fn chunk(name: &[u8], body: &[u8]) -> Vec<u8> {
    [&u32::try_from(body.len()).unwrap().to_be_bytes(), name, body, b"sum!"].concat()
}

fn png(notes: &[u8]) -> Vec<u8> {
    let head = [&[0, 0, 1, 0x40, 0, 0, 0, 0xf0][..], &[8, 6, 0, 0, 0]].concat();
    [b"\x89PNG\r\n\x1a\n", &chunk(b"IHDR", &head)[..], notes, &chunk(b"IDAT", b"pixels"), &chunk(b"IEND", b"")].concat()
}

fn segment(marker: u8, body: &[u8]) -> Vec<u8> {
    let length = u16::try_from(body.len() + 2).unwrap().to_be_bytes();
    [&[0xff, marker], &length[..], body].concat()
}

fn jpeg(notes: &[u8]) -> Vec<u8> {
    let frame = segment(0xc0, &[8, 0, 0xf0, 1, 0x40, 1, 1, 0x11, 0]);
    [
        &[0xff, 0xd8][..],
        notes,
        &frame,
        &segment(0xda, &[1, 1, 0, 0, 63, 0]),
        &[7, 0xff, 0, 8, 0xff, 0xd0, 9, 0xff, 0xd9],
    ]
    .concat()
}

/// Exif in the order of bytes of most cameras, with an orientation and a place.
fn exif(turned: u8) -> Vec<u8> {
    let tiff = [b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0", &[turned, 0, 0, 0][..], b"\0\0\0\0GPS 52.5"].concat();
    segment(0xe1, &[b"Exif\0\0", &tiff[..]].concat())
}

fn gif(notes: &[u8]) -> Vec<u8> {
    [
        b"GIF89a\x40\x01\xf0\0\x80\0\0",
        &[0; 6][..],
        notes,
        b"\x21\xff\x0bNETSCAPE2.0\x03\x01\0\0\0",
        b"\x2c\0\0\0\0\x40\x01\xf0\0\0\x02\x02\x4c\x01\0\x3b",
    ]
    .concat()
}

fn riff(chunks: &[(&[u8], &[u8])]) -> Vec<u8> {
    let mut body = b"WEBP".to_vec();
    for (name, data) in chunks {
        body.extend_from_slice(name);
        body.extend_from_slice(&u32::try_from(data.len()).unwrap().to_le_bytes());
        body.extend_from_slice(data);
        body.extend(std::iter::repeat_n(0, data.len() % 2));
    }
    [b"RIFF", &u32::try_from(body.len()).unwrap().to_le_bytes()[..], &body].concat()
}

const EXTENDED: &[u8] = &[0x0c, 0, 0, 0, 0x3f, 1, 0, 0xef, 0, 0];

#[test]
fn each_kind_is_known_by_its_content_and_measured() {
    let vp8 = [&[0, 0, 0, 0x9d, 1, 0x2a, 0x40, 1, 0xf0, 0][..], b"pixels"].concat();
    let lossless = [0x2f, 0x3f, 0xc1, 0x3b, 0, 1];
    for (data, kind) in [
        (png(b""), Kind::Png),
        (jpeg(b""), Kind::Jpeg),
        (gif(b""), Kind::Gif),
        (riff(&[(b"VP8 ", &vp8)]), Kind::Webp),
        (riff(&[(b"VP8L", &lossless)]), Kind::Webp),
        (riff(&[(b"VP8X", &[0, 0, 0, 0, 0x3f, 1, 0, 0xef, 0, 0]), (b"VP8 ", &vp8)]), Kind::Webp),
    ] {
        let looked = read(&data).unwrap();
        assert_eq!((looked.kind, looked.width, looked.height), (kind, 320, 240), "{kind:?}");
        assert_eq!(looked.data, data, "{kind:?}: nothing was to be removed");
        for short in 1..data.len() {
            assert!(read(&data[..short]).is_err(), "{kind:?} of {short} bytes is whole");
        }
        let with_more = [&data[..], b"GPS 52.5 behind the end"].concat();
        assert_eq!(read(&with_more).unwrap().data, data, "{kind:?}: something rides along");
    }
}

#[test]
fn what_a_camera_wrote_goes() {
    let png_notes =
        [chunk(b"tEXt", b"Author\0somebody"), chunk(b"eXIf", b"GPS 52.5"), chunk(b"tIME", b"2026")].concat();
    assert_eq!(read(&png(&png_notes)).unwrap().data, png(b""));
    let jpeg_notes = [
        exif(1),
        segment(0xe1, b"http://ns.adobe.com/xap/1.0/\0GPS"),
        segment(0xed, b"Photoshop"),
        segment(0xfe, b"hi"),
    ];
    assert_eq!(read(&jpeg(&jpeg_notes.concat())).unwrap().data, jpeg(b""));
    let gif_notes = b"\x21\xfe\x03GPS\0\x21\xff\x0bXMP DataXMP\x03GPS\0";
    assert_eq!(read(&gif(gif_notes)).unwrap().data, gif(b""));
    let noted = riff(&[(b"VP8X", EXTENDED), (b"VP8 ", b"0123456789"), (b"EXIF", b"GPS"), (b"XMP ", b"GPS")]);
    let mut plain = EXTENDED.to_vec();
    plain[0] = 0;
    assert_eq!(read(&noted).unwrap().data, riff(&[(b"VP8X", &plain), (b"VP8 ", b"0123456789")]));
}

#[test]
fn a_photograph_stays_upright() {
    let looked = read(&jpeg(&exif(6))).unwrap();
    assert_eq!((looked.width, looked.height), (240, 320), "it is turned by a quarter");
    assert!(!looked.data.windows(3).any(|it| it == b"GPS"));
    let again = read(&looked.data).unwrap();
    assert_eq!((again.width, again.height), (240, 320), "what is kept says the same");
    assert_eq!(again.data, looked.data);
}

#[test]
fn other_files_are_refused_in_words() {
    assert!(read(b"<?xml version='1.0'?><svg onload='x'>").unwrap_err().text.contains("SVG"));
    for other in [&b""[..], b"%PDF-1.7", b"BM", b"\0\0\0\x20ftypheic"] {
        assert!(read(other).unwrap_err().text.contains("PNG, JPEG, GIF or WebP"), "{other:?}");
    }
}
