// npm dataverse-gen, unmodified: early-bound TypeScript classes from $metadata and RetrieveMetadataChanges.
const { after, before, test } = require("node:test");
const assert = require("node:assert/strict");
const fs = require("node:fs"), os = require("node:os"), path = require("node:path");
const { setMetadataCache, XrmContextDataverseClient } = require("dataverse-ify");
const { NodeWebApi } = require("dataverse-ify/lib/webapi/node");
const { start } = require("./server.cjs");

let server, folder;
before(async () => {
  server = await start();
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "assent-generated-"));
  // It writes below the folder that it runs in.
  process.chdir(folder);
});
after(() => {
  process.chdir(__dirname);
  fs.rmSync(folder, { recursive: true });
  return server.stop();
});

test("classes of entities, functions and actions", async () => {
  const { DataverseMetadataService } = require("dataverse-gen/lib/MetadataService");
  const { metadataCache } = require("dataverse-gen/lib/dataverse-gen/metadata");
  const { SchemaModel } = require("dataverse-gen/lib/SchemaModel");
  const { TypescriptGenerator } = require("dataverse-gen/lib/TypescriptGenerator");
  const { FileSystemCodeWriter } = require("dataverse-gen/lib/CodeWriter");
  const { FileSystemTemplateProvider } = require("dataverse-gen/lib/TemplateProvider");
  const { defaultOptions } = require("dataverse-gen/lib/MetadataGeneratorConfig");

  const config = { ...defaultOptions, entities: ["account", "contact", "list"], functions: ["WhoAmI", "FormatAddress"], actions: ["Merge"], output: { ...(defaultOptions || {}).output, outputRoot: "./generated" } };
  const service = new DataverseMetadataService(() => {});
  service.server = server.url;
  service.webApi = new NodeWebApi(server.url, "9.0");
  service.webApi.getRequestImplementation().setAccessToken(server.token);
  service.client = new XrmContextDataverseClient(service.webApi);
  setMetadataCache(metadataCache);
  const model = new SchemaModel(service, config);
  await model.generate();
  await new TypescriptGenerator(model, new FileSystemCodeWriter(config), new FileSystemTemplateProvider(config), config).generate();

  const written = fs.readdirSync(folder, { recursive: true }).map(String).filter((it) => it.endsWith(".ts"));
  const text = (name) => fs.readFileSync(path.join(folder, written.find((it) => it.endsWith(`${path.sep}${name}.ts`))), "utf8");
  assert.match(text("contact"), /lastname\?: string/i);
  assert.match(text("contact"), /msgdpr_gdprconsent\?:/);
  assert.match(text("account"), /primarycontactid\?: .*EntityReference/i);
  for (const name of ["WhoAmI", "FormatAddress", "Merge"]) assert.ok(text(name).includes(name), name);
});
