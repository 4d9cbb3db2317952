/** The switches of the audit: of the organisation, of each entity, of each column. */

import { queryOptions } from "@tanstack/react-query";
import i18n from "i18next";
import { call } from "../../api/http";
import { said } from "../../api/metadata";
import { rows } from "../../api/row";

export interface Switches {
  id: string;
  isauditenabled: boolean;
  isuseraccessauditenabled: boolean;
  useraccessauditinginterval: number;
  /** Days; -1 is for ever. */
  auditretentionperiodv2: number;
}

export const switchesQuery = queryOptions({
  queryKey: ["settings", "auditing"],
  queryFn: async ({ signal }): Promise<Switches> => {
    const [row] = await rows("organizations", {}, signal);
    return { ...row, id: String(row?.["organizationid"]) } as unknown as Switches;
  },
});

interface Managed {
  Value: boolean;
  CanBeChanged: boolean;
}

export const auditedQuery = queryOptions({
  queryKey: ["settings", "audited"],
  queryFn: async ({ signal }): Promise<Map<string, Managed>> => {
    const { value } = await call<{ value: { LogicalName: string; IsAuditEnabled: Managed }[] }>(
      "EntityDefinitions?$select=LogicalName,IsAuditEnabled", { signal },
    );
    return new Map(value.map((it) => [it.LogicalName, it.IsAuditEnabled]));
  },
});

export interface Audited {
  name: string;
  label: string;
  on: boolean;
}

/** The columns of an entity whose switch can be moved, by their label. */
export const columnsQuery = (entity: string) =>
  queryOptions({
    queryKey: ["settings", "audited", entity, i18n.language],
    queryFn: async ({ signal }): Promise<Audited[]> => {
      const { value } = await call<{ value: { LogicalName: string; DisplayName: Parameters<typeof said>[0]; IsAuditEnabled: Managed }[] }>(
        `EntityDefinitions(LogicalName='${encodeURIComponent(entity)}')/Attributes?$select=LogicalName,DisplayName,IsAuditEnabled`, { signal },
      );
      return value
        .filter((it) => it.IsAuditEnabled.CanBeChanged)
        .map((it) => ({ name: it.LogicalName, label: said(it.DisplayName) || it.LogicalName, on: it.IsAuditEnabled.Value }))
        .sort((one, other) => one.label.localeCompare(other.label));
    },
  });
