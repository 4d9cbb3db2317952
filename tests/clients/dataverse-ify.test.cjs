// npm dataverse-ify, unmodified: late-bound rows and batches. It encodes bodies twice and ends lines in LF.
const { after, before, test } = require("node:test");
const assert = require("node:assert/strict");
const ify = require("dataverse-ify");
const { NodeWebApi } = require("dataverse-ify/lib/webapi/node");
const { start } = require("./server.cjs");

let server, api, client;
before(async () => {
  server = await start();
  const contact = { typeName: "mscrm.contact", logicalName: "contact", collectionName: "contacts", primaryIdAttribute: "contactid", attributeTypes: {}, navigation: { parentcustomerid: ["mscrm.account", "mscrm.contact"] } };
  const account = { typeName: "mscrm.account", logicalName: "account", collectionName: "accounts", primaryIdAttribute: "accountid", attributeTypes: {}, navigation: { primarycontactid: ["mscrm.contact"] } };
  ify.setMetadataCache({ entities: { account, contact }, actions: {} });
  api = new NodeWebApi(server.url, "9.0");
  api.getRequestImplementation().setAccessToken(server.token);
  client = new ify.XrmContextDataverseClient(api);
});
after(() => server.stop());

const crud = (operationName, more) => ({ ...more, getMetadata: () => ({ operationType: 2, operationName, parameterTypes: {} }) });

test("late-bound rows with a lookup of two kinds", async () => {
  const account = await api.createRecord("account", { name: "Elm" });
  const contact = await client.create({ logicalName: "contact", lastname: "Ito", parentcustomerid: new ify.EntityReference("account", account.id) });
  const query = `<fetch><entity name="contact"><attribute name="parentcustomerid"/><filter><condition attribute="contactid" operator="eq" value="${contact}"/></filter></entity></fetch>`;
  const { entities } = await client.retrieveMultiple(query);
  assert.equal(entities[0].parentcustomerid.name, "Elm");
});

test("a change set", async () => {
  const { id } = await api.createRecord("contact", { lastname: "Sato" });
  await api.executeMultiple([[crud("Create", { etn: "contact", payload: { lastname: "Zhou" } }), crud("Update", { etn: "contact", id, payload: { jobtitle: "Nurse" } })]]);
  assert.equal((await api.retrieveRecord("contact", id, "?$select=jobtitle")).jobtitle, "Nurse");
  const { entities } = await api.retrieveMultipleRecords("contact", "?$select=lastname&$filter=lastname eq 'Zhou'");
  assert.equal(entities.length, 1);
});
