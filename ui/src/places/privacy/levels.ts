/** The levels of consent in the organisation's own words. */

import { queryOptions, useSuspenseQuery } from "@tanstack/react-query";
import i18n from "i18next";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { call } from "../../api/http";

interface Wire {
  Level: number;
  Value: number;
  Label: Record<string, string>;
  Description: Record<string, string>;
}

export interface Level {
  number: number;
  value: number | null;
  label: string;
  description: string;
}

const levelsQuery = () =>
  queryOptions({
    queryKey: ["consent", "levels", i18n.language],
    queryFn: async () => (await call<{ value: Wire[] }>("assent_ConsentLevels()")).value,
    staleTime: 300_000,
  });

/** All six, lowest first. */
export function useLevels(): Level[] {
  const { t } = useTranslation("privacy");
  const { data } = useSuspenseQuery(levelsQuery());
  return useMemo(() => {
    const said = (text: Record<string, string>) => text[i18n.language] ?? text["en"] ?? Object.values(text)[0] ?? "";
    return [
      { number: 0, value: null, label: t("level.none"), description: t("level.noneText") },
      ...data
        .toSorted((one, other) => one.Level - other.Level)
        .map((it) => ({ number: it.Level, value: it.Value, label: said(it.Label), description: said(it.Description) })),
    ];
  }, [t, data]);
}
