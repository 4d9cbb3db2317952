/** What the person gets and what proves it: the package, the proof of an erasure, the letter. */

import { makeStyles, Tab, TabList, Text, tokens } from "@fluentui/react-components";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Letter } from "./Letter";
import { Package } from "./Package";
import { Proof } from "./Proof";
import { ACCESS, APPROVED, COMPLETED, type Item, PLANNED, type Request } from "./request";
import { type Standing, Step } from "./Step";

const useStyles = makeStyles({ body: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalM } });

export function AnswerStep({ request, editable, items, standing }: { request: Request; editable: boolean; items: Item[]; standing: Standing }) {
  const styles = useStyles();
  const { t } = useTranslation("privacy");
  const hasPackage = request.type === ACCESS && [PLANNED, APPROVED, COMPLETED].includes(request.status);
  const hasProof = request.status === COMPLETED && items.length > 0;
  const tabs = [...(hasPackage ? ["package"] : []), ...(hasProof ? ["proof"] : []), "letter"];
  const [chosen, setTab] = useState("");
  const tab = tabs.includes(chosen) ? chosen : tabs[0];
  const said = standing === "now" ? t("answer.ready") : hasPackage ? t("answer.preview") : t("answer.later");
  return (
    <Step title={t("answer.title")} said={said} standing={standing}>
      {tabs.length > 1 && (
        <TabList selectedValue={tab} onTabSelect={(_, { value }) => setTab(String(value))} aria-label={t("answer.title")}>
          {tabs.map((it) => <Tab key={it} value={it}>{t(`answer.${it}`)}</Tab>)}
        </TabList>
      )}
      <div className={styles.body}>
        {tab === "package" && <Package request={request} editable={editable} />}
        {tab === "proof" && <Proof request={request} items={items} />}
        {tab === "letter" && <Letter request={request} items={items} />}
        <Text size={200}>{t("answer.notSent")}</Text>
      </div>
    </Step>
  );
}
