//! Functions and actions: those of Dataverse and the product's own.
//!
//! One list, one file a family. *Not* rules: each asks the crate that owns the concept, and that crate
//! asks for the role. Invariant: what is listed here is in `$metadata` and in `docs/web-api.md`, and the
//! other way round; a function changes nothing.

mod access;
mod audit;
pub mod bulk_delete;
mod choices;
mod consent;
mod dataverse;
mod desk;
mod duplicates;
mod engagement;
mod form;
mod merge;
mod office;
mod picture;
mod platform;
mod request;
mod rights;
mod rows;

use kernel::{Context, Db, Error, Kind, Result, Rx, Tx, uuid::Uuid};
use odata::Segment;
use serde_json::{Map, Value as Json, json};

use super::{
    answer::Answer,
    body,
    call::Call,
    key::{self, present},
};

/// What an operation works on: the row in front of it, and its parameters by name.
pub struct Given {
    /// The row, for a bound operation.
    pub id: Uuid,
    /// The parameters.
    pub parameters: Map<String, Json>,
    /// The service root, for addresses in answers.
    pub root: String,
}

impl Given {
    /// A parameter that is text.
    ///
    /// # Errors
    /// `Invalid` naming the parameter when it is missing or no text.
    pub fn text(&self, name: &str) -> Result<&str> {
        self.optional(name)?.ok_or_else(|| Error::invalid(name, "this parameter is missing"))
    }
    /// A parameter that is text, if it is there.
    ///
    /// # Errors
    /// `Invalid` naming the parameter when it is no text.
    pub fn optional(&self, name: &str) -> Result<Option<&str>> {
        match self.parameters.get(name) {
            None | Some(Json::Null) => Ok(None),
            Some(Json::String(it)) => Ok(Some(it)),
            Some(_) => Err(Error::invalid(name, "takes a text")),
        }
    }
    /// A parameter that is a whole number, if it is there.
    ///
    /// # Errors
    /// `Invalid` naming the parameter when it is none.
    pub fn number(&self, name: &str) -> Result<Option<i64>> {
        match self.parameters.get(name) {
            None | Some(Json::Null) => Ok(None),
            Some(it) => it.as_i64().map(Some).ok_or_else(|| Error::invalid(name, "takes a whole number")),
        }
    }
    /// A parameter that is a list of texts.
    ///
    /// # Errors
    /// `Invalid` naming the parameter when it is missing or another thing.
    pub fn texts(&self, name: &str) -> Result<Vec<String>> {
        let all = self.parameters.get(name).and_then(Json::as_array);
        let texts: Option<Vec<String>> =
            all.and_then(|all| all.iter().map(|it| it.as_str().map(str::to_owned)).collect());
        texts.ok_or_else(|| Error::invalid(name, "takes a list of texts, such as ['account','contact']"))
    }
    /// A parameter that is an identifier.
    ///
    /// # Errors
    /// `Invalid` naming the parameter.
    pub fn guid(&self, name: &str) -> Result<Uuid> {
        self.text(name)?.parse().map_err(|_| Error::invalid(name, "takes an identifier (GUID)"))
    }
}

/// How an operation runs.
pub enum Run {
    /// By GET, on a snapshot.
    Function(fn(&Rx<'_>, &Given) -> Result<Json>),
    /// By POST, in the transaction of the request.
    Action(fn(&mut Tx<'_>, &Given) -> Result<Json>),
    /// By POST, with transactions of its own, because it also touches files.
    Errand(fn(&Db, &Context, &Given) -> Result<Json>),
}

/// One operation.
pub struct Operation {
    /// Its name, without the namespace.
    pub name: &'static str,
    /// The entity whose row it is bound to.
    pub bound_to: Option<&'static str>,
    /// Name and Edm type of each parameter.
    pub parameters: &'static [(&'static str, &'static str)],
    /// Name and Edm type of each property of the answer; one without a name is the answer itself.
    pub returns: &'static [(&'static str, &'static str)],
    /// What it does, in a sentence.
    pub about: &'static str,
    /// What it refuses, beside what every request can meet: the code and why.
    pub errors: &'static [(&'static str, &'static str)],
    /// The document that asks for it.
    pub source: &'static str,
    /// How it runs.
    pub run: Run,
}

/// Every family of operations.
fn all() -> impl Iterator<Item = &'static Operation> {
    dataverse::OPERATIONS
        .iter()
        .chain(access::OPERATIONS)
        .chain(audit::OPERATIONS)
        .chain(bulk_delete::OPERATIONS)
        .chain(choices::OPERATIONS)
        .chain(consent::OPERATIONS)
        .chain(desk::OPERATIONS)
        .chain(duplicates::OPERATIONS)
        .chain(engagement::OPERATIONS)
        .chain(form::OPERATIONS)
        .chain(merge::OPERATIONS)
        .chain(office::OPERATIONS)
        .chain(picture::OPERATIONS)
        .chain(platform::OPERATIONS)
        .chain(request::OPERATIONS)
        .chain(rights::OPERATIONS)
        .chain(rows::OPERATIONS)
}

fn find(name: &str, bound_to: Option<&str>) -> Result<&'static Operation> {
    let bare = match (name.strip_prefix("Microsoft.Dynamics.CRM."), bound_to) {
        (Some(bare), Some(_)) => bare,
        (None, None) => name,
        // Bound ones need the namespace, unbound ones must not have it (`spec/web-api.md` 3.16).
        _ => return Err(key::unknown(name)),
    };
    all().find(|it| it.name == bare && it.bound_to == bound_to).ok_or_else(|| key::unknown(name))
}

/// Whether an unbound action has this name.
pub fn is_action(name: &str) -> bool {
    all().any(|it| it.bound_to.is_none() && it.name == name && !matches!(it.run, Run::Function(_)))
}

/// Answers a GET.
///
/// # Errors
/// `unknown-segment`, `method` for an action, and those of the operation.
pub fn read(rx: &Rx<'_>, call: &Call, segment: &Segment, bound: Option<(&str, Uuid)>) -> Result<Answer> {
    let operation = find(&segment.name, bound.map(|it| it.0))?;
    let Run::Function(run) = &operation.run else { return Err(no_such(call)) };
    let parameters = arguments(call, segment)?;
    let given = given(call, operation, bound, parameters)?;
    Ok(result(call, operation, run(rx, &given)?))
}

/// Answers a POST.
///
/// # Errors
/// `unknown-segment`, `method` for a function, and those of the operation.
pub fn act(tx: &mut Tx<'_>, call: &Call, segment: &Segment, bound: Option<(&str, Uuid)>) -> Result<Answer> {
    let operation = find(&segment.name, bound.map(|it| it.0))?;
    if let (Run::Errand(_), "POST") = (&operation.run, call.method.as_str()) {
        let text = "works with transactions of its own, so it cannot be part of a change set; send it by itself";
        return Err(Error::invalid(operation.name, text));
    }
    let (Run::Action(run), "POST") = (&operation.run, call.method.as_str()) else { return Err(no_such(call)) };
    let given = given(call, operation, bound, body::object_or_nothing(call)?)?;
    Ok(result(call, operation, run(tx, &given)?))
}

/// An errand that the request names, with what it was given; `None` when it names none.
///
/// # Errors
/// Those of finding the row and reading the body.
pub fn errand(rx: &Rx<'_>, call: &Call) -> Result<Option<(&'static Operation, Given)>> {
    let [first, last] = call.path.as_slice() else { return Ok(None) };
    let model = rx.model();
    let (Some(entity), Some(row)) = (model.by_set(&first.name), &first.key) else { return Ok(None) };
    match find(&last.name, Some(&entity.name)) {
        Ok(operation) if matches!(operation.run, Run::Errand(_)) && call.method == "POST" => {
            let id = present(rx, entity, row)?;
            let parameters = body::object_or_nothing(call)?;
            Ok(Some((operation, given(call, operation, Some((&entity.name, id)), parameters)?)))
        }
        _ => Ok(None),
    }
}

/// Runs an errand.
///
/// # Errors
/// Those of the errand.
pub fn run_errand(db: &Db, cx: &Context, call: &Call, operation: &Operation, given: &Given) -> Result<Answer> {
    let Run::Errand(run) = &operation.run else { return Err(no_such(call)) };
    Ok(result(call, operation, run(db, cx, given)?))
}

fn given(
    call: &Call,
    operation: &Operation,
    bound: Option<(&str, Uuid)>,
    mut parameters: Map<String, Json>,
) -> Result<Given> {
    parameters.retain(|name, _| !name.contains('@'));
    if let Some(name) = parameters.keys().find(|it| !operation.parameters.iter().any(|(known, _)| known == it)) {
        return Err(Error::invalid(name.as_str(), format!("is not a parameter of {}", operation.name)));
    }
    Ok(Given { id: bound.map(|it| it.1).unwrap_or_default(), parameters, root: call.root.clone() })
}

/// The arguments of a function: literals in the brackets, or aliases with their values in the query.
fn arguments(call: &Call, segment: &Segment) -> Result<Map<String, Json>> {
    let mut parameters = Map::new();
    for (name, text) in segment.arguments().unwrap_or_default() {
        let text = match text.strip_prefix('@') {
            Some(alias) => call.options.aliases.iter().find(|(it, _)| it == alias).map_or("null", |(_, value)| value),
            None => &text,
        };
        let value = match odata::parse_literal(text) {
            Ok(odata::Literal::Null) => Json::Null,
            Ok(odata::Literal::Text(it)) => Json::from(it),
            Ok(odata::Literal::Integer(it)) => Json::from(it),
            Ok(odata::Literal::Bool(it)) => Json::from(it),
            Ok(other) => Json::from(other.to_string()),
            // Rows come as objects, also in single quotes.
            Err(_) if text.starts_with(['{', '[']) => serde_json::from_str(text)
                .or_else(|_| serde_json::from_str(&text.replace('\'', "\"")))
                .map_err(|error| Error::from(error).at(&name))?,
            Err(error) => return Err(Error::from(error).at(&name)),
        };
        parameters.insert(name, value);
    }
    Ok(parameters)
}

fn result(call: &Call, operation: &Operation, value: Json) -> Answer {
    let context = match operation.returns {
        [("", entity)] => format!("{}$metadata#Microsoft.Dynamics.CRM.{entity}", call.root),
        _ => format!("{}$metadata#Microsoft.Dynamics.CRM.{}Response", call.root, operation.name),
    };
    match value {
        Json::Null => Answer::nothing(),
        Json::Object(fields) => {
            let mut all = Map::new();
            all.insert("@odata.context".into(), Json::from(context));
            all.extend(fields);
            Answer::json(&Json::Object(all))
        }
        other => Answer::json(&json!({ "@odata.context": context, "value": other })),
    }
}

fn no_such(call: &Call) -> Error {
    let text = format!("No HTTP resource was found that matches the request URI '{}{}'.", call.root, call.raw_path);
    Error::new(Kind::NotFound, "unknown-segment", "", text)
}

/// The operations as `$metadata` shows them: functions, actions, and the types of their answers.
pub fn described() -> (Vec<odata::Operation>, Vec<odata::Operation>, Vec<odata::ComplexType>) {
    let properties = |all: &[(&str, &str)]| {
        let one = |(name, kind): &(&str, &str)| odata::Property {
            name: (*name).to_owned(),
            edm_type: (*kind).to_owned(),
            nullable: true,
        };
        all.iter().map(one).collect::<Vec<_>>()
    };
    let shown = |it: &Operation| odata::Operation {
        name: it.name.to_owned(),
        bound_to: it.bound_to.map(str::to_owned),
        parameters: properties(it.parameters),
        returns: match it.returns {
            [] => None,
            [("", kind)] => Some((*kind).to_owned()),
            _ => Some(format!("{}Response", it.name)),
        },
        description: Some(description(it)),
    };
    let (functions, actions): (Vec<_>, Vec<_>) = all().partition(|it| matches!(it.run, Run::Function(_)));
    let mut answers: Vec<odata::ComplexType> = Vec::new();
    for it in all().filter(|it| it.returns.iter().any(|(name, _)| !name.is_empty())) {
        let name = format!("{}Response", it.name);
        if answers.iter().all(|other| other.name != name) {
            answers.push(odata::ComplexType { name, properties: properties(it.returns) });
        }
    }
    (functions.into_iter().map(shown).collect(), actions.into_iter().map(shown).collect(), answers)
}

/// What it does, what it refuses, and which document asks for it.
fn description(it: &Operation) -> String {
    let errors: Vec<String> = it.errors.iter().map(|(code, why)| format!("{code}: {why}")).collect();
    let refuses = if errors.is_empty() { String::new() } else { format!(" Refuses with {}.", errors.join("; ")) };
    format!("{}{refuses} Source: {}.", it.about, it.source)
}
