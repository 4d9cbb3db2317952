//! Entity types as Rust structs for `assent-client`.
//!
//! *Not* formatted by a tool afterwards: what stands here is what rustfmt makes of it. Invariant: each struct can be read from
//! any row of its entity, whatever columns were selected.

use std::fmt::Write;

use kernel::{Error, Kind, Result};
use odata::{Csdl, EntityType};

/// Words that cannot be names of fields; `self` and its like cannot even be raw.
const KEYWORDS: &[&str] = &[
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "do", "dyn", "else", "enum",
    "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "macro", "match", "mod", "move",
    "mut", "override", "priv", "pub", "ref", "return", "static", "struct", "trait", "true", "try", "type", "typeof",
    "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
];

/// The file with a struct for each of the entities.
///
/// # Errors
/// `NotFound` naming an entity that the document does not have.
pub fn source(csdl: &Csdl, entities: &[String]) -> Result<String> {
    let mut code = String::from(
        "// Made by `assent codegen rust` from $metadata. Do not edit; make it again when the entities change.\n\n\
         use assent_client::{EarlyBound, Uuid};\nuse serde::{Deserialize, Serialize};\n",
    );
    for name in entities {
        let found = csdl.entity_types.iter().find(|it| it.name == name.trim());
        let entity = found.ok_or_else(|| {
            Error::new(Kind::NotFound, "unknown-entity", "--entities", format!("$metadata has no entity '{name}'"))
        })?;
        structure(entity, &mut code);
    }
    Ok(code)
}

fn structure(entity: &EntityType, code: &mut String) {
    let name = type_name(&entity.name);
    let key = entity.key.first().map(String::as_str).unwrap_or_default();
    // Writing to a String cannot fail.
    let _ = write!(
        code,
        "\n/// A row of `{}`.\n#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]\n#[serde(default)]\npub struct {name} {{\n",
        entity.name
    );
    let fields: Vec<(&str, &str)> =
        entity.properties.iter().filter_map(|it| Some((it.name.as_str(), kind(&it.edm_type)?))).collect();
    for (column, kind) in &fields {
        // Lookups are written by their navigation properties, and the identifier stands in the address.
        let skip = if *column == key || column.starts_with('_') {
            "skip_serializing"
        } else {
            "skip_serializing_if = \"Option::is_none\""
        };
        let field = field_name(column);
        let rename =
            if field.trim_start_matches("r#") == *column { String::new() } else { format!("rename = \"{column}\", ") };
        let _ = write!(code, "    /// `{column}`\n    #[serde({rename}{skip})]\n    pub {field}: Option<{kind}>,\n");
    }
    let _ = write!(
        code,
        "}}\n\nimpl EarlyBound for {name} {{\n    const LOGICAL_NAME: &'static str = \"{}\";\n    const KEY: &'static str = \"{key}\";\n    const COLUMNS: &'static [&'static str] = &[\n",
        entity.name
    );
    for (column, _) in &fields {
        let _ = writeln!(code, "        \"{column}\",");
    }
    code.push_str("    ];\n}\n");
}

/// The type of a column; none for what a struct of columns does not hold. Dates stay text, as RFC 3339 has them.
fn kind(edm_type: &str) -> Option<&'static str> {
    Some(match edm_type {
        "Edm.String" | "Edm.Date" | "Edm.DateTimeOffset" | "Edm.TimeOfDay" | "Edm.Duration" | "Edm.Binary" => "String",
        "Edm.Int32" | "Edm.Int16" | "Edm.Byte" | "Edm.SByte" => "i32",
        "Edm.Int64" => "i64",
        "Edm.Decimal" | "Edm.Double" | "Edm.Single" => "f64",
        "Edm.Boolean" => "bool",
        "Edm.Guid" => "Uuid",
        _ => return None,
    })
}

/// `msdyn_customer_journey` → `MsdynCustomerJourney`
fn type_name(logical_name: &str) -> String {
    let capital = |part: &str| {
        let mut chars = part.chars();
        chars.next().map(|it| it.to_uppercase().chain(chars).collect::<String>()).unwrap_or_default()
    };
    logical_name.split('_').map(capital).collect()
}

fn field_name(column: &str) -> String {
    let snake = column.to_lowercase();
    match snake.as_str() {
        "self" | "super" | "crate" => format!("{snake}_"),
        it if KEYWORDS.contains(&it) => format!("r#{it}"),
        _ => snake,
    }
}
