//! Single options of a choice: added, changed, removed, put in order.
//!
//! *Not* whole choices (`api::choices`). Invariant: an option that a row has does not go.

use kernel::{Error, Result, Tx};
use serde_json::{Value as Json, json};
use toml::{Table, Value as Toml};

use super::{Given, Operation, Run};
use crate::api::{
    choices::{Place, number},
    column,
};

/// What an administrator's choices begin with, as with a publisher of one's own in Dataverse.
const FIRST: i64 = 100_000_000;
const CONFLICT: (&str, &str) = ("0x80040265", "the choice comes with the product, or a row has the option");
const ROLE: (&str, &str) = (
    "0x80040220",
    "without the privilege prvWriteOptionSet, or prvWriteAttribute where the options are a column's own",
);

/// See the module.
pub const OPERATIONS: &[Operation] = &[
    Operation {
        name: "InsertOptionValue",
        bound_to: None,
        parameters: &[
            ("OptionSetName", "Edm.String"),
            ("AttributeLogicalName", "Edm.String"),
            ("EntityLogicalName", "Edm.String"),
            ("Value", "Edm.Int32"),
            ("Label", "Label"),
            ("Description", "Label"),
            ("SolutionUniqueName", "Edm.String"),
        ],
        returns: &[("NewOptionValue", "Edm.Int32")],
        about: "Adds an option to a global choice, or to the choice of one column. Without a value it takes the next from 100000000 on.",
        errors: &[CONFLICT, ROLE],
        source: "spec/web-api.md 3.18",
        run: Run::Action(insert),
    },
    Operation {
        name: "UpdateOptionValue",
        bound_to: None,
        parameters: &[
            ("OptionSetName", "Edm.String"),
            ("AttributeLogicalName", "Edm.String"),
            ("EntityLogicalName", "Edm.String"),
            ("Value", "Edm.Int32"),
            ("Label", "Label"),
            ("Description", "Label"),
            ("MergeLabels", "Edm.Boolean"),
            ("SolutionUniqueName", "Edm.String"),
        ],
        returns: &[],
        about: "Changes the label of an option; with MergeLabels other languages keep theirs.",
        errors: &[CONFLICT, ROLE],
        source: "spec/web-api.md 3.18",
        run: Run::Action(update),
    },
    Operation {
        name: "DeleteOptionValue",
        bound_to: None,
        parameters: &[
            ("OptionSetName", "Edm.String"),
            ("AttributeLogicalName", "Edm.String"),
            ("EntityLogicalName", "Edm.String"),
            ("Value", "Edm.Int32"),
            ("SolutionUniqueName", "Edm.String"),
        ],
        returns: &[],
        about: "Removes an option that no row has.",
        errors: &[CONFLICT, ROLE],
        source: "spec/web-api.md 3.18",
        run: Run::Action(delete),
    },
    Operation {
        name: "OrderOption",
        bound_to: None,
        parameters: &[
            ("OptionSetName", "Edm.String"),
            ("AttributeLogicalName", "Edm.String"),
            ("EntityLogicalName", "Edm.String"),
            ("Values", "Collection(Edm.Int32)"),
            ("SolutionUniqueName", "Edm.String"),
        ],
        returns: &[],
        about: "Puts the options in the order of the values; each is named once.",
        errors: &[CONFLICT, ROLE],
        source: "spec/web-api.md 3.18",
        run: Run::Action(order),
    },
];

fn label(given: &Given, name: &str) -> Option<Toml> {
    column::label(&given.parameters, name)
}

fn insert(tx: &mut Tx<'_>, given: &Given) -> Result<Json> {
    let place = Place::read(&tx.model(), &given.parameters)?;
    let wanted = given.number("Value")?;
    let label = label(given, "Label").ok_or_else(|| Error::invalid("Label", "this parameter is missing"))?;
    let mut value = 0;
    place.edit(tx, |options| {
        let free = options.iter().filter_map(number).max().map_or(FIRST, |it| FIRST.max(it + 1));
        value = wanted.unwrap_or(free);
        if options.iter().any(|it| number(it) == Some(value)) {
            return Err(Error::conflict("Value", format!("there is an option {value} already")));
        }
        let mut option = Table::new();
        option.insert("value".to_owned(), Toml::Integer(value));
        option.insert("label".to_owned(), label);
        if let Some(it) = self::label(given, "Description") {
            option.insert("description".to_owned(), it);
        }
        options.push(Toml::Table(option));
        Ok(())
    })?;
    Ok(json!({ "NewOptionValue": value }))
}

fn update(tx: &mut Tx<'_>, given: &Given) -> Result<Json> {
    let place = Place::read(&tx.model(), &given.parameters)?;
    let value = given.number("Value")?.ok_or_else(|| Error::invalid("Value", "this parameter is missing"))?;
    let merge = given.parameters.get("MergeLabels") == Some(&Json::Bool(true));
    place.edit(tx, |options| {
        let option = options.iter_mut().find(|it| number(it) == Some(value)).and_then(Toml::as_table_mut);
        let option = option.ok_or_else(|| missing(value))?;
        for (from, to) in [("Label", "label"), ("Description", "description")] {
            if let Some(text) = label(given, from) {
                column::put_label(option, to, text, merge);
            }
        }
        Ok(())
    })?;
    Ok(Json::Null)
}

fn delete(tx: &mut Tx<'_>, given: &Given) -> Result<Json> {
    let place = Place::read(&tx.model(), &given.parameters)?;
    let value = given.number("Value")?.ok_or_else(|| Error::invalid("Value", "this parameter is missing"))?;
    place.edit(tx, |options| {
        let before = options.len();
        options.retain(|it| number(it) != Some(value));
        if options.len() == before { Err(missing(value)) } else { Ok(()) }
    })?;
    Ok(Json::Null)
}

fn order(tx: &mut Tx<'_>, given: &Given) -> Result<Json> {
    let place = Place::read(&tx.model(), &given.parameters)?;
    let values = given.parameters.get("Values").and_then(Json::as_array);
    let values: Option<Vec<i64>> = values.and_then(|all| all.iter().map(Json::as_i64).collect());
    let values = values.ok_or_else(|| Error::invalid("Values", "takes a list of numbers"))?;
    place.edit(tx, |options| {
        let mut known: Vec<i64> = options.iter().filter_map(number).collect();
        let mut named = values.clone();
        known.sort_unstable();
        named.sort_unstable();
        if known != named {
            return Err(Error::invalid("Values", "names each option of the choice once"));
        }
        options.sort_by_key(|it| values.iter().position(|value| number(it) == Some(*value)));
        Ok(())
    })?;
    Ok(Json::Null)
}

fn missing(value: i64) -> Error {
    Error::new(kernel::Kind::NotFound, "not-found", "", format!("the choice has no option {value}"))
}
