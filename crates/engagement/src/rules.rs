//! The rules, jobs and consumers of this crate.
//!
//! *Not* their work. Invariant: names of jobs and consumers are frozen once released.

use kernel::{Consumer, JobKind, Op, Rule};

use crate::{
    analytics, confirmation, email, form, interaction, journey, lifecycle, page, picture, retention, segment, zone,
};

const STATUS: &[&str] = &["statuscode", "statecode"];

/// The rules, in the order they run.
pub const RULES: &[Rule] = &[
    Rule::before("msdyncrm_marketingemail", Op::Create, &[], email::before),
    Rule::before("msdyncrm_marketingemail", Op::Update, &[], email::before),
    Rule::before("msdyncrm_contentsettings", Op::Create, &[], email::settings_before),
    Rule::before("msdyncrm_contentsettings", Op::Update, &[], email::settings_before),
    Rule::before("msdyncrm_marketingform", Op::Create, &[], form::before),
    Rule::before("msdyncrm_marketingform", Op::Update, &[], form::before),
    Rule::before("assent_formelement", Op::Create, &[], form::element_before),
    Rule::before("assent_formelement", Op::Update, &[], form::element_before),
    Rule::before("assent_formelement", Op::Delete, &[], form::element_before),
    Rule::before("msdyncrm_marketingformfield", Op::Create, &[], form::field_before),
    Rule::before("msdyncrm_marketingformfield", Op::Update, &[], form::field_before),
    Rule::before("msdyncrm_marketingfieldsubmission", Op::Update, &[], form::submission::before_edit),
    Rule::before("msdyncrm_marketingfieldsubmission", Op::Delete, &[], form::submission::before_delete),
    Rule::before("msdyncrm_marketingformsubmission", Op::Delete, &[], form::submission::before_delete),
    Rule::before("msdyncrm_matchingstrategy", Op::Create, &[], form::matching::before),
    Rule::before("msdyncrm_matchingstrategy", Op::Update, &[], form::matching::before),
    Rule::before("msdyncrm_marketingpageconfiguration", Op::Create, &[], page::configuration::before),
    Rule::before("msdyncrm_marketingpageconfiguration", Op::Update, &[], page::configuration::before),
    Rule::before("msdyncrm_marketingpageconfiguration", Op::Delete, &[], page::configuration::before_delete),
    Rule::before("msdyncrm_marketingpage", Op::Create, &[], page::before),
    Rule::before("msdyncrm_marketingpage", Op::Update, &[], page::before),
    Rule::before("msdyncrm_file", Op::Create, &[], picture::before),
    Rule::before("msdyncrm_file", Op::Update, &[], picture::before),
    Rule::before("msdyncrm_file", Op::Delete, &[], picture::before_delete),
    Rule::before("msdyncrm_segment", Op::Create, &[], segment::before),
    Rule::before("msdyncrm_segment", Op::Update, &[], segment::before),
    Rule::after("msdyncrm_segment", Op::Create, &[], segment::after),
    Rule::after("msdyncrm_segment", Op::Update, &["statuscode", "statecode", "msdyncrm_segmentquery"], segment::after),
    Rule::before("assent_segmentmember", Op::Create, &[], segment::before_hand),
    Rule::before("assent_segmentmember", Op::Delete, &[], segment::before_hand),
    Rule::after("assent_segmentmember", Op::Create, &[], segment::after_hand),
    Rule::after("assent_segmentmember", Op::Delete, &[], segment::after_hand),
    Rule::before("msdyncrm_customerjourney", Op::Create, &[], journey::before),
    Rule::before("msdyncrm_customerjourney", Op::Update, &[], journey::before),
    Rule::after("msdyncrm_customerjourney", Op::Create, &[], journey::after),
    Rule::after("msdyncrm_customerjourney", Op::Update, STATUS, journey::after),
    Rule::before("msdyncrm_marketingemail", Op::Delete, &[], lifecycle::before_delete),
    Rule::before("msdyncrm_contentsettings", Op::Delete, &[], lifecycle::before_delete),
    Rule::before("msdyncrm_marketingform", Op::Delete, &[], lifecycle::before_delete),
    Rule::before("msdyncrm_marketingpage", Op::Delete, &[], page::before_delete),
    Rule::before("msdyncrm_segment", Op::Delete, &[], lifecycle::before_delete),
    Rule::before("msdyncrm_customerjourney", Op::Delete, &[], lifecycle::before_delete),
    Rule::before("contact", Op::Create, &[zone::COLUMN], zone::before),
    Rule::before("contact", Op::Update, &[zone::COLUMN], zone::before),
    Rule::after("contact", Op::Update, &["msdyn_gdproptout"], analytics::obey_opt_out),
    Rule::after("contact", Op::Update, journey::DECIDES, journey::stop_where_consent_fell),
];

/// The kinds of job.
pub const JOBS: &[JobKind] = &[
    JobKind { name: confirmation::DAILY, run: confirmation::daily_job },
    JobKind { name: form::forward::PURGE, run: form::forward::purge_job },
    JobKind { name: form::submission::PURGE, run: form::submission::purge_job },
    JobKind { name: retention::DAILY, run: retention::daily_job },
    JobKind { name: "segment.evaluate", run: segment::evaluate_job },
    JobKind { name: "segment.size", run: segment::size_job },
    JobKind { name: "journey.start", run: journey::start_job },
    JobKind { name: "journey.step", run: journey::step_job },
];

/// The consumers.
pub const CONSUMERS: &[Consumer] = &[
    Consumer {
        name: "segments",
        entities: &["contact", "assent_interaction", "assent_segmentmember"],
        run: segment::follow,
    },
    Consumer { name: "analytics", entities: &["assent_interaction", "contact"], run: analytics::follow },
    Consumer { name: "interactions", entities: &["assent_outgoingmail"], run: interaction::follow },
    Consumer {
        name: "journeys",
        entities: &["assent_segmentmember", "msdyncrm_marketingformsubmission", "assent_interaction", "contact"],
        run: journey::follow,
    },
];
