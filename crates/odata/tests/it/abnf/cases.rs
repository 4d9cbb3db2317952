//! Reads the OASIS test cases: a list of maps of scalars, in the block style that these files keep to. Not a YAML
//! reader: nested values (`Expect`) are passed over, and a tab, which libyaml refuses, is white space.

use std::fs;
use std::path::Path;

/// One case.
#[derive(Debug, Clone, Default)]
pub struct Case {
    /// File and line of its name, as a report cites it: `abnf:261`.
    pub place: String,
    pub rule: String,
    pub input: String,
    /// Where a negative case leaves the grammar.
    pub fail_at: Option<usize>,
}

/// All cases of all files in `folder`, or `None` if they are not there.
pub fn read(folder: &Path) -> Option<Vec<Case>> {
    let mut all = Vec::new();
    for name in ["abnf", "aggregation", "temporal"] {
        let text = fs::read_to_string(folder.join(format!("odata-{name}-testcases.yaml"))).ok()?;
        all.extend(parse(name, &text));
    }
    Some(all)
}

fn parse(file: &str, text: &str) -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    let mut lines = text.lines().enumerate().skip_while(|(_, it)| !it.starts_with("TestCases:")).skip(1).peekable();
    while let Some((number, line)) = lines.next() {
        let Some((key, first)) = entry(line) else { continue };
        let mut raw = first.to_owned();
        while let Some((_, next)) = lines.next_if(|(_, it)| entry(it).is_none() && !it.trim_start().starts_with('#')) {
            raw.push('\n');
            raw.push_str(next);
        }
        if key == "Name" {
            cases.push(Case { place: format!("{file}:{}", number + 1), ..Case::default() });
        }
        let case = cases.last_mut().expect("a case begins with its name");
        match key {
            "Rule" => case.rule = scalar(&raw),
            "Input" => case.input = scalar(&raw),
            "FailAt" => case.fail_at = Some(scalar(&raw).parse().expect("a position")),
            _ => {}
        }
    }
    cases
}

/// `- Name: …` or `  Key: …`, by its indentation.
fn entry(line: &str) -> Option<(&str, &str)> {
    let rest = line.strip_prefix("  - ").or_else(|| line.strip_prefix("    "))?;
    let (key, value) = rest.split_once(':')?;
    (key.starts_with(|it: char| it.is_ascii_uppercase()) && key.bytes().all(|it| it.is_ascii_alphabetic()))
        .then_some((key, value))
}

fn scalar(raw: &str) -> String {
    let text = raw.trim();
    if let Some(inner) = text.strip_prefix('"').and_then(|it| it.strip_suffix('"')) {
        return double(&folded(inner));
    }
    if let Some(inner) = text.strip_prefix('\'').and_then(|it| it.strip_suffix('\'')) {
        return folded(inner).replace("''", "'");
    }
    let uncommented: Vec<&str> = text.lines().map(|it| it.split(" #").next().unwrap()).collect();
    folded(&uncommented.join("\n")).trim_end().to_owned()
}

/// Lines joined by one space each; a `\` at the end of a line joins without.
fn folded(text: &str) -> String {
    let mut out = String::new();
    for (index, line) in text.split('\n').enumerate() {
        if index == 0 {
            out.push_str(line.trim_end());
        } else if out.ends_with('\\') {
            out.pop();
            out.push_str(line.trim());
        } else {
            out.push(' ');
            out.push_str(line.trim());
        }
    }
    if text.contains('\n') { out } else { text.to_owned() }
}

fn double(text: &str) -> String {
    let mut out = String::new();
    let mut chars = text.chars();
    while let Some(it) = chars.next() {
        match it {
            '\\' => match chars.next().expect("an escape") {
                'r' => out.push('\r'),
                'n' => out.push('\n'),
                't' => out.push('\t'),
                other => out.push(other),
            },
            _ => out.push(it),
        }
    }
    out
}
