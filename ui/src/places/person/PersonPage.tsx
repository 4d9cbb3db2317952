/** One person: what they allow, where they take part, everything that happened, and why a mail came or did not. */

import { Badge, Button, Card, CardHeader, makeStyles, Tab, TabList, Text, ToggleButton, tokens } from "@fluentui/react-components";
import { useQuery, useSuspenseQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { useEntity } from "../../api/metadata";
import { type Row, rowQuery, rows, shown, zone } from "../../api/row";
import { holds, may, useSession } from "../../api/session";
import { nameOf, reasonOf } from "../../said/said";
import { Page } from "../../shell/page";
import { Empty, Loading, Problem } from "../../shell/state";
import { Restrict } from "./Restrict";
import { Now, When } from "./There";
import { type Event, type Kind, KINDS, label, timelineQuery } from "./timeline";
import { Why } from "./Why";

const useStyles = makeStyles({
  columns: { display: "grid", gap: tokens.spacingHorizontalXL, gridTemplateColumns: "minmax(0, 1fr) minmax(0, 2fr)", "@media (max-width: 1000px)": { gridTemplateColumns: "minmax(0, 1fr)" } },
  side: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalM, minWidth: 0 },
  tabs: { flexWrap: "wrap" },
  facts: { display: "grid", gridTemplateColumns: "auto 1fr", gap: `${tokens.spacingVerticalXS} ${tokens.spacingHorizontalM}`, margin: 0 },
  value: { margin: 0, overflowWrap: "anywhere" },
  badges: { display: "flex", flexWrap: "wrap", gap: tokens.spacingHorizontalXS },
  kinds: { display: "flex", flexWrap: "wrap", gap: tokens.spacingHorizontalXS },
  events: { listStyleType: "none", margin: 0, padding: 0 },
  event: { display: "grid", gridTemplateColumns: "150px 120px 1fr", gap: tokens.spacingHorizontalM, padding: `${tokens.spacingVerticalS} 0`, borderBottom: `1px solid ${tokens.colorNeutralStroke3}`, "@media (max-width: 700px)": { gridTemplateColumns: "1fr" } },
});

const Insights = lazy(() => import("../insight/Insights"));

export default function PersonPage() {
  const { id = "" } = useParams({ strict: false });
  return <Person key={id} id={id} />;
}

const FACTS = [
  "emailaddress1", "telephone1", "mobilephone", "address1_city", "address1_country", "assent_language", "assent_timezone", "birthdate", "msgdpr_gdprconsent",
  "assent_consentgivenon", "assent_withdrawnon", "msgdpr_gdprparentid", "assent_custodianlevel",
];

function Person({ id }: { id: string }) {
  const styles = useStyles();
  const { t } = useTranslation("person");
  const navigate = useNavigate();
  const session = useSession();
  const contact = useEntity("contact");
  const { data: row } = useSuspenseQuery(rowQuery(contact, id));
  const { tab } = useSearch({ strict: false }) as { tab?: string };
  const there = String(row["assent_timezone"] ?? "");
  const part = tab === "insights" ? tab : "timeline";
  return (
    <Page
      title={String(row["fullname"] ?? t("unnamed"))}
      above={<Text size={200}><Link to="/list/contact">{contact.plural}</Link></Text>}
      commands={
        <>
          <Button onClick={() => void navigate({ to: `/record/contact/${id}` })}>{t("record")}</Button>
          {holds(session, "prvAssentRestrictSubject") && <Restrict id={id} row={row} />}
        </>
      }
    >
      <Badges row={row} />
      <Now zone={there} />
      <div className={styles.columns}>
        <div className={styles.side}>
          <Card>
            <CardHeader header={<Text as="h2" weight="semibold">{t("facts")}</Text>} />
            <dl className={styles.facts}>
              {FACTS.map((name) => {
                const column = contact.column(name);
                const text = column && shown(row, column);
                return text ? [<dt key={name}>{column.label}</dt>, <dd key={`${name} value`} className={styles.value}>{text}</dd>] : null;
              })}
            </dl>
          </Card>
          <Belongs id={id} />
          {(may(session, "Read", "msdyncrm_customerjourney") || may(session, "Read", "msdyncrm_marketingemail")) && <Why contact={id} />}
        </div>
        <div className={styles.side}>
          <TabList
            className={styles.tabs}
            selectedValue={part}
            onTabSelect={(_, { value }) => void navigate({ to: ".", search: { tab: String(value) } as never, replace: true })}
            aria-label={t("parts")}
          >
            <Tab value="timeline">{t("timeline")}</Tab>
            <Tab value="insights">{t("insights")}</Tab>
          </TabList>
          {part === "timeline" ? <Timeline id={id} clock={there} /> : <Suspense fallback={<Loading />}><Insights id={id} row={row} /></Suspense>}
        </div>
      </div>
    </Page>
  );
}

/** What decides about every mail, in words. */
function Badges({ row }: { row: Row }) {
  const styles = useStyles();
  const { t } = useTranslation("person");
  const level = label(row, "msgdpr_gdprconsent");
  const marks: [boolean, string, "danger" | "warning" | "informative"][] = [
    [row["assent_restrictedon"] !== null, "restricted", "danger"],
    [row["assent_objectedon"] !== null, "objected", "danger"],
    [row["donotbulkemail"] === true, "noBulk", "warning"],
    [row["donotemail"] === true, "noEmail", "warning"],
    [row["msgdpr_donottrack"] === true, "noTracking", "informative"],
    [row["msgdpr_gdprischild"] === true, "child", "warning"],
    [row["statecode"] === 1, "inactive", "informative"],
  ];
  return (
    <div className={styles.badges}>
      <Badge size="large" appearance="outline">{level ? t("level", { level }) : t("noLevel")}</Badge>
      {marks.filter(([is]) => is).map(([, key, color]) => <Badge key={key} size="large" color={color}>{t(`mark.${key}`)}</Badge>)}
    </div>
  );
}

/** Segments, lists and journeys that the person is in. */
function Belongs({ id }: { id: string }) {
  const { t } = useTranslation("person");
  const session = useSession();
  const found = useQuery({
    queryKey: ["belongs", id],
    queryFn: async ({ signal }) => {
      const ask = (entity: string, set: string, lookup: string, filter = "") =>
        may(session, "Read", entity)
          ? rows(set, { $select: lookup, $filter: `_assent_contactid_value eq ${id}${filter}`, $top: 50 }, signal)
          : Promise.resolve([]);
      const [segments, lists, journeys] = await Promise.all([
        ask("assent_segmentmember", "assent_segmentmembers", "_assent_segmentid_value"),
        ask("assent_listmember", "assent_listmembers", "_assent_listid_value"),
        ask("assent_participant", "assent_participants", "_assent_journeyid_value", " and statecode eq 0"),
      ]);
      return [
        { key: "segments", entity: "msdyncrm_segment", lookup: "_assent_segmentid_value", rows: segments },
        { key: "lists", entity: "list", lookup: "_assent_listid_value", rows: lists },
        { key: "journeys", entity: "msdyncrm_customerjourney", lookup: "_assent_journeyid_value", rows: journeys },
      ];
    },
  });
  return (
    <Card>
      <CardHeader header={<Text as="h2" weight="semibold">{t("belongs")}</Text>} />
      {found.data?.map(({ key, entity, lookup, rows }) => (
        <div key={key}>
          <Text weight="semibold">{t(key)}</Text>{" "}
          {rows.length === 0
            ? t("none")
            : rows.map((row, at) => (
                <span key={String(row[lookup])}>
                  {at > 0 && ", "}
                  <Link to={`/record/${entity}/${String(row[lookup])}`}>{label(row, lookup)}</Link>
                </span>
              ))}
        </div>
      ))}
    </Card>
  );
}

function Timeline({ id, clock }: { id: string; clock: string }) {
  const styles = useStyles();
  const { t } = useTranslation("person");
  const session = useSession();
  const [kinds, setKinds] = useState<ReadonlySet<Kind>>(new Set());
  const found = useQuery(timelineQuery(id, session));
  if (found.isPending) return <Loading />;
  if (found.error) return <Problem error={found.error} retry={() => void found.refetch()} />;
  const there = KINDS.filter((kind) => found.data.some((it) => it.kind === kind));
  const events = found.data.filter((it) => kinds.size === 0 || kinds.has(it.kind));
  const toggle = (kind: Kind) => {
    const after = new Set(kinds);
    if (!after.delete(kind)) after.add(kind);
    setKinds(after);
  };
  return (
    <section aria-label={t("timeline")}>
      <div className={styles.kinds} role="group" aria-label={t("kinds")}>
        {there.map((it) => <ToggleButton key={it} size="small" checked={kinds.has(it)} onClick={() => toggle(it)}>{t(`kind.${it}`)}</ToggleButton>)}
      </div>
      <Text size={200}>{t("timesOf", { zone: zone() })}</Text>
      {events.length === 0 ? (
        <Empty title={t("nothing")} />
      ) : (
        <ol className={styles.events}>
          {events.map((it, at) => (
            <li key={`${it.to ?? "change"} ${at}`} className={styles.event}>
              <span><When at={it.at} zone={clock} /></span>
              <Text weight="semibold">{t(`kind.${it.kind}`)}</Text>
              <span><Told event={it} /></span>
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}

function Told({ event: { kind, row, to } }: { event: Event }) {
  const { t } = useTranslation(["person", "insight"]);
  const contact = useEntity("contact");
  const link = (text: string) => (to ? <Link to={`/record/${to}`}>{text || t("open")}</Link> : text);
  const also = (...texts: string[]) => texts.filter(Boolean).map((it) => ` · ${it}`).join("");
  switch (kind) {
    case "consent":
      return <>{link(`${label(row, "assent_previousvalue") || t("noLevel")} → ${label(row, "msgdpr_value") || t("noLevel")}`)}{also(label(row, "msgdpr_consentchangesource"), row["_assent_optinrequestid_value"] ? t("doubleOptIn") : "", label(row, "assent_justification"))}</>;
    case "mail":
      return <>{link(label(row, "assent_subject"))}{also(label(row, "statuscode"), nameOf("basis", label(row, "assent_basis")), reasonOf(label(row, "assent_failure")))}</>;
    case "interaction":
      return <>{t(`insight:kind.${label(row, "assent_type")}`, { defaultValue: label(row, "assent_type") })}{also(row["assent_detail"] === "machine" ? t("byProgram") : "", label(row, "_assent_emailid_value"), label(row, "_assent_pageid_value"), label(row, "_assent_formid_value"))}</>;
    case "request":
      return <>{link(label(row, "assent_name"))}{also(label(row, "assent_type"), label(row, "statuscode"))}</>;
    case "journey":
      return <>{link(label(row, "_assent_journeyid_value"))}{also(label(row, "statuscode"), label(row, "assent_tile"), reasonOf(label(row, "assent_stopreason")))}</>;
    case "form":
      return <>{link(label(row, "msdyncrm_formname"))}{also(label(row, "statuscode"))}</>;
    case "task":
      return <>{link(label(row, "subject"))}{also(label(row, "statecode"))}</>;
    case "change": {
      const names = label(row, "columns").split(",").map((it) => contact.column(it)?.label ?? it);
      return <>{names.slice(0, 6).join(", ")}{names.length > 6 && t("andMore", { count: names.length - 6 })}{also(label(row, "reason"))}</>;
    }
  }
}
