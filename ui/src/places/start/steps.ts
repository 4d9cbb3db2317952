/** What a new store still lacks, told from what is there; nothing is kept but that somebody put it off. */

import { useQuery } from "@tanstack/react-query";
import { rows } from "../../api/row";
import { NON_INTERACTIVE, SYSTEM } from "../settings/account";
import { settingsQuery } from "../settings/setting";
import { switchesQuery } from "../settings/switches";

export interface Step {
  name: "organisation" | "place" | "mail" | "consent" | "users";
  done: boolean;
}

/** The setting by which the first run was put off. */
export const PUT_OFF = "start.put_off";

export function useSteps(enabled: boolean): { steps: Step[] | undefined; putOff: boolean; demo: boolean } {
  const settings = useQuery({ ...settingsQuery, enabled });
  const switches = useQuery({ ...switchesQuery, enabled });
  const people = useQuery({
    queryKey: ["settings", "users", "people"],
    enabled,
    queryFn: ({ signal }) =>
      rows("systemusers", { $select: "fullname", $filter: `isdisabled eq false and accessmode ne ${NON_INTERACTIVE} and systemuserid ne ${SYSTEM}`, $top: 3 }, signal),
  });
  if (!settings.data || !switches.data || !people.data) return { steps: undefined, putOff: false, demo: false };
  const has = (...names: string[]) => names.every((it) => settings.data.get(it));
  return {
    steps: [
      { name: "organisation", done: has("organisation.name", "organisation.privacy_email") },
      { name: "place", done: has("organisation.country", "organisation.time_zone") },
      { name: "mail", done: has("mail.from_address", "mail.postal_address") },
      { name: "consent", done: switches.data.enforced && switches.data.logging },
      { name: "users", done: people.data.length > 1 },
    ],
    putOff: settings.data.get(PUT_OFF) === "yes",
    demo: has("demo.seed"),
  };
}
