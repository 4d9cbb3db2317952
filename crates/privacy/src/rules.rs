//! The rules of this crate on the write path, in the order they run.
//!
//! *Not* the rules themselves. Invariant: consent cannot change without passing here, whoever
//! changes it.

use kernel::{Op, Rule};

use crate::{consent, customer, erasure, merge, request, suppression};

/// What the guard of consent looks at.
const CONSENT: &[&str] = &[
    "msgdpr_gdprconsent",
    "msgdpr_gdprparentid",
    "donotemail",
    "donotbulkemail",
    "msgdpr_donottrack",
    "emailaddress1",
];

/// See the module.
pub const RULES: &[Rule] = &[
    Rule::before("contact", Op::Create, &[], merge::before),
    Rule::before("contact", Op::Update, &["assent_mergedinto"], merge::before),
    Rule::before("contact", Op::Create, &[], customer::account),
    Rule::before("contact", Op::Update, &["parentcustomerid"], customer::account),
    Rule::before("contact", Op::Create, &[], consent::change::guard),
    Rule::before("contact", Op::Update, CONSENT, consent::change::guard),
    Rule::before("contact", Op::Create, &[], erasure::ledger::refuse_erased),
    Rule::before("contact", Op::Update, &["emailaddress1", "assent_externalid"], erasure::ledger::refuse_erased),
    Rule::before("lead", Op::Create, &[], erasure::ledger::refuse_erased),
    Rule::before("lead", Op::Update, &["emailaddress1"], erasure::ledger::refuse_erased),
    Rule::after("contact", Op::Create, &[], consent::change::write_record),
    Rule::after("contact", Op::Update, &["msgdpr_gdprconsent"], consent::change::write_record),
    Rule::after("contact", Op::Update, &["assent_mergedinto"], merge::carry_over),
    Rule::before("assent_suppression", Op::Update, &["assent_until"], suppression::keep_honest),
    Rule::before("msgdpr_gdprconfiguration", Op::Create, &[], consent::configuration::only_one),
    Rule::before("assent_datasubjectrequest", Op::Create, &[], request::clock::set_dates),
    Rule::before("assent_datasubjectrequest", Op::Update, &["assent_extendedon"], request::clock::check_extension),
];
