/** The erasure ledger in words: who was erased is not in it; when, how much, on which request, and the proof are. */

import { Accordion, AccordionHeader, AccordionItem, AccordionPanel, makeStyles, Text, tokens } from "@fluentui/react-components";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useEntities } from "../../api/metadata";
import { count, day, moment } from "../../api/row";
import { Page } from "../../shell/page";
import { Empty, Loading, Problem } from "../../shell/state";
import { type Document, proofsQuery } from "./proof";
import { Signature } from "./Signature";

const useStyles = makeStyles({
  wide: { maxWidth: "900px" },
  body: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalM },
  list: { margin: 0, paddingLeft: tokens.spacingHorizontalL },
});

const sum = (document: Document, of: "deleted" | "blanked") => document.rows.reduce((all, it) => all + it[of], 0);

export default function Erasures() {
  const styles = useStyles();
  const { t } = useTranslation("privacy");
  const entities = useEntities();
  const found = useQuery(proofsQuery());
  const label = (name: string) => t(`plan.special.${name}`, { defaultValue: entities.get(name)?.plural ?? name });
  return (
    <Page title={t("erasures.title")}>
      <Text className={styles.wide}>{t("erasures.what")}</Text>
      {found.isPending && <Loading />}
      {found.error && <Problem error={found.error} retry={() => void found.refetch()} />}
      {found.data?.length === 0 && <Empty title={t("erasures.none")}><Text>{t("erasures.noneText")}</Text></Empty>}
      <Accordion collapsible multiple>
        {found.data?.map((proof) => {
          const kept = [...Map.groupBy(proof.document.columns.filter((it) => it.action === "kept" && it.rows > 0), (it) => `${label(it.entity)}: ${it.ground ?? ""}`).keys()];
          return (
            <AccordionItem key={proof.id} value={proof.id}>
              <AccordionHeader as="h2">
                {t("erasures.line", { on: day(proof.on), deleted: count(sum(proof.document, "deleted")), blanked: count(sum(proof.document, "blanked")), number: proof.number })}
              </AccordionHeader>
              <AccordionPanel className={styles.body}>
                <Text>
                  {t("erasures.story", { received: moment(proof.document.received), erased: moment(proof.document.erased) })}{" "}
                  {t("erasures.ledger", { count: proof.document.ledger_entries })}
                </Text>
                <Text weight="semibold">{t("proof.rows")}</Text>
                <ul className={styles.list}>
                  {proof.document.rows.map((it) => <li key={it.entity}>{t("erasures.row", { what: label(it.entity), deleted: count(it.deleted), blanked: count(it.blanked) })}</li>)}
                </ul>
                <Text weight="semibold">{t("proof.kept")}</Text>
                {kept.length === 0 ? <Text>{t("proof.nothingKept")}</Text> : <ul className={styles.list}>{kept.map((it) => <li key={it}>{it}</li>)}</ul>}
                <Signature proof={proof} />
                <Link to={`/privacy/request/${proof.request}`}>{t("erasures.request", { number: proof.number })}</Link>
              </AccordionPanel>
            </AccordionItem>
          );
        })}
      </Accordion>
    </Page>
  );
}
