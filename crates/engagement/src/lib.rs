//! Orchestrates: forms, pages, e-mails, segments, customer journeys and what is recorded of them.
//!
//! It asks `privacy` before it does anything to a person and leaves sending to `connect`.

pub mod analytics;
pub mod confirmation;
pub mod defaults;
pub mod demo;
pub mod email;
pub mod form;
pub mod insights;
pub mod interaction;
pub mod journey;
pub mod language;
mod lifecycle;
pub mod link;
pub mod page;
pub mod picture;
pub mod privacy_control;
mod retention;
mod rules;
pub mod segment;
pub mod site;
pub mod why;
pub mod zone;

pub use lifecycle::Problem;
pub use rules::{CONSUMERS, JOBS, RULES};

/// Every typed view of this crate, for the test that compares them with the metadata.
pub const VIEWS: &[kernel::View] = &[
    email::MarketingEmail::VIEW,
    form::MarketingForm::VIEW,
    form::FormElement::VIEW,
    journey::CustomerJourney::VIEW,
    journey::Participant::VIEW,
    page::MarketingPage::VIEW,
    page::configuration::Configuration::VIEW,
    picture::Picture::VIEW,
    segment::Segment::VIEW,
    connect::mail::OutgoingMail::VIEW,
];
