use serde_json::{Value as Json, json};

use super::{Around, Design};
use crate::email::{html::to_text, template};

const AROUND: Around<'_> = Around {
    subject: "Spring <& more>",
    preview: "What to sow",
    sender: "Example & Sons",
    language: "de",
    site: "https://mail.example.org",
};

fn of(blocks: Json) -> Json {
    json!({ "version": 1, "sections": [{ "columns": [{ "blocks": blocks }] }] })
}

fn html(blocks: Json) -> String {
    let html = Design::read(&of(blocks).to_string()).unwrap().html(AROUND).unwrap();
    template::read(&html).unwrap();
    html
}

#[test]
fn every_block_becomes_html_that_can_be_filled_in() {
    let design = json!({
        "version": 1,
        "look": { "width": 640, "page": "#eeeeee", "font": "serif" },
        "sections": [
            { "columns": [{ "blocks": [
                { "id": "a", "kind": "heading", "text": "Hello {{contact.firstname}}", "level": 1 },
                { "id": "b", "kind": "text", "paragraphs": [
                    { "runs": [{ "text": "One " }, { "text": "two", "bold": true, "italic": true }] },
                    { "list": "bullet", "runs": [{ "text": "first", "link": "https://www.example.org/a?b=1&c=2" }] },
                    { "list": "bullet", "runs": [{ "text": "second" }] },
                    { "list": "number", "runs": [{ "text": "third" }] }
                ] },
                { "id": "c", "kind": "button", "text": "Go", "link": "/p/garden", "align": "center",
                  "onlyIf": { "column": "contact.address1_city", "is": "equal", "value": "Northfield" } },
                { "id": "d", "kind": "image", "source": "https://www.example.org/x.png", "alt": "A \"red\" rose", "width": 200 },
                { "id": "e", "kind": "divider" },
                { "id": "f", "kind": "spacer", "height": 24 },
                { "id": "g", "kind": "footer", "text": "You get this.", "center": "Your choices", "forward": "Send on" }
            ] }] },
            { "background": "#ffeedd", "columns": [
                { "blocks": [{ "id": "h", "kind": "heading", "text": "Left", "level": 2 }] },
                { "blocks": [{ "id": "i", "kind": "heading", "text": "Right", "level": 2 }] }
            ] }
        ]
    });
    let html = Design::read(&design.to_string()).unwrap().html(AROUND).unwrap();
    template::read(&html).unwrap();
    for wanted in [
        "lang=\"de\"",
        "Spring &lt;&amp; more&gt;",
        "Hello {{contact.firstname}}",
        "One <i><b>two</b></i>",
        "href=\"https://www.example.org/a?b=1&amp;c=2\"",
        "<ul style=\"margin:0 0 12px;padding-left:24px\"><li>",
        "{{#if (eq contact.address1_city \"Northfield\")}}",
        "href=\"https://mail.example.org/p/garden\"",
        "alt=\"A &quot;red&quot; rose\"",
        "href=\"{{msdyncrm_contentsettings.msdyncrm_subscriptioncenter}}\"",
        "{{msdyncrm_contentsettings.msdyncrm_addressmain}}",
        "{{#if msdyncrm_contentsettings.msdyncrm_forwardtoafriend}}",
        "Example &amp; Sons",
        "prefers-color-scheme",
    ] {
        assert!(html.contains(wanted), "{wanted} is not in {html}");
    }
    for other in ["googleapis", "@import", "http-equiv=\"refresh\"", "<script"] {
        assert!(!html.contains(other), "{other}");
    }
    let text = to_text(&html);
    assert!(text.starts_with("Hello {{contact.firstname}}\n"), "{text}");
    assert!(text.contains("- first (https://www.example.org/a?b=1&c=2)"), "{text}");
    assert!(!text.contains("What to sow") && !text.contains("mso"), "{text}");
}

#[test]
fn what_is_written_stays_text() {
    for text in [
        "<script>alert(1)</script>",
        "</mj-text><mj-raw><script>x</script></mj-raw>",
        "\"><script>x</script>",
        "<!-- <script> -->",
        "]]><script>",
        "{{{contact.description}}}",
        "{{\"<script>\"}}",
        "{{#if x}}<script>{{/if}}",
        "&#60;script&#62;",
        "{{{{raw}}}}<script>",
        "{{contact.firstname",
        "{",
    ] {
        for block in [
            json!({ "id": "a", "kind": "heading", "text": text, "level": 1 }),
            json!({ "id": "a", "kind": "text", "paragraphs": [{ "runs": [{ "text": text, "link": text }] }] }),
            json!({ "id": "a", "kind": "button", "text": text, "link": text }),
            json!({ "id": "a", "kind": "image", "source": text, "alt": text, "link": text }),
            json!({ "id": "a", "kind": "image", "source": "https://e.example/a.png", "alt": text, "link": text }),
            json!({ "id": "a", "kind": "footer", "text": text, "center": text, "forward": text }),
        ] {
            let html = Design::read(&of(json!([block])).to_string()).unwrap().html(AROUND).unwrap();
            let lower = html.to_lowercase();
            assert!(!lower.contains("<script"), "{text}: {html}");
            assert!(!html.contains("{{{"), "{text}: {html}");
        }
    }
    // An expression breaks out of no attribute.
    let html = html(
        json!([{ "id": "a", "kind": "image", "source": "https://e.example/a.png", "alt": "{{x\" onerror=\"y}}" }]),
    );
    assert!(!html.contains("onerror=\"y"), "{html}");
}

#[test]
fn links_and_pictures_lead_to_where_they_may() {
    for wrong in [
        "javascript:alert(1)",
        " JavaScript:x",
        "data:text/html,x",
        "//evil.example",
        "ftp://x",
        "vbscript:x",
        "https://",
        "x",
        "{{contact.websiteurl}}",
        "https://a\"b",
    ] {
        assert_eq!(super::link(wrong, "https://s"), None, "{wrong}");
        let html = html(json!([
            { "id": "a", "kind": "button", "text": "b", "link": wrong },
            { "id": "b", "kind": "image", "source": wrong, "alt": "p" }
        ]));
        assert!(!html.to_lowercase().contains("script:") && !html.contains("evil.example"), "{html}");
    }
    for right in [
        "https://a.example/?x={{contact.firstname}}",
        "HTTP://a",
        "mailto:a@example.org",
        "{{Message.ConfirmationRedirectURL}}",
    ] {
        assert_eq!(super::link(right, "https://s").as_deref(), Some(right));
    }
    assert_eq!(super::link("/p/a", "https://s").as_deref(), Some("https://s/p/a"));
    assert_eq!(super::picture("https://a.example/{{contact.firstname}}.png", "https://s"), None);
    assert_eq!(super::picture("mailto:a@example.org", "https://s"), None);
}

#[test]
fn what_is_too_much_is_refused() {
    let refused = |design: Json, word: &str| {
        let told = Design::read(&design.to_string()).unwrap_err();
        assert_eq!(told.target, "assent_design");
        assert!(told.text.contains(word), "{}", told.text);
    };
    let divider = |at: usize| json!({ "id": at.to_string(), "kind": "divider" });
    refused(of((0..201).map(divider).collect()), "200 blocks");
    refused(json!({ "version": 1, "sections": vec![json!({ "columns": [{ "blocks": [] }] }); 61] }), "60 sections");
    refused(json!({ "version": 1, "sections": [{ "columns": [] }] }), "1 to 3 columns");
    refused(json!({ "version": 1, "sections": [{ "columns": vec![json!({ "blocks": [] }); 4] }] }), "1 to 3 columns");
    refused(json!({ "version": 2, "sections": [] }), "version 2");
    refused(of(json!([{ "id": "a", "kind": "heading", "text": "x".repeat(20_001), "level": 1 }])), "20000 bytes");
    let runs = json!([{ "id": "a", "kind": "text", "paragraphs": [{ "runs": vec![json!({ "text": "" }); 4_001] }] }]);
    refused(of(runs), "4000 pieces");
    refused(of(json!([{ "id": "a", "kind": "frame" }])), "unknown variant");
    refused(json!({ "version": 1, "look": { "page": "red;}" }, "sections": [] }), "#1d5fa8");
    refused(Json::from("x"), "no design");
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let condition = format!("{{\"column\":\"contact.x\",\"is\":\"equal\",\"value\":{deep}}}");
    for it in [&deep, &condition] {
        let block = format!("{{\"id\":\"a\",\"kind\":\"divider\",\"onlyIf\":{it}}}");
        let design = format!("{{\"version\":1,\"sections\":[{{\"columns\":[{{\"blocks\":[{block}]}}]}}]}}");
        assert!(Design::read(&design).is_err());
    }
}

#[test]
fn a_condition_is_one_plain_question() {
    let shown =
        |condition: Json| html(json!([{ "id": "a", "kind": "heading", "text": "x", "level": 1, "onlyIf": condition }]));
    assert!(shown(json!({ "column": "contact.firstname", "is": "empty" })).contains("{{#unless contact.firstname}}"));
    for wrong in [
        json!({ "column": "contact.a}}{{x", "is": "filled" }),
        json!({ "column": "Message.x", "is": "filled" }),
        json!({ "column": "contact.city", "is": "equal", "value": "a\")}}" }),
        json!({ "column": "contact.city", "is": "equal", "value": ["x"] }),
        json!({ "column": "contact.city", "is": "equal", "value": "<b>" }),
    ] {
        assert!(!shown(wrong).contains("{{#"));
    }
}
