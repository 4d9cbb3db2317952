//! `$batch`: each leniency of the contract with the client that needs it, change sets, references,
//! failures.

use crate::site::{ONE, Reply, Site};

const ROOT: &str = "https://records.example/api/data/v9.2";

async fn batch(site: &Site, boundary: &str, more: &[&str], body: &str) -> Reply {
    let kind = format!("Content-Type: multipart/mixed;boundary={boundary}");
    let mut headers = vec![kind.as_str()];
    headers.extend(more);
    site.send("POST", "$batch", &headers, body).await
}

/// A batch of one change set; each request with a Content-ID from 1 on.
async fn change_set(site: &Site, more: &[&str], requests: &[&str]) -> Reply {
    let mut body = "--b\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n".to_owned();
    for (at, request) in requests.iter().enumerate() {
        let request = request.replace('\n', "\r\n");
        body.push_str(&format!(
            "--c\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\nContent-ID: {}\r\n\r\n{request}\r\n",
            at + 1
        ));
    }
    body.push_str("--c--\r\n--b--\r\n");
    batch(site, "b", more, &body).await
}

fn statuses(reply: &Reply) -> Vec<u16> {
    let lines = reply.text.lines().filter_map(|it| it.strip_prefix("HTTP/1.1 "));
    lines.map(|it| it.split(' ').next().unwrap().parse().unwrap()).collect()
}

async fn count(site: &Site, filter: &str) -> String {
    site.get(&format!("contacts/$count?$filter={filter}")).await.is(200).text.trim_start_matches('\u{feff}').to_owned()
}

#[tokio::test]
async fn the_answer_is_written_as_the_strictest_reader_wants_it() {
    let site = Site::new();
    let body = "--b\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n--c\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\nContent-ID: 1\r\n\r\nPOST contacts HTTP/1.1\r\nContent-Type: application/json\r\n\r\n{\"lastname\":\"Ito\"}\r\n--c--\r\n--b\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\nGET contacts?$select=lastname HTTP/1.1\r\n\r\n\r\n--b--\r\n";
    let reply = batch(&site, "b", &[], body).await.is(200);
    assert_eq!(reply.header("odata-version"), "4.0");
    let boundary = reply.header("content-type").strip_prefix("multipart/mixed; boundary=").unwrap();
    assert!(boundary.starts_with("batchresponse_") && !boundary.contains('"'));
    let inner = reply.text.split("boundary=").nth(1).unwrap().split("\r\n").next().unwrap();
    assert!(inner.starts_with("changesetresponse_"));
    let id = reply.text.split("contacts(").nth(1).unwrap().split(')').next().unwrap().to_owned();
    let etag = site.get(&format!("contacts({id})")).await.header("etag").replace('"', "\\\"");
    let expected = format!(
        "--{boundary}\r\nContent-Type: multipart/mixed; boundary={inner}\r\n\r\n--{inner}\r\n\
         Content-Type: application/http\r\nContent-Transfer-Encoding: binary\r\nContent-ID: 1\r\n\r\n\
         HTTP/1.1 204 No Content\r\nOData-Version: 4.0\r\nLocation: {ROOT}/contacts({id})\r\nOData-EntityId: {ROOT}/contacts({id})\r\n\r\n\r\n\
         --{inner}--\r\n--{boundary}\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\n\
         HTTP/1.1 200 OK\r\nContent-Type: application/json; odata.metadata=minimal\r\nOData-Version: 4.0\r\n\r\n\
         {{\"@odata.context\":\"{ROOT}/$metadata#contacts(lastname)\",\"value\":[{{\"@odata.etag\":\"{etag}\",\"lastname\":\"Ito\",\"contactid\":\"{id}\"}}]}}\r\n--{boundary}--\r\n"
    );
    assert_eq!(reply.text, expected);
}

#[tokio::test]
async fn dynamics_web_api_begins_with_an_empty_line_and_writes_absolute_addresses() {
    let site = Site::new();
    let body = format!(
        "\r\n\r\n--dwa_batch_1\r\nContent-Type: multipart/mixed;boundary=changeset_1\r\n\r\n\r\n--changeset_1\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\nContent-ID: 100001\r\n\r\nPOST {ROOT}/contacts HTTP/1.1\r\nAccept: application/json\r\nContent-Type: application/json\r\n\r\n{{\"lastname\":\"Ito\"}}\r\n\r\n--changeset_1--\r\n\r\n--dwa_batch_1--"
    );
    let reply = batch(&site, "dwa_batch_1", &[], &body).await.is(200);
    assert_eq!(statuses(&reply), [204]);
    assert!(reply.text.contains("Content-ID: 100001\r\n"));
}

#[tokio::test]
async fn the_dataverse_client_for_python_quotes_boundaries_and_leaves_spaces_in_urls() {
    let site = Site::new();
    site.make("contacts", r#"{"lastname":"Ito"}"#).await;
    let body = format!(
        "--batch_1\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\nGET {ROOT}/contacts?$select=lastname&$filter=lastname eq 'Ito' and statecode eq 0 HTTP/1.1\r\n\r\n--batch_1\r\nContent-Type: multipart/mixed; boundary=\"changeset_1\"\r\n\r\n--changeset_1\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\nContent-ID: 1\r\n\r\nPOST {ROOT}/accounts HTTP/1.1\r\nContent-Type: application/json; type=entry\r\n\r\n{{\"name\":\"Rowan\"}}\r\n--changeset_1\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\nContent-ID: 2\r\n\r\nPOST {ROOT}/contacts HTTP/1.1\r\nContent-Type: application/json; type=entry\r\n\r\n{{\"lastname\":\"Sato\",\"parentcustomerid_account@odata.bind\":\"$1\"}}\r\n--changeset_1\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\nPATCH $2 HTTP/1.1\r\nIf-Match: *\r\nContent-Type: application/json; type=entry\r\n\r\n{{\"jobtitle\":\"Nurse\"}}\r\n--changeset_1--\r\n--batch_1--\r\n"
    );
    let reply = batch(&site, "\"batch_1\"", &[], &body).await.is(200);
    assert_eq!(statuses(&reply), [200, 204, 204, 204], "{}", reply.text);
    assert_eq!(count(&site, "jobtitle eq 'Nurse' and parentcustomerid_account/name eq 'Rowan'").await, "1");
}

#[tokio::test]
async fn dataverse_ify_ends_lines_in_lf_sends_undefined_and_encodes_json_twice() {
    let site = Site::new();
    let body = "--batch_17\nContent-Type: multipart/mixed;boundary=changeset_17\n\n--changeset_17\nContent-Type: application/http\nContent-Transfer-Encoding:binary\nContent-ID: 0\n\nPOST /api/data/v9.0/contacts HTTP/1.1\nContent-Type: application/json\n\n\"{\\\"lastname\\\":\\\"Ito\\\"}\"\n--changeset_17--\n \n--batch_17\nContent-Type: application/http\nContent-Transfer-Encoding:binary\n\nGET /api/data/v9.0/contacts?$select=lastname HTTP/1.1\nAccept: application/json\n\nundefined\n--batch_17-- \n \n";
    let reply = batch(&site, "batch_17", &[], body).await.is(200);
    assert_eq!(statuses(&reply), [204, 200]);
    // Links are of the version that the part asks for.
    assert!(reply.text.contains("OData-EntityId: https://records.example/api/data/v9.0/contacts("));
}

#[tokio::test]
async fn xrm_webapi_loses_a_slash_the_space_behind_a_colon_and_the_last_line_end() {
    let site = Site::new();
    let id = site.make("contacts", r#"{"lastname":"Ito"}"#).await;
    let body = format!(
        "--batch_b1\r\nContent-Type: multipart/mixed;boundary=changeset_c1\r\n\r\n--changeset_c1\r\nContent-Type: application/http\r\nContent-Transfer-Encoding:binary\r\nContent-ID: 1\r\n\r\nPATCH https:/records.example/api/data/v9.2/contacts({id}) HTTP/1.1\r\nContent-Type: application/json;type=entry\r\n\r\n{{\"jobtitle\":\"Nurse\"}}\r\n--changeset_c1--\r\n--batch_b1\r\nContent-Type: application/http\r\nContent-Transfer-Encoding:binary\r\n\r\nGET https:/records.example/api/data/v9.2/contacts?$select=jobtitle&$top=1 HTTP/1.1\r\nAccept: application/json\r\n--batch_b1--"
    );
    let reply = batch(&site, "batch_b1", &[], &body).await.is(200);
    assert_eq!(statuses(&reply), [204, 200], "{}", reply.text);
    assert!(reply.text.contains(r#""jobtitle":"Nurse""#));
}

#[tokio::test]
async fn o_js_repeats_its_token_and_encodes_option_names() {
    let site = Site::new();
    site.make("contacts", r#"{"lastname":"Ito"}"#).await;
    let part = |token: &str| {
        format!(
            "--batch_1\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\nContent-ID: 7\r\n\r\nGET {ROOT}/contacts?%24top=1&%24select=lastname HTTP/1.1\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\n\r\n\r\n\r\n--batch_1--\r\n"
        )
    };
    let reply = batch(&site, "batch_1", &[], &part(&site.token)).await.is(200);
    assert!(reply.text.contains(r#""lastname":"Ito""#) && reply.text.contains("Content-ID: 7\r\n"));
    let reply = batch(&site, "batch_1", &[], &part("ast_another")).await.is(401);
    assert_eq!(statuses(&reply), [401]);
}

#[tokio::test]
async fn odata_client_writes_relative_addresses_and_an_empty_line_before_the_json() {
    let site = Site::new();
    let body = "--0a1b-2c\r\nContent-Type: multipart/mixed; boundary=3d4e\r\n\r\n--3d4e\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\nPOST contacts HTTP/1.1\r\nContent-Type: application/json\r\n\r\n\r\n{\"lastname\":\"Ito\"}\r\n--3d4e--\r\n--0a1b-2c\r\nContent-Type: multipart/mixed; boundary=5f6a\r\n\r\n--5f6a\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\nPOST contacts HTTP/1.1\r\nContent-Type: application/json\r\n\r\n\r\n{\"lastname\":\"Sato\"}\r\n--5f6a--\r\n--0a1b-2c--\r\n";
    let reply = batch(&site, "0a1b-2c", &[], body).await.is(200);
    assert_eq!(statuses(&reply), [204, 204]);
    assert_eq!(count(&site, "lastname ne null").await, "2");
}

#[tokio::test]
async fn microsofts_samples_put_the_content_id_among_the_http_headers_and_count_from_zero() {
    let site = Site::new();
    let body = "--batch_1\r\nContent-Type: multipart/mixed;boundary=changeset_1\r\n\r\n--changeset_1\r\ncontent-type:application/http\r\ncontent-transfer-encoding:binary\r\n\r\nPOST /api/data/v9.2/accounts HTTP/1.1\r\ncontent-id: 0\r\ncontent-type: application/json\r\n\r\n{\"name\":\"Rowan\"}\r\n--changeset_1\r\ncontent-type:application/http\r\n\r\nPUT $0/name HTTP/1.1\r\ncontent-id: 1\r\n\r\n{\"value\":\"Elm\"}\r\n--changeset_1--\r\n--batch_1--\r\n";
    let reply = batch(&site, "batch_1", &[], body).await.is(200);
    assert_eq!(statuses(&reply), [204, 204], "{}", reply.text);
    assert!(reply.text.contains("Content-ID: 0\r\n"));
    assert_eq!(site.get("accounts?$select=name").await.json()["value"][0]["name"], "Elm");
}

#[tokio::test]
async fn the_crate_of_that_name_sends_another_boundary_than_it_declares() {
    let site = Site::new();
    let body = "--batch_other\nContent-Type: application/http\n\nGET contacts HTTP/1.1\n\n--batch_other--\n";
    let refused = batch(&site, "batch_1", &[], body).await.is(400).error();
    assert!(refused.contains("does not hold the boundary 'batch_1'"), "{refused}");
}

#[tokio::test]
async fn of_a_change_set_that_fails_nothing_remains() {
    let site = Site::new();
    let requests = [
        "POST accounts HTTP/1.1\n\n{\"name\":\"Rowan\"}",
        "POST contacts HTTP/1.1\n\n{\"lastname\":\"Ito\",\"parentcustomerid_account@odata.bind\":\"$1\"}",
        "POST contacts HTTP/1.1\n\n{\"nosuch\":1}",
    ];
    let reply = change_set(&site, &[], &requests).await.is(400);
    assert_eq!(statuses(&reply), [400]);
    assert!(!reply.text.contains("changesetresponse_"));
    assert!(reply.text.contains("0x80048d19") && reply.text.contains("undeclared property 'nosuch'"), "{}", reply.text);
    assert_eq!(count(&site, "lastname ne null").await, "0");
    assert_eq!(site.get("accounts").await.json()["value"], serde_json::json!([]));
    // With continue-on-error the outer status is 200.
    let reply = change_set(&site, &["Prefer: odata.continue-on-error"], &requests).await.is(200);
    assert_eq!(statuses(&reply), [400]);
    assert_eq!(reply.header("preference-applied"), "odata.continue-on-error");
    assert_eq!(count(&site, "lastname ne null").await, "0");
    // What the records keep no trace of, the audit trail keeps none of either.
    let audit = site.get("assent_VerifyAudit()").await.is(200).json();
    assert_eq!(audit["Whole"], true);
}

#[tokio::test]
async fn the_first_failure_ends_a_batch_unless_it_shall_go_on() {
    let site = Site::new();
    let part = |line: &str| format!("--b\r\nContent-Type: application/http\r\n\r\n{line}\r\n");
    let mut body = part("POST contacts HTTP/1.1\r\n\r\n{\"lastname\":\"Ito\"}");
    body.push_str(&part(&format!("GET contacts({ONE}) HTTP/1.1\r\n")));
    body.push_str(&part("POST contacts HTTP/1.1\r\n\r\n{\"lastname\":\"Sato\"}"));
    body.push_str("--b--\r\n");
    let reply = batch(&site, "b", &[], &body).await.is(404);
    assert_eq!(statuses(&reply), [204, 404]);
    assert_eq!(count(&site, "lastname ne null").await, "1");
    let reply = batch(&site, "b", &["Prefer: odata.continue-on-error"], &body).await.is(200);
    assert_eq!(statuses(&reply), [204, 404, 204]);
    assert_eq!(count(&site, "lastname ne null").await, "3");
}

#[tokio::test]
async fn references_reach_addresses_bindings_and_links() {
    let site = Site::new();
    let reply = change_set(
        &site,
        &[],
        &[
            "POST accounts HTTP/1.1\n\n{\"name\":\"Rowan\"}",
            "POST contacts HTTP/1.1\n\n{\"lastname\":\"Ito\"}",
            "POST $1/contact_customer_accounts/$ref HTTP/1.1\n\n{\"@odata.id\":\"$2\"}",
            "POST tasks HTTP/1.1\n\n{\"subject\":\"Call\",\"regardingobjectid_contact_task@odata.bind\":\"/$2\"}",
            "PATCH accounts($1) HTTP/1.1\n\n{\"primarycontactid@odata.bind\":\"$2\"}",
        ],
    );
    assert_eq!(statuses(&reply.await.is(200)), [204; 5]);
    let rows = site.get("accounts?$select=name&$expand=primarycontactid($select=lastname),contact_customer_accounts($select=lastname;$expand=Contact_Tasks($select=subject))").await.json();
    let row = &rows["value"][0];
    assert_eq!(row["primarycontactid"]["lastname"], "Ito");
    assert_eq!(row["contact_customer_accounts"][0]["Contact_Tasks"][0]["subject"], "Call");
    let unknown = change_set(&site, &[], &["PATCH $9 HTTP/1.1\n\n{}"]).await.is(400);
    assert!(unknown.text.contains("Content-ID Reference: '$9' does not exist in the batch context."));
    let unknown = change_set(
        &site,
        &[],
        &["POST contacts HTTP/1.1\n\n{\"lastname\":\"x\",\"parentcustomerid_account@odata.bind\":\"$8\"}"],
    );
    assert!(unknown.await.is(400).text.contains("'$8' does not exist"));
    // A dollar sign in a value is a dollar sign.
    let plain = change_set(&site, &[], &["POST contacts HTTP/1.1\n\n{\"lastname\":\"$1\"}"]).await;
    assert_eq!(statuses(&plain), [204]);
}

#[tokio::test]
async fn what_is_no_batch_is_refused_with_its_place() {
    let site = Site::new();
    let get = change_set(&site, &[], &["GET contacts HTTP/1.1\n"]).await.is(400);
    assert!(get.text.contains("GET is not allowed inside a change set"));
    site.get("$batch").await.is(405);
    let json = site.send("POST", "$batch", &["Content-Type: application/json"], "{}").await.is(400).error();
    assert!(json.contains("multipart/mixed"), "{json}");
    let cut = "--b\r\nContent-Type: application/http\r\n\r\nPOST contacts HTTP/1.1\r\n\r\n{\"lastname\":\"Ito\"}\r\n";
    assert!(batch(&site, "b", &[], cut).await.is(400).error().contains("cut off"));
    assert_eq!(count(&site, "lastname ne null").await, "0");
    let odd = "--b\r\nContent-Type: application/http\r\n\r\nHello\r\n--b--\r\n";
    assert!(batch(&site, "b", &[], odd).await.is(400).error().contains("part 1"));
    let nested = "--b\r\nContent-Type: application/http\r\n\r\nPOST $batch HTTP/1.1\r\n\r\n--b--\r\n";
    assert!(batch(&site, "b", &[], nested).await.is(400).text.contains("inside another batch"));
    let one = "--b\r\nContent-Type: application/http\r\n\r\nGET WhoAmI HTTP/1.1\r\n\r\n";
    let whole = |parts: usize| format!("{}--b--\r\n", one.repeat(parts));
    let many = batch(&site, "b", &[], &whole(1_001)).await.is(400).error();
    assert!(many.contains("1001 requests"), "{many}");
    assert_eq!(statuses(&batch(&site, "b", &[], &whole(1_000)).await.is(200)).len(), 1_000);
    let long = format!(
        "--b\r\nContent-Type: application/http\r\n\r\nGET contacts?x={} HTTP/1.1\r\n\r\n--b--\r\n",
        "y".repeat(65_536)
    );
    assert_eq!(statuses(&batch(&site, "b", &[], &long).await.is(414)), [414]);
    let twice = long.replace(&"y".repeat(25_536), "");
    assert_eq!(statuses(&batch(&site, "b", &[], &twice).await.is(200)), [200]);
}

#[tokio::test]
async fn a_part_has_preferences_of_its_own() {
    let site = Site::new();
    let body = "--b\r\nContent-Type: application/http\r\n\r\nPOST contacts?$select=lastname HTTP/1.1\r\nPrefer: return=representation\r\n\r\n{\"lastname\":\"Ito\"}\r\n--b\r\nContent-Type: application/http\r\n\r\nPOST contacts HTTP/1.1\r\n\r\n{\"lastname\":\"Sato\"}\r\n--b--\r\n";
    let reply = batch(&site, "b", &["If-Match: W/\"1\""], body).await.is(200);
    assert_eq!(statuses(&reply), [201, 204]);
    assert!(reply.text.contains("Preference-Applied: return=representation\r\nETag: W/\""), "{}", reply.text);
}
