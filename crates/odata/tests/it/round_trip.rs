//! Printing a tree and parsing the text gives the tree back.

use jiff::Timestamp;
use jiff::civil::Date;
use odata::{
    Argument, CompareOp, ExpandItem, ExpandOptions, Expr, Literal, OrderItem, OrderTarget, Path, Quantifier,
    TextFunction,
};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::{BoxedStrategy, Just, ProptestConfig, Strategy, any, prop_oneof, proptest};
use proptest::prop_assert_eq;
use rust_decimal::Decimal;
use uuid::Uuid;

fn name() -> impl Strategy<Value = String> {
    let reserved = ["null", "true", "false", "not"];
    let plain = "[a-zA-Z_é][a-zA-Z0-9_]{0,6}".prop_filter("reserved", move |it| !reserved.contains(&it.as_str()));
    prop_oneof![8 => plain, 1 => prop_oneof![Just("and"), Just("in"), Just("any"), Just("contains"), Just("desc")].prop_map(str::to_owned)]
}

fn path() -> impl Strategy<Value = Path> {
    vec(name(), 1..4).prop_map(Path)
}

fn literal() -> impl Strategy<Value = Literal> {
    prop_oneof![
        Just(Literal::Null),
        any::<bool>().prop_map(Literal::Bool),
        any::<i64>().prop_map(Literal::Integer),
        (any::<i64>(), 0..20_u32).prop_map(|(number, scale)| Literal::Decimal(Decimal::new(number, scale))),
        proptest::num::f64::NORMAL.prop_map(Literal::Double),
        any::<u128>().prop_map(|it| Literal::Guid(Uuid::from_u128(it))),
        (0..=9999_i16, 1..=12_i8, 1..=28_i8)
            .prop_map(|(year, month, day)| Literal::Date(Date::new(year, month, day).unwrap())),
        (-62_000_000_000..253_000_000_000_i64, 0..1_000_000_000_i32).prop_map(|(second, nano)| {
            Literal::DateTime(Timestamp::new(second, if second < 0 { -nano } else { nano }).unwrap())
        }),
        any::<String>().prop_map(Literal::Text),
        (name(), any::<String>())
            .prop_map(|(name, member)| Literal::Enum { type_name: format!("Microsoft.{name}"), member }),
    ]
}

fn constant(aliases: bool) -> BoxedStrategy<Expr> {
    let literal = literal().prop_map(Expr::Literal);
    if aliases { prop_oneof![3 => literal, 1 => name().prop_map(Expr::Alias)].boxed() } else { literal.boxed() }
}

fn operand(aliases: bool) -> impl Strategy<Value = Expr> {
    prop_oneof![constant(aliases), path().prop_map(Expr::Path)]
}

fn argument(aliases: bool) -> impl Strategy<Value = Argument> {
    prop_oneof![constant(aliases).prop_map(Argument::Expr), vec(literal(), 0..4).prop_map(Argument::List)]
}

fn leaf(aliases: bool) -> impl Strategy<Value = Expr> {
    use CompareOp::{Eq, Ge, Gt, Le, Lt, Ne};
    use TextFunction::{Contains, EndsWith, StartsWith};
    let op = proptest::sample::select(vec![Eq, Ne, Gt, Ge, Lt, Le]);
    let function = proptest::sample::select(vec![Contains, StartsWith, EndsWith]);
    prop_oneof![
        (op, operand(aliases), operand(aliases)).prop_map(|(op, left, right)| Expr::Compare {
            op,
            left: left.into(),
            right: right.into()
        }),
        (operand(aliases), vec(constant(aliases), 1..4))
            .prop_map(|(operand, list)| Expr::In { operand: operand.into(), list }),
        (function, path(), constant(aliases)).prop_map(|(function, left, right)| Expr::Call {
            function,
            left: Expr::Path(left).into(),
            right: right.into()
        }),
        path().prop_map(|path| Expr::Lambda { path, quantifier: Quantifier::Any, variable: None, predicate: None }),
        (name(), vec((name(), argument(aliases)), 0..3))
            .prop_map(|(name, arguments)| Expr::QueryFunction { name, arguments }),
    ]
}

fn filter(aliases: bool) -> impl Strategy<Value = Expr> {
    leaf(aliases).prop_recursive(6, 40, 2, |inner| {
        let negated = inner.clone().prop_filter("Dataverse refuses it", |it| !matches!(it, Expr::QueryFunction { .. }));
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(left, right)| Expr::And(left.into(), right.into())),
            (inner.clone(), inner.clone()).prop_map(|(left, right)| Expr::Or(left.into(), right.into())),
            negated.prop_map(|it| Expr::Not(it.into())),
            (path(), option::of(inner.clone()), any::<i64>(), any::<bool>()).prop_map(
                |(path, filter, number, mirrored)| {
                    let count = Expr::Count { path, filter: filter.map(Box::new) };
                    let number = Expr::Literal(Literal::Integer(number));
                    let (left, right) = if mirrored { (number, count) } else { (count, number) };
                    Expr::Compare { op: CompareOp::Ge, left: left.into(), right: right.into() }
                }
            ),
            (path(), any::<bool>(), name(), inner).prop_map(|(path, all, variable, predicate)| {
                Expr::Lambda {
                    path,
                    quantifier: if all { Quantifier::All } else { Quantifier::Any },
                    variable: Some(variable),
                    predicate: Some(predicate.into()),
                }
            }),
        ]
    })
}

fn orderby(aliases: bool) -> impl Strategy<Value = Vec<OrderItem>> {
    let path = path().prop_map(OrderTarget::Path);
    let target = if aliases { prop_oneof![path, name().prop_map(OrderTarget::Alias)].boxed() } else { path.boxed() };
    vec((target, any::<bool>()).prop_map(|(path, descending)| OrderItem { path, descending }), 1..4)
}

fn expand() -> impl Strategy<Value = Vec<ExpandItem>> {
    let item = (path(), any::<bool>()).prop_map(|(path, reference)| ExpandItem {
        path,
        reference,
        options: ExpandOptions::default(),
    });
    let item = item.prop_recursive(3, 12, 2, |inner| {
        let select = prop_oneof![vec(path(), 0..3), Just(vec![Path::from("*")])];
        let orderby = prop_oneof![Just(Vec::new()), orderby(false)];
        (path(), select, option::of(filter(false)), orderby, option::of(any::<u32>()), vec(inner, 0..3), any::<bool>())
            .prop_map(|(path, select, filter, orderby, top, expand, count)| ExpandItem {
                path,
                reference: false,
                options: ExpandOptions { select, filter, orderby, top: top.map(u64::from), expand, count },
            })
    });
    vec(item, 1..3)
}

fn printed<T: ToString>(items: &[T]) -> String {
    items.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn literals(literal in literal()) {
        prop_assert_eq!(odata::parse_literal(&literal.to_string()), Ok(literal));
    }

    #[test]
    fn filters(filter in filter(true)) {
        prop_assert_eq!(odata::parse_filter(&filter.to_string()), Ok(filter));
    }

    #[test]
    fn orderbys(items in orderby(true)) {
        prop_assert_eq!(odata::parse_orderby(&printed(&items)), Ok(items));
    }

    #[test]
    fn expands(items in expand()) {
        prop_assert_eq!(odata::parse_expand(&printed(&items)), Ok(items));
    }

    #[test]
    fn any_text_comes_back(text in any::<String>()) {
        let _ = odata::parse_filter(&text);
        let _ = odata::parse_expand(&text);
        let _ = odata::parse_resource_path(&text);
        let _ = odata::parse_query(&text);
    }

    #[test]
    fn any_words_come_back(words in vec("a|eq|and|not|in|any|'x'|1|@p|[(),/:;=*$]|\\[|\\]|%2[0-9]|contains\\(|\\$filter=", 0..40)) {
        let text = words.join(" ");
        if let Ok(tree) = odata::parse_filter(&text) {
            prop_assert_eq!(odata::parse_filter(&tree.to_string()), Ok(tree));
        }
        let _ = odata::parse_expand(&words.concat());
        let _ = odata::parse_resource_path(&words.concat());
    }

    #[test]
    fn a_query_reads_what_was_encoded(filter in filter(true)) {
        use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
        let raw = format!("%24filter={}", utf8_percent_encode(&filter.to_string(), NON_ALPHANUMERIC));
        prop_assert_eq!(odata::parse_query(&raw).unwrap().filter, Some(filter));
    }
}
