/** Secured columns, and the profiles that open them. */

import { queryOptions } from "@tanstack/react-query";
import i18n from "i18next";
import { call } from "../../api/http";
import { said } from "../../api/metadata";
import { rows } from "../../api/row";

export interface Secured {
  entity: string;
  column: string;
  label: string;
}

interface Answer {
  value: { LogicalName: string; Attributes: { LogicalName: string; DisplayName: Parameters<typeof said>[0] }[] }[];
}

export const securedQuery = () =>
  queryOptions({
    queryKey: ["settings", "secured", i18n.language],
    queryFn: async ({ signal }): Promise<Secured[]> => {
      const { value } = await call<Answer>(
        "EntityDefinitions?$select=LogicalName&$expand=Attributes($select=LogicalName,IsSecured,DisplayName;$filter=IsSecured eq true)",
        { signal },
      );
      return value.flatMap((it) => it.Attributes.map((column) => ({ entity: it.LogicalName, column: column.LogicalName, label: said(column.DisplayName) || column.LogicalName })));
    },
  });

export interface Profile {
  id: string;
  name: string;
  description: string;
}

export const profilesQuery = queryOptions({
  queryKey: ["settings", "profiles"],
  queryFn: async ({ signal }): Promise<Profile[]> => {
    const all = await rows("fieldsecurityprofiles", { $select: "name,description", $orderby: "name" }, signal);
    return all.map((it) => ({ id: String(it["fieldsecurityprofileid"]), name: String(it["name"]), description: String(it["description"] ?? "") }));
  },
});

export const ALLOWED = 4;
export const ACTS = ["canread", "cancreate", "canupdate"] as const;
export type Act = (typeof ACTS)[number];

export interface Permission extends Record<Act, boolean> {
  id: string;
  entity: string;
  column: string;
}

export const permissionsQuery = (profile: string) =>
  queryOptions({
    queryKey: ["settings", "permissions", profile],
    queryFn: async ({ signal }): Promise<Permission[]> => {
      const all = await rows("fieldpermissions", { $filter: `_fieldsecurityprofileid_value eq ${profile}` }, signal);
      return all.map((it) => ({
        id: String(it["fieldpermissionid"]), entity: String(it["entityname"]), column: String(it["attributelogicalname"]),
        canread: it["canread"] === ALLOWED, cancreate: it["cancreate"] === ALLOWED, canupdate: it["canupdate"] === ALLOWED,
      }));
    },
  });
