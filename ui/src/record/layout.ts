/** How the page of a record is laid out: what an administrator made of it, else what the entity file says. */

import { queryOptions } from "@tanstack/react-query";
import i18n from "i18next";
import type { Detailed } from "../api/metadata";
import { create, remove, rows, update } from "../api/row";

export type Label = Record<string, string>;
export interface Section {
  label: Label;
  columns: string[];
  /** The roles whose page shows it; none named: everybody's. */
  roles?: string[];
}
export interface Tab {
  label: Label;
  sections: Section[];
}
export interface Layout {
  tabs: Tab[];
}

export interface Form {
  /** The row of an administrator's own layout, if there is one. */
  own: { id: string; etag: string } | null;
  layout: Layout;
}

export const inWords = (label: Label) => label[i18n.language] ?? label["en"] ?? Object.values(label)[0] ?? "";

export const formQuery = (entity: Detailed) =>
  queryOptions({
    queryKey: ["form", entity.name],
    queryFn: async ({ signal }): Promise<Form> => {
      const $filter = `objecttypecode eq '${entity.name}' and type eq 2`;
      const [row] = await rows("systemforms", { $select: "formjson", $filter }, signal);
      if (!row) return { own: null, layout: entity.layout };
      const own = { id: String(row["formid"]), etag: String(row["@odata.etag"]) };
      return { own, layout: JSON.parse(String(row["formjson"])) as Layout };
    },
    staleTime: 30_000,
  });

/** Puts a layout in force, or with `null` the product's own back. */
export async function publish(entity: Detailed, form: Form, layout: Layout | null) {
  if (!layout) return form.own && remove("systemforms", form.own.id);
  const formjson = JSON.stringify(layout);
  if (form.own) return update("systemforms", form.own.id, { formjson }, form.own.etag);
  return create("systemforms", { name: entity.label, objecttypecode: entity.name, type: 2, formjson });
}
