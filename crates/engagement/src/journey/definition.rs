//! The definition of a journey: Dataverse's array of activities (`spec/marketing.md` 7.1).
//!
//! *Not* their behaviour (`tiles`). Invariant: a definition that was read has unique identifiers, every
//! parent exists, no two tiles hang on the same outlet, and each hangs below an audience.

use kernel::{Error, Phrase, Result, uuid::Uuid};
use serde::Deserialize;
use serde_json::{Map, Value as Json};

/// One tile.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Activity {
    /// Unique in the journey.
    #[serde(rename = "ActivityId")]
    pub id: String,
    /// The kind of tile.
    #[serde(rename = "ActivityTypeId")]
    pub kind: String,
    /// What people read.
    #[serde(default)]
    pub name: Option<String>,
    /// The tile above; none for an audience.
    #[serde(default, rename = "ParentActivityId")]
    pub parent: Option<String>,
    /// The outlet of the tile above: `default`, `yesBranch` or `noBranch`.
    #[serde(default = "default_outlet", rename = "ParentRelationshipType")]
    pub outlet: String,
    /// The branch of a splitter, from 0.
    #[serde(default, rename = "ParentBranchId")]
    pub branch: Option<i64>,
    /// `contact`.
    #[serde(default)]
    pub entity_target: Option<String>,
    /// The settings.
    #[serde(default)]
    pub properties: Properties,
}

fn default_outlet() -> String {
    "default".into()
}

/// The settings of a tile: the first item is the tile's own.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Properties {
    /// The items.
    #[serde(default)]
    pub items: Vec<Map<String, Json>>,
}

impl Activity {
    /// A setting.
    pub fn setting(&self, name: &str) -> Option<&Json> {
        self.properties.items.first()?.get(name)
    }
    /// A setting that is text.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.setting(name)?.as_str()
    }
    /// A setting that is an identifier.
    ///
    /// # Errors
    /// `Invalid` naming tile and setting.
    pub fn reference(&self, name: &str) -> Result<Uuid> {
        let text = self.text(name).ok_or_else(|| {
            Error::invalid(
                self.place(),
                Phrase::new("tile-setting-missing", "the setting {setting} is missing").with("setting", name),
            )
        })?;
        text.parse().map_err(|_| {
            Error::invalid(
                self.place(),
                Phrase::new("tile-setting-identifier", "the setting {setting} is not an identifier (GUID)")
                    .with("setting", name),
            )
        })
    }
    /// How problems name the tile.
    pub fn place(&self) -> String {
        match &self.name {
            Some(name) => format!("tile {} ({name})", self.id),
            None => format!("tile {}", self.id),
        }
    }
}

/// The tiles of a journey.
#[derive(Debug, Clone)]
pub struct Definition {
    activities: Vec<Activity>,
}

/// The tile kinds that take people in.
pub(crate) const AUDIENCES: &[&str] = &["Segment", "MarketingForm"];

impl Definition {
    /// Reads a definition.
    ///
    /// # Errors
    /// `Invalid` naming the tile and what is wrong with it.
    pub fn read(text: &str) -> Result<Self> {
        const COLUMN: &str = "msdyncrm_workflowdefinition";
        if text.trim().is_empty() {
            return Err(Error::invalid(COLUMN, Phrase::new("journey-empty", "is empty; the journey has no tiles")));
        }
        let activities: Vec<Activity> = serde_json::from_str(text).map_err(|error| {
            Error::invalid(
                COLUMN,
                Phrase::new("journey-unreadable", "cannot be read at line {line}, column {column}: {mistake}")
                    .with("line", error.line())
                    .with("column", error.column())
                    .with("mistake", &error),
            )
        })?;
        // The header that Dataverse's designer writes first is not a tile.
        let activities: Vec<Activity> = activities.into_iter().filter(|it| it.kind != "bpf_root").collect();
        for (at, tile) in activities.iter().enumerate() {
            let wrong = |text: Phrase| Err(Error::invalid(tile.place(), text));
            let before = activities.iter().take(at);
            if before.clone().any(|it| it.id == tile.id) {
                return wrong(Phrase::new("tile-twice", "this identifier is used twice"));
            }
            let audience = AUDIENCES.contains(&tile.kind.as_str());
            match &tile.parent {
                None if !audience => {
                    return wrong(Phrase::new("tile-loose", "it hangs below no tile; name its ParentActivityId"));
                }
                Some(_) if audience => {
                    return wrong(Phrase::new(
                        "tile-audience-below",
                        "an audience is a first tile; it hangs below none",
                    ));
                }
                Some(parent) => {
                    if !before.clone().any(|it| it.id == *parent) {
                        return wrong(
                            Phrase::new("tile-parent", "its parent {parent} is not a tile before it")
                                .with("parent", parent),
                        );
                    }
                    let same = |it: &Activity| it.outlet == tile.outlet && it.branch == tile.branch;
                    if before.clone().any(|it| it.parent.as_ref() == Some(parent) && same(it)) {
                        return wrong(
                            Phrase::new(
                                "tile-outlet-taken",
                                "another tile hangs on the outlet {outlet} of {parent} already",
                            )
                            .with("outlet", &tile.outlet)
                            .with("parent", parent),
                        );
                    }
                }
                None => {}
            }
        }
        if !activities.iter().any(|it| it.parent.is_none()) {
            return Err(Error::invalid(
                COLUMN,
                Phrase::new("journey-no-audience", "has no audience; begin with a Segment or MarketingForm tile"),
            ));
        }
        Ok(Definition { activities })
    }
    /// All tiles, parents first.
    pub fn tiles(&self) -> &[Activity] {
        &self.activities
    }
    /// The tile of that identifier.
    pub fn tile(&self, id: &str) -> Option<&Activity> {
        self.activities.iter().find(|it| it.id == id)
    }
    /// The tile on an outlet.
    pub fn next(&self, id: &str, outlet: &str) -> Option<&Activity> {
        self.activities.iter().find(|it| it.parent.as_deref() == Some(id) && it.outlet == outlet)
    }
    /// The tile on a branch of a splitter.
    pub fn branch(&self, id: &str, branch: i64) -> Option<&Activity> {
        self.activities.iter().find(|it| it.parent.as_deref() == Some(id) && it.branch == Some(branch))
    }
    /// The first tiles.
    pub fn audiences(&self) -> impl Iterator<Item = &Activity> {
        self.activities.iter().filter(|it| it.parent.is_none())
    }
    /// Whether `above` is upstream of `below`.
    pub fn is_upstream(&self, above: &str, below: &str) -> bool {
        let mut at = self.tile(below).and_then(|it| it.parent.as_deref());
        while let Some(id) = at {
            if id == above {
                return true;
            }
            at = self.tile(id).and_then(|it| it.parent.as_deref());
        }
        false
    }
}
