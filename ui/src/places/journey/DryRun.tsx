/** Who would get the first mail now, who would not and why; nothing is written. */

import {
  Button, Card, makeStyles, MessageBar, MessageBarBody, Table, TableBody, TableCell, TableHeader, TableHeaderCell, TableRow, Text, tokens,
} from "@fluentui/react-components";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { call, invoke } from "../../api/http";
import { count } from "../../api/row";
import { useNames } from "../../record/names";
import { Empty, Loading, Problem } from "../../shell/state";
import type { Tile } from "./definition";
import { journeyAddress } from "./standing";
import { reasonOf } from "../../said/said";
import { fullTitle } from "./wording";

const useStyles = makeStyles({
  cards: { display: "flex", flexWrap: "wrap", gap: tokens.spacingHorizontalM },
  number: { fontSize: tokens.fontSizeHero700, lineHeight: tokens.lineHeightHero700, fontWeight: tokens.fontWeightSemibold },
  box: { overflowX: "auto", maxWidth: "800px" },
  chosen: { backgroundColor: tokens.colorNeutralBackground1Selected },
});

const SHOWN = 100;

interface Rehearsal {
  audience: number;
  would_get: number;
  would_not: Record<string, number>;
  by_tile: Record<string, number>;
  forms: number;
}

export default function DryRun({ id, tiles, dirty, summary }: { id: string; tiles: Tile[]; dirty: boolean; summary(tile: Tile): string }) {
  const styles = useStyles();
  const { t } = useTranslation("journey");
  const [outcome, setOutcome] = useState<string | null>(null);
  const run = useQuery({
    queryKey: ["journey", "dryRun", id],
    queryFn: ({ signal }) => call<Rehearsal>(`${journeyAddress(id)}/Microsoft.Dynamics.CRM.assent_DryRun()`, { signal }),
    refetchOnWindowFocus: false,
  });
  if (run.isPending) return <Loading />;
  if (run.error) return <Problem error={run.error} retry={() => void run.refetch()} />;
  const { audience, would_get, would_not, by_tile, forms } = run.data;
  const name = (it: string) => {
    const tile = tiles.find((tile) => tile.id === it);
    return tile ? fullTitle(tile, summary, t) : it;
  };
  const lines = [
    ...Object.entries(by_tile).map(([tile, people]) => ({ key: tile, text: t("dryRun.getsFrom", { tile: name(tile) }), people })),
    ...Object.entries(would_not).map(([reason, people]) => ({ key: reason, text: reasonOf(reason), people })),
  ];
  return (
    <>
      {dirty && <MessageBar intent="warning" layout="multiline"><MessageBarBody>{t("dryRun.dirty")}</MessageBarBody></MessageBar>}
      <div className={styles.cards}>
        {[["audience", audience], ["wouldGet", would_get], ["wouldNot", audience - would_get]].map(([it, number]) => (
          <Card key={it}>
            <Text>{t(`dryRun.${it}`)}</Text>
            <span className={styles.number}>{count(Number(number))}</span>
          </Card>
        ))}
      </div>
      {forms > 0 && <Text>{t("dryRun.forms", { count: forms })}</Text>}
      <Text size={200}>{t("dryRun.promise")}</Text>
      {lines.length === 0 && <Empty title={t("dryRun.nobody")}><Text>{t("dryRun.nobodyText")}</Text></Empty>}
      {lines.length > 0 && (
        <div className={styles.box}>
          <Table size="small" aria-label={t("tab.dryRun")}>
            <TableHeader>
              <TableRow>
                <TableHeaderCell>{t("dryRun.outcome")}</TableHeaderCell>
                <TableHeaderCell>{t("dryRun.people")}</TableHeaderCell>
                <TableHeaderCell aria-label={t("dryRun.who")} />
              </TableRow>
            </TableHeader>
            <TableBody>
              {lines.map((it) => (
                <TableRow key={it.key} className={outcome === it.key ? styles.chosen : undefined}>
                  <TableCell>{it.text}</TableCell>
                  <TableCell>{count(it.people)}</TableCell>
                  <TableCell><Button size="small" aria-expanded={outcome === it.key} onClick={() => setOutcome(outcome === it.key ? null : it.key)}>{t("dryRun.who")}</Button></TableCell>
                </TableRow>
              ))}
            </TableBody>
          </Table>
        </div>
      )}
      {outcome !== null && <People id={id} outcome={outcome} title={lines.find((it) => it.key === outcome)?.text ?? ""} />}
      <div><Button disabled={run.isFetching} onClick={() => { setOutcome(null); void run.refetch(); }}>{t("dryRun.again")}</Button></div>
    </>
  );
}

function People({ id, outcome, title }: { id: string; outcome: string; title: string }) {
  const { t } = useTranslation("journey");
  const found = useQuery({
    queryKey: ["journey", "dryRun", id, outcome],
    queryFn: async ({ signal }) => {
      const path = invoke("Microsoft.Dynamics.CRM.assent_DryRunPeople", { Outcome: outcome, Top: SHOWN });
      return (await call<{ People: { contact: string }[] }>(`${journeyAddress(id)}/${path}`, { signal })).People;
    },
    refetchOnWindowFocus: false,
  });
  const names = useNames((found.data ?? []).map((it) => `contact:${it.contact}`));
  if (found.isPending) return <Loading />;
  if (found.error) return <Problem error={found.error} retry={() => void found.refetch()} />;
  return (
    <section aria-label={title}>
      <Text as="h2" weight="semibold">{title}</Text>
      <ul>
        {found.data.map(({ contact }) => (
          <li key={contact}>
            <Link to={`/record/contact/${contact}`}>{names.get(`contact:${contact}`) ?? contact}</Link>
            {" · "}
            <Link to="." search={{ tab: "why", contact } as never}>{t("tab.why")}</Link>
          </li>
        ))}
      </ul>
      {found.data.length === SHOWN && <Text size={200}>{t("dryRun.first", { count: SHOWN })}</Text>}
    </section>
  );
}
