/** The roles that there are, and the words for those of the product. */

import { queryOptions, useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { rows } from "../../api/row";

export interface Role {
  id: string;
  name: string;
  description: string;
}

/** Roles that come with the product; nobody is given `public`. */
export const BUILT_IN = ["system-administrator", "privacy-officer", "marketer", "sales-person", "auditor", "integrator"];

export const rolesQuery = queryOptions({
  queryKey: ["settings", "roles"],
  queryFn: async ({ signal }): Promise<Role[]> => {
    const all = await rows("roles", { $select: "name,description", $orderby: "name" }, signal);
    return all
      .map((it) => ({ id: String(it["roleid"]), name: String(it["name"]), description: String(it["description"] ?? "") }))
      .filter((it) => it.name !== "public");
  },
  staleTime: 30_000,
});

export const useRoles = () => useQuery(rolesQuery);

/** The name of a role as people say it: those of the product have words, one's own have their name. */
export function useRoleName() {
  const { t, i18n } = useTranslation("settings");
  return (name: string) => (i18n.exists(`role.${name}`, { ns: "settings" }) ? t(`role.${name}`) : name);
}
