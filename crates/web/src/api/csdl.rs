//! The metadata as `$metadata` shows it.
//!
//! *Not* the XML (`odata`). Invariant: secret columns are not in it, and there are at least two of
//! each kind of type, since one generator cannot read lists of one.

use kernel::metadata::{Column, ColumnType, Entity, Model};
use odata::{ComplexType, Csdl, EntitySet, EntityType, EnumType, Navigation, Operation, Property};

use super::{operation, select::wire};

const BASE: &str = "crmbaseentity";

/// The whole document.
pub fn document(model: &Model) -> Csdl {
    let (own_functions, own_actions) = operation::described();
    let base = EntityType { name: BASE.to_owned(), is_abstract: true, ..EntityType::default() };
    Csdl {
        entity_types: std::iter::once(base).chain(model.entities().map(|it| entity_type(model, it))).collect(),
        complex_types: vec![
            complex(
                "WhoAmIResponse",
                &[("BusinessUnitId", "Edm.Guid"), ("UserId", "Edm.Guid"), ("OrganizationId", "Edm.Guid")],
            ),
            complex("RetrieveVersionResponse", &[("Version", "Edm.String")]),
            complex(
                "EntityRecordCountCollection",
                &[
                    ("Count", "Edm.Int32"),
                    ("IsReadOnly", "Edm.Boolean"),
                    ("Keys", "Collection(Edm.String)"),
                    ("Values", "Collection(Edm.Int64)"),
                ],
            ),
            complex(
                "RetrieveMetadataChangesResponse",
                &[("EntityMetadata", "Edm.String"), ("ServerVersionStamp", "Edm.String")],
            ),
            complex(
                "RetrieveTotalRecordCountResponse",
                &[("EntityRecordCountCollection", "mscrm.EntityRecordCountCollection")],
            ),
        ],
        enum_types: vec![
            members("OwnershipTypes", &[("UserOwned", 1), ("OrganizationOwned", 8)]),
            members("AttributeRequiredLevel", &[("None", 0), ("SystemRequired", 1), ("ApplicationRequired", 2)]),
        ],
        functions: [
            returning("WhoAmI", "WhoAmIResponse"),
            returning("RetrieveVersion", "RetrieveVersionResponse"),
            Operation {
                parameters: vec![property("Query", "Edm.String")],
                ..returning("RetrieveMetadataChanges", "RetrieveMetadataChangesResponse")
            },
            Operation {
                parameters: vec![property("EntityNames", "Collection(Edm.String)")],
                ..returning("RetrieveTotalRecordCount", "RetrieveTotalRecordCountResponse")
            },
        ]
        .into_iter()
        .chain(own_functions)
        .collect(),
        actions: [
            Operation { name: "PublishAllXml".to_owned(), ..Operation::default() },
            Operation {
                name: "PublishXml".to_owned(),
                parameters: vec![property("ParameterXml", "Edm.String")],
                ..Operation::default()
            },
        ]
        .into_iter()
        .chain(own_actions)
        .collect(),
        entity_sets: model.entities().map(|it| entity_set(model, it)).collect(),
    }
}

fn property(name: &str, edm_type: &str) -> Property {
    Property { name: name.to_owned(), edm_type: edm_type.to_owned(), nullable: true }
}

fn complex(name: &str, properties: &[(&str, &str)]) -> ComplexType {
    ComplexType {
        name: name.to_owned(),
        properties: properties.iter().map(|(name, kind)| property(name, kind)).collect(),
    }
}

fn members(name: &str, members: &[(&str, i64)]) -> EnumType {
    EnumType {
        name: name.to_owned(),
        members: members.iter().map(|(name, value)| ((*name).to_owned(), *value)).collect(),
    }
}

fn returning(name: &str, returns: &str) -> Operation {
    Operation { name: name.to_owned(), returns: Some(returns.to_owned()), ..Operation::default() }
}

fn entity_type(model: &Model, entity: &Entity) -> EntityType {
    EntityType {
        name: entity.name.clone(),
        base: Some(BASE.to_owned()),
        is_abstract: false,
        key: vec![entity.key.clone()],
        properties: visible(entity).map(|it| property(&wire(it), edm(it.kind))).collect(),
        navigations: navigations(model, entity),
    }
}

fn visible(entity: &Entity) -> impl Iterator<Item = &Column> {
    entity.columns.values().filter(|it| !it.is_secret())
}

fn edm(kind: ColumnType) -> &'static str {
    match kind {
        ColumnType::Text | ColumnType::Memo | ColumnType::Json | ColumnType::MultiChoice => "Edm.String",
        ColumnType::Integer | ColumnType::Choice => "Edm.Int32",
        ColumnType::BigInt => "Edm.Int64",
        ColumnType::Decimal | ColumnType::Money => "Edm.Decimal",
        ColumnType::Double => "Edm.Double",
        ColumnType::Boolean => "Edm.Boolean",
        ColumnType::Date => "Edm.Date",
        ColumnType::DateTime => "Edm.DateTimeOffset",
        ColumnType::Lookup | ColumnType::Guid | ColumnType::File => "Edm.Guid",
    }
}

fn navigations(model: &Model, entity: &Entity) -> Vec<Navigation> {
    let mut all = Vec::new();
    for column in visible(entity) {
        for target in &column.targets {
            if all.iter().any(|it: &Navigation| it.name == target.navigation) {
                continue;
            }
            let key = model.entity(&target.entity).map(|it| it.key.clone()).unwrap_or_default();
            all.push(Navigation {
                name: target.navigation.clone(),
                target: target.entity.clone(),
                collection: false,
                partner: (!target.collection.is_empty()).then(|| target.collection.clone()),
                constraint: Some((wire(column), key)),
            });
        }
    }
    for (name, child, partner) in collections(model, entity) {
        let partner = Some(partner).filter(|it| !it.is_empty());
        all.push(Navigation { name, target: child, collection: true, partner, constraint: None });
    }
    all
}

/// Name, entity and way back of each collection-valued navigation property, many-to-many last.
fn collections(model: &Model, entity: &Entity) -> Vec<(String, String, String)> {
    let mut all = Vec::new();
    for reference in model.references(&entity.name) {
        let column = model.entity(&reference.entity).ok().and_then(|it| it.columns.get(&reference.column));
        for target in column.filter(|it| !it.is_secret()).iter().flat_map(|it| &it.targets) {
            if target.entity == entity.name {
                all.push((target.collection.clone(), reference.entity.clone(), target.navigation.clone()));
            }
        }
    }
    for (_, near, far) in model.intersects(&entity.name) {
        all.push((near.navigation.clone(), far.entity.clone(), far.navigation.clone()));
    }
    all
}

fn entity_set(model: &Model, entity: &Entity) -> EntitySet {
    let set = |name: &str| model.entity(name).map(|it| it.set.clone()).unwrap_or_default();
    let mut singles: Vec<(String, String)> = Vec::new();
    for target in visible(entity).flat_map(|it| &it.targets) {
        if !singles.iter().any(|(name, _)| *name == target.navigation) {
            singles.push((target.navigation.clone(), set(&target.entity)));
        }
    }
    let many = collections(model, entity).into_iter().map(|(name, child, _)| (name, set(&child)));
    EntitySet {
        name: entity.set.clone(),
        entity_type: entity.name.clone(),
        bindings: singles.into_iter().chain(many).collect(),
    }
}
