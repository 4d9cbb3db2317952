//! Values as the Web API writes them, and the texts that people read instead of them.
//!
//! *Not* localised: texts are English, as the metadata's first language. Invariant: the same value
//! always has the same text.

use std::collections::HashMap;

use kernel::{
    Query, Record, Result, Rx, Value, access,
    access::Privilege,
    metadata::{Column, ColumnType, Entity},
    uuid::Uuid,
};
use odata::{Expr, Literal, Path};
use serde_json::{Number, Value as Json};

/// Rows named in one `in (…)`.
pub const CHUNK: usize = 400;

/// The value in JSON.
pub fn json(value: &Value) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Text(it) => Json::from(it.as_str()),
        Value::Int(it) => Json::from(*it),
        Value::Decimal(it) => it.to_string().parse::<Number>().map_or(Json::Null, Json::Number),
        Value::Double(it) => Json::from(*it),
        Value::Bool(it) => Json::from(*it),
        Value::Choices(it) => Json::from(it.iter().map(i64::to_string).collect::<Vec<_>>().join(",")),
        Value::Date(it) => Json::from(it.to_string()),
        Value::Time(it) => Json::from(it.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()),
        Value::Guid(it) | Value::Lookup(_, it) => Json::from(it.to_string()),
    }
}

/// The text that people read; none where it would be the value itself.
pub fn text(column: &Column, value: &Value) -> Option<String> {
    Some(match value {
        Value::Int(it) if matches!(column.kind, ColumnType::Choice) => {
            kernel::metadata::file::english(&column.option(*it)?.label).to_owned()
        }
        Value::Int(it) => grouped(&it.to_string()),
        Value::Decimal(it) => grouped(&format!("{:.2}", it.round_dp(2))),
        Value::Double(it) => grouped(&format!("{it:.2}")),
        Value::Bool(it) => if *it { "Yes" } else { "No" }.to_owned(),
        Value::Choices(all) => {
            let labels = all.iter().filter_map(|it| column.option(*it));
            labels.map(|it| kernel::metadata::file::english(&it.label)).collect::<Vec<_>>().join("; ")
        }
        Value::Date(it) => it.strftime("%-m/%-d/%Y").to_string(),
        Value::Time(it) => it.strftime("%-m/%-d/%Y %-I:%M %p").to_string(),
        Value::Null | Value::Text(_) | Value::Guid(_) | Value::Lookup(..) => return None,
    })
}

/// The text of a number that is no column's: a count or a mean.
pub fn number(value: &Value) -> Option<String> {
    match value {
        Value::Int(it) => Some(grouped(&it.to_string())),
        Value::Decimal(it) => Some(grouped(&format!("{:.2}", it.round_dp(2)))),
        Value::Double(it) => Some(grouped(&format!("{it:.2}"))),
        _ => None,
    }
}

/// Commas between groups of three digits.
fn grouped(number: &str) -> String {
    let (sign, number) = number.strip_prefix('-').map_or(("", number), |it| ("-", it));
    let (whole, rest) = number.split_once('.').map_or((number, None), |(whole, rest)| (whole, Some(rest)));
    let mut text = String::from(sign);
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    if let Some(rest) = rest {
        text.push('.');
        text.push_str(rest);
    }
    text
}

/// The names of the rows that lookups lead to.
#[derive(Default)]
pub struct Names(HashMap<(String, Uuid), String>);

impl Names {
    /// Reads the names behind the given lookups of the records, one question per entity and chunk.
    ///
    /// # Errors
    /// Those of the store; an entity that the caller may not read has no names.
    pub fn read(rx: &Rx<'_>, entity: &Entity, records: &[Record], columns: &[&Column]) -> Result<Names> {
        let lookups =
            columns.iter().filter(|it| it.kind == ColumnType::Lookup && entity.columns.contains_key(&it.name));
        Self::behind(rx, lookups.flat_map(|column| records.iter().map(|it| it.get(&column.name))))
    }

    /// Reads the names behind those of the values that are lookups.
    ///
    /// # Errors
    /// As [`Names::read`].
    pub fn behind<'v>(rx: &Rx<'_>, values: impl Iterator<Item = &'v Value>) -> Result<Names> {
        let model = rx.model();
        let mut wanted: HashMap<&str, Vec<Uuid>> = HashMap::new();
        for value in values {
            if let Value::Lookup(target, id) = value {
                wanted.entry(target).or_default().push(*id);
            }
        }
        let mut names = HashMap::new();
        for (target, mut ids) in wanted {
            let target = model.entity(target)?;
            let Some(primary) = &target.primary_name else { continue };
            let named = target.columns.get(primary).map_or(Ok(false), |it| rx.may_read(target, it))?;
            if !named || !access::allows(rx, target, Privilege::Read)? {
                continue;
            }
            ids.sort_unstable();
            ids.dedup();
            for chunk in ids.chunks(CHUNK) {
                let query = Query::on(&target.name).select(&[primary]).and(one_of(&target.key, chunk));
                for row in rx.rows(&query)? {
                    names.insert((target.name.clone(), row.id), row.text(primary).to_owned());
                }
            }
        }
        Ok(Names(names))
    }

    /// The name of a row.
    pub fn of(&self, entity: &str, id: Uuid) -> Option<&str> {
        self.0.get(&(entity.to_owned(), id)).map(String::as_str)
    }
}

/// `column in (…)`.
pub fn one_of(column: &str, ids: &[Uuid]) -> Expr {
    Expr::In {
        operand: Box::new(Expr::Path(Path::from(column))),
        list: ids.iter().map(|it| Expr::Literal(Literal::Guid(*it))).collect(),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn groups_digits() {
        let all = ["0", "999", "1000", "-1234567.50"].map(super::grouped);
        assert_eq!(all, ["0", "999", "1,000", "-1,234,567.50"]);
    }
}
