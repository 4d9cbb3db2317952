// npm dynamics-web-api, unmodified: what an integrator's script does in its first hour.
const { after, before, test } = require("node:test");
const assert = require("node:assert/strict");
const { DynamicsWebApi } = require("dynamics-web-api");
const { assent, start } = require("./server.cjs");

let server, api;
before(async () => {
  server = await start();
  api = new DynamicsWebApi({ serverUrl: server.url, dataApi: { version: "9.0" }, onTokenRefresh: async () => server.token });
});
after(() => server.stop());

const refused = async (promise, status, text) => {
  const error = await promise.then(() => assert.fail("nothing was refused"), (error) => error);
  assert.equal(error.status, status, error.message);
  assert.match(error.message, text);
};
const ID = "00000000-0000-0000-0000-000000000001";

test("who am I", async () => {
  assert.match((await api.callFunction("WhoAmI")).UserId, /^[0-9a-f-]{36}$/);
});

test("create, read, update, upsert, delete", async () => {
  const account = await api.create({ collection: "accounts", data: { name: "O'Hara Ünïted", revenue: 5000.5 } });
  const made = await api.create({
    collection: "contacts",
    data: { firstname: "Gesa", lastname: "Elm", "parentcustomerid_account@odata.bind": `accounts(${account})` },
    returnRepresentation: true,
    select: ["fullname"],
  });
  assert.equal(made.fullname, "Gesa Elm");
  const id = made.contactid;
  await api.update({ collection: "contacts", key: id, data: { jobtitle: "Nurse" } });
  const read = await api.retrieve({ collection: "contacts", key: id, select: ["jobtitle", "_parentcustomerid_value"], includeAnnotations: "*" });
  assert.equal(read.jobtitle, "Nurse");
  assert.equal(read["_parentcustomerid_value@OData.Community.Display.V1.FormattedValue"], "O'Hara Ünïted");
  assert.equal(await api.update({ collection: "contacts", key: id, data: { jobtitle: "x" }, ifmatch: 'W/"1"' }), false);
  assert.equal(await api.upsert({ collection: "contacts", key: id, data: { lastname: "x" }, ifnonematch: "*" }), null);
  await api.deleteRecord({ collection: "contacts", key: id });
  await refused(api.retrieve({ collection: "contacts", key: id }), 404, /Does Not Exist/);
});

test("filter, order, count and pages that hold", async () => {
  for (const lastname of ["Birch 1", "Birch 2", "Birch 3"]) await api.create({ collection: "contacts", data: { lastname } });
  const filter = "startswith(lastname,'birch') and statecode eq 0";
  const top = await api.retrieveMultiple({ collection: "contacts", select: ["lastname"], filter, orderBy: ["lastname desc"], top: 2, count: true });
  assert.deepEqual(top.value.map((it) => it.lastname), ["Birch 3", "Birch 2"]);
  assert.equal(top.oDataCount, 3);
  const all = await api.retrieveAll({ collection: "contacts", select: ["lastname"], filter, maxPageSize: 1 });
  assert.equal(all.value.length, 3);
  await refused(api.retrieveMultiple({ collection: "contacts", filter: "lastname eqq 'x'" }), 400, /position/);
  await refused(api.retrieveMultiple({ collection: "contacts", filter: "lastnam eq 'x'" }), 400, /lastnam/);
});

test("the opt-out column exists once Embedded Intelligence is enabled", async () => {
  await api.upsert({ collection: "contacts", key: ID, data: { lastname: "Fir" } });
  const put = () => api.updateSingleProperty({ collection: "contacts", key: ID, fieldValuePair: { msdyn_gdproptout: true } });
  const read = async () => (await api.retrieve({ collection: "contacts", key: ID, select: ["msdyn_gdproptout"] })).msdyn_gdproptout;
  await refused(read(), 400, /not enabled/);
  await refused(put(), 404, /not enabled/);
  assent(server.data, "intelligence", "enable", "--accept-privacy-statement");
  assert.equal(await read(), false, "No is the default, also of rows that were there");
  await put();
  assert.equal(await read(), true);
  for (const collection of ["leads", "systemusers"]) {
    const key = await api.create({ collection, data: { lastname: "Fir" } });
    await api.updateSingleProperty({ collection, key, fieldValuePair: { msdyn_gdproptout: true } });
    assert.equal((await api.retrieve({ collection, key, select: ["msdyn_gdproptout"] })).msdyn_gdproptout, true);
  }
});

test("the request of the documentation, byte for byte", async () => {
  const address = `${server.url}/api/data/v9.0/contacts(${ID})/msdyn_gdproptout`;
  const headers = { "Content-Type": "application/json", "OData-MaxVersion": "4.0", "OData-Version": "4.0", Authorization: `Bearer ${server.token}` };
  const answer = await fetch(address, { method: "PUT", headers, body: '{"value": true}' });
  assert.equal(answer.status, 204);
  assert.equal(answer.headers.get("odata-version"), "4.0");
  assert.equal((await (await fetch(address, { headers })).json()).value, true);
  assert.equal((await fetch(address, { method: "PUT", headers: { "Content-Type": "application/json" }, body: "{}" })).status, 401);
});

test("a column that is added is there at once", async () => {
  const definition = {
    "@odata.type": "Microsoft.Dynamics.CRM.StringAttributeMetadata",
    SchemaName: "new_Nickname",
    MaxLength: 100,
    DisplayName: { LocalizedLabels: [{ Label: "Nickname", LanguageCode: 1033 }] },
    "Assent.Privacy": { Sensitivity: "personal", Category: "user.name" },
  };
  await api.createAttribute({ entityKey: "LogicalName='contact'", data: definition });
  const key = await api.create({ collection: "contacts", data: { lastname: "Oak", new_nickname: "Oaky" } });
  assert.equal((await api.retrieve({ collection: "contacts", key, select: ["new_nickname"] })).new_nickname, "Oaky");
});

test("a change set and a read in one batch; of a failing one nothing remains", async () => {
  const id = await api.create({ collection: "contacts", data: { lastname: "Lime" } });
  api.startBatch();
  api.create({ collection: "contacts", data: { lastname: "Lime child" }, contentId: "1" });
  api.update({ collection: "contacts", key: id, data: { jobtitle: "In batch" } });
  api.retrieveMultiple({ collection: "contacts", select: ["lastname"], filter: "startswith(lastname,'lime')", inChangeSet: false });
  const [made, , found] = await api.executeBatch();
  assert.match(made, /^[0-9a-f-]{36}$/);
  assert.equal(found.value.length, 2);
  api.startBatch();
  api.create({ collection: "contacts", data: { lastname: "Lime lost" } });
  api.create({ collection: "contacts", data: { nosuchcolumn: 1 } });
  const errors = await api.executeBatch().then(() => assert.fail("nothing was refused"), (errors) => errors);
  assert.equal(errors[0].status, 400);
  assert.match(errors[0].error ? errors[0].error.message : errors[0].message, /nosuchcolumn/);
  assert.equal(await api.count({ collection: "contacts", filter: "startswith(lastname,'lime')" }), 2);
});

test("FetchXML by pages, groups, and what became different", async () => {
  for (const lastname of ["Rowan 1", "Rowan 2"]) await api.create({ collection: "contacts", data: { lastname, jobtitle: "Baker" } });
  const fetchXml = "<fetch count='1'><entity name='contact'><attribute name='lastname'/><filter><condition attribute='lastname' operator='like' value='rowan%'/></filter></entity></fetch>";
  const all = await api.fetchAll({ collection: "contacts", fetchXml, includeAnnotations: "*" });
  assert.equal(all.value.length, 2);
  const groups = await api.retrieveMultiple({ collection: "contacts", apply: "filter(jobtitle eq 'Baker')/groupby((jobtitle),aggregate($count as n))" });
  assert.deepEqual(groups.value.map((it) => [it.jobtitle, it.n]), [["Baker", 2]]);
  const first = await api.retrieveMultiple({ collection: "accounts", select: ["name"], trackChanges: true });
  const key = await api.create({ collection: "accounts", data: { name: "Later" } });
  const delta = await api.retrieveMultiple({ collection: "accounts", select: ["name"] }, first["@odata.deltaLink"]);
  assert.deepEqual(delta.value.map((it) => it.name), ["Later"]);
  await api.deleteRecord({ collection: "accounts", key });
});

test("a table of one's own", async () => {
  const label = (text) => ({ LocalizedLabels: [{ Label: text, LanguageCode: 1033 }] });
  const name = { "@odata.type": "Microsoft.Dynamics.CRM.StringAttributeMetadata", SchemaName: "new_lamp_name", IsPrimaryName: true, DisplayName: label("Name"), MaxLength: 100 };
  const id = await api.createEntity({ data: { "@odata.type": "Microsoft.Dynamics.CRM.EntityMetadata", SchemaName: "new_lamp", DisplayName: label("Lamp"), DisplayCollectionName: label("Lamps"), OwnershipType: "UserOwned", HasActivities: false, HasNotes: false, IsActivity: false, Attributes: [name] } });
  const { EntitySetName } = await api.retrieveEntity({ key: id, select: ["EntitySetName"] });
  const key = await api.create({ collection: EntitySetName, data: { new_lamp_name: "Desk" } });
  assert.equal((await api.retrieve({ collection: EntitySetName, key, select: ["new_lamp_name"] })).new_lamp_name, "Desk");
});

test("a file in two pieces, and back by ranges", async () => {
  const column = { "@odata.type": "Microsoft.Dynamics.CRM.FileAttributeMetadata", SchemaName: "new_Letter", MaxSizeInKB: 32768 };
  await api.createAttribute({ entityKey: "LogicalName='contact'", data: column });
  const key = await api.create({ collection: "contacts", data: { lastname: "Hazel" } });
  for (const size of [5000000, 4194304]) {
    const data = Buffer.alloc(size, "hello \u00fc");
    await api.uploadFile({ collection: "contacts", key, fieldName: "new_letter", fileName: "a.txt", data });
    const back = await api.downloadFile({ collection: "contacts", key, property: "new_letter" });
    assert.deepEqual([back.fileName, back.fileSize], ["a.txt", size]);
    assert.equal(Buffer.compare(Buffer.from(back.data), data), 0);
  }
  await api.deleteRecord({ collection: "contacts", key, property: "new_letter" });
  assert.equal((await api.retrieve({ collection: "contacts", key, select: ["new_letter"] })).new_letter, null);
});
