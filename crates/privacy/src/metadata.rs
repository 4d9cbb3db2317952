//! The product's entity files, embedded.
//!
//! *Not* checked here; the kernel checks a model when it is built. Invariant: every file below
//! `metadata/` is in one of the three lists (a test compares them with the folder).

use kernel::Sources;

macro_rules! texts {
    ($($file:literal),* $(,)?) => { &[$(($file, include_str!(concat!("../../../metadata/", $file)))),*] };
}

/// What the product's model is made of.
pub const SOURCES: Sources = Sources {
    entities: texts![
        "acts.toml",
        "choices.toml",
        "core/account.toml",
        "core/assent_credential.toml",
        "core/assent_importbatch.toml",
        "core/assent_listmember.toml",
        "core/assent_lockout.toml",
        "core/assent_session.toml",
        "core/assent_setting.toml",
        "core/assent_signinlink.toml",
        "core/assent_spentchallenge.toml",
        "core/assent_token.toml",
        "core/assent_useraccess.toml",
        "core/asyncoperation.toml",
        "core/audit.toml",
        "core/businessunit.toml",
        "core/contact.toml",
        "core/duplicaterule.toml",
        "core/duplicaterulecondition.toml",
        "core/fieldpermission.toml",
        "core/fieldsecurityprofile.toml",
        "core/lead.toml",
        "core/list.toml",
        "core/opportunity.toml",
        "core/organization.toml",
        "core/principalobjectaccess.toml",
        "core/role.toml",
        "core/roleprivileges.toml",
        "core/savedquery.toml",
        "core/solution.toml",
        "core/solutioncomponent.toml",
        "core/systemform.toml",
        "core/systemuser.toml",
        "core/systemuserprofiles.toml",
        "core/systemuserroles.toml",
        "core/task.toml",
        "core/team.toml",
        "core/teammembership.toml",
        "core/teamprofiles.toml",
        "core/teamroles.toml",
        "core/userquery.toml",
        "engagement/assent_formelement.toml",
        "engagement/assent_forward.toml",
        "engagement/assent_interaction.toml",
        "engagement/assent_outgoingmail.toml",
        "engagement/assent_participant.toml",
        "engagement/assent_segmentmember.toml",
        "engagement/msdyn_contactkpiitem.toml",
        "engagement/msdyncrm_contentsettings.toml",
        "engagement/msdyncrm_customerjourney.toml",
        "engagement/msdyncrm_customerjourneyiteration.toml",
        "engagement/msdyncrm_defaultmarketingsetting.toml",
        "engagement/msdyncrm_file.toml",
        "engagement/msdyncrm_marketingemail.toml",
        "engagement/msdyncrm_marketingfieldsubmission.toml",
        "engagement/msdyncrm_marketingform.toml",
        "engagement/msdyncrm_marketingformfield.toml",
        "engagement/msdyncrm_marketingformsubmission.toml",
        "engagement/msdyncrm_marketingpage.toml",
        "engagement/msdyncrm_marketingpageconfiguration.toml",
        "engagement/msdyncrm_matchingstrategy.toml",
        "engagement/msdyncrm_segment.toml",
        "privacy/assent_datasubjectrequest.toml",
        "privacy/assent_erasureledger.toml",
        "privacy/assent_erasureproof.toml",
        "privacy/assent_optinrequest.toml",
        "privacy/assent_planitem.toml",
        "privacy/assent_requestsubject.toml",
        "privacy/assent_consentproof.toml",
        "privacy/assent_suppression.toml",
        "privacy/assent_wording.toml",
        "privacy/msgdpr_gdprconfiguration.toml",
        "privacy/msgdpr_gdprconsentchangerecord.toml",
    ],
    labels: texts!["labels/de.toml", "labels/fr.toml"],
    solutions: &[(EMBEDDED_INTELLIGENCE, include_str!("../../../metadata/intelligence/embedded_intelligence.toml"))],
};

/// The solution that brings `msdyn_gdproptout` (`spec/marketing.md` 14).
pub const EMBEDDED_INTELLIGENCE: &str = "embedded_intelligence";
