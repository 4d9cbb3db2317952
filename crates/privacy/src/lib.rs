//! Decides what may be done with people's data: consent, permits, double opt-in, data subject
//! requests, erasure. It sends nothing and shows nothing.

pub mod consent;
mod customer;
pub mod erasure;
pub mod inventory;
pub mod merge;
pub mod metadata;
pub mod optin;
pub mod request;
mod rules;
pub mod subscription;
pub mod suppression;
pub mod wording;

pub use rules::RULES;

/// Every typed view of this crate, for the test that compares them with the metadata.
pub const VIEWS: &[kernel::View] = &[
    consent::ConsentChangeRecord::VIEW,
    optin::OptInRequest::VIEW,
    request::DataSubjectRequest::VIEW,
    request::PlanItem::VIEW,
];
