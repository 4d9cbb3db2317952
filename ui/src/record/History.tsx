/** Every change of a record from the sealed audit trail, the newest first, by column where somebody asks. */

import { makeStyles, Select, Table, TableBody, TableCell, TableHeader, TableHeaderCell, TableRow, Text, tokens } from "@fluentui/react-components";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Detailed } from "../api/metadata";
import { moment, zone } from "../api/row";
import { Empty, Loading, Problem } from "../shell/state";
import { Wide } from "../shell/Wide";
import { historyQuery, useChangeNames, useValueWords, Who, Why } from "./changes";

const useStyles = makeStyles({
  bar: { display: "flex", gap: tokens.spacingHorizontalM, alignItems: "center" },
  values: { overflowWrap: "anywhere", maxWidth: "320px" },
});

export function History({ entity, id }: { entity: Detailed; id: string }) {
  const styles = useStyles();
  const { t } = useTranslation();
  const [only, setOnly] = useState("");
  const found = useQuery(historyQuery(entity.name, id));
  const names = useChangeNames(found.data ?? []);
  const words = useValueWords(entity, names);
  if (found.isPending) return <Loading />;
  if (found.error) return <Problem error={found.error} retry={() => void found.refetch()} />;
  const touched = new Set(found.data.flatMap((it) => it.Columns));
  const changes = found.data.filter((it) => !only || it.Columns.includes(only)).toReversed();
  const label = (name: string) => entity.column(name)?.label ?? name;
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
        <Wide label={t("record.history")} least={820}>
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
                      <TableCell>{at === 0 && <Who change={change} names={names} />}</TableCell>
                      <TableCell>
                        {at === 0 && t(`history.operation.${change.Operation}`)}
                        {at === 0 && <Why change={change} />}
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
        </Wide>
      )}
    </>
  );
}
