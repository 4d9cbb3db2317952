//! Texts made from texts: seeded, so that a run is the same everywhere. The bounded sibling of cargo-fuzz, which follows
//! coverage and this does not.

/// SplitMix64: enough to choose by, and nothing else.
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut it = self.0;
        it = (it ^ (it >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        it = (it ^ (it >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        it ^ (it >> 31)
    }
    /// A number below `end`.
    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(end.max(1)).unwrap_or(1)).unwrap_or_default()
    }
}

/// Runs `property` over the seeds and over `rounds` texts made from them.
pub fn run(seeds: &[String], words: &[&str], rounds: usize, seed: u64, property: impl Fn(&str)) {
    seeds.iter().for_each(|it| property(it));
    let mut dice = Dice::new(seed);
    for _ in 0..rounds {
        let mut text: Vec<char> = pick(&mut dice, seeds).chars().collect();
        for _ in 0..=dice.below(4) {
            mutate(&mut dice, &mut text, seeds, words);
        }
        let text: String = text.into_iter().take(20_000).collect();
        property(&text);
    }
}

fn pick<'t>(dice: &mut Dice, seeds: &'t [String]) -> &'t str {
    seeds.get(dice.below(seeds.len())).map_or("", String::as_str)
}

fn mutate(dice: &mut Dice, text: &mut Vec<char>, seeds: &[String], words: &[&str]) {
    let at = dice.below(text.len() + 1);
    let end = (at + 1 + dice.below(12)).min(text.len());
    match dice.below(7) {
        0 => drop(text.drain(at.min(end)..end)),
        1 => {
            let piece: Vec<char> = text.get(at.min(end)..end).unwrap_or_default().to_vec();
            let times = 1 + dice.below(4);
            let copies = std::iter::repeat_n(piece, times).flatten();
            text.splice(at..at, copies.collect::<Vec<_>>());
        }
        2 => {
            let other: Vec<char> = pick(dice, seeds).chars().collect();
            let from = dice.below(other.len() + 1);
            text.truncate(at);
            text.extend(other.get(from..).unwrap_or_default());
        }
        3 | 4 => {
            let word = words.get(dice.below(words.len())).copied().unwrap_or_default();
            text.splice(at..at, word.chars());
        }
        5 => {
            if let Some(it) = text.get_mut(at) {
                *it = char::from_u32(u32::try_from(dice.below(0x250)).unwrap_or_default()).unwrap_or('é');
            }
        }
        _ => {
            let other = dice.below(text.len() + 1);
            if at < text.len() && other < text.len() {
                text.swap(at, other);
            }
        }
    }
}
