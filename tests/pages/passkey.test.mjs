// Passkeys, with a device that Chromium itself plays: added on the account page, used, removed, of no use any more.
import assert from "node:assert/strict";
import { createServer } from "node:net";
import { after, before, test } from "node:test";
import { accessible, open, start } from "./world.mjs";

let world;
before(async () => {
  // Keys are bound to a name and a port, so the server has to know both before it listens.
  const port = await new Promise((resolve) => {
    const probe = createServer().listen(0, "127.0.0.1", () => { const { port } = probe.address(); probe.close(() => resolve(port)); });
  });
  world = await start(["--contacts", "2"], { port, base: `http://localhost:${port}` });
});
after(() => world?.stop());

const device = async (page) => {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send("WebAuthn.enable");
  const { authenticatorId } = await cdp.send("WebAuthn.addVirtualAuthenticator", {
    options: { protocol: "ctap2", transport: "internal", hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true },
  });
  const keys = async () => (await cdp.send("WebAuthn.getCredentials", { authenticatorId })).credentials;
  const verifies = (isUserVerified) => cdp.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified });
  return { keys, verifies };
};

test("a passkey from the first to the last", async () => {
  world.assent("user", "create", "pia@example.org", "--first-name", "Pia", "--last-name", "Keyholder", "--role", "marketer");
  const link = world.assent("user", "link", "pia@example.org").trim();
  const page = await open(world, link);
  const keyring = await device(page);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.goto(`${world.url}/account`);
  await page.getByText("You have none yet.").waitFor();
  assert.deepEqual(await accessible(page), []);

  // A device that does not recognise its holder adds none, and the page says so.
  await keyring.verifies(false);
  await page.getByRole("button", { name: "Add a passkey" }).click();
  await page.getByRole("alert").getByText("No passkey was added").waitFor();
  await keyring.verifies(true);
  await page.getByLabel("Name of the new passkey").fill("Pia's laptop");
  await page.keyboard.press("Enter");
  await page.getByRole("status").getByText("The passkey is added").waitFor();
  await page.getByText("Pia's laptop", { exact: true }).waitFor();
  assert.deepEqual((await keyring.keys()).map((it) => [it.isResidentCredential, it.rpId]), [[true, "localhost"]]);
  assert.deepEqual(await accessible(page), []);
  // The same device has one already.
  await page.getByRole("button", { name: "Add a passkey" }).click();
  await page.getByRole("alert").getByText("has a passkey for your account already").waitFor();

  // Out, and in again without a word typed: by the button, or before it is pressed where the browser suggests it.
  const signOut = async () => {
    await page.goto(`${world.url}/account`);
    await page.getByRole("button", { name: "Sign out everywhere" }).click();
    await page.context().clearCookies();
  };
  const signIn = async () => {
    await page.goto(`${world.url}/signin?next=/account`);
    const button = page.getByRole("button", { name: "Sign in with a passkey" });
    await button.waitFor({ timeout: 5_000 }).then(() => button.click({ timeout: 5_000 })).catch(() => {});
  };
  await signOut();
  await signIn();
  await page.waitForURL(`${world.url}/account`);
  await page.getByText("last used").waitFor();

  // Removed, it signs nobody in.
  await page.getByText("Rename or remove Pia's laptop").click();
  assert.deepEqual(await accessible(page), []);
  await page.getByRole("button", { name: "Remove Pia's laptop" }).click();
  await page.getByRole("status").getByText("The passkey is removed").waitFor();
  assert.equal((await keyring.keys()).length, 1, "the device still has it");
  await signOut();
  await signIn();
  const refused = page.getByRole("alert").getByText("This passkey does not sign you in");
  await refused.waitFor();
  // The suggestion and the button may both have answered: the page is still when the later one is refused too.
  await page.waitForLoadState("networkidle");
  await refused.waitFor();
  assert.deepEqual(await accessible(page), []);
  await page.goto(`${world.url}/account`);
  assert.match(page.url(), /\/signin/);
  assert.deepEqual(page.errors, []);
  await page.context().close();
});

test("without scripts the pages are whole", async () => {
  const link = world.assent("user", "link", "pia@example.org").trim();
  const page = await open(world, link, { javaScriptEnabled: false });
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.goto(`${world.url}/account`);
  await page.getByText("Adding one needs a browser that runs scripts").waitFor();
  assert.equal(await page.getByRole("button", { name: "Add a passkey" }).isVisible(), false);
  await page.context().clearCookies();
  await page.goto(`${world.url}/signin`);
  assert.equal(await page.getByRole("button", { name: "Sign in with a passkey" }).isVisible(), false);
  await page.getByLabel("Mail address").waitFor();
  await page.context().close();
});
