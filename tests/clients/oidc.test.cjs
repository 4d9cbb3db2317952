// npm oidc-provider: people sign in there, by redirects and forms as a browser follows them.
const { after, before, test } = require("node:test");
const assert = require("node:assert/strict");
const http = require("node:http");
const { assent, start } = require("./server.cjs");

const PEOPLE = {
  officer: { email: "officer@example.org", email_verified: true, given_name: "Odile", family_name: "Officer", groups: ["everybody", "crm-officers"] },
  seller: { email: "seller@example.org", email_verified: true, name: "Sella Seller", groups: ["crm-sales"] },
  stranger: { email: "stranger@example.org", email_verified: true, name: "Stranger", groups: ["everybody"] },
  known: { email: "known@example.org", email_verified: true, name: "Known", groups: ["crm-sales"] },
  imposter: { email: "known@example.org", email_verified: false, name: "Imposter", groups: ["everybody"] },
  north: { email: "north@example.org", email_verified: true, name: "Nora North", groups: ["crm-north"] },
  closed: { email: "closed@example.org", email_verified: true, name: "Closed", groups: ["crm-sales"] },
};

let server, listener;
before(async () => {
  let handle;
  listener = http.createServer((request, response) => handle(request, response));
  await new Promise((resolve) => listener.listen(0, "127.0.0.1", resolve));
  const issuer = `http://127.0.0.1:${listener.address().port}`;
  const config = `[oidc]
issuer = "${issuer}"
client_id = "assent"
client_secret = "a secret + of: our own"
label = "Example ID"
scopes = "openid profile email groups"
roles = "crm-officers=privacy-officer, crm-sales=sales-person, crm-north=Branch north"
`;
  server = await start({ config });
  for (const name of ["known", "closed"]) assent(server.data, "user", "create", `${name}@example.org`, "--role", "auditor", "--first-name", name);
  assent(server.data, "user", "disable", "closed@example.org");
  const { Provider } = await import("oidc-provider");
  const provider = new Provider(issuer, {
    clients: [{ client_id: "assent", client_secret: "a secret + of: our own", redirect_uris: [`${server.url}/signin/provider/return`] }],
    claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name", "given_name", "family_name"], groups: ["groups"] },
    scopes: ["openid", "profile", "email", "groups"],
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, ...PEOPLE[id] }) }),
    pkce: { required: () => true },
    cookies: { keys: ["of this test"] },
  });
  handle = provider.callback();
});
after(async () => {
  listener.closeAllConnections();
  listener.close();
  await server.stop();
});

// A browser without a screen: cookies by origin and path, redirects one by one.
const browser = () => {
  const jars = new Map();
  const visit = async (address, form) => {
    const url = new URL(address, server.url);
    const jar = jars.get(url.origin) || jars.set(url.origin, []).get(url.origin);
    const cookie = jar.filter((it) => url.pathname.startsWith(it.path)).map((it) => `${it.name}=${it.value}`).join("; ");
    const headers = { cookie, ...(form && { "content-type": "application/x-www-form-urlencoded", origin: url.origin }) };
    const answer = await fetch(url, { method: form ? "POST" : "GET", body: form && new URLSearchParams(form).toString(), headers, redirect: "manual" });
    for (const line of answer.headers.getSetCookie()) {
      const [pair, ...rest] = line.split(";").map((it) => it.trim());
      const [name, value] = [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)];
      const path = (rest.find((it) => /^path=/i.test(it)) || "path=/").slice(5);
      const at = jar.findIndex((it) => it.name === name && it.path === path);
      if (at >= 0) jar.splice(at, 1);
      if (value && !/max-age=0/i.test(line)) jar.push({ name, value, path });
    }
    const location = answer.headers.get("location");
    return { status: answer.status, url, text: await answer.text(), next: location && new URL(location, url).href };
  };
  const follow = async (address, stop = () => false) => {
    let page = await visit(address);
    while (page.next && !stop(page.next)) page = await visit(page.next);
    return page;
  };
  // From the sign-in page to the provider, through its forms, until it sends back here.
  const until = async (login) => {
    let page = await follow("/signin/provider?next=/account");
    for (const form of [{ prompt: "login", login, password: "any" }, { prompt: "consent" }]) {
      const action = page.text.match(/action="([^"]*)"/)[1];
      page = await visit(new URL(action, page.url).href, form);
      page = page.next.startsWith(server.url) ? page : await follow(page.next, (it) => it.startsWith(server.url));
    }
    return page.next;
  };
  return { visit, follow, until, jars };
};

const roles = () => Object.fromEntries(JSON.parse(assent(server.data, "user", "list", "--json")).map((it) => [it.email, it.role]));

test("a group gives a role to whoever is new", async () => {
  const one = browser();
  assert.match((await one.visit("/signin")).text, /Sign in with Example ID/);
  const back = await one.until("officer");
  const page = await one.follow(back);
  assert.equal(page.url.pathname, "/account");
  assert.match(page.text, /Odile Officer/);
  assert.equal(roles()["officer@example.org"], "privacy-officer");
  // What came back is of no use a second time, or in another browser.
  assert.equal((await one.visit(back)).status, 403);
  assert.equal((await browser().visit(back)).status, 403);
});

test("the same person is known again, and follows the groups", async () => {
  const first = browser();
  await first.follow(await first.until("seller"));
  PEOPLE.seller.groups = ["crm-officers"];
  const second = browser();
  assert.equal((await second.follow(await second.until("seller"))).url.pathname, "/account");
  assert.equal(roles()["seller@example.org"], "privacy-officer");
  assert.equal((await first.visit("/account")).status, 303, "another role ends the sessions that were open");
  PEOPLE.seller.groups = ["everybody"];
  const third = browser();
  assert.equal((await third.follow(await third.until("seller"))).status, 403);
});

test("a verified address leads to the account that is there", async () => {
  const one = browser();
  assert.equal((await one.follow(await one.until("known"))).url.pathname, "/account");
  assert.equal(roles()["known@example.org"], "sales-person");
  const users = JSON.parse(assent(server.data, "user", "list", "--json"));
  assert.equal(users.filter((it) => it.email === "known@example.org").length, 1);
});

test("nobody else gets in", async () => {
  for (const login of ["stranger", "imposter", "closed"]) {
    const one = browser();
    const page = await one.follow(await one.until(login));
    assert.equal(page.status, 403, login);
    assert.match(page.text, /did not sign you in/);
    assert.equal((await one.visit("/account")).status, 303);
  }
  assert.equal(roles()["stranger@example.org"], undefined);
});

test("a sign-in that this browser did not begin does not count", async () => {
  const one = browser(), other = browser();
  const back = await one.until("officer");
  await other.visit("/signin/provider");
  assert.equal((await other.visit(back)).status, 403);
  const refused = await one.visit("/signin/provider/return?error=access_denied&state=x");
  assert.equal(refused.status, 403);
});

test("a role made here is given by a group, beside others, and goes with it", async () => {
  const api = async (method, address, body) => {
    const headers = { authorization: `Bearer ${server.token}`, "content-type": "application/json" };
    const answer = await fetch(`${server.url}/api/data/v9.2/${address}`, { method, headers, body: body && JSON.stringify(body) });
    assert.ok(answer.ok, `${method} ${address}: ${answer.status}`);
    return answer.status === 204 ? null : answer.json();
  };
  const enter = async (login) => {
    const one = browser();
    return one.follow(await one.until(login));
  };
  // Nobody has made it yet, so its group gives nothing.
  assert.equal((await enter("north")).status, 403);
  await api("POST", "roles", { name: "Branch north" });
  assert.equal((await enter("north")).url.pathname, "/account");
  assert.equal(roles()["north@example.org"], "Branch north");
  const further = async () => {
    const rows = (await api("GET", "systemuserrolescollection?$expand=roleid($select=name),systemuserid($select=internalemailaddress)")).value;
    return rows.filter((it) => it.systemuserid.internalemailaddress === "north@example.org").map((it) => [it.roleid.name, it.assent_fromprovider]);
  };
  PEOPLE.north.groups = ["crm-north", "crm-sales"];
  await enter("north");
  assert.equal(roles()["north@example.org"], "sales-person");
  assert.deepEqual(await further(), [["Branch north", true]]);
  PEOPLE.north.groups = ["crm-sales"];
  await enter("north");
  assert.deepEqual(await further(), []);
});
