/** Rows: what comes over the wire, how one is written, and what people read of a value. */

import { queryOptions } from "@tanstack/react-query";
import i18n from "i18next";
import { locale } from "../text/locale";
import { call, send } from "./http";
import { type Column, type Detailed, type Entity, isLookup, isOption, wire } from "./metadata";

export type Cell = string | number | boolean | null;
export type Row = Record<string, Cell>;

const FORMATTED = "@OData.Community.Display.V1.FormattedValue";
const LOOKUP = "@Microsoft.Dynamics.CRM.lookuplogicalname";

/** A row that a lookup names. */
export interface Reference {
  entity: string;
  id: string;
  name: string;
}

export const cell = (row: Row, column: Pick<Column, "name" | "kind">): Cell => row[wire(column)] ?? null;

export function reference(row: Row, column: Pick<Column, "name" | "kind" | "targets">): Reference | null {
  const id = row[wire(column)];
  if (typeof id !== "string") return null;
  const entity = row[wire(column) + LOOKUP] ?? column.targets[0] ?? "";
  return { id, entity: String(entity), name: String(row[wire(column) + FORMATTED] ?? id) };
}

/** What a row has of a lookup that names this row. */
export const referring = (column: Pick<Column, "name" | "kind">, to: Reference | null): Row => ({
  [wire(column)]: to?.id ?? null,
  [wire(column) + LOOKUP]: to?.entity ?? null,
  [wire(column) + FORMATTED]: to?.name ?? null,
});

/** The value as the person reads it, in their language and time zone. */
export function shown(row: Row, column: Column): string {
  const value = cell(row, column);
  if (value === null || value === "") return "";
  if (isLookup(column)) return reference(row, column)?.name ?? "";
  return shownValue(value, column);
}

/** A value without its row. */
export function shownValue(value: Cell, column: Column): string {
  if (value === null) return "";
  if (isOption(column)) return column.options.find((it) => it.value === value)?.label ?? String(value);
  switch (column.kind) {
    case "MultiSelectPicklist":
      return String(value)
        .split(",")
        .map((it) => column.options.find((option) => String(option.value) === it)?.label ?? it)
        .join("; ");
    case "Boolean":
      return i18n.t(value ? "yes" : "no");
    case "DateTime":
      return column.format === "DateOnly" ? day(String(value)) : moment(String(value));
    case "Integer": case "BigInt": case "Decimal": case "Double": case "Money":
      return new Intl.NumberFormat(locale(), { maximumFractionDigits: 4 }).format(Number(value));
    default:
      return String(value);
  }
}

/** A day, which has no time zone. */
export const day = (text: string) =>
  new Intl.DateTimeFormat(locale(), { dateStyle: "medium", timeZone: "UTC" }).format(new Date(text.slice(0, 10)));

/** An instant, in the time zone of whoever reads. */
export const moment = (text: string) =>
  new Intl.DateTimeFormat(locale(), { dateStyle: "medium", timeStyle: "short" }).format(new Date(text));

/** The time zone of whoever reads. */
export const zone = () => Intl.DateTimeFormat().resolvedOptions().timeZone;

export const count = (number: number) => new Intl.NumberFormat(locale()).format(number);

/** The address of a row in the Web API. */
export const address = (entity: Pick<Entity, "set">, id: string) => `${entity.set}(${id})`;

/** The row as it is now. */
export const retrieve = (entity: Pick<Entity, "set">, id: string, signal?: AbortSignal) =>
  call<Row>(address(entity, id), { signal });

export const rowQuery = (entity: Pick<Entity, "name" | "set">, id: string) =>
  queryOptions({
    queryKey: ["row", entity.name, id],
    queryFn: ({ signal }) => retrieve(entity, id, signal),
  });

/** Rows of a set by OData options, such as `$filter`. */
export async function rows(set: string, options: Record<string, string | number | undefined>, signal?: AbortSignal) {
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  const query = given.map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`).join("&");
  return (await call<{ value: Row[] }>(`${set}?${query}`, { signal })).value;
}

/** What a person changed: a value, or the row that a lookup shall name. */
export type Draft = Record<string, Cell | Reference>;

/** The body of a request that writes these columns. */
export function body(draft: Draft, entity: Detailed, entities: Map<string, Entity>): Record<string, unknown> {
  const body: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(draft)) {
    if (value !== null && typeof value === "object") {
      const set = entities.get(value.entity)?.set ?? value.entity;
      body[`${entity.navigation(name, value.entity)}@odata.bind`] = `/${set}(${value.id})`;
    } else {
      body[name] = value;
    }
  }
  return body;
}

/** Makes a row, and gives its identifier. */
export async function create(set: string, body: Record<string, unknown>): Promise<string> {
  const response = await send(set, { method: "POST", body });
  return /\(([^)]+)\)$/.exec(response.headers.get("OData-EntityId") ?? "")?.[1] ?? "";
}

/** Changes a row; with an ETag only that version of it. */
export async function update(set: string, id: string, body: Record<string, unknown>, etag?: string, why?: string) {
  const headers: Record<string, string> = { "If-Match": etag ?? "*" };
  await send(`${set}(${id})`, {
    method: "PATCH",
    headers,
    body: why ? { ...body, "@Assent.Justification": why } : body,
  });
}

export const remove = (set: string, id: string) => send(`${set}(${id})`, { method: "DELETE" });
