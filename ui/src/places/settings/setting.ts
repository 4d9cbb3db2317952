/** Settings that an administrator changes while the system runs: rows with a name and a value, so each change is audited. */

import { queryOptions, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { type Change, changeSet } from "../../api/batch";
import { call } from "../../api/http";
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

const address = (name: string) => `assent_settings(assent_name='${encodeURIComponent(name.replaceAll("'", "''"))}')`;

/** Writes settings over what was there, all or none. One that is emptied goes, so that what holds without it holds again. */
export const setSettings = (values: Record<string, string>, there: Record<string, string>) =>
  changeSet(
    Object.entries(values).flatMap(([name, value]): Change[] => {
      if (value !== "") return [{ method: "PATCH", path: address(name), body: { assent_value: value } }];
      return there[name] ? [{ method: "DELETE", path: address(name) }] : [];
    }),
  );

/** Saves settings, with a way back to what they were. */
export function useSaving() {
  const { t } = useTranslation("settings");
  const client = useQueryClient();
  const notices = useNotices();
  const saving = useMutation({
    mutationFn: ({ values, before }: { values: Record<string, string>; before: Record<string, string>; undo?: boolean }) => setSettings(values, before),
    onSuccess: async (_, { values, before, undo }) => {
      await client.invalidateQueries({ queryKey: ["settings", "values"] });
      notices.done(t(undo ? "undone" : "saved"), undo ? undefined : () => saving.mutate({ values: before, before: values, undo: true }));
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
