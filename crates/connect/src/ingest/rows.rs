//! A delimited file as a stream of rows, each with the line on which it begins.
//!
//! *Not* aware of what the fields mean. A general reader of separated values takes one byte as
//! separator and mends broken quotes silently; here separators and row ends may be several
//! characters, and a row that is not well formed is refused alone. Invariant: never more than two
//! rows of the largest size are held, and after a bad row reading goes on with the next one.

use std::io::Read;

use kernel::{Error, Kind, Result};

use super::{Limits, mapping::Mapping};

/// A row with the line on which it begins.
pub(crate) struct Row {
    pub(crate) line: u64,
    pub(crate) bytes: usize,
    /// The fields, or why there are none.
    pub(crate) fields: std::result::Result<Vec<String>, String>,
}

/// How the fields are told apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Shape {
    pub(crate) separator: Vec<u8>,
    pub(crate) row_end: Vec<u8>,
    pub(crate) quote: Option<u8>,
}

/// The rows of a file.
pub(crate) struct Rows<R> {
    input: R,
    shape: Shape,
    limits: Limits,
    buffer: Vec<u8>,
    at: usize,
    end: bool,
    begun: bool,
    line: u64,
}

const CHUNK: usize = 64 * 1024;

impl<R: Read> Rows<R> {
    pub(crate) fn new(input: R, mapping: &Mapping, limits: Limits) -> Self {
        Self::shaped(input, mapping.shape.clone(), limits)
    }

    fn shaped(input: R, shape: Shape, limits: Limits) -> Self {
        Rows { input, shape, limits, buffer: Vec::new(), at: 0, end: false, begun: false, line: 1 }
    }

    /// The next row; none at the end of the file. Rows without a single character are passed over.
    ///
    /// # Errors
    /// `Unavailable` when the file cannot be read, `Invalid` when it is UTF-16.
    pub(crate) fn next(&mut self) -> Result<Option<Row>> {
        loop {
            self.fill(self.limits.row_bytes + self.shape.row_end.len() + 2)?;
            if !self.begun {
                self.begin()?;
            }
            let rest = self.buffer.get(self.at..).unwrap_or_default();
            if rest.is_empty() {
                return Ok(None);
            }
            let (line, outcome) = (self.line, split(rest, &self.shape, self.limits, self.end));
            let (bytes, fields) = match outcome {
                Ok((length, fields)) => (length, Ok(fields)),
                Err(reason) => match find(rest, &self.shape.row_end) {
                    Some(place) => (place + self.shape.row_end.len(), Err(reason)),
                    None => {
                        let length = rest.len();
                        self.consume(length);
                        self.skip_row()?;
                        return Ok(Some(Row { line, bytes: 0, fields: Err(reason) }));
                    }
                },
            };
            let blank = rest.get(..bytes).is_some_and(|row| row.iter().all(|it| matches!(it, b'\r' | b'\n')));
            self.consume(bytes);
            if !blank {
                return Ok(Some(Row { line, bytes, fields }));
            }
        }
    }

    /// A byte order mark is no part of the first field.
    fn begin(&mut self) -> Result<()> {
        self.begun = true;
        if self.buffer.starts_with(&[0xff, 0xfe]) || self.buffer.starts_with(&[0xfe, 0xff]) {
            return Err(Error::invalid("file", "the file is UTF-16; save it as UTF-8"));
        }
        if self.buffer.starts_with(&[0xef, 0xbb, 0xbf]) {
            self.at = 3;
        }
        Ok(())
    }

    fn fill(&mut self, wanted: usize) -> Result<()> {
        while !self.end && self.buffer.len() - self.at < wanted {
            if self.at > 0 {
                self.buffer.drain(..self.at);
                self.at = 0;
            }
            let before = self.buffer.len();
            let read = self.input.by_ref().take(CHUNK as u64).read_to_end(&mut self.buffer).map_err(|error| {
                Error::unavailable(format!("reading the file failed at line {}: {}", self.line, error.kind()))
            })?;
            self.end = read < CHUNK && self.buffer.len() - before == read;
        }
        Ok(())
    }

    fn consume(&mut self, bytes: usize) {
        let taken = self.buffer.get(self.at..self.at + bytes).unwrap_or_default();
        self.line += taken.iter().filter(|it| **it == b'\n').count() as u64;
        self.at += bytes;
    }

    /// Passes over the rest of a row that is too long to be held.
    fn skip_row(&mut self) -> Result<()> {
        loop {
            self.fill(CHUNK)?;
            let rest = self.buffer.get(self.at..).unwrap_or_default();
            if rest.is_empty() {
                return Ok(());
            }
            match find(rest, &self.shape.row_end) {
                Some(place) => {
                    self.consume(place + self.shape.row_end.len());
                    return Ok(());
                }
                // The row end itself may lie across two reads.
                None if self.end => self.consume(rest.len()),
                None => self.consume((rest.len() + 1).saturating_sub(self.shape.row_end.len())),
            }
        }
    }

    /// The file itself, read as far as the rows were.
    pub(crate) fn into_input(self) -> R {
        self.input
    }

    /// The error for one row more than a file may have.
    pub(crate) fn too_many(&self) -> Error {
        let text = format!("a file has at most {} rows; split it and import the parts", self.limits.rows);
        Error::new(Kind::TooMany, "too-many-rows", format!("line {}", self.line), text)
    }
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len().max(1)).position(|it| it == wanted)
}

type Split = std::result::Result<(usize, Vec<String>), String>;

/// Takes one row from the front: how many bytes it had with its end, and its fields.
fn split(bytes: &[u8], shape: &Shape, limits: Limits, whole: bool) -> Split {
    let mut fields = Vec::new();
    let mut at = 0;
    loop {
        let (field, next) = match shape.quote {
            Some(quote) if bytes.get(at) == Some(&quote) => quoted(bytes, at + 1, quote, limits)?,
            _ => plain(bytes, at, shape, limits, whole)?,
        };
        fields.push(String::from_utf8(field).map_err(|_| "is not UTF-8; save the file as UTF-8".to_owned())?);
        if fields.len() > limits.columns {
            return Err(format!("has more than {} columns; check separator and row_end", limits.columns));
        }
        let rest = bytes.get(next..).unwrap_or_default();
        if let Some(length) = row_end(rest, shape, whole) {
            let bytes = next + length;
            return if bytes > limits.row_bytes { Err(too_long(limits)) } else { Ok((bytes, fields)) };
        }
        if !rest.starts_with(&shape.separator) {
            return Err("has text behind a closing quote; double the quotes inside a field".to_owned());
        }
        at = next + shape.separator.len();
    }
}

/// How long the row end at the front is, if there is one.
fn row_end(rest: &[u8], shape: &Shape, whole: bool) -> Option<usize> {
    let end = &shape.row_end;
    if rest.starts_with(end) {
        return Some(end.len());
    }
    let windows = end.first() == Some(&b'\n') && rest.first() == Some(&b'\r') && rest.get(1..)?.starts_with(end);
    if windows {
        return Some(end.len() + 1);
    }
    // The last row may lack its end, or only the line break of it.
    let last = whole && (rest.is_empty() || rest == end.strip_suffix(b"\n").unwrap_or(end) || rest == b"\r");
    last.then_some(rest.len())
}

fn plain(
    bytes: &[u8],
    from: usize,
    shape: &Shape,
    limits: Limits,
    whole: bool,
) -> std::result::Result<(Vec<u8>, usize), String> {
    let starts: Vec<u8> = [shape.separator.first(), shape.row_end.first()].into_iter().flatten().copied().collect();
    let rest = bytes.get(from..).unwrap_or_default();
    for (offset, byte) in rest.iter().enumerate() {
        if from + offset > limits.row_bytes {
            return Err(too_long(limits));
        }
        if !(starts.contains(byte) || *byte == b'\r') {
            continue;
        }
        let ahead = rest.get(offset..).unwrap_or_default();
        if row_end(ahead, shape, whole).is_some() || ahead.starts_with(&shape.separator) {
            return Ok((rest.get(..offset).unwrap_or_default().to_vec(), from + offset));
        }
    }
    if whole { Ok((rest.to_vec(), bytes.len())) } else { Err(too_long(limits)) }
}

fn quoted(bytes: &[u8], from: usize, quote: u8, limits: Limits) -> std::result::Result<(Vec<u8>, usize), String> {
    let mut field = Vec::new();
    let mut rest = bytes.get(from..).unwrap_or_default().iter().enumerate().peekable();
    while let Some((offset, byte)) = rest.next() {
        if from + offset > limits.row_bytes {
            break;
        }
        if *byte != quote {
            field.push(*byte);
        } else if rest.peek().is_some_and(|(_, next)| **next == quote) {
            rest.next();
            field.push(quote);
        } else {
            return Ok((field, from + offset + 1));
        }
    }
    Err("opens a quote that is not closed; close it, or write quote = \"\" in the mapping".to_owned())
}

fn too_long(limits: Limits) -> String {
    format!("is longer than {} bytes; check row_end in the mapping", limits.row_bytes)
}

#[cfg(test)]
mod tests;
