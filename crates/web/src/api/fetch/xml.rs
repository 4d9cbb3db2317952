//! The text of a FetchXML query as a tree of elements.
//!
//! *Not* its meaning (`compile.rs`). Invariant: bounded in depth, and no entity but the five of XML is
//! resolved, so no text grows.

use kernel::{Error, Kind, Result};
use quick_xml::{Reader, XmlVersion, escape::resolve_predefined_entity, events::BytesStart, events::Event};

/// Deepest nesting of elements.
const DEPTH: usize = 40;

/// An element.
#[derive(Debug, Default)]
pub struct Element {
    /// Its name.
    pub name: String,
    /// Its attributes.
    attributes: Vec<(String, String)>,
    /// The elements in it.
    pub children: Vec<Element>,
    /// The text in it.
    pub text: String,
}

impl Element {
    /// An element of that name, with nothing in it.
    pub fn new(name: &str) -> Element {
        Element { name: name.to_owned(), ..Element::default() }
    }
    /// The same with an attribute.
    pub fn with(mut self, name: &str, value: &str) -> Element {
        self.attributes.push((name.to_owned(), value.to_owned()));
        self
    }
    /// The same with an element in it.
    pub fn holding(mut self, child: Element) -> Element {
        self.children.push(child);
        self
    }
    /// The same with a text in it.
    pub fn saying(mut self, text: &str) -> Element {
        text.clone_into(&mut self.text);
        self
    }
    /// The value of an attribute; an empty one counts as absent.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(it, _)| it == name).map(|(_, it)| it.as_str()).filter(|it| !it.is_empty())
    }
    /// The value of an attribute that must be there.
    ///
    /// # Errors
    /// `Invalid` naming element and attribute.
    pub fn need(&self, name: &str) -> Result<&str> {
        self.get(name).ok_or_else(|| refused(format!("<{}> needs the attribute '{name}'", self.name)))
    }
    /// Whether an attribute says yes.
    pub fn is(&self, name: &str) -> bool {
        matches!(self.get(name), Some("true" | "1"))
    }
    /// A number.
    ///
    /// # Errors
    /// `Invalid` naming element and attribute.
    pub fn number(&self, name: &str) -> Result<Option<u64>> {
        let wrong = |_| refused(format!("'{name}' of <{}> is not a whole number", self.name));
        self.get(name).map(|it| it.trim().parse().map_err(wrong)).transpose()
    }
    /// How many elements it is, with those in it.
    pub fn size(&self) -> usize {
        1 + self.children.iter().map(Element::size).sum::<usize>()
    }
    /// The elements of that name in it.
    pub fn all<'e>(&'e self, name: &'e str) -> impl Iterator<Item = &'e Element> {
        self.children.iter().filter(move |it| it.name == name)
    }
}

/// The error for a mistake in a query.
pub fn refused(text: impl Into<kernel::Phrase>) -> Error {
    Error::new(Kind::Invalid, "syntax", "fetchXml", text)
}

/// Reads the text.
///
/// # Errors
/// `Invalid` with the position of the mistake.
pub fn parse(text: &str) -> Result<Element> {
    let mut reader = Reader::from_str(text);
    let mut open: Vec<Element> = vec![Element::default()];
    loop {
        let position = reader.buffer_position();
        let wrong = |what: &str| refused(format!("{what} at position {position}"));
        match reader.read_event().map_err(|_| wrong("is not well-formed XML"))? {
            Event::Start(start) => {
                if open.len() > DEPTH {
                    return Err(wrong("is nested too deeply"));
                }
                open.push(element(&start).ok_or_else(|| wrong("has a malformed attribute"))?);
            }
            Event::Empty(start) => {
                let element = element(&start).ok_or_else(|| wrong("has a malformed attribute"))?;
                if let Some(parent) = open.last_mut() {
                    parent.children.push(element);
                }
            }
            Event::End(_) => {
                let element = open.pop().ok_or_else(|| wrong("closes too much"))?;
                open.last_mut().ok_or_else(|| wrong("closes too much"))?.children.push(element);
            }
            Event::Text(it) => add(&mut open, &it.xml10_content()),
            Event::CData(it) => add(&mut open, &it.xml10_content()),
            Event::GeneralRef(it) => {
                let character = it.resolve_char_ref().map_err(|_| wrong("has a malformed reference"))?;
                match character {
                    Some(it) => add(&mut open, it.encode_utf8(&mut [0; 4])),
                    None => {
                        let text = resolve_predefined_entity(&it.xml10_content());
                        add(&mut open, text.ok_or_else(|| wrong("has an unknown reference"))?);
                    }
                }
            }
            Event::DocType(_) => return Err(wrong("must not have a document type")),
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
            Event::Eof => break,
        }
    }
    let mut outermost = open.pop().filter(|_| open.is_empty()).ok_or_else(|| refused("ends inside an element"))?;
    match (outermost.children.pop(), outermost.children.is_empty()) {
        (Some(root), true) if root.name == "fetch" => Ok(root),
        _ => Err(refused("is one <fetch> element")),
    }
}

fn add(open: &mut [Element], text: &str) {
    if let Some(element) = open.last_mut() {
        element.text.push_str(text);
    }
}

fn element(start: &BytesStart<'_>) -> Option<Element> {
    let mut element = Element { name: text(start.local_name().as_ref())?, ..Element::default() };
    for attribute in start.attributes() {
        let attribute = attribute.ok()?;
        let value = attribute.normalized_value(XmlVersion::Implicit1_0).ok()?.into_owned();
        element.attributes.push((text(attribute.key.local_name().as_ref())?, value));
    }
    Some(element)
}

fn text(name: impl AsRef<[u8]>) -> Option<String> {
    std::str::from_utf8(name.as_ref()).ok().map(str::to_owned)
}
