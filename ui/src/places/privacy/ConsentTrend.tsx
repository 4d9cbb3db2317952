/** How many people have which level of consent, today and over time, and what changed it. */

import {
  makeStyles, MessageBar, MessageBarBody, Select, Table, TableBody, TableCell, TableHeader, TableHeaderCell, TableRow, Text, tokens,
} from "@fluentui/react-components";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import { call, invoke } from "../../api/http";
import { count, day } from "../../api/row";
import { Page } from "../../shell/page";
import { Empty, Loading, Problem } from "../../shell/state";
import { locale } from "../../text/locale";
import { Heading } from "./Heading";
import { useLevels } from "./levels";

const LevelsChart = lazy(() => import("./LevelsChart"));

export interface Point {
  from: string;
  levels: number[];
  raised: number;
  lowered: number;
}

interface Trend {
  points: Point[];
  now: number[];
  exact: boolean;
  sources: { source: string; raised: number; lowered: number }[];
}

/** How far back, in which steps: few enough to be read. */
const SPANS = { "30d": { days: 30, step: "day" }, "90d": { days: 90, step: "day" }, "26w": { days: 182, step: "week" }, "52w": { days: 364, step: "week" }, "5y": { days: 1826, step: "month" } } as const;
type Span = keyof typeof SPANS;

const useStyles = makeStyles({
  bar: { display: "flex", flexWrap: "wrap", gap: tokens.spacingHorizontalM, alignItems: "center" },
  two: { display: "grid", gap: tokens.spacingHorizontalXL, gridTemplateColumns: "minmax(0, 1.6fr) minmax(300px, 1fr)", "@media (max-width: 1100px)": { gridTemplateColumns: "minmax(0, 1fr)" } },
  box: { overflowX: "auto", maxHeight: "420px", overflowY: "auto" },
  column: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalM, minWidth: 0 },
  table: { tableLayout: "auto" },
  number: { fontVariantNumeric: "tabular-nums" },
  day: { whiteSpace: "nowrap" },
  head: { "& th": { verticalAlign: "bottom", minWidth: "64px", lineHeight: tokens.lineHeightBase200, paddingTop: tokens.spacingVerticalXS, paddingBottom: tokens.spacingVerticalXS } },
  meaning: { color: tokens.colorNeutralForeground2, display: "block" },
});

const since = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10);

export default function ConsentTrend() {
  const styles = useStyles();
  const { t } = useTranslation("privacy");
  const navigate = useNavigate();
  const { span: said } = useSearch({ strict: false }) as { span?: string };
  const span: Span = said && said in SPANS ? (said as Span) : "30d";
  const levels = useLevels();
  const { days, step } = SPANS[span];
  const found = useQuery({
    queryKey: ["consent", "trend", span],
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => call<Trend>(invoke("assent_ConsentTrend", { From: since(days), Step: step }), { signal }),
  });
  const total = found.data?.now.reduce((all, it) => all + it, 0) ?? 0;
  const share = (part: number) => new Intl.NumberFormat(locale(), { style: "percent", maximumFractionDigits: 1 }).format(total ? part / total : 0);
  return (
    <Page title={t("trend.title")}>
      <Text>{t("trend.what")}</Text>
      <div className={styles.bar}>
        <Select aria-label={t("trend.span")} value={span} onChange={(_, { value }) => void navigate({ to: ".", search: { span: value } as never, replace: true })}>
          {Object.keys(SPANS).map((it) => <option key={it} value={it}>{t(`trend.spans.${it}`)}</option>)}
        </Select>
      </div>
      {found.isPending && <Loading />}
      {found.error && <Problem error={found.error} retry={() => void found.refetch()} />}
      {found.data && total === 0 && <Empty title={t("trend.nobody")} />}
      {found.data && total > 0 && (
        <>
          {!found.data.exact && <MessageBar intent="warning" layout="multiline"><MessageBarBody>{t("trend.inexact")}</MessageBarBody></MessageBar>}
          <div className={styles.two}>
            <section aria-labelledby="over" className={styles.column}>
              <Heading id="over">{t("trend.over")}</Heading>
              <Suspense fallback={<Loading />}>
                <LevelsChart points={found.data.points} levels={levels} label={t("trend.chart")} />
              </Suspense>
            </section>
            <section aria-labelledby="today" className={styles.column}>
              <Heading id="today">{t("trend.today", { count: total, shown: count(total) })}</Heading>
              <Table size="small" aria-labelledby="today" className={styles.table}>
                <TableHeader className={styles.head}><TableRow>{["level", "people", "share", "atLeast"].map((it) => <TableHeaderCell key={it}>{t(`trend.head.${it}`)}</TableHeaderCell>)}</TableRow></TableHeader>
                <TableBody>
                  {levels.toReversed().map((it) => {
                    const people = found.data.now[it.number] ?? 0;
                    const more = found.data.now.slice(it.number).reduce((all, part) => all + part, 0);
                    return (
                      <TableRow key={it.number}>
                        <TableCell>{it.label}{it.description && <Text size={200} className={styles.meaning}>{it.description}</Text>}</TableCell>
                        <TableCell className={styles.number}>{count(people)}</TableCell>
                        <TableCell className={styles.number}>{share(people)}</TableCell>
                        <TableCell className={styles.number}>{it.number === 0 ? "–" : count(more)}</TableCell>
                      </TableRow>
                    );
                  })}
                </TableBody>
              </Table>
            </section>
          </div>
          <div className={styles.column}>
            <section aria-labelledby="numbers" className={styles.column}>
              <Heading id="numbers">{t("trend.numbers")}</Heading>
              <div className={styles.box} role="region" tabIndex={0} aria-labelledby="numbers">
                <Table size="small" aria-labelledby="numbers" className={styles.table}>
                  <TableHeader className={styles.head}>
                    <TableRow>
                      <TableHeaderCell className={styles.day}>{t(`trend.step.${step}`)}</TableHeaderCell>
                      {levels.map((it) => <TableHeaderCell key={it.number}>{it.label}</TableHeaderCell>)}
                      <TableHeaderCell>{t("trend.raised")}</TableHeaderCell>
                      <TableHeaderCell>{t("trend.lowered")}</TableHeaderCell>
                    </TableRow>
                  </TableHeader>
                  <TableBody>
                    {found.data.points.toReversed().map((it) => (
                      <TableRow key={it.from}>
                        <TableCell className={styles.day}>{day(it.from)}</TableCell>
                        {it.levels.map((people, at) => <TableCell key={at} className={styles.number}>{count(people)}</TableCell>)}
                        <TableCell className={styles.number}>{count(it.raised)}</TableCell>
                        <TableCell className={styles.number}>{count(it.lowered)}</TableCell>
                      </TableRow>
                    ))}
                  </TableBody>
                </Table>
              </div>
            </section>
            <section aria-labelledby="why" className={styles.column}>
              <Heading id="why">{t("trend.why")}</Heading>
              <Text>{t("trend.whyText")}</Text>
              {found.data.sources.length === 0 ? <Text>{t("trend.noChange")}</Text> : (
                <Table size="small" aria-labelledby="why" className={styles.table}>
                  <TableHeader className={styles.head}><TableRow>{["source", "raised", "lowered"].map((it) => <TableHeaderCell key={it}>{t(`trend.head.${it}`)}</TableHeaderCell>)}</TableRow></TableHeader>
                  <TableBody>
                    {found.data.sources.map((it) => (
                      <TableRow key={it.source}>
                        <TableCell>{t(`source.${it.source}`, { defaultValue: it.source })}</TableCell>
                        <TableCell className={styles.number}>{count(it.raised)}</TableCell>
                        <TableCell className={styles.number}>{count(it.lowered)}</TableCell>
                      </TableRow>
                    ))}
                  </TableBody>
                </Table>
              )}
              <Link to="/privacy/consent-records">{t("trend.records")}</Link>
            </section>
          </div>
        </>
      )}
    </Page>
  );
}
