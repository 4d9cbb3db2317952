//! The bounds of what the parsers accept. Not configuration: the stack and the store rely on them.

/// Deepest nesting of brackets, `not`, lambdas and `$expand` levels that is accepted.
pub const MAX_NESTING: usize = 100;

/// Most conditions (comparisons, function calls, `in`, `any()`) in one filter or `$expand`.
pub const MAX_CONDITIONS: usize = 500;

/// Longest text, in bytes, that one parser call accepts.
pub const MAX_TEXT: usize = 64 * 1024;

/// Most parameter aliases in one query string.
pub const MAX_ALIASES: usize = 500;

/// Message of the error for more than [`MAX_CONDITIONS`] conditions. The Web API gives it a code of its own.
pub const TOO_MANY_CONDITIONS: &str = "a filter may have at most 500 conditions";

/// Message of the error for `not` before a `Microsoft.Dynamics.CRM` function, in Dataverse's words.
pub const NOT_BEFORE_QUERY_FUNCTION: &str =
    "Not operator along with the Custom Named Condition operators is not allowed";
