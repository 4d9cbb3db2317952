/**
 * Lists speak FetchXML, the language that views are kept in: a view is read, narrowed and ordered here, and asked for
 * page by page. The conditions of a view stay as they are; the person's own are put beside them.
 */

import { call } from "./http";
import { type Column, type Entity, isLookup, isNumber, isOption, isText } from "./metadata";
import type { Row } from "./row";

export interface Order {
  column: string;
  descending: boolean;
}

export interface Condition {
  column: string;
  operator: string;
  value?: string;
}

/** A query: what is shown, in which order, of which rows. */
export interface ListQuery {
  entity: string;
  columns: string[];
  order: Order[];
  /** `<filter>` elements as they stand in the view. */
  filters: string[];
  /** `<link-entity>` elements as they stand in the view. */
  links: string[];
  conditions: Condition[];
}

/** Reads a view. What a list does not draw, such as linked columns, stays in the query. */
export function parse(text: string): ListQuery {
  const document = new DOMParser().parseFromString(text, "text/xml");
  const entity = document.querySelector("fetch > entity");
  if (!entity) throw new Error("a view holds one entity");
  const children = (name: string) => [...entity.children].filter((it) => it.tagName === name);
  const serializer = new XMLSerializer();
  return {
    entity: entity.getAttribute("name") ?? "",
    columns: children("attribute").map((it) => it.getAttribute("name") ?? ""),
    order: children("order").map((it) => ({
      column: it.getAttribute("attribute") ?? "",
      descending: it.getAttribute("descending") === "true",
    })),
    filters: children("filter").map((it) => serializer.serializeToString(it)),
    links: children("link-entity").map((it) => serializer.serializeToString(it)),
    conditions: [],
  };
}

const escaped = (text: string) =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");

function condition({ column, operator, value }: Condition): string {
  const head = `<condition attribute="${escaped(column)}" operator="${escaped(operator)}"`;
  if (value === undefined) return `${head}/>`;
  if (LISTS.has(operator)) {
    const values = value.split(",").map((it) => `<value>${escaped(it)}</value>`);
    return `${head}>${values.join("")}</condition>`;
  }
  return `${head} value="${escaped(value)}"/>`;
}

/** Operators that take several values. */
const LISTS = new Set(["in", "not-in", "contain-values", "not-contain-values"]);

/** Writes a query; `page` counts from one. */
export function print(query: ListQuery, page?: { number: number; size: number }, search?: Search): string {
  const paging = page ? ` page="${page.number}" count="${page.size}"` : "";
  const parts = [
    ...query.columns.map((it) => `<attribute name="${escaped(it)}"/>`),
    ...query.order.map((it) => `<order attribute="${escaped(it.column)}" descending="${it.descending}"/>`),
    ...query.filters,
    query.conditions.length ? `<filter>${query.conditions.map(condition).join("")}</filter>` : "",
    search?.text ? `<filter type="or">${search.columns.map((it) => like(it, search.text)).join("")}</filter>` : "",
    ...query.links,
  ];
  return `<fetch${paging}><entity name="${escaped(query.entity)}">${parts.join("")}</entity></fetch>`;
}

export interface Search {
  text: string;
  columns: string[];
}

const like = (column: string, text: string) => {
  const pattern = text.replaceAll("[", "[[]").replaceAll("%", "[%]").replaceAll("_", "[_]");
  return condition({ column, operator: "like", value: `%${pattern}%` });
};

/** Rows of one page. */
export async function rows(entity: Entity, query: string, signal?: AbortSignal): Promise<Row[]> {
  const answer = await call<{ value: Row[] }>(`${entity.set}?fetchXml=${encodeURIComponent(query)}`, { signal });
  return answer.value;
}

/** The operators that a column is narrowed with, and whether each takes a value. */
export function operators(column: Column): { name: string; takes: "nothing" | "value" | "list" }[] {
  const none = [{ name: "not-null", takes: "nothing" as const }, { name: "null", takes: "nothing" as const }];
  const value = (...names: string[]) => names.map((name) => ({ name, takes: "value" as const }));
  if (isText(column)) return [...value("like", "eq", "ne", "begins-with", "ends-with", "not-like"), ...none];
  if (isOption(column)) return [{ name: "in", takes: "list" }, { name: "not-in", takes: "list" }, ...none];
  if (column.kind === "MultiSelectPicklist")
    return [{ name: "contain-values", takes: "list" }, { name: "not-contain-values", takes: "list" }, ...none];
  if (column.kind === "Boolean") return [...value("eq"), ...none];
  if (isNumber(column)) return [...value("eq", "ne", "ge", "le", "gt", "lt"), ...none];
  if (column.kind === "DateTime")
    return [
      ...["today", "yesterday", "this-week", "this-month", "this-year"].map((name) => ({ name, takes: "nothing" as const })),
      ...value("on", "on-or-after", "on-or-before", "last-x-days", "next-x-days"),
      ...none,
    ];
  if (column.kind === "Owner") return [{ name: "eq-userid", takes: "nothing" }, ...none];
  if (isLookup(column)) return none;
  return none;
}
