//! The properties of `fuzz/` for whole bodies, over texts made from texts: bounded, seeded, without a nightly compiler.

#[path = "../../../../fuzz/properties/body.rs"]
mod body;
#[path = "../../../../fuzz/properties/mutate.rs"]
mod mutate;

const ROUNDS: usize = 10_000;

const BATCH: &str = "multipart/mixed; boundary=b\n--b\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\nGET accounts?$top=1 HTTP/1.1\r\nAccept: application/json\r\n\r\n\r\n--b\r\nContent-Type: multipart/mixed; boundary=\"c\"\r\n\r\n--c\r\nContent-Type: application/http\r\nContent-ID: 1\r\n\r\nPOST /api/data/v9.2/contacts HTTP/1.1\r\nContent-Type: application/json\r\n\r\n{\"lastname\":\"Ito\"}\r\n--c\nContent-Type: application/http\nContent-ID: 2\n\nPATCH $1 HTTP/1.1\nIf-Match: *\n\n{}\n--c--\r\n--b--\r\n";
const FETCH: &str = "<fetch top='3' aggregate=\"true\"><entity name='contact'><attribute name='fullname' alias='a'/><filter type='or'><condition attribute='x' operator='in'><value>1 &amp; &#50;</value><value><![CDATA[y]]></value></condition></filter><link-entity name='account' from='accountid' to='p'><order attribute='name' descending='true'/></link-entity></entity></fetch>";

#[test]
fn batches_survive() {
    let words = [
        "--b",
        "--c",
        "--",
        "\r\n",
        "\n",
        "\r\n\r\n",
        "Content-ID: 1",
        "boundary=",
        "GET ",
        "HTTP/1.1",
        ":",
        "é",
        "\u{0}",
        " ",
    ];
    mutate::run(&[BATCH.to_owned()], &words, ROUNDS, 5, body::batch);
    assert_eq!(
        web::api::parts_of_batch("multipart/mixed; boundary=b", BATCH.split_once('\n').unwrap().1.as_bytes()),
        Some(3)
    );
}

#[test]
fn fetchxml_survives() {
    let words = [
        "<a>",
        "</a>",
        "<a/>",
        "<",
        ">",
        "&",
        "&amp;",
        "&#x10FFFF;",
        "<!--",
        "-->",
        "<![CDATA[",
        "]]>",
        "<?x?>",
        "<!DOCTYPE a>",
        "'",
        "\"",
        "=",
        "é",
    ];
    mutate::run(&[FETCH.to_owned()], &words, ROUNDS, 6, body::fetchxml);
    assert_eq!(web::api::elements_of_fetchxml(FETCH), Some(9));
    let deep = "<a>".repeat(100_000);
    assert_eq!(web::api::elements_of_fetchxml(&deep), None);
}
