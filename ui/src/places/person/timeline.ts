/** What happened to and with a person, from every place that notes it, the newest first. */

import { queryOptions } from "@tanstack/react-query";
import { call, invoke } from "../../api/http";
import type { Cell, Row } from "../../api/row";
import { rows } from "../../api/row";
import { holds, may, type Session } from "../../api/session";
import type { Insights } from "../insight/insight";

export const KINDS = ["consent", "mail", "interaction", "request", "journey", "form", "task", "change"] as const;
export type Kind = (typeof KINDS)[number];

export interface Event {
  kind: Kind;
  at: string;
  /** The row behind it, as `entity/identifier`. */
  to: string | null;
  row: Row;
}

const FORMATTED = "@OData.Community.Display.V1.FormattedValue";
export const label = (row: Row, name: string) => String(row[name + FORMATTED] ?? row[name] ?? "");

/** Each kind shows its newest, so that a long past does not make the page slow. */
const NEWEST = 100;

interface Source {
  kind: Kind;
  entity: string;
  set: string;
  key: string;
  select: string;
  contact: string;
  at: string[];
}

const SOURCES: Source[] = [
  {
    kind: "consent", entity: "msgdpr_gdprconsentchangerecord", set: "msgdpr_gdprconsentchangerecords",
    key: "msgdpr_gdprconsentchangerecordid", contact: "_msgdpr_contactid_value", at: ["assent_occurredon", "createdon"],
    select: "msgdpr_value,assent_previousvalue,msgdpr_consentchangesource,assent_justification,assent_occurredon,createdon,_assent_optinrequestid_value",
  },
  {
    kind: "mail", entity: "assent_outgoingmail", set: "assent_outgoingmails", key: "assent_outgoingmailid",
    contact: "_assent_contactid_value", at: ["assent_senton", "createdon"],
    select: "assent_subject,assent_basis,assent_failure,assent_senton,createdon,statuscode",
  },
  {
    kind: "interaction", entity: "assent_interaction", set: "assent_interactions", key: "assent_interactionid",
    contact: "_assent_contactid_value", at: ["assent_occurredon"], select: "assent_type,assent_occurredon,assent_detail,_assent_emailid_value,_assent_pageid_value,_assent_formid_value",
  },
  {
    kind: "request", entity: "assent_datasubjectrequest", set: "assent_datasubjectrequests", key: "assent_datasubjectrequestid",
    contact: "_assent_contactid_value", at: ["assent_receivedon", "createdon"], select: "assent_name,assent_type,statuscode,assent_receivedon,createdon",
  },
  {
    kind: "journey", entity: "assent_participant", set: "assent_participants", key: "assent_participantid",
    contact: "_assent_contactid_value", at: ["assent_enteredon", "createdon"],
    select: "_assent_journeyid_value,assent_tile,assent_stopreason,assent_enteredon,createdon,statuscode",
  },
  {
    kind: "form", entity: "msdyncrm_marketingformsubmission", set: "msdyncrm_marketingformsubmissions",
    key: "msdyncrm_marketingformsubmissionid", contact: "_msdyncrm_matchedcontactid_value", at: ["createdon"],
    select: "msdyncrm_formname,statuscode,createdon",
  },
  {
    kind: "task", entity: "task", set: "tasks", key: "activityid", contact: "_regardingobjectid_value", at: ["scheduledend", "createdon"],
    select: "subject,statecode,scheduledend,createdon",
  },
];

export const timelineQuery = (contact: string, session: Session) =>
  queryOptions({
    queryKey: ["timeline", contact],
    queryFn: async ({ signal }): Promise<Event[]> => {
      const readable = SOURCES.filter((it) => may(session, "Read", it.entity));
      const hidden = await hiddenTypes(contact, session, signal);
      const events = await Promise.all(readable.map((it) => read(it, contact, it.kind === "interaction" ? hidden : [], signal)));
      if (holds(session, "prvReadAuditSummary")) events.push(await changes(contact, signal));
      return events.flat().sort((one, other) => other.at.localeCompare(one.at));
    },
  });

/**
 * What tracking alone recorded is for those who supervise, where the person does not allow it any more; everybody else
 * reads in the insights why it is not shown.
 */
async function hiddenTypes(contact: string, session: Session, signal: AbortSignal): Promise<string[]> {
  if (holds(session, "prvReadAuditSummary") || !may(session, "Read", "assent_interaction")) return [];
  const { behaviour, tracked } = await call<Insights>(`contacts(${contact})/Microsoft.Dynamics.CRM.assent_Insights(Months=1)`, { signal });
  return behaviour.allowed ? [] : tracked;
}

async function read({ kind, entity, set, key, select, contact, at }: Source, id: string, hidden: string[], signal: AbortSignal): Promise<Event[]> {
  const but = hidden.length ? ` and not (assent_type in (${hidden.map((it) => `'${it}'`).join(",")}))` : "";
  const options = { $select: select, $filter: `${contact} eq ${id}${but}`, $orderby: `${at[0]} desc`, $top: NEWEST };
  return (await rows(set, options, signal)).map((row) => ({
    kind,
    at: String(at.map((it) => row[it]).find((it) => it !== null && it !== undefined) ?? ""),
    to: `${entity}/${String(row[key])}`,
    row,
  }));
}

interface Change {
  At: string;
  Actor: string;
  Reason: string | null;
  Operation: number;
  Columns: string[];
}

/** Changes of the contact itself, without their values: the record's history has those. */
async function changes(id: string, signal: AbortSignal): Promise<Event[]> {
  const { Changes } = await call<{ Changes: Change[] }>(invoke("assent_RecordHistory", { Entity: "contact", Id: id }), { signal });
  return Changes.slice(-NEWEST).map((it) => {
    const row: Record<string, Cell> = { operation: it.Operation, columns: it.Columns.join(","), reason: it.Reason };
    return { kind: "change", at: it.At, to: null, row };
  });
}
