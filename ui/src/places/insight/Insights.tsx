/** The insights of a contact: what became of mails, pages, forms, lists, journeys and consent, where it may be shown. */

import { makeStyles, Tab, TabList, Text, tokens } from "@fluentui/react-components";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { day, type Row } from "../../api/row";
import { may, type Session, useSession } from "../../api/session";
import { Empty, Loading, Problem } from "../../shell/state";
import { Changes, Forms, Happened, Journeys, Subscriptions } from "./parts";
import { type Insights as Counted, insightsQuery, KINDS, told, total } from "./insight";
import { Hours } from "./Hours";
import { Numbers } from "./Numbers";
import { Held, Rules } from "./Recording";

const useStyles = makeStyles({
  part: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalL, minWidth: 0 },
  tabs: { flexWrap: "wrap" },
});

const INTERACTION = "assent_interaction";

/** The parts, each for whoever may read what it is made of. */
const PARTS: { value: string; entity: string }[] = [
  { value: "overview", entity: INTERACTION },
  { value: "mail", entity: INTERACTION },
  { value: "pages", entity: INTERACTION },
  { value: "forms", entity: INTERACTION },
  { value: "subscriptions", entity: INTERACTION },
  { value: "journeys", entity: "assent_participant" },
  { value: "consent", entity: "msgdpr_gdprconsentchangerecord" },
];

const readable = (session: Session) => PARTS.filter((it) => may(session, "Read", it.entity));

export default function Insights({ id, row }: { id: string; row: Row }) {
  const styles = useStyles();
  const { t } = useTranslation("insight");
  const session = useSession();
  const parts = readable(session);
  const [chosen, setChosen] = useState("");
  const [first] = parts;
  if (!first) return <Empty title={t("noRole")}><Text>{t("noRoleText")}</Text></Empty>;
  const part = parts.find((it) => it.value === chosen) ?? first;
  const zone = String(row["assent_timezone"] ?? "");
  return (
    <div className={styles.part}>
      <TabList className={styles.tabs} size="small" selectedValue={part.value} onTabSelect={(_, { value }) => setChosen(String(value))} aria-label={t("title")}>
        {parts.map((it) => <Tab key={it.value} value={it.value}>{t(`part.${it.value}`)}</Tab>)}
      </TabList>
      {part.value === "journeys" && <Journeys contact={id} zone={zone} />}
      {part.value === "consent" && <Changes contact={id} zone={zone} />}
      {part.entity === INTERACTION && <Interactions key={part.value} contact={id} part={part.value} zone={zone} />}
    </div>
  );
}

function Interactions({ contact, part, zone }: { contact: string; part: string; zone: string }) {
  const styles = useStyles();
  const { t } = useTranslation("insight");
  const found = useQuery(insightsQuery(contact));
  if (found.isPending) return <Loading />;
  if (found.error) return <Problem error={found.error} retry={() => void found.refetch()} />;
  const insights = found.data;
  return (
    <div className={styles.part}>
      {(part === "overview" || part === "mail" || part === "pages") && <Held insights={insights} />}
      {part === "overview" ? <Overview insights={insights} /> : <One contact={contact} part={part as keyof typeof KINDS} insights={insights} zone={zone} />}
      {part !== "overview" && <Text size={200}>{t("since", { day: day(insights.since) })}</Text>}
    </div>
  );
}

function Overview({ insights }: { insights: Counted }) {
  const { t } = useTranslation("insight");
  const kinds = Object.keys(KINDS).flatMap((it) => told(it as keyof typeof KINDS, insights));
  const happened = kinds.filter((kind) => insights.counts.some((it) => it.kind === kind));
  return (
    <>
      {happened.length === 0 ? <Empty title={t("nothing")}><Text>{t("nothingText")}</Text></Empty> : <Numbers insights={insights} kinds={happened} label={t("overMonths")} />}
      <Text size={200}>{t("since", { day: day(insights.since) })}{insights.more && ` ${t("notAll")}`}</Text>
      <Hours insights={insights} />
      <Rules insights={insights} />
    </>
  );
}

function One({ contact, part, insights, zone }: { contact: string; part: keyof typeof KINDS; insights: Counted; zone: string }) {
  const { t } = useTranslation("insight");
  const kinds = told(part, insights);
  return (
    <>
      {part === "subscriptions" && <Subscriptions contact={contact} />}
      {kinds.length > 0 && <Numbers insights={insights} kinds={kinds} label={t(`over.${part}`)} />}
      {part === "forms" && <Forms contact={contact} zone={zone} />}
      {kinds.length > 0 && (part !== "forms" || total(insights, kinds) > 0) && <Happened contact={contact} part={part} kinds={KINDS[part].filter((it) => insights.behaviour.allowed || !insights.tracked.includes(it))} zone={zone} />}
    </>
  );
}
