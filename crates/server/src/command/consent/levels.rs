//! `assent consent levels`: what each level means, in the organisation's own words.
//!
//! *Not* the order of the levels. Invariant: without anything to change it only shows.

use clap::Args;
use kernel::Result;
use privacy::consent::{
    Level,
    meaning::{self, Words},
};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{engine::Engine, out::Out};

/// Which level gets which words.
#[derive(Debug, Clone, Args, Serialize, Deserialize)]
pub struct Levels {
    /// The level to describe; none: show all
    level: Option<String>,
    /// The language of the words
    #[arg(long, default_value = "en", requires = "level")]
    language: String,
    /// Its name
    #[arg(long, requires = "level")]
    label: Option<String>,
    /// What it means, as forms and confirmation mails show it; empty for none in this language
    #[arg(long, requires = "level")]
    description: Option<String>,
    /// The term of a public vocabulary for it, as receipts name it
    #[arg(long, requires = "level")]
    iri: Option<String>,
}

pub(super) fn run(engine: &Engine, wish: &Levels, out: &mut Out) -> Result<()> {
    let only = wish.level.as_deref().map(Level::of_word).transpose().map_err(|error| error.at("LEVEL"))?;
    let words = Words {
        language: wish.language.clone(),
        label: wish.label.clone(),
        description: wish.description.clone(),
        iri: wish.iri.clone(),
    };
    if let Some(level) = only
        && words != (Words { language: wish.language.clone(), ..Words::default() })
    {
        engine.db.write(&engine.cx, move |tx| meaning::describe(tx, level, &words))?;
    }
    let all = engine.db.read(&engine.cx, meaning::all)?;
    let (mut text, mut list) = (String::new(), Vec::new());
    for (level, option) in all.iter().filter(|(it, _)| only.is_none_or(|only| only == *it)) {
        text.push_str(&format!("{} {level}  {}\n", level.number(), option.iri.as_deref().unwrap_or("no term")));
        for (language, label) in &option.label {
            let means = option.description.get(language).map_or("", String::as_str);
            text.push_str(&format!("  {language}  {label}: {means}\n"));
        }
        list.push(json!({
            "level": level.number(), "value": option.value, "label": option.label,
            "description": option.description, "iri": option.iri,
        }));
    }
    out.answer(&json!(list), text)
}
