/** How often each kind of thing happened: the numbers, a chart over the months, and the same as a table. */

import { Card, makeStyles, Table, TableBody, TableCell, TableHeader, TableHeaderCell, TableRow, Text, tokens } from "@fluentui/react-components";
import i18n from "i18next";
import { lazy, Suspense, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { count } from "../../api/row";
import { Loading } from "../../shell/state";
import { type Insights, months, series, total } from "./insight";

const Columns = lazy(() => import("./Columns"));

const useStyles = makeStyles({
  cards: { display: "grid", gap: tokens.spacingHorizontalM, gridTemplateColumns: "repeat(auto-fill, minmax(150px, 1fr))" },
  number: { fontSize: tokens.fontSizeHero700, lineHeight: tokens.lineHeightHero700, fontWeight: tokens.fontWeightSemibold },
  box: { overflowX: "auto" },
});

const month = (day: string) => new Intl.DateTimeFormat(i18n.language, { month: "short", year: "2-digit", timeZone: "UTC" }).format(new Date(day));

export function Numbers({ insights, kinds, label }: { insights: Insights; kinds: string[]; label: string }) {
  const styles = useStyles();
  const { t } = useTranslation("insight");
  const there = useMemo(() => months(insights.since, new Date().toISOString()), [insights.since]);
  const happened = useMemo(() => kinds.filter((it) => total(insights, [it]) > 0), [insights, kinds]);
  const names = useMemo(() => there.map(month), [there]);
  const drawn = useMemo(() => {
    const values = series(insights, happened, there);
    return happened.map((kind, at) => ({ name: t(`kind.${kind}`, { defaultValue: kind }), values: values[at] ?? [] }));
  }, [insights, happened, there, t]);
  return (
    <>
      <div className={styles.cards}>
        {kinds.map((kind) => (
          <Card key={kind} size="small">
            <Text className={styles.number}>{count(total(insights, [kind]))}</Text>
            <Text>{t(`kind.${kind}`, { defaultValue: kind })}</Text>
          </Card>
        ))}
      </div>
      {happened.length > 0 && (
        <>
          <Suspense fallback={<Loading />}><Columns label={label} at={names} series={drawn} /></Suspense>
          <details>
            <summary>{t("asTable")}</summary>
            <div className={styles.box}>
              <Table size="small" aria-label={label}>
                <TableHeader>
                  <TableRow>
                    <TableHeaderCell>{t("month")}</TableHeaderCell>
                    {drawn.map((it) => <TableHeaderCell key={it.name}>{it.name}</TableHeaderCell>)}
                  </TableRow>
                </TableHeader>
                <TableBody>
                  {there.map((it, at) => (
                    <TableRow key={it}>
                      <TableCell>{names[at]}</TableCell>
                      {drawn.map((one) => <TableCell key={one.name}>{count(one.values[at] ?? 0)}</TableCell>)}
                    </TableRow>
                  ))}
                </TableBody>
              </Table>
            </div>
          </details>
        </>
      )}
    </>
  );
}
