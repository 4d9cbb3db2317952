//! Every route and every operation with the answer that each role gets.
//!
//! The routes are read from the source and the operations from `$metadata`, so one that is not in the
//! list below fails the suite.

use std::{collections::BTreeSet, fmt::Write, fs, path::Path};

use axum::{body::Body, http::Request};
use kernel::{Values, access::ROLES, uuid::Uuid};

use crate::site::Site;

/// Method, address and body.
type Asked = (&'static str, &'static str, &'static str);
/// The application's own files, which are there where npm made them, and are the same for everybody.
const FILES: &[&str] = &["/app", "/app/", "/app/{*place}", "/assets/app/{*file}"];

/// Every route with what is asked of it: a method, an address and a body. `{contact}` and its like are rows
/// that are there; an address of the Web API gets the token of the role, any other none.
const ROUTES: &[(&str, &[Asked])] = &[
    ("/", &[("GET", "/", "")]),
    ("/.well-known/gpc.json", &[("GET", "/.well-known/gpc.json", "")]),
    ("/account", &[("GET", "/account", "")]),
    ("/account/passkeys", &[("POST", "/account/passkeys", "")]),
    ("/account/passkeys/options", &[("POST", "/account/passkeys/options", "")]),
    ("/account/passkeys/remove", &[("POST", "/account/passkeys/remove", "")]),
    ("/account/passkeys/rename", &[("POST", "/account/passkeys/rename", "")]),
    ("/account/password", &[("POST", "/account/password", "")]),
    ("/account/sessions/end", &[("POST", "/account/sessions/end", "")]),
    ("/account/sessions/end-all", &[("POST", "/account/sessions/end-all", "")]),
    ("/account/tokens", &[("POST", "/account/tokens", "")]),
    ("/account/tokens/revoke", &[("POST", "/account/tokens/revoke", "")]),
    (
        "/api/backgroundoperation/{id}",
        &[
            ("GET", "/api/backgroundoperation/00000000-0000-0000-0000-00000000dead", ""),
            ("DELETE", "/api/backgroundoperation/00000000-0000-0000-0000-00000000dead", ""),
        ],
    ),
    ("/api/data/{version}", &[("GET", "/api/data/v9.2", ""), ("POST", "/api/data/v9.2", "{}")]),
    ("/api/data/{version}/", &[("GET", "/api/data/v9.2/", "")]),
    (
        "/api/data/{version}/{*path}",
        &[
            ("GET", "/api/data/v9.2/$metadata", ""),
            ("GET", "/api/data/v9.2/contacts", ""),
            ("GET", "/api/data/v9.2/contacts/$count", ""),
            ("GET", "/api/data/v9.2/contacts({contact})", ""),
            ("GET", "/api/data/v9.2/contacts({contact})/lastname", ""),
            ("GET", "/api/data/v9.2/contacts(00000000-0000-0000-0000-00000000dead)", ""),
            ("GET", "/api/data/v9.2/nothing", ""),
            ("POST", "/api/data/v9.2/contacts", r#"{"lastname":"x"}"#),
            ("PATCH", "/api/data/v9.2/contacts({contact})", r#"{"lastname":"y"}"#),
            ("PUT", "/api/data/v9.2/contacts({contact})/lastname", r#"{"value":"y"}"#),
            ("DELETE", "/api/data/v9.2/contacts({contact})/jobtitle", ""),
            ("POST", "/api/data/v9.2/contacts({contact})/Contact_Tasks", r#"{"subject":"x"}"#),
            ("PUT", "/api/data/v9.2/contacts({contact})/ownerid/$ref", r#"{"@odata.id":"systemusers({systemuser})"}"#),
            (
                "POST",
                "/api/data/v9.2/contacts/Microsoft.Dynamics.CRM.CreateMultiple",
                r#"{"Targets":[{"lastname":"x","@odata.type":"Microsoft.Dynamics.CRM.contact"}]}"#,
            ),
            ("GET", "/api/data/v9.2/assent_tokens", ""),
            ("POST", "/api/data/v9.2/systemusers", r#"{"lastname":"x"}"#),
            (
                "POST",
                "/api/data/v9.2/systemuserrolescollection",
                r#"{"systemuserid@odata.bind":"/systemusers({systemuser})","roleid@odata.bind":"/roles({role})"}"#,
            ),
            ("GET", "/api/data/v9.2/EntityDefinitions(LogicalName='contact')", ""),
            ("GET", "/api/data/v9.2/RelationshipDefinitions", ""),
            (
                "POST",
                "/api/data/v9.2/EntityDefinitions(LogicalName='contact')/Attributes",
                r#"{"@odata.type":"Microsoft.Dynamics.CRM.StringAttributeMetadata","SchemaName":"new_x"}"#,
            ),
            ("DELETE", "/api/data/v9.2/contacts({spare})", ""),
        ],
    ),
    (
        "/api/export/{version}",
        &[(
            "GET",
            "/api/export/v9.2?fetchXml=<fetch><entity name='contact'><attribute name='lastname'/></entity></fetch>",
            "",
        )],
    ),
    ("/api/import/{version}", &[("POST", "/api/import/v9.2", "")]),
    (
        "/api/search/{version}/{what}",
        &[("POST", "/api/search/v2.0/query", r#"{"search":"one"}"#), ("POST", "/api/search/v2.0/nothing", "{}")],
    ),
    (
        "/api/export/{version}",
        &[("GET", "/api/export/v9.2?fetchXml=%3Cfetch%3E%3Centity%20name=%22contact%22/%3E%3C/fetch%3E", "")],
    ),
    ("/api/standing/{version}", &[("GET", "/api/standing/v9.2", "")]),
    ("/assets/assent.css", &[("GET", "/assets/assent.css", "")]),
    ("/assets/brand.css", &[("GET", "/assets/brand.css", "")]),
    ("/assets/embedded.js", &[("GET", "/assets/embedded.js", "")]),
    ("/assets/logo", &[("GET", "/assets/logo", "")]),
    ("/assets/passkey.js", &[("GET", "/assets/passkey.js", "")]),
    ("/assets/preview.js", &[("GET", "/assets/preview.js", "")]),
    ("/confirm/{token}", &[("GET", "/confirm/x", ""), ("POST", "/confirm/x", "")]),
    ("/consent/records", &[("GET", "/consent/records", "")]),
    ("/e/{form}", &[("GET", "/e/00000000-0000-0000-0000-00000000dead", "")]),
    ("/embed/{file}", &[("GET", "/embed/00000000-0000-0000-0000-00000000dead.js", "")]),
    ("/f/{form}", &[("POST", "/f/00000000-0000-0000-0000-00000000dead", "")]),
    ("/healthz", &[("GET", "/healthz", "")]),
    ("/l/{token}", &[("GET", "/l/x", "")]),
    ("/media/{file}", &[("GET", "/media/nothing.png", "")]),
    ("/n/{token}", &[("GET", "/n/x", ""), ("POST", "/n/x", "")]),
    ("/o/{token}", &[("GET", "/o/x", "")]),
    ("/openapi.json", &[("GET", "/openapi.json", "")]),
    ("/p/{page}", &[("GET", "/p/nothing", "")]),
    ("/preview", &[("GET", "/preview", "")]),
    ("/s/{token}", &[("GET", "/s/x", ""), ("POST", "/s/x", "")]),
    ("/s/{token}/receipts", &[("GET", "/s/x/receipts", "")]),
    ("/signin", &[("GET", "/signin", ""), ("POST", "/signin", "")]),
    ("/signin/forgot", &[("GET", "/signin/forgot", ""), ("POST", "/signin/forgot", "")]),
    ("/signin/passkey", &[("POST", "/signin/passkey", "")]),
    ("/signin/passkey/options", &[("POST", "/signin/passkey/options", "")]),
    ("/signin/provider", &[("POST", "/signin/provider", "")]),
    ("/signin/provider/return", &[("GET", "/signin/provider/return", "")]),
    ("/signin/{link}", &[("GET", "/signin/x", ""), ("POST", "/signin/x", "")]),
    ("/signout", &[("POST", "/signout", "")]),
    ("/u/{token}", &[("GET", "/u/x", ""), ("POST", "/u/x", "")]),
    ("/w/{token}", &[("GET", "/w/x", ""), ("POST", "/w/x", "")]),
    ("/{tenant}/discovery/v2.0/keys", &[("GET", "/common/discovery/v2.0/keys", "")]),
    ("/{tenant}/oauth2/v2.0/token", &[("POST", "/common/oauth2/v2.0/token", "")]),
    (
        "/{tenant}/v2.0/.well-known/openid-configuration",
        &[("GET", "/common/v2.0/.well-known/openid-configuration", "")],
    ),
];

/// Every operation with its arguments; a bound one stands behind its set and `/`. An operation that changes
/// something has arguments with which it would.
pub const OPERATIONS: &[(&str, &str)] = &[
    ("AddPrivilegesRole role", r#"{"Privileges":[{"PrivilegeName":"prvReadList","Depth":"Global"}]}"#),
    ("PublishDuplicateRule duplicaterule", "{}"),
    ("UnpublishDuplicateRule", r#"{"DuplicateRuleId":"{duplicaterule}"}"#),
    (
        "RetrieveDuplicates",
        "BusinessEntity=@a,MatchingEntityName='contact'&@a={'@odata.type':'Microsoft.Dynamics.CRM.contact','lastname':'One'}",
    ),
    (
        "BulkDelete",
        r#"{"QuerySet":[{"EntityName":"contact","Criteria":{"FilterOperator":"And","Conditions":[{"AttributeName":"lastname","Operator":"Equal","Values":[{"Value":"Two","Type":"System.String"}]}]}}],"JobName":"x","SendEmailNotification":false,"RecurrencePattern":"","StartDateTime":"2026-03-02T11:00:00Z","ToRecipients":[],"CCRecipients":[]}"#,
    ),
    (
        "CreateEntities",
        r#"{"Entities":[{"@odata.type":"Microsoft.Dynamics.CRM.ComplexEntityMetadata","SchemaName":"new_Y","Attributes":[{"@odata.type":"Microsoft.Dynamics.CRM.ComplexStringAttributeMetadata","SchemaName":"new_Y_name","IsPrimaryName":true}]}]}"#,
    ),
    ("CreateMultiple contact*", r#"{"Targets":[{"lastname":"x","@odata.type":"Microsoft.Dynamics.CRM.contact"}]}"#),
    (
        "DeleteMultiple contact*",
        r#"{"Targets":[{"contactid":"{spare}","@odata.type":"Microsoft.Dynamics.CRM.contact"}]}"#,
    ),
    ("DeleteAuditData", r#"{"EndDate":"2026-03-02T10:30:01Z"}"#),
    ("DeleteRecordChangeHistory", r#"{"Target":{"@odata.id":"contacts({contact})"}}"#),
    ("DeleteOptionValue", r#"{"OptionSetName":"new_nothing","Value":1}"#),
    ("FormatAddress", "Line1='x',City='y',StateOrProvince='',PostalCode='1',Country='Germany'"),
    (
        "GrantAccess",
        r#"{"Target":{"@odata.id":"contacts({contact})"},"PrincipalAccess":{"Principal":{"@odata.id":"systemusers({systemuser})"},"AccessMask":"ReadAccess"}}"#,
    ),
    (
        "InitializeFrom",
        "EntityMoniker=@p,TargetEntityName='contact',TargetFieldType=Microsoft.Dynamics.CRM.TargetFieldType'ValidForCreate'&@p={'@odata.id':'contacts({contact})'}",
    ),
    (
        "InsertOptionValue",
        r#"{"OptionSetName":"new_nothing","Value":1,"Label":{"LocalizedLabels":[{"Label":"x","LanguageCode":1033}]}}"#,
    ),
    (
        "Merge",
        r#"{"Target":{"contactid":"{contact}","@odata.type":"Microsoft.Dynamics.CRM.contact"},"Subordinate":{"contactid":"{spare}","@odata.type":"Microsoft.Dynamics.CRM.contact"},"PerformParentingChecks":false}"#,
    ),
    (
        "ModifyAccess",
        r#"{"Target":{"@odata.id":"contacts({contact})"},"PrincipalAccess":{"Principal":{"@odata.id":"systemusers({systemuser})"},"AccessMask":"ReadAccess"}}"#,
    ),
    ("OrderOption", r#"{"OptionSetName":"new_nothing","Values":[1]}"#),
    ("PublishAllXml", "{}"),
    ("PublishXml", "{}"),
    ("RemovePrivilegeRole role", r#"{"PrivilegeName":"prvReadList"}"#),
    ("ReplacePrivilegesRole role", r#"{"Privileges":[{"PrivilegeName":"prvReadList","Depth":"Global"}]}"#),
    (
        "RetrieveAttributeChangeHistory",
        "Target=@t,AttributeLogicalName='lastname'&@t={'@odata.id':'contacts({contact})'}",
    ),
    ("RetrieveAuditDetails audit", ""),
    ("RetrieveCurrentOrganization", "AccessType=Microsoft.Dynamics.CRM.EndpointAccessType'Default'"),
    ("RetrieveMetadataChanges", "Query=@q"),
    ("RetrievePrincipalAccess systemuser", "Target=@t&@t={'@odata.id':'contacts({contact})'}"),
    ("RetrievePrivilegeSet", ""),
    ("RetrieveRecordChangeHistory", "Target=@t&@t={'@odata.id':'contacts({contact})'}"),
    ("RetrieveRolePrivilegesRole", "RoleId={role}"),
    ("RetrieveSharedPrincipalsAndAccess", "Target=@t&@t={'@odata.id':'contacts({contact})'}"),
    ("RetrieveTotalRecordCount", "EntityNames=@p&@p=['contact']"),
    ("RetrieveVersion", ""),
    (
        "RevokeAccess",
        r#"{"Target":{"@odata.id":"contacts({contact})"},"Revokee":{"@odata.id":"systemusers({systemuser})"}}"#,
    ),
    (
        "UpdateMultiple contact*",
        r#"{"Targets":[{"contactid":"{contact}","lastname":"z","@odata.type":"Microsoft.Dynamics.CRM.contact"}]}"#,
    ),
    (
        "UpdateOptionValue",
        r#"{"OptionSetName":"new_nothing","Value":1,"Label":{"LocalizedLabels":[{"Label":"x","LanguageCode":1033}]}}"#,
    ),
    (
        "UpsertMultiple contact*",
        r#"{"Targets":[{"contactid":"{contact}","lastname":"w","@odata.type":"Microsoft.Dynamics.CRM.contact"}]}"#,
    ),
    ("WhoAmI", ""),
    ("sample_IsSystemAdmin systemuser", ""),
    ("assent_AddPicture", r#"{"Name":"x","Content":"eA=="}"#),
    ("assent_ApproveRequest assent_datasubjectrequest", "{}"),
    ("assent_AuditEntity", r#"{"Entity":"contact","On":true}"#),
    ("assent_AuditTrail", "Entity='contact',Top=5"),
    ("assent_CheckForErrors msdyncrm_customerjourney", ""),
    ("assent_CheckForErrors msdyncrm_marketingemail", ""),
    ("assent_CheckForErrors msdyncrm_marketingform", ""),
    ("assent_CheckForErrors msdyncrm_marketingpage", ""),
    ("assent_CloseRequest assent_datasubjectrequest", r#"{"Outcome":"completed","Result":"x"}"#),
    ("assent_ConsentLevels", ""),
    ("assent_ConsentProof", "Address='a@example.org'"),
    ("assent_ConsentReceipt contact", ""),
    ("assent_ConsentReceipt msgdpr_gdprconsentchangerecord", ""),
    ("assent_ConsentTrend", "From=2026-01-05,Step='week'"),
    ("assent_ConsentWhy contact", "TargetId={msdyncrm_customerjourney}"),
    ("assent_CountRows", "FetchXml=@q&@q='%3Cfetch%3E%3Centity%20name=%22contact%22/%3E%3C/fetch%3E'"),
    ("assent_CountSegment", "Filter='statecode eq 0'"),
    ("assent_CreateUser", r#"{"LastName":"Four","Address":"four@example.org","Role":"marketer"}"#),
    ("assent_DeleteRows", r#"{"FetchXml":"<fetch><entity name='task'/></fetch>","Expect":0}"#),
    ("assent_DeclineRequest assent_datasubjectrequest", r#"{"Reason":"unidentified","Text":"x"}"#),
    ("assent_DescribeConsentLevel", r#"{"Level":"marketing","Language":"en","Label":"Own"}"#),
    ("assent_DryRun msdyncrm_customerjourney", ""),
    ("assent_DryRunPeople msdyncrm_customerjourney", "Outcome='',Top=5"),
    ("assent_EnableSolution", r#"{"Name":"embedded_intelligence","AcceptPrivacyStatement":true}"#),
    ("assent_ExplainSuppression", "Address='a@example.org'"),
    ("assent_ExtendRequest assent_datasubjectrequest", r#"{"Until":"2026-06-01","Reason":"x"}"#),
    ("assent_ForgetJob", r#"{"Id":"00000000-0000-0000-0000-00000000dead"}"#),
    ("assent_FoundRecords assent_datasubjectrequest", "Entity='contact'"),
    ("assent_HoldBack assent_datasubjectrequest", r#"{"Entity":"contact","Column":"jobtitle","Ground":"x"}"#),
    ("assent_IdentifyRequest assent_datasubjectrequest", r#"{"Method":"x","Note":"y"}"#),
    ("assent_ImportSuppressions", r#"{"List":"a@example.org","Reason":"objection","Source":"x"}"#),
    ("assent_InviteUser systemuser", "{}"),
    ("assent_Insights contact", ""),
    ("assent_Jobs", ""),
    ("assent_JourneyStanding msdyncrm_customerjourney", ""),
    ("assent_LiftSuppression", r#"{"Address":"a@example.org","Because":"x"}"#),
    ("assent_LowerConsent", r#"{"Filter":"lastname eq 'One'","To":"none","Expect":1,"Because":"x"}"#),
    ("assent_Lowerings", ""),
    ("assent_MergeContact contact", r#"{"Lose":"{spare}"}"#),
    ("assent_Object", r#"{"Address":"a@example.org"}"#),
    ("assent_PersonalData", ""),
    ("assent_PlanRequest assent_datasubjectrequest", "{}"),
    ("assent_Preview msdyncrm_marketingform", "Language='de'"),
    ("assent_Preview msdyncrm_marketingpage", "Language='fr'"),
    (
        "assent_PreviewEmail msdyncrm_marketingemail",
        r#"{"Draft":"{\"msdyncrm_subject\":\"x\"}","ContactId":"{contact}"}"#,
    ),
    ("assent_PrivilegeMatrix", ""),
    ("assent_PreviewPackage assent_datasubjectrequest", ""),
    ("assent_PictureUses msdyncrm_file", ""),
    ("assent_PublishDraft msdyncrm_customerjourney", "{}"),
    ("assent_ReadPlan assent_datasubjectrequest", ""),
    ("assent_RecordHistory", "Entity='contact',Id={contact}"),
    ("assent_RemovePasskeys systemuser", "{}"),
    ("assent_RequestCandidates assent_datasubjectrequest", ""),
    ("assent_Restrict contact", r#"{"On":true,"Because":"x"}"#),
    ("assent_RetryJob", r#"{"Id":"00000000-0000-0000-0000-00000000dead"}"#),
    ("assent_RetrySubmission msdyncrm_marketingformsubmission", "{}"),
    ("assent_RunRequest assent_datasubjectrequest", "{}"),
    ("assent_SegmentGrowth msdyncrm_segment", ""),
    ("assent_SecureColumn", r#"{"Entity":"contact","Column":"description","Secured":true}"#),
    ("assent_SendTestMail msdyncrm_marketingemail", "{}"),
    ("assent_SignOutUser systemuser", "{}"),
    ("assent_Submissions msdyncrm_marketingform", ""),
    ("assent_UndoImport assent_importbatch", "{}"),
    ("assent_UndoLowering", r#"{"Batch":"00000000-0000-0000-0000-00000000dead","Because":"x"}"#),
    (
        "assent_UpdateRows",
        r#"{"FetchXml":"<fetch><entity name='task'/></fetch>","Values":"{\"subject\":\"x\"}","Expect":0}"#,
    ),
    ("assent_VerifyAudit", ""),
    ("assent_WhoAmI", ""),
];

/// The templates of all routes, from the source.
fn templates(folder: &Path, found: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            templates(&path, found);
        } else if path.extension().is_some_and(|it| it == "rs") {
            let text = fs::read_to_string(&path).unwrap();
            // The older addresses of one page are a list of their own, and lead there (`compliance::ALIASES`).
            let literal = |it: &str| it.trim_start().starts_with('"').then(|| it.split('"').nth(1).unwrap().to_owned());
            found.extend(text.split(".route(").skip(1).filter_map(literal).filter(|it| !FILES.contains(&it.as_str())));
        }
    }
}

/// The operations of `$metadata`: name, the entity that it is bound to, and whether it is an action.
pub fn operations(metadata: &str) -> Vec<(String, bool)> {
    let mut found = Vec::new();
    for (element, action) in [("<Function ", false), ("<Action ", true)] {
        for part in metadata.split(element).skip(1) {
            let end = part.find('>').unwrap();
            let after = |text: &str, name: &str| {
                text.split(&format!("{name}=\"")).nth(1).unwrap().split('"').next().unwrap().to_owned()
            };
            let (head, rest) = part.split_at(end);
            let mut name = after(head, "Name");
            if head.contains("IsBound=\"true\"") {
                let bound = after(rest, "Type");
                write!(name, " {}", bound.rsplit_once('.').map_or(bound.as_str(), |(_, it)| it).trim_end_matches(')'))
                    .unwrap();
                if bound.starts_with("Collection(") {
                    name.push('*');
                }
            }
            // Those of every set are the same for each; one stands for all.
            if !name.ends_with('*') || name.ends_with(" contact*") {
                found.push((name, action));
            }
        }
    }
    found.sort();
    found
}

pub struct Rows(Vec<(&'static str, String)>);

impl Rows {
    pub async fn make(site: &Site) -> Rows {
        let mut rows = Vec::new();
        for (name, set, body) in [
            ("contact", "contacts", r#"{"lastname":"One","emailaddress1":"one@example.org"}"#),
            ("spare", "contacts", r#"{"lastname":"Two"}"#),
            ("systemuser", "systemusers", r#"{"lastname":"Three","assent_role":"marketer"}"#),
            ("role", "roles", r#"{"name":"Own"}"#),
            (
                "duplicaterule",
                "duplicaterules",
                r#"{"name":"Rule","baseentityname":"contact","matchingentityname":"contact","DuplicateRule_DuplicateRuleConditions":[{"baseattributename":"lastname","matchingattributename":"lastname"}]}"#,
            ),
            ("msdyncrm_customerjourney", "msdyncrm_customerjourneys", r#"{"msdyncrm_name":"Journey"}"#),
            ("msdyncrm_marketingemail", "msdyncrm_marketingemails", r#"{"msdyncrm_name":"Mail"}"#),
            (
                "msdyncrm_marketingform",
                "msdyncrm_marketingforms",
                r#"{"msdyncrm_name":"Form","msdyncrm_validforpagetype":0}"#,
            ),
            ("msdyncrm_marketingpage", "msdyncrm_marketingpages", r#"{"msdyncrm_name":"Page","msdyncrm_type":0}"#),
            ("msdyncrm_file", "msdyncrm_files", r#"{"msdyncrm_name":"Picture"}"#),
            (
                "assent_datasubjectrequest",
                "assent_datasubjectrequests",
                r#"{"assent_type":1,"assent_channel":1,"assent_email":"one@example.org"}"#,
            ),
        ] {
            rows.push((name, site.make(set, body).await));
        }
        let contact: Uuid = rows[0].1.parse().unwrap();
        let record = site.app.db.write(&site.app.cx, move |tx| {
            tx.create("msgdpr_gdprconsentchangerecord", Values::new().with("msgdpr_contactid", ("contact", contact)))
        });
        rows.push(("msgdpr_gdprconsentchangerecord", record.unwrap().to_string()));
        let failed = Values::new().with("msdyncrm_formname", "Form").with("statuscode", 192_350_001);
        let sent = move |tx: &mut kernel::Tx<'_>| tx.create("msdyncrm_marketingformsubmission", failed.clone());
        let sent = site.app.db.write(&site.app.cx.as_system("a submission"), sent);
        rows.push(("msdyncrm_marketingformsubmission", sent.unwrap().to_string()));
        let batch = Values::new().with("assent_name", "File").with("assent_entity", "contact").with("statuscode", 2);
        let made = move |tx: &mut kernel::Tx<'_>| tx.create("assent_importbatch", batch.clone());
        let made = site.app.db.write(&site.app.cx.as_system("an import"), made);
        rows.push(("assent_importbatch", made.unwrap().to_string()));
        let kept = Values::new().with("action", 1).with("operation", 1);
        let kept = site.app.db.write(&site.app.cx.as_system("audit"), move |tx| tx.create("audit", kept.clone()));
        rows.push(("audit", kept.unwrap().to_string()));
        Rows(rows)
    }
    pub fn fill(&self, text: &str) -> String {
        self.0.iter().fold(text.to_owned(), |text, (name, id)| text.replace(&format!("{{{name}}}"), id))
    }
}

/// Method, address and body of an operation.
pub fn call(site: &Site, name: &str, action: bool, arguments: &str) -> (&'static str, String, String) {
    let (name, before) = match name.split_once(' ') {
        None => (name.to_owned(), String::new()),
        Some((name, bound)) if bound.ends_with('*') => {
            let set = site.app.db.model().entity(bound.trim_end_matches('*')).unwrap().set.clone();
            (format!("Microsoft.Dynamics.CRM.{name}"), format!("{set}/"))
        }
        Some((name, bound)) => {
            let set = site.app.db.model().entity(bound).unwrap().set.clone();
            (format!("Microsoft.Dynamics.CRM.{name}"), format!("{set}({{{bound}}})/"))
        }
    };
    let root = "/api/data/v9.2/";
    if action {
        return ("POST", format!("{root}{before}{name}"), arguments.to_owned());
    }
    let (inside, aliases) = arguments.split_once('&').unwrap_or((arguments, ""));
    let query = if aliases.is_empty() { String::new() } else { format!("?{aliases}") };
    ("GET", format!("{root}{before}{name}({inside}){query}"), String::new())
}

pub async fn ask(site: &Site, token: Option<&str>, method: &str, address: &str, body: &str) -> u16 {
    let mut uri = String::new();
    for it in address.chars() {
        match it {
            '{' | '}' | ' ' | '"' | '\'' | '<' | '>' => write!(uri, "%{:02X}", it as u32).unwrap(),
            other => uri.push(other),
        }
    }
    let mut request = Request::builder().method(method).uri(uri);
    if let Some(token) = token.filter(|_| address.starts_with("/api/")) {
        request = request.header("Authorization", format!("Bearer {token}"));
    }
    site.raw(request.body(Body::from(body.to_owned())).unwrap()).await.status.as_u16()
}

#[tokio::test]
async fn every_route_and_operation_by_role() {
    let mut known = BTreeSet::new();
    templates(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut known);
    let listed: BTreeSet<String> = ROUTES.iter().map(|(it, _)| (*it).to_owned()).collect();
    assert_eq!(known, listed, "a route is added to ROUTES with what each role gets");
    let mut metadata = String::new();
    let mut columns: Vec<(String, Vec<u16>)> = Vec::new();
    // The public has no token; `nobody` is a role that the product does not have.
    let roles: Vec<&str> = ROLES.iter().copied().filter(|it| *it != "public").collect();
    for role in roles.iter().copied().map(Some).chain([None]) {
        let site =
            Site::with(kernel::Registry::default().with(privacy::RULES, &[], &[]).with(web::RULES, web::JOBS, &[]));
        metadata = site.get("$metadata").await.is(200).text;
        let rows = Rows::make(&site).await;
        let token = role.map(|it| {
            let it = it.to_owned();
            site.app.db.write(&site.app.cx, move |tx| web::token::create(tx, "Asker", &it, None)).unwrap()
        });
        let mut asked: Vec<(&str, String, String, String)> = Vec::new();
        for (name, action) in operations(&metadata) {
            let (_, arguments) = OPERATIONS
                .iter()
                .find(|(it, _)| *it == name)
                .unwrap_or_else(|| panic!("{name} is added to OPERATIONS with what each role gets"));
            let (method, address, body) = call(&site, &name, action, arguments);
            asked.push((method, format!("{name} {}", if action { "!" } else { "" }), address, body));
        }
        for (method, address, body) in ROUTES.iter().flat_map(|(_, it)| it.iter()) {
            asked.push((method, (*address).to_owned(), (*address).to_owned(), (*body).to_owned()));
        }
        for (at, (method, shown, address, body)) in asked.iter().enumerate() {
            let status = ask(&site, token.as_deref(), method, &rows.fill(address), &rows.fill(body)).await;
            if columns.len() <= at {
                columns.push((format!("{method} {}", shown.trim_end_matches(" !").trim()), Vec::new()));
            }
            columns[at].1.push(status);
        }
    }
    for (name, _) in OPERATIONS {
        assert!(operations(&metadata).iter().any(|(it, _)| it == name), "{name} is no operation any more");
    }
    let mut text = String::new();
    let heads: Vec<&str> = roles.iter().copied().chain(["no token"]).collect();
    writeln!(text, "{:96} {}", "", heads.iter().map(|it| format!("{it:22}")).collect::<String>().trim_end()).unwrap();
    for (name, statuses) in &columns {
        assert!(!statuses.contains(&500), "{name}: {statuses:?}");
        let cells: String = statuses.iter().map(|it| format!("{it:<22}")).collect();
        writeln!(text, "{name:96} {}", cells.trim_end()).unwrap();
    }
    insta::assert_snapshot!(text);
}

/// Over all entities and all actions: what an auditor asks for changes nothing.
#[tokio::test]
async fn an_auditor_changes_nothing() {
    let mut site =
        Site::with(kernel::Registry::default().with(privacy::RULES, &[], &[]).with(web::RULES, web::JOBS, &[]));
    let rows = Rows::make(&site).await;
    let metadata = site.get("$metadata").await.is(200).text;
    let make = |tx: &mut kernel::Tx<'_>| web::token::create(tx, "Eve", "auditor", None);
    site.token = site.app.db.write(&site.app.cx, make).unwrap();
    let head = |site: &Site| site.app.db.read(&site.app.cx, kernel::audit::verify::verify).unwrap().head;
    let before = head(&site);
    let model = site.app.db.model();
    for entity in model.entities() {
        let (set, dead) = (&entity.set, "00000000-0000-0000-0000-00000000dead");
        let present = rows.0.iter().find(|(name, _)| *name == entity.name).map_or(dead, |(_, id)| id);
        for (method, address, body) in [
            ("POST", set.clone(), "{}".to_owned()),
            ("PATCH", format!("{set}({present})"), "{}".to_owned()),
            ("DELETE", format!("{set}({present})"), String::new()),
            ("POST", format!("{set}/Microsoft.Dynamics.CRM.CreateMultiple"), r#"{"Targets":[{}]}"#.to_owned()),
        ] {
            let reply = site.send(method, &address, &[], &body).await;
            assert!(reply.status.is_client_error(), "{method} {address}: {} {}", reply.status, reply.text);
        }
    }
    for (name, _) in operations(&metadata).into_iter().filter(|(_, action)| *action) {
        let (_, arguments) = OPERATIONS.iter().find(|(it, _)| *it == name).unwrap();
        let (method, address, body) = call(&site, &name, true, arguments);
        let status = ask(&site, Some(&site.token), method, &rows.fill(&address), &rows.fill(&body)).await;
        // There is nothing to publish, so nothing happens.
        assert!(status >= 400 || name.starts_with("PublishXml") || name == "PublishAllXml", "{name}: {status}");
    }
    assert_eq!(head(&site), before, "the audit trail has grown");
}
