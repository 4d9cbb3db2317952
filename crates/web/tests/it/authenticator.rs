//! A device that keeps passkeys, as far as a server sees it: ES256 keys, and the few maps of CBOR (RFC 8949).

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::{
    digest::{SHA256, digest},
    rand::{SecureRandom, SystemRandom},
    signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair},
};
use serde_json::{Value as Json, json};

const PRESENT: u8 = 0x01;
const VERIFIED: u8 = 0x04;
const ATTESTED: u8 = 0x40;

pub struct Device {
    key: EcdsaKeyPair,
    id: Vec<u8>,
    user: Vec<u8>,
    /// How often it has signed.
    pub counter: u32,
    /// The page that it is asked from.
    pub origin: String,
    /// Whether it has looked at finger, face or PIN.
    pub verifies: bool,
}

fn encoded(octets: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(octets)
}

fn decoded(text: &Json) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(text.as_str().unwrap()).unwrap()
}

/// Head of a CBOR item: its kind and a number below 65536.
fn head(kind: u8, number: usize) -> Vec<u8> {
    match u8::try_from(number) {
        Ok(number @ 0..=23) => vec![kind << 5 | number],
        Ok(number) => vec![kind << 5 | 24, number],
        Err(_) => [&[kind << 5 | 25], &u16::try_from(number).unwrap().to_be_bytes()[..]].concat(),
    }
}

fn octets(of: &[u8]) -> Vec<u8> {
    [head(2, of.len()), of.to_vec()].concat()
}

fn text(of: &str) -> Vec<u8> {
    [head(3, of.len()), of.as_bytes().to_vec()].concat()
}

impl Device {
    pub fn new() -> Device {
        let random = SystemRandom::new();
        let document = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &random).unwrap();
        let key = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, document.as_ref(), &random).unwrap();
        let mut id = vec![0; 32];
        random.fill(&mut id).unwrap();
        let origin = "https://records.example".to_owned();
        Device { key, id, user: Vec::new(), counter: 0, origin, verifies: true }
    }

    fn flags(&self) -> u8 {
        if self.verifies { PRESENT | VERIFIED } else { PRESENT }
    }

    fn client_data(&self, kind: &str, options: &Json) -> Vec<u8> {
        let challenge = options["challenge"].as_str().unwrap();
        let data = json!({ "type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": false });
        data.to_string().into_bytes()
    }

    fn about(&self, party: &Json, flags: u8, rest: &[u8]) -> Vec<u8> {
        let party = digest(&SHA256, party.as_str().unwrap().as_bytes());
        [party.as_ref(), &[flags], &self.counter.to_be_bytes(), rest].concat()
    }

    /// Makes the key known: the answer to creation options.
    pub fn register(&mut self, options: &Json) -> String {
        self.user = decoded(&options["user"]["id"]);
        let point = self.key.public_key().as_ref();
        let (x, y) = (&point[1..33], &point[33..]);
        // RFC 9052: kty EC2, alg ES256, crv P-256, x, y.
        let key = [&[0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21], &octets(x)[..], &[0x22], &octets(y)].concat();
        let length = u16::try_from(self.id.len()).unwrap().to_be_bytes();
        let attested = [&[0; 16], &length[..], &self.id, &key].concat();
        let about = self.about(&options["rp"]["id"], self.flags() | ATTESTED, &attested);
        let attestation = [
            head(5, 3),
            [text("fmt"), text("none")].concat(),
            [text("attStmt"), head(5, 0)].concat(),
            [text("authData"), octets(&about)].concat(),
        ];
        let response = json!({
            "attestationObject": encoded(&attestation.concat()),
            "clientDataJSON": encoded(&self.client_data("webauthn.create", options)),
        });
        self.answer(&response)
    }

    /// Signs: the answer to request options.
    pub fn sign(&mut self, options: &Json) -> String {
        self.counter += 1;
        let about = self.about(&options["rpId"], self.flags(), &[]);
        let client = self.client_data("webauthn.get", options);
        let signed = [&about, digest(&SHA256, &client).as_ref()].concat();
        let signature = self.key.sign(&SystemRandom::new(), &signed).unwrap();
        let response = json!({
            "authenticatorData": encoded(&about), "clientDataJSON": encoded(&client),
            "signature": encoded(signature.as_ref()), "userHandle": encoded(&self.user),
        });
        self.answer(&response)
    }

    fn answer(&self, response: &Json) -> String {
        let id = encoded(&self.id);
        json!({ "id": id, "rawId": id, "type": "public-key", "response": response }).to_string()
    }

    /// Another key under the same name: what whoever knows the name alone can do.
    pub fn forged(&self) -> Device {
        let mut other = Device::new();
        other.id.clone_from(&self.id);
        other.user.clone_from(&self.user);
        other
    }
}
