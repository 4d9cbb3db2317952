/** As much of TOML as mapping files use: texts, numbers, yes and no, lists, tables, inline tables, remarks. */

export type Toml = string | number | boolean | Toml[] | { [key: string]: Toml };
type Table = { [key: string]: Toml };

const BARE = /^[A-Za-z0-9_-]+$/;
const key = (it: string) => (BARE.test(it) ? it : JSON.stringify(it));

function value(it: Toml): string {
  if (typeof it === "string") return JSON.stringify(it).replaceAll("\u007f", "\\u007f");
  if (typeof it !== "object") return String(it);
  if (Array.isArray(it)) return `[${it.map(value).join(", ")}]`;
  return `{ ${Object.entries(it).map(([name, of]) => `${key(name)} = ${value(of)}`).join(", ")} }`;
}

const isTable = (it: Toml): it is Table => typeof it === "object" && !Array.isArray(it);

/** Writes plain values first, then a table for each that has tables or is one; `map` stays in its line. */
export function write(root: Table, path: string[] = []): string {
  const lines: string[] = [];
  const plain = Object.entries(root).filter(([name, it]) => !isTable(it) || name === "map");
  if (path.length > 0 && plain.length > 0) lines.push("", `[${path.map(key).join(".")}]`);
  lines.push(...plain.map(([name, it]) => `${key(name)} = ${value(it)}`));
  for (const [name, it] of Object.entries(root)) if (isTable(it) && name !== "map") lines.push(write(it, [...path, name]));
  return lines.join("\n");
}

/** Reads it; what it does not know is an error that names the line. */
export function parse(text: string): Table {
  const root: Table = {};
  let into = root;
  const reader = new Reader(text);
  for (reader.blank(); !reader.done; reader.blank()) {
    if (reader.take("[")) {
      into = reader.keys("]").reduce<Table>((table, name) => (table[name] ??= {}) as Table, root);
    } else {
      const names = reader.keys("=");
      const last = names.pop() ?? "";
      const table = names.reduce<Table>((table, name) => (table[name] ??= {}) as Table, into);
      table[last] = reader.value();
    }
  }
  return root;
}

class Reader {
  private at = 0;
  constructor(private readonly text: string) {}
  get done() {
    return this.at >= this.text.length;
  }
  /** Passes over spaces, line ends and remarks. */
  blank() {
    this.at += /^(?:\s|#[^\n]*)*/.exec(this.text.slice(this.at))?.[0].length ?? 0;
  }
  take(mark: string): boolean {
    this.blank();
    if (!this.text.startsWith(mark, this.at)) return false;
    this.at += mark.length;
    return true;
  }
  /** Names parted by dots, up to a mark. */
  keys(end: string): string[] {
    const names: string[] = [];
    do names.push(this.key());
    while (this.take("."));
    if (!this.take(end)) this.wrong();
    return names;
  }
  private key(): string {
    this.blank();
    if (this.text[this.at] === '"' || this.text[this.at] === "'") return this.string();
    return this.match(/^[A-Za-z0-9_-]+/);
  }
  value(): Toml {
    this.blank();
    const it = this.text[this.at];
    if (it === '"' || it === "'") return this.string();
    if (this.take("[")) {
      const all: Toml[] = [];
      while (!this.take("]")) {
        all.push(this.value());
        if (!this.take(",") && !this.peek("]")) this.wrong();
      }
      return all;
    }
    if (this.take("{")) {
      const all: Table = {};
      while (!this.take("}")) {
        const name = this.keys("=").join(".");
        all[name] = this.value();
        if (!this.take(",") && !this.peek("}")) this.wrong();
      }
      return all;
    }
    const word = this.match(/^[^\s,\]}#]+/);
    if (word === "true" || word === "false") return word === "true";
    const number = Number(word.replaceAll("_", ""));
    return Number.isNaN(number) ? this.wrong() : number;
  }
  private string(): string {
    if (this.text[this.at] === "'") return this.match(/^'[^'\n]*'/).slice(1, -1);
    const text = this.match(/^"(?:[^"\\\n]|\\.)*"/);
    return JSON.parse(text.replaceAll(/\\U([0-9A-Fa-f]{8})/g, (_, code: string) => String.fromCodePoint(Number.parseInt(code, 16)))) as string;
  }
  private peek(mark: string): boolean {
    this.blank();
    return this.text.startsWith(mark, this.at);
  }
  private match(pattern: RegExp): string {
    const found = pattern.exec(this.text.slice(this.at))?.[0];
    if (!found) return this.wrong();
    this.at += found.length;
    return found;
  }
  private wrong(): never {
    const line = this.text.slice(0, this.at).split("\n").length;
    throw new Error(`line ${line}: ${this.text.slice(this.at, this.at + 20)}`);
  }
}
