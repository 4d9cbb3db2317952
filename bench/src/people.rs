//! Synthetic people: the same in every run, and nobody.

use kernel::{Db, Result, Values, uuid::Uuid};

const FIRST: &[&str] = &["Alder", "Briony", "Cedar", "Dahlia", "Elm", "Fern", "Gale", "Hazel", "Iris", "Juniper"];
const LAST: &[&str] = &["Sample", "Model", "Outline", "Pattern", "Sketch", "Draft", "Figure", "Instance"];
const CITY: &[&str] = &["Northtown", "Southport", "Easton", "Westbury", "Middleham"];

fn pick(of: &'static [&'static str], number: usize) -> &'static str {
    of.get(number % of.len()).copied().unwrap_or_default()
}

/// One person.
pub fn values(number: usize) -> Values {
    Values::new()
        .with("firstname", pick(FIRST, number))
        .with("lastname", pick(LAST, number / 3))
        .with("emailaddress1", format!("person{number}@example.org"))
        .with("telephone1", format!("555-{number:07}"))
        .with("jobtitle", "Tester")
        .with("address1_line1", format!("{} Test Street", number % 200))
        .with("address1_city", pick(CITY, number))
        .with("address1_postalcode", format!("{:05}", number % 90_000))
}

/// A store full of people.
pub fn fill(db: &Db, cx: &kernel::Context, count: usize) -> Result<Vec<Uuid>> {
    let mut all = Vec::with_capacity(count);
    for from in (0..count).step_by(1_000) {
        let to = count.min(from + 1_000);
        all.extend(db.write(cx, move |tx| {
            (from..to).map(|number| tx.create("contact", values(number))).collect::<Result<Vec<_>>>()
        })?);
    }
    Ok(all)
}

/// A file of people in the form that `examples/prospects.toml` describes.
pub fn file(count: usize) -> String {
    let mut text = String::new();
    for number in 0..count {
        let (first, last, city) = (pick(FIRST, number), pick(LAST, number / 3), pick(CITY, number));
        text.push_str(&format!(
            "{number}|P-{number}|{first}||{last}|19{:02}-0{}-1{} 00:00:00.000|{}|{}|person{number}@example.org|{}.0000|{}|0|Bachelors|Professional|0|0|{} Test Street||{city}|NT|{:05}|555-{number:07}|Mx.|0\n",
            50 + number % 50,
            1 + number % 9,
            number % 10,
            if number % 2 == 0 { "S" } else { "M" },
            if number % 3 == 0 { "M" } else { "F" },
            10_000 + number,
            number % 4,
            number % 200,
            number % 90_000,
        ));
    }
    text
}
