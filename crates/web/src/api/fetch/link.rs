//! `<link-entity>` that restricts and brings no columns: `exists` and `in` beside a filter, `any`, `not any`, `all`
//! and `not all` inside one.
//!
//! *Not* the joins (`compile.rs`). Invariant: each is a question for rows that are there or not, so it neither doubles
//! a row nor loses one for a value that is null.

use kernel::{Result, report::Link};
use odata::{Expr, Path, Quantifier};

use super::{
    compile::{Place, and},
    condition,
    xml::{Element, refused},
};

/// Whether a link-entity beside a filter only restricts.
///
/// # Errors
/// `Invalid` for one that belongs inside a filter, or that there is not.
pub fn restricts(link: &Element) -> Result<bool> {
    match link.get("link-type") {
        None | Some("inner" | "outer" | "matchfirstrowusingcrossapply") => Ok(false),
        Some("exists" | "in") => Ok(true),
        Some(within @ ("any" | "not any" | "all" | "not all")) => {
            Err(refused(format!("a link-entity with link-type '{within}' stands inside a <filter>")))
        }
        Some(other) => Err(refused(format!(
            "'{other}' is no link-type; there are inner, outer, exists, in, matchfirstrowusingcrossapply, and inside \
             a filter any, not any, all, not all"
        ))),
    }
}

/// The condition that a link-entity inside a filter is.
///
/// # Errors
/// `Invalid` naming the mistake.
pub fn within(place: &Place<'_>, link: &Element, count: &mut usize) -> Result<Expr> {
    let not = |it: Expr| Expr::Not(Box::new(it));
    match link.get("link-type") {
        // In Dataverse too, "not all" asks what "any" asks.
        Some("any" | "not all") => there(place, link, count),
        Some("not any") => there(place, link, count).map(not),
        // Partners, but none that meets the conditions.
        Some("all") => {
            let (name, condition) = link_of(place, link, count)?;
            let some = any(&name, None);
            Ok(match condition {
                Some(condition) => Expr::And(Box::new(some), Box::new(not(any(&name, Some(condition))))),
                // Without conditions every partner meets them.
                None => Expr::And(Box::new(some.clone()), Box::new(not(some))),
            })
        }
        other => Err(refused(format!(
            "a link-entity inside a filter has the link-type any, not any, all or not all, not '{}'",
            other.unwrap_or("inner")
        ))),
    }
}

/// The condition that there is a partner which meets the conditions.
///
/// # Errors
/// `Invalid` naming the mistake.
pub fn there(place: &Place<'_>, link: &Element, count: &mut usize) -> Result<Expr> {
    let (name, condition) = link_of(place, link, count)?;
    Ok(any(&name, condition))
}

fn any(name: &str, condition: Option<Expr>) -> Expr {
    Expr::Lambda {
        path: Path(vec![name.to_owned()]),
        quantifier: Quantifier::Any,
        variable: condition.is_some().then(|| name.to_owned()),
        predicate: condition.map(Box::new),
    }
}

/// The name of the collection that a link-entity stands for, and the conditions in it.
fn link_of(place: &Place<'_>, link: &Element, count: &mut usize) -> Result<(String, Option<Expr>)> {
    if let Some(it) =
        link.children.iter().find(|it| matches!(it.name.as_str(), "attribute" | "all-attributes" | "order"))
    {
        let kind = link.get("link-type").unwrap_or_default();
        return Err(refused(format!(
            "a link-entity with link-type '{kind}' restricts rows and takes no <{}>",
            it.name
        )));
    }
    let entity = place.compiler.entity_of(link)?;
    let name = place.compiler.add_link(|name| {
        Ok(Link {
            name,
            entity: entity.name.clone(),
            from: link.need("from")?.to_owned(),
            to: link.need("to")?.to_owned(),
        })
    })?;
    let inner = Place { compiler: place.compiler, entity, alias: link.get("alias"), whole: false };
    let mut condition = condition::filters(link, &inner, count)?;
    for below in link.all("link-entity") {
        if !matches!(below.get("link-type"), None | Some("inner" | "exists" | "in")) {
            return Err(refused("below a link-entity that restricts stand links of the type inner, exists or in"));
        }
        condition = and(condition, Some(there(&inner, below, count)?));
    }
    Ok((name, condition))
}
