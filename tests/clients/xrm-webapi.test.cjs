// npm xrm-webapi, unmodified: it speaks https only, so the server does too.
const { after, before, test } = require("node:test");
const assert = require("node:assert/strict");
const https = require("node:https");
const W = require("xrm-webapi/dist/xrm-webapi-node.js");
const { assent, start } = require("./server.cjs");

let server, config;
before(async () => {
  server = await start({ tls: true });
  const { hostname, port, protocol } = new URL(server.url);
  assert.equal(protocol, "https:");
  // The client drops the port of its address and takes no authority of one's own.
  https.globalAgent.defaultPort = +port;
  https.globalAgent.options.ca = server.ca;
  config = () => new W.WebApiConfig("9.2", server.token, `https://${hostname}`);
});
after(() => {
  https.globalAgent.destroy();
  return server.stop();
});

test("who am I, and pages that hold", async () => {
  assert.match((await W.unboundFunction(config(), "WhoAmI")).UserId, /^[0-9a-f-]{36}$/);
  for (const lastname of ["Page 1", "Page 2"]) await W.create(config(), "contacts", { lastname });
  const query = "$select=lastname&$filter=startswith(lastname,'Page')&$orderby=lastname";
  const first = await W.retrieveMultiple(config(), "contacts", query, { maxPageSize: 1 });
  // It asks with a slash behind the link.
  const next = await W.retrieveMultipleNextPage(config(), first["@odata.nextLink"], { maxPageSize: 1 });
  assert.deepEqual([...first.value, ...next.value].map((it) => it.lastname), ["Page 1", "Page 2"]);
});

test("a row, its properties and its links", async () => {
  const account = await W.createWithReturnData(config(), "accounts", { name: "Elm" }, "$select=name,accountid");
  const id = W.parseGuid(account.accountid);
  assert.equal((await W.updateWithReturnData(config(), "accounts", id, { telephone1: "2" }, "$select=telephone1")).telephone1, "2");
  await W.deleteProperty(config(), "accounts", id, "telephone1");
  assert.equal((await W.retrieve(config(), "accounts", id, "$select=telephone1")).telephone1, null);
  const contact = await W.createWithReturnData(config(), "contacts", { lastname: "Ash" }, "$select=contactid");
  await W.associate(config(), "accounts", id, "contact_customer_accounts", "contacts", contact.contactid);
  const linked = async () => (await W.retrieve(config(), "contacts", contact.contactid, "$select=_parentcustomerid_value"))._parentcustomerid_value;
  assert.equal(await linked(), account.accountid);
  await W.disassociate(config(), "accounts", id, "contact_customer_accounts", contact.contactid);
  assert.equal(await linked(), null);
  await W.deleteRecord(config(), "accounts", id);
  await assert.rejects(W.retrieve(config(), "accounts", id), { code: "0x80040217", message: /Does Not Exist/ });
});

test("the opt-out, as one property", async () => {
  assent(server.data, "intelligence", "enable", "--accept-privacy-statement");
  const { contactid } = await W.createWithReturnData(config(), "contacts", { lastname: "Yew" }, "$select=contactid");
  await W.updateProperty(config(), "contacts", contactid, "msdyn_gdproptout", true);
  assert.equal((await W.retrieve(config(), "contacts", contactid, "$select=msdyn_gdproptout")).msdyn_gdproptout, true);
});

test("a batch with a change set", async () => {
  const { accountid } = await W.createWithReturnData(config(), "accounts", { name: "Oak" }, "$select=accountid");
  const changes = [
    { queryString: "contacts", entity: { lastname: "Batch" }, method: "POST" },
    { queryString: `accounts(${accountid})`, entity: { telephone1: "3" }, method: "PATCH" },
  ];
  await W.batchOperation(config(), "b1", "c1", changes, ["accounts?$select=name&$top=1"]);
  assert.equal((await W.retrieve(config(), "accounts", accountid, "$select=telephone1")).telephone1, "3");
});
