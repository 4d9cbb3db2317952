/**
 * The filter of a segment as a tree: read from the text that is kept, and written back. It knows the grammar of
 * `$filter` without parameters and no names; what it cannot read is left to the server, as text.
 */

export type Kind = "text" | "number" | "boolean" | "null" | "guid" | "date" | "moment";

/** A value as it is written: the text of a text is without its quotes. */
export interface Literal {
  kind: Kind;
  value: string;
}

export const COMPARISONS = ["eq", "ne", "gt", "ge", "lt", "le"] as const;
export type Comparison = (typeof COMPARISONS)[number];
export const TESTS = ["contains", "startswith", "endswith"] as const;
export type Test = (typeof TESTS)[number];

export type Node =
  | { is: "and" | "or"; parts: Node[] }
  | { is: "not"; part: Node }
  | { is: "compare"; path: string; by: Comparison; value: Literal }
  | { is: "in"; path: string; values: Literal[] }
  | { is: "test"; test: Test; path: string; value: string }
  | { is: "flag"; path: string }
  | { is: "lambda"; path: string; quantifier: "any" | "all"; variable: string; part: Node | null }
  /** `path/$count($filter=part) by number` */
  | { is: "count"; path: string; part: Node | null; by: Comparison; number: string }
  | { is: "function"; name: string; path: string; values: Literal[] | null; among: boolean };

/** The text leaves the grammar; `at` counts from 0. */
export class Unreadable extends Error {
  constructor(readonly at: number) {
    super(`cannot be read at position ${at}`);
  }
}

const NAMESPACE = "Microsoft.Dynamics.CRM.";
const TOKEN =
  /\s+|'(?:[^']|'')*'|\{?[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\}?|\d{4}-\d{2}-\d{2}(?:[Tt][\d:.]+(?:[Zz]|[+-]\d{2}:\d{2}))?|[-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?|[\p{L}_][\p{L}\d_.]*|\$[a-z]+|[()[\],/:=]|"(?:[^"\\]|\\.)*"/iuy;

interface Token {
  text: string;
  at: number;
}

function tokens(text: string): Token[] {
  const all: Token[] = [];
  let at = 0;
  while (at < text.length) {
    TOKEN.lastIndex = at;
    const found = TOKEN.exec(text)?.[0];
    if (!found) throw new Unreadable(at);
    if (found.trim()) all.push({ text: found, at });
    at += found.length;
  }
  return [...all, { text: "", at }];
}

/** Reads a filter. */
export function parse(text: string): Node {
  const reader = new Reader(tokens(text));
  const node = reader.either();
  reader.end();
  return node;
}

class Reader {
  private place = 0;
  constructor(private readonly all: Token[]) {}

  private get now(): Token {
    return this.all[this.place] ?? { text: "", at: 0 };
  }
  private take(): string {
    return this.all[this.place++]?.text ?? "";
  }
  private fail(): never {
    throw new Unreadable(this.now.at);
  }
  private eat(text: string): boolean {
    if (this.now.text !== text) return false;
    this.place++;
    return true;
  }
  private expect(text: string) {
    if (!this.eat(text)) this.fail();
  }
  end() {
    if (this.now.text !== "") this.fail();
  }

  either(): Node {
    return this.joined("or", () => this.both());
  }
  private both(): Node {
    return this.joined("and", () => this.one());
  }
  private joined(word: "and" | "or", inner: () => Node): Node {
    const parts = [inner()];
    while (this.eat(word)) parts.push(inner());
    return parts.length === 1 ? parts[0]! : { is: word, parts };
  }
  private one(): Node {
    if (this.eat("not")) return { is: "not", part: this.one() };
    if (this.eat("(")) {
      const inner = this.either();
      this.expect(")");
      return inner;
    }
    if (!isName(this.now.text)) this.fail();
    const name = this.take();
    if (this.now.text === "(") return this.called(name);
    return this.onPath(name);
  }

  private called(name: string): Node {
    this.expect("(");
    if (name.startsWith(NAMESPACE)) return this.queryFunction(name.slice(NAMESPACE.length));
    const test = TESTS.find((it) => it === name);
    if (!test) this.fail();
    const path = this.path(this.take());
    this.expect(",");
    const value = this.literal();
    if (value.kind !== "text") this.fail();
    this.expect(")");
    return { is: "test", test, path, value: value.value };
  }

  private queryFunction(name: string): Node {
    let path = "";
    let values: Literal[] | null = null;
    let among = false;
    do {
      const argument = this.take();
      this.expect("=");
      if (argument === "PropertyName") path = this.literal().value;
      else if (argument === "PropertyValue") values = [this.literal()];
      else if (argument === "PropertyValues") {
        values = this.list();
        among = true;
      } else this.fail();
    } while (this.eat(","));
    this.expect(")");
    if (!path) this.fail();
    return { is: "function", name, path, values, among };
  }

  private onPath(first: string): Node {
    const names = [first];
    while (this.eat("/")) {
      if (this.eat("$count")) return this.count(names.join("/"));
      const name = this.take();
      if (!isName(name)) this.fail();
      if ((name === "any" || name === "all") && this.now.text === "(") return this.lambda(names.join("/"), name);
      names.push(name);
    }
    const path = names.join("/");
    const word = this.now.text;
    const by = COMPARISONS.find((it) => it === word);
    if (by) {
      this.take();
      return { is: "compare", path, by, value: this.literal() };
    }
    if (this.eat("in")) {
      this.expect("(");
      const values = [this.literal()];
      while (this.eat(",")) values.push(this.literal());
      this.expect(")");
      return { is: "in", path, values };
    }
    return { is: "flag", path };
  }

  private lambda(path: string, quantifier: "any" | "all"): Node {
    this.expect("(");
    if (this.eat(")")) return { is: "lambda", path, quantifier, variable: "", part: null };
    const variable = this.take();
    if (!isName(variable)) this.fail();
    this.expect(":");
    const part = this.either();
    this.expect(")");
    return { is: "lambda", path, quantifier, variable, part };
  }

  private count(path: string): Node {
    let part: Node | null = null;
    if (this.eat("(")) {
      this.expect("$filter");
      this.expect("=");
      part = this.either();
      this.expect(")");
    }
    const by = COMPARISONS.find((it) => it === this.now.text);
    if (!by) this.fail();
    this.take();
    if (!/^\d+$/.test(this.now.text)) this.fail();
    return { is: "count", path, part, by, number: this.take() };
  }

  private path(first: string): string {
    if (!isName(first)) this.fail();
    const names = [first];
    while (this.eat("/")) names.push(this.take());
    return names.join("/");
  }

  /** `["1","2"]`, as the functions of several values have it. */
  private list(): Literal[] {
    this.expect("[");
    const values: Literal[] = [];
    do {
      const { text } = this.now;
      if (text.startsWith('"')) {
        this.take();
        values.push({ kind: "text", value: JSON.parse(text) as string });
      } else values.push(this.literal());
    } while (this.eat(","));
    this.expect("]");
    return values;
  }

  private literal(): Literal {
    const { text } = this.now;
    const found = literal(text);
    if (!found) this.fail();
    this.take();
    return found;
  }
}

const isName = (text: string) => /^[\p{L}_][\p{L}\d_.]*$/u.test(text);

function literal(text: string): Literal | null {
  if (text.startsWith("'")) return { kind: "text", value: text.slice(1, -1).replaceAll("''", "'") };
  if (text === "null") return { kind: "null", value: text };
  if (text === "true" || text === "false") return { kind: "boolean", value: text };
  if (/^\{?[0-9a-f]{8}-[0-9a-f-]{27}\}?$/i.test(text)) return { kind: "guid", value: text.replace(/[{}]/g, "").toLowerCase() };
  if (/^\d{4}-\d{2}-\d{2}$/.test(text)) return { kind: "date", value: text };
  if (/^\d{4}-\d{2}-\d{2}T/i.test(text)) return { kind: "moment", value: text };
  if (/^[-+]?\d/.test(text)) return { kind: "number", value: text };
  return null;
}

/** How tight a condition holds together: what is looser stands in brackets. */
const tightness = (node: Node) => (node.is === "or" ? 1 : node.is === "and" ? 2 : 3);

/** Writes a filter. */
export function print(node: Node): string {
  const inside = (it: Node, than: number) => (tightness(it) < than ? `(${print(it)})` : print(it));
  switch (node.is) {
    case "or":
    case "and":
      return node.parts.map((it) => inside(it, tightness(node) + 1)).join(` ${node.is} `);
    case "not":
      return node.part.is === "lambda" || node.part.is === "test" ? `not ${print(node.part)}` : `not (${print(node.part)})`;
    case "compare":
      return `${node.path} ${node.by} ${printed(node.value)}`;
    case "in":
      return `${node.path} in (${node.values.map(printed).join(",")})`;
    case "test":
      return `${node.test}(${node.path},${quoted(node.value)})`;
    case "flag":
      return node.path;
    case "lambda":
      return node.part ? `${node.path}/${node.quantifier}(${node.variable}:${print(node.part)})` : `${node.path}/${node.quantifier}()`;
    case "count":
      return `${node.path}/$count${node.part ? `($filter=${print(node.part)})` : ""} ${node.by} ${node.number}`;
    case "function": {
      const values = node.values ?? [];
      const given = node.among
        ? `,PropertyValues=[${values.map((it) => JSON.stringify(it.value)).join(",")}]`
        : values.map((it) => `,PropertyValue=${printed(it)}`).join("");
      return `${NAMESPACE}${node.name}(PropertyName=${quoted(node.path)}${given})`;
    }
  }
}

const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`;
const printed = ({ kind, value }: Literal) => (kind === "text" ? quoted(value) : value);
