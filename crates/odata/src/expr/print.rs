//! The printer of filters: canonical text with no more brackets than the tree needs. It does not percent-encode.
//!
//! Invariant: parsing the printed text of a parsed tree gives the same tree.

use std::fmt;

use super::{Argument, Expr};

/// How tightly a tree holds together; an operand that is looser than its place needs brackets.
#[derive(Clone, Copy, PartialEq, PartialOrd)]
enum Tightness {
    Or,
    And,
    Not,
    Atom,
}

fn tightness(expr: &Expr) -> Tightness {
    match expr {
        Expr::Or(..) => Tightness::Or,
        Expr::And(..) => Tightness::And,
        Expr::Not(_) => Tightness::Not,
        _ => Tightness::Atom,
    }
}

/// Prints a filter.
///
/// ```
/// let filter = odata::parse_filter("((a eq 1)) and ( b eq 2 or c eq 3 )")?;
/// assert_eq!(filter.to_string(), "a eq 1 and (b eq 2 or c eq 3)");
/// # Ok::<(), odata::ParseError>(())
/// ```
impl fmt::Display for Expr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Literal(it) => write!(f, "{it}"),
            Self::Path(it) => write!(f, "{it}"),
            Self::Alias(it) => write!(f, "@{it}"),
            Self::Not(it) => {
                f.write_str("not ")?;
                operand(it, Tightness::Not, f)
            }
            Self::And(..) => chain(self, " and ", Tightness::And, Tightness::Not, f),
            Self::Or(..) => chain(self, " or ", Tightness::Or, Tightness::And, f),
            Self::Compare { op, left, right } => write!(f, "{left} {} {right}", op.as_str()),
            Self::In { operand, list } => {
                write!(f, "{operand} in (")?;
                commas(list, f)?;
                f.write_str(")")
            }
            Self::Call { function, left, right } => write!(f, "{}({left},{right})", function.as_str()),
            Self::Lambda { path, quantifier, variable, predicate } => {
                write!(f, "{path}/{}(", quantifier.as_str())?;
                if let (Some(variable), Some(predicate)) = (variable, predicate) {
                    write!(f, "{variable}:{predicate}")?;
                }
                f.write_str(")")
            }
            Self::Count { path, filter: None } => write!(f, "{path}/$count"),
            Self::Count { path, filter: Some(it) } => write!(f, "{path}/$count($filter={it})"),
            Self::QueryFunction { name, arguments } => {
                write!(f, "Microsoft.Dynamics.CRM.{name}(")?;
                for (index, (name, argument)) in arguments.iter().enumerate() {
                    let comma = if index > 0 { "," } else { "" };
                    write!(f, "{comma}{name}={argument}")?;
                }
                f.write_str(")")
            }
        }
    }
}

/// Prints the value of an argument; a list with single quotes, as Dataverse's documentation writes it.
impl fmt::Display for Argument {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Expr(it) => write!(f, "{it}"),
            Self::List(list) => {
                f.write_str("[")?;
                commas(list, f)?;
                f.write_str("]")
            }
        }
    }
}

/// `a and b and c`: the left side is walked in a loop, so that a long chain costs no stack.
fn chain(expr: &Expr, word: &str, own: Tightness, right: Tightness, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let mut first = expr;
    let mut others = Vec::new();
    while tightness(first) == own
        && let Expr::And(left, right) | Expr::Or(left, right) = first
    {
        others.push(right);
        first = left;
    }
    operand(first, own, f)?;
    for other in others.into_iter().rev() {
        f.write_str(word)?;
        operand(other, right, f)?;
    }
    Ok(())
}

fn operand(expr: &Expr, at_least: Tightness, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    if tightness(expr) < at_least { write!(f, "({expr})") } else { write!(f, "{expr}") }
}

fn commas<T: fmt::Display>(items: &[T], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    for (index, item) in items.iter().enumerate() {
        let comma = if index > 0 { "," } else { "" };
        write!(f, "{comma}{item}")?;
    }
    Ok(())
}
