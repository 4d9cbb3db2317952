/**
 * Between the filter and what the builder shows: groups of conditions, blocks, rows that refer to a contact. What the
 * builder has no shape for gives `null`, and stays text.
 */

import type { RuleGroupType, RuleType } from "react-querybuilder";
import { type Column, isLookup, isNumber, isOption, isText } from "../../api/metadata";
import { DID, type Field, INTERACTIONS, LIST, LISTS, MEMBERSHIPS, type Scope, SEGMENT } from "./fields";
import type { Comparison, Literal, Node, Test } from "./filter";

export type Group = RuleGroupType;
export type Rule = RuleType;

/** What somebody did, or what was done to them. */
export interface Behaviour {
  type: string;
  /** The function that says when; none for ever. */
  within: "" | "LastXHours" | "LastXDays" | "LastXMonths";
  number: string;
  email: string;
  journey: string;
  form: string;
  page: string;
  link: string;
  /** How often; none is once or more. */
  often: "" | Often;
  times: string;
}

export const OFTEN = ["ge", "le", "eq"] as const;
export type Often = (typeof OFTEN)[number];

export const NOTHING_DONE: Behaviour = {
  type: "EmailOpened", within: "LastXDays", number: "30", email: "", journey: "", form: "", page: "", link: "", often: "", times: "",
};

export const empty = (): Group => ({ combinator: "and", rules: [] });

const COUNTED = /^(LastX|NextX|OlderThanX)/;
const DATED = new Set(["On", "OnOrAfter", "OnOrBefore"]);
const TESTS: Record<string, { test: Test; not: boolean }> = {
  contains: { test: "contains", not: false }, startswith: { test: "startswith", not: false }, endswith: { test: "endswith", not: false },
  notContains: { test: "contains", not: true }, notStartswith: { test: "startswith", not: true }, notEndswith: { test: "endswith", not: true },
};
const PLAIN = ["Today", "Yesterday", "ThisWeek", "ThisMonth", "ThisYear", "LastWeek", "LastMonth", "LastYear"];

/** What the value of an operator is. */
export function takes(operator: string): "nothing" | "one" | "several" | "number" | "day" {
  if (operator === "null" || operator === "notNull" || PLAIN.includes(operator)) return "nothing";
  if (COUNTED.test(operator)) return "number";
  if (DATED.has(operator)) return "day";
  return ["in", "notIn", "ContainValues", "DoesNotContainValues"].includes(operator) ? "several" : "one";
}

/** The operators of a field, by the type of its column. */
export function operatorsOf(field: Field | undefined): string[] {
  if (!field || field.is === "rows") return ["="];
  if (field.is === "block") return field.name === DID ? ["did", "didNot"] : ["isIn", "isNotIn"];
  const column = field.column;
  if (!column) return ["null", "notNull"];
  if (isText(column)) return ["contains", "eq", "startswith", "endswith", "in", "ne", "notContains", "notStartswith", "notEndswith", "notIn", "notNull", "null"];
  if (isOption(column)) return ["in", "notIn", "ge", "le", "eq", "ne", "notNull", "null"];
  if (column.kind === "MultiSelectPicklist") return ["ContainValues", "DoesNotContainValues", "notNull", "null"];
  if (column.kind === "Boolean") return ["eq", "ne"];
  if (isNumber(column)) return ["eq", "ne", "ge", "le", "gt", "lt", "notNull", "null"];
  if (column.kind === "DateTime")
    return [
      "LastXDays", "LastXMonths", "OlderThanXDays", "OlderThanXMonths", "OlderThanXYears", "NextXDays", "On", "OnOrAfter", "OnOrBefore",
      ...PLAIN, ...(column.format === "DateOnly" ? ["ge", "gt", "le", "lt", "eq"] : ["ge", "lt"]), "notNull", "null",
    ];
  if (isLookup(column)) return ["eq", "ne", "notNull", "null"];
  return ["notNull", "null"];
}

/* From the filter to what is shown. */

export function toGroup(node: Node, scope: Scope): Group | null {
  const inner = node.is === "not" && (node.part.is === "and" || node.part.is === "or") ? node.part : node;
  if (inner.is === "and" || inner.is === "or") {
    const rules = inner.parts.map((it) => toRule(it, scope, ""));
    if (rules.some((it) => it === null)) return null;
    return { combinator: inner.is, rules: rules as (Rule | Group)[], ...(inner === node ? {} : { not: true }) };
  }
  const rule = toRule(node, scope, "");
  return rule && { combinator: "and", rules: [rule] };
}

function toRule(node: Node, scope: Scope, variable: string): Rule | Group | null {
  if ("parts" in node) {
    const rules = node.parts.map((it) => toRule(it, scope, variable));
    return rules.some((it) => it === null) ? null : { combinator: node.is, rules: rules as (Rule | Group)[] };
  }
  if (node.is === "not") return opposite(toRule(node.part, scope, variable));
  if (node.is === "lambda") return lambda(node, scope, variable);
  if (node.is === "count") return variable ? null : counted(node, scope);
  const name = ownName(node.path, variable);
  const field = name === null ? undefined : scope.fields.get(name) ?? scope.fields.get(name.replace(/^_(.+)_value$/, "$1"));
  if (field?.is !== "column") return null;
  const rule = (operator: string, value: unknown): Rule | null =>
    operatorsOf(field).includes(operator) ? { field: field.name, operator, value } : null;
  switch (node.is) {
    case "flag":
      return rule("eq", "true");
    case "test":
      return rule(node.test, node.value);
    case "in":
      return rule("in", node.values.map((it) => it.value));
    case "compare":
      if (node.value.kind === "null") return node.by === "eq" ? rule("null", null) : node.by === "ne" ? rule("notNull", null) : null;
      return fits(node.value, field.column) ? rule(node.by, node.value.value) : null;
    case "function":
      if (node.among) return rule(node.name, node.values?.map((it) => it.value) ?? []);
      return rule(node.name, node.values?.[0]?.value ?? null);
  }
}

/** The name behind the variable of a lambda; `null` for what is outside of it. */
function ownName(path: string, variable: string): string | null {
  if (!variable) return path;
  return path.startsWith(`${variable}/`) ? path.slice(variable.length + 1) : null;
}

function opposite(it: Rule | Group | null): Rule | Group | null {
  if (!it) return null;
  if ("rules" in it) return { ...it, not: !it.not };
  const turned = OPPOSITES[it.operator];
  if (turned) return { ...it, operator: turned };
  if (it.match?.mode === "some") return { ...it, match: { mode: "none" } };
  return { combinator: "and", not: true, rules: [it] };
}

const OPPOSITES: Record<string, string> = {
  contains: "notContains", startswith: "notStartswith", endswith: "notEndswith", in: "notIn", did: "didNot", isIn: "isNotIn",
};

function lambda(node: Node & { is: "lambda" }, scope: Scope, variable: string): Rule | null {
  const name = ownName(node.path, variable);
  if (name === null) return null;
  if (node.quantifier === "any" && node.part) {
    const block = blockOf(name, node.part, node.variable);
    if (block && scope.fields.has(block.field)) return block;
  }
  const field = scope.fields.get(name);
  const inside = field?.is === "rows" && field.entity ? scope.inside(field.entity) : undefined;
  if (!inside) return null;
  const value = node.part ? groupWithin(node.part, inside, node.variable) : empty();
  return value && { field: name, operator: "=", value, match: { mode: node.quantifier === "any" ? "some" : "all" } };
}

/** How often somebody did something; other counts have no shape. */
function counted(node: Node & { is: "count" }, scope: Scope): Rule | null {
  const often = OFTEN.find((it) => it === node.by);
  if (node.path !== INTERACTIONS || !node.part || !often || !scope.fields.has(DID)) return null;
  const value = behaviour(node.part, "");
  return value && { field: DID, operator: "did", value: { ...value, often, times: node.number } };
}

function groupWithin(node: Node, scope: Scope, variable: string): Group | null {
  const it = toRule(node, scope, variable);
  return it && ("rules" in it ? it : { combinator: "and", rules: [it] });
}

function blockOf(path: string, part: Node, variable: string): Rule | null {
  if (path === INTERACTIONS) {
    const value = behaviour(part, variable);
    return value && { field: DID, operator: "did", value };
  }
  const wanted = path === MEMBERSHIPS ? "assent_segmentid" : path === LISTS ? "listid" : null;
  if (wanted && part.is === "compare" && part.by === "eq" && part.path === `${variable}/${wanted}` && part.value.kind === "guid")
    return { field: path === MEMBERSHIPS ? SEGMENT : LIST, operator: "isIn", value: part.value.value };
  return null;
}

const BY_EMAIL = { assent_emailid: "email", assent_journeyid: "journey", assent_formid: "form", assent_pageid: "page" } as const;

function behaviour(part: Node, variable: string): Behaviour | null {
  const found: Behaviour = { ...NOTHING_DONE, type: "", within: "", number: "" };
  for (const it of part.is === "and" ? part.parts : [part]) {
    if (isByPersons(it, variable)) continue;
    const name = "path" in it ? ownName(it.path, variable) : null;
    if (it.is === "compare" && it.by === "eq" && name === "assent_type" && it.value.kind === "text" && !found.type) found.type = it.value.value;
    else if (it.is === "compare" && it.by === "eq" && name !== null && name in BY_EMAIL && it.value.kind === "guid")
      found[BY_EMAIL[name as keyof typeof BY_EMAIL]] = it.value.value;
    else if (it.is === "function" && name === "assent_occurredon" && isWithin(it.name) && !found.within) {
      found.within = it.name;
      found.number = it.values?.[0]?.value ?? "";
    } else if (it.is === "test" && it.test === "contains" && name === "assent_linkurl" && !found.link) found.link = it.value;
    else return null;
  }
  // A click of a program is none: without that said the condition means something else.
  const said = part.is === "and" && part.parts.some((it) => isByPersons(it, variable));
  return found.type && said === BY_PERSONS.has(found.type) ? found : null;
}

const isWithin = (name: string): name is Exclude<Behaviour["within"], ""> => ["LastXHours", "LastXDays", "LastXMonths"].includes(name);

/** What programs may have done as well. */
const BY_PERSONS = new Set(["EmailOpened", "EmailClicked"]);

/** A column of the rows: behind the variable of a lambda, alone within a count. */
const of = (variable: string, column: string) => (variable ? `${variable}/${column}` : column);

const byPersons = (variable: string): Node => ({
  is: "or",
  parts: [
    { is: "compare", path: of(variable, "assent_detail"), by: "eq", value: { kind: "null", value: "null" } },
    { is: "compare", path: of(variable, "assent_detail"), by: "ne", value: { kind: "text", value: "machine" } },
  ],
});
const isByPersons = (node: Node, variable: string) => JSON.stringify(node) === JSON.stringify(byPersons(variable));

/* And back. Conditions without their value are left out; `complete` says whether there are such. */

export function toNode(group: Group, scope: Scope, variable = ""): Node | null {
  const parts = group.rules
    .filter((it): it is Rule | Group => typeof it === "object")
    .map((it) => ("rules" in it ? toNode(it, scope, variable) : nodeOf(it, scope, variable)))
    .filter((it): it is Node => it !== null);
  if (parts.length === 0) return null;
  const joined: Node = parts.length === 1 ? parts[0]! : { is: group.combinator === "or" ? "or" : "and", parts };
  return group.not ? negated(joined) : joined;
}

/** A function takes no `not`; with its column named beside it, it does. */
function negated(node: Node): Node {
  if (node.is !== "function") return { is: "not", part: node };
  const known: Node = { is: "compare", path: node.path, by: "ne", value: { kind: "null", value: "null" } };
  return { is: "not", part: { is: "and", parts: [node, known] } };
}

export const complete = (group: Group, scope: Scope): boolean =>
  group.rules.every((it) => typeof it !== "object" || ("rules" in it ? complete(it, scope) : isComplete(it, scope)));

export function isComplete(rule: Rule, scope: Scope): boolean {
  const field = scope.fields.get(rule.field);
  if (!field) return false;
  if (field.is !== "rows") return nodeOf(rule, scope, "") !== null;
  const inside = field.entity && scope.inside(field.entity);
  return Boolean(inside && complete(asGroup(rule.value), inside));
}

/** The group that narrows rows; a value that was of another field is none. */
export const asGroup = (value: unknown): Group => (value && typeof value === "object" && "rules" in value ? (value as Group) : empty());

function nodeOf(rule: Rule, scope: Scope, variable: string): Node | null {
  const field = scope.fields.get(rule.field);
  if (!field) return null;
  const path = variable ? `${variable}/${field.name}` : field.name;
  if (field.is === "rows") return rowsNode(rule, field, path, scope, variable);
  if (field.is === "block") return blockNode(rule, field);
  const { operator, value } = rule;
  if (operator === "null" || operator === "notNull")
    return { is: "compare", path, by: operator === "null" ? "eq" : "ne", value: { kind: "null", value: "null" } };
  if (takes(operator) === "nothing") return { is: "function", name: operator, path, values: null, among: false };
  if (Array.isArray(value) ? value.length === 0 : value === null || value === undefined || value === "") return null;
  const test = TESTS[operator];
  if (test) {
    const node: Node = { is: "test", test: test.test, path, value: String(value) };
    return test.not ? { is: "not", part: node } : node;
  }
  if (takes(operator) === "several") {
    const values = (Array.isArray(value) ? value : String(value).split(",")).map((it) => literalOf(String(it).trim(), field.column));
    if (operator === "in" || operator === "notIn") {
      const node: Node = { is: "in", path, values };
      return operator === "in" ? node : { is: "not", part: node };
    }
    return { is: "function", name: operator, path, values, among: true };
  }
  if (Array.isArray(value)) return null;
  if (COUNTED.test(operator))
    return !/^\d+$/.test(String(value)) ? null : { is: "function", name: operator, path, values: [{ kind: "number", value: String(value) }], among: false };
  if (DATED.has(operator)) return !/^\d{4}-\d{2}-\d{2}/.test(String(value)) ? null : { is: "function", name: operator, path, values: [{ kind: "text", value: String(value) }], among: false };
  const literal = literalOf(String(value), field.column);
  return SHAPES[literal.kind].test(literal.value) ? { is: "compare", path, by: operator as Comparison, value: literal } : null;
}

/** What a value of each kind looks like; a value that was of another operator may not fit. */
const SHAPES: Record<Literal["kind"], RegExp> = {
  text: /^/, number: /^[-+]?\d+(\.\d+)?$/, boolean: /^(true|false)$/, null: /^null$/, guid: /^[0-9a-f-]{36}$/i,
  date: /^\d{4}-\d{2}-\d{2}$/, moment: /^\d{4}-\d{2}-\d{2}T/,
};

function rowsNode(rule: Rule, field: Field, path: string, scope: Scope, outer: string): Node | null {
  const inside = field.entity && scope.inside(field.entity);
  if (!inside) return null;
  const variable = outer ? `${outer}1` : "r";
  const part = toNode(asGroup(rule.value), inside, variable);
  const mode = rule.match?.mode ?? "some";
  if (mode === "all") return part && { is: "lambda", path, quantifier: "all", variable, part };
  const some: Node = { is: "lambda", path, quantifier: "any", variable: part ? variable : "", part };
  return mode === "none" ? { is: "not", part: some } : some;
}

function blockNode(rule: Rule, field: Field): Node | null {
  const done = field.name === DID ? (rule.value as Behaviour | null) : null;
  const variable = done?.often ? "" : field.name === DID ? "i" : field.name === SEGMENT ? "m" : "l";
  const part = field.name === DID ? behaviourNode(done, variable) : membershipNode(field.name, rule.value, variable);
  if (!part) return null;
  const path = field.name === DID ? INTERACTIONS : field.name === SEGMENT ? MEMBERSHIPS : LISTS;
  const node: Node = done?.often
    ? { is: "count", path, part, by: done.often, number: done.times }
    : { is: "lambda", path, quantifier: "any", variable, part };
  return rule.operator === "didNot" || rule.operator === "isNotIn" ? { is: "not", part: node } : node;
}

function membershipNode(name: string, value: unknown, variable: string): Node | null {
  if (typeof value !== "string" || !value) return null;
  const column = name === SEGMENT ? "assent_segmentid" : "listid";
  return { is: "compare", path: `${variable}/${column}`, by: "eq", value: { kind: "guid", value } };
}

function behaviourNode(it: Behaviour | null, variable: string): Node | null {
  if (!it?.type || (it.within && !it.number) || (it.often && !/^\d+$/.test(it.times))) return null;
  const text = (path: string, value: string): Node => ({ is: "compare", path: of(variable, path), by: "eq", value: { kind: "text", value } });
  const row = (path: string, value: string): Node[] =>
    value ? [{ is: "compare", path: of(variable, path), by: "eq", value: { kind: "guid", value } }] : [];
  const parts: Node[] = [
    text("assent_type", it.type),
    ...(it.within
      ? [{ is: "function" as const, name: it.within, path: of(variable, "assent_occurredon"), values: [{ kind: "number" as const, value: it.number }], among: false }]
      : []),
    ...row("assent_emailid", it.email),
    ...row("assent_journeyid", it.journey),
    ...row("assent_formid", it.form),
    ...row("assent_pageid", it.page),
    ...(it.link ? [{ is: "test" as const, test: "contains" as const, path: of(variable, "assent_linkurl"), value: it.link }] : []),
    ...(BY_PERSONS.has(it.type) ? [byPersons(variable)] : []),
  ];
  return parts.length === 1 ? parts[0]! : { is: "and", parts };
}

/** A value as the type of its column is written. */
function literalOf(value: string, column: Column | undefined): Literal {
  if (!column) return { kind: "text", value };
  if (isLookup(column)) return { kind: "guid", value };
  if (column.kind === "Boolean") return { kind: "boolean", value };
  if (isOption(column) || isNumber(column)) return { kind: "number", value };
  if (column.kind === "DateTime") return { kind: value.includes("T") ? "moment" : "date", value };
  return { kind: "text", value };
}

const fits = (literal: Literal, column: Column | undefined) => {
  const { kind } = literalOf(literal.value, column);
  return kind === literal.kind;
};
