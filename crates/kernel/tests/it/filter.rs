//! Filters: what they find, and what they refuse.

use kernel::{Query, Result, Value, uuid::Uuid};

use crate::world::{World, v};

fn world() -> World {
    let world = World::new();
    let person = world.create("person", v().with("name", "Robin").with("group", "red")).unwrap();
    let mut before: Option<Uuid> = None;
    for (name, values) in [
        (
            "a",
            v().with("small", 1)
                .with("flag", true)
                .with("memo", "50% off")
                .with("exact", Value::Int(1))
                .with("tags", "1"),
        ),
        (
            "b",
            v().with("small", 2)
                .with("flag", false)
                .with("memo", "50 per cent")
                .with("ratio", Value::Double(2.5))
                .with("tags", "1,11"),
        ),
        (
            "c",
            v().with("small", 3)
                .with("memo", "under_score")
                .with("day", Value::from("2024-03-15"))
                .with("tags", "2,12"),
        ),
        ("d", v().with("memo", "underXscore").with("at", Value::from("2024-03-15T11:30:00Z")).with("size", 2)),
        (
            "e",
            v().with("small", -1)
                .with("code", "Ärger [x]")
                .with("at", Value::from("2024-03-01T00:00:00Z"))
                .with("statuscode", 2),
        ),
    ] {
        let mut values = values.with("name", name);
        if let Some(parent) = before {
            values.set("parent", parent);
        }
        if name == "c" {
            values.set("about", ("person", person));
        }
        if name == "d" {
            values.set("about", ("thing", before.unwrap()));
        }
        before = Some(world.create("thing", values).unwrap());
    }
    for (part, of, rank) in [("p1", "a", 1), ("p2", "a", 2), ("p3", "b", 3)] {
        let of = world.read(|rx| rx.first(&Query::on("thing").eq("name", of))).unwrap().unwrap().id;
        world.create("part", v().with("name", part).with("rank", rank).with("thing", of)).unwrap();
    }
    world
}

fn names(world: &World, filter: &str) -> Result<String> {
    let query = Query::on("thing").filter(filter)?.order("name")?;
    Ok(world.read(|rx| rx.rows(&query))?.iter().map(|it| it.text("name").to_owned()).collect())
}

fn check(world: &World, cases: &[(&str, &str)]) {
    for (filter, expected) in cases {
        let found = names(world, filter).unwrap_or_else(|error| panic!("{filter}: {error}"));
        assert_eq!(found, *expected, "{filter}");
    }
}

#[test]
fn precedence_and_null() {
    check(
        &world(),
        &[
            ("small eq 1 or small eq 2 and flag eq true", "a"),
            ("(small eq 1 or small eq 2) and flag eq false", "b"),
            ("not (small eq 1) and small ne null", "bce"),
            ("not (small gt 1 or flag eq true)", ""),
            ("small eq null", "d"),
            ("small ne null", "abce"),
            // What has no value is neither equal nor different.
            ("small ne 1", "bce"),
            ("small gt -5", "abce"),
            ("not (small eq 1)", "bce"),
            ("flag eq false", "b"),
            ("memo eq ''", "e"),
            ("1 lt small", "bc"),
            ("small ge 2", "bc"),
            ("small in (1,3,9)", "ac"),
            ("small eq whole", ""),
            ("name eq 'A'", "a"),
            ("name lt 'C'", "ab"),
        ],
    );
}

#[test]
fn text_functions_know_wildcards_sets_and_no_case() {
    check(
        &world(),
        &[
            ("contains(memo,'UNDER')", "cd"),
            ("startswith(memo,'50')", "ab"),
            ("endswith(memo,'OFF')", "a"),
            ("contains(memo,'r_s')", "cd"),
            ("contains(memo,'r[_]s')", "c"),
            ("contains(memo,'0[%]')", "a"),
            ("startswith(memo,'%cent')", "b"),
            ("startswith(name,'[b-d]')", "bcd"),
            ("startswith(name,'[^b-d]')", "ae"),
            ("contains(code,'äRG')", "e"),
            ("contains(code,'[x')", "e"),
            ("endswith(code,'[[]x]')", "e"),
            ("not contains(memo,'50')", "cd"),
            ("contains(memo,'''')", ""),
        ],
    );
}

#[test]
fn paths_and_collections() {
    check(
        &world(),
        &[
            ("parent/name eq 'a'", "b"),
            ("parent/parent/name eq 'a'", "c"),
            ("parent/small gt 1", "cd"),
            ("parent ne null", "bcde"),
            ("_parent_value eq null", "a"),
            ("about_person/group eq 'red'", "c"),
            ("about_thing/name eq 'c'", "d"),
            ("startswith(parent/name,'b')", "c"),
            ("parts/any()", "ab"),
            ("not parts/any()", "cde"),
            ("parts/any(p:p/rank gt 2)", "b"),
            ("parts/any(p:p/rank eq 1 or p/rank eq 3)", "ab"),
            ("parts/all(p:p/rank lt 3)", "acde"),
            ("parts/$count ge 1", "ab"),
            ("parts/$count eq 2", "a"),
            ("2 gt parts/$count", "bcde"),
            ("parts/$count($filter=rank gt 2) eq 1 or parts/$count($filter=rank lt 3) ge 2", "ab"),
            ("children/any(c:c/parts/$count($filter=rank ne c/small) eq 1)", "a"),
            ("not (children/$count($filter=parts/$count eq 0) eq 0)", "bcd"),
            ("children/any(c:c/flag eq false)", "a"),
            ("children/any(c:c/parent/small eq 1) and parts/any()", "a"),
        ],
    );
}

#[test]
fn query_functions_on_a_clock_that_stands() {
    check(
        &world(),
        &[
            ("Microsoft.Dynamics.CRM.Today(PropertyName='day')", "c"),
            ("Microsoft.Dynamics.CRM.Today(PropertyName='at')", "d"),
            ("Microsoft.Dynamics.CRM.LastXHours(PropertyName='at',PropertyValue=1)", "d"),
            ("Microsoft.Dynamics.CRM.LastXDays(PropertyName='at',PropertyValue=14)", "de"),
            ("Microsoft.Dynamics.CRM.LastXDays(PropertyName='at',PropertyValue=13)", "d"),
            ("Microsoft.Dynamics.CRM.Last7Days(PropertyName='at')", "d"),
            ("Microsoft.Dynamics.CRM.OlderThanXDays(PropertyName='at',PropertyValue=10)", "e"),
            ("Microsoft.Dynamics.CRM.OlderThanXMonths(PropertyName='at',PropertyValue=1)", ""),
            ("Microsoft.Dynamics.CRM.On(PropertyName='at',PropertyValue='2024-03-01')", "e"),
            ("Microsoft.Dynamics.CRM.OnOrAfter(PropertyName='at',PropertyValue='2024-03-02')", "d"),
            ("Microsoft.Dynamics.CRM.OnOrBefore(PropertyName='at',PropertyValue=2024-03-01)", "e"),
            ("Microsoft.Dynamics.CRM.In(PropertyName='small',PropertyValues=['1','2'])", "ab"),
            ("Microsoft.Dynamics.CRM.NotIn(PropertyName='small',PropertyValues=['1','2'])", "ce"),
            ("Microsoft.Dynamics.CRM.Between(PropertyName='small',PropertyValues=['1','2'])", "ab"),
            ("Microsoft.Dynamics.CRM.NotBetween(PropertyName='small',PropertyValues=['1','2'])", "ce"),
            ("Microsoft.Dynamics.CRM.ContainValues(PropertyName='tags',PropertyValues=['1'])", "ab"),
            ("Microsoft.Dynamics.CRM.ContainValues(PropertyName='tags',PropertyValues=['2','11'])", "bc"),
            ("Microsoft.Dynamics.CRM.ContainValues(PropertyName='tags',PropertyValues=['3'])", ""),
            ("Microsoft.Dynamics.CRM.EqualUserId(PropertyName='ownerid')", "abcde"),
            ("Microsoft.Dynamics.CRM.Tomorrow(PropertyName='at') or small eq 1", "a"),
            ("Microsoft.Dynamics.CRM.ThisWeek(PropertyName='at')", "d"),
            ("Microsoft.Dynamics.CRM.ThisMonth(PropertyName='at')", "de"),
            ("Microsoft.Dynamics.CRM.ThisFiscalPeriod(PropertyName='day')", "c"),
            ("Microsoft.Dynamics.CRM.LastFiscalYear(PropertyName='at')", ""),
            ("Microsoft.Dynamics.CRM.InFiscalYear(PropertyName='at',PropertyValue=2024)", "de"),
            ("Microsoft.Dynamics.CRM.InFiscalPeriod(PropertyName='at',PropertyValue=1)", "de"),
            ("Microsoft.Dynamics.CRM.InFiscalPeriod(PropertyName='at',PropertyValue='2')", ""),
            (
                "Microsoft.Dynamics.CRM.InFiscalPeriodAndYear(PropertyName='at',PropertyValue1=1,PropertyValue2=2024)",
                "de",
            ),
            (
                "Microsoft.Dynamics.CRM.InOrAfterFiscalPeriodAndYear(PropertyName='at',PropertyValue1=2,PropertyValue2=2024)",
                "",
            ),
            (
                "Microsoft.Dynamics.CRM.InOrBeforeFiscalPeriodAndYear(PropertyName='at',PropertyValue1=1,PropertyValue2=2024)",
                "de",
            ),
            ("Microsoft.Dynamics.CRM.LastXWeeks(PropertyName='at',PropertyValue=1)", "d"),
            ("Microsoft.Dynamics.CRM.OlderThanXMinutes(PropertyName='at',PropertyValue=30)", "e"),
            ("Microsoft.Dynamics.CRM.EqualUserTeams(PropertyName='ownerid')", ""),
            ("Microsoft.Dynamics.CRM.EqualUserOrUserTeams(PropertyName='ownerid')", "abcde"),
            ("Microsoft.Dynamics.CRM.EqualUserOrUserHierarchy(PropertyName='ownerid')", "abcde"),
            ("Microsoft.Dynamics.CRM.NotEqualUserId(PropertyName='ownerid')", ""),
        ],
    );
}

#[test]
fn hierarchies() {
    let world = world();
    // Each thing stands below the one before it.
    let id = |name: &str| world.read(|rx| rx.first(&Query::on("thing").eq("name", name))).unwrap().unwrap().id;
    let (b, c) = (id("b"), id("c"));
    let ask = |name: &str, property: &str, id| {
        format!("Microsoft.Dynamics.CRM.{name}(PropertyName='{property}',PropertyValue='{id}')")
    };
    check(
        &world,
        &[
            (&ask("Above", "thingid", c), "ab"),
            (&ask("AboveOrEqual", "thingid", c), "abc"),
            (&ask("Under", "thingid", b), "cde"),
            (&ask("UnderOrEqual", "thingid", b), "bcde"),
            (&ask("NotUnder", "thingid", b), "ab"),
            (&ask("Under", "parent", b), "de"),
        ],
    );
}

#[test]
fn literals_are_typed_by_the_column_they_meet() {
    let world = world();
    let a = world.read(|rx| rx.first(&Query::on("thing").eq("name", "a"))).unwrap().unwrap().id;
    check(
        &world,
        &[
            ("exact eq 1.000", "a"),
            ("exact lt 1.001", "a"),
            ("ratio eq 2.5", "b"),
            ("ratio gt 2", "b"),
            ("day eq 2024-03-15", "c"),
            ("day le 2024-03-15T23:00:00Z", "c"),
            ("at gt 2024-03-02", "d"),
            ("at eq 2024-03-15T13:30:00+02:00", "d"),
            ("size eq 2", "d"),
            ("size eq 99", ""),
            ("statecode eq 1", "e"),
            ("tags eq '11,1'", "b"),
            (&format!("thingid eq {a}"), "a"),
            (&format!("thingid eq '{a}'"), "a"),
            (&format!("_parent_value eq {a}"), "b"),
            (&format!("parent/thingid eq {a}"), "b"),
            (&format!("thingid in ({a})"), "a"),
        ],
    );
}

#[test]
fn refusals_name_the_column() {
    let world = world();
    let mut list = String::new();
    for filter in [
        "nothing eq 1",
        "parent/nothing eq 1",
        "nothing/name eq 'a'",
        "parts/any(p:p/nothing eq 1)",
        "nothing/any()",
        "nothing/$count eq 1",
        "parts/$count",
        "parts/$count eq 'x'",
        "parts/$count eq null",
        "parts/$count eq small",
        "parts/$count in (1,2)",
        "parts/$count($filter=nothing eq 1) eq 1",
        "parent/parts/$count eq 1",
        "children/any(c:d/parts/any(p:p/rank eq 3))",
        "parent/parts/any()",
        "flag",
        "small eq 'x'",
        "small eq 1.5",
        "flag eq 1",
        "day eq 'soon'",
        "at eq 5",
        "parent eq 'x'",
        "contains(small,'1')",
        "contains(memo,1)",
        "small gt null",
        "small eq flag",
        "1 eq 1",
        "small",
        "'x'",
        "small eq @p",
        "Microsoft.Dynamics.CRM.Today(PropertyName='small')",
        "Microsoft.Dynamics.CRM.LastXDays(PropertyName='at')",
        "Microsoft.Dynamics.CRM.LastXDays(PropertyName='at',PropertyValue='x')",
        "Microsoft.Dynamics.CRM.Between(PropertyName='small',PropertyValues=['1'])",
        "Microsoft.Dynamics.CRM.Under(PropertyName='parent',PropertyValue='x')",
        "small eq",
        "extra_weight eq 1",
    ] {
        let error = names(&world, filter).expect_err(filter);
        list.push_str(&format!("{filter}\n    {} [{}] {error}\n", error.code, error.target));
    }
    insta::assert_snapshot!(list);
}

#[test]
fn long_filters_do_not_overflow() {
    let world = world();
    for join in [" or ", " and "] {
        let text: Vec<String> = (0..500).map(|it| format!("small ne {}", it + 100)).collect();
        assert_eq!(names(&world, &text.join(join)).unwrap(), "abce");
        let text: Vec<String> = (0..166).map(|it| format!("(small eq {it} or name eq 'x' and name ne 'y')")).collect();
        names(&world, &text.join(join)).unwrap();
    }
    let text: Vec<String> = (0..501).map(|it| format!("small ne {it}")).collect();
    assert!(names(&world, &text.join(" and ")).unwrap_err().text.contains("500 conditions"));
    let deep = format!("{}small eq 1{}", "(".repeat(90), ")".repeat(90));
    assert_eq!(names(&world, &deep).unwrap(), "a");
    let nots = format!("{}(small eq 1){}", "not (".repeat(40), ")".repeat(40));
    assert_eq!(names(&world, &nots).unwrap(), "a");
    let many: Vec<String> = (0..9_000).map(|it| format!("'{it}'")).collect();
    let many = many.join(",");
    let text = format!("Microsoft.Dynamics.CRM.ContainValues(PropertyName='tags',PropertyValues=[{many}])");
    assert_eq!(names(&world, &text).unwrap(), "abc");
    let text = format!("Microsoft.Dynamics.CRM.In(PropertyName='whole',PropertyValues=[{many}])");
    assert_eq!(names(&world, &text).unwrap(), "");
}
