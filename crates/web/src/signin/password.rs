//! Passwords: what is a good one, and what is kept of it.
//!
//! *Not* who has one (`credential.rs`). Invariant: what is stored is an Argon2id hash with its own
//! parameters in it (RFC 9106), so they can be raised later; the rules are those of NIST SP 800-63B
//! 3.1.1: length counts, composition does not, and what everybody guesses is refused.

use argon2::{Algorithm, Argon2, Params, Version};
use base64::{Engine as _, engine::general_purpose::STANDARD_NO_PAD};
use kernel::{Error, Result};
use subtle::ConstantTimeEq;

/// The fewest characters.
pub const LEAST: usize = 12;
/// The most characters, so that nobody makes the server chew on megabytes.
pub const MOST: usize = 256;
/// Length of a stored hash.
const HASH: usize = 32;

/// What computing a hash costs; more is slower for an attacker, and for us.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cost {
    /// Memory in KiB.
    pub memory: u32,
    /// Passes over it.
    pub passes: u32,
    /// Lanes.
    pub lanes: u32,
}

impl Default for Cost {
    fn default() -> Self {
        Cost { memory: 19_456, passes: 2, lanes: 1 }
    }
}

impl Cost {
    /// Refuses what Argon2 cannot do or what protects nobody.
    ///
    /// # Errors
    /// `Invalid` naming the configuration's key.
    pub fn check(self) -> Result<()> {
        if !(8 * 1_024..=4 * 1_024 * 1_024).contains(&self.memory) {
            return Err(Error::invalid("signin.argon2_memory_kib", "is from 8192 (8 MiB) to 4194304 (4 GiB)"));
        }
        if !(1..=100).contains(&self.passes) {
            return Err(Error::invalid("signin.argon2_passes", "is from 1 to 100"));
        }
        if !(1..=16).contains(&self.lanes) {
            return Err(Error::invalid("signin.argon2_lanes", "is from 1 to 16"));
        }
        Ok(())
    }
}

/// What is stored of a password, in the form that is usual: `$argon2id$v=19$m=…,t=…,p=…$salt$hash`.
///
/// # Errors
/// `Bug` for a cost that was not checked.
pub fn hash(text: &str, cost: Cost, salt: [u8; 16]) -> Result<String> {
    let hash = compute(text, cost, &salt)?;
    let (salt, hash) = (STANDARD_NO_PAD.encode(salt), STANDARD_NO_PAD.encode(hash));
    Ok(format!("$argon2id$v=19$m={},t={},p={}${salt}${hash}", cost.memory, cost.passes, cost.lanes))
}

/// Whether it is the password behind a stored hash, and whether that was made at this cost. Without a
/// hash it takes as long and says no.
///
/// # Errors
/// As [`hash`].
pub fn verify(text: &str, stored: Option<&str>, cost: Cost) -> Result<(bool, bool)> {
    let Some((made, salt, wanted)) = stored.and_then(read) else {
        compute(text, cost, &[0; 16])?;
        return Ok((false, false));
    };
    let given = compute(text, made, &salt)?;
    Ok((given.ct_eq(&wanted).into(), made == cost))
}

fn compute(text: &str, cost: Cost, salt: &[u8]) -> Result<[u8; HASH]> {
    let wrong = |_| Error::bug("a password cannot be hashed at this cost");
    let params = Params::new(cost.memory, cost.passes, cost.lanes, Some(HASH)).map_err(wrong)?;
    let mut out = [0; HASH];
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(text.as_bytes(), salt, &mut out)
        .map_err(wrong)?;
    Ok(out)
}

fn read(stored: &str) -> Option<(Cost, Vec<u8>, Vec<u8>)> {
    let rest = stored.strip_prefix("$argon2id$v=19$")?;
    let mut parts = rest.split('$');
    let (cost, salt, hash) = (parts.next()?, parts.next()?, parts.next()?);
    let number = |name: &str| cost.split(',').find_map(|it| it.strip_prefix(name)?.strip_prefix('=')?.parse().ok());
    let cost = Cost { memory: number("m")?, passes: number("t")?, lanes: number("p")? };
    Some((cost, STANDARD_NO_PAD.decode(salt).ok()?, STANDARD_NO_PAD.decode(hash).ok()?))
}

/// What is wrong with a password, as the key of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weak {
    /// Fewer than [`LEAST`] characters.
    Short,
    /// More than [`MOST`] characters.
    Long,
    /// What many people take, a sequence, or one thing again and again.
    Common,
    /// The user's own name or address.
    Own,
}

impl Weak {
    /// In plain words, for the command line.
    pub fn text(self) -> &'static str {
        match self {
            Weak::Short => "is too short: take at least 12 characters",
            Weak::Long => "is too long: take at most 256 characters",
            Weak::Common => "is one that many people take, or easy to guess; take another one",
            Weak::Own => "is little more than the user's name or address; take another one",
        }
    }
    /// The key of its text.
    pub fn key(self) -> &'static str {
        match self {
            Weak::Short => "password-short",
            Weak::Long => "password-long",
            Weak::Common => "password-common",
            Weak::Own => "password-own",
        }
    }
}

/// Words that the most frequent passwords are made of, in the languages of the pages.
const COMMON: &[&str] = &[
    "password",
    "passwort",
    "passwrt",
    "motdepasse",
    "mdp",
    "kennwort",
    "passphrase",
    "secret",
    "geheim",
    "qwerty",
    "qwertz",
    "azerty",
    "asdf",
    "yxcv",
    "zxcv",
    "wxcv",
    "uiop",
    "ghjkl",
    "hjkl",
    "bnm",
    "letmein",
    "welcome",
    "willkommen",
    "bienvenue",
    "bonjour",
    "hallo",
    "hello",
    "iloveyou",
    "ichliebedich",
    "jetaime",
    "admin",
    "administrator",
    "root",
    "user",
    "test",
    "login",
    "signin",
    "changeme",
    "default",
    "master",
    "dragon",
    "monkey",
    "football",
    "fussball",
    "baseball",
    "sunshine",
    "princess",
    "schatz",
    "soleil",
    "chouchou",
    "superman",
    "batman",
    "starwars",
    "trustno",
    "whatever",
    "summer",
    "sommer",
    "winter",
    "spring",
    "autumn",
    "herbst",
    "company",
    "firma",
    "assent",
    "abc",
    "xyz",
    "my",
    "mein",
    "mon",
    "the",
    "and",
    "is",
    "das",
    "ist",
];

/// Whether somebody may take this password; `own` are the user's names and address.
///
/// # Errors
/// What is wrong with it.
pub fn check(text: &str, own: &[&str]) -> Result<(), Weak> {
    let length = text.chars().count();
    if length < LEAST {
        return Err(Weak::Short);
    }
    if length > MOST {
        return Err(Weak::Long);
    }
    let plain = plain(text);
    // What is left without the user's names and address must stand by itself.
    let mut rest = text.to_lowercase();
    for own in own.iter().flat_map(|it| it.split(['@', ' '])).filter(|it| it.chars().count() >= 3) {
        rest = rest.replace(&own.to_lowercase(), "");
    }
    if rest.chars().count() < LEAST / 2 {
        return Err(Weak::Own);
    }
    let mut letters: Vec<char> = rest.chars().collect();
    letters.sort_unstable();
    letters.dedup();
    if letters.len() < 5 || is_run(&rest) || is_repeated(&rest) || is_common(&plain) {
        return Err(Weak::Common);
    }
    Ok(())
}

/// The letters alone, with the digits and signs that stand for letters read as those.
fn plain(text: &str) -> String {
    let read = |it: char| match it {
        '0' => Some('o'),
        '1' | '!' => Some('i'),
        '3' => Some('e'),
        '4' | '@' => Some('a'),
        '5' | '$' => Some('s'),
        '7' => Some('t'),
        it => it.is_alphabetic().then_some(it),
    };
    // Digits at the end are a year or a counter, not letters.
    let body = text.trim_end_matches(|it: char| !it.is_alphabetic());
    body.to_lowercase().chars().filter_map(read).collect()
}

/// Each character follows from the one before: `abcdefghijkl`, `987654321098`.
fn is_run(text: &str) -> bool {
    let codes: Vec<i64> = text.chars().map(|it| i64::from(u32::from(it))).collect();
    let steps = codes.windows(2).filter(|it| matches!(it, [a, b] if matches!((b - a).abs(), 0 | 1 | 9))).count();
    steps + 2 >= codes.len()
}

/// One short thing again and again.
fn is_repeated(text: &str) -> bool {
    let all: Vec<char> = text.chars().collect();
    (1..=all.len() / 2).any(|width| {
        width <= 6 && all.iter().zip(all.iter().cycle().skip(width)).take(all.len() - width).all(|(a, b)| a == b)
    })
}

/// Nothing but common words, one after the other.
fn is_common(plain: &str) -> bool {
    let mut reached = vec![false; plain.len() + 1];
    if let Some(first) = reached.first_mut() {
        *first = true;
    }
    for at in 0..plain.len() {
        if reached.get(at) != Some(&true) {
            continue;
        }
        let Some(rest) = plain.get(at..) else { continue };
        for word in COMMON.iter().filter(|it| rest.starts_with(**it)) {
            if let Some(there) = reached.get_mut(at + word.len()) {
                *there = true;
            }
        }
    }
    reached.last() == Some(&true)
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHEAP: Cost = Cost { memory: 8, passes: 1, lanes: 1 };

    #[test]
    fn the_right_one_and_no_other() {
        let stored = hash("correct horse battery", CHEAP, [7; 16]).unwrap();
        assert!(stored.starts_with("$argon2id$v=19$m=8,t=1,p=1$"), "{stored}");
        assert_eq!(verify("correct horse battery", Some(&stored), CHEAP).unwrap(), (true, true));
        assert_eq!(verify("correct horse batterx", Some(&stored), CHEAP).unwrap(), (false, true));
        let dearer = Cost { passes: 2, ..CHEAP };
        assert_eq!(verify("correct horse battery", Some(&stored), dearer).unwrap(), (true, false));
        assert_eq!(verify("correct horse battery", None, CHEAP).unwrap(), (false, false));
        assert_eq!(verify("x", Some("$2b$12$"), CHEAP).unwrap(), (false, false));
    }

    #[test]
    fn a_published_vector() {
        // From the test vectors of the reference implementation: argon2id, v=19, m=65536, t=2, p=1.
        let stored = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";
        assert!(verify("password", Some(stored), CHEAP).unwrap().0);
    }

    #[test]
    fn length_counts_and_composition_does_not() {
        let own = ["Ada", "Lovelace", "ada.lovelace@example.org"];
        let check = |text: &str| check(text, &own);
        for good in ["correct horse battery", "lauter kleine blaue", "n9#Kx2!vQp7z", "été à la plage", "ädä ödö üdü xy"]
        {
            assert_eq!(check(good), Ok(()), "{good}");
        }
        for (bad, why) in [
            ("Short-1!", Weak::Short),
            (&"long ".repeat(60), Weak::Long),
            ("password1234", Weak::Common),
            ("P@ssw0rd2026!", Weak::Common),
            ("MotDePasse2026", Weak::Common),
            ("adminadmin2026", Weak::Common),
            ("welcome-to", Weak::Short),
            ("123456789012", Weak::Common),
            ("abcdefghijklm", Weak::Common),
            ("aaaaaaaaaaaaaaaa", Weak::Common),
            ("xk7xk7xk7xk7xk7", Weak::Common),
            ("qwertyuiop123", Weak::Common),
            ("ada.lovelace@example.org", Weak::Own),
            ("Lovelace 1843", Weak::Own),
        ] {
            assert_eq!(check(bad), Err(why), "{bad}");
        }
    }

    #[test]
    fn a_cost_that_protects_nobody_is_refused() {
        assert!(Cost::default().check().is_ok());
        assert!(CHEAP.check().unwrap_err().to_string().starts_with("signin.argon2_memory_kib"));
    }
}
