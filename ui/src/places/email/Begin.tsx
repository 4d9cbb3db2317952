/** An e-mail without a design begins from a template, or from another e-mail's design. */

import { Button, Card, CardHeader, makeStyles, MessageBar, MessageBarBody, Text, tokens } from "@fluentui/react-components";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { Entity } from "../../api/metadata";
import { type Cell, rows } from "../../api/row";
import { type Design, read } from "./model";
import { begin, TEMPLATES } from "./templates";

const useStyles = makeStyles({
  heading: { margin: 0 },
  grid: { display: "grid", gap: tokens.spacingHorizontalM, gridTemplateColumns: "repeat(auto-fill, minmax(220px, 1fr))" },
  box: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalM },
});

export function Begin({ entity, id, replaces, locked, onBegin }: {
  entity: Entity;
  id: string;
  /** There is HTML that somebody wrote. */
  replaces: boolean;
  locked: boolean;
  onBegin(design: Design, values: Record<string, Cell>): void;
}) {
  const styles = useStyles();
  const { t } = useTranslation("email");
  const others = useQuery({
    queryKey: ["email", "designs"],
    queryFn: ({ signal }) =>
      rows(entity.set, { $select: "msdyncrm_name,msdyncrm_subject,assent_design", $filter: "assent_design ne null", $orderby: "modifiedon desc", $top: 12 }, signal),
  });
  if (locked) return <Text>{t("begin.byHand")}</Text>;
  return (
    <div className={styles.box}>
      {replaces && <MessageBar intent="warning" layout="multiline"><MessageBarBody>{t("begin.replaces")}</MessageBarBody></MessageBar>}
      <Text as="h2" size={500} weight="semibold" block className={styles.heading}>{t("begin.title")}</Text>
      <div className={styles.grid}>
        {TEMPLATES.map((it) => (
          <Card key={it}>
            <CardHeader header={<Text weight="semibold">{t(`template.${it}`)}</Text>} description={t(`template.${it}Text`)} />
            <Button
              appearance="primary"
              aria-label={t("begin.with", { name: t(`template.${it}`) })}
              onClick={() => onBegin(begin(it, t), it === "confirmation" ? { msdyncrm_email_contenttype: 1, msdyncrm_messagedesignation: 1 } : {})}
            >
              {t("begin.choose")}
            </Button>
          </Card>
        ))}
      </div>
      {others.data?.some((it) => it["msdyncrm_marketingemailid"] !== id) && (
        <>
          <Text as="h2" size={400} weight="semibold" block className={styles.heading}>{t("begin.others")}</Text>
          <div className={styles.grid}>
            {others.data.filter((it) => it["msdyncrm_marketingemailid"] !== id).map((it) => {
              const design = read(it["assent_design"] as string);
              return design && (
                <Card key={String(it["msdyncrm_marketingemailid"])}>
                  <CardHeader header={<Text weight="semibold">{String(it["msdyncrm_name"])}</Text>} description={String(it["msdyncrm_subject"] ?? "")} />
                  <Button aria-label={t("begin.with", { name: it["msdyncrm_name"] })} onClick={() => onBegin(design, {})}>{t("begin.copy")}</Button>
                </Card>
              );
            })}
          </div>
        </>
      )}
    </div>
  );
}
