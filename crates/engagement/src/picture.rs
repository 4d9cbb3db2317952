//! Pictures of mails and pages: a library, and a public address for each.
//!
//! What a file is says its content, not its name. *Not* tracking: the address is the same for every reader. Invariant: a
//! picture never changes behind its address, the address cannot be guessed, and the file holds nothing of where, when
//! and with what a photograph was taken (Art. 5(1)(c) GDPR).

mod format;
mod usage;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use kernel::{Change, Error, Kind, Phrase, Query, Result, Rx, Tx, Values, blob, uuid::Uuid};

pub(crate) use self::usage::before_delete;
pub use self::{
    format::Kind as PictureKind,
    usage::{Use, uses},
};
use crate::site;

/// The entity's logical name.
pub const ENTITY: &str = "msdyncrm_file";
/// Where the addresses of pictures begin.
pub const PATH: &str = "/media/";
const FILE: &str = "msdyncrm_filecontent";
/// So many pixels a side; more is no picture for a mail.
const SIDE: u32 = 10_000;

kernel::typed! {
    /// A picture.
    pub struct Picture as "msdyncrm_file" {
        /// Its name.
        pub name: String = "msdyncrm_name",
        /// What it shows, in words.
        pub alt: String = "msdyncrm_alttext",
        /// The file.
        pub file: Option<Uuid> = "msdyncrm_filecontent",
        /// Its type, such as `image/png`.
        pub content_type: String = "msdyncrm_contenttype",
        /// Pixels.
        pub width: Option<i64> = "msdyncrm_width",
        /// Pixels.
        pub height: Option<i64> = "msdyncrm_height",
        /// The address without the site.
        pub path: String = "assent_path",
        /// The whole address.
        pub address: String = "msdyncrm_blobcdnuri",
    }
}

/// Rule before a picture is stored: what came is looked at, cleaned, and given its address.
pub(crate) fn before(tx: &mut Tx<'_>, change: &mut Change) -> Result<()> {
    if !change.touches(FILE) {
        return Ok(());
    }
    if !change.old(FILE).is_null() {
        let text = "stays as it is, because mails that were sent show it; add another picture";
        return Err(Error::conflict(FILE, Phrase::new("picture-stays", text)));
    }
    let Some(id) = change.new_value(FILE).as_guid() else { return Ok(()) };
    let given = blob::get(tx, id)?;
    let read = format::read(&given.data).map_err(|text| Error::invalid(FILE, text))?;
    if read.width == 0 || read.height == 0 || read.width > SIDE || read.height > SIDE {
        let text = Phrase::new("picture-size", "has {width} × {height} pixels; a side takes 1 to {most}");
        let text = text.with("width", read.width).with("height", read.height).with("most", SIDE);
        return Err(Error::invalid(FILE, text));
    }
    let kept = blob::put(tx, &given.name, &read.data)?;
    let token = URL_SAFE_NO_PAD.encode(tx.cx().random_bytes::<16>());
    let path = format!("{PATH}{token}.{}", read.kind.ending());
    change.values.set(FILE, kept);
    change.values.set("msdyncrm_contenttype", read.kind.media_type());
    change.values.set("msdyncrm_width", i64::from(read.width));
    change.values.set("msdyncrm_height", i64::from(read.height));
    change.values.set("msdyncrm_blobsize", i64::try_from(read.data.len()).unwrap_or(i64::MAX));
    change.values.set("msdyncrm_blobcdnuri", format!("{}{path}", site::base_url(tx)?));
    change.values.set("assent_path", path);
    Ok(())
}

/// Adds a picture with its file in one step.
///
/// # Errors
/// `Forbidden`; `Invalid` saying why the file is no picture for mails.
pub fn add(tx: &mut Tx<'_>, name: &str, alt: &str, file_name: &str, data: &[u8]) -> Result<Picture> {
    let limit = limit(tx)?;
    if data.len() > limit {
        let text = format!("has {} bytes, and a picture at most {limit}; make it smaller", data.len());
        return Err(Error::new(Kind::Invalid, "file-size", FILE, text));
    }
    let file = blob::put(tx, file_name, data)?;
    let values = Values::new().with("msdyncrm_name", name).with("msdyncrm_alttext", alt).with(FILE, file);
    let id = tx.create(ENTITY, values)?;
    Picture::get(tx, id)
}

/// The largest file, in bytes, as the column says.
fn limit(rx: &Rx<'_>) -> Result<usize> {
    let model = rx.model();
    let column = model.entity(ENTITY)?.columns.get(FILE).and_then(|it| it.max);
    let kilobytes = column.and_then(|it| usize::try_from(it.trunc().mantissa()).ok());
    Ok(kilobytes.map_or(blob::LIMIT, |it| it.saturating_mul(1024)))
}

/// The picture at a public address, for anybody; none when there is none.
///
/// # Errors
/// Those of reading.
pub fn at(rx: &Rx<'_>, path: &str) -> Result<Option<Picture>> {
    let query = Query::on(ENTITY).eq("assent_path", path);
    Ok(Picture::first(&rx.elevated("public picture"), &query)?.filter(|it| it.file.is_some()))
}

/// Whether an address, as a design keeps it, means a picture of the library that is not there.
///
/// # Errors
/// Those of reading.
pub(crate) fn is_missing(rx: &Rx<'_>, source: &str) -> Result<bool> {
    let source = source.trim();
    let path = source.strip_prefix(site::base_url(rx)?.as_str()).unwrap_or(source);
    Ok(path.starts_with(PATH) && at(rx, path)?.is_none())
}
