//! `$apply`: groups and sums over a set (`spec/web-api.md` 4.2).
//!
//! *Not* its grammar (`odata`) and *not* nested transformations: conditions first, then one `groupby` or `aggregate`.
//! Invariant: it is compiled to the kernel's report; no text of the caller reaches the store.

use kernel::{
    Error, Kind, Result, Rx,
    metadata::Entity,
    report::{Measure, Output, Report},
};
use odata::{Aggregate, AggregateMethod, Expr, Transformation};
use serde_json::{Map, Value as Json};

use super::{
    answer::Answer,
    call::{Call, PAGE},
    list, table,
};

/// `GET set?$apply=…`, also below a row.
///
/// # Errors
/// `Invalid` naming the mistake.
pub fn read(
    rx: &Rx<'_>,
    call: &Call,
    entity: &Entity,
    steps: &[Transformation],
    within: Option<Expr>,
) -> Result<Answer> {
    let options = &call.options;
    if !options.orderby.is_empty() || options.select.is_some() || !options.expand.is_empty() {
        return Err(refused("$orderby, $select and $expand do not go with it"));
    }
    let mut report = Report::on(&entity.name, options.top.map_or(PAGE, |it| it.min(PAGE)));
    report.grouped = true;
    report.filter = list::condition(call, within)?;
    let (last, before) = steps.split_last().ok_or_else(|| refused("is empty"))?;
    for step in before {
        let Transformation::Filter(condition) = step else {
            return Err(refused("holds groupby or aggregate once, at its end"));
        };
        let condition = condition.clone().resolve_aliases(&options.aliases);
        let condition = condition.map_err(|error| Error::from(error).at("$apply"))?;
        report.filter = Some(match report.filter.take() {
            Some(it) => Expr::And(Box::new(it), Box::new(condition)),
            None => condition,
        });
    }
    report.outputs = outputs(last)?;
    let reported = rx.report(&report)?;
    let names =
        report.outputs.iter().map(|it| table::Name { wire: it.name.clone(), plain: it.measure.is_some(), words: None });
    let rows = table::rows(rx, call, &names.collect::<Vec<_>>(), &reported)?;
    let mut body = Map::new();
    let names: Vec<&str> = report.outputs.iter().map(|it| it.name.as_str()).collect();
    let context = format!("{}$metadata#{}({})", call.root, entity.set, names.join(","));
    body.insert("@odata.context".to_owned(), Json::from(context));
    body.insert("value".to_owned(), Json::Array(rows.into_iter().map(Json::Object).collect()));
    Ok(Answer::json(&Json::Object(body)).applied(call.prefer.applied(false, true)))
}

fn refused(text: &str) -> Error {
    Error::new(Kind::Invalid, "syntax", "$apply", text)
}

/// What the last step gives: the columns of the groups, then the values.
fn outputs(step: &Transformation) -> Result<Vec<Output>> {
    let (keys, values) = match step {
        Transformation::Aggregate(values) => (&[][..], values.as_slice()),
        Transformation::GroupBy { keys, then } => match then.as_slice() {
            [] => (keys.as_slice(), &[][..]),
            [Transformation::Aggregate(values)] => (keys.as_slice(), values.as_slice()),
            _ => return Err(refused("behind the columns of groupby comes one aggregate(…)")),
        },
        Transformation::Filter(_) => return Err(refused("ends with groupby(…) or aggregate(…)")),
    };
    let keys = keys.iter().map(|it| Ok(Output { name: it.0.join("_"), path: it.clone(), measure: None, part: None }));
    keys.chain(values.iter().map(value)).collect()
}

fn value(it: &Aggregate) -> Result<Output> {
    let measure = match it.method {
        AggregateMethod::Sum => Measure::Sum,
        AggregateMethod::Average => Measure::Average,
        AggregateMethod::Min => Measure::Min,
        AggregateMethod::Max => Measure::Max,
        AggregateMethod::CountDistinct => Measure::CountDistinct,
        AggregateMethod::Count if it.path.0.is_empty() => Measure::Count,
        AggregateMethod::Count => return Err(refused("counts the rows of the set itself: $count as name")),
    };
    Ok(Output { name: it.name.clone(), path: it.path.clone(), measure: Some(measure), part: None })
}
