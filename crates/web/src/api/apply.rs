//! `$apply`: groups and sums over a set (`spec/web-api.md` 4.2).
//!
//! *Not* nested transformations: conditions first, then one `groupby` or `aggregate`. Invariant: it is
//! compiled to the kernel's report; no text of the caller reaches the store.

use kernel::{
    Error, Kind, Result, Rx,
    metadata::Entity,
    report::{Measure, Output, Report},
};
use odata::{Expr, Path};
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
pub fn read(rx: &Rx<'_>, call: &Call, entity: &Entity, text: &str, within: Option<Expr>) -> Result<Answer> {
    let options = &call.options;
    if !options.orderby.is_empty() || options.select.is_some() || !options.expand.is_empty() {
        return Err(refused("$orderby, $select and $expand do not go with it"));
    }
    let mut report = Report::on(&entity.name, options.top.map_or(PAGE, |it| it.min(PAGE)));
    report.grouped = true;
    report.filter = list::condition(call, within)?;
    let steps = split(text, '/')?;
    let (last, before) = steps.split_last().ok_or_else(|| refused("is empty"))?;
    for step in before {
        let condition = inner(step, "filter").ok_or_else(|| refused("holds groupby or aggregate once, at its end"))?;
        let condition = odata::parse_filter(condition).and_then(|it| it.resolve_aliases(&options.aliases));
        let condition = condition.map_err(|error| Error::from(error).at("$apply"))?;
        report.filter = Some(match report.filter.take() {
            Some(it) => Expr::And(Box::new(it), Box::new(condition)),
            None => condition,
        });
    }
    if let Some(text) = inner(last, "aggregate") {
        report.outputs = measures(text)?;
    } else if let Some(text) = inner(last, "groupby") {
        let parts = split(text, ',')?;
        let (keys, rest) = parts.split_first().ok_or_else(|| refused("groupby needs its columns in brackets"))?;
        let keys = keys.trim().strip_prefix('(').and_then(|it| it.strip_suffix(')'));
        let keys = keys.ok_or_else(|| refused("groupby needs its columns in brackets: groupby((statecode))"))?;
        for key in split(keys, ',')? {
            let name = key.trim().replace('/', "_");
            report.outputs.push(Output { name, path: Path::from(key.trim()), measure: None });
        }
        match rest {
            [] => {}
            [only] => {
                let text = inner(only, "aggregate").ok_or_else(|| refused("behind the columns comes aggregate(…)"))?;
                report.outputs.extend(measures(text)?);
            }
            _ => return Err(refused("groupby takes columns and one aggregate(…)")),
        }
    } else {
        return Err(refused("ends with groupby(…) or aggregate(…)"));
    }
    let reported = rx.report(&report)?;
    let names = report.outputs.iter().map(|it| table::Name { wire: it.name.clone(), plain: it.measure.is_some() });
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

/// The inside of `name(…)`.
fn inner<'t>(text: &'t str, name: &str) -> Option<&'t str> {
    text.trim().strip_prefix(name)?.trim_start().strip_prefix('(')?.strip_suffix(')')
}

/// Splits outside quotes and brackets.
fn split(text: &str, at: char) -> Result<Vec<&str>> {
    let (mut parts, mut from, mut depth, mut quoted) = (Vec::new(), 0, 0_usize, false);
    for (place, it) in text.char_indices() {
        match it {
            '\'' => quoted = !quoted,
            '(' if !quoted => depth += 1,
            ')' if !quoted => depth = depth.checked_sub(1).ok_or_else(|| refused("has a bracket too many"))?,
            it if it == at && depth == 0 && !quoted => {
                parts.push(text.get(from..place).unwrap_or_default());
                from = place + it.len_utf8();
            }
            _ => {}
        }
    }
    if quoted || depth > 0 {
        return Err(refused("has a quote or bracket that is not closed"));
    }
    parts.push(text.get(from..).unwrap_or_default());
    Ok(parts)
}

/// `revenue with sum as total,$count as n`
fn measures(text: &str) -> Result<Vec<Output>> {
    split(text, ',')?
        .into_iter()
        .map(|it| {
            let words: Vec<&str> = it.split_whitespace().collect();
            let (path, measure, name) = match words.as_slice() {
                ["$count", "as", name] => (Path(Vec::new()), Measure::Count, name),
                [path, "with", how, "as", name] => {
                    let measure = match *how {
                        "sum" => Measure::Sum,
                        "average" => Measure::Average,
                        "min" => Measure::Min,
                        "max" => Measure::Max,
                        "countdistinct" => Measure::CountDistinct,
                        _ => return Err(refused("knows sum, average, min, max and countdistinct")),
                    };
                    (Path::from(*path), measure, name)
                }
                _ => {
                    return Err(refused("an aggregate is written '<column> with sum as <name>' or '$count as <name>'"));
                }
            };
            Ok(Output { name: (*name).to_owned(), path, measure: Some(measure) })
        })
        .collect()
}
