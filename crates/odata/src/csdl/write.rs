//! The XML writer of the CSDL document. Attributes are escaped by the library; nothing is checked against the model.

use std::io::{self, Write};

use quick_xml::Writer;
use quick_xml::events::{BytesEnd, BytesStart, Event};

use super::{ComplexType, Csdl, EntitySet, EntityType, EnumType, Navigation, Operation, Property};

const NAMESPACE: &str = "Microsoft.Dynamics.CRM";
const ALIAS: &str = "mscrm";
const INDENT: usize = 2;
const DESCRIPTION: &str = "Org.OData.Core.V1.Description";

impl Csdl {
    /// The document as XML, without an XML declaration (python's lxml refuses text that declares an encoding).
    ///
    /// ```
    /// use odata::{Csdl, EntityType};
    ///
    /// let base = EntityType { name: "crmbaseentity".into(), is_abstract: true, ..EntityType::default() };
    /// let xml = Csdl { entity_types: vec![base], ..Csdl::default() }.to_xml();
    /// assert!(xml.contains(r#"<EntityType Name="crmbaseentity" Abstract="true"/>"#));
    /// ```
    #[must_use]
    pub fn to_xml(&self) -> String {
        let mut xml = Xml(Writer::new_with_indent(Vec::new(), b' ', INDENT));
        // Writing to memory cannot fail, and all that is written is UTF-8.
        match document(self, &mut xml) {
            Ok(()) => String::from_utf8(xml.0.into_inner()).unwrap_or_default(),
            Err(_) => String::new(),
        }
    }
}

type Attributes<'a> = [(&'a str, Option<&'a str>)];

struct Xml<W>(Writer<W>);

impl<W: Write> Xml<W> {
    fn start<'a>(name: &'a str, attributes: &Attributes<'a>) -> BytesStart<'a> {
        let present = attributes.iter().filter_map(|(name, value)| value.map(|value| (*name, value)));
        BytesStart::new(name).with_attributes(present)
    }

    fn empty(&mut self, name: &str, attributes: &Attributes<'_>) -> io::Result<()> {
        self.0.write_event(Event::Empty(Self::start(name, attributes)))
    }

    fn element(
        &mut self,
        name: &str,
        attributes: &Attributes<'_>,
        content: impl FnOnce(&mut Self) -> io::Result<()>,
    ) -> io::Result<()> {
        self.0.write_event(Event::Start(Self::start(name, attributes)))?;
        content(self)?;
        self.0.write_event(Event::End(BytesEnd::new(name)))
    }
}

fn document(csdl: &Csdl, xml: &mut Xml<Vec<u8>>) -> io::Result<()> {
    let edmx = [("Version", Some("4.0")), ("xmlns:edmx", Some("http://docs.oasis-open.org/odata/ns/edmx"))];
    let schema = [
        ("Namespace", Some(NAMESPACE)),
        ("Alias", Some(ALIAS)),
        ("xmlns", Some("http://docs.oasis-open.org/odata/ns/edm")),
    ];
    xml.element("edmx:Edmx", &edmx, |xml| {
        xml.element("edmx:DataServices", &[], |xml| {
            xml.element("Schema", &schema, |xml| {
                csdl.entity_types.iter().try_for_each(|it| entity_type(it, xml))?;
                csdl.complex_types.iter().try_for_each(|it| complex_type(it, xml))?;
                csdl.enum_types.iter().try_for_each(|it| enum_type(it, xml))?;
                csdl.functions.iter().try_for_each(|it| operation("Function", it, xml))?;
                csdl.actions.iter().try_for_each(|it| operation("Action", it, xml))?;
                container(csdl, xml)
            })
        })
    })
}

fn entity_type<W: Write>(it: &EntityType, xml: &mut Xml<W>) -> io::Result<()> {
    let base = it.base.as_deref().map(qualified);
    let attributes = [
        ("Name", Some(it.name.as_str())),
        ("BaseType", base.as_deref()),
        ("Abstract", it.is_abstract.then_some("true")),
    ];
    if it.key.is_empty() && it.properties.is_empty() && it.navigations.is_empty() {
        return xml.empty("EntityType", &attributes);
    }
    xml.element("EntityType", &attributes, |xml| {
        if !it.key.is_empty() {
            xml.element("Key", &[], |xml| {
                it.key.iter().try_for_each(|name| xml.empty("PropertyRef", &[("Name", Some(name))]))
            })?;
        }
        it.properties.iter().try_for_each(|it| property("Property", it, xml))?;
        it.navigations.iter().try_for_each(|it| navigation(it, xml))
    })
}

fn property<W: Write>(element: &str, it: &Property, xml: &mut Xml<W>) -> io::Result<()> {
    xml.empty(
        element,
        &[
            ("Name", Some(&it.name)),
            ("Type", Some(&qualified(&it.edm_type))),
            ("Nullable", (!it.nullable).then_some("false")),
            ("Unicode", (it.edm_type == "Edm.String").then_some("false")),
        ],
    )
}

fn navigation<W: Write>(it: &Navigation, xml: &mut Xml<W>) -> io::Result<()> {
    let target = qualified(&it.target);
    let target = if it.collection { format!("Collection({target})") } else { target };
    let attributes = [("Name", Some(it.name.as_str())), ("Type", Some(&target)), ("Partner", it.partner.as_deref())];
    let Some((property, referenced)) = &it.constraint else {
        return xml.empty("NavigationProperty", &attributes);
    };
    xml.element("NavigationProperty", &attributes, |xml| {
        xml.empty("ReferentialConstraint", &[("Property", Some(property)), ("ReferencedProperty", Some(referenced))])
    })
}

fn complex_type<W: Write>(it: &ComplexType, xml: &mut Xml<W>) -> io::Result<()> {
    let attributes = [("Name", Some(it.name.as_str()))];
    if it.properties.is_empty() {
        return xml.empty("ComplexType", &attributes);
    }
    xml.element("ComplexType", &attributes, |xml| it.properties.iter().try_for_each(|it| property("Property", it, xml)))
}

fn enum_type<W: Write>(it: &EnumType, xml: &mut Xml<W>) -> io::Result<()> {
    xml.element("EnumType", &[("Name", Some(&it.name))], |xml| {
        it.members.iter().try_for_each(|(name, value)| {
            xml.empty("Member", &[("Name", Some(name)), ("Value", Some(&value.to_string()))])
        })
    })
}

fn operation<W: Write>(element: &str, it: &Operation, xml: &mut Xml<W>) -> io::Result<()> {
    let attributes = [("Name", Some(it.name.as_str())), ("IsBound", it.bound_to.is_some().then_some("true"))];
    if it.bound_to.is_none() && it.parameters.is_empty() && it.returns.is_none() && it.description.is_none() {
        return xml.empty(element, &attributes);
    }
    xml.element(element, &attributes, |xml| {
        if let Some(bound_to) = &it.bound_to {
            let name = if bound_to.starts_with("Collection(") { "entityset" } else { "entity" };
            let binding = [("Name", Some(name)), ("Type", Some(&qualified(bound_to))), ("Nullable", Some("false"))];
            xml.empty("Parameter", &binding)?;
        }
        it.parameters.iter().try_for_each(|it| property("Parameter", it, xml))?;
        if let Some(it) = &it.returns {
            xml.empty("ReturnType", &[("Type", Some(&qualified(it))), ("Nullable", Some("false"))])?;
        }
        match &it.description {
            None => Ok(()),
            Some(it) => xml.empty("Annotation", &[("Term", Some(DESCRIPTION)), ("String", Some(it))]),
        }
    })
}

fn container<W: Write>(csdl: &Csdl, xml: &mut Xml<W>) -> io::Result<()> {
    xml.element("EntityContainer", &[("Name", Some("System"))], |xml| {
        csdl.entity_sets.iter().try_for_each(|it| entity_set(it, xml))?;
        csdl.functions.iter().try_for_each(|it| import("FunctionImport", "Function", it, xml))?;
        csdl.actions.iter().try_for_each(|it| import("ActionImport", "Action", it, xml))
    })
}

fn entity_set<W: Write>(it: &EntitySet, xml: &mut Xml<W>) -> io::Result<()> {
    let entity_type = format!("{NAMESPACE}.{}", it.entity_type);
    let attributes = [("Name", Some(it.name.as_str())), ("EntityType", Some(&entity_type))];
    if it.bindings.is_empty() {
        return xml.empty("EntitySet", &attributes);
    }
    xml.element("EntitySet", &attributes, |xml| {
        it.bindings.iter().try_for_each(|(path, target)| {
            xml.empty("NavigationPropertyBinding", &[("Path", Some(path)), ("Target", Some(target))])
        })
    })
}

fn import<W: Write>(element: &str, kind: &str, it: &Operation, xml: &mut Xml<W>) -> io::Result<()> {
    if it.bound_to.is_some() {
        return Ok(());
    }
    xml.empty(element, &[("Name", Some(&it.name)), (kind, Some(&format!("{NAMESPACE}.{}", it.name)))])
}

/// `Edm.…` as it is, a name of the document with the alias, inside `Collection(…)` too.
fn qualified(name: &str) -> String {
    let inner = name.strip_prefix("Collection(").and_then(|it| it.strip_suffix(')'));
    let item = inner.unwrap_or(name);
    let item = if item.contains('.') { item.to_owned() } else { format!("{ALIAS}.{item}") };
    if inner.is_some() { format!("Collection({item})") } else { item }
}
