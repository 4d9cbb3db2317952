//! The format of an entity file, exactly as it is written.
//!
//! *Not* the model: defaults and system columns are filled in by `metadata::model`. Invariant: an
//! unknown key is an error, so a typing mistake cannot silently switch something off.

use indexmap::IndexMap;
use serde::Deserialize;

/// Text by language tag.
pub type Label = IndexMap<String, String>;

/// One entity file.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EntityFile {
    pub(crate) logical_name: String,
    pub(crate) entity_set: String,
    pub(crate) label: Label,
    #[serde(default)]
    pub(crate) plural: Label,
    #[serde(default)]
    pub(crate) description: Label,
    pub(crate) key: Option<String>,
    pub(crate) primary_name: Option<String>,
    #[serde(default)]
    pub(crate) kind: super::Kind,
    #[serde(default)]
    pub(crate) ownership: Ownership,
    #[serde(default)]
    pub(crate) writer: Writer,
    #[serde(default)]
    pub(crate) status_writer: Writer,
    #[serde(default)]
    pub(crate) reader: Writer,
    #[serde(default)]
    pub(crate) subject: Vec<String>,
    #[serde(default)]
    pub(crate) identifiers: Vec<String>,
    #[serde(default)]
    pub(crate) on_erasure: super::OnErasure,
    pub(crate) ground: Option<String>,
    pub(crate) intersect: Option<IntersectFile>,
    #[serde(default)]
    pub(crate) audit: AuditFile,
    pub(crate) columns: IndexMap<String, ColumnFile>,
    #[serde(default)]
    pub(crate) keys: IndexMap<String, KeyFile>,
    #[serde(default)]
    pub(crate) indexes: IndexMap<String, KeyFile>,
    #[serde(default)]
    pub(crate) states: IndexMap<String, StateFile>,
    #[serde(default)]
    pub(crate) views: IndexMap<String, ViewFile>,
    #[serde(default)]
    pub(crate) form: FormFile,
    #[serde(default)]
    pub(crate) roles: IndexMap<String, String>,
}

/// That the rows of an entity are the links of a many-to-many relationship.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IntersectFile {
    pub(crate) relationship: String,
    pub(crate) ends: Vec<EndFile>,
}

/// What the audit calls the writing of rows, and which row it is about, where neither is the row itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AuditFile {
    /// The lookup to the row that it is about.
    pub(crate) object: Option<String>,
    /// The numbers of the actions (`docs/audit.md`).
    pub(crate) create: Option<i64>,
    pub(crate) update: Option<i64>,
    pub(crate) delete: Option<i64>,
}

/// One side of it: the lookup, and the target's navigation property to the other side.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EndFile {
    pub(crate) column: String,
    pub(crate) navigation: String,
}

/// Whether rows have an owner.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ownership {
    /// Rows belong to the organisation.
    #[default]
    Organization,
    /// Rows belong to a user.
    User,
}

/// Who writes rows, or their state, or reads them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Writer {
    /// Whoever has the privilege.
    #[default]
    Anyone,
    /// The product alone, whatever the role; of what is written, only columns that may be corrected are open
    /// to others.
    System,
}

/// One column as written.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ColumnFile {
    #[serde(rename = "type")]
    pub(crate) kind: super::ColumnType,
    #[serde(default)]
    pub(crate) label: Label,
    #[serde(default)]
    pub(crate) description: Label,
    pub(crate) max_length: Option<usize>,
    pub(crate) format: Option<super::column::Format>,
    pub(crate) precision: Option<u32>,
    pub(crate) min: Option<toml::Value>,
    pub(crate) max: Option<toml::Value>,
    #[serde(default)]
    pub(crate) behavior: super::column::Behavior,
    #[serde(default)]
    pub(crate) required: bool,
    pub(crate) default: Option<toml::Value>,
    #[serde(default)]
    pub(crate) readonly: bool,
    #[serde(default)]
    pub(crate) secured: bool,
    #[serde(default)]
    pub(crate) correctable: bool,
    pub(crate) choice: Option<String>,
    #[serde(default)]
    pub(crate) options: Vec<super::Choice>,
    #[serde(default)]
    pub(crate) target: Vec<String>,
    #[serde(default)]
    pub(crate) navigation: IndexMap<String, String>,
    #[serde(default)]
    pub(crate) collection: IndexMap<String, String>,
    #[serde(default)]
    pub(crate) on_delete: super::OnDelete,
    #[serde(default)]
    pub(crate) compose: Vec<String>,
    #[serde(default)]
    pub(crate) privacy: super::Privacy,
    pub(crate) on_erasure: Option<super::column::ColumnErasure>,
    pub(crate) ground: Option<String>,
}

/// An alternate key.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeyFile {
    pub(crate) columns: Vec<String>,
}

/// A state with its status reasons.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StateFile {
    pub(crate) value: i64,
    pub(crate) statuses: Vec<super::Choice>,
}

/// A list view.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ViewFile {
    /// The heading.
    #[serde(default)]
    pub label: Label,
    /// The columns shown.
    pub columns: Vec<String>,
    /// The `odata` filter.
    pub filter: Option<String>,
    /// The `odata` order.
    pub order_by: Option<String>,
}

/// The record form.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FormFile {
    /// The sections in order.
    #[serde(default)]
    pub sections: Vec<SectionFile>,
}

/// One section of the record form.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SectionFile {
    /// The heading.
    #[serde(default)]
    pub label: Label,
    /// The columns shown.
    pub columns: Vec<String>,
}

/// Privileges about no entity, each with the roles of the product that hold it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ActsFile {
    pub(crate) acts: IndexMap<String, Vec<String>>,
}

/// Named sets of options shared by columns.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChoicesFile {
    pub(crate) choices: IndexMap<String, ChoiceSetFile>,
}

/// One named set.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChoiceSetFile {
    #[serde(default)]
    pub(crate) label: Label,
    pub(crate) options: Vec<super::Choice>,
}

/// A layer above the entity files, of entities and of columns: a solution that is switched on, or a customer's own
/// changes.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LayerFile {
    pub(crate) solution: String,
    #[serde(default)]
    pub(crate) label: Label,
    #[serde(default)]
    pub(crate) extend: IndexMap<String, ExtensionFile>,
    #[serde(default)]
    pub(crate) entities: Vec<EntityFile>,
    #[serde(default)]
    pub(crate) choices: IndexMap<String, ChoiceSetFile>,
    /// Other words for options of named sets; their numbers and order stay.
    #[serde(default)]
    pub(crate) words: IndexMap<String, Vec<super::Choice>>,
    /// Other words for what is there already.
    #[serde(default)]
    pub(crate) relabel: IndexMap<String, RelabelFile>,
}

/// Other labels for an entity and its columns.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RelabelFile {
    pub(crate) label: Option<Label>,
    pub(crate) plural: Option<Label>,
    pub(crate) description: Option<Label>,
    #[serde(default)]
    pub(crate) columns: IndexMap<String, RelabelFile>,
}

/// What a layer adds to one entity.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExtensionFile {
    #[serde(default)]
    pub(crate) columns: IndexMap<String, ColumnFile>,
    #[serde(default)]
    pub(crate) keys: IndexMap<String, KeyFile>,
    /// Columns that become secured.
    #[serde(default)]
    pub(crate) secured: Vec<String>,
    /// That changes of rows are audited.
    #[serde(default)]
    pub(crate) audited: bool,
    /// Columns whose changes are not, although those of the rest are.
    #[serde(default)]
    pub(crate) unaudited: Vec<String>,
    /// Further paths to the data subject.
    #[serde(default)]
    pub(crate) subject: Vec<String>,
}

/// The text of a label in the language of a tag such as `de-AT`, else as [`english`].
///
/// ```
/// # use kernel::metadata::file::{Label, of_language};
/// let label: Label = [("en", "Terms"), ("de", "Bedingungen")].map(|(a, b)| (a.to_owned(), b.to_owned())).into();
/// assert_eq!((of_language(&label, "de-AT"), of_language(&label, "fr")), ("Bedingungen", "Terms"));
/// ```
pub fn of_language<'l>(label: &'l Label, tag: &str) -> &'l str {
    let main = tag.split(['-', '_']).next().unwrap_or_default();
    label.get(main).map_or_else(|| english(label), String::as_str)
}

/// The English text of a label, or the first there is.
pub fn english(label: &Label) -> &str {
    label.get("en").or_else(|| label.values().next()).map_or("", String::as_str)
}
