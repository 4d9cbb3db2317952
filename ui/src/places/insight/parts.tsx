/** The lists of the insights, each from its rows. */

import { Badge, Text } from "@fluentui/react-components";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { type Row, rows } from "../../api/row";
import { may, useSession } from "../../api/session";
import { Problem } from "../../shell/state";
import { When } from "../person/There";
import { Source } from "../privacy/ConsentRecords";
import { named, type Part, WITH } from "./insight";
import { Listed } from "./Listed";
import { Sent } from "./Sent";

/** A row that is named, as a way to it for whoever may read it. */
function Named({ row, column, entity }: { row: Row; column: string; entity: string }) {
  const session = useSession();
  const id = row[column];
  if (!id) return null;
  return may(session, "Read", entity) ? <Link to={`/record/${entity}/${String(id)}`}>{named(row, column)}</Link> : <>{named(row, column)}</>;
}

/** What somebody did, or what was done, one by one; never what a program did in their name. */
export function Happened({ contact, part, kinds, zone }: { contact: string; part: Part; kinds: readonly string[]; zone: string }) {
  const { t } = useTranslation("insight");
  const asked = {
    set: "assent_interactions",
    key: "assent_interactionid",
    select: `assent_type,assent_occurredon,assent_detail,assent_linkurl,_assent_mailid_value,${WITH.map((it) => it.column).join(",")}`,
    filter: `_assent_contactid_value eq ${contact} and assent_type in (${kinds.map((it) => `'${it}'`).join(",")}) and (assent_detail eq null or assent_detail ne 'machine')`,
    order: "assent_occurredon desc",
  };
  const columns = [
    { name: t("column.when"), of: (row: Row) => <When at={String(row["assent_occurredon"])} zone={zone} /> },
    { name: t("column.what"), of: (row: Row) => t(`kind.${String(row["assent_type"])}`, { defaultValue: String(row["assent_type"]) }) },
    { name: t("column.with"), of: (row: Row) => <With row={row} /> },
    { name: t("column.detail"), of: (row: Row) => String(row["assent_linkurl"] ?? row["assent_detail"] ?? "") },
  ];
  return <Listed label={t(`part.${part}`)} asked={asked} columns={columns} none={t(`none.${part}`)} why={<Text>{t(`noneText.${part}`)}</Text>} />;
}

function With({ row }: { row: Row }) {
  const { t } = useTranslation("insight");
  const session = useSession();
  const there = WITH.filter((it) => row[it.column]);
  const mail = row["_assent_mailid_value"];
  return (
    <>
      {there.map((it, at) => <span key={it.column}>{at > 0 && ", "}<Named row={row} column={it.column} entity={it.entity} /></span>)}
      {mail && may(session, "Read", "assent_outgoingmail") && <>{there.length > 0 && " · "}<Link to={`/outbox/${String(mail)}`}>{t("mail")}</Link></>}
    </>
  );
}

/** What was sent by forms, with what was typed in. */
export function Forms({ contact, zone }: { contact: string; zone: string }) {
  const { t } = useTranslation("insight");
  const session = useSession();
  if (!may(session, "Read", "msdyncrm_marketingformsubmission")) return <Text>{t("noSubmissions")}</Text>;
  const asked = {
    set: "msdyncrm_marketingformsubmissions",
    key: "msdyncrm_marketingformsubmissionid",
    select: "msdyncrm_formname,statuscode,createdon,msdyncrm_failuredescription,_msdyncrm_marketingpageid_value",
    filter: `_msdyncrm_matchedcontactid_value eq ${contact}`,
    order: "createdon desc",
  };
  const columns = [
    { name: t("column.when"), of: (row: Row) => <When at={String(row["createdon"])} zone={zone} /> },
    { name: t("column.form"), of: (row: Row) => <Link to={`/record/msdyncrm_marketingformsubmission/${String(row[asked.key])}`}>{named(row, "msdyncrm_formname") || t("open")}</Link> },
    { name: t("column.page"), of: (row: Row) => <Named row={row} column="_msdyncrm_marketingpageid_value" entity="msdyncrm_marketingpage" /> },
    { name: t("column.state"), of: (row: Row) => <>{named(row, "statuscode")} {named(row, "msdyncrm_failuredescription")}</> },
    { name: t("column.sent"), of: (row: Row) => <Sent submission={String(row[asked.key])} /> },
  ];
  return (
    <section aria-labelledby="submissions">
      <Text as="h3" id="submissions" size={400} weight="semibold" block>{t("submissions")}</Text>
      <Listed label={t("submissions")} asked={asked} columns={columns} none={t("none.submissions")} why={<Text>{t("noneText.submissions")}</Text>} />
    </section>
  );
}

/** The lists that the person is on now. */
export function Subscriptions({ contact }: { contact: string }) {
  const { t } = useTranslation("insight");
  const session = useSession();
  const allowed = may(session, "Read", "assent_listmember");
  const found = useQuery({
    queryKey: ["belongs", contact, "subscribed"],
    enabled: allowed,
    queryFn: ({ signal }) => rows("assent_listmembers", { $select: "_assent_listid_value,createdon", $filter: `_assent_contactid_value eq ${contact}`, $top: 200 }, signal),
  });
  if (found.error) return <Problem error={found.error} retry={() => void found.refetch()} />;
  if (!found.data) return null;
  return (
    <Text block>
      {t("onLists")}{" "}
      {found.data.length === 0 ? t("onNoList") : found.data.map((row, at) => <span key={String(row["_assent_listid_value"])}>{at > 0 && ", "}<Named row={row} column="_assent_listid_value" entity="list" /></span>)}
    </Text>
  );
}

const STOPPED = 4;
const FAILED = 5;

export function Journeys({ contact, zone }: { contact: string; zone: string }) {
  const { t } = useTranslation("insight");
  const asked = {
    set: "assent_participants",
    key: "assent_participantid",
    select: "_assent_journeyid_value,assent_tile,assent_stopreason,assent_enteredon,assent_dueon,statuscode,createdon",
    filter: `_assent_contactid_value eq ${contact}`,
    order: "createdon desc",
  };
  const columns = [
    { name: t("column.entered"), of: (row: Row) => <When at={String(row["assent_enteredon"] ?? row["createdon"])} zone={zone} /> },
    { name: t("column.journey"), of: (row: Row) => <Named row={row} column="_assent_journeyid_value" entity="msdyncrm_customerjourney" /> },
    { name: t("column.state"), of: (row: Row) => <Badge appearance="tint" color={row["statuscode"] === STOPPED ? "warning" : row["statuscode"] === FAILED ? "danger" : "informative"}>{named(row, "statuscode")}</Badge> },
    { name: t("column.tile"), of: (row: Row) => named(row, "assent_tile") },
    { name: t("column.detail"), of: (row: Row) => (row["assent_stopreason"] ? String(row["assent_stopreason"]) : row["assent_dueon"] ? <>{t("due")} <When at={String(row["assent_dueon"])} zone={zone} /></> : "") },
  ];
  return <Listed label={t("part.journeys")} asked={asked} columns={columns} none={t("none.journeys")} why={<Text>{t("noneText.journeys")}</Text>} />;
}

export function Changes({ contact, zone }: { contact: string; zone: string }) {
  const { t } = useTranslation("insight");
  const asked = {
    set: "msgdpr_gdprconsentchangerecords",
    key: "msgdpr_gdprconsentchangerecordid",
    select: "msgdpr_value,assent_previousvalue,msgdpr_consentchangesource,assent_justification,assent_occurredon,createdon,_assent_optinrequestid_value,_msgdpr_consentchangesourceform_value",
    filter: `_msgdpr_contactid_value eq ${contact}`,
    order: "createdon desc",
  };
  const level = (row: Row, column: string) => named(row, column) || t("noLevel");
  const columns = [
    { name: t("column.when"), of: (row: Row) => <When at={String(row["assent_occurredon"] ?? row["createdon"])} zone={zone} /> },
    { name: t("column.change"), of: (row: Row) => <Link to={`/record/msgdpr_gdprconsentchangerecord/${String(row[asked.key])}`}>{level(row, "assent_previousvalue")} → {level(row, "msgdpr_value")}</Link> },
    { name: t("column.source"), of: (row: Row) => <><Source text={named(row, "msgdpr_consentchangesource")} />{row["_assent_optinrequestid_value"] && ` · ${t("doubleOptIn")}`}</> },
    { name: t("column.form"), of: (row: Row) => <Named row={row} column="_msgdpr_consentchangesourceform_value" entity="msdyncrm_marketingform" /> },
    { name: t("column.justification"), of: (row: Row) => named(row, "assent_justification") },
  ];
  return <Listed label={t("part.consent")} asked={asked} columns={columns} none={t("none.consent")} why={<Text>{t("noneText.consent")}</Text>} />;
}
