/** How the page of a record is laid out: what an administrator made of it, else what the entity file says. */

import { queryOptions } from "@tanstack/react-query";
import i18n from "i18next";
import type { Detailed } from "../api/metadata";
import { rows, update } from "../api/row";

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
  id: string;
  etag: string;
  layout: Layout;
  product: Layout | null;
  changed: boolean;
}

export const inWords = (label: Label) => label[i18n.language] ?? label["en"] ?? Object.values(label)[0] ?? "";

export const formQuery = (entity: Detailed) =>
  queryOptions({
    queryKey: ["form", entity.name],
    queryFn: async ({ signal }): Promise<Form> => {
      const [row] = await rows(
        "systemforms",
        {
          $select: "formjson,assent_productjson",
          $filter: `objecttypecode eq '${entity.name}' and type eq 2`,
          $orderby: "ismanaged desc",
          $top: 1,
        },
        signal,
      );
      const product = row?.["assent_productjson"] ? (JSON.parse(String(row["assent_productjson"])) as Layout) : null;
      const changed = Boolean(row?.["formjson"]);
      const layout = changed ? (JSON.parse(String(row?.["formjson"])) as Layout) : (product ?? everything(entity));
      return { id: String(row?.["formid"] ?? ""), etag: String(row?.["@odata.etag"] ?? ""), layout, product, changed };
    },
    staleTime: 30_000,
  });

/** The page of an entity that has no form. */
function everything(entity: Detailed): Layout {
  const columns = entity.columns.filter((it) => it.updatable).map((it) => it.name);
  return { tabs: [{ label: {}, sections: [{ label: {}, columns }] }] };
}

/** Puts a layout in force, or with `null` the product's own back. */
export const publish = (form: Form, layout: Layout | null) =>
  update("systemforms", form.id, { formjson: layout && JSON.stringify(layout) }, form.etag);
