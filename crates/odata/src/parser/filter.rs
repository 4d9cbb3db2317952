//! The Pratt parser of conditions: brackets, `not`, comparisons, `in`, `and`, `or`. Operands and calls are in `operand`.

use super::Parser;
use crate::ParseError;
use crate::expr::{CompareOp, Expr};
use crate::lexer::Kind;
use crate::limit::NOT_BEFORE_QUERY_FUNCTION;

/// Binding power of `not`: above `and`, below the comparisons, so that `not a eq 1` negates the comparison.
const NOT: u8 = 3;

#[derive(Clone, Copy)]
enum Operator {
    Or,
    And,
    In,
    Compare(CompareOp),
}

impl Operator {
    fn from_word(word: &str) -> Option<Self> {
        match word {
            "or" => Some(Self::Or),
            "and" => Some(Self::And),
            "in" => Some(Self::In),
            _ => CompareOp::from_word(word).map(Self::Compare),
        }
    }

    fn power(self) -> u8 {
        match self {
            Self::Or => 1,
            Self::And => 2,
            Self::In | Self::Compare(_) => 4,
        }
    }
}

/// Reads the value of a `$filter`, percent-decoded.
///
/// # Errors
/// The first place where the text leaves the grammar, or a limit of this crate.
///
/// ```
/// let filter = odata::parse_filter("Account_Tasks/any(t:t/statecode eq 1) and name eq 'O''Bryan'")?;
/// assert!(matches!(filter, odata::Expr::And(..)));
/// # Ok::<(), odata::ParseError>(())
/// ```
pub fn parse_filter(text: &str) -> Result<Expr, ParseError> {
    Parser::run(text, true, Parser::condition)
}

impl Parser<'_> {
    /// A whole condition, up to a token that cannot continue it.
    pub(super) fn condition(&mut self) -> Result<Expr, ParseError> {
        self.operators(0)
    }

    /// A condition whose operators all bind tighter than `floor`.
    fn operators(&mut self, floor: u8) -> Result<Expr, ParseError> {
        let start = self.current.position;
        let mut left = self.prefix()?;
        while let Some(operator) = self.word().and_then(Operator::from_word)
            && operator.power() > floor
        {
            self.check_left(operator, &left)?;
            self.advance()?;
            left = match operator {
                Operator::Or => Expr::Or(Box::new(left), self.right(operator)?),
                Operator::And => Expr::And(Box::new(left), self.right(operator)?),
                Operator::In => self.in_list(left, start)?,
                Operator::Compare(op) => self.comparison(op, left, start)?,
            };
        }
        self.check_condition(&left)?;
        Ok(left)
    }

    fn right(&mut self, operator: Operator) -> Result<Box<Expr>, ParseError> {
        self.operators(operator.power()).map(Box::new)
    }

    fn in_list(&mut self, operand: Expr, start: usize) -> Result<Expr, ParseError> {
        self.count_condition(start)?;
        let list = if self.at(&Kind::ListOpen) {
            self.in_json_list()?
        } else {
            self.expect(&Kind::Open, "( after in")?;
            let list = self.list(Self::constant)?;
            self.expect(&Kind::Close, ", or ) in the list")?;
            list
        };
        Ok(Expr::In { operand: Box::new(operand), list })
    }

    /// `["a","b"]`, as OData 4.01 has it beside the round brackets.
    fn in_json_list(&mut self) -> Result<Vec<Expr>, ParseError> {
        let at = self.current.position;
        let list: Vec<Expr> = self.json_list()?.into_iter().map(Expr::Literal).collect();
        if list.is_empty() {
            return Err(ParseError::at(at, "the list after in is empty"));
        }
        Ok(list)
    }

    fn comparison(&mut self, op: CompareOp, left: Expr, start: usize) -> Result<Expr, ParseError> {
        self.count_condition(start)?;
        let right = self.value("a literal, a column or an alias")?;
        Ok(Expr::Compare { op, left: Box::new(left), right: Box::new(right) })
    }

    /// Brackets, `not`, or an operand or call.
    fn prefix(&mut self) -> Result<Expr, ParseError> {
        let start = self.current.position;
        if self.eat(&Kind::Open)? {
            let inner = self.descend(Self::condition)?;
            self.expect(&Kind::Close, "and, or, or )")?;
            return Ok(inner);
        }
        if self.word() == Some("not") {
            self.advance()?;
            let operand = self.descend(|it| it.operators(NOT))?;
            return negated(operand, start);
        }
        self.operand("a condition")
    }

    /// `and` and `or` join conditions, the others compare operands.
    fn check_left(&self, operator: Operator, left: &Expr) -> Result<(), ParseError> {
        match operator {
            Operator::Or | Operator::And => self.check_condition(left),
            Operator::In | Operator::Compare(_) if left.is_condition() => {
                Err(self.unexpected("and, or, or the end of the condition"))
            }
            Operator::In | Operator::Compare(_) => Ok(()),
        }
    }

    fn check_condition(&self, expr: &Expr) -> Result<(), ParseError> {
        if expr.is_condition() {
            return Ok(());
        }
        Err(self.unexpected("a comparison operator (eq, ne, gt, ge, lt, le, in)"))
    }
}

fn negated(operand: Expr, start: usize) -> Result<Expr, ParseError> {
    if matches!(operand, Expr::QueryFunction { .. }) {
        return Err(ParseError::at(start, NOT_BEFORE_QUERY_FUNCTION));
    }
    Ok(Expr::Not(Box::new(operand)))
}
