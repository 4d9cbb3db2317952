//! Labels in several languages, as Dataverse writes and reads them.
//!
//! *Not* translations. Invariant: a label is kept under the language tag of its number (LCID), and a number
//! that is not known here is passed over rather than kept under a wrong tag.

use kernel::metadata::file::{Label, english};
use serde_json::{Map, Value as Json, json};
use toml::{Table, Value as Toml};

/// Language tag and number (LCID), English first.
const LANGUAGES: &[(&str, i64)] = &[
    ("en", 1033),
    ("bg", 1026),
    ("cs", 1029),
    ("da", 1030),
    ("de", 1031),
    ("el", 1032),
    ("es", 3082),
    ("et", 1061),
    ("fi", 1035),
    ("fr", 1036),
    ("ga", 2108),
    ("hr", 1050),
    ("hu", 1038),
    ("it", 1040),
    ("ja", 1041),
    ("lt", 1063),
    ("lv", 1062),
    ("mt", 1082),
    ("nb", 1044),
    ("nl", 1043),
    ("pl", 1045),
    ("pt", 2070),
    ("ro", 1048),
    ("sk", 1051),
    ("sl", 1060),
    ("sv", 1053),
    ("tr", 1055),
    ("uk", 1058),
    ("zh", 2052),
];

/// A label in all its languages, with the English text in front.
pub fn shown(label: &Label) -> Json {
    let number = |tag: &str| LANGUAGES.iter().find(|(it, _)| *it == tag).map(|(_, number)| *number);
    let one = |text: &str, number: i64| json!({ "Label": text, "LanguageCode": number, "IsManaged": false });
    let all: Vec<Json> = label.iter().filter_map(|(tag, text)| Some(one(text, number(tag)?))).collect();
    let first = english(label);
    if first.is_empty() {
        return json!({ "LocalizedLabels": [], "UserLocalizedLabel": null });
    }
    json!({ "LocalizedLabels": all, "UserLocalizedLabel": one(first, 1033) })
}

/// A label of a definition, if it has one: the texts by language tag.
pub fn read(object: &Map<String, Json>, name: &str) -> Option<Table> {
    let label = object.get(name)?;
    let mut texts = Table::new();
    let localized = label.get("LocalizedLabels").and_then(Json::as_array).into_iter().flatten();
    for it in localized.chain(label.get("UserLocalizedLabel")) {
        let (Some(text), number) =
            (it.get("Label").and_then(Json::as_str), it.get("LanguageCode").and_then(Json::as_i64))
        else {
            continue;
        };
        let tag = LANGUAGES.iter().find(|(_, it)| *it == number.unwrap_or(1033)).map(|(tag, _)| *tag);
        if let Some(tag) = tag.filter(|tag| !text.is_empty() && !texts.contains_key(*tag)) {
            texts.insert(tag.to_owned(), Toml::String(text.to_owned()));
        }
    }
    (!texts.is_empty()).then_some(texts)
}
