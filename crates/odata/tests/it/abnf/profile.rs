//! What of OData is outside of Dataverse's profile (`spec/web-api.md` 8.1), and where we differ on purpose.

use super::cases::Case;

/// What a case needs that the profile does not have, found by what stands in its input.
const OUTSIDE: &[(&str, &[&str])] = &[
    ("arithmetic", &[" add ", " sub ", " mul ", " div ", " divby ", " mod ", "-Price"]),
    (
        "functions that Dataverse does not have",
        &[
            "concat(Comp",
            "concat(concat",
            "indexof(",
            "length(",
            "substring(",
            "hassub",
            "matchesPattern(",
            "tolower(",
            "toupper(",
            "trim(",
            "date(",
            "day(",
            "fractionalseconds(",
            "hour(",
            "maxdatetime",
            "mindatetime",
            "minute(",
            "month(",
            "now(",
            "now%28",
            "second(",
            "time(",
            "totaloffsetminutes(",
            "totalseconds(",
            "year(",
            "ceiling(",
            "floor(",
            "round(",
            "isdefined(",
            "case(",
        ],
    ),
    ("`cast` and `isof`", &["cast(", "isof("]),
    ("`has`", &[" has "]),
    ("geography and geometry", &["geo.", "geography", "geometry", "SRID="]),
    ("durations", &["duration'", "'P6D", "-P6D", "P1Y", "P1M", "+P6D"]),
    ("binary literals", &["binary'"]),
    ("times of day", &["11:22", "11%3A22", "23:59:59)", "(23%3A59%3A59"]),
    ("INF and NaN", &["INF", "NaN"]),
    ("years before 0 and after 9999", &["-10000-"]),
    ("`$it`, `$root`, `$this`, `$these`", &["$it", "$root", "$this", "$these"]),
    ("`$search`", &["search="]),
    ("`$compute`", &["compute="]),
    ("`$levels`", &["levels="]),
    ("`$format`", &["$format=", "$Format=", "format="]),
    ("`$skip`, `$index`, `$schemaversion`", &["skip=", "index=", "schemaversion="]),
    ("`$entity`, `$all`, `$crossjoin`", &["$entity?", "$entity/", "$all", "$crossjoin"]),
    ("`$filter`, `$each`, `$query` as path segments", &["/$filter(", "/$each", "/$query"]),
    ("time travel (`$at`, `$from`, `$to`)", &["$at=", "$from=", "$to="]),
    (
        "`/$count` inside of options",
        &["$orderby=Products/$count", "$orderby=Addresses/$count", "$orderby=Sizes/$count", "Items/$count"],
    ),
    ("annotations as columns", &["@Measures", "@Core.", "@Currency", "@Messages", "@Namespace"]),
    ("collections and objects as operands", &["[\"", "[[", "[F", "[4", "[$", "=[]", "in []", "{", "%5B", "%7B"]),
    ("options inside of `$select`", &["$select=Address(", "$select=Addresses("]),
    ("actions and functions in `$select`", &["MostPopularName(Location", "Model.*"]),
    (
        "`*`, `$value` and aliases in `$expand`",
        &["$expand=*", "Address/*", "$expand=$value", "@c=15", "(@foo=", "(@m="],
    ),
    (
        "functions of the model in conditions",
        &[
            "Model.Available",
            "MostPopular",
            "BestProduct",
            "ProductsByColor(color",
            "ProductsByColor()",
            "PhoneticallySimilar",
        ],
    ),
    ("rows named by key in conditions", &["Items(1)"]),
    (
        "keys as path segments (4.01)",
        &[
            "Customers/1",
            "People/O",
            "Smartphone%2FTablet",
            "/2001/1",
            "Orders/1",
            "Addresses/0",
            "EmailAddresses/1",
            "/-1",
            "/123",
        ],
    ),
    ("an alias as key", &["Categories(@key)"]),
    ("a key behind a function's brackets", &["(categoryId=2)(2)"]),
    ("operators in other letter case (4.01)", &[" EQ ", " Eq ", "tRUe"]),
    ("lists with columns or without items (4.01)", &["in (FirstName)", "in ()"]),
    (
        "a Boolean column or literal as condition",
        &[
            "filter=true",
            "=Completed",
            "true and",
            "true or",
            "not false",
            "(true",
            "( true",
            "(false",
            ":true",
            ": true",
            "lambda/Completed",
            "(not Shipped",
        ],
    ),
    ("sorting by a condition", &["$orderby=Cost ge"]),
    (
        "`$apply`: other transformations",
        &[
            "topcount(",
            "topsum(",
            "toppercent(",
            "bottomcount(",
            "bottomsum(",
            "bottompercent(",
            "identity",
            "concat(",
            "search(",
            "addnested(",
            "nest(",
            "join(",
            "compute(",
            "ancestors(",
            "descendants(",
            "traverse(",
            "/top(",
            "=top(",
            "/skip(",
            "=skip(",
            "orderby(",
            "Self.Top",
        ],
    ),
    ("`$apply`: `rollup` and hierarchies", &["rollup", "Aggregation."]),
    ("`$apply`: `from`", &[" from "]),
    (
        "`$apply`: custom aggregates and methods",
        &[
            "with Custom.",
            "Forecast",
            "Budget",
            "PlannedRevenue",
            "/aggregate(A",
            "/aggregate(Sales",
            "Self.sqrt",
            "Custom.Rating",
        ],
    ),
    ("`$apply` inside of `$expand`", &["($apply="]),
];

/// Options without `$` and in any letter case came with 4.01; in Dataverse they are custom options.
const BARE_OPTIONS: &str = "system options without `$` or in other letter case (4.01)";

/// Negative cases that we accept on purpose or that only the owner of the model can refuse, and positions behind
/// the one of the case, each with its reason.
const DIFFERENCES: &[(&str, &str)] = &[
    ("abnf:813", SLASH),
    ("abnf:949", SLASH),
    ("abnf:1058", MODEL),
    ("abnf:1146", MODEL),
    ("abnf:1163", MODEL),
    ("abnf:1277", MODEL),
    ("abnf:1286", MODEL),
    ("abnf:1370", MODEL),
    ("abnf:1649", MODEL),
    ("abnf:1654", MODEL),
    ("abnf:3137", MODEL),
    ("abnf:3346", MODEL),
    ("aggregation:575", MODEL),
    ("aggregation:1020", MODEL),
    ("abnf:278", LATER),
    ("abnf:617", LATER),
    ("abnf:713", LATER),
    ("abnf:800", LATER),
    ("abnf:1576", LATER),
    ("abnf:2895", LATER),
    ("aggregation:570", LATER),
];

/// Clients send it, and Dataverse's documentation shows it.
const SLASH: &str = "a raw `/` inside of quotes is read as text";
/// The parser knows no names.
const MODEL: &str = "well-formed; refused by the Web API, which knows names and types";
/// The input is refused, behind the place that the case names.
const LATER: &str = "refused, but at a later position";

/// What the case needs that is outside of the profile.
pub fn outside(case: &Case) -> Option<&'static str> {
    let option = ["filter", "expand", "select", "orderby", "orderBy", "compute", "systemQueryOption"];
    if case.rule == "firstMemberExpr" && case.input.ends_with("/$count") {
        return Some("`/$count` inside of options");
    }
    let own = |it: &str| !it.starts_with('$') || it.starts_with("$O");
    if option.contains(&case.rule.as_str()) && own(&case.input) {
        return Some(BARE_OPTIONS);
    }
    OUTSIDE.iter().find(|(_, needles)| needles.iter().any(|it| case.input.contains(it))).map(|(label, _)| *label)
}

/// The reason why we differ from a case.
pub fn difference(place: &str) -> Option<&'static str> {
    DIFFERENCES.iter().find(|(it, _)| *it == place).map(|(_, reason)| *reason)
}

/// All places that differ, for the check that each still does.
pub fn differences() -> impl Iterator<Item = &'static str> {
    DIFFERENCES.iter().map(|(place, _)| *place)
}
