//! One column: its type, limits, privacy classification and relationship.
//!
//! *Not* its values (`value.rs`) nor its checking (`pipeline::check`). Invariant: a lookup has at
//! least one target, a choice at least one option.

use rust_decimal::Decimal;
use serde::Deserialize;

use super::file::Label;
use crate::Value;

/// The type of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ColumnType {
    /// One line of text.
    Text,
    /// Text of many lines.
    Memo,
    /// 32-bit whole number.
    Integer,
    /// 64-bit whole number.
    BigInt,
    /// Exact number with up to 7 decimals.
    Decimal,
    /// Exact number with 4 decimals.
    Money,
    /// Floating-point number.
    Double,
    /// Yes or no.
    Boolean,
    /// One of a set of numbered options.
    Choice,
    /// Several of a set of numbered options.
    MultiChoice,
    /// A calendar date.
    Date,
    /// An instant.
    DateTime,
    /// A reference to a record.
    Lookup,
    /// An identifier.
    Guid,
    /// A JSON document, for designer definitions only.
    Json,
    /// A file, kept as a blob; the value is the blob's identifier.
    File,
}

/// How clients understand an instant.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Behavior {
    /// In the time zone of whoever looks.
    #[default]
    UserLocal,
    /// As it is written, for everybody alike.
    TimeZoneIndependent,
}

/// A pattern that text must follow, or what a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// A mail address.
    Email,
    /// A web address.
    Url,
    /// A telephone number.
    Phone,
    /// Of a file: a picture.
    Image,
}

/// What deleting the target of a lookup does to the referring row.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OnDelete {
    /// The row is deleted too.
    Cascade,
    /// The lookup becomes null.
    #[default]
    RemoveLink,
    /// The delete is refused.
    Restrict,
    /// The lookup stays as it is and may point at nothing: for what is remembered of rows that are gone.
    Keep,
}

/// How sensitive a column is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Sensitivity {
    /// Not about a person.
    #[default]
    None,
    /// Personal data, Art. 4(1) GDPR.
    Personal,
    /// Special categories, Art. 9 GDPR.
    Sensitive,
    /// A secret of the system; it never leaves by any interface.
    Secret,
}

/// The privacy classification of a column.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Privacy {
    /// How sensitive it is.
    #[serde(default)]
    pub sensitivity: Sensitivity,
    /// What kind of data it is, as a dotted key such as `user.name`.
    #[serde(default)]
    pub category: String,
}

/// What erasure does to one column of a row that stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ColumnErasure {
    /// The value is removed.
    Blank,
    /// The value stays, on the ground that the column names.
    Keep,
}

/// One option of a choice.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    /// The number that is stored and sent.
    pub value: i64,
    /// What people read.
    pub label: Label,
    /// A longer explanation.
    #[serde(default)]
    pub description: Label,
    /// The term of a public vocabulary that it stands for, if there is one.
    pub iri: Option<String>,
}

/// A column of an entity.
#[derive(Debug, Clone)]
pub struct Column {
    /// The logical name, also the name in the database.
    pub name: String,
    /// The type.
    pub kind: ColumnType,
    /// What people read.
    pub label: Label,
    /// A longer explanation.
    pub description: Label,
    /// The longest text, in characters.
    pub max_length: usize,
    /// The pattern that text must follow.
    pub format: Option<Format>,
    /// Decimals kept.
    pub precision: u32,
    /// The smallest number.
    pub min: Option<Decimal>,
    /// The largest number; for a file, its size in KiB.
    pub max: Option<Decimal>,
    /// How clients understand an instant.
    pub behavior: Behavior,
    /// Whether a row needs it.
    pub required: bool,
    /// The value of a new row.
    pub default: Value,
    /// Whether only the system writes it.
    pub readonly: bool,
    /// Whether only column security profiles open it.
    pub secured: bool,
    /// Whether it may be corrected in an append-only entity.
    pub correctable: bool,
    /// The options of a choice.
    pub options: Vec<Choice>,
    /// The name of the shared set of options, if it is one.
    pub choice_set: Option<String>,
    /// The lookup's targets with the navigation property to each and back.
    pub targets: Vec<Target>,
    /// Whether it leads to every entity whose rows have an owner.
    pub open: bool,
    /// What deleting a target does.
    pub on_delete: OnDelete,
    /// The text columns that this one is made of.
    pub compose: Vec<String>,
    /// The privacy classification.
    pub privacy: Privacy,
    /// What erasure does to it where the row stays.
    pub erasure: ColumnErasure,
    /// The ground on which it is kept.
    pub ground: Option<String>,
    /// Whether the kernel itself adds it to every entity.
    pub system: bool,
    /// The solution that added it, if it came by a layer.
    pub solution: Option<String>,
    /// Whether its changes are audited where its entity is.
    pub audited: bool,
}

/// One possible target of a lookup.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// The target's logical name.
    pub entity: String,
    /// The single-valued navigation property.
    pub navigation: String,
    /// The collection-valued navigation property of the target, back to these rows.
    pub collection: String,
}

impl Column {
    /// Whether the value is about a person.
    pub fn is_personal(&self) -> bool {
        matches!(self.privacy.sensitivity, Sensitivity::Personal | Sensitivity::Sensitive)
    }
    /// Whether the value never leaves by any interface.
    pub fn is_secret(&self) -> bool {
        self.privacy.sensitivity == Sensitivity::Secret
    }
    /// Whether the kernel keeps it by itself at each write, so that its change says nothing.
    pub fn is_bookkeeping(&self) -> bool {
        self.system && !matches!(self.name.as_str(), "statecode" | "statuscode" | "ownerid")
    }
    /// Whether the lookup has several possible entities, so that the entity is stored beside it.
    pub fn is_polymorphic(&self) -> bool {
        self.open || self.targets.len() > 1
    }
    /// The targets to which a navigation property leads: not what is only remembered.
    pub fn ways(&self) -> impl Iterator<Item = &Target> {
        self.targets.iter().filter(|it| !it.navigation.is_empty())
    }
    /// The number of the column among those of its entity. It follows from the name, so it is the same in each
    /// store, and another column never moves it (FNV-1a, 31 bits).
    pub fn number(&self) -> i32 {
        let hash = self.name.bytes().fold(0x811c_9dc5_u32, |hash, it| (hash ^ u32::from(it)).wrapping_mul(0x0100_0193));
        i32::try_from(hash >> 1).unwrap_or(i32::MAX)
    }
    /// The name of the database column that holds the entity of a polymorphic lookup.
    pub fn entity_column(&self) -> String {
        format!("{}_entity", self.name)
    }
    /// The English label.
    pub fn text(&self) -> &str {
        super::file::english(&self.label)
    }
    /// The label of an option.
    pub fn option(&self, value: i64) -> Option<&Choice> {
        self.options.iter().find(|it| it.value == value)
    }
}
