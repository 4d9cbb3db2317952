//! Row security: what each depth reaches, on every way to read and on every write.

use kernel::{Actor, Context, Kind, Query, Result, Value, Values, access::role_id, report::Report, uuid::Uuid};

use crate::world::{World, thing, v};

/// Units: the first, north below it, far below north, south beside north. A user each in north (ann, ned),
/// far (fay) and south (sam); the team crew of south has ann in it.
struct Firm {
    world: World,
    ann: Uuid,
    ned: Uuid,
    fay: Uuid,
    sam: Uuid,
    crew: Uuid,
    north: Uuid,
    south: Uuid,
}

fn user(name: &str, unit: Uuid) -> Values {
    v().with("lastname", name).with("businessunitid", ("businessunit", unit))
}

impl Firm {
    fn new() -> Firm {
        let world = World::new();
        let unit =
            |name: &str, above: Uuid| v().with("name", name).with("parentbusinessunitid", ("businessunit", above));
        let north = world.create("businessunit", unit("north", kernel::ROOT_UNIT)).unwrap();
        let far = world.create("businessunit", unit("far", north)).unwrap();
        let south = world.create("businessunit", unit("south", kernel::ROOT_UNIT)).unwrap();
        let [ann, ned] = ["ann", "ned"].map(|it| world.create("systemuser", user(it, north)).unwrap());
        let fay = world.create("systemuser", user("fay", far)).unwrap();
        let sam = world.create("systemuser", user("sam", south)).unwrap();
        let team = v().with("name", "crew").with("businessunitid", ("businessunit", south));
        let crew = world.create("team", team).unwrap();
        let member = v().with("teamid", ("team", crew)).with("systemuserid", ("systemuser", ann));
        world.create("teammembership", member).unwrap();
        Firm { world, ann, ned, fay, sam, crew, north, south }
    }
    /// A thing of each owner, named after them.
    fn things(&self) {
        for (name, owner) in [("ann", self.ann), ("ned", self.ned), ("fay", self.fay), ("sam", self.sam)] {
            self.world.create("thing", thing(name).with("ownerid", ("systemuser", owner))).unwrap();
        }
        self.world.create("thing", thing("crew").with("ownerid", ("team", self.crew))).unwrap();
    }
    fn as_user(&self, id: Uuid, role: &str) -> Context {
        self.world.cx.for_actor(Actor::user(id, role))
    }
    fn id(&self, name: &str) -> Uuid {
        self.world.read(|rx| rx.ids(&Query::on("thing").eq("name", name))).unwrap()[0]
    }
    fn seen(&self, cx: &Context) -> String {
        let query = Query::on("thing").order("name asc").unwrap();
        let rows = self.world.db.read(cx, |rx| rx.rows(&query)).unwrap();
        rows.iter().map(|it| it.text("name")).collect::<Vec<_>>().join(" ")
    }
}

/// What each depth reaches; by `role:` of the user themself, by `team:` through a role of their team.
#[test]
fn each_depth_reaches_its_rows() {
    let firm = Firm::new();
    firm.things();
    for (user, role, seen) in [
        (firm.ann, "seller", "ann crew"),
        (firm.ned, "seller", "ned"),
        (firm.ann, "local", "ann crew fay ned"),
        (firm.fay, "local", "fay"),
        (firm.sam, "local", "crew sam"),
        (firm.sam, "reader", "ann crew fay ned sam"),
    ] {
        assert_eq!(firm.seen(&firm.as_user(user, role)), seen, "{role}");
    }
    // A role of the team reaches from the unit of the team.
    let role = firm.world.create("role", v().with("name", "local")).unwrap();
    let held = v().with("teamid", ("team", firm.crew)).with("roleid", ("role", role));
    firm.world.create("teamroles", held).unwrap();
    assert_eq!(firm.seen(&firm.as_user(firm.ann, "nothing")), "ann crew sam");
    // And a role given to the user from the user's own.
    let held = v().with("systemuserid", ("systemuser", firm.ann)).with("roleid", ("role", role));
    let held = firm.world.create("systemuserroles", held).unwrap();
    assert_eq!(firm.seen(&firm.as_user(firm.ann, "nothing")), "ann crew fay ned sam");
    firm.world.delete("systemuserroles", held).unwrap();
    assert_eq!(firm.seen(&firm.as_user(firm.ann, "nothing")), "ann crew sam");
    // A role of the product given by a row.
    let held =
        v().with("systemuserid", ("systemuser", firm.ned)).with("roleid", ("role", role_id("system-administrator")));
    firm.world.create("systemuserroles", held).unwrap();
    assert_eq!(firm.seen(&firm.as_user(firm.ned, "nothing")), "ann crew fay ned sam");
}

/// No way to read shows more than a list does.
#[test]
fn every_way_to_read_keeps_to_the_rows_in_reach() {
    let firm = Firm::new();
    firm.things();
    let (mine, theirs) = (firm.id("ann"), firm.id("sam"));
    firm.world.update("thing", mine, v().with("parent", ("thing", theirs))).unwrap();
    firm.world.update("thing", theirs, v().with("parent", ("thing", mine)).with("code", "s-1")).unwrap();
    let cx = firm.as_user(firm.ann, "seller");
    let read = |filter: &str| firm.world.db.read(&cx, |rx| rx.count(&Query::on("thing").filter(filter)?)).unwrap();
    assert_eq!(read("statecode eq 0"), 2);
    // A path, a collection, all of a collection: a row out of reach is as one that is not there.
    assert_eq!(read("parent/name eq 'sam'"), 0);
    assert_eq!(read("parent/name eq null and name eq 'ann'"), 1);
    assert_eq!(read("children/any()"), 0);
    assert_eq!(read("name eq 'ann' and children/all(c:c/name eq 'nobody')"), 1);
    let report = Report::on("thing", 10).with("n", "", Some(kernel::report::Measure::Count));
    let counted = firm.world.db.read(&cx, |rx| rx.report(&Report { grouped: true, ..report.clone() }));
    assert_eq!(counted.unwrap().rows[0].values[0], Value::Int(2));
    let mut joined = Report::on("thing", 10).with("name", "up/name", None);
    joined.joins.push(kernel::report::Join {
        name: "up".into(),
        entity: "thing".into(),
        parent: None,
        from: "thingid".into(),
        to: "parent".into(),
        kind: kernel::report::JoinKind::Inner,
        filter: None,
    });
    assert_eq!(firm.world.db.read(&cx, |rx| rx.report_count(&joined)).unwrap(), 0);
    for (error, code) in [
        (firm.world.db.read(&cx, |rx| rx.get("thing", theirs).map(|_| ())), "row-access"),
        (
            firm.world.db.read(&cx, |rx| kernel::audit::history::of_record(rx, "thing", theirs).map(|_| ())),
            "row-access",
        ),
        (firm.world.db.read(&cx, |rx| rx.deleted_since("thing", rx.watermark()?, 0, 1).map(|_| ())), "privilege"),
        (firm.world.db.read(&cx, |rx| rx.count_deleted_since("thing", rx.watermark()?).map(|_| ())), "privilege"),
        (firm.world.db.read(&cx, |rx| rx.get("thing", Uuid::from_u128(9)).map(|_| ())), "not-found"),
    ] {
        assert_eq!(error.unwrap_err().code, code);
    }
    assert!(firm.world.db.read(&cx, |rx| rx.find("thing", mine)).unwrap().is_some());
    assert!(firm.world.db.read(&cx, |rx| rx.ids(&Query::on("thing").eq("code", "s-1"))).unwrap().is_empty());
}

#[test]
fn every_write_asks_for_the_row() {
    let firm = Firm::new();
    firm.things();
    let (mine, theirs) = (firm.id("ann"), firm.id("sam"));
    let cx = firm.as_user(firm.ann, "seller");
    let code = |result: Result<()>| result.map_or_else(|error| error.code, |()| "done");
    let update = |id: Uuid, values: Values| {
        code(firm.world.db.write(&cx, move |tx| tx.update("thing", id, values.clone()).map(|_| ())))
    };
    assert_eq!(update(mine, v().with("small", 1)), "done");
    assert_eq!(update(theirs, v().with("small", 1)), "row-access");
    assert_eq!(update(firm.id("crew"), v().with("small", 1)), "done");
    // Attaching needs both sides.
    assert_eq!(update(mine, v().with("parent", ("thing", firm.id("crew")))), "done");
    assert_eq!(update(mine, v().with("parent", ("thing", theirs))), "row-access");
    let delete = |id: Uuid| code(firm.world.db.write(&cx, move |tx| tx.delete("thing", id)));
    assert_eq!(delete(theirs), "row-access");
    assert_eq!(delete(firm.id("crew")), "done");
    // A row for somebody else is out of reach at the moment it would be made.
    let make = |owner: (&'static str, Uuid)| {
        code(firm.world.db.write(&cx, move |tx| tx.create("thing", thing("x").with("ownerid", owner)).map(|_| ())))
    };
    assert_eq!(make(("systemuser", firm.sam)), "row-access");
    assert_eq!(make(("team", firm.crew)), "done");
    assert_eq!(make(("systemuser", firm.ann)), "done");
    // Given away, it is out of reach; taking is out of reach from the start.
    assert_eq!(update(theirs, v().with("ownerid", ("systemuser", firm.ann))), "row-access");
    assert_eq!(update(mine, v().with("ownerid", ("systemuser", firm.sam))), "done");
    assert_eq!(update(mine, v().with("small", 2)), "row-access");
    // Without the privilege to assign, writing does not give away.
    let local = firm.as_user(firm.ned, "local");
    let ned = firm.id("ned");
    let sam = firm.sam;
    let given =
        firm.world.db.write(&local, move |tx| tx.update("thing", ned, v().with("ownerid", ("systemuser", sam))));
    let error = given.unwrap_err();
    assert_eq!((error.kind, error.code), (Kind::Forbidden, "privilege"));
    assert!(error.text.contains("Assign"), "{error}");
}

#[test]
fn what_follows_from_the_owner_is_kept() {
    let firm = Firm::new();
    firm.things();
    let of = |name: &str| {
        let row = firm.world.get("thing", firm.id(name));
        ["owninguser", "owningteam", "owningbusinessunit"].map(|it| row.get(it).as_guid())
    };
    assert_eq!(of("sam"), [Some(firm.sam), None, Some(firm.south)]);
    assert_eq!(of("crew"), [None, Some(firm.crew), Some(firm.south)]);
    firm.world.update("thing", firm.id("sam"), v().with("ownerid", ("team", firm.crew))).unwrap();
    assert_eq!(of("sam"), [None, Some(firm.crew), Some(firm.south)]);
    firm.world.update("team", firm.crew, v().with("businessunitid", ("businessunit", firm.north))).unwrap();
    assert_eq!(of("sam"), [None, Some(firm.crew), Some(firm.north)]);
    assert_eq!(of("fay")[2], firm.world.get("systemuser", firm.fay).get("businessunitid").as_guid());
    let error = |result: Result<()>| result.unwrap_err().to_string();
    assert!(error(firm.world.delete("team", firm.crew)).contains("assign them"));
    assert!(error(firm.world.delete("systemuser", firm.ned)).contains("assign them"));
    let circle = v().with("parentbusinessunitid", ("businessunit", firm.north));
    assert!(error(firm.world.update("businessunit", firm.north, circle.clone()).map(|_| ())).contains("below itself"));
    assert!(error(firm.world.update("businessunit", kernel::ROOT_UNIT, circle).map(|_| ())).contains("below none"));
    assert!(error(firm.world.create("businessunit", v().with("name", "x")).map(|_| ())).contains("name it"));
    let nobody = firm.world.update("thing", firm.id("ned"), v().with("ownerid", Value::Null)).map(|_| ());
    assert!(error(nobody).contains("has an owner"));
}
