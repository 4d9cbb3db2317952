//! A table as a file: CSV, XLSX or JSON, written row by row.
//!
//! *Not* the choice of rows. Invariant: memory holds one row, however many there are; no cell is a
//! formula, whatever people wrote into it.

use std::{
    fs::File,
    io::{self, Seek, Write},
};

use kernel::{Error, Result, Value};
use rust_xlsxwriter::{Format as Style, Workbook, Worksheet, XlsxError};
use serde_json::{Map, Value as Json};

/// Rows of one sheet, the head included; Excel's own limit.
const SHEET_ROWS: u32 = 1_048_576;
/// Characters of one cell; Excel's own limit.
const CELL_CHARACTERS: usize = 32_767;
/// What ends a text that a sheet cannot hold whole.
const CUT: &str = " … [cut; whole in CSV and JSON]";

/// The form of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Comma-separated values, RFC 4180, UTF-8.
    Csv,
    /// A spreadsheet, Office Open XML.
    Xlsx,
    /// An array with one object a line.
    Json,
}

impl Format {
    /// The form of a word: `csv`, `xlsx` or `json`.
    ///
    /// # Errors
    /// `Invalid` naming the three.
    pub fn of_word(word: &str) -> Result<Self> {
        match word.to_ascii_lowercase().as_str() {
            "csv" => Ok(Format::Csv),
            "xlsx" => Ok(Format::Xlsx),
            "json" => Ok(Format::Json),
            _ => Err(Error::invalid("format", "is csv, xlsx or json")),
        }
    }
    /// Its media type.
    pub fn media_type(self) -> &'static str {
        match self {
            Format::Csv => "text/csv; charset=utf-8; header=present",
            Format::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Format::Json => "application/json",
        }
    }
}

/// Whether text that a spreadsheet program would take for a formula is marked as text in CSV.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Guard {
    /// With a leading apostrophe: the file is for people.
    Marked,
    /// Left as it is: the file is for a program that reads every character.
    Plain,
}

/// A table that is being written.
pub struct Table<'w> {
    columns: Vec<String>,
    rows: u64,
    sink: Sink<'w>,
}

enum Sink<'w> {
    Csv { writer: Box<csv::Writer<Box<dyn Write + 'w>>>, guard: Guard },
    Json(Box<dyn Write + 'w>),
    Xlsx { book: Box<Workbook>, row: u32, out: Box<dyn Write + 'w> },
}

impl<'w> Table<'w> {
    /// Begins a table; the head is written at once.
    ///
    /// # Errors
    /// Those of the output.
    pub fn begin(format: Format, guard: Guard, columns: &[&str], out: impl Write + 'w) -> Result<Self> {
        let mut out: Box<dyn Write + 'w> = Box::new(out);
        let sink = match format {
            Format::Csv => {
                let mut writer = Box::new(csv::Writer::from_writer(out));
                writer.write_record(columns).map_err(of_csv)?;
                Sink::Csv { writer, guard }
            }
            Format::Json => {
                out.write_all(b"[")?;
                Sink::Json(out)
            }
            Format::Xlsx => {
                let mut book = Box::new(Workbook::new());
                head(book.add_worksheet_with_constant_memory().map_err(of_xlsx)?, columns)?;
                Sink::Xlsx { book, row: 1, out }
            }
        };
        Ok(Table { columns: columns.iter().map(|it| (*it).to_owned()).collect(), rows: 0, sink })
    }

    /// Writes a row; one value for each column.
    ///
    /// # Errors
    /// Those of the output.
    pub fn row(&mut self, cells: &[Value]) -> Result<()> {
        match &mut self.sink {
            Sink::Csv { writer, guard } => {
                let cells = cells.iter().map(|it| if *guard == Guard::Marked { marked(it) } else { text(it) });
                writer.write_record(cells).map_err(of_csv)?;
            }
            Sink::Json(out) => {
                let row: Map<String, Json> =
                    self.columns.iter().cloned().zip(cells.iter().map(Value::to_json)).collect();
                out.write_all(if self.rows == 0 { b"\n" } else { b",\n" })?;
                serde_json::to_writer(out, &row)?;
            }
            Sink::Xlsx { book, row, .. } => {
                if *row == SHEET_ROWS {
                    let columns: Vec<&str> = self.columns.iter().map(String::as_str).collect();
                    head(book.add_worksheet_with_constant_memory().map_err(of_xlsx)?, &columns)?;
                    *row = 1;
                }
                let last = book.worksheets().len().saturating_sub(1);
                let sheet = book.worksheet_from_index(last).map_err(of_xlsx)?;
                for (at, cell) in (0u16..).zip(cells) {
                    put(sheet, *row, at, cell)?;
                }
                *row += 1;
            }
        }
        self.rows += 1;
        Ok(())
    }

    /// Ends the table and tells how many rows it has.
    ///
    /// # Errors
    /// Those of the output.
    pub fn end(self) -> Result<u64> {
        match self.sink {
            Sink::Csv { mut writer, .. } => writer.flush()?,
            Sink::Json(mut out) => {
                out.write_all(b"\n]\n")?;
                out.flush()?;
            }
            Sink::Xlsx { mut book, mut out, .. } => {
                // The archive's directory comes last but its beginning is mended, so it needs a file to seek in.
                let mut whole: File = tempfile::tempfile()?;
                book.save_to_writer(&mut whole).map_err(of_xlsx)?;
                whole.rewind()?;
                io::copy(&mut whole, &mut out)?;
                out.flush()?;
            }
        }
        Ok(self.rows)
    }
}

fn head(sheet: &mut Worksheet, columns: &[&str]) -> Result<()> {
    sheet.set_freeze_panes(1, 0).map_err(of_xlsx)?;
    for (at, name) in (0u16..).zip(columns) {
        let bold = Style::new().set_bold();
        sheet.write_string_with_format(0, at, *name, &bold).map_err(of_xlsx)?;
    }
    Ok(())
}

/// Text goes in as text, so that nothing in it is a formula or a link.
fn put(sheet: &mut Worksheet, row: u32, column: u16, cell: &Value) -> Result<()> {
    let done = match cell {
        Value::Null => return Ok(()),
        Value::Bool(it) => sheet.write_boolean(row, column, *it),
        // Larger ones would lose digits as the floating-point numbers of a sheet.
        Value::Int(it) if it.unsigned_abs() < 1 << 50 => match it.to_string().parse::<f64>() {
            Ok(number) => sheet.write_number(row, column, number),
            Err(_) => sheet.write_string(row, column, it.to_string()),
        },
        other => sheet.write_string(row, column, fitting(text(other))),
    };
    done.map(|_| ()).map_err(of_xlsx)
}

fn fitting(text: String) -> String {
    if text.chars().map(char::len_utf16).sum::<usize>() <= CELL_CHARACTERS {
        return text;
    }
    let room = CELL_CHARACTERS - CUT.chars().count();
    let mut used = 0;
    let kept: String = text
        .chars()
        .take_while(|it| {
            used += it.len_utf16();
            used <= room
        })
        .collect();
    kept + CUT
}

/// A value as text; the import reads each of these forms.
pub fn text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::Choices(it) => it.iter().map(i64::to_string).collect::<Vec<_>>().join(","),
        other => match other.to_json() {
            Json::String(text) => text,
            json => json.to_string(),
        },
    }
}

/// Text that begins as a formula does gets an apostrophe before it; spreadsheet programs then show it as
/// it is. A telephone number is no formula.
fn marked(value: &Value) -> String {
    let plain = text(value);
    let formula = matches!(value, Value::Text(_))
        && match plain.chars().next() {
            Some('=' | '@' | '\t' | '\r' | '\n') => true,
            Some('+' | '-') => !plain.chars().skip(1).all(|it| it.is_ascii_digit() || matches!(it, ' ' | '.')),
            _ => false,
        };
    if formula { format!("'{plain}") } else { plain }
}

fn of_csv(error: csv::Error) -> Error {
    match error.into_kind() {
        csv::ErrorKind::Io(it) => Error::from(it),
        _ => Error::bug("a row could not be written as text"),
    }
}

fn of_xlsx(error: XlsxError) -> Error {
    match error {
        XlsxError::IoError(it) => Error::from(it),
        other => Error::bug(format!("a row could not be written to a sheet: {other}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_people_wrote_is_a_formula() {
        let check = |given: &str, expect: &str| assert_eq!(marked(&Value::from(given)), expect);
        check("=1+1", "'=1+1");
        check("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0");
        check("@SUM(A1)", "'@SUM(A1)");
        check("+1+cmd", "'+1+cmd");
        check("-1-1", "'-1-1");
        check("\t=1", "'\t=1");
        check("\n=1", "'\n=1");
        check("+49 30 1234", "+49 30 1234");
        check("-5", "-5");
        check("a=b", "a=b");
        check("", "");
        assert_eq!(marked(&Value::Int(-5)), "-5");
    }

    #[test]
    fn a_long_text_is_cut_where_a_sheet_ends_and_says_so() {
        assert_eq!(fitting("short".into()), "short");
        let cut = fitting("𝄞".repeat(20_000));
        assert!(cut.ends_with(CUT) && cut.encode_utf16().count() <= CELL_CHARACTERS);
    }
}
