//! What a segment takes for something that a person did: never what a program did in their name.
//!
//! Mail scanners open mails and follow links before anybody reads them. *Not* a matter of what the filter says: the
//! condition is put to every question for interactions, also to those of a filter written by hand. Invariant: an
//! interaction with the detail `machine` neither exists for a segment nor counts in it.

use odata::{CompareOp, Expr, Literal, Path, Quantifier};

use crate::interaction::{ENTITY, MACHINE};

/// Narrows every question for interactions in a filter.
pub(super) fn only(mut filter: Expr) -> Expr {
    narrow(&mut filter);
    filter
}

/// Chains of `and` and `or` lean to the left and may be hundreds long, so the left side is walked in a loop.
fn narrow(mut at: &mut Expr) {
    loop {
        match at {
            Expr::And(left, right) | Expr::Or(left, right) => {
                narrow(right);
                at = left;
            }
            Expr::Not(it) => at = it,
            Expr::Compare { left, right, .. } => {
                narrow(right);
                at = left;
            }
            Expr::Count { path, filter } => {
                if let Some(it) = filter {
                    narrow(it);
                }
                if are_interactions(path) {
                    let before = filter.take();
                    *filter = Some(Box::new(both(before, by_persons(None))));
                }
                return;
            }
            Expr::Lambda { path, quantifier, variable, predicate } => {
                if let Some(it) = predicate {
                    narrow(it);
                }
                if are_interactions(path) {
                    let name = variable.get_or_insert_with(|| "i".to_owned()).clone();
                    let before = predicate.take();
                    *predicate = Some(Box::new(match (quantifier, before) {
                        (Quantifier::All, Some(it)) => Expr::Or(Box::new(by_program(&name)), it),
                        (_, before) => both(before, by_persons(Some(&name))),
                    }));
                }
                return;
            }
            _ => return,
        }
    }
}

/// Interactions are reached by many ways, and each is named after them.
fn are_interactions(path: &Path) -> bool {
    path.0.last().is_some_and(|it| it.strip_prefix(ENTITY).is_some_and(|it| it.starts_with('_')))
}

fn both(before: Option<Box<Expr>>, also: Expr) -> Expr {
    match before {
        Some(it) => Expr::And(it, Box::new(also)),
        None => also,
    }
}

fn by_persons(variable: Option<&str>) -> Expr {
    let none = detail(variable, CompareOp::Eq, Literal::Null);
    let other = detail(variable, CompareOp::Ne, Literal::Text(MACHINE.to_owned()));
    Expr::Or(Box::new(none), Box::new(other))
}

/// Never unknown, since its opposite is asked for too.
fn by_program(variable: &str) -> Expr {
    let some = detail(Some(variable), CompareOp::Ne, Literal::Null);
    let machine = detail(Some(variable), CompareOp::Eq, Literal::Text(MACHINE.to_owned()));
    Expr::And(Box::new(some), Box::new(machine))
}

fn detail(variable: Option<&str>, op: CompareOp, value: Literal) -> Expr {
    let names = variable.into_iter().chain(["assent_detail"]).map(str::to_owned).collect();
    Expr::Compare { op, left: Box::new(Expr::Path(Path(names))), right: Box::new(Expr::Literal(value)) }
}

#[cfg(test)]
mod tests {
    use super::only;

    #[test]
    fn every_question_for_interactions_is_narrowed() {
        let done = "assent_interaction_assent_contactid_contact";
        let check = |filter: &str, wanted: &str| {
            let narrowed = only(odata::parse_filter(&filter.replace("DONE", done)).unwrap()).to_string();
            assert_eq!(narrowed, wanted.replace("DONE", done));
            assert_eq!(odata::parse_filter(&narrowed).unwrap().to_string(), narrowed);
        };
        check("lastname eq 'A'", "lastname eq 'A'");
        check("DONE/any()", "DONE/any(i:i/assent_detail eq null or i/assent_detail ne 'machine')");
        check(
            "not DONE/any(x:x/assent_type eq 'A' or x/assent_type eq 'B') and lastname ne null",
            "not DONE/any(x:(x/assent_type eq 'A' or x/assent_type eq 'B') and (x/assent_detail eq null or x/assent_detail ne 'machine')) and lastname ne null",
        );
        check(
            "DONE/all(x:x/assent_type eq 'A')",
            "DONE/all(x:x/assent_detail ne null and x/assent_detail eq 'machine' or x/assent_type eq 'A')",
        );
        check("3 le DONE/$count", "3 le DONE/$count($filter=assent_detail eq null or assent_detail ne 'machine')");
        check(
            "contact_customer_contacts/any(c:c/DONE/$count($filter=assent_type eq 'A') gt 1)",
            "contact_customer_contacts/any(c:c/DONE/$count($filter=assent_type eq 'A' and (assent_detail eq null or assent_detail ne 'machine')) gt 1)",
        );
    }
}
