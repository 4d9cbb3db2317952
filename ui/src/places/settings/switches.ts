/** The two switches of outbound consent, and double opt-in: records of their own, read again at each gate. */

import { queryOptions } from "@tanstack/react-query";
import { create, rows, update } from "../../api/row";

export interface Switches {
  enforced: boolean;
  logging: boolean;
  /** Whether somebody ever decided. */
  decided: boolean;
}

const NAMES = { enforced: "msgdpr_isenforced", logging: "msgdpr_isconsentchangeloggingenabled" } as const;

export const switchesQuery = queryOptions({
  queryKey: ["settings", "switches"],
  queryFn: async ({ signal }): Promise<Switches> => {
    const [row] = await rows("msgdpr_gdprconfigurations", { $top: 1 }, signal);
    return { enforced: row?.[NAMES.enforced] === true, logging: row?.[NAMES.logging] === true, decided: row !== undefined };
  },
});

export async function setSwitches(wanted: Partial<Record<keyof typeof NAMES, boolean>>) {
  const body = Object.fromEntries(Object.entries(wanted).map(([name, on]) => [NAMES[name as keyof typeof NAMES], on]));
  const [row] = await rows("msgdpr_gdprconfigurations", { $top: 1 });
  if (row) await update("msgdpr_gdprconfigurations", String(row["msgdpr_gdprconfigurationid"]), body);
  else await create("msgdpr_gdprconfigurations", { msgdpr_name: "Outbound consent", msgdpr_isdefault: true, ...body });
}

const DEFAULTS = { $filter: "msdyncrm_default eq true", $top: 1 };

export const doubleOptInQuery = queryOptions({
  queryKey: ["settings", "double opt-in"],
  queryFn: async ({ signal }) => {
    const [row] = await rows("msdyncrm_defaultmarketingsettings", DEFAULTS, signal);
    // While there are no default settings, wishes are confirmed.
    return row === undefined || row["msdyncrm_enabledoubleoptin"] === true;
  },
});

export async function setDoubleOptIn(on: boolean) {
  const [row] = await rows("msdyncrm_defaultmarketingsettings", DEFAULTS);
  const body = { msdyncrm_enabledoubleoptin: on };
  if (row) await update("msdyncrm_defaultmarketingsettings", String(row["msdyncrm_defaultmarketingsettingid"]), body);
  else await create("msdyncrm_defaultmarketingsettings", { msdyncrm_name: "Default settings", msdyncrm_default: true, ...body });
}
