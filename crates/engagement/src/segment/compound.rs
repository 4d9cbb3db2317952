//! Segments whose filter asks for the membership of other segments (`spec/marketing.md` 6.3: union,
//! intersect, except).
//!
//! There is no second language: `or`, `and` and `not` around `any` over the memberships say it. *Not* the
//! evaluation. Invariant: a segment that is live refers to live ones only, and never to itself, however
//! far round.

use std::collections::BTreeSet;

use kernel::{Phrase, Query, Result, Rx, uuid::Uuid};
use odata::{Expr, Literal};

use super::{ENTITY, Segment};
use crate::lifecycle::{LIVE, LIVE_EDITABLE, Problem};

/// The memberships of a contact, as filters name them.
const MEMBERSHIPS: &str = "assent_segmentmember_assent_contactid_contact";
const COLUMN: &str = "msdyncrm_segmentquery";

/// What speaks against a filter that refers to other segments.
///
/// # Errors
/// Those of reading.
pub(super) fn check(rx: &Rx<'_>, id: Uuid, query: &str) -> Result<Vec<Problem>> {
    let mut found = Vec::new();
    for other in references(query) {
        if other == id {
            found.push(Problem::error(
                COLUMN,
                Phrase::new("segment-itself", "asks for the segment's own members; name another segment"),
            ));
            continue;
        }
        match rx.find(ENTITY, other)? {
            None => found.push(Problem::error(
                COLUMN,
                Phrase::new("segment-unknown", "asks for the segment {segment}, which does not exist")
                    .with("segment", other),
            )),
            Some(row) => {
                let segment = Segment::read(&row)?;
                if !segment.is_live() {
                    let text = Phrase::new(
                        "segment-asked-not-live",
                        "asks for the segment {segment}, which is not live; let it go live first",
                    )
                    .with("segment", &segment.name);
                    found.push(Problem::error(COLUMN, text));
                } else if reaches(rx, &segment.query, id, &mut BTreeSet::from([other]))? {
                    let text = Phrase::new(
                        "segment-circle",
                        "asks for the segment {segment}, which asks for this one in turn",
                    )
                    .with("segment", &segment.name);
                    found.push(Problem::error(COLUMN, text));
                }
            }
        }
    }
    Ok(found)
}

/// The live segments whose filter asks for the members of this one.
///
/// # Errors
/// Those of reading.
pub(super) fn dependents(rx: &Rx<'_>, id: Uuid) -> Result<Vec<Uuid>> {
    let filter = format!(
        "(statuscode eq {LIVE} or statuscode eq {LIVE_EDITABLE}) and contains({COLUMN},'{MEMBERSHIPS}') and contains({COLUMN},'{id}')"
    );
    let all = Segment::rows(rx, &Query::on(ENTITY).filter(&filter)?)?;
    Ok(all.into_iter().filter(|it| references(&it.query).contains(&id)).map(|it| it.id).collect())
}

fn reaches(rx: &Rx<'_>, query: &str, wanted: Uuid, seen: &mut BTreeSet<Uuid>) -> Result<bool> {
    for other in references(query) {
        if other == wanted {
            return Ok(true);
        }
        if seen.insert(other)
            && let Some(row) = rx.find(ENTITY, other)?
            && reaches(rx, &Segment::read(&row)?.query, wanted, seen)?
        {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The segments that a filter asks for; none of a filter that cannot be read.
fn references(query: &str) -> BTreeSet<Uuid> {
    let mut found = BTreeSet::new();
    if !query.contains(MEMBERSHIPS) {
        return found;
    }
    let Ok(filter) = odata::parse_filter(query) else { return found };
    // A list of what is still to be looked at, since chains of `and` and `or` may be hundreds long.
    let mut open = vec![(&filter, false)];
    while let Some((expression, within)) = open.pop() {
        match expression {
            Expr::And(left, right) | Expr::Or(left, right) => open.extend([(&**left, within), (&**right, within)]),
            Expr::Not(it) => open.push((it, within)),
            Expr::Lambda { path, predicate: Some(it), .. } => {
                open.push((it, path.0.last().is_some_and(|it| it == MEMBERSHIPS)));
            }
            Expr::Compare { left, right, .. } => {
                for (side, other) in [(left, right), (right, left)] {
                    if within && is_segment(side) {
                        found.extend(identifier(other));
                    }
                    if let Expr::Count { path, filter: Some(it) } = &**side {
                        open.push((it, path.0.last().is_some_and(|it| it == MEMBERSHIPS)));
                    }
                }
            }
            Expr::In { operand, list } if within && is_segment(operand) => {
                found.extend(list.iter().filter_map(identifier));
            }
            _ => {}
        }
    }
    found
}

fn is_segment(operand: &Expr) -> bool {
    let names = ["assent_segmentid", "_assent_segmentid_value", "msdyncrm_segmentid"];
    matches!(operand, Expr::Path(path) if path.0.last().is_some_and(|it| names.contains(&it.as_str())))
}

fn identifier(operand: &Expr) -> Option<Uuid> {
    match operand {
        Expr::Literal(Literal::Guid(it)) => Some(*it),
        Expr::Literal(Literal::Text(it)) => it.parse().ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::references;

    #[test]
    fn the_segments_that_a_filter_asks_for() {
        let id = "01a2039c-f91a-73ad-a5c4-7ba92065b9bb";
        let members = "assent_segmentmember_assent_contactid_contact";
        let check = |filter: &str| references(filter).iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(check(&format!("lastname ne null and not {members}/any(m:m/assent_segmentid eq {id})")), [id]);
        assert_eq!(check(&format!("{members}/any(m:m/_assent_segmentid_value in ({id}))")), [id]);
        assert_eq!(check(&format!("{members}/any(m:m/assent_segmentid/msdyncrm_segmentid eq {id})")), [id]);
        assert_eq!(check(&format!("{members}/$count($filter=assent_segmentid eq {id}) ge 1")), [id]);
        assert!(check(&format!("{members}/any() and accountid eq {id}")).is_empty());
        assert!(check(&format!("{members}/any(m:")).is_empty());
    }
}
