//! Random sequences of writes leave the store equal to a plain map.

use std::collections::BTreeMap;

use kernel::{Query, Value, uuid::Uuid};
use proptest::prelude::*;

use crate::world::{BUILT_IN, World, thing, v};

#[derive(Debug, Clone)]
enum Act {
    Create {
        slot: u8,
        name: String,
        small: Option<i64>,
    },
    Update {
        slot: u8,
        name: Option<String>,
        small: Option<i64>,
        flag: Option<bool>,
    },
    Delete {
        slot: u8,
    },
    /// A closure that writes and then fails.
    Undone {
        slot: u8,
    },
}

fn act() -> impl Strategy<Value = Act> {
    let small = || proptest::option::of(-7..8_i64);
    prop_oneof![
        3 => (0..6_u8, ".{0,12}", small()).prop_map(|(slot, name, small)| Act::Create { slot, name, small }),
        4 => (0..6_u8, proptest::option::of(".{0,110}"), small(), any::<Option<bool>>())
            .prop_map(|(slot, name, small, flag)| Act::Update { slot, name, small, flag }),
        1 => (0..6_u8).prop_map(|slot| Act::Delete { slot }),
        1 => (0..6_u8).prop_map(|slot| Act::Undone { slot }),
    ]
}

fn id(slot: u8) -> Uuid {
    Uuid::from_u128(1_000 + u128::from(slot))
}

/// Whether the limits of the columns allow it.
fn fits(name: Option<&str>, small: Option<i64>) -> bool {
    name.is_none_or(|it| !it.is_empty() && it.chars().count() <= 100 && !it.contains('\0'))
        && small.is_none_or(|it| (-5..=5).contains(&it))
}

type Row = (String, Option<i64>, Option<bool>);

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn the_store_is_a_map(acts in proptest::collection::vec(act(), 1..40)) {
        let world = World::new();
        let mut rows: BTreeMap<u8, Row> = BTreeMap::new();
        let mut changes = BUILT_IN;
        for act in acts {
            match act {
                Act::Create { slot, name, small } => {
                    let values = thing(&name).with("small", small);
                    let expected = fits(Some(&name), small) && !rows.contains_key(&slot);
                    prop_assert_eq!(world.write(move |tx| tx.create_as("thing", id(slot), values.clone())).is_ok(), expected);
                    if expected {
                        changes += 1;
                        rows.insert(slot, (name, small, None));
                    }
                }
                Act::Update { slot, name, small, flag } => {
                    let mut values = v();
                    if let Some(name) = &name { values.set("name", name.as_str()); }
                    if let Some(small) = small { values.set("small", small); }
                    if let Some(flag) = flag { values.set("flag", flag); }
                    let fits = fits(name.as_deref(), small);
                    let result = world.update("thing", id(slot), values);
                    match rows.get_mut(&slot).filter(|_| fits) {
                        None => prop_assert!(result.is_err()),
                        Some(row) => {
                            let after = (name.unwrap_or_else(|| row.0.clone()), small.or(row.1), flag.or(row.2));
                            prop_assert_eq!(result.unwrap(), after != *row);
                            changes += i64::from(after != *row);
                            *row = after;
                        }
                    }
                }
                Act::Delete { slot } => {
                    let there = rows.remove(&slot).is_some();
                    prop_assert_eq!(world.delete("thing", id(slot)).is_ok(), there);
                    changes += i64::from(there);
                }
                Act::Undone { slot } => {
                    let result = world.write(move |tx| -> kernel::Result<()> {
                        tx.attempt(|tx| tx.delete("thing", id(slot))).ok();
                        tx.create("thing", thing("undone"))?;
                        tx.create("thing", v()).map(|_| ())
                    });
                    prop_assert!(result.is_err());
                }
            }
        }
        let stored: BTreeMap<Uuid, Row> = world
            .read(|rx| rx.rows(&Query::on("thing")))
            .unwrap()
            .iter()
            .map(|it| {
                let flag = if let Value::Bool(it) = it.get("flag") { Some(*it) } else { None };
                (it.id, (it.text("name").to_owned(), it.get("small").as_int(), flag))
            })
            .collect();
        prop_assert_eq!(stored, rows.into_iter().map(|(slot, row)| (id(slot), row)).collect::<BTreeMap<_, _>>());
        let verdict = world.read(kernel::audit::verify::verify).unwrap();
        prop_assert_eq!((verdict.rows, verdict.broken), (changes, None));
    }
}
