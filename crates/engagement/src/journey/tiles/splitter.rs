//! Splits participants by percentages, for instance to try two e-mails.
//!
//! *Not* chance: the branch follows from journey, tile and person, so a repeat gives the same one and a
//! dry run tells it beforehand. Invariant: the shares are whole percents, 100 together; on two splitters
//! the same person may take different branches.

use kernel::{Error, Phrase, Result, Rx, Tx, uuid::Uuid};
use serde_json::Value as Json;

use super::{Next, Step, Tile};
use crate::{
    journey::{Activity, CustomerJourney, Definition},
    lifecycle::Problem,
};

/// `Branches`: `[{ "Percentage": 70 }, { "Percentage": 30 }]`; a tile below names its branch, from 0, as
/// `ParentBranchId`.
pub struct Splitter;

impl Tile for Splitter {
    fn kind(&self) -> &'static str {
        "Splitter"
    }
    fn check(&self, _: &Rx<'_>, tile: &Activity, _: &Definition, _: &CustomerJourney) -> Result<Vec<Problem>> {
        shares(tile).map(|_| Vec::new())
    }
    fn enter(&self, _: &mut Tx<'_>, step: &Step<'_>) -> Result<Next> {
        Ok(Next::Branch(branch(step.tile, step.journey.id, step.contact.id)?))
    }
}

/// The percentages of the branches.
///
/// # Errors
/// `Invalid` naming the tile when they are not whole numbers or not 100 together.
pub(crate) fn shares(tile: &Activity) -> Result<Vec<u64>> {
    let wrong = || {
        let text = Phrase::new(
            "tile-branches",
            "the Branches are not percentages that make 100; write [{\"Percentage\": 70}, {\"Percentage\": 30}]",
        );
        Error::invalid(tile.place(), text)
    };
    let list = tile.setting("Branches").and_then(Json::as_array).ok_or_else(wrong)?;
    let shares: Vec<u64> = list.iter().filter_map(|it| it.get("Percentage").and_then(Json::as_u64)).collect();
    let sum = shares.iter().try_fold(0_u64, |sum, it| sum.checked_add(*it));
    if shares.len() == list.len() && sum == Some(100) { Ok(shares) } else { Err(wrong()) }
}

/// The branch of a person.
///
/// # Errors
/// As [`shares`].
pub(crate) fn branch(tile: &Activity, journey: Uuid, contact: Uuid) -> Result<i64> {
    let place = hash(&[journey.as_bytes(), tile.id.as_bytes(), contact.as_bytes()]) % 100;
    let mut upto = 0;
    for (at, share) in (0_i64..).zip(shares(tile)?) {
        upto += share;
        if place < upto {
            return Ok(at);
        }
    }
    Err(Error::invalid(tile.place(), "the Branches do not make 100"))
}

/// FNV-1a with a last mix. It only spreads people evenly; the number is frozen, or people would change
/// their branch with an update.
fn hash(parts: &[&[u8]]) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for byte in parts.iter().flat_map(|it| it.iter()) {
        hash = (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
    }
    hash = (hash ^ (hash >> 32)).wrapping_mul(0xd6e8_feb8_6659_fd93);
    hash ^ (hash >> 32)
}

#[cfg(test)]
mod tests {
    use super::hash;

    #[test]
    fn the_number_of_a_person_stays_and_people_are_spread_evenly() {
        assert_eq!(hash(&[b"journey", b"tile", b"person"]) % 100, hash(&[b"journeytileperson"]) % 100);
        let mut counts = [0_i32; 10];
        for person in 0..10_000_u32 {
            let at = usize::try_from(hash(&[b"journey", b"tile", &person.to_be_bytes()]) % 100 / 10).unwrap();
            counts[at] += 1;
        }
        assert!(counts.iter().all(|it| (850..1_150).contains(it)), "{counts:?}");
    }
}
