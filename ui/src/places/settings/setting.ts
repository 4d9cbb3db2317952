/** Settings that an administrator changes while the system runs: rows with a name and a value, so each change is audited. */

import { queryOptions, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { ApiError, call, send } from "../../api/http";
import { rows } from "../../api/row";
import { useNotices } from "../../shell/notices";

export const settingsQuery = queryOptions({
  queryKey: ["settings", "values"],
  queryFn: async ({ signal }) => {
    const all = await rows("assent_settings", { $select: "assent_name,assent_value", $top: 1000 }, signal);
    return new Map(all.map((it) => [String(it["assent_name"]), String(it["assent_value"] ?? "")]));
  },
});

export const useSettings = () => useQuery(settingsQuery);

/** Writes a setting. One that is emptied goes, so that what holds without it holds again. */
export async function setSetting(name: string, value: string) {
  const address = `assent_settings(assent_name='${encodeURIComponent(name.replaceAll("'", "''"))}')`;
  if (value !== "") return void (await send(address, { method: "PATCH", body: { assent_value: value } }));
  try {
    await send(address, { method: "DELETE" });
  } catch (error) {
    if (!(error instanceof ApiError && error.status === 404)) throw error;
  }
}

/** Saves settings, with a way back to what they were. */
export function useSaving() {
  const { t } = useTranslation("settings");
  const client = useQueryClient();
  const notices = useNotices();
  const saving = useMutation({
    mutationFn: async ({ values }: { values: Record<string, string>; before?: Record<string, string> }) => {
      for (const [name, value] of Object.entries(values)) await setSetting(name, value);
    },
    onSuccess: async (_, { before }) => {
      await client.invalidateQueries({ queryKey: ["settings", "values"] });
      notices.done(t(before ? "saved" : "undone"), before && (() => saving.mutate({ values: before })));
    },
    onError: notices.failed,
  });
  return saving;
}

/** How the server stands that answers. */
export interface Standing {
  Version: string;
  BaseUrl: string;
  Since: string;
  MailLeaves: boolean;
  Refused: { Route: string; Status: number; Code: string; Times: number }[];
}

export const standingQuery = queryOptions({
  queryKey: ["settings", "standing"],
  queryFn: ({ signal }) => call<Standing>("/api/standing/v9.2", { signal }),
});
