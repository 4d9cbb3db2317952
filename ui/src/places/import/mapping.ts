/** Which column of a file is which column of an entity, as the screen holds it and as a mapping file says it (docs/import.md). */

import { parse, type Toml, write } from "./toml";

export type OnMatch = "fill" | "overwrite" | "skip";
export const ON_MATCH: OnMatch[] = ["fill", "overwrite", "skip"];
export const EVIDENCE = ["level", "source", "date", "wording", "language"] as const;
export type Evidence = (typeof EVIDENCE)[number];

/** What is done with the cells of a column. */
export interface Treatment {
  format?: string;
  map?: Record<string, string | number>;
  default?: string;
  unfit?: "refuse" | "empty";
}

export interface Mapping {
  entity: string;
  separator: string;
  quote: string;
  header: boolean;
  match: string[][];
  onMatch: OnMatch;
  /** By position in the file: a column, `consent.level` and its like, or nothing. */
  targets: string[];
  treatments: Record<string, Treatment>;
  /** Columns that have the same value in each row. */
  constants: Record<string, string>;
}

export const isEvidence = (target: string): target is `consent.${Evidence}` => target.startsWith("consent.");

/** The mapping file. Columns are named by their heading where the file has one that tells them apart. */
export function print(mapping: Mapping, header: string[]): string {
  const from = (at: number): Toml => {
    const name = header[at] ?? "";
    return mapping.header && name !== "" && header.filter((it) => it === name).length === 1 ? name : at + 1;
  };
  const columns: Record<string, Toml> = {};
  const consent: Record<string, Toml> = {};
  mapping.targets.forEach((target, at) => {
    if (isEvidence(target)) consent[target.slice("consent.".length)] = from(at);
    else if (target) columns[target] = { from: from(at), trim: true, ...given(mapping.treatments[target]) };
  });
  for (const [name, constant] of Object.entries(mapping.constants)) columns[name] = { constant };
  return write({
    entity: mapping.entity,
    separator: mapping.separator,
    quote: mapping.quote,
    header: mapping.header,
    match: mapping.match,
    on_match: mapping.onMatch,
    column: columns,
    ...(Object.keys(consent).length ? { consent } : {}),
  });
}

const given = (treatment: Treatment = {}): Record<string, Toml> =>
  Object.fromEntries(Object.entries(treatment).filter(([, value]) => value !== undefined && value !== "" && value !== "refuse")) as Record<string, Toml>;

/** A mapping file laid over a file with these headings. */
export function lay(text: string, header: string[], entity: string): Mapping {
  const file = parse(text);
  const targets = header.map(() => "");
  const treatments: Record<string, Treatment> = {};
  const constants: Record<string, string> = {};
  const list = Array.isArray(file["columns"]) ? file["columns"].map(String) : [];
  list.forEach((name, at) => { if (at < targets.length) targets[at] = name; });
  const put = (from: Toml | undefined, target: string) => {
    const at = typeof from === "number" ? from - 1 : header.indexOf(String(from));
    if (at >= 0 && at < targets.length) targets[at] = target;
  };
  for (const [name, it] of Object.entries(table(file["column"]))) {
    const treatment = table(it);
    if (treatment["constant"] !== undefined) constants[name] = String(treatment["constant"]);
    else if (!list.includes(name)) put(treatment["from"] ?? name, name);
    treatments[name] = {
      ...(treatment["format"] === undefined ? {} : { format: String(treatment["format"]) }),
      ...(treatment["default"] === undefined ? {} : { default: String(treatment["default"]) }),
      ...(treatment["map"] === undefined ? {} : { map: table(treatment["map"]) as Record<string, string | number> }),
      ...(treatment["unfit"] === "empty" ? { unfit: "empty" as const } : {}),
    };
  }
  for (const it of EVIDENCE) {
    const from = table(file["consent"])[it];
    if (from !== undefined) put(from, `consent.${it}`);
  }
  const match = Array.isArray(file["match"]) ? file["match"] : [];
  return {
    entity: String(file["entity"] ?? entity),
    separator: String(file["separator"] ?? ","),
    quote: String(file["quote"] ?? '"'),
    header: file["header"] === true,
    match: match.some(Array.isArray) ? match.map((it) => (Array.isArray(it) ? it.map(String) : [String(it)])) : match.length ? [match.map(String)] : [],
    onMatch: ON_MATCH.find((it) => it === file["on_match"]) ?? "fill",
    targets, treatments, constants,
  };
}

const table = (it: Toml | undefined): Record<string, Toml> => (typeof it === "object" && !Array.isArray(it) ? it : {});
