//! How cells travel to a database server and back, each in the type that the server names.
//!
//! *Not* what they mean (`codec`). Invariant: a cell that goes in comes out as the same cell; one that its place does
//! not take is an error, never other bytes.

use bytes::BytesMut;
use jiff::civil::Date;
use tokio_postgres::types::{FromSql, IsNull, ToSql, Type, to_sql_checked};

use crate::{Result, store::connection::CellRef};

/// Milliseconds from 1970 to 2000, where the server's instants begin.
const EPOCH_MILLISECONDS: i64 = 946_684_800_000;
/// Days from 1970 to 2000, where the server's dates begin.
const EPOCH_DAYS: i64 = 10_957;

pub(super) fn parameters<'c>(cells: &'c [CellRef<'c>]) -> impl ExactSizeIterator<Item = Parameter<'c>> {
    cells.iter().map(|it| Parameter(*it))
}

/// A cell on its way to the server, which says what type it expects.
#[derive(Debug)]
pub(super) struct Parameter<'c>(CellRef<'c>);

type Failure = Box<dyn std::error::Error + Sync + Send>;

impl ToSql for Parameter<'_> {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> std::result::Result<IsNull, Failure> {
        let text = |bytes: &[u8]| std::str::from_utf8(bytes).map(str::to_owned);
        match (self.0, ty) {
            (CellRef::Null, _) => return Ok(IsNull::Yes),
            (CellRef::Integer(it), &Type::INT8) => out.extend_from_slice(&it.to_be_bytes()),
            (CellRef::Integer(it), &Type::INT4) => out.extend_from_slice(&i32::try_from(it)?.to_be_bytes()),
            (CellRef::Integer(it), &Type::BOOL) => out.extend_from_slice(&[u8::from(it != 0)]),
            (CellRef::Integer(it), &Type::TIMESTAMPTZ) => {
                let since = it.checked_sub(EPOCH_MILLISECONDS).and_then(|it| it.checked_mul(1_000));
                out.extend_from_slice(&since.ok_or("an instant out of range")?.to_be_bytes());
            }
            (CellRef::Integer(it), &Type::DATE) => {
                out.extend_from_slice(&i32::try_from(it - EPOCH_DAYS)?.to_be_bytes());
            }
            #[expect(clippy::cast_precision_loss, reason = "a number that is compared with a floating one")]
            (CellRef::Integer(it), &Type::FLOAT8) => out.extend_from_slice(&(it as f64).to_be_bytes()),
            (CellRef::Integer(it), ty) if is_text(ty) => out.extend_from_slice(it.to_string().as_bytes()),
            (CellRef::Real(it), &Type::FLOAT8) => out.extend_from_slice(&it.to_be_bytes()),
            (CellRef::Text(it), &Type::DATE) => {
                let days = i32::try_from(days(text(it)?.parse()?) - EPOCH_DAYS)?;
                out.extend_from_slice(&days.to_be_bytes());
            }
            (CellRef::Text(it), ty) if is_text(ty) => out.extend_from_slice(it),
            (CellRef::Blob(it), &(Type::BYTEA | Type::UUID)) => out.extend_from_slice(it),
            _ => return Err("a cell of another type".into()),
        }
        Ok(IsNull::No)
    }
    fn accepts(_: &Type) -> bool {
        true
    }
    to_sql_checked!();
}

/// Whether cells of the type travel as their letters.
fn is_text(ty: &Type) -> bool {
    matches!(*ty, Type::TEXT | Type::VARCHAR | Type::NAME | Type::UNKNOWN) || ty.name() == "citext"
}

/// A cell on its way from the server, borrowed from the row.
struct Raw<'r>(CellRef<'r>);

impl<'r> FromSql<'r> for Raw<'r> {
    fn from_sql(ty: &Type, raw: &'r [u8]) -> std::result::Result<Self, Failure> {
        Ok(Raw(match *ty {
            Type::INT8 => CellRef::Integer(i64::from_be_bytes(raw.try_into()?)),
            Type::INT4 => CellRef::Integer(i32::from_be_bytes(raw.try_into()?).into()),
            Type::BOOL => CellRef::Integer(i64::from(raw != [0])),
            Type::TIMESTAMPTZ => {
                CellRef::Integer(i64::from_be_bytes(raw.try_into()?).div_euclid(1_000) + EPOCH_MILLISECONDS)
            }
            Type::DATE => CellRef::Integer(i64::from(i32::from_be_bytes(raw.try_into()?)) + EPOCH_DAYS),
            Type::FLOAT8 => CellRef::Real(f64::from_be_bytes(raw.try_into()?)),
            Type::BYTEA | Type::UUID => CellRef::Blob(raw),
            ref ty if is_text(ty) => CellRef::Text(raw),
            _ => return Err("a type that is not read here".into()),
        }))
    }
    fn from_sql_null(_: &Type) -> std::result::Result<Self, Failure> {
        Ok(Raw(CellRef::Null))
    }
    fn accepts(_: &Type) -> bool {
        true
    }
}

/// A cell of a row.
pub(crate) fn cell(row: &tokio_postgres::Row, at: usize) -> Result<CellRef<'_>> {
    Ok(row.try_get::<_, Raw<'_>>(at)?.0)
}

/// Days since 1970.
fn days(date: Date) -> i64 {
    date.since(Date::constant(1970, 1, 1)).map_or(0, |it| i64::from(it.get_days()))
}

#[cfg(test)]
mod tests {
    use super::{Date, days};

    #[test]
    fn days_are_counted_from_1970() {
        for (date, expected) in
            [("1970-01-01", 0), ("2000-01-01", 10_957), ("1969-12-31", -1), ("0001-01-01", -719_162)]
        {
            assert_eq!(days(date.parse::<Date>().unwrap()), expected, "{date}");
        }
    }
}
