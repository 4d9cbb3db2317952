#![no_main]

#[path = "../properties/body.rs"]
mod body;

libfuzzer_sys::fuzz_target!(|text: &str| body::fetchxml(text));
