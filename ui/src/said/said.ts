/**
 * The sentences of the server in the person's language: by their word, with what was filled in. A sentence that has no
 * text here is said as it came, in English.
 */

import i18n from "i18next";
import { entityOf, labelOf, pluralOf } from "./labels";

export type Given = Record<string, string>;

/** A refusal as the Web API words it. */
export interface Refused {
  code?: string;
  message?: string;
  target?: string;
  details?: Refused[];
  "@Assent.Code"?: string;
  "@Assent.Arguments"?: Given;
  "@Assent.Target"?: string;
}

/** Something that a check found. */
export interface Finding {
  place: string;
  text: string;
  code?: string | null;
  arguments?: Given;
}

const known = (key: string) => i18n.exists(key, { ns: "said" });

/** What was filled in, by the names that the person knows. */
function named(given: Given, entity: string | undefined, target: string | undefined): Given {
  const all: Given = { ...given };
  const of = given["entity"] ?? entity;
  if (given["entity"]) all["entity"] = given["entity"].split(" or ").map((it) => pluralOf(it) ?? it).join(" / ");
  if (given["column"]) all["column"] = labelOf(target ?? given["column"], of) ?? labelOf(given["column"], of) ?? given["column"];
  for (const kind of ["status", "privilege", "act", "element"]) {
    const key = `named.${kind}.${given[kind]}`;
    if (given[kind] && known(key)) all[kind] = i18n.t(key, { ns: "said" });
  }
  return all;
}

/** The sentence of a word; `otherwise` where there is none. */
export function say(word: string | null | undefined, given: Given | undefined, otherwise: string, entity?: string, target?: string): string {
  if (!word || !known(word)) return otherwise;
  return i18n.t(word, { ...named(given ?? {}, entity, target), ns: "said" });
}

/** A refusal in words. `path` is what was asked, from which the entity follows. */
export function refusalText(error: Refused, path = ""): string {
  const entity = entityOf(/^(\w+)/.exec(path)?.[1] ?? "");
  const target = error["@Assent.Target"] || error.target;
  const given = error["@Assent.Arguments"];
  const said = say(error["@Assent.Code"], given, "", entity, target);
  if (!said) return reasonOf((error.message ?? "").replace(`${target}: `, ""), error.message);
  const label = target && !given?.["column"] ? labelOf(target, entity) : undefined;
  const all = (error.details ?? []).map((it) => {
    const place = it.target ? (labelOf(it.target, entity) ?? it.target) : "";
    return `${place && `${place}: `}${say(it["@Assent.Code"], it["@Assent.Arguments"], it.message ?? "", entity)}`;
  });
  // What consists of several things is about these, not about the column by which it was asked for.
  if (all.length > 0) return `${said} ${all.join(" ")}`;
  return label ? `${label}: ${said}` : said;
}

/** Text as a key: no dots, which nest. */
export const key = (text: string) => text.replaceAll(/[.:]/g, "").trim();

/** A word of one of the product's lists. What is not known is said as it came. */
export const nameOf = (kind: "reason" | "basis" | "level", word: string) =>
  word && i18n.t(`named.${kind}.${key(word)}`, { ns: "said", defaultValue: word });

/**
 * A reason of the gate, of a journey or of the outbox. They are few and fixed, and kept with what they kept back, so the
 * English sentence itself is what they are known by.
 */
export const reasonOf = (reason: string, otherwise = reason) => (known(`named.reason.${key(reason)}`) ? nameOf("reason", reason) : otherwise);

/** The permit of a mail: `basis consent; consent given marketing, needed subscriptions`. */
export function permitOf(permit: string): string {
  const [, basis, given, needed] = /^basis (.+); consent given (\w+), needed (\w+)$/.exec(permit) ?? [];
  if (!basis || !given || !needed) return permit;
  return i18n.t("named.permit", { ns: "said", basis: nameOf("basis", basis), given: nameOf("level", given), needed: nameOf("level", needed) });
}

/** What a check found, in words. */
export const finding = <T extends Finding>(it: T): T => ({ ...it, text: say(it.code, it.arguments, it.text) });
