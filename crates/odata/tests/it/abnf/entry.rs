//! From a rule of the ABNF to the parser that reads it.

use odata::{Literal, ParseError, QueryError};
use percent_encoding::percent_decode_str;

/// What our parser said: accepted, or refused at a byte of the input (if it is known) with a message.
pub type Outcome = Result<(), (Option<usize>, String)>;

/// Runs the parser for a rule over an input; `None` if there is no parser for it.
pub fn run(rule: &str, input: &str) -> Option<Outcome> {
    Some(match rule {
        "odataUri" => uri(input),
        "odataRelativeUri" => relative(input),
        "resourcePath" => resource_path(input, 0),
        "entitySetName" | "odataIdentifier" => one_name(input),
        "queryOptions" | "systemQueryOption" | "customQueryOption" => query(input, 0, false),
        "filter" | "expand" | "select" | "orderby" | "orderBy" | "skiptoken" | "deltatoken" => query(input, 0, true),
        "boolCommonExpr" | "boolcommonExpr" | "notExpr" => condition(input, 0),
        "commonExpr" | "isofExpr" => expression(input),
        "anyExpr" => condition(&format!("x/{input}"), 2),
        "firstMemberExpr" | "propertyPathExpr" => operand(input),
        "functionParameter" => function_parameter(input),
        "primitiveLiteral"
        | "stringLiteral"
        | "decimalLiteral"
        | "doubleLiteral"
        | "singleLiteral"
        | "sbyteLiteral"
        | "int16Literal"
        | "int32Literal"
        | "int64Literal"
        | "null"
        | "boolean"
        | "guid"
        | "date"
        | "enumLiteral"
        | "dateTimeOffsetLiteral"
        | "dateTimeOffsetValueInUrl"
        | "timeOfDayLiteral"
        | "durationLiteral"
        | "binaryLiteral" => decoded(input, |text| odata::parse_literal(text).map(|_| ())),
        // Values as they stand in a body have the same form, without percent-encoding.
        "decimalValue"
        | "doubleValue"
        | "singleValue"
        | "byteValue"
        | "sbyteValue"
        | "int16Value"
        | "int32Value"
        | "int64Value"
        | "dateValue"
        | "dateTimeOffsetValue"
        | "timeOfDayValue"
        | "durationValue"
        | "booleanValue" => plain(odata::parse_literal(input).and_then(|it| typed(&it)), 0),
        "context" => plain(odata::parse_context(input).map(|_| ()), 0),
        "preference" | "maxpagesizePreference" | "includeAnnotationsPreference" => preferences(input, 0),
        "prefer" => preferences(input.strip_prefix("Prefer: ")?, "Prefer: ".len()),
        _ => return None,
    })
}

fn plain(result: Result<(), ParseError>, shift: usize) -> Outcome {
    result.map_err(|error| (Some(error.position + shift), error.message))
}

/// A text of a URL: read after decoding; where nothing was encoded, positions are those of the input.
fn decoded(input: &str, parse: impl Fn(&str) -> Result<(), ParseError>) -> Outcome {
    let text = percent_decode_str(input).decode_utf8().expect("the cases are UTF-8");
    plain(parse(&text), 0).map_err(|(at, message)| (at.filter(|_| text == input), message))
}

/// A bare word in quotes is no value of a body.
fn typed(literal: &Literal) -> Result<(), ParseError> {
    match literal {
        Literal::Text(_) => Err(ParseError { position: 0, message: "text is not such a value".into() }),
        _ => Ok(()),
    }
}

fn condition(input: &str, shift: usize) -> Outcome {
    decoded(input, |text| odata::parse_filter(text).map(|_| ()))
        .map_err(|(at, message)| (at.map(|it| it.saturating_sub(shift)), message))
}

/// A condition, or an operand of one.
fn expression(input: &str) -> Outcome {
    condition(input, 0).or_else(|refused| operand(input).map_err(|_| refused))
}

fn operand(input: &str) -> Outcome {
    decoded(input, |text| odata::parse_filter(&format!("{text} eq null")).map(|_| ()))
}

fn one_name(input: &str) -> Outcome {
    let segments = odata::parse_resource_path(input).map_err(|error| (Some(error.position), error.message))?;
    match segments.as_slice() {
        [only] if only.key.is_none() && !only.name.contains('.') => Ok(()),
        _ => Err((input.find(['.', '(', '/']), "one name is expected".into())),
    }
}

fn function_parameter(input: &str) -> Outcome {
    resource_path(&format!("F({input})"), 0)
}

fn resource_path(input: &str, shift: usize) -> Outcome {
    plain(odata::parse_resource_path(input).map(|_| ()), shift)
}

fn relative(input: &str) -> Outcome {
    if input.starts_with("$metadata#") {
        return plain(odata::parse_context(input).map(|_| ()), 0);
    }
    let (path, rest) = input.split_once('?').unwrap_or((input, ""));
    resource_path(path, 0)?;
    query(rest, path.len() + 1, false)
}

/// An absolute address below a service root that ends with one of the cases' roots.
fn uri(input: &str) -> Outcome {
    let Some((scheme, rest)) = input.split_once("://") else {
        return Err((Some(4), "an address has a scheme".into()));
    };
    let local = rest.find('/').map_or(rest.len(), |it| it + 1);
    let path = rest.get(local..).unwrap_or_default();
    let root = ["OData/OData.svc/", "service/", "MyService/"].into_iter().find(|it| path.starts_with(it));
    let relative = path.strip_prefix(root.unwrap_or_default()).unwrap_or_default();
    let before = scheme.len() + 3 + rest.len() - relative.len();
    self::relative(relative).map_err(|(at, message)| (at.map(|it| it + before), message))
}

/// A query string; with `only`, nothing but system options.
fn query(input: &str, shift: usize, only: bool) -> Outcome {
    match odata::parse_query(input) {
        Ok(options) if only && !options.custom.is_empty() => {
            let (name, _) = &options.custom[0];
            Err((input.find(name.as_str()).map(|it| it + shift), format!("{name} is a custom option")))
        }
        Ok(_) => Ok(()),
        Err(error) => {
            let start = input.find(error.option()).unwrap_or_default();
            let at = match &error {
                QueryError::Syntax { error, option } => start + option.len() + 1 + error.position,
                QueryError::Value { option, .. } => start + option.len(),
                _ => start,
            };
            Err((Some(at + shift).filter(|_| !input.contains('%')), error.to_string()))
        }
    }
}

fn preferences(input: &str, shift: usize) -> Outcome {
    odata::preferences(input).try_for_each(|it| plain(it.map(|_| ()), shift))
}
