//! Public pages: languages, the guard of forms, limits, Global Privacy Control.

use axum::{body::Body, http::Request};
use kernel::{Actor, Query, Registry, Values, uuid::Uuid};

use crate::site::{Reply, Site};

const BROWSER: (&str, &str) = ("User-Agent", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Firefox/140.0");

pub async fn visit(site: &Site, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Reply {
    let mut request = Request::builder().method(method).uri(path).header("Host", "records.example");
    if method == "POST" {
        request = request.header("Content-Type", "application/x-www-form-urlencoded");
    }
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    site.raw(request.body(Body::from(body.to_owned())).unwrap()).await
}

fn registry() -> Registry {
    let privacy = Registry::default().with(privacy::RULES, &[], &[]);
    privacy.with(engagement::RULES, engagement::JOBS, engagement::CONSUMERS)
}

/// A site with a live landing page that asks for address and consent.
pub fn landing() -> (Site, Uuid) {
    landing_on(Site::with(registry()))
}

fn landing_on(site: Site) -> (Site, Uuid) {
    let form = site.app.db.write(&site.app.cx, |tx| {
        engagement::defaults::ensure(tx, "Sample Gardens", "1 Example Lane, 00000 Sampletown")?;
        let values = Values::new()
            .with("msdyncrm_name", "News")
            .with("msdyncrm_validforpagetype", 0)
            .with("msdyncrm_limitexceededmessage", "Slowly, please.")
            .with("assent_wording", "We use your data for what you choose.");
        let form = tx.create("msdyncrm_marketingform", values)?;
        for (order, column) in [(0, "emailaddress1"), (1, "msgdpr_gdprconsent")] {
            let known = Query::on("msdyncrm_marketingformfield").eq("msdyncrm_contactmapping", column);
            let field = match tx.first(&known)? {
                Some(row) => row.id,
                None => tx.create(
                    "msdyncrm_marketingformfield",
                    Values::new()
                        .with("msdyncrm_name", column)
                        .with("msdyncrm_contactmapping", column)
                        .with("msdyncrm_marketingformfieldtype", 1),
                )?,
            };
            let element = Values::new()
                .with("assent_formid", form)
                .with("assent_kind", 1)
                .with("assent_fieldid", field)
                .with("assent_required", order == 0)
                .with("assent_order", order);
            tx.create("assent_formelement", element)?;
        }
        tx.create("assent_formelement", Values::new().with("assent_formid", form).with("assent_kind", 4))?;
        tx.update("msdyncrm_marketingform", form, Values::new().with("statuscode", 192_350_006))?;
        let page = Values::new()
            .with("msdyncrm_name", "News")
            .with("msdyncrm_type", 0)
            .with("msdyncrm_partialurl", "news")
            .with("assent_formid", form)
            .with("statuscode", 192_350_006);
        tx.create("msdyncrm_marketingpage", page)?;
        Ok(form)
    });
    (site, form.unwrap())
}

pub fn between<'t>(text: &'t str, from: &str, to: &str) -> &'t str {
    let rest = text.split_once(from).unwrap_or_else(|| panic!("no {from} in {text}")).1;
    rest.split(to).next().unwrap()
}

fn count(site: &Site, query: &Query) -> u64 {
    site.app.db.read(&site.app.cx, |rx| rx.count(query)).unwrap()
}

#[tokio::test]
async fn programs_do_not_get_through_and_persons_do() {
    let (site, form) = landing();
    site.app.db.write(&site.app.cx, |tx| kernel::setting::set(tx, "forms.minimum_seconds", "2")).unwrap();
    let page = visit(&site, "GET", "/p/news", &[BROWSER], "").await.is(200);
    let shown = between(&page.text, "name=\"shown\" value=\"", "\"").to_owned();
    assert!(page.text.contains("class=\"trap\" aria-hidden=\"true\""));
    let path = format!("/f/{form}");
    let body = format!("shown={shown}&emailaddress1=eve%40example.org&msgdpr_gdprconsent=587030004");
    let quick = visit(&site, "POST", &path, &[], &body).await.is(422);
    assert!(
        quick.text.contains("That was very quick") && quick.text.contains("eve@example.org"),
        "nothing typed is lost"
    );
    visit(&site, "POST", &path, &[], "emailaddress1=eve%40example.org").await.is(422);
    site.clock.advance(2_000);
    let forged = body.replace("shown=1", "shown=2");
    visit(&site, "POST", &path, &[], &forged).await.is(422);
    let trapped = visit(&site, "POST", &path, &[], &format!("{body}&homepage=x")).await.is(200);
    assert!(trapped.text.contains("Thank you"), "a program reads what a person reads");
    assert_eq!(count(&site, &Query::on("contact")), 0);
    let done = visit(&site, "POST", &path, &[], &body).await.is(200);
    assert!(done.text.contains("Please check your inbox"), "{}", done.text);
    assert_eq!(count(&site, &Query::on("contact")), 1);
}

#[tokio::test]
async fn who_asks_too_often_waits() {
    let (site, form) = landing();
    let path = format!("/f/{form}");
    for _ in 0..10 {
        visit(&site, "POST", &path, &[], "emailaddress1=eve%40example.org").await.is(200);
    }
    let over = visit(&site, "POST", &path, &[], "emailaddress1=EVE%40example.org").await.is(429);
    assert!(over.text.contains("Slowly, please."));
    visit(&site, "POST", &path, &[], "emailaddress1=bob%40example.org").await.is(200);
    site.clock.advance(3_600_000);
    visit(&site, "POST", &path, &[], "emailaddress1=eve%40example.org").await.is(200);
}

#[tokio::test]
async fn pages_speak_the_language_of_the_form_else_of_the_visitor() {
    let (site, form) = landing();
    let german = ("Accept-Language", "it, de-AT;q=0.8, en;q=0.5");
    let page = visit(&site, "GET", "/p/news", &[german], "").await.is(200);
    assert!(page.text.contains("<html lang=\"de\">") && page.text.contains("(erforderlich)"), "{}", page.text);
    let cx = site.app.cx.clone();
    site.app
        .db
        .write(&cx, move |tx| tx.update("msdyncrm_marketingform", form, Values::new().with("assent_language", "fr")))
        .unwrap();
    let page = visit(&site, "GET", "/p/news", &[german], "").await.is(200);
    assert!(page.text.contains("<html lang=\"fr\">") && page.text.contains("(obligatoire)"));
    let unknown = visit(&site, "GET", "/confirm/x", &[german], "").await.is(404);
    assert!(unknown.text.contains("Dieser Link ist nicht gültig"), "{}", unknown.text);
}

#[tokio::test]
async fn the_word_of_a_browser_is_an_objection() {
    let (site, _) = landing();
    let support = visit(&site, "GET", "/.well-known/gpc.json", &[], "").await.is(200);
    assert_eq!(support.json()["gpc"], true);
    let cx = site.app.cx.clone();
    let (ann, center, open) = site
        .app
        .db
        .write(&cx, |tx| {
            let ann = tx.create(
                "contact",
                Values::new().with("lastname", "Example").with("emailaddress1", "ann@example.org"),
            )?;
            let mail = tx.create(
                "assent_outgoingmail",
                Values::new()
                    .with("assent_contactid", ann)
                    .with("assent_to", "ann@example.org")
                    .with("assent_purpose", 1)
                    .with("assent_tracked", true)
                    .with("assent_idempotencykey", "one"),
            )?;
            Ok((
                ann,
                engagement::link::Link::Center { contact: ann, mail }.token(tx)?,
                engagement::link::Link::Open { mail }.token(tx)?,
            ))
        })
        .unwrap();
    let objects = ("Sec-GPC", "1");
    let opened = Query::on("assent_interaction").eq("assent_type", "EmailOpened");
    let beacon = format!("/o/{open}.gif");
    visit(&site, "HEAD", &beacon, &[BROWSER], "").await;
    assert_eq!(count(&site, &opened.clone().eq("assent_detail", "machine")), 1);
    visit(&site, "GET", &beacon, &[BROWSER], "").await;
    assert_eq!(count(&site, &opened), 2, "a person after a machine");
    let row = || site.app.db.read(&site.app.cx.for_actor(Actor::System), |rx| rx.get("contact", ann)).unwrap();
    assert!(!row().get("msgdpr_donottrack").is_true());
    let page = visit(&site, "GET", &format!("/s/{center}"), &[BROWSER, objects], "").await.is(200);
    assert!(page.text.contains("Global Privacy Control"), "the person is told");
    assert!(row().get("msgdpr_donottrack").is_true());
    let proof = Query::on("assent_interaction").eq("assent_type", "TrackingObjected");
    assert_eq!(count(&site, &proof), 1);
    let page = visit(&site, "GET", &format!("/s/{center}"), &[BROWSER, objects], "").await.is(200);
    assert!(!page.text.contains("Global Privacy Control"));
    visit(&site, "GET", &beacon, &[BROWSER, objects], "").await;
    assert_eq!(count(&site, &opened), 2);
}

#[tokio::test]
async fn the_browser_on_a_confirmation_page_is_the_custodians() {
    use privacy::consent::{self, Evidence, Level, Requested};
    let (site, _) = landing();
    let cx = site.app.cx.clone();
    let (pat, kim, token) = site
        .app
        .db
        .write(&cx, |tx| {
            let person =
                |name: &str| Values::new().with("lastname", name).with("emailaddress1", format!("{name}@example.org"));
            let pat = tx.create("contact", person("pat"))?;
            let kim = person("kim").with("msgdpr_gdprischild", true).with("msgdpr_gdprparentid", pat);
            let kim = tx.create("contact", kim)?;
            let Requested::Pending(it) = consent::request(tx, kim, Level::Marketing, &Evidence::default())? else {
                panic!("it waits")
            };
            engagement::confirmation::send(tx, &it, None)?;
            Ok((pat, kim, it.token))
        })
        .unwrap();
    let page = format!("/confirm/{token}");
    visit(&site, "GET", &page, &[BROWSER, ("Sec-GPC", "1")], "").await.is(200);
    let objects = |id| {
        let row = site.app.db.read(&site.app.cx.for_actor(Actor::System), |rx| rx.get("contact", id)).unwrap();
        row.get("msgdpr_donottrack").is_true()
    };
    assert_eq!((objects(pat), objects(kim)), (true, false));
    // The custodian has another mailbox: neither the page nor the button is of use.
    let moved = Values::new().with("emailaddress1", "new@example.org");
    site.app.db.write(&cx, move |tx| tx.update("contact", pat, moved.clone())).unwrap();
    visit(&site, "GET", &page, &[BROWSER], "").await.is(410);
    visit(&site, "POST", &page, &[BROWSER], "").await.is(410);
}

#[tokio::test]
async fn a_mail_is_passed_on_by_its_personal_link_only() {
    let (site, _) = landing();
    let cx = site.app.cx.clone();
    let (link, other) = site
        .app
        .db
        .write(&cx, |tx| {
            engagement::demo::load(tx, 5, 1)?;
            let ann = tx.create(
                "contact",
                Values::new().with("lastname", "Example").with("emailaddress1", "ann@example.org"),
            )?;
            let email = tx.first(&Query::on("msdyncrm_marketingemail").eq("msdyncrm_name", "Tips"))?.unwrap();
            let mail = tx.create(
                "assent_outgoingmail",
                Values::new()
                    .with("assent_contactid", ann)
                    .with("assent_to", "ann@example.org")
                    .with("assent_subject", "What to prune")
                    .with("assent_purpose", 1)
                    .with("assent_emailid", email.id)
                    .with("assent_idempotencykey", "one"),
            )?;
            Ok((
                engagement::link::Link::Forward { mail }.token(tx)?,
                engagement::link::Link::Center { contact: ann, mail }.token(tx)?,
            ))
        })
        .unwrap();
    visit(&site, "GET", "/p/to-a-friend", &[BROWSER], "").await.is(404);
    visit(&site, "GET", &format!("/w/{other}"), &[BROWSER], "").await.is(404);
    let path = format!("/w/{link}");
    let page = visit(&site, "GET", &path, &[BROWSER], "").await.is(200);
    assert!(page.text.contains("The mail: What to prune") && !page.text.contains("ann@example.org"), "{}", page.text);
    assert!(page.header("content-security-policy").contains("frame-ancestors 'none'"), "not embeddable");
    let wrong = visit(&site, "POST", &path, &[], "friend-1-email=&friend-2-name=Gil").await.is(422);
    assert!(wrong.text.contains("f-friend-1-email") && wrong.text.contains("Gil"), "nothing typed is lost");
    assert_eq!(count(&site, &Query::on("assent_forward")), 0);
    // The page is the same for somebody who said no and for somebody unknown.
    let send = |friend: &'static str| {
        let (site, path) = (&site, path.clone());
        async move { visit(site, "POST", &path, &[], &format!("friend-1-email={friend}%40example.org")).await.is(200).text }
    };
    assert_eq!(send("gil").await, send("person0").await);
    assert!(count(&site, &Query::on("assent_forward")) >= 1);
    let html = {
        let copy = Query::on("assent_outgoingmail").eq("assent_purpose", 9);
        site.app.db.read(&site.app.cx, |rx| rx.first(&copy)).unwrap().unwrap().text("assent_html").to_owned()
    };
    let refuse = format!("/n/{}", between(&html, "/n/", "\""));
    let page = visit(&site, "GET", &refuse, &[BROWSER], "").await.is(200);
    assert!(page.text.contains("No more mails to my address"));
    let ledger = Query::on("assent_suppression");
    assert_eq!(count(&site, &ledger), 0, "opening it changes nothing");
    visit(&site, "POST", &refuse, &[], "List-Unsubscribe=One-Click").await.is(200);
    assert_eq!(count(&site, &ledger), 1);
    visit(&site, "POST", &format!("{refuse}x"), &[], "").await.is(404);
}

fn set(site: &Site, entity: &'static str, id: Uuid, values: &Values) -> kernel::Result<bool> {
    let values = values.clone();
    site.app.db.write(&site.app.cx, move |tx| tx.update(entity, id, values.clone()))
}

#[tokio::test]
async fn only_the_named_sites_may_embed_a_form() {
    let (site, form) = landing();
    let page = |path: String| {
        let site = &site;
        async move { visit(site, "GET", &path, &[BROWSER, ("Referer", "https://shop.example/buy?x=1")], "").await }
    };
    let policy = |it: &Reply| between(it.header("content-security-policy"), "frame-ancestors ", ";").to_owned();
    assert_eq!(policy(&page(format!("/e/{form}")).await.is(200)), "'none'");
    page(format!("/embed/{form}.js")).await.is(404);
    let embed = |list: &str| Values::new().with("assent_embeddomains", list);
    assert!(set(&site, "msdyncrm_marketingform", form, &embed("https://*.example")).is_err());
    set(&site, "msdyncrm_marketingform", form, &embed("https://shop.example")).unwrap();
    let framed = page(format!("/e/{form}")).await.is(200);
    assert_eq!(policy(&framed), "https://shop.example");
    assert!(framed.text.contains(&format!("/f/{form}?from=https://shop.example\"")), "{}", framed.text);
    assert!(page(format!("/embed/{form}.js")).await.is(200).text.contains(&format!("/e/{form}")));
    assert_eq!(policy(&page("/p/news".into()).await), "'none'", "the page around it is embedded nowhere");
    let path = format!("/f/{form}?from=https://shop.example");
    let done = visit(&site, "POST", &path, &[], "emailaddress1=eve%40example.org").await.is(200);
    assert_eq!(policy(&done), "https://shop.example");
    let sent = Query::on("msdyncrm_marketingformsubmission").eq("msdyncrm_pageurl", "https://shop.example");
    assert_eq!(count(&site, &sent), 1);
    visit(&site, "POST", &format!("/f/{form}?from=https://evil.example"), &[], "emailaddress1=gil%40example.org").await;
    assert_eq!(
        count(&site, &Query::on("msdyncrm_marketingformsubmission").filter("msdyncrm_pageurl eq null").unwrap()),
        1
    );
}

#[tokio::test]
async fn after_a_form_a_visitor_is_led_where_it_says() {
    let (site, form) = landing();
    let path = format!("/f/{form}?page=news");
    let to = |url: &str| Values::new().with("msdyncrm_redirecturl", url);
    assert!(set(&site, "msdyncrm_marketingform", form, &to("http://plain.example/x")).is_err());
    set(&site, "msdyncrm_marketingform", form, &to("https://www.example.org/thanks?a=1")).unwrap();
    let page = visit(&site, "GET", "/p/news", &[BROWSER], "").await.is(200);
    assert!(page.header("content-security-policy").contains("form-action 'self' https://www.example.org;"));
    let done = visit(&site, "POST", &path, &[], "emailaddress1=eve%40example.org").await.is(303);
    assert_eq!(done.header("location"), "https://www.example.org/thanks?a=1");
    // What waits for a confirmation is said here first.
    let waits = "emailaddress1=eve%40example.org&msgdpr_gdprconsent=587030004";
    assert!(visit(&site, "POST", &path, &[], waits).await.is(200).text.contains("Please check your inbox"));
    let news = site
        .app
        .db
        .read(&site.app.cx, |rx| rx.first(&Query::on("msdyncrm_marketingpage").eq("msdyncrm_partialurl", "news")));
    let from = Query::on("msdyncrm_marketingformsubmission").eq("msdyncrm_marketingpageid", news.unwrap().unwrap().id);
    assert_eq!(count(&site, &from), 2, "the page is noted");
}

#[tokio::test]
async fn what_cannot_be_applied_is_kept_and_said() {
    let (site, form) = landing();
    let strategy = site.app.db.write(&site.app.cx, |tx| {
        let values = Values::new()
            .with("msdyncrm_name", "By level")
            .with("msdyncrm_targetentity", 192_350_000)
            .with("msdyncrm_matchingstrategyfields", "msgdpr_gdprconsent");
        tx.create("msdyncrm_matchingstrategy", values)
    });
    let values = Values::new()
        .with("msdyncrm_contactmatchingstrategy", strategy.unwrap())
        .with("msdyncrm_errormessage", "Please call us.");
    set(&site, "msdyncrm_marketingform", form, &values).unwrap();
    let done = visit(&site, "POST", &format!("/f/{form}"), &[], "emailaddress1=eve%40example.org").await.is(202);
    assert!(done.text.contains("Please call us."), "{}", done.text);
    let failed = Query::on("msdyncrm_marketingformsubmission").eq("statuscode", 192_350_001);
    assert_eq!((count(&site, &failed), count(&site, &Query::on("contact"))), (1, 0));
    let rows = site.get("msdyncrm_marketingformsubmissions?$select=msdyncrm_failuredescription").await.is(200).json();
    let row = &rows["value"][0];
    assert!(row["msdyncrm_failuredescription"].as_str().unwrap().contains("is matched"), "{row}");
    let id = row["msdyncrm_marketingformsubmissionid"].as_str().unwrap();
    let retry = format!("msdyncrm_marketingformsubmissions({id})/Microsoft.Dynamics.CRM.assent_RetrySubmission");
    assert_eq!(site.post(&retry, "").await.is(200).json()["applied"], false);
    set(
        &site,
        "msdyncrm_marketingform",
        form,
        &Values::new().with("msdyncrm_contactmatchingstrategy", kernel::Value::Null),
    )
    .unwrap();
    assert_eq!(site.post(&retry, "").await.is(200).json()["applied"], true);
    assert_eq!(count(&site, &Query::on("contact")), 1);
    site.post(&retry, "").await.is(409);
}

#[tokio::test]
async fn a_question_in_words_is_answered_once() {
    let (site, form) = landing();
    let id = site
        .app
        .db
        .read(&site.app.cx, |rx| rx.first(&Query::on("msdyncrm_marketingpageconfiguration")))
        .unwrap()
        .unwrap()
        .id;
    set(&site, "msdyncrm_marketingpageconfiguration", id, &Values::new().with("assent_captcha", true)).unwrap();
    let path = format!("/f/{form}");
    let german = ("Accept-Language", "de");
    let asked = |text: &str| {
        let words = "null eins zwei drei vier fünf sechs sieben acht neun";
        let number = |it: &str| words.split(' ').position(|word| word == it).unwrap();
        let question = between(text, "Was ist ", "?");
        let (first, second) = question.split_once(" plus ").unwrap();
        (between(text, "name=\"question\" value=\"", "\"").to_owned(), number(first) + number(second))
    };
    let page = visit(&site, "GET", "/p/news", &[german], "").await.is(200);
    let (question, sum) = asked(&page.text);
    let body = |question: &str, sum: usize, who: &str| {
        format!("emailaddress1={who}%40example.org&question={question}&answer={sum}")
    };
    let wrong = visit(&site, "POST", &path, &[german], &body(&question, sum + 1, "eve")).await.is(422);
    assert!(wrong.text.contains("Das ist nicht die Summe") && wrong.text.contains("eve@example.org"));
    visit(&site, "POST", &path, &[], "emailaddress1=eve%40example.org").await.is(422);
    visit(&site, "POST", &path, &[], &body(&question, sum, "eve")).await.is(422);
    let (question, sum) = asked(&wrong.text);
    assert_eq!(count(&site, &Query::on("contact")), 0);
    visit(&site, "POST", &path, &[], &body(&question, sum, "eve")).await.is(200);
    visit(&site, "POST", &path, &[], &body(&question, sum, "gil")).await.is(422);
    assert_eq!(count(&site, &Query::on("contact")), 1);
}

/// A program that posts does not hold up those whose changes wait for the writer.
#[tokio::test]
async fn what_is_only_read_does_not_wait_for_the_writer() {
    let folder = tempfile::tempdir().unwrap();
    let (site, form) = landing_on(Site::in_folder(folder.path(), registry()));
    let settings = Query::on("msdyncrm_marketingpageconfiguration");
    let settings = site.app.db.read(&site.app.cx, |rx| rx.first(&settings)).unwrap().unwrap().id;
    set(&site, "msdyncrm_marketingpageconfiguration", settings, &Values::new().with("assent_captcha", true)).unwrap();
    let held = site.hold();
    for (path, body, status) in [
        (format!("/f/{form}"), "emailaddress1=eve%40example.org&homepage=x", 200),
        (format!("/f/{form}"), "emailaddress1=eve%40example.org", 422),
        (format!("/f/{form}"), "emailaddress1=eve%40example.org&question=1.x.y&answer=3", 422),
        (format!("/f/{}", Uuid::nil()), "", 404),
        ("/confirm/x".to_owned(), "", 404),
        ("/w/x".to_owned(), "", 404),
    ] {
        let post = visit(&site, "POST", &path, &[], body);
        let reply = tokio::time::timeout(std::time::Duration::from_secs(10), post).await;
        reply.unwrap_or_else(|_| panic!("{path} {body} waits")).is(status);
    }
    drop(held);
    assert_eq!(count(&site, &Query::on("contact")), 0);
}

#[tokio::test]
async fn submissions_come_page_by_page() {
    const ALL: usize = 1_003;
    let (site, form) = landing();
    let fill = move |tx: &mut kernel::Tx<'_>| {
        tx.as_system("test", |tx| {
            for number in 0..ALL {
                let values = Values::new().with("msdyncrm_formname", "News").with("msdyncrm_marketingformid", form);
                let submission = tx.create("msdyncrm_marketingformsubmission", values)?;
                let name = if number == ALL - 1 { "firstname" } else { "emailaddress1" };
                let field = Values::new()
                    .with("msdyncrm_marketingformsubmissionid", submission)
                    .with("msdyncrm_fieldname", name)
                    .with("msdyncrm_fieldvalue", format!("n{number}"));
                tx.create("msdyncrm_marketingfieldsubmission", field)?;
            }
            Ok(())
        })
    };
    site.app.db.write(&site.app.cx, fill).unwrap();
    let operation = format!("msdyncrm_marketingforms({form})/Microsoft.Dynamics.CRM.assent_Submissions");
    let (mut path, mut sizes, mut cells) = (format!("{operation}()"), Vec::new(), Vec::new());
    loop {
        let page = site.get(&path).await.is(200).json();
        let fields = serde_json::json!(["submission", "at", "state", "failure", "emailaddress1", "firstname"]);
        assert_eq!(page["Columns"], fields);
        let rows = page["Rows"].as_array().unwrap();
        sizes.push(rows.len());
        cells.extend(rows.iter().map(|it| format!("{}{}", it[4].as_str().unwrap(), it[5].as_str().unwrap())));
        let Some(next) = page["Next"].as_str() else { break };
        path = format!("{operation}(Token='{next}')");
    }
    assert_eq!(sizes, [1_000, 3]);
    assert_eq!(cells, (0..ALL).map(|it| format!("n{it}")).collect::<Vec<_>>());
    let wrong = site.get(&format!("{operation}(Token='x')")).await.is(400);
    assert!(wrong.error().contains("Token"), "{}", wrong.error());
}

#[tokio::test]
async fn a_landing_page_knows_who_came_by_a_personal_link_and_nobody_else() {
    let (site, _) = landing();
    let cx = site.app.cx.clone();
    let make = |tx: &mut kernel::Tx<'_>| {
        let ann =
            tx.create("contact", Values::new().with("lastname", "Example").with("emailaddress1", "ann@example.org"))?;
        Ok((ann, engagement::link::Link::Visit { contact: ann }.token(tx)?))
    };
    let (ann, token) = site.app.db.write(&cx, make).unwrap();
    let visits = || count(&site, &Query::on("assent_interaction").eq("assent_type", "WebsiteVisited"));
    let known = format!("/p/news?v={token}");
    visit(&site, "GET", "/p/news", &[BROWSER], "").await.is(200);
    visit(&site, "GET", "/p/news?v=forged.0", &[BROWSER], "").await.is(200);
    visit(&site, "GET", &format!("/p/nosuch?v={token}"), &[BROWSER], "").await.is(404);
    visit(&site, "GET", &known, &[BROWSER, ("DNT", "1")], "").await.is(200);
    visit(&site, "GET", &known, &[BROWSER, ("Sec-Purpose", "prefetch")], "").await.is(200);
    assert_eq!(visits(), 0);
    let page = visit(&site, "GET", &known, &[BROWSER], "").await.is(200);
    assert_eq!(visits(), 1);
    assert!(!page.text.contains(&token) && page.header("set-cookie").is_empty(), "the page keeps nothing of it");
    visit(&site, "GET", &known, &[BROWSER, ("Sec-GPC", "1")], "").await.is(200);
    let row = site.app.db.read(&cx, |rx| rx.get("contact", ann)).unwrap();
    assert!(row.get("msgdpr_donottrack").is_true(), "the browser objects for whom it knows");
    assert_eq!(visits(), 1);
}
