//! What a context URL (`@odata.context`) says of a payload: which set or type it is of and which columns it has.
//! It does not look a name up.

use std::fmt;

use crate::{Key, Path, Segment};

/// The part of a context URL behind the `#`.
///
/// ```
/// let context = odata::parse_context("https://h/api/data/v9.2/$metadata#contacts(fullname,parentcustomerid_account(name))/$entity")?;
/// assert_eq!(context.path[0].name, "contacts");
/// assert_eq!(context.select.as_ref().unwrap()[1].to_string(), "parentcustomerid_account(name)");
/// assert_eq!(context.suffix.as_deref(), Some("$entity"));
/// # Ok::<(), odata::ParseError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Context {
    /// Whether it is `Collection(…)` around the path.
    pub collection: bool,
    /// A set with what follows it, a type, or `$ref`.
    pub path: Vec<Segment>,
    /// The columns, if it names them.
    pub select: Option<Vec<Selected>>,
    /// `$entity`, `$delta`, `$link`, `$deletedEntity` or `$deletedLink`
    pub suffix: Option<String>,
}

/// One column that a context URL names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Selected {
    /// The column, navigation or annotation (with its `@`), or `*`.
    pub path: Path,
    /// `+`: expanded again and again.
    pub recursive: bool,
    /// The columns of an expanded navigation.
    pub nested: Option<Vec<Selected>>,
}

impl fmt::Display for Selected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.path, if self.recursive { "+" } else { "" })?;
        match &self.nested {
            Some(nested) => write!(f, "({})", list(nested)),
            None => Ok(()),
        }
    }
}

/// Prints what stands behind the `#`.
impl fmt::Display for Context {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path: Vec<String> = self.path.iter().map(segment).collect();
        let path = path.join("/");
        match self.collection {
            true => write!(f, "Collection({path})"),
            false => f.write_str(&path),
        }?;
        if let Some(select) = &self.select {
            write!(f, "({})", list(select))?;
        }
        match &self.suffix {
            Some(suffix) => write!(f, "/{suffix}"),
            None => Ok(()),
        }
    }
}

fn segment(it: &Segment) -> String {
    match &it.key {
        Some(Key::Single(literal)) => format!("{}({literal})", it.name),
        Some(Key::Named(pairs)) => {
            let pairs: Vec<String> = pairs.iter().map(|(name, literal)| format!("{name}={literal}")).collect();
            format!("{}({})", it.name, pairs.join(","))
        }
        _ => it.name.clone(),
    }
}

fn list(items: &[Selected]) -> String {
    items.iter().map(Selected::to_string).collect::<Vec<_>>().join(",")
}
