//! Every type of column there and back, its limits, and errors that name the column.

use kernel::{Kind, Value, Values, uuid::Uuid};
use rust_decimal::Decimal;

use crate::world::{World, thing, v};

fn decimal(text: &str) -> Value {
    Value::Decimal(text.parse::<Decimal>().unwrap())
}
fn time(text: &str) -> Value {
    Value::Time(text.parse().unwrap())
}

/// What goes in and what comes out, where that is something else.
fn there_and_back(world: &World, column: &str, given: Value, kept: Value) {
    let id = world.create("thing", thing("x").with(column, given.clone())).unwrap_or_else(|error| {
        panic!("{column} {given:?}: {error}");
    });
    assert_eq!(world.get("thing", id).get(column), &kept, "{column} {given:?}");
    // The same again changes nothing: what is kept is what is compared.
    assert!(!world.update("thing", id, v().with(column, given.clone())).unwrap(), "{column} {given:?} twice");
}

#[test]
fn values_come_back_as_they_were_given() {
    let world = World::new();
    let other = world.create("thing", thing("other")).unwrap();
    let person = world.create("person", v().with("name", "P")).unwrap();
    let mark = Uuid::from_u128(u128::MAX);
    let long: String = "ß".repeat(50);
    for (column, value) in [
        ("name", Value::from("Ünïcode 名前 🙂")),
        ("memo", Value::from(long)),
        ("memo", Value::from("a\nb\r\nc\t'\"\\")),
        ("small", Value::Int(-5)),
        ("small", Value::Int(5)),
        ("whole", Value::Int(i64::from(i32::MIN))),
        ("whole", Value::Int(i64::from(i32::MAX))),
        ("big", Value::Int(i64::MIN)),
        ("big", Value::Int(i64::MAX)),
        ("exact", decimal("0.001")),
        ("exact", decimal("-9223372036854775.807")),
        ("finest", decimal("922337203685.4775807")),
        ("finest", decimal("0.1")),
        ("price", decimal("922337203685477.5807")),
        ("price", decimal("-0.0001")),
        ("ratio", Value::Double(0.1 + 0.2)),
        ("ratio", Value::Double(f64::MIN_POSITIVE)),
        ("ratio", Value::Double(f64::MAX)),
        ("flag", Value::Bool(true)),
        ("flag", Value::Bool(false)),
        ("size", Value::Int(2)),
        ("tags", Value::Choices(vec![1, 2, 11])),
        ("day", Value::Date("0001-01-01".parse().unwrap())),
        ("day", Value::Date("9999-12-31".parse().unwrap())),
        ("at", time("0001-01-01T00:00:00Z")),
        ("at", time("1969-12-31T23:59:59.999Z")),
        ("at", time("9999-12-30T22:00:00Z")),
        ("mark", Value::Guid(mark)),
        ("settings", Value::from(r#"{"a":[1,2.50,null]}"#)),
        ("mail", Value::from("a.b+c@sub.example.org")),
        ("site", Value::from("https://example.org/?q=1")),
        ("about", Value::from(("thing", other))),
        ("about", Value::from(("person", person))),
        ("parent", Value::from(("thing", other))),
        ("token", Value::from("secret")),
        ("counted", Value::Int(3)),
    ] {
        there_and_back(&world, column, value.clone(), value);
    }
}

#[test]
fn other_forms_become_that_of_the_column() {
    let world = World::new();
    let other = world.create("thing", thing("other")).unwrap();
    for (column, given, kept) in [
        ("exact", Value::Int(7), decimal("7")),
        ("exact", decimal("1.500"), decimal("1.5")),
        ("exact", Value::Double(0.1), decimal("0.1")),
        ("exact", decimal("1.0004"), decimal("1")),
        ("price", Value::Double(19.99), decimal("19.99")),
        ("ratio", Value::Int(2), Value::Double(2.0)),
        ("ratio", decimal("2.5"), Value::Double(2.5)),
        ("tags", Value::Choices(vec![11, 1, 11]), Value::Choices(vec![1, 11])),
        ("tags", Value::from("12, 2"), Value::Choices(vec![2, 12])),
        ("tags", Value::from(""), Value::Choices(vec![])),
        ("day", Value::from("2024-02-29"), Value::Date("2024-02-29".parse().unwrap())),
        ("day", Value::from("2024-02-29T10:00:00Z"), Value::Date("2024-02-29".parse().unwrap())),
        ("at", Value::from("2024-02-29T10:00:00.1239+02:00"), time("2024-02-29T08:00:00.123Z")),
        ("at", time("2024-02-29T08:00:00.123456789Z"), time("2024-02-29T08:00:00.123Z")),
        ("parent", Value::Guid(other), Value::from(("thing", other))),
        ("mark", Value::from("{00000000-0000-0000-0000-000000000005}"), Value::Guid(Uuid::from_u128(5))),
        ("memo", Value::from(""), Value::Null),
    ] {
        there_and_back(&world, column, given, kept);
    }
}

/// The code, the column and the words of the refusal.
fn refused(world: &World, values: Values) -> String {
    let error = world.create("thing", values.clone()).expect_err(&format!("{values:?}"));
    assert_eq!(error.kind, Kind::Invalid);
    format!("{} {error}", error.code)
}

#[test]
fn refusals_name_the_column_and_the_fix() {
    let world = World::new();
    let nowhere = Uuid::from_u128(404);
    let mut list = String::new();
    for (column, value) in [
        ("name", Value::Null),
        ("name", Value::Int(1)),
        ("name", Value::from("x".repeat(101))),
        ("name", Value::from("a\0b")),
        ("memo", Value::from("é".repeat(51))),
        ("small", Value::Int(6)),
        ("small", Value::Int(-6)),
        ("whole", Value::Int(i64::from(i32::MAX) + 1)),
        ("whole", Value::from("1")),
        ("whole", Value::Double(1.0)),
        ("exact", Value::from("1.5")),
        ("exact", decimal("9223372036854775.808")),
        ("exact", Value::Double(f64::INFINITY)),
        ("price", decimal("922337203685477.5808")),
        ("ratio", Value::Double(f64::NAN)),
        ("ratio", Value::Bool(true)),
        ("flag", Value::Int(1)),
        ("size", Value::Int(3)),
        ("size", Value::from("Large")),
        ("tags", Value::Choices(vec![1, 3])),
        ("tags", Value::from("1,x")),
        ("tags", Value::Int(1)),
        ("day", Value::from("soon")),
        ("day", Value::from("2023-02-29")),
        ("day", Value::Date("-0001-01-01".parse().unwrap_or_else(|_| jiff::civil::date(-1, 1, 1)))),
        ("day", Value::Int(1)),
        ("at", Value::from("2024-02-29T10:00:00")),
        ("at", Value::from("9999-12-30T22:00:00.999Z")),
        ("at", Value::Int(1)),
        ("mark", Value::from("x")),
        ("settings", Value::from("{")),
        ("picture", Value::Bool(true)),
        ("mail", Value::from("nobody")),
        ("mail", Value::from("a@b")),
        ("site", Value::from("javascript:x")),
        ("about", Value::Guid(nowhere)),
        ("about", Value::from(("part", nowhere))),
        ("about", Value::from(("person", nowhere))),
        ("parent", Value::from("x")),
        ("statuscode", Value::Int(9)),
        ("nothing", Value::Null),
        ("thingid", Value::Guid(nowhere)),
    ] {
        let mut values = thing("x");
        values.set(column, value);
        list.push_str(&refused(&world, values));
        list.push('\n');
    }
    insta::assert_snapshot!(list);
}

#[test]
fn required_stays_required() {
    let world = World::new();
    assert_eq!(refused(&world, v()), "required name: 'Name' is required; give it a value");
    let id = world.create("thing", thing("x")).unwrap();
    let error = world.update("thing", id, v().with("name", Value::Null)).unwrap_err();
    assert_eq!((error.code, error.target.as_str()), ("required", "name"));
    // An empty text is no value.
    let error = world.update("thing", id, v().with("name", "")).unwrap_err();
    assert_eq!((error.code, error.target.as_str()), ("required", "name"));
}

#[test]
fn users_write_neither_read_only_nor_secret_columns_and_see_no_secret() {
    let world = World::new();
    let keeper = world.user("keeper");
    for (column, code) in
        [("counted", "read-only"), ("title", "read-only"), ("createdon", "read-only"), ("token", "invalid")]
    {
        let value = if column == "counted" { Value::Int(1) } else { Value::from("2024-01-01T00:00:00Z") };
        let error =
            world.db.write(&keeper, move |tx| tx.create("thing", thing("x").with(column, value.clone()))).unwrap_err();
        assert_eq!((error.code, error.target.as_str()), (code, column));
    }
    let id = world.create("thing", thing("x").with("token", "hidden")).unwrap();
    let seen = world.db.read(&keeper, |rx| rx.get("thing", id)).unwrap();
    assert!(!seen.has("token") && seen.has("name"));
    for query in ["token eq 'hidden'", "contains(token,'h')"] {
        let query = kernel::Query::on("thing").filter(query).unwrap();
        let error = world.db.read(&keeper, |rx| rx.rows(&query)).unwrap_err();
        assert_eq!((error.code, error.target.as_str()), ("unknown-column", "token"));
    }
    let order = kernel::Query::on("thing").order("token asc").unwrap();
    assert_eq!(world.db.read(&keeper, |rx| rx.rows(&order)).unwrap_err().target, "token");
    let select = kernel::Query::on("thing").select(&["token"]);
    assert_eq!(world.db.read(&keeper, |rx| rx.rows(&select)).unwrap_err().target, "token");
}
