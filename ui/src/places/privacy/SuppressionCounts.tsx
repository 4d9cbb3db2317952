/** How many addresses are held back, and why; no address is in the ledger, so there is no list of them. */

import { makeStyles, Table, TableBody, TableCell, TableHeader, TableHeaderCell, TableRow, Text } from "@fluentui/react-components";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { call } from "../../api/http";
import { count } from "../../api/row";
import { Empty, Problem } from "../../shell/state";
import { Heading } from "./Heading";

const REASONS = ["objection", "one-click", "complaint", "bounce", "list"];
const useStyles = makeStyles({ table: { maxWidth: "560px" }, part: { display: "flex", flexDirection: "column", gap: "8px" } });

interface Group {
  assent_reason: number;
  n: number;
}

export function SuppressionCounts() {
  const styles = useStyles();
  const { t } = useTranslation("privacy");
  const found = useQuery({
    queryKey: ["list", "assent_suppression", "counts"],
    queryFn: async ({ signal }) => {
      const now = new Date().toISOString();
      const fetchxml =
        `<fetch aggregate="true"><entity name="assent_suppression"><attribute name="assent_reason" alias="assent_reason" groupby="true"/>` +
        `<attribute name="assent_suppressionid" alias="n" aggregate="count"/>` +
        `<filter type="or"><condition attribute="assent_until" operator="null"/><condition attribute="assent_until" operator="gt" value="${now}"/></filter>` +
        `</entity></fetch>`;
      return (await call<{ value: Group[] }>(`assent_suppressions?fetchXml=${encodeURIComponent(fetchxml)}`, { signal })).value;
    },
  });
  if (found.error) return <Problem error={found.error} retry={() => void found.refetch()} />;
  if (found.data?.length === 0) return <Empty title={t("suppression.empty")}><Text>{t("suppression.emptyText")}</Text></Empty>;
  return (
    <section aria-labelledby="counts" className={styles.part}>
      <Heading id="counts">{t("suppression.inForce")}</Heading>
      <Table size="small" className={styles.table} aria-labelledby="counts">
        <TableHeader>
          <TableRow>
            <TableHeaderCell>{t("suppression.why")}</TableHeaderCell>
            <TableHeaderCell>{t("suppression.ends")}</TableHeaderCell>
            <TableHeaderCell>{t("suppression.entries")}</TableHeaderCell>
          </TableRow>
        </TableHeader>
        <TableBody>
          {REASONS.map((it, at) => (
            <TableRow key={it}>
              <TableCell>{t(`ask.reason.${it}`)}</TableCell>
              <TableCell>{t(`suppression.endsBy.${it}`)}</TableCell>
              <TableCell>{found.data ? count(found.data.find((group) => group.assent_reason === at + 1)?.n ?? 0) : "…"}</TableCell>
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </section>
  );
}
