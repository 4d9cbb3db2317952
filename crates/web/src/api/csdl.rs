//! The metadata as `$metadata` shows it.
//!
//! *Not* the XML (`odata`). Invariant: secret columns are not in it, and there are at least two of
//! each kind of type, since one generator cannot read lists of one.

use kernel::metadata::{Column, ColumnType, Entity, Model};
use odata::{ComplexType, Csdl, EntitySet, EntityType, EnumType, Navigation, Operation, Property};

use super::{
    image, operation, privilege,
    select::{visible, wire},
};

const BASE: &str = "crmbaseentity";
/// What activities derive from.
const ACTIVITY: &str = "activitypointer";
/// What owners derive from.
const OWNER: &str = "principal";

/// The whole document; with descriptions where they are asked for.
pub fn document(model: &Model, described: bool) -> Csdl {
    let (mut functions, mut actions, answers) = operation::described();
    actions.extend(model.entities().filter(|it| it.intersect.is_none()).flat_map(bulk));
    if !described {
        functions.iter_mut().chain(&mut actions).for_each(|it| it.description = None);
    }
    let base = EntityType { name: BASE.to_owned(), is_abstract: true, ..EntityType::default() };
    let mut entity_types = vec![base];
    entity_types.extend([ACTIVITY, OWNER].map(|name| EntityType {
        name: name.to_owned(),
        base: Some(BASE.to_owned()),
        is_abstract: true,
        ..EntityType::default()
    }));
    entity_types.extend(model.entities().map(|it| entity_type(model, it)));
    entity_types.push(EntityType {
        name: privilege::ENTITY.to_owned(),
        base: Some(BASE.to_owned()),
        key: vec![privilege::KEY.to_owned()],
        properties: vec![property(privilege::KEY, "Edm.Guid"), property("name", "Edm.String")],
        ..EntityType::default()
    });
    let listed =
        EntitySet { name: privilege::SET.to_owned(), entity_type: privilege::ENTITY.to_owned(), bindings: Vec::new() };
    let mut complex_types = vec![
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
            "EndpointCollection",
            &[
                ("Count", "Edm.Int32"),
                ("IsReadOnly", "Edm.Boolean"),
                ("Keys", "Collection(Edm.String)"),
                ("Values", "Collection(Edm.String)"),
            ],
        ),
        complex(
            "OrganizationDetail",
            &[
                ("OrganizationId", "Edm.Guid"),
                ("FriendlyName", "Edm.String"),
                ("OrganizationVersion", "Edm.String"),
                ("EnvironmentId", "Edm.String"),
                ("DatacenterId", "Edm.Guid"),
                ("Geo", "Edm.String"),
                ("TenantId", "Edm.String"),
                ("UrlName", "Edm.String"),
                ("UniqueName", "Edm.String"),
                ("State", "Edm.String"),
                ("Endpoints", "EndpointCollection"),
            ],
        ),
        complex(
            "LocalizedLabel",
            &[("Label", "Edm.String"), ("LanguageCode", "Edm.Int32"), ("IsManaged", "Edm.Boolean")],
        ),
        complex(
            "Label",
            &[("LocalizedLabels", "Collection(LocalizedLabel)"), ("UserLocalizedLabel", "LocalizedLabel")],
        ),
        complex("CreateMultipleResponse", &[("Ids", "Collection(Edm.Guid)")]),
    ];
    complex_types.extend(answers);
    Csdl {
        entity_types,
        complex_types,
        enum_types: vec![
            members("OwnershipTypes", &[("UserOwned", 1), ("OrganizationOwned", 8)]),
            members("AttributeRequiredLevel", &[("None", 0), ("SystemRequired", 1), ("ApplicationRequired", 2)]),
        ],
        functions,
        actions,
        entity_sets: model.entities().map(|it| entity_set(model, it)).chain([listed]).collect(),
    }
}

/// The actions on several rows of an entity, which every entity has.
fn bulk(entity: &Entity) -> impl Iterator<Item = Operation> {
    let rows = format!("Collection({})", entity.name);
    super::bulk::ACTIONS.iter().map(move |(name, about)| Operation {
        name: (*name).to_owned(),
        bound_to: Some(rows.clone()),
        parameters: vec![property("Targets", &rows)],
        returns: (*name == "CreateMultiple").then(|| "CreateMultipleResponse".to_owned()),
        description: Some(format!("{about} Source: spec/web-api.md 3.17.")),
    })
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

fn entity_type(model: &Model, entity: &Entity) -> EntityType {
    EntityType {
        name: entity.name.clone(),
        base: Some(base(entity).to_owned()),
        is_abstract: false,
        key: vec![entity.key.clone()],
        properties: visible(entity).flat_map(properties).collect(),
        navigations: navigations(model, entity),
    }
}

fn properties(column: &Column) -> Vec<Property> {
    if image::is(column) {
        return image::properties(column).map(|(name, kind)| property(&name, kind)).into();
    }
    vec![property(&wire(column), edm(column.kind))]
}

fn base(entity: &Entity) -> &'static str {
    match entity.name.as_str() {
        "systemuser" | "team" => OWNER,
        _ if entity.key == "activityid" => ACTIVITY,
        _ => BASE,
    }
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
        for target in column.ways() {
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
    if entity.name == "role" {
        all.push((privilege::OF_ROLE.to_owned(), privilege::ENTITY.to_owned(), String::new()));
    }
    all
}

fn entity_set(model: &Model, entity: &Entity) -> EntitySet {
    let set = |name: &str| match name {
        privilege::ENTITY => privilege::SET.to_owned(),
        _ => model.entity(name).map(|it| it.set.clone()).unwrap_or_default(),
    };
    let mut singles: Vec<(String, String)> = Vec::new();
    for target in visible(entity).flat_map(|it| it.ways()) {
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
