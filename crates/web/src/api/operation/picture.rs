//! Pictures: adding one with its file in one step, and where one is used.
//!
//! *Not* what makes a picture (`engagement::picture`). Invariant: a picture that is refused leaves no row behind.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use engagement::picture;
use kernel::{Error, Result, Rx, Tx};
use serde_json::{Value as Json, json, to_value};

use super::{Given, Operation, Run};

/// See the module.
pub const OPERATIONS: &[Operation] = &[
    Operation {
        name: "assent_AddPicture",
        bound_to: None,
        parameters: &[
            ("Name", "Edm.String"),
            ("AlternativeText", "Edm.String"),
            ("FileName", "Edm.String"),
            ("Content", "Edm.String"),
        ],
        returns: &[
            ("Id", "Edm.Guid"),
            ("Path", "Edm.String"),
            ("Address", "Edm.String"),
            ("ContentType", "Edm.String"),
            ("Width", "Edm.Int32"),
            ("Height", "Edm.Int32"),
        ],
        about: "Adds a picture (PNG, JPEG, GIF, WebP; Content in base64, 5 MB at most) and gives it its public address. What a camera wrote into the file is removed.",
        errors: &[
            ("0x80040220", "the role may not add pictures"),
            ("0x80044a02", "the file is larger than the column takes"),
            ("0x80048d19", "the content is not base64, or no picture of these kinds"),
        ],
        source: "spec/marketing.md 13.1",
        run: Run::Action(add),
    },
    Operation {
        name: "assent_PictureUses",
        bound_to: Some(picture::ENTITY),
        parameters: &[],
        returns: &[("Uses", "Collection(Edm.String)")],
        about: "The e-mails, pages and forms that show the picture: `entity`, `id` and `name` of each.",
        errors: &[("0x80040217", "the picture does not exist")],
        source: "spec/marketing.md 13.1",
        run: Run::Function(uses),
    },
];

/// `assent_AddPicture {Name, AlternativeText, FileName, Content}`: the row and its file, both or neither.
fn add(tx: &mut Tx<'_>, given: &Given) -> Result<Json> {
    let text = "takes the bytes of the file in base64";
    let data =
        STANDARD.decode(given.text("Content")?).map_err(|_| Error::invalid("Content", text).with_code("payload"))?;
    let name = given.text("Name")?;
    let file = given.optional("FileName")?.unwrap_or(name);
    let it = picture::add(tx, name, given.optional("AlternativeText")?.unwrap_or_default(), file, &data)?;
    Ok(json!({
        "Id": it.id, "Path": it.path, "Address": it.address, "ContentType": it.content_type,
        "Width": it.width, "Height": it.height,
    }))
}

/// `msdyncrm_files(id)/…assent_PictureUses()`: where it is shown.
fn uses(rx: &Rx<'_>, given: &Given) -> Result<Json> {
    Ok(json!({ "Uses": to_value(picture::uses(rx, given.id)?)? }))
}
