// npm odata (o.js) with odata-query, and npm @odata/client, unmodified: clients of any OData service.
const { after, before, test } = require("node:test");
const assert = require("node:assert/strict");
const { EdmV4, OData } = require("@odata/client");
const { o } = require("odata");
const buildQuery = require("odata-query").default;
const { start } = require("./server.cjs");

let server, root, config;
before(async () => {
  server = await start();
  root = `${server.url}/api/data/v9.2/`;
  config = { headers: { Authorization: `Bearer ${server.token}`, "Content-Type": "application/json" } };
});
after(() => server.stop());

const rows = (set, query) => o(root, config).get(set + buildQuery(query)).query();

test("o.js makes, reads, changes and removes a row and one of its properties", async () => {
  assert.ok(await o(root, config).get("").query());
  await o(root, config).post("accounts", { name: "Elm" }).query();
  const [{ accountid }] = await o(root, config).get("accounts").query({ $filter: "name eq 'Elm'", $select: "name", $top: 5 });
  const row = `accounts(${accountid})`;
  await o(root, config).patch(row, { telephone1: "1" }).query();
  await o(root, config).put(`${row}/telephone1`, { value: "2" }).query();
  assert.equal((await o(root, config).get(row).query({ $select: "telephone1" })).telephone1, "2");
  await o(root, config).delete(`${row}/telephone1`).query();
  await o(root, config).delete(row).query();
  await assert.rejects(o(root, config).get(row).query(), { status: 404 });
});

test("o.js reads the queries that odata-query writes", async () => {
  for (const name of ["Oak", "Yew"]) await o(root, config).post("accounts", { name, telephone1: "7" }).query();
  await o(root, config).post("accounts", { name: "Fir", contact_customer_accounts: [{ lastname: "Ito" }] }).query();
  const listed = await rows("accounts", { filter: { telephone1: { in: ["6", "7"] } }, select: ["name"], orderBy: ["name desc"] });
  assert.deepEqual(listed.map((it) => it.name), ["Yew", "Oak"]);
  // A variable named as its navigation property is.
  const related = await rows("accounts", { filter: { contact_customer_accounts: { any: { lastname: "Ito" } } } });
  assert.deepEqual(related.map((it) => it.name), ["Fir"]);
  const expand = { contact_customer_accounts: { select: ["lastname"], filter: { lastname: { startswith: "I" } } } };
  const [fir] = await rows("accounts", { filter: { name: "Fir", createdon: { gt: new Date(0) } }, select: ["name"], expand });
  assert.equal(fir.contact_customer_accounts[0].lastname, "Ito");
  const negated = { or: [{ name: { startswith: "O" } }, { not: [{ name: { contains: "e" } }] }] };
  assert.ok((await rows("accounts", { filter: [negated], count: true, top: 3 })).length >= 2);
});

test("o.js sends a batch that repeats the token in its parts", async () => {
  // What is given for the batch takes the place of all that it would have had.
  const batch = { endpoint: "$batch", boundaryPrefix: "batch_", changsetBoundaryPrefix: "changset_", headers: new Headers(config.headers) };
  const handler = o(root, { ...config, batch });
  handler.get("accounts?$top=1&$select=name");
  handler.post("contacts", { lastname: "From a batch" });
  await handler.batch();
  assert.equal((await rows("contacts", { filter: { lastname: "From a batch" } })).length, 1);
});

const client = (more) => OData.New4({ serviceEndpoint: root, metadataUri: `${root}$metadata`, processCsrfToken: false, ...more });
const signedIn = () => client({ commonHeaders: { Authorization: config.headers.Authorization } });

test("@odata/client works on a set, with identifiers in quotes and without", async () => {
  const service = signedIn();
  const accounts = service.getEntitySet("accounts");
  await accounts.create({ name: "Ash" });
  const [{ accountid }] = await accounts.query(service.newParam().filter("name eq 'Ash'").select(["name"]).top(2));
  const id = EdmV4.Guid.from(accountid);
  assert.equal((await accounts.retrieve(id)).name, "Ash");
  assert.equal((await accounts.retrieve(accountid)).name, "Ash");
  assert.equal(await accounts.count(service.newFilter().property("name").eq("Ash")), 1);
  await accounts.update(id, { telephone1: "3" });
  assert.equal((await accounts.find({ telephone1: "3" })).length, 1);
  await accounts.delete(id);
});

test("@odata/client sends batches with relative addresses", async () => {
  const service = signedIn();
  const answers = await service.execBatchRequests([
    service.newBatchRequest({ collection: "accounts", method: "GET", params: service.newParam().top(1) }),
    service.newBatchRequest({ collection: "contacts", method: "POST", entity: { lastname: "First of two" } }),
    service.newBatchRequest({ collection: "contacts", method: "POST", entity: { lastname: "Second of two" } }),
  ]);
  assert.deepEqual(answers.map((it) => it.status < 300), [true, true, true]);
});

test("@odata/client fetches a token itself", async () => {
  const credential = { tokenUrl: `${server.url}/common/oauth2/v2.0/token`, clientId: "client tests", clientSecret: server.token };
  const service = client({ credential });
  assert.ok(Array.isArray(await service.getEntitySet("accounts").query(service.newParam().top(1))));
});
