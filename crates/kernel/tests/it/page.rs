//! Order and pages: total, also over nulls and duplicates, and not shifting under writers.

use std::collections::BTreeSet;

use kernel::{
    Kind, Query, Value,
    report::{By, Report},
    uuid::Uuid,
};

use crate::world::{World, thing, v};

const ORDERS: [&str; 9] = [
    "small asc",
    "small desc",
    "ratio desc,name",
    "memo asc,small desc",
    "at desc",
    "exact,day desc",
    "parent/name desc",
    "tags asc,flag desc",
    "mark desc",
];

fn world() -> World {
    let world = World::new();
    let parent = world.create("thing", thing("parent").with("small", 4)).unwrap();
    for n in 0..40_i64 {
        let mut values = thing(&format!("n{n}"));
        if n % 3 != 0 {
            values.set("small", n % 5);
            values.set("memo", if n % 2 == 0 { "Äpfel" } else { "äpfel" });
        }
        if n % 4 != 0 {
            #[expect(clippy::cast_precision_loss, reason = "small numbers")]
            values.set("ratio", Value::Double(1.0 / (n % 7 + 3) as f64));
            values.set("exact", Value::Double(0.1));
            values.set("flag", n % 2 == 0);
        }
        if n % 6 == 0 {
            values.set("parent", parent);
            values.set("at", Value::from("2024-01-01T00:00:00.001Z"));
            values.set("day", Value::from("2024-01-01"));
            values.set("tags", "1,2");
            values.set("mark", Uuid::from_u128(u128::try_from(n).unwrap()));
        }
        world.create("thing", values).unwrap();
    }
    world
}

#[test]
fn pages_together_are_the_list() {
    let world = world();
    for order in ORDERS {
        let query = Query::on("thing").order(order).unwrap();
        let all: Vec<Uuid> = world.read(|rx| rx.ids(&query)).unwrap();
        assert_eq!(all.len(), 41);
        for size in [1, 7, 41] {
            let (mut paged, mut token) = (Vec::new(), None::<String>);
            loop {
                let query = match &token {
                    Some(token) => query.clone().after(token),
                    None => query.clone(),
                };
                let page = world.read(|rx| rx.page(&query, size)).unwrap();
                paged.extend(page.records.iter().map(|it| it.id));
                token = page.next;
                if token.is_none() {
                    break;
                }
                assert!(paged.len() <= 41, "{order} goes in circles");
            }
            assert_eq!(paged, all, "{order} by {size}");
        }
    }
}

#[test]
fn a_page_by_its_number_is_a_part_of_the_list() {
    let world = world();
    for order in ORDERS {
        let all: Vec<Uuid> = world.read(|rx| rx.ids(&Query::on("thing").order(order).unwrap())).unwrap();
        let mut report = Report::on("thing", 7).with("name", "name", None).with("parent", "parent", None);
        for item in odata::parse_orderby(order).unwrap() {
            let odata::OrderTarget::Path(path) = item.path else { unreachable!() };
            report.order.push((By::Path(path), item.descending));
        }
        let mut paged = Vec::new();
        for page in 0..6 {
            report.skip = page * 7;
            let found = world.read(|rx| rx.report(&report)).unwrap();
            for line in &found.rows {
                let row = world.get("thing", line.id.unwrap());
                assert_eq!(line.values, [row.get("name").clone(), row.get("parent").clone()], "{order}");
            }
            // From any page the token goes on as well.
            let rest = Report { skip: 0, after: found.next.clone(), size: 1, ..report.clone() };
            if found.next.is_some() {
                let next = world.read(|rx| rx.report(&rest)).unwrap().rows[0].id;
                assert_eq!(next, all.get(paged.len() + found.rows.len()).copied(), "{order}");
            }
            paged.extend(found.rows.iter().filter_map(|it| it.id));
        }
        assert_eq!(paged, all, "{order}");
        report.filter = Some(odata::parse_filter("small ge 2").unwrap());
        report.skip = 3;
        let some = Query::on("thing").order(order).unwrap().filter("small ge 2").unwrap();
        let expected: Vec<Uuid> = world.read(|rx| rx.ids(&some)).unwrap().into_iter().skip(3).take(7).collect();
        let found = world.read(|rx| rx.report(&report)).unwrap();
        assert_eq!(found.rows.iter().filter_map(|it| it.id).collect::<Vec<_>>(), expected, "{order}");
    }
}

/// By name, which an index of the views follows, chosen by what that index holds and does not hold, by rows that lie
/// near the head and far from it.
#[test]
fn an_index_of_an_order_changes_no_answer() {
    let world = World::new();
    let names: Vec<String> = (0..300).map(|n| format!("{:03}", n * 7 % 300)).collect();
    world
        .write(move |tx| {
            for (n, name) in names.iter().enumerate() {
                let values = v().with("name", name.as_str()).with("rank", i64::try_from(n % 4).unwrap_or_default());
                tx.create("part", if n % 10 == 0 { values.with("name", Value::Null) } else { values })?;
            }
            Ok(())
        })
        .unwrap();
    let all = world.read(|rx| rx.rows(&Query::on("part"))).unwrap();
    let newest = all.iter().map(|it| it.version).max().unwrap() - 5;
    let last = format!("name ge '29' and versionnumber gt {newest}");
    for (filter, descending) in [
        ("statecode eq 0", false),
        ("rank gt 1", true),
        ("versionnumber gt 0", false),
        ("rank eq 1 and versionnumber gt 0", true),
        ("name ge '29' and versionnumber gt 0", false),
        (last.as_str(), false),
        ("thing/name eq null and name ne null", true),
    ] {
        let order = if descending { "name desc" } else { "name asc" };
        let query = Query::on("part").filter(filter).unwrap().order(order).unwrap();
        // All rows are read without a limit, so no index is preferred for them.
        let expected: Vec<Uuid> = world.read(|rx| rx.ids(&query)).unwrap();
        for top in [1_usize, 3, 50] {
            let found = world.read(|rx| rx.ids(&query.clone().top(top as u64))).unwrap();
            assert_eq!(found, expected.iter().copied().take(top).collect::<Vec<_>>(), "{filter} {order} {top}");
            for skip in [0_usize, 2, 200] {
                let mut report = Report::on("part", top as u64);
                report = report.with("name", "name", None);
                report.filter = Some(odata::parse_filter(filter).unwrap());
                report.order = vec![(By::Path("name".into()), descending)];
                report.skip = skip as u64;
                let found = world.read(|rx| rx.report(&report)).unwrap();
                let ids: Vec<Uuid> = found.rows.iter().filter_map(|it| it.id).collect();
                let wanted: Vec<Uuid> = expected.iter().copied().skip(skip).take(top).collect();
                assert_eq!(ids, wanted, "{filter} {order} {skip} {top}");
                assert_eq!(found.more, expected.len() > skip + top, "{filter} {order} {skip} {top}");
            }
        }
    }
}

#[test]
fn pages_do_not_shift_when_rows_come_and_go() {
    for order in ORDERS {
        let world = world();
        let query = Query::on("thing").order(order).unwrap();
        let all: Vec<Uuid> = world.read(|rx| rx.ids(&query)).unwrap();
        let first = world.read(|rx| rx.page(&query, 15)).unwrap();
        let seen: Vec<Uuid> = first.records.iter().map(|it| it.id).collect();
        // A row of the page before goes, among them the one that the token names; others come before.
        let (gone, last) = (seen[3], seen[14]);
        let coming = world.get("thing", seen[0]).values.clone();
        world
            .write(move |tx| {
                let mut values = v();
                for (name, value) in
                    coming.iter().filter(|(name, _)| !matches!(*name, "thingid" | "versionnumber" | "mark"))
                {
                    values.set(name, value.clone());
                }
                tx.create_as("thing", Uuid::from_u128(1), values)?;
                tx.attempt(|tx| tx.delete("thing", gone)).ok();
                tx.attempt(|tx| tx.delete("thing", last)).ok();
                Ok(())
            })
            .unwrap();
        let mut rest = Vec::new();
        let mut token = first.next;
        while let Some(at) = token {
            let page = world.read(|rx| rx.page(&query.clone().after(&at), 4)).unwrap();
            rest.extend(page.records.iter().map(|it| it.id));
            token = page.next;
        }
        if order != "parent/name desc" {
            assert_eq!(rest, all[15..].to_vec(), "{order}");
        }
        let once: BTreeSet<Uuid> = rest.iter().copied().collect();
        assert_eq!(once.len(), rest.len(), "{order} shows a row twice");
        assert!(!rest.iter().any(|it| seen.contains(it)), "{order} shows a row of the first page again");
    }
}

#[test]
fn tokens_that_are_not_ours_are_refused() {
    let world = world();
    let query = Query::on("thing").order("small").unwrap();
    for token in [
        "",
        "x",
        "[]",
        "[1]",
        "[1,2,3]",
        "{}",
        r#"[true,{"b":"00"}]"#,
        r#"[1,{"b":"0é"}]"#,
        r#"[1,{"b":5}]"#,
        r#"[1,{"d":"x"}]"#,
        "[1.5,2]",
    ] {
        let error = world.read(|rx| rx.page(&query.clone().after(token), 5)).expect_err(token);
        assert_eq!((error.kind, error.target.as_str()), (Kind::Invalid, "$skiptoken"), "{token}");
    }
    assert_eq!(world.read(|rx| rx.page(&query.clone().top(5), 10)).unwrap().records.len(), 5);
}
