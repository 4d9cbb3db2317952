//! A column or navigation path such as `primarycontactid/fullname`. It is not resolved against any entity.

use std::fmt;

/// The names of a path, outermost first. `*` of a `$select` is the path with the one name `*`.
///
/// ```
/// let path = odata::Path(vec!["primarycontactid".into(), "fullname".into()]);
/// assert_eq!(path.to_string(), "primarycontactid/fullname");
/// assert_eq!(odata::Path::from("statecode").0, ["statecode"]);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Path(pub Vec<String>);

impl Path {
    /// The only name of a path without `/`, or `None` for a longer one.
    #[must_use]
    pub fn single(&self) -> Option<&str> {
        match self.0.as_slice() {
            [name] => Some(name),
            _ => None,
        }
    }

    /// Whether this is the `*` of a `$select`.
    #[must_use]
    pub fn is_wildcard(&self) -> bool {
        self.single() == Some("*")
    }
}

impl From<&str> for Path {
    /// Splits at each `/`.
    fn from(text: &str) -> Self {
        Self(text.split('/').map(str::to_owned).collect())
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, name) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str("/")?;
            }
            f.write_str(name)?;
        }
        Ok(())
    }
}
