/** Changes from the sealed audit trail: what they say of who made them, why, and what became of a column. */

import { Text } from "@fluentui/react-components";
import { useTranslation } from "react-i18next";
import { call, invoke } from "../api/http";
import { type Detailed, isLookup } from "../api/metadata";
import { type Cell, shownValue } from "../api/row";
import { isReference, useNames } from "./names";

export const CREATED = 1;
export const DELETED = 3;

export interface Change {
  Row: number;
  At: string;
  Actor: string;
  /** Who asked for the actor, where somebody did. */
  Caller?: string | null;
  /** What the product was doing. */
  Reason: string | null;
  /** Why, in the words of the person who did it. */
  Justification?: string | null;
  Operation: number;
  Columns: string[];
  Values: Record<string, [Cell, Cell]>;
  Unreadable: boolean;
}

/** Every change of a record, the oldest first. */
export const historyQuery = (entity: string, id: string) => ({
  queryKey: ["history", entity, id],
  queryFn: async ({ signal }: { signal: AbortSignal }) =>
    (await call<{ Changes: Change[] }>(invoke("assent_RecordHistory", { Entity: entity, Id: id }), { signal })).Changes,
});

const row = (actor: string) => actor.replace(/^user:/, "systemuser:");

/** The names of whoever made the changes, of whom they asked for, and of the rows that lookups had; and of other rows, where they are wanted. */
export const useChangeNames = (changes: readonly Change[], others: string[] = []) =>
  useNames([
    ...changes.flatMap((it) => [row(it.Actor), row(it.Caller ?? ""), ...Object.values(it.Values).flat().filter(isReference)]),
    ...others,
  ]);

/** Who made it. */
export function Who({ change, names }: { change: Change; names: Map<string, string> }) {
  const { t } = useTranslation();
  const name = (actor: string) =>
    names.get(row(actor)) || (actor.startsWith("user:") ? t("history.someUser", { id: actor.slice(5) }) : t(`history.actor.${actor}`, { defaultValue: actor }));
  return (
    <>
      {name(change.Actor)}
      {change.Caller && <Text block size={200}>{t("history.caller", { name: name(change.Caller) })}</Text>}
    </>
  );
}

/** Why it was made: what the product was doing, and what the person said of it. */
export function Why({ change }: { change: Change }) {
  const { t } = useTranslation();
  if (!change.Reason && !change.Justification) return null;
  return (
    <>
      {change.Reason && <Text block size={200}>{reason(change.Reason, t)}</Text>}
      {change.Justification && <Text block size={200} italic>{t("history.quoted", { text: change.Justification })}</Text>}
    </>
  );
}

function reason(text: string, t: (key: string, options: Record<string, unknown>) => string): string {
  const job = /^job (.+)$/.exec(text)?.[1];
  return job ? t("history.job", { job }) : t(`history.reason.${text.replaceAll(/[.:]/g, " ")}`, { defaultValue: text });
}

/** A value of a column as it was at some time. */
export function useValueWords(entity: Detailed | undefined, names: Map<string, string>) {
  const { t } = useTranslation();
  return (name: string, value: Cell): string => {
    if (value === null || value === "") return t("none");
    const column = entity?.column(name);
    if (isReference(value) && (!column || isLookup(column))) return names.get(value) || (value.split(":")[1] ?? value);
    return column && !isLookup(column) && typeof value !== "object" ? shownValue(value, column) : String(value);
  };
}
