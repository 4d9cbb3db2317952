/** How far people came, tile by tile, as bars and as a table; and what became of the mails. */

import { makeStyles, Table, TableBody, TableCell, TableHeader, TableHeaderCell, TableRow, Text, tokens } from "@fluentui/react-components";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { count } from "../../api/row";
import BarChart from "../../shell/BarChart";
import { Empty, Loading } from "../../shell/state";
import { isAudience, ordered, type Tile } from "./definition";
import { counted, type Standing, sum } from "./standing";
import { reasonOf } from "../../said/said";
import { fullTitle, outletOf, titleOf } from "./wording";

const useStyles = makeStyles({ box: { overflowX: "auto" }, list: { margin: 0, paddingLeft: tokens.spacingHorizontalL } });

const MAILS = ["EmailSent", "EmailOpened", "EmailClicked", "EmailSendingFailed"];

export default function Results({ tiles, standing, summary }: { tiles: Tile[]; standing: Standing | undefined; summary(tile: Tile): string }) {
  const styles = useStyles();
  const { t } = useTranslation("journey");
  const counts = useMemo(() => counted(tiles, standing), [tiles, standing]);
  const steps = ordered(tiles).filter((it) => !isAudience(it));
  const label = (it: Tile) => {
    const way = outletOf(it.place, tiles, t);
    return `${way ? `${way}: ` : ""}${titleOf(it, t)}`;
  };
  const bars = steps.map((it) => ({ label: `${outletOf(it.place, tiles, t)} ${fullTitle(it, summary, t)}`.trim(), value: counts.get(it.id)?.reached ?? 0 }));
  const text = bars.map((it) => `${it.label} ${it.value}`).join();
  const stable = useMemo(() => bars, [text]);
  if (!standing) return <Loading />;
  if (standing.participants === 0) return <Empty title={t("results.none")}><Text>{t("people.noneText")}</Text></Empty>;
  const reasons = steps.flatMap((it) => {
    const own = counts.get(it.id);
    return [
      ...Object.entries(own?.stopped ?? {}).map(([reason, people]) => ({ tile: label(it), what: t("counts.stopped", { shown: count(people), count: people }), reason })),
      ...Object.entries(own?.blocked ?? {}).map(([reason, people]) => ({ tile: label(it), what: t("counts.blocked", { shown: count(people), count: people }), reason })),
    ];
  });
  return (
    <>
      <Text>{t("results.participants", { shown: count(standing.participants), count: standing.participants })}</Text>
      <BarChart label={t("results.chart")} bars={stable} />
      <div className={styles.box}>
        <Table size="small" aria-label={t("results.chart")}>
          <TableHeader>
            <TableRow>
              <TableHeaderCell>{t("people.tile")}</TableHeaderCell>
              {["reached", "here", "finished", "stopped", ...MAILS, "blocked"].map((it) => <TableHeaderCell key={it}>{t(`results.${it}`)}</TableHeaderCell>)}
            </TableRow>
          </TableHeader>
          <TableBody>
            {steps.map((it) => {
              const own = counts.get(it.id);
              const mail = it.kind === "Email";
              return (
                <TableRow key={it.id}>
                  <TableCell>{label(it)}<Text size={200} block>{summary(it)}</Text></TableCell>
                  <TableCell>{count(own?.reached ?? 0)}</TableCell>
                  <TableCell>{count((own?.inProgress ?? 0) + (own?.waiting ?? 0))}</TableCell>
                  <TableCell>{count(own?.finished ?? 0)}</TableCell>
                  <TableCell>{count(sum(own?.stopped ?? {}))}</TableCell>
                  {MAILS.map((kind) => <TableCell key={kind}>{mail ? count(own?.mails[kind] ?? 0) : t("none")}</TableCell>)}
                  <TableCell>{mail ? count(sum(own?.blocked ?? {})) : t("none")}</TableCell>
                </TableRow>
              );
            })}
          </TableBody>
        </Table>
      </div>
      {reasons.length > 0 && (
        <section aria-labelledby="reasons">
          <Text as="h2" id="reasons" weight="semibold">{t("results.reasons")}</Text>
          <ul className={styles.list}>{reasons.map((it) => <li key={it.tile + it.what + it.reason}>{it.tile}: {it.what}: {reasonOf(it.reason)}</li>)}</ul>
        </section>
      )}
    </>
  );
}
