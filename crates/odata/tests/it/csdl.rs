//! The XML of a small document.

use insta::assert_snapshot;
use odata::{ComplexType, Csdl, EntitySet, EntityType, EnumType, Navigation, Operation, Property};

fn property(name: &str, edm_type: &str) -> Property {
    Property { name: name.into(), edm_type: edm_type.into(), nullable: true }
}

fn contact() -> EntityType {
    EntityType {
        name: "contact".into(),
        base: Some("crmbaseentity".into()),
        key: vec!["contactid".into()],
        properties: vec![
            property("contactid", "Edm.Guid"),
            property("fullname", "Edm.String"),
            property("msdyn_gdproptout", "Edm.Boolean"),
            property("_parentcustomerid_value", "Edm.Guid"),
        ],
        navigations: vec![
            Navigation {
                name: "parentcustomerid_account".into(),
                target: "account".into(),
                partner: Some("contact_customer_accounts".into()),
                constraint: Some(("_parentcustomerid_value".into(), "accountid".into())),
                ..Navigation::default()
            },
            Navigation {
                name: "Contact_Tasks".into(),
                target: "task".into(),
                collection: true,
                partner: Some("regardingobjectid_contact_task".into()),
                ..Navigation::default()
            },
        ],
        ..EntityType::default()
    }
}

#[test]
fn the_shape_that_the_clients_read() {
    let csdl = Csdl {
        entity_types: vec![
            EntityType { name: "crmbaseentity".into(), is_abstract: true, ..EntityType::default() },
            contact(),
        ],
        complex_types: vec![ComplexType {
            name: "WhoAmIResponse".into(),
            properties: vec![Property { nullable: false, ..property("UserId", "Edm.Guid") }],
        }],
        enum_types: vec![EnumType {
            name: "OwnershipTypes".into(),
            members: vec![("None".into(), 0), ("UserOwned".into(), 1)],
        }],
        functions: vec![
            Operation { name: "WhoAmI".into(), returns: Some("WhoAmIResponse".into()), ..Operation::default() },
            Operation {
                name: "RetrievePrincipalAccess".into(),
                bound_to: Some("principal".into()),
                parameters: vec![property("Target", "crmbaseentity")],
                returns: Some("Edm.Int32".into()),
                description: Some("Whether \"it\" is.".into()),
            },
        ],
        actions: vec![
            Operation { name: "PublishAllXml".into(), ..Operation::default() },
            Operation {
                name: "CreateMultiple".into(),
                bound_to: Some("Collection(contact)".into()),
                parameters: vec![Property { nullable: false, ..property("Targets", "Collection(contact)") }],
                returns: Some("Collection(Edm.Guid)".into()),
                ..Operation::default()
            },
        ],
        entity_sets: vec![EntitySet {
            name: "contacts".into(),
            entity_type: "contact".into(),
            bindings: vec![("Contact_Tasks".into(), "tasks".into())],
        }],
    };
    assert_snapshot!(csdl.to_xml(), @r#"
    <edmx:Edmx Version="4.0" xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx">
      <edmx:DataServices>
        <Schema Namespace="Microsoft.Dynamics.CRM" Alias="mscrm" xmlns="http://docs.oasis-open.org/odata/ns/edm">
          <EntityType Name="crmbaseentity" Abstract="true"/>
          <EntityType Name="contact" BaseType="mscrm.crmbaseentity">
            <Key>
              <PropertyRef Name="contactid"/>
            </Key>
            <Property Name="contactid" Type="Edm.Guid"/>
            <Property Name="fullname" Type="Edm.String" Unicode="false"/>
            <Property Name="msdyn_gdproptout" Type="Edm.Boolean"/>
            <Property Name="_parentcustomerid_value" Type="Edm.Guid"/>
            <NavigationProperty Name="parentcustomerid_account" Type="mscrm.account" Partner="contact_customer_accounts">
              <ReferentialConstraint Property="_parentcustomerid_value" ReferencedProperty="accountid"/>
            </NavigationProperty>
            <NavigationProperty Name="Contact_Tasks" Type="Collection(mscrm.task)" Partner="regardingobjectid_contact_task"/>
          </EntityType>
          <ComplexType Name="WhoAmIResponse">
            <Property Name="UserId" Type="Edm.Guid" Nullable="false"/>
          </ComplexType>
          <EnumType Name="OwnershipTypes">
            <Member Name="None" Value="0"/>
            <Member Name="UserOwned" Value="1"/>
          </EnumType>
          <Function Name="WhoAmI">
            <ReturnType Type="mscrm.WhoAmIResponse" Nullable="false"/>
          </Function>
          <Function Name="RetrievePrincipalAccess" IsBound="true">
            <Parameter Name="entity" Type="mscrm.principal" Nullable="false"/>
            <Parameter Name="Target" Type="mscrm.crmbaseentity"/>
            <ReturnType Type="Edm.Int32" Nullable="false"/>
            <Annotation Term="Org.OData.Core.V1.Description" String="Whether &quot;it&quot; is."/>
          </Function>
          <Action Name="PublishAllXml"/>
          <Action Name="CreateMultiple" IsBound="true">
            <Parameter Name="entityset" Type="Collection(mscrm.contact)" Nullable="false"/>
            <Parameter Name="Targets" Type="Collection(mscrm.contact)" Nullable="false"/>
            <ReturnType Type="Collection(Edm.Guid)" Nullable="false"/>
          </Action>
          <EntityContainer Name="System">
            <EntitySet Name="contacts" EntityType="Microsoft.Dynamics.CRM.contact">
              <NavigationPropertyBinding Path="Contact_Tasks" Target="tasks"/>
            </EntitySet>
            <FunctionImport Name="WhoAmI" Function="Microsoft.Dynamics.CRM.WhoAmI"/>
            <ActionImport Name="PublishAllXml" Action="Microsoft.Dynamics.CRM.PublishAllXml"/>
          </EntityContainer>
        </Schema>
      </edmx:DataServices>
    </edmx:Edmx>
    "#);
}

#[test]
fn attributes_are_escaped() {
    let set = EntitySet { name: "<\"&'>".into(), entity_type: "x".into(), bindings: vec![] };
    let xml = Csdl { entity_sets: vec![set], ..Csdl::default() }.to_xml();
    assert!(xml.contains(r#"Name="&lt;&quot;&amp;&apos;&gt;""#), "{xml}");
}
