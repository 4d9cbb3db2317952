//! From words to the tree of one SELECT.
//!
//! *Not* the metadata (`compile`). Invariant: brackets nest to a limit, and every word is used.

use kernel::{Error, Result, report::Measure};

use super::{
    lex::{Word, words},
    refused,
};

/// Deepest nesting of brackets.
const DEPTH: usize = 50;

/// A whole query.
#[derive(Debug, Default)]
pub struct Select {
    pub distinct: bool,
    pub top: Option<u64>,
    pub items: Vec<Item>,
    pub from: Table,
    pub joins: Vec<Joined>,
    pub condition: Option<Condition>,
    pub groups: Vec<Name>,
    pub order: Vec<(Item, bool)>,
    pub offset: u64,
    pub fetch: Option<u64>,
}

/// A table with the name by which columns name it.
#[derive(Debug, Default)]
pub struct Table {
    pub name: String,
    pub alias: String,
}

/// A table that is joined where two columns are equal.
#[derive(Debug)]
pub struct Joined {
    pub table: Table,
    pub outer: bool,
    pub on: (Name, Name),
}

/// A column, with the table in front of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Name {
    pub table: Option<String>,
    pub column: String,
}

/// A column of the answer; no column is a count of rows.
#[derive(Debug, Clone)]
pub struct Item {
    pub column: Option<Name>,
    pub measure: Option<Measure>,
    pub alias: Option<String>,
}

/// What a row must meet.
#[derive(Debug)]
pub enum Condition {
    And(Box<Condition>, Box<Condition>),
    Or(Box<Condition>, Box<Condition>),
    Compare(Name, &'static str, Operand),
    Like(Name, String, bool),
    In(Name, Vec<Operand>, bool),
    Null(Name, bool),
}

/// What a column is compared with.
#[derive(Debug)]
pub enum Operand {
    Text(String),
    Number(String),
    Column(Name),
}

/// Reads a query.
///
/// # Errors
/// `syntax` with the position of the mistake.
pub fn parse(text: &str) -> Result<Select> {
    let words = words(text)?;
    let mut parser = Parser { words, at: 0 };
    let select = parser.select()?;
    match parser.words.get(parser.at) {
        None => Ok(select),
        Some(_) => Err(parser.expected("the end")),
    }
}

struct Parser {
    words: Vec<(Word, usize)>,
    at: usize,
}

/// Words that end a name without AS.
const KEYWORDS: &[&str] = &[
    "select", "from", "where", "group", "order", "by", "inner", "left", "outer", "right", "full", "cross", "join",
    "on", "and", "or", "not", "in", "is", "like", "null", "as", "asc", "desc", "top", "distinct", "offset", "fetch",
    "having", "union", "between", "exists", "case", "with",
];

impl Parser {
    fn select(&mut self) -> Result<Select> {
        let mut select = Select::default();
        self.need("select")?;
        select.distinct = self.take("distinct");
        if self.take("top") {
            let bracket = self.sign("(");
            select.top = Some(self.number()?);
            if bracket {
                self.need_sign(")")?;
            }
        }
        select.distinct |= self.take("distinct");
        if self.sign("*") {
            return Err(refused("'*' is not supported; name the columns"));
        }
        loop {
            select.items.push(self.item()?);
            if !self.sign(",") {
                break;
            }
        }
        self.need("from")?;
        select.from = self.table()?;
        loop {
            let outer = if self.take("left") {
                self.take("outer");
                true
            } else if self.take("inner") || self.peek("join") {
                false
            } else {
                break;
            };
            self.need("join")?;
            let table = self.table()?;
            self.need("on")?;
            let bracket = self.sign("(");
            let one = self.name()?;
            self.need_sign("=")?;
            let on = (one, self.name()?);
            if bracket {
                self.need_sign(")")?;
            }
            select.joins.push(Joined { table, outer, on });
        }
        if self.take("where") {
            select.condition = Some(self.or(0)?);
        }
        if self.take("group") {
            self.need("by")?;
            loop {
                select.groups.push(self.name()?);
                if !self.sign(",") {
                    break;
                }
            }
        }
        if self.take("order") {
            self.need("by")?;
            loop {
                let item = self.expression()?;
                let descending = self.take("desc");
                if !descending {
                    self.take("asc");
                }
                select.order.push((item, descending));
                if !self.sign(",") {
                    break;
                }
            }
        }
        if self.take("offset") {
            select.offset = self.number()?;
            let _ = self.take("rows") || self.take("row");
            if self.take("fetch") {
                let _ = self.take("next") || self.take("first");
                select.fetch = Some(self.number()?);
                let _ = self.take("rows") || self.take("row");
                self.need("only")?;
            }
        }
        Ok(select)
    }

    fn table(&mut self) -> Result<Table> {
        let name = self.identifier("the name of a table")?.to_ascii_lowercase();
        let alias = self.alias()?.unwrap_or_else(|| name.clone());
        Ok(Table { name, alias })
    }

    fn alias(&mut self) -> Result<Option<String>> {
        if self.take("as") {
            return Ok(Some(self.identifier("a name behind AS")?));
        }
        let named = match self.words.get(self.at) {
            Some((Word::Quoted(_), _)) => true,
            Some((Word::Name(it), _)) => !KEYWORDS.contains(&it.to_ascii_lowercase().as_str()),
            _ => false,
        };
        if named { self.identifier("a name").map(Some) } else { Ok(None) }
    }

    fn item(&mut self) -> Result<Item> {
        let mut item = self.expression()?;
        item.alias = self.alias()?;
        Ok(item)
    }

    /// A column or a measure.
    fn expression(&mut self) -> Result<Item> {
        let measure = match (self.words.get(self.at), self.words.get(self.at + 1)) {
            (Some((Word::Name(it), _)), Some((Word::Sign("("), _))) => Some(it.to_ascii_lowercase()),
            _ => None,
        };
        let Some(function) = measure else {
            return Ok(Item { column: Some(self.name()?), measure: None, alias: None });
        };
        let position = self.position();
        self.at += 2;
        if function == "count" && self.sign("*") {
            self.need_sign(")")?;
            return Ok(Item { column: None, measure: Some(Measure::Count), alias: None });
        }
        let distinct = self.take("distinct");
        let measure = match (function.as_str(), distinct) {
            ("count", true) => Measure::CountDistinct,
            ("count", false) => Measure::CountValues,
            ("sum", false) => Measure::Sum,
            ("avg", false) => Measure::Average,
            ("min", _) => Measure::Min,
            ("max", _) => Measure::Max,
            _ => {
                let text = format!(
                    "the function {function} at position {position} is not supported; COUNT, SUM, AVG, MIN and MAX are"
                );
                return Err(refused(text));
            }
        };
        let column = self.name()?;
        self.need_sign(")")?;
        Ok(Item { column: Some(column), measure: Some(measure), alias: None })
    }

    fn name(&mut self) -> Result<Name> {
        let first = self.identifier("a column")?;
        if self.sign(".") {
            if self.sign("*") {
                return Err(refused("'*' is not supported; name the columns"));
            }
            let column = self.identifier("a column behind the dot")?;
            return Ok(Name { table: Some(first), column: column.to_ascii_lowercase() });
        }
        Ok(Name { table: None, column: first.to_ascii_lowercase() })
    }

    fn or(&mut self, depth: usize) -> Result<Condition> {
        let mut left = self.and(depth)?;
        while self.take("or") {
            left = Condition::Or(Box::new(left), Box::new(self.and(depth)?));
        }
        Ok(left)
    }

    fn and(&mut self, depth: usize) -> Result<Condition> {
        let mut left = self.condition(depth)?;
        while self.take("and") {
            left = Condition::And(Box::new(left), Box::new(self.condition(depth)?));
        }
        Ok(left)
    }

    fn condition(&mut self, depth: usize) -> Result<Condition> {
        if depth > DEPTH {
            return Err(refused(format!("brackets are nested deeper than {DEPTH}")));
        }
        if self.sign("(") {
            let inner = self.or(depth + 1)?;
            self.need_sign(")")?;
            return Ok(inner);
        }
        let name = self.name()?;
        if self.take("is") {
            let not = self.take("not");
            self.need("null")?;
            return Ok(Condition::Null(name, !not));
        }
        let not = self.take("not");
        if self.take("like") {
            let Operand::Text(pattern) = self.operand()? else { return Err(refused("LIKE takes a text in quotes")) };
            return Ok(Condition::Like(name, pattern, !not));
        }
        if self.take("in") {
            self.need_sign("(")?;
            if self.peek("select") {
                return Err(refused("a query inside IN is not supported; use a JOIN"));
            }
            let mut all = vec![self.operand()?];
            while self.sign(",") {
                all.push(self.operand()?);
            }
            self.need_sign(")")?;
            return Ok(Condition::In(name, all, !not));
        }
        if not {
            return Err(self.expected("LIKE or IN behind NOT"));
        }
        for sign in ["=", "<>", "<=", ">=", "<", ">"] {
            if self.sign(sign) {
                return Ok(Condition::Compare(name, sign, self.operand()?));
            }
        }
        Err(self.expected("a comparison"))
    }

    fn operand(&mut self) -> Result<Operand> {
        let negative = self.sign("-");
        let word = self.words.get(self.at).map(|(word, _)| word.clone());
        match word {
            Some(Word::Number(it)) => {
                self.at += 1;
                Ok(Operand::Number(if negative { format!("-{it}") } else { it }))
            }
            Some(Word::Text(it)) if !negative => {
                self.at += 1;
                Ok(Operand::Text(it))
            }
            Some(Word::Name(_) | Word::Quoted(_)) if !negative => Ok(Operand::Column(self.name()?)),
            _ => Err(self.expected("a text, a number or a column")),
        }
    }

    fn number(&mut self) -> Result<u64> {
        let found = match self.words.get(self.at) {
            Some((Word::Number(it), _)) => it.parse().ok(),
            _ => None,
        };
        let number = found.ok_or_else(|| self.expected("a whole number"))?;
        self.at += 1;
        Ok(number)
    }

    fn identifier(&mut self, what: &str) -> Result<String> {
        let found = match self.words.get(self.at) {
            Some((Word::Quoted(it), _)) => Some(it.clone()),
            Some((Word::Name(it), _)) if !KEYWORDS.contains(&it.to_ascii_lowercase().as_str()) => Some(it.clone()),
            _ => None,
        };
        let name = found.ok_or_else(|| self.expected(what))?;
        self.at += 1;
        Ok(name)
    }

    fn peek(&self, keyword: &str) -> bool {
        matches!(self.words.get(self.at), Some((Word::Name(it), _)) if it.eq_ignore_ascii_case(keyword))
    }
    fn take(&mut self, keyword: &str) -> bool {
        let found = self.peek(keyword);
        self.at += usize::from(found);
        found
    }
    fn need(&mut self, keyword: &str) -> Result<()> {
        if self.take(keyword) { Ok(()) } else { Err(self.expected(&keyword.to_ascii_uppercase())) }
    }
    fn sign(&mut self, sign: &str) -> bool {
        let found = matches!(self.words.get(self.at), Some((Word::Sign(it), _)) if *it == sign);
        self.at += usize::from(found);
        found
    }
    fn need_sign(&mut self, sign: &str) -> Result<()> {
        if self.sign(sign) { Ok(()) } else { Err(self.expected(&format!("'{sign}'"))) }
    }
    fn position(&self) -> usize {
        self.words.get(self.at).map_or(0, |(_, at)| *at)
    }
    fn expected(&self, what: &str) -> Error {
        match self.words.get(self.at) {
            Some((word, at)) => {
                let shown = match word {
                    Word::Name(it) | Word::Quoted(it) | Word::Number(it) => it.as_str(),
                    Word::Text(_) => "a text",
                    Word::Sign(it) => it,
                };
                refused(format!("expects {what} at position {at}, not {shown}"))
            }
            None => refused(format!("ends where {what} is expected")),
        }
    }
}
