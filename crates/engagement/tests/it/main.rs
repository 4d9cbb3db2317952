//! The capabilities of this crate, told as stories: a text of acts in, the same text with outcomes out.
#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test ends where it fails")]

mod access;
mod behaviour;
mod center;
mod consent;
mod custodian;
mod double_optin;
mod email;
mod erasure;
mod form;
mod forward;
mod insights;
mod intelligence;
mod journey;
mod law;
mod mail;
mod mailbox;
mod matching;
mod model;
mod office;
mod optin;
mod parts;
mod picture;
mod publish;
mod rehearsal;
mod segment;
mod split;
mod story;
mod view;
mod why;
