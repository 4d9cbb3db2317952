//! Pictures: what becomes of a file, and when one may go.

use engagement::{email, page, picture};
use kernel::{Kind, Values, uuid::Uuid};
use serde_json::json;

use crate::story::World;

/// A picture of 320 by 240 pixels, with a note of where it was taken.
fn gif() -> Vec<u8> {
    b"GIF89a\x40\x01\xf0\0\0\0\0\x21\xfe\x08GPS 52.5\0\x2c\0\0\0\0\x40\x01\xf0\0\0\x02\x02\x4c\x01\0\x3b".to_vec()
}

fn add(world: &World) -> picture::Picture {
    world.write(|tx| picture::add(tx, "Rose", "A red rose", "rose.png", &gif()))
}

fn showing(source: &str, alt: &str) -> String {
    let blocks = json!([{ "id": "a", "kind": "image", "source": source, "alt": alt }]);
    json!({ "version": 1, "sections": [{ "columns": [{ "blocks": blocks }] }] }).to_string()
}

#[test]
fn a_picture_is_what_its_content_says_and_never_changes() {
    let world = World::new();
    let rose = add(&world);
    assert_eq!((rose.content_type.as_str(), rose.width, rose.height), ("image/gif", Some(320), Some(240)));
    assert!(rose.path.starts_with("/media/") && rose.path.ends_with(".gif") && rose.path.len() > 30, "{}", rose.path);
    assert!(rose.address.ends_with(&rose.path) && rose.address.starts_with("http"), "{}", rose.address);
    let kept = world.read(|rx| kernel::blob::get(rx, rose.file.unwrap()));
    assert!(!kept.data.windows(3).any(|it| it == b"GPS"), "where it was taken is gone");
    assert_ne!(add(&world).path, rose.path, "the same file twice has two addresses");
    let found = world.read(|rx| picture::at(rx, &rose.path));
    assert_eq!(found.map(|it| it.id), Some(rose.id));

    let id = rose.id;
    let refused = world.attempt(move |tx| {
        let other = kernel::blob::put(tx, "other.gif", &gif())?;
        tx.update(picture::ENTITY, id, Values::new().with("msdyncrm_filecontent", other))
    });
    assert_eq!(refused.unwrap_err().kind, Kind::Conflict);
    for (data, words) in
        [(&b"<svg/>"[..], "SVG"), (b"%PDF", "PNG, JPEG, GIF or WebP"), (b"\x89PNG\r\n\x1a\n", "broken")]
    {
        let error = world.attempt(move |tx| picture::add(tx, "x", "", "x.png", data)).unwrap_err();
        assert!(error.text.contains(words), "{}", error.text);
    }
    let large = vec![0; 5 * 1024 * 1024 + 1];
    assert_eq!(world.attempt(move |tx| picture::add(tx, "x", "", "x.png", &large)).unwrap_err().code, "file-size");
    assert_eq!(world.read(|rx| rx.count(&kernel::Query::on(picture::ENTITY))), 2, "what was refused left nothing");
}

#[test]
fn a_picture_stays_as_long_as_it_is_shown() {
    let world = World::new();
    let rose = add(&world);
    let of = rose.id;
    let design = showing(&rose.path, "A red rose");
    let mail = Values::new().with("msdyncrm_name", "Spring").with("assent_design", design.as_str());
    let id: Uuid = world.write(move |tx| tx.create(email::ENTITY, mail.clone()));
    let landing = Values::new().with("msdyncrm_name", "Garden").with("msdyncrm_type", 0);
    let landing = landing.with("assent_design", design.as_str());
    let at: Uuid = world.write(move |tx| tx.create(page::ENTITY, landing.clone()));
    let asked = Values::new().with("msdyncrm_name", "Letter").with("msdyncrm_validforpagetype", 0);
    let form: Uuid = world.write(move |tx| tx.create("msdyncrm_marketingform", asked.clone()));
    let image = Values::new().with("assent_formid", form).with("assent_kind", 10).with("assent_label", "x");
    let image = image.with("assent_order", 0).with("assent_text", rose.path.as_str());
    let image: Uuid = world.write(move |tx| tx.create("assent_formelement", image.clone()));
    let uses = world.read(|rx| picture::uses(rx, rose.id));
    let names: Vec<&str> = uses.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(names, ["Spring", "Garden", "Letter"]);
    let refused = world.attempt(move |tx| tx.delete(picture::ENTITY, of)).unwrap_err();
    assert!(refused.text.contains("“Spring”") && refused.text.contains("“Garden”"), "{}", refused.text);
    world.write(move |tx| tx.update(email::ENTITY, id, Values::new().with("assent_design", showing("", "x"))));
    world.write(move |tx| tx.delete(page::ENTITY, at));
    world.write(move |tx| tx.delete("assent_formelement", image));
    world.write(move |tx| tx.delete(picture::ENTITY, of));
    assert!(world.read(|rx| picture::at(rx, &rose.path)).is_none());
}

#[test]
fn the_check_asks_for_words_and_for_pictures_that_are_there() {
    let world = World::new();
    let rose = add(&world);
    let problems = |source: &str, alt: &str| {
        let values = Values::new().with("msdyncrm_name", "Mail").with("assent_design", showing(source, alt));
        let id = world.write(move |tx| tx.create(email::ENTITY, values.clone()));
        let found = world.read(|rx| email::check(rx, &email::MarketingEmail::get(rx, id)?));
        found.into_iter().filter(|it| it.place == "assent_design#a").map(|it| it.text).collect::<Vec<_>>()
    };
    assert_eq!(problems(&rose.path, "A red rose"), Vec::<String>::new());
    assert!(problems(&rose.path, " ").iter().any(|it| it.contains("1.1.1")));
    assert!(problems("/media/gone.png", "x").iter().any(|it| it.contains("not in the library")));
    assert!(problems("", "x").iter().any(|it| it.contains("shows no picture")));
}

#[test]
fn a_page_of_blocks_has_its_form_where_it_is_placed() {
    let world = World::new();
    let rose = add(&world);
    let design = |blocks: serde_json::Value| {
        json!({ "version": 1, "sections": [{ "columns": [{ "blocks": blocks }] }] }).to_string()
    };
    let made = |design: String| {
        let values = Values::new()
            .with("msdyncrm_name", "Garden")
            .with("msdyncrm_type", 0)
            .with("assent_design", design.as_str());
        let id = world.write(move |tx| tx.create(page::ENTITY, values.clone()));
        world.read(|rx| {
            let page = page::MarketingPage::get(rx, id)?;
            let found: Vec<String> = page::check(rx, &page)?.into_iter().map(|it| it.text).collect();
            Ok((page.parts(rx)?.unwrap(), found.join("\n")))
        })
    };
    let (parts, found) = made(design(json!([
        { "id": "a", "kind": "heading", "text": "Roses <b> & more", "level": 1, "align": "center" },
        { "id": "b", "kind": "image", "source": rose.path, "alt": "A \"red\" rose", "width": 320 },
        { "id": "c", "kind": "form" },
        { "id": "d", "kind": "spacer", "height": 24 },
        { "id": "e", "kind": "text", "paragraphs": [{ "list": "bullet", "runs": [{ "text": "to " }, { "text": "one", "bold": true, "link": "/p/x" }] }] }
    ])));
    assert!(parts.headed);
    assert!(parts.before.contains("<h1 class=\"center\">Roses &lt;b> &amp; more</h1>"), "{}", parts.before);
    let image = format!("<img src=\"{}\" alt=\"A &quot;red&quot; rose\" width=\"320\">", rose.path);
    assert!(parts.before.contains(&image), "{}", parts.before);
    assert!(
        parts.after.contains("<ul><li>to <a href=") && parts.after.contains("<strong>one</strong>"),
        "{}",
        parts.after
    );
    assert!(parts.style.contains(".design .h24{height:24px}"), "{}", parts.style);
    assert!(found.contains("has no form to show"), "{found}");

    let (parts, found) = made(design(json!([
        { "id": "a", "kind": "heading", "text": "Hello {{contact.firstname}}", "level": 2 },
        { "id": "b", "kind": "image", "source": "https://elsewhere.example/x.png", "alt": "x" },
        { "id": "c", "kind": "footer", "text": "x" }
    ])));
    assert!(!parts.headed && parts.after.is_empty() && !parts.before.contains("elsewhere"), "{parts:?}");
    for words in ["has an expression", "on another site", "belongs to mails"] {
        assert!(found.contains(words), "{words}: {found}");
    }
}
