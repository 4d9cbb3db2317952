//! The XML reader of the CSDL document: the entity types with key, columns and navigations, and their sets. Operations,
//! complex types and enums are passed over, as is whatever else another service writes.

use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

use super::{Csdl, EntitySet, EntityType, Navigation, Property};
use crate::ParseError;

impl Csdl {
    /// Reads entity types and sets of a `$metadata` document. Names lose the namespace.
    ///
    /// # Errors
    /// XML that is not well-formed, with its position.
    ///
    /// ```
    /// use odata::{Csdl, EntityType, Property};
    ///
    /// let id = Property { name: "contactid".into(), edm_type: "Edm.Guid".into(), nullable: false };
    /// let contact = EntityType { name: "contact".into(), key: vec!["contactid".into()], properties: vec![id], ..EntityType::default() };
    /// let csdl = Csdl { entity_types: vec![contact], ..Csdl::default() };
    /// assert_eq!(Csdl::from_xml(&csdl.to_xml())?, csdl);
    /// # Ok::<(), odata::ParseError>(())
    /// ```
    pub fn from_xml(text: &str) -> Result<Self, ParseError> {
        let mut reader = Reader::from_str(text);
        let mut csdl = Self::default();
        // Whether an entity type is open: complex types have properties too.
        let mut open = false;
        loop {
            let position = usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX);
            let wrong = |error: &dyn std::fmt::Display| ParseError::at(position, error.to_string());
            match reader.read_event().map_err(|error| wrong(&error))? {
                Event::Start(element) => {
                    let element = Attributes::of(&element).map_err(|error| wrong(&error))?;
                    open = open || element.name == "EntityType";
                    take(&mut csdl, &element, open);
                }
                Event::Empty(element) => {
                    let element = Attributes::of(&element).map_err(|error| wrong(&error))?;
                    take(&mut csdl, &element, open || element.name == "EntityType");
                }
                Event::End(element) if element.local_name().as_ref() == "EntityType" => open = false,
                Event::Eof => return Ok(csdl),
                _ => {}
            }
        }
    }
}

struct Attributes {
    name: String,
    values: Vec<(String, String)>,
}

impl Attributes {
    fn of(element: &BytesStart<'_>) -> Result<Self, quick_xml::Error> {
        let mut values = Vec::new();
        for attribute in element.attributes() {
            let attribute = attribute?;
            let value = attribute.normalized_value(XmlVersion::Implicit1_0)?.into_owned();
            values.push((attribute.key.as_ref().to_owned(), value));
        }
        Ok(Self { name: element.local_name().as_ref().to_owned(), values })
    }
    fn get(&self, name: &str) -> Option<&str> {
        self.values.iter().find(|(it, _)| it == name).map(|(_, it)| it.as_str())
    }
    fn text(&self, name: &str) -> String {
        self.get(name).unwrap_or_default().to_owned()
    }
}

fn take(csdl: &mut Csdl, element: &Attributes, in_entity_type: bool) {
    let current = csdl.entity_types.last_mut().filter(|_| in_entity_type);
    match (element.name.as_str(), current) {
        ("EntityType", _) => csdl.entity_types.push(EntityType {
            name: element.text("Name"),
            base: element.get("BaseType").map(bare),
            is_abstract: element.get("Abstract") == Some("true"),
            ..EntityType::default()
        }),
        ("PropertyRef", Some(it)) => it.key.push(element.text("Name")),
        ("Property", Some(it)) => it.properties.push(Property {
            name: element.text("Name"),
            edm_type: bare(element.get("Type").unwrap_or_default()),
            nullable: element.get("Nullable") != Some("false"),
        }),
        ("NavigationProperty", Some(it)) => {
            let kind = element.get("Type").unwrap_or_default();
            let inner = kind.strip_prefix("Collection(").and_then(|it| it.strip_suffix(')'));
            it.navigations.push(Navigation {
                name: element.text("Name"),
                target: bare(inner.unwrap_or(kind)),
                collection: inner.is_some(),
                partner: element.get("Partner").map(str::to_owned),
                constraint: None,
            });
        }
        ("ReferentialConstraint", Some(it)) => {
            if let Some(navigation) = it.navigations.last_mut() {
                navigation.constraint = Some((element.text("Property"), element.text("ReferencedProperty")));
            }
        }
        ("EntitySet", _) => csdl.entity_sets.push(EntitySet {
            name: element.text("Name"),
            entity_type: bare(element.get("EntityType").unwrap_or_default()),
            bindings: Vec::new(),
        }),
        ("NavigationPropertyBinding", _) => {
            if let Some(set) = csdl.entity_sets.last_mut() {
                set.bindings.push((element.text("Path"), element.text("Target")));
            }
        }
        _ => {}
    }
}

/// A type without the namespace of the document; `Edm.…` as it is.
fn bare(name: &str) -> String {
    if name.starts_with("Edm.") || name.starts_with("Collection(") {
        return name.to_owned();
    }
    name.rsplit_once('.').map_or(name, |(_, it)| it).to_owned()
}
