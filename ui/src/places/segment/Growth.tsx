/** How many members a segment had, as a line and as a table. */

import { makeStyles, Table, TableBody, TableCell, TableHeader, TableHeaderCell, TableRow, Text } from "@fluentui/react-components";
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { call } from "../../api/http";
import { count, moment } from "../../api/row";
import LineChart from "../../shell/LineChart";
import { Empty, Loading, Problem } from "../../shell/state";

const SHOWN = 30;
const useStyles = makeStyles({ box: { overflowX: "auto", maxWidth: "480px" } });

export default function Growth({ id }: { id: string }) {
  const styles = useStyles();
  const { t } = useTranslation("segment");
  const found = useQuery({
    queryKey: ["segment", "growth", id],
    queryFn: async ({ signal }) =>
      (await call<{ Sizes: { at: string; size: number }[] }>(`msdyncrm_segments(${id})/Microsoft.Dynamics.CRM.assent_SegmentGrowth()`, { signal })).Sizes,
  });
  const points = useMemo(() => (found.data ?? []).map((it) => ({ at: it.at, value: it.size })), [found.data]);
  // What was counted last holds until now.
  const line = useMemo(() => {
    const last = points.at(-1);
    return last ? [...points, { at: new Date().toISOString(), value: last.value }] : [];
  }, [points]);
  if (found.isPending) return <Loading />;
  if (found.error) return <Problem error={found.error} retry={() => void found.refetch()} />;
  if (points.length === 0) return <Empty title={t("growth.none")}><Text>{t("growth.noneText")}</Text></Empty>;
  return (
    <>
      <LineChart label={t("growth.label")} points={line} />
      <div className={styles.box}>
        <Table size="small" aria-label={t("growth.label")}>
          <TableHeader>
            <TableRow>
              <TableHeaderCell>{t("movements.when")}</TableHeaderCell>
              <TableHeaderCell>{t("growth.members")}</TableHeaderCell>
              <TableHeaderCell>{t("growth.difference")}</TableHeaderCell>
            </TableRow>
          </TableHeader>
          <TableBody>
            {points.map((it, at) => ({ ...it, difference: it.value - (points[at - 1]?.value ?? 0) })).toReversed().slice(0, SHOWN).map((it) => (
              <TableRow key={it.at}>
                <TableCell>{moment(it.at)}</TableCell>
                <TableCell>{count(it.value)}</TableCell>
                <TableCell>{it.difference > 0 ? `+${count(it.difference)}` : count(it.difference)}</TableCell>
              </TableRow>
            ))}
          </TableBody>
        </Table>
      </div>
    </>
  );
}
