//! Receipts: one change of consent in the two forms that other programs read (`spec/beyond.md` 3).
//!
//! ISO/IEC TS 27560:2023 as JSON-LD with the terms of the W3C Data Privacy Vocabulary, and the consent
//! receipt 1.1.0 of the Kantara Initiative. *Not* a proof by itself: the record and the audit trail are.
//! Invariant: a receipt says what the change record says, and names the person by the record's number
//! only.

use jiff::Timestamp;
use kernel::uuid::Uuid;
use kernel::{Error, Kind, Query, Result, Rx, setting};
use serde_json::{Value as Json, json};

use super::{ConsentChangeRecord, Level, Source, child, meaning};

/// The setting with the organisation's postal address.
pub const ADDRESS: &str = "organisation.address";
/// The setting with the mail address for questions about data protection.
pub const CONTACT: &str = "organisation.privacy_email";
/// The setting with the address of the privacy policy.
pub const POLICY: &str = "organisation.privacy_policy_url";
/// The setting with the countries of storage, as codes separated by commas.
pub const STORAGE: &str = "organisation.storage_locations";
/// The setting with recipients, separated by commas.
pub const RECIPIENTS: &str = "organisation.recipients";
/// The setting with the time that consent is kept, as a duration such as `P3Y`.
pub const RETENTION: &str = "consent.retention";

/// The two forms of a receipt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// ISO/IEC TS 27560:2023.
    Iso27560,
    /// Kantara Initiative, consent receipt 1.1.0.
    Kantara,
}

impl Form {
    /// The form of a word.
    ///
    /// # Errors
    /// `Invalid` listing the words.
    pub fn of_word(word: &str) -> Result<Self> {
        match word {
            "iso27560" => Ok(Form::Iso27560),
            "kantara" => Ok(Form::Kantara),
            _ => Err(Error::invalid("format", "is iso27560 or kantara")),
        }
    }
    /// The receipt of a consent change record in this form.
    ///
    /// # Errors
    /// `NotFound` when there is no such record, `Forbidden`.
    pub fn of_record(self, rx: &Rx<'_>, record: Uuid) -> Result<Json> {
        self.written(rx, record, &Organisation::read(rx)?)
    }
    /// The receipts of several consent change records, in their order.
    ///
    /// # Errors
    /// As [`Form::of_record`].
    pub fn of_records(self, rx: &Rx<'_>, records: &[Uuid]) -> Result<Vec<Json>> {
        let organisation = Organisation::read(rx)?;
        records.iter().map(|it| self.written(rx, *it, &organisation)).collect()
    }
    fn written(self, rx: &Rx<'_>, record: Uuid, organisation: &Organisation) -> Result<Json> {
        match self {
            Form::Iso27560 => iso27560(rx, record, organisation),
            Form::Kantara => kantara(rx, record, organisation),
        }
    }
    /// The receipt of a contact's newest consent change record.
    ///
    /// # Errors
    /// `NotFound` when the contact, or any record of theirs, is not there.
    pub fn of_contact(self, rx: &Rx<'_>, contact: Uuid) -> Result<Json> {
        rx.get("contact", contact)?;
        let query = Query::on(ConsentChangeRecord::ENTITY).eq("msgdpr_contactid", contact);
        let newest = rx.first(&query.order("createdon desc,versionnumber desc")?)?;
        let none = || {
            let text = "this contact has no consent change record; they are written while changes are logged";
            Error::new(Kind::NotFound, "not-found", ConsentChangeRecord::ENTITY, text)
        };
        self.of_record(rx, newest.ok_or_else(none)?.id)
    }
}

struct Organisation {
    name: String,
    address: String,
    contact: String,
    policy: String,
    site: String,
    country: String,
    storage: Vec<String>,
    recipients: Vec<String>,
    retention: String,
}

impl Organisation {
    fn read(rx: &Rx<'_>) -> Result<Self> {
        let get = |name: &str, otherwise: &str| -> Result<String> {
            Ok(setting::get(rx, name)?.unwrap_or_else(|| otherwise.to_owned()))
        };
        let list = |text: String| -> Vec<String> {
            text.split(',').map(|it| it.trim().to_owned()).filter(|it| !it.is_empty()).collect()
        };
        let site = get("site.base_url", "http://127.0.0.1:8080")?.trim_end_matches('/').to_owned();
        let country = get(child::COUNTRY, "EU")?.to_uppercase();
        Ok(Organisation {
            name: get("organisation.name", "Our organisation")?,
            address: get(ADDRESS, "not stated")?,
            contact: match setting::get(rx, CONTACT)? {
                Some(it) => it,
                None => get("mail.from_address", "not stated")?,
            },
            policy: get(POLICY, &site)?,
            storage: list(get(STORAGE, &country)?),
            recipients: list(get(RECIPIENTS, "")?),
            retention: get(RETENTION, "until consent is withdrawn or the person is erased")?,
            site,
            country,
        })
    }
}

/// What a level allows, as the metadata says: its term of the Data Privacy Vocabulary, and its words.
fn purpose(rx: &Rx<'_>, level: Level, language: &str) -> Result<Purpose> {
    let option = meaning::of(rx, level)?;
    let term = option.iri.as_deref().unwrap_or("https://w3id.org/dpv#Purpose");
    let term = term.strip_prefix("https://w3id.org/dpv#").map_or_else(|| term.to_owned(), |it| format!("dpv:{it}"));
    Ok(Purpose { term, words: meaning::shown(&option, language), profiles: level == Level::Profiling })
}

/// A level includes every lower one. The level itself is told in the words of that time.
fn purposes(rx: &Rx<'_>, of: &Read) -> Result<Vec<Purpose>> {
    let included = Level::ALL.into_iter().filter(|it| *it > Level::None && *it <= of.level);
    let mut all: Vec<Purpose> = included.map(|it| purpose(rx, it, &of.language)).collect::<Result<_>>()?;
    if let (Some(last), Some(then)) = (all.last_mut(), &of.meaning) {
        last.words.clone_from(then);
    }
    Ok(all)
}

struct Purpose {
    term: String,
    words: String,
    profiles: bool,
}

struct Read {
    record: ConsentChangeRecord,
    level: Level,
    before: Level,
    at: Timestamp,
    language: String,
    wording: Option<(String, String)>,
    meaning: Option<String>,
    form: Option<String>,
}

fn read(rx: &Rx<'_>, id: Uuid) -> Result<Read> {
    let row = rx.get(ConsentChangeRecord::ENTITY, id)?;
    let record = ConsentChangeRecord::read(&row)?;
    let within = rx.elevated("consent receipt");
    let kept = |id: Option<Uuid>| -> Result<Option<(String, String)>> {
        let row = id.map_or(Ok(None), |id| within.find("assent_wording", id))?;
        Ok(row.map(|it| (it.text("assent_text").to_owned(), it.text("assent_hash").to_owned())))
    };
    let (wording, meaning) = (kept(record.wording)?, kept(record.meaning)?.map(|it| it.0));
    let form = match record.form {
        Some(id) => within.find("msdyncrm_marketingform", id)?.map(|it| it.text("msdyncrm_name").to_owned()),
        None => None,
    };
    Ok(Read {
        level: Level::of_option(record.value)?,
        before: Level::of_option(record.previous)?,
        at: record.occurred_on.or_else(|| row.get("createdon").as_time()).unwrap_or(Timestamp::UNIX_EPOCH),
        language: record.language.clone().filter(|it| !it.is_empty()).unwrap_or_else(|| "en".into()),
        record,
        wording,
        meaning,
        form,
    })
}

/// The receipt of a consent change record, as ISO/IEC TS 27560:2023 in JSON-LD.
///
/// # Errors
/// `NotFound` when there is no such record, `Forbidden`.
pub fn receipt(rx: &Rx<'_>, record: Uuid) -> Result<Json> {
    Form::Iso27560.of_record(rx, record)
}

fn iso27560(rx: &Rx<'_>, record: Uuid, organisation: &Organisation) -> Result<Json> {
    let it = read(rx, record)?;
    let less = it.level < it.before;
    let status = if less { "dpv:ConsentWithdrawn" } else { "dpv:ConsentGiven" };
    let controller = format!("{}/#controller", organisation.site);
    let by_person = Source::of_word(&it.record.source).is_some_and(Source::is_person);
    let processes: Vec<Json> = purposes(rx, &it)?
        .into_iter()
        .map(|purpose| {
            json!({
                "@type": "dpv:Process",
                "dct:title": purpose.words,
                "dpv:hasPurpose": purpose.term,
                "dpv:hasPersonalData": personal_data(&purpose),
                "dpv:hasRecipient": recipients(&controller, organisation),
                "dpv:hasStorageCondition": [
                    { "@type": "dpv:StorageLocation", "dpv:hasLocation": locations(&organisation.storage) },
                    { "@type": "dpv:StorageDuration", "dpv:hasDuration": organisation.retention },
                ],
            })
        })
        .collect();
    Ok(json!({
        "@context": {
            "dct": "http://purl.org/dc/terms/",
            "dpv": "https://w3id.org/dpv#",
            "eu-gdpr": "https://w3id.org/dpv/legal/eu/gdpr#",
            "loc": "https://w3id.org/dpv/loc#",
            "pd": "https://w3id.org/dpv/pd#",
            "schema": "https://schema.org/",
        },
        "@id": format!("urn:uuid:{}#receipt", it.record.id),
        "@type": "dpv:ConsentReceipt",
        "dct:conformsTo": "https://w3id.org/dpv/schema/dpv-27560#receipt",
        "dct:identifier": format!("{}-receipt", it.record.id),
        "dct:created": rx.now().to_string(),
        "dct:publisher": controller,
        "schema:recipient": "dpv:DataSubject",
        "dpv:hasRecordOfActivity": {
            "@id": format!("urn:uuid:{}", it.record.id),
            "@type": "dpv:ConsentRecord",
            "dct:conformsTo": "https://w3id.org/dpv/schema/dpv-27560#record-eu-gdpr",
            "dct:hasVersion": "ISO/IEC TS 27560:2023",
            "dct:identifier": it.record.id.to_string(),
            "dct:language": it.language,
            "dpv:hasDataSubject": { "@id": it.record.contact.map(|it| format!("urn:uuid:{it}")), "@type": "dpv:DataSubject" },
            "dpv:hasDataController": {
                "@id": controller,
                "@type": "dpv:DataController",
                "dpv:hasName": organisation.name,
                "dpv:hasAddress": organisation.address,
                "dpv:hasContact": organisation.contact,
            },
            "dpv:hasJurisdiction": locations(std::slice::from_ref(&organisation.country)),
            "dpv:hasApplicableLaw": "eu-gdpr:GDPR",
            "dpv:hasLegalBasis": "eu-gdpr:A6-1-a",
            "dpv:hasRight": ["eu-gdpr:A7-3", "eu-gdpr:A15", "eu-gdpr:A17", "eu-gdpr:A21", "eu-gdpr:A77"],
            "dpv:hasNotice": {
                "@type": "dpv:ConsentNotice",
                "schema:url": organisation.policy,
                "dct:title": it.form,
                "dct:language": it.language,
                "dct:description": it.wording.as_ref().map(|(text, _)| text),
                "schema:sha256": it.wording.as_ref().map(|(_, hash)| hash),
            },
            "dpv:hasProcess": processes,
            "dpv:hasConsentControl": {
                "@type": "dpv:WithdrawConsent",
                "dct:description": "The subscription center behind the link in each mail, or one word to the contact above",
                "schema:url": organisation.site,
            },
            "dpv:hasConsentStatus": [{
                "@type": status,
                "dct:description": format!("level {} to level {}", it.before.number(), it.level.number()),
                "dpv:isIndicatedAtTime": it.at.to_string(),
                "dpv:isIndicatedBy": if by_person { "dpv:DataSubject" } else { "dpv:DataController" },
                "dpv:hasIndicationMethod": it.record.source,
                "dpv:hasDuration": "until withdrawn",
                "dpv:hasJustification": it.record.justification,
            }],
        },
    }))
}

fn personal_data(purpose: &Purpose) -> Vec<&'static str> {
    match purpose.profiles {
        true => vec!["pd:EmailAddress", "pd:Name", "pd:Demographic", "pd:Behavioral"],
        false => vec!["pd:EmailAddress", "pd:Name"],
    }
}

fn recipients(controller: &str, organisation: &Organisation) -> Vec<String> {
    std::iter::once(controller.to_owned()).chain(organisation.recipients.iter().cloned()).collect()
}

fn locations(codes: &[String]) -> Vec<String> {
    codes.iter().map(|it| format!("loc:{}", it.to_uppercase())).collect()
}

/// The receipt of a consent change record, as the Kantara Initiative's consent receipt 1.1.0.
///
/// # Errors
/// As [`receipt`].
pub fn kantara_receipt(rx: &Rx<'_>, record: Uuid) -> Result<Json> {
    Form::Kantara.of_record(rx, record)
}

fn kantara(rx: &Rx<'_>, record: Uuid, organisation: &Organisation) -> Result<Json> {
    let it = read(rx, record)?;
    let purposes: Vec<Json> = purposes(rx, &it)?
        .into_iter()
        .map(|purpose| {
            json!({
                "purpose": purpose.words,
                "purposeCategory": [purpose.term.trim_start_matches("dpv:")],
                "consentType": "EXPLICIT",
                "piiCategory": personal_data(&purpose).iter().map(|it| it.trim_start_matches("pd:")).collect::<Vec<_>>(),
                "primaryPurpose": it.level == Level::Consent,
                "termination": organisation.retention,
                "thirdPartyDisclosure": !organisation.recipients.is_empty(),
                "thirdPartyName": organisation.recipients.join(", "),
            })
        })
        .collect();
    Ok(json!({
        "version": "KI-CR-v1.1.0",
        "jurisdiction": organisation.country,
        "consentTimestamp": it.at.as_second(),
        "collectionMethod": it.record.source,
        "consentReceiptID": it.record.id.to_string(),
        "language": it.language,
        "piiPrincipalId": it.record.contact.map(|it| it.to_string()),
        "piiControllers": [{
            "piiController": organisation.name,
            "onBehalf": false,
            "contact": organisation.contact,
            "address": { "streetAddress": organisation.address, "addressCountry": organisation.country },
            "email": organisation.contact,
            "phone": "not stated",
            "piiControllerUrl": organisation.site,
        }],
        "policyUrl": organisation.policy,
        "services": [{ "service": it.form.unwrap_or_else(|| "Messages".into()), "purposes": purposes }],
        "sensitive": false,
        "spiCat": [],
    }))
}
