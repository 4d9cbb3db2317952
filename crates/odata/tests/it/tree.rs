//! A tree as text with every bracket written, so that a table shows who binds what.

use odata::{Argument, Expr, Literal};

pub fn tree(expr: &Expr) -> String {
    match expr {
        Expr::Literal(it) => literal(it),
        Expr::Path(it) => it.to_string(),
        Expr::Alias(it) => format!("@{it}"),
        Expr::Not(it) => format!("(not {})", tree(it)),
        Expr::And(left, right) => format!("(and {} {})", tree(left), tree(right)),
        Expr::Or(left, right) => format!("(or {} {})", tree(left), tree(right)),
        Expr::Compare { op, left, right } => {
            format!("({} {} {})", op.as_str(), tree(left), tree(right))
        }
        Expr::In { operand, list } => {
            format!("(in {} {})", tree(operand), join(list.iter().map(tree)))
        }
        Expr::Call { function, left, right } => format!("({} {} {})", function.as_str(), tree(left), tree(right)),
        Expr::Lambda { path, quantifier, variable, predicate } => {
            let variable = variable.as_deref().unwrap_or("-");
            let predicate = predicate.as_deref().map_or("-".to_owned(), tree);
            format!("({} {path} {variable} {predicate})", quantifier.as_str())
        }
        Expr::Count { path, filter } => {
            format!("(count {path} {})", filter.as_deref().map_or("-".to_owned(), tree))
        }
        Expr::QueryFunction { name, arguments } => {
            let arguments = arguments.iter().map(|(name, it)| format!("{name}={}", argument(it)));
            format!("({name} {})", join(arguments))
        }
    }
}

pub fn literal(it: &Literal) -> String {
    let kind = match it {
        Literal::Null => "null",
        Literal::Bool(_) => "bool",
        Literal::Integer(_) => "int",
        Literal::Decimal(_) => "dec",
        Literal::Double(_) => "dbl",
        Literal::Guid(_) => "guid",
        Literal::Date(_) => "date",
        Literal::DateTime(_) => "time",
        Literal::Text(_) => "text",
        Literal::Enum { .. } => "enum",
    };
    format!("{kind}:{it}")
}

fn argument(it: &Argument) -> String {
    match it {
        Argument::Expr(it) => tree(it),
        Argument::List(list) => format!("[{}]", join(list.iter().map(literal))),
    }
}

fn join(items: impl Iterator<Item = String>) -> String {
    items.collect::<Vec<_>>().join(" ")
}
