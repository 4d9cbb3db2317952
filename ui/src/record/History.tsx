/** Every change of a record from the sealed audit trail, the newest first, by column where somebody asks. */

import { makeStyles, Select, Table, TableBody, TableCell, TableHeader, TableHeaderCell, TableRow, Text, tokens } from "@fluentui/react-components";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { call, invoke } from "../api/http";
import { type Detailed, isLookup } from "../api/metadata";
import { type Cell, moment, shownValue, zone } from "../api/row";
import { Empty, Loading, Problem } from "../shell/state";
import { useNames } from "./names";

interface Change {
  Row: number;
  At: string;
  Actor: string;
  Reason: string | null;
  Justification?: string | null;
  Operation: number;
  Columns: string[];
  Values: Record<string, [Cell, Cell]>;
  Unreadable: boolean;
}

const useStyles = makeStyles({
  bar: { display: "flex", gap: tokens.spacingHorizontalM, alignItems: "center" },
  box: { overflowX: "auto" },
  values: { overflowWrap: "anywhere", maxWidth: "320px" },
});

export function History({ entity, id }: { entity: Detailed; id: string }) {
  const styles = useStyles();
  const { t } = useTranslation();
  const [only, setOnly] = useState("");
  const found = useQuery({
    queryKey: ["history", entity.name, id],
    queryFn: async ({ signal }) =>
      (await call<{ Changes: Change[] }>(invoke("assent_RecordHistory", { Entity: entity.name, Id: id }), { signal })).Changes,
  });
  const names = useNames((found.data ?? []).flatMap(referred));
  if (found.isPending) return <Loading />;
  if (found.error) return <Problem error={found.error} retry={() => void found.refetch()} />;
  const touched = new Set(found.data.flatMap((it) => it.Columns));
  const changes = found.data.filter((it) => !only || it.Columns.includes(only)).toReversed();
  const label = (name: string) => entity.column(name)?.label ?? name;
  const words = (name: string, value: Cell) => {
    const column = entity.column(name);
    if (value === null || value === "") return t("none");
    if (column && isLookup(column)) return names.get(String(value)) ?? String(value).split(":")[1] ?? String(value);
    return column ? shownValue(value, column) : String(value);
  };
  return (
    <>
      <div className={styles.bar}>
        <label htmlFor="only">{t("history.filterOn")}</label>
        <Select id="only" value={only} onChange={(_, { value }) => setOnly(value)}>
          <option value="">{t("history.allColumns")}</option>
          {[...touched].sort((one, other) => label(one).localeCompare(label(other))).map((it) => <option key={it} value={it}>{label(it)}</option>)}
        </Select>
        <Text size={200}>{t("timesOf", { zone: zone() })}</Text>
      </div>
      {changes.length === 0 ? (
        <Empty title={t("history.nothing")} />
      ) : (
        <div className={styles.box}>
          <Table size="small" aria-label={t("record.history")}>
            <TableHeader>
              <TableRow>
                {["when", "who", "what", "column", "before", "after"].map((it) => <TableHeaderCell key={it}>{t(`history.${it}`)}</TableHeaderCell>)}
              </TableRow>
            </TableHeader>
            <TableBody>
              {changes.flatMap((change) => {
                const columns = change.Columns.filter((it) => !only || it === only);
                return (columns.length ? columns : [""]).map((name, at) => {
                  const [before, after] = change.Values[name] ?? [null, null];
                  return (
                    <TableRow key={`${change.Row} ${name}`}>
                      <TableCell>{at === 0 && moment(change.At)}</TableCell>
                      <TableCell>{at === 0 && (names.get(change.Actor.replace("user:", "systemuser:")) ?? change.Actor)}</TableCell>
                      <TableCell>
                        {at === 0 && t(`history.operation.${change.Operation}`)}
                        {at === 0 && (change.Justification ?? change.Reason) && <Text block size={200}>{change.Justification ?? change.Reason}</Text>}
                      </TableCell>
                      <TableCell>{name && label(name)}</TableCell>
                      <TableCell className={styles.values}>{name && (change.Unreadable ? t("history.unreadable") : words(name, before))}</TableCell>
                      <TableCell className={styles.values}>{name && (change.Unreadable ? t("history.unreadable") : words(name, after))}</TableCell>
                    </TableRow>
                  );
                });
              })}
            </TableBody>
          </Table>
        </div>
      )}
    </>
  );
}

/** Rows that a change names: who made it, and what lookups had. */
function referred(change: Change): string[] {
  const values = Object.values(change.Values).flat().filter((it): it is string => typeof it === "string");
  return [change.Actor.replace("user:", "systemuser:"), ...values.filter((it) => /^[a-z0-9_]+:[0-9a-f-]{36}$/.test(it))];
}
