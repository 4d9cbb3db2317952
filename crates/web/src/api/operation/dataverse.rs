//! The functions and actions that Dataverse has, beside those about options (`choices`), bulk jobs
//! (`bulk_delete`) and merging (`merge`).
//!
//! *Not* bound to a set of every entity (`api::bulk`). Invariant: a function changes nothing, and what is not
//! here by name answers 404 or 501, never an empty success.

use kernel::{
    Error, Kind, Query, Result, Rx, Tx, Value,
    metadata::{Column, ColumnType, Entity},
    setting,
    uuid::Uuid,
};
use serde_json::{Map, Value as Json, json};

use super::{Given, Operation, Run};
use crate::{
    api::{body, entity, fixed::fixed, format, key, metadata_changes, select::wire},
    solutions,
};

/// The version that clients are told.
const VERSION: &str = "9.2.0.0";
/// The category of columns that say what a person allows; they are never copied to another record.
const WISHES: &str = "user.privacy_preferences";

/// See the module.
pub const OPERATIONS: &[Operation] = &[
    Operation {
        name: "WhoAmI",
        bound_to: None,
        parameters: &[],
        returns: &[("BusinessUnitId", "Edm.Guid"), ("UserId", "Edm.Guid"), ("OrganizationId", "Edm.Guid")],
        about: "Who acts with the token of the request.",
        errors: &[("0x80072560", "nobody is signed in")],
        source: "spec/web-api.md 3.16",
        run: Run::Function(who_am_i),
    },
    Operation {
        name: "RetrieveVersion",
        bound_to: None,
        parameters: &[],
        returns: &[("Version", "Edm.String")],
        about: "The version of Dataverse whose contract is answered.",
        errors: &[],
        source: "spec/web-api.md 3.16",
        run: Run::Function(version),
    },
    Operation {
        name: "RetrieveTotalRecordCount",
        bound_to: None,
        parameters: &[("EntityNames", "Collection(Edm.String)")],
        returns: &[("EntityRecordCountCollection", "EntityRecordCountCollection")],
        about: "How many rows each of the entities has, exactly and now.",
        errors: &[("0x8006088a", "an entity that there is not"), ("0x80040220", "one that the role may not read")],
        source: "spec/web-api.md 3.16",
        run: Run::Function(total),
    },
    Operation {
        name: "RetrieveMetadataChanges",
        bound_to: None,
        parameters: &[("Query", "Edm.String")],
        returns: &[
            ("EntityMetadata", "Collection(crmbaseentity)"),
            ("ServerVersionStamp", "Edm.String"),
            ("DeletedMetadata", "crmbaseentity"),
        ],
        about: "The definitions of all entities that meet the criteria, with their columns and relationships.",
        errors: &[
            ("0x80048d19", "the query is no JSON"),
            ("0x80060889", "a criterion on another property than LogicalName"),
        ],
        source: "spec/web-api.md 2",
        run: Run::Function(metadata_changes::read),
    },
    Operation {
        name: "RetrieveCurrentOrganization",
        bound_to: None,
        parameters: &[("AccessType", "Edm.String")],
        returns: &[("Detail", "OrganizationDetail")],
        about: "Name, version and addresses of this installation. AccessType is taken and changes nothing.",
        errors: &[],
        source: "spec/web-api.md 4.5",
        run: Run::Function(organization),
    },
    Operation {
        name: "FormatAddress",
        bound_to: None,
        parameters: &[
            ("Line1", "Edm.String"),
            ("City", "Edm.String"),
            ("StateOrProvince", "Edm.String"),
            ("PostalCode", "Edm.String"),
            ("Country", "Edm.String"),
        ],
        returns: &[("Address", "Edm.String")],
        about: "A postal address in the order of its country.",
        errors: &[],
        source: "spec/web-api.md 4.5",
        run: Run::Function(address),
    },
    Operation {
        name: "InitializeFrom",
        bound_to: None,
        parameters: &[
            ("EntityMoniker", "crmbaseentity"),
            ("TargetEntityName", "Edm.String"),
            ("TargetFieldType", "Edm.String"),
        ],
        returns: &[("", "crmbaseentity")],
        about: "A row to post, made from another one: the columns that both have, and the lookup back. What a person allows is never copied.",
        errors: &[("0x80040217", "the row does not exist"), ("0x8006088a", "an entity that there is not")],
        source: "spec/web-api.md 4.5",
        run: Run::Function(initialize),
    },
    Operation {
        name: "CreateEntities",
        bound_to: None,
        parameters: &[("Entities", "Collection(crmbaseentity)"), ("SolutionUniqueName", "Edm.String")],
        returns: &[("EntityIds", "Collection(Edm.Guid)")],
        about: "Makes several entities with their columns, in the solution of that name; all or none.",
        errors: &[
            ("0x80048d19", "a definition is wrong, with its place in the list; or there is no such solution"),
            ("0x80040220", "without the privilege prvCreateEntity"),
        ],
        source: "spec/web-api.md 3.18",
        run: Run::Action(create_entities),
    },
    Operation {
        name: "PublishXml",
        bound_to: None,
        parameters: &[("ParameterXml", "Edm.String")],
        returns: &[],
        about: "Nothing is left to do: changes of metadata are live at once.",
        errors: &[],
        source: "spec/web-api.md 3.16",
        run: Run::Action(publish),
    },
    Operation {
        name: "PublishAllXml",
        bound_to: None,
        parameters: &[],
        returns: &[],
        about: "Nothing is left to do: changes of metadata are live at once.",
        errors: &[],
        source: "spec/web-api.md 3.16",
        run: Run::Action(publish),
    },
];

fn who_am_i(rx: &Rx<'_>, _: &Given) -> Result<Json> {
    let user =
        rx.cx().user().ok_or_else(|| Error::new(Kind::Forbidden, "unauthenticated", "", "nobody is signed in"))?;
    let unit = rx.elevated("who am I").get("systemuser", user)?.get("businessunitid").as_guid();
    Ok(json!({ "BusinessUnitId": unit, "UserId": user, "OrganizationId": fixed("organization") }))
}

fn version(_: &Rx<'_>, _: &Given) -> Result<Json> {
    Ok(json!({ "Version": VERSION }))
}

/// The counts are exact, where Dataverse gives those of the last 24 hours.
fn total(rx: &Rx<'_>, given: &Given) -> Result<Json> {
    let names = given.texts("EntityNames")?;
    let mut counts = Vec::new();
    for name in &names {
        counts.push(rx.count(&Query::on(name))?);
    }
    let collection = json!({ "Count": names.len(), "IsReadOnly": false, "Keys": names, "Values": counts });
    Ok(json!({ "EntityRecordCountCollection": collection }))
}

fn organization(rx: &Rx<'_>, given: &Given) -> Result<Json> {
    let name = setting::get(rx, "organisation.name")?.filter(|it| !it.is_empty());
    let base = given.root.split("/api/data/").next().unwrap_or_default();
    let endpoints = json!({
        "Count": 3,
        "IsReadOnly": false,
        "Keys": ["WebApplication", "OrganizationService", "OrganizationDataService"],
        "Values": [format!("{base}/"), "", given.root],
    });
    Ok(json!({ "Detail": {
        "OrganizationId": fixed("organization"),
        "FriendlyName": name.clone().unwrap_or_else(|| "Assent".to_owned()),
        "OrganizationVersion": VERSION,
        "EnvironmentId": fixed("organization").to_string(),
        "DatacenterId": "00000000-0000-0000-0000-000000000000",
        "Geo": "",
        "TenantId": fixed("tenant").to_string(),
        "UrlName": "assent",
        "UniqueName": "assent",
        "State": "Enabled",
        "Endpoints": endpoints,
    }}))
}

/// Street, city and code in the order of the country: that of the United States where none is named.
fn address(_: &Rx<'_>, given: &Given) -> Result<Json> {
    let part = |name: &str| given.optional(name).map(|it| it.unwrap_or_default().trim().to_owned());
    let (line, city, state) = (part("Line1")?, part("City")?, part("StateOrProvince")?);
    let (code, country) = (part("PostalCode")?, part("Country")?);
    let spaced =
        |all: &[&str], with: &str| all.iter().filter(|it| !it.is_empty()).copied().collect::<Vec<_>>().join(with);
    let lines = match country.to_uppercase().as_str() {
        "JAPAN" | "JP" | "JPN" => vec![code, state, city, line, country],
        "" | "USA" | "US" | "UNITED STATES" | "UNITED STATES OF AMERICA" | "CANADA" | "CA" | "AUSTRALIA" | "AU" => {
            let region = spaced(&[&state, &code], " ");
            vec![line, spaced(&[&city, &region], ", "), country]
        }
        "UK" | "GB" | "UNITED KINGDOM" | "GREAT BRITAIN" => vec![line, city, state, code, country],
        _ => vec![line, spaced(&[&code, &city], " "), state, country],
    };
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    Ok(json!({ "Address": spaced(&lines, "\r\n") }))
}

fn initialize(rx: &Rx<'_>, given: &Given) -> Result<Json> {
    let (from, id) = reference(rx, given, "EntityMoniker")?;
    let model = rx.model();
    let (from, to) = (model.entity(&from)?, model.entity(given.text("TargetEntityName")?)?);
    let row = rx.get(&from.name, id)?;
    let mut made = Map::new();
    made.insert("@odata.type".to_owned(), Json::from(format!("#Microsoft.Dynamics.CRM.{}", to.name)));
    let back = to.columns.values().filter(|it| !it.system).find_map(|column| {
        column.targets.iter().find(|it| it.entity == from.name).map(|target| target.navigation.clone())
    });
    if let Some(navigation) = back {
        made.insert(format!("{navigation}@odata.bind"), Json::from(format!("{}({id})", from.set)));
    }
    for (name, column) in to.columns.iter().filter(|(_, it)| is_copied(to, it)) {
        let same = from.columns.get(name).filter(|it| is_copied(from, it) && it.kind == column.kind);
        if same.is_none() || row.get(name).is_null() {
            continue;
        }
        match row.get(name) {
            Value::Lookup(entity, id) => {
                let target = column.targets.iter().find(|it| it.entity == *entity);
                if let Some(target) = target.filter(|it| !made.contains_key(&format!("{}@odata.bind", it.navigation))) {
                    let set = &model.entity(entity)?.set;
                    made.insert(format!("{}@odata.bind", target.navigation), Json::from(format!("{set}({id})")));
                }
            }
            value => {
                made.insert(wire(column), format::json(value));
            }
        }
    }
    Ok(Json::Object(made))
}

fn is_copied(entity: &Entity, column: &Column) -> bool {
    let own = column.system || column.readonly || column.is_secret() || column.privacy.category.starts_with(WISHES);
    let key = column.name == entity.key || entity.keys.iter().any(|(_, columns)| columns.contains(&column.name));
    !own && !key && column.kind != ColumnType::File
}

fn create_entities(tx: &mut Tx<'_>, given: &Given) -> Result<Json> {
    let all = given.parameters.get("Entities").and_then(Json::as_array);
    let all = all.ok_or_else(|| Error::invalid("Entities", "takes a list of definitions").with_code("payload"))?;
    kernel::access::require(tx, "prvCreateEntity", "adding an entity")?;
    let mut ids: Vec<Uuid> = Vec::new();
    for (at, definition) in all.iter().enumerate() {
        let place = format!("Entities[{at}]");
        let object = definition.as_object();
        let object = object.ok_or_else(|| Error::invalid(&place, "is an object").with_code("payload"))?;
        ids.push(fixed(&entity::make(tx, object).map_err(|error| error.at(&place))?));
    }
    if let Some(name) = given.optional("SolutionUniqueName")?.filter(|it| !it.is_empty()) {
        solutions::record(tx, Some(("SolutionUniqueName", name)))?;
    }
    Ok(json!({ "EntityIds": ids }))
}

fn publish(_: &mut Tx<'_>, _: &Given) -> Result<Json> {
    Ok(Json::Null)
}

/// The row that a parameter refers to.
///
/// # Errors
/// `Invalid` naming the parameter.
pub fn reference(rx: &Rx<'_>, given: &Given, name: &str) -> Result<(String, Uuid)> {
    key::row(rx, name, given.parameters.get(name))
}

/// The columns that a parameter holds for a row of the entity.
///
/// # Errors
/// `undeclared`, `wrong-type`.
pub fn content(rx: &Rx<'_>, given: &Given, name: &str, entity: &Entity) -> Result<kernel::Values> {
    match given.parameters.get(name) {
        None | Some(Json::Null) => Ok(kernel::Values::new()),
        Some(Json::Object(it)) => {
            let mut it = it.clone();
            it.remove(&entity.key);
            Ok(body::row(rx, entity, &it, false)?.values)
        }
        Some(_) => Err(Error::invalid(name, "takes an object of columns").with_code("payload")),
    }
}
