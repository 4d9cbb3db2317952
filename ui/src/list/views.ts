/** The views of an entity, those of everybody and one's own, and what the address says on top of one. */

import { queryOptions } from "@tanstack/react-query";
import { type Condition, type ListQuery, type Order, parse } from "../api/fetchxml";
import type { Detailed } from "../api/metadata";
import { create, remove, rows, update } from "../api/row";

export interface View {
  id: string;
  name: string;
  personal: boolean;
  isDefault: boolean;
  query: ListQuery;
}

/** What the address of a list says. */
export interface Narrowed {
  view?: string | undefined;
  columns?: string[] | undefined;
  order?: Order[] | undefined;
  where?: Condition[] | undefined;
  q?: string | undefined;
}

export const viewsQuery = (entity: string) =>
  queryOptions({
    queryKey: ["views", entity],
    queryFn: async ({ signal }): Promise<View[]> => {
      const $filter = `returnedtypecode eq '${entity}'`;
      const [ours, own] = await Promise.all([
        rows("savedqueries", { $select: "name,fetchxml,isdefault", $filter, $orderby: "isdefault desc,name" }, signal),
        rows("userqueries", { $select: "name,fetchxml", $filter, $orderby: "name" }, signal),
      ]);
      return [
        ...ours.map((it) => ({
          id: String(it["savedqueryid"]), name: String(it["name"]), personal: false,
          isDefault: it["isdefault"] === true, query: parse(String(it["fetchxml"])),
        })),
        ...own.map((it) => ({
          id: String(it["userqueryid"]), name: String(it["name"]), personal: true, isDefault: false,
          query: parse(String(it["fetchxml"])),
        })),
      ];
    },
    staleTime: 60_000,
  });

/** The list of an entity that has no view. */
export function plain(entity: Detailed): ListQuery {
  const columns = [entity.primaryName, "createdon"].filter((it): it is string => it !== null && entity.column(it) !== undefined);
  const order = columns[0] ? [{ column: columns[0], descending: false }] : [];
  return { entity: entity.name, columns, order, filters: [], links: [], conditions: [] };
}

/** A view with what the address says on top of it. */
export function narrowed(query: ListQuery, { columns, order, where }: Narrowed): ListQuery {
  return {
    ...query,
    columns: columns ?? query.columns,
    order: order ?? query.order,
    conditions: where ?? [],
  };
}

/* What the address says, short enough to be sent to a colleague. */

export function read(search: Record<string, unknown>): Narrowed {
  const text = (name: string) => (typeof search[name] === "string" && search[name] !== "" ? String(search[name]) : undefined);
  return {
    view: text("view"),
    columns: text("columns")?.split(","),
    order: text("sort")?.split(",").map((it) => ({ column: it.replace(/^-/, ""), descending: it.startsWith("-") })),
    where: Array.isArray(search["where"]) ? (search["where"] as Condition[]) : undefined,
    q: search["q"] === undefined ? undefined : String(search["q"]),
  };
}

export function write({ view, columns, order, where, q }: Narrowed): Record<string, unknown> {
  return {
    view,
    columns: columns?.join(","),
    sort: order?.map((it) => (it.descending ? "-" : "") + it.column).join(","),
    where: where?.length ? where : undefined,
    q: q || undefined,
  };
}

export const saveView = (name: string, entity: string, fetchxml: string) =>
  create("userqueries", { name, returnedtypecode: entity, fetchxml });
export const changeView = (id: string, fetchxml: string) => update("userqueries", id, { fetchxml });
export const removeView = (id: string) => remove("userqueries", id);
