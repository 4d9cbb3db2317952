//! The rules of this crate on the write path, in the order they run.
//!
//! *Not* the rules themselves. Invariant: consent cannot change without passing here, whoever
//! changes it.

use kernel::{Op, Rule};

use crate::{consent, erasure, request};

/// What the guard of consent looks at.
const CONSENT: &[&str] =
    &["msgdpr_gdprconsent", "msgdpr_gdprparentid", "donotemail", "donotbulkemail", "msgdpr_donottrack"];

/// See the module.
pub const RULES: &[Rule] = &[
    Rule::before("contact", Op::Create, &[], consent::change::guard),
    Rule::before("contact", Op::Update, CONSENT, consent::change::guard),
    Rule::before("contact", Op::Create, &[], erasure::ledger::refuse_erased),
    Rule::before("contact", Op::Update, &["emailaddress1", "assent_externalid"], erasure::ledger::refuse_erased),
    Rule::before("lead", Op::Create, &[], erasure::ledger::refuse_erased),
    Rule::before("lead", Op::Update, &["emailaddress1"], erasure::ledger::refuse_erased),
    Rule::after("contact", Op::Create, &[], consent::change::write_record),
    Rule::after("contact", Op::Update, &["msgdpr_gdprconsent"], consent::change::write_record),
    Rule::before("msgdpr_gdprconfiguration", Op::Create, &[], consent::configuration::only_one),
    Rule::before("assent_datasubjectrequest", Op::Create, &[], request::clock::set_dates),
    Rule::before("assent_datasubjectrequest", Op::Update, &["assent_extendedon"], request::clock::check_extension),
];
