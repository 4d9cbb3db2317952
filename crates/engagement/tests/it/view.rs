//! Every typed view fits the metadata: its columns exist, and a row with every type reads.

use kernel::{Query, View, metadata::ColumnType};

use crate::story::{World, build};

fn views() -> impl Iterator<Item = &'static View> {
    privacy::VIEWS.iter().chain(engagement::VIEWS)
}

#[test]
fn every_column_of_every_view_exists() {
    let world = World::new();
    let model = world.db.model();
    for view in views() {
        let entity = model.entity(view.entity).unwrap();
        for column in view.columns {
            assert!(entity.columns.contains_key(*column), "{}.{column}", view.entity);
        }
    }
}

#[test]
fn every_view_is_in_a_list() {
    // A view that no list names is compared with nothing, so the sources are searched for them.
    let mut named = Vec::new();
    for krate in ["privacy", "engagement", "connect"] {
        crate::law::sources(krate, &mut |file, text| {
            for (at, _) in text.match_indices("pub struct ") {
                let line = text[at..].lines().next().unwrap();
                if let Some((_, rest)) = line.split_once(" as \"") {
                    let entity = rest.split('"').next().unwrap();
                    assert!(views().any(|it| it.entity == entity), "{file}: the view of {entity} is in no list");
                    named.push(entity.to_owned());
                }
            }
        });
    }
    assert!(named.len() >= views().count(), "{named:?}");
}

#[test]
fn a_full_row_of_each_kind_reads_with_its_types() {
    // What the stories make is read by the views themselves; here are those that a story may leave empty.
    let mut world = World::new();
    build(
        &mut world,
        "switches logging ; list garden ; contact ann consent=3 ; form news consent list=garden ; segment s: lastname ne null ;
         journey tour segment=s minimum=1: email hello",
    );
    let model = world.db.model();
    world.read(|rx| {
        for view in views() {
            let entity = model.entity(view.entity)?;
            for row in rx.rows(&Query::on(view.entity))? {
                for column in view.columns {
                    let value = row.get(column);
                    let fits = match entity.column(column)?.kind {
                        ColumnType::Lookup | ColumnType::Guid => value.is_null() || value.as_guid().is_some(),
                        ColumnType::Choice | ColumnType::Integer | ColumnType::BigInt => {
                            value.is_null() || value.as_int().is_some()
                        }
                        ColumnType::Text | ColumnType::Memo | ColumnType::Json => {
                            value.is_null() || value.as_text().is_some()
                        }
                        _ => true,
                    };
                    assert!(fits, "{}.{column}: {value:?}", view.entity);
                }
            }
        }
        for row in rx.rows(&Query::on("msdyncrm_customerjourney"))? {
            engagement::journey::CustomerJourney::read(&row)?;
        }
        for row in rx.rows(&Query::on("msdyncrm_segment"))? {
            engagement::segment::Segment::read(&row)?;
        }
        for row in rx.rows(&Query::on("msdyncrm_marketingpage"))? {
            engagement::page::MarketingPage::read(&row)?;
        }
        for row in rx.rows(&Query::on("msgdpr_gdprconsentchangerecord"))? {
            privacy::consent::ConsentChangeRecord::read(&row)?;
        }
        Ok(())
    });
}
