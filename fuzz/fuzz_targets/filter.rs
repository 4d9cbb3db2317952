#![no_main]

#[path = "../properties/query.rs"]
mod query;

libfuzzer_sys::fuzz_target!(|text: &str| query::filter(text));
