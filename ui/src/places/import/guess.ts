/** A first mapping, from the headings of a file and what stands below them. A person looks at it before anything happens. */

import { type Column, type Detailed, isNumber, isText } from "../../api/metadata";
import type { Mapping, Treatment } from "./mapping";
import type { Chosen } from "./table";

/** The column of the consent level; it takes evidence, so it is no plain column. */
export const CONSENT = "msgdpr_gdprconsent";

/** Columns that an import may write. */
export const writable = (entity: Detailed) =>
  entity.columns
    .filter((it) => it.creatable && it.updatable && it.name !== entity.key && it.name !== CONSENT && it.kind !== "File")
    .sort((one, other) => one.label.localeCompare(other.label));

const simple = (text: string) => text.toLowerCase().normalize("NFD").replaceAll(/[^a-z0-9]/g, "");

/** What headings are often called, for columns that many entities have. */
const USUAL: [RegExp, string[]][] = [
  [/^(e?mail(adresse|address|adress)?1?|courriel|adressee?mail)$/, ["emailaddress1", "internalemailaddress"]],
  [/^(first|fore|given|vor)name|^prenom$/, ["firstname"]],
  [/^(last|sur|family|nach|familien)name$|^nom(defamille)?$|^name$/, ["lastname", "name"]],
  [/^(middle|second)name$/, ["middlename"]],
  [/^(key|id|externalid|number|nummer|kundennummer|customer(id|number)|reference)$/, ["assent_externalid"]],
  [/^(street|strasse|rue|address(line)?1?|adresse)$/, ["address1_line1"]],
  [/^(city|town|ort|stadt|ville)$/, ["address1_city"]],
  [/^(zip|plz|post(al)?code|postleitzahl|codepostal)$/, ["address1_postalcode"]],
  [/^(country|land|pays)$/, ["address1_country"]],
  [/^(phone|telephone|telefon|tel|fon)$/, ["telephone1"]],
  [/^(mobile|handy|mobil|portable)$/, ["mobilephone"]],
  [/^(birth(day|date)|dateofbirth|dob|geburts(tag|datum)|datedenaissance)$/, ["birthdate"]],
  [/^(company|firma|societe|employer)$/, ["companyname"]],
  [/^(job(title)?|position|funktion|beruf)$/, ["jobtitle"]],
  [/^(title|salutation|anrede|titel)$/, ["salutation"]],
];

const LEVEL = /^(consent)?level$|^einwilligungsstufe$/;
const EVIDENCE: [RegExp, string][] = [
  [LEVEL, "consent.level"],
  [/^(consent)?source$|^quelle$/, "consent.source"],
  [/^(consent)?date$|^einwilligungsdatum$/, "consent.date"],
  [/^(consent)?wording$|^wortlaut$/, "consent.wording"],
  [/^(consent)?language$|^sprache$/, "consent.language"],
];

export function guess(entity: Detailed, file: Chosen, rows: string[][]): Mapping {
  const columns = writable(entity);
  const [first = [], ...below] = rows;
  const header = hasHeader(first, below, columns);
  const targets: string[] = [];
  // Beside a level of consent stands its evidence, also where the entity has columns of these names.
  const leveled = header && entity.column(CONSENT) !== undefined && first.some((it) => LEVEL.test(simple(it)));
  first.forEach((name, at) => {
    const cells = (header ? below : rows).map((it) => it[at] ?? "").filter(Boolean);
    targets.push((header && ((leveled && evidenceOf(name, targets)) || byName(name, columns, targets))) || byCells(cells, columns, targets));
  });
  const all = targets;
  const treatments: Record<string, Treatment> = {};
  all.forEach((target, at) => {
    const column = columns.find((it) => it.name === target);
    const cells = (header ? below : rows).map((it) => it[at] ?? "").filter(Boolean);
    if (column) treatments[target] = treatment(column, cells);
  });
  return { entity: entity.name, separator: file.separator, quote: file.quote, header, match: matchOf(all), onMatch: "fill", targets: all, treatments, constants: {} };
}

/** Names have no digits and no addresses, and rows below do not repeat them. */
function hasHeader(first: string[], below: string[][], columns: Column[]): boolean {
  if (first.some((it) => it.includes("@") || /^\d+([.,]\d+)?$/.test(it.trim()))) return false;
  if (first.some((it) => columns.some((column) => simple(column.label) === simple(it) || column.name === it.trim().toLowerCase()))) return true;
  return first.every((it) => it.trim() !== "") && below.length > 0;
}

const evidenceOf = (name: string, taken: string[]) =>
  EVIDENCE.find(([pattern, it]) => pattern.test(simple(name)) && !taken.includes(it))?.[1] ?? "";

function byName(name: string, columns: Column[], taken: string[]): string {
  const word = simple(name);
  const free = (it: string) => !taken.includes(it) && columns.some((column) => column.name === it);
  const exact = columns.find((it) => (simple(it.label) === word || simple(it.name) === word) && !taken.includes(it.name));
  if (exact) return exact.name;
  return USUAL.find(([pattern]) => pattern.test(word))?.[1].find(free) ?? "";
}

function byCells(cells: string[], columns: Column[], taken: string[]): string {
  if (cells.length === 0) return "";
  const mail = columns.find((it) => it.format === "Email" && !taken.includes(it.name));
  const fitting = cells.filter((it) => /^\S+@\S+\.\S+$/.test(it.trim()));
  // Some addresses of a file are always wrong.
  if (mail && fitting.length > cells.length / 2) return mail.name;
  return "";
}

/** Patterns of days that a file may have, the surest first. */
export const DATES = ["date", "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%Y%m%d"];

export function treatment(column: Column, cells: string[]): Treatment {
  const all = (pattern: RegExp) => cells.length > 0 && cells.every((it) => pattern.test(it.trim()));
  if (column.kind === "DateTime") {
    if (all(/^\d{1,2}\.\d{1,2}\.\d{4}$/)) return { format: "%d.%m.%Y" };
    if (all(/^\d{1,2}\/\d{1,2}\/\d{4}$/)) return { format: cells.some((it) => Number(it.split("/")[0]) > 12) ? "%d/%m/%Y" : "%m/%d/%Y" };
    if (all(/^\d{8}$/)) return { format: "%Y%m%d" };
    return column.format === "DateOnly" ? { format: "date" } : {};
  }
  if (isNumber(column) && cells.some((it) => /\d,\d{1,2}$/.test(it.trim()))) return { format: "comma" };
  return {};
}

/** By what a record is found again. */
function matchOf(targets: string[]): string[][] {
  const has = (it: string) => targets.includes(it);
  const lists = [
    ...(has("assent_externalid") ? [["assent_externalid"]] : []),
    ...(has("emailaddress1") ? [has("lastname") ? ["emailaddress1", "lastname"] : ["emailaddress1"]] : []),
  ];
  return lists.length ? lists : has("name") ? [["name"]] : [];
}

/** Whether the words of a file may need to be told what they stand for. */
export const takesWords = (column: Column) => column.options.length > 0 || column.kind === "Boolean";
export const takesFormat = (column: Column) => column.kind === "DateTime" || (isNumber(column) && !isText(column));
