// Starts the program on a throw-away store and hands out its address and a token.
const { execFileSync, spawn } = require("node:child_process");
const fs = require("node:fs"), os = require("node:os"), path = require("node:path");

const program = process.env.ASSENT || path.join(__dirname, "../../target/debug/assent");

exports.assent = (data, ...words) => execFileSync(program, [...words, "--data", data], { encoding: "utf8", timeout: 60_000 });

// With { tls: true } over https, with a certificate of an authority in `ca`.
// `config` is added to the configuration file.
exports.start = async ({ tls = false, config = "" } = {}) => {
  const data = fs.mkdtempSync(path.join(os.tmpdir(), "assent-clients-"));
  exports.assent(data, "init");
  const token = exports.assent(data, "token", "create", "client tests", "--role", "system-administrator").trim();
  const folder = path.join(data, "tls");
  if (config) fs.writeFileSync(path.join(data, "assent.toml"), config);
  if (tls) {
    execFileSync(program, ["tls", "self-signed", "--name", "127.0.0.1", "--name", "localhost", "--out", folder]);
    const [certificate, key] = ["certificate.pem", "key.pem"].map((it) => JSON.stringify(path.join(folder, it)));
    fs.writeFileSync(path.join(data, "assent.toml"), `[server]\ntls_certificate = ${certificate}\ntls_key = ${key}\n`);
  }
  const child = spawn(program, ["serve", "--data", data, "--listen", "127.0.0.1:0"], { stdio: ["ignore", "ignore", "pipe"] });
  // However the tests end, nothing of them is left.
  const end = () => {
    child.kill("SIGKILL");
    fs.rmSync(data, { recursive: true, force: true });
  };
  process.once("exit", end);
  const url = await new Promise((resolve, reject) => {
    let seen = "";
    const late = setTimeout(() => reject(new Error(`the server does not listen:\n${seen}`)), 60_000);
    child.once("exit", () => clearTimeout(late));
    child.stderr.on("data", (chunk) => {
      seen += chunk;
      const found = seen.match(/listening on (https?:\/\/[\w.:]+)/);
      if (!found) return;
      clearTimeout(late);
      resolve(found[1]);
    });
    child.on("exit", (code) => reject(new Error(`the server ended with ${code}:\n${seen}`)));
  });
  const stop = async () => {
    child.removeAllListeners("exit");
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGTERM");
    const late = setTimeout(() => child.kill("SIGKILL"), 20_000);
    await ended;
    clearTimeout(late);
    process.removeListener("exit", end);
    fs.rmSync(data, { recursive: true });
  };
  return { data, token, url, stop, ca: tls && fs.readFileSync(path.join(folder, "ca.pem")) };
};
