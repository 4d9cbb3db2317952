// Made by `assent codegen rust` from $metadata. Do not edit; make it again when the entities change.

use assent_client::{EarlyBound, Uuid};
use serde::{Deserialize, Serialize};

/// A row of `contact`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Contact {
    /// `contactid`
    #[serde(skip_serializing)]
    pub contactid: Option<Uuid>,
    /// `salutation`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub salutation: Option<String>,
    /// `firstname`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub firstname: Option<String>,
    /// `middlename`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub middlename: Option<String>,
    /// `lastname`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lastname: Option<String>,
    /// `fullname`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fullname: Option<String>,
    /// `nickname`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nickname: Option<String>,
    /// `jobtitle`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub jobtitle: Option<String>,
    /// `emailaddress1`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub emailaddress1: Option<String>,
    /// `emailaddress2`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub emailaddress2: Option<String>,
    /// `emailaddress3`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub emailaddress3: Option<String>,
    /// `telephone1`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub telephone1: Option<String>,
    /// `mobilephone`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mobilephone: Option<String>,
    /// `fax`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fax: Option<String>,
    /// `address1_line1`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address1_line1: Option<String>,
    /// `address1_line2`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address1_line2: Option<String>,
    /// `address1_city`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address1_city: Option<String>,
    /// `address1_stateorprovince`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address1_stateorprovince: Option<String>,
    /// `address1_postalcode`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address1_postalcode: Option<String>,
    /// `address1_country`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address1_country: Option<String>,
    /// `birthdate`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub birthdate: Option<String>,
    /// `gendercode`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gendercode: Option<i32>,
    /// `familystatuscode`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub familystatuscode: Option<i32>,
    /// `numberofchildren`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub numberofchildren: Option<i32>,
    /// `annualincome`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub annualincome: Option<f64>,
    /// `description`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// `_parentcustomerid_value`
    #[serde(skip_serializing)]
    pub _parentcustomerid_value: Option<Uuid>,
    /// `_accountid_value`
    #[serde(skip_serializing)]
    pub _accountid_value: Option<Uuid>,
    /// `msgdpr_gdprconsent`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub msgdpr_gdprconsent: Option<i32>,
    /// `msgdpr_donottrack`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub msgdpr_donottrack: Option<bool>,
    /// `msgdpr_gdprischild`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub msgdpr_gdprischild: Option<bool>,
    /// `_msgdpr_gdprparentid_value`
    #[serde(skip_serializing)]
    pub _msgdpr_gdprparentid_value: Option<Uuid>,
    /// `_msgdpr_consentchangesourceformid_value`
    #[serde(skip_serializing)]
    pub _msgdpr_consentchangesourceformid_value: Option<Uuid>,
    /// `donotemail`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub donotemail: Option<bool>,
    /// `donotbulkemail`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub donotbulkemail: Option<bool>,
    /// `donotphone`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub donotphone: Option<bool>,
    /// `donotfax`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub donotfax: Option<bool>,
    /// `donotpostalmail`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub donotpostalmail: Option<bool>,
    /// `donotbulkpostalmail`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub donotbulkpostalmail: Option<bool>,
    /// `donotsendmm`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub donotsendmm: Option<bool>,
    /// `followemail`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub followemail: Option<bool>,
    /// `msdyncrm_rememberme`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub msdyncrm_rememberme: Option<bool>,
    /// `_msdyncrm_customerjourneyid_value`
    #[serde(skip_serializing)]
    pub _msdyncrm_customerjourneyid_value: Option<Uuid>,
    /// `_msdyncrm_emailid_value`
    #[serde(skip_serializing)]
    pub _msdyncrm_emailid_value: Option<Uuid>,
    /// `_msdyncrm_marketingformid_value`
    #[serde(skip_serializing)]
    pub _msdyncrm_marketingformid_value: Option<Uuid>,
    /// `_msdyncrm_marketingpageid_value`
    #[serde(skip_serializing)]
    pub _msdyncrm_marketingpageid_value: Option<Uuid>,
    /// `msdyncrm_marketingformsubmissiondateprecise`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub msdyncrm_marketingformsubmissiondateprecise: Option<String>,
    /// `assent_externalid`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assent_externalid: Option<String>,
    /// `assent_language`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assent_language: Option<String>,
    /// `assent_withdrawnon`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assent_withdrawnon: Option<String>,
    /// `assent_withdrawnto`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assent_withdrawnto: Option<i32>,
    /// `assent_consentgivenon`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assent_consentgivenon: Option<String>,
    /// `assent_objectedon`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assent_objectedon: Option<String>,
    /// `assent_restrictedon`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assent_restrictedon: Option<String>,
    /// `assent_custodianlevel`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assent_custodianlevel: Option<i32>,
    /// `_assent_mergedinto_value`
    #[serde(skip_serializing)]
    pub _assent_mergedinto_value: Option<Uuid>,
    /// `statecode`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub statecode: Option<i32>,
    /// `statuscode`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub statuscode: Option<i32>,
    /// `createdon`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub createdon: Option<String>,
    /// `_createdby_value`
    #[serde(skip_serializing)]
    pub _createdby_value: Option<Uuid>,
    /// `modifiedon`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub modifiedon: Option<String>,
    /// `_modifiedby_value`
    #[serde(skip_serializing)]
    pub _modifiedby_value: Option<Uuid>,
    /// `versionnumber`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub versionnumber: Option<i64>,
    /// `_ownerid_value`
    #[serde(skip_serializing)]
    pub _ownerid_value: Option<Uuid>,
    /// `_owninguser_value`
    #[serde(skip_serializing)]
    pub _owninguser_value: Option<Uuid>,
    /// `_owningteam_value`
    #[serde(skip_serializing)]
    pub _owningteam_value: Option<Uuid>,
    /// `_owningbusinessunit_value`
    #[serde(skip_serializing)]
    pub _owningbusinessunit_value: Option<Uuid>,
    /// `msdyn_gdproptout`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub msdyn_gdproptout: Option<bool>,
}

impl EarlyBound for Contact {
    const LOGICAL_NAME: &'static str = "contact";
    const KEY: &'static str = "contactid";
    const COLUMNS: &'static [&'static str] = &[
        "contactid",
        "salutation",
        "firstname",
        "middlename",
        "lastname",
        "fullname",
        "nickname",
        "jobtitle",
        "emailaddress1",
        "emailaddress2",
        "emailaddress3",
        "telephone1",
        "mobilephone",
        "fax",
        "address1_line1",
        "address1_line2",
        "address1_city",
        "address1_stateorprovince",
        "address1_postalcode",
        "address1_country",
        "birthdate",
        "gendercode",
        "familystatuscode",
        "numberofchildren",
        "annualincome",
        "description",
        "_parentcustomerid_value",
        "_accountid_value",
        "msgdpr_gdprconsent",
        "msgdpr_donottrack",
        "msgdpr_gdprischild",
        "_msgdpr_gdprparentid_value",
        "_msgdpr_consentchangesourceformid_value",
        "donotemail",
        "donotbulkemail",
        "donotphone",
        "donotfax",
        "donotpostalmail",
        "donotbulkpostalmail",
        "donotsendmm",
        "followemail",
        "msdyncrm_rememberme",
        "_msdyncrm_customerjourneyid_value",
        "_msdyncrm_emailid_value",
        "_msdyncrm_marketingformid_value",
        "_msdyncrm_marketingpageid_value",
        "msdyncrm_marketingformsubmissiondateprecise",
        "assent_externalid",
        "assent_language",
        "assent_withdrawnon",
        "assent_withdrawnto",
        "assent_consentgivenon",
        "assent_objectedon",
        "assent_restrictedon",
        "assent_custodianlevel",
        "_assent_mergedinto_value",
        "statecode",
        "statuscode",
        "createdon",
        "_createdby_value",
        "modifiedon",
        "_modifiedby_value",
        "versionnumber",
        "_ownerid_value",
        "_owninguser_value",
        "_owningteam_value",
        "_owningbusinessunit_value",
        "msdyn_gdproptout",
    ];
}

/// A row of `lead`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Lead {
    /// `leadid`
    #[serde(skip_serializing)]
    pub leadid: Option<Uuid>,
    /// `subject`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// `companyname`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub companyname: Option<String>,
    /// `firstname`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub firstname: Option<String>,
    /// `lastname`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lastname: Option<String>,
    /// `fullname`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fullname: Option<String>,
    /// `jobtitle`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub jobtitle: Option<String>,
    /// `emailaddress1`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub emailaddress1: Option<String>,
    /// `telephone1`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub telephone1: Option<String>,
    /// `mobilephone`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mobilephone: Option<String>,
    /// `address1_line1`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address1_line1: Option<String>,
    /// `address1_line2`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address1_line2: Option<String>,
    /// `address1_city`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address1_city: Option<String>,
    /// `address1_stateorprovince`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address1_stateorprovince: Option<String>,
    /// `address1_postalcode`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address1_postalcode: Option<String>,
    /// `address1_country`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address1_country: Option<String>,
    /// `description`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// `_parentcontactid_value`
    #[serde(skip_serializing)]
    pub _parentcontactid_value: Option<Uuid>,
    /// `_parentaccountid_value`
    #[serde(skip_serializing)]
    pub _parentaccountid_value: Option<Uuid>,
    /// `estimatedamount`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub estimatedamount: Option<f64>,
    /// `leadsourcecode`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub leadsourcecode: Option<i32>,
    /// `msdyncrm_leadsourcetype`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub msdyncrm_leadsourcetype: Option<i32>,
    /// `msdyncrm_salesready`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub msdyncrm_salesready: Option<bool>,
    /// `msdyncrm_salesaccepted`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub msdyncrm_salesaccepted: Option<bool>,
    /// `msdyncrm_teleprospectready`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub msdyncrm_teleprospectready: Option<bool>,
    /// `msdyncrm_teleprospectaccepted`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub msdyncrm_teleprospectaccepted: Option<bool>,
    /// `msdyncrm_recycled`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub msdyncrm_recycled: Option<bool>,
    /// `donotemail`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub donotemail: Option<bool>,
    /// `donotbulkemail`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub donotbulkemail: Option<bool>,
    /// `donotphone`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub donotphone: Option<bool>,
    /// `_msdyncrm_customerjourneyid_value`
    #[serde(skip_serializing)]
    pub _msdyncrm_customerjourneyid_value: Option<Uuid>,
    /// `_msdyncrm_marketingformid_value`
    #[serde(skip_serializing)]
    pub _msdyncrm_marketingformid_value: Option<Uuid>,
    /// `_msdyncrm_marketingpageid_value`
    #[serde(skip_serializing)]
    pub _msdyncrm_marketingpageid_value: Option<Uuid>,
    /// `statecode`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub statecode: Option<i32>,
    /// `statuscode`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub statuscode: Option<i32>,
    /// `createdon`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub createdon: Option<String>,
    /// `_createdby_value`
    #[serde(skip_serializing)]
    pub _createdby_value: Option<Uuid>,
    /// `modifiedon`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub modifiedon: Option<String>,
    /// `_modifiedby_value`
    #[serde(skip_serializing)]
    pub _modifiedby_value: Option<Uuid>,
    /// `versionnumber`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub versionnumber: Option<i64>,
    /// `_ownerid_value`
    #[serde(skip_serializing)]
    pub _ownerid_value: Option<Uuid>,
    /// `_owninguser_value`
    #[serde(skip_serializing)]
    pub _owninguser_value: Option<Uuid>,
    /// `_owningteam_value`
    #[serde(skip_serializing)]
    pub _owningteam_value: Option<Uuid>,
    /// `_owningbusinessunit_value`
    #[serde(skip_serializing)]
    pub _owningbusinessunit_value: Option<Uuid>,
    /// `msdyn_gdproptout`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub msdyn_gdproptout: Option<bool>,
}

impl EarlyBound for Lead {
    const LOGICAL_NAME: &'static str = "lead";
    const KEY: &'static str = "leadid";
    const COLUMNS: &'static [&'static str] = &[
        "leadid",
        "subject",
        "companyname",
        "firstname",
        "lastname",
        "fullname",
        "jobtitle",
        "emailaddress1",
        "telephone1",
        "mobilephone",
        "address1_line1",
        "address1_line2",
        "address1_city",
        "address1_stateorprovince",
        "address1_postalcode",
        "address1_country",
        "description",
        "_parentcontactid_value",
        "_parentaccountid_value",
        "estimatedamount",
        "leadsourcecode",
        "msdyncrm_leadsourcetype",
        "msdyncrm_salesready",
        "msdyncrm_salesaccepted",
        "msdyncrm_teleprospectready",
        "msdyncrm_teleprospectaccepted",
        "msdyncrm_recycled",
        "donotemail",
        "donotbulkemail",
        "donotphone",
        "_msdyncrm_customerjourneyid_value",
        "_msdyncrm_marketingformid_value",
        "_msdyncrm_marketingpageid_value",
        "statecode",
        "statuscode",
        "createdon",
        "_createdby_value",
        "modifiedon",
        "_modifiedby_value",
        "versionnumber",
        "_ownerid_value",
        "_owninguser_value",
        "_owningteam_value",
        "_owningbusinessunit_value",
        "msdyn_gdproptout",
    ];
}
