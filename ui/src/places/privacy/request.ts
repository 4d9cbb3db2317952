/** A data subject request as the desk reads it, what was found and planned for it, and the acts of the officer. */

import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { call, invoke } from "../../api/http";
import { rows, type Row } from "../../api/row";
import { useNotices } from "../../shell/notices";

export const ENTITY = "assent_datasubjectrequest";
export const SET = "assent_datasubjectrequests";
const FORMATTED = "@OData.Community.Display.V1.FormattedValue";

export const TYPES = [1, 2, 3, 4, 5, 6, 7] as const;
export const ACCESS = 1;
export const ERASURE = 2;
const OBJECTION = 6;
/** What the product plans and carries out; the others are worked on by hand. */
const PLANNED_TYPES = new Set([ACCESS, ERASURE, 4, OBJECTION]);

export const RECEIVED = 1;
export const IDENTITY = 2;
export const ASSESSED = 3;
export const PLANNED = 4;
export const APPROVED = 5;
export const RUNNING = 6;
export const COMPLETED = 7;
export const DECLINED = 8;
export const WITHDRAWN = 10;

export const CHANNELS = [1, 2, 3, 4, 5, 6] as const;
export const METHODS = ["knowledge", "email", "in-person", "document", "other"] as const;
export const REASONS = ["legal-duty", "rights-of-others", "unfounded-or-excessive", "not-identified", "guideline"] as const;

export interface Request {
  id: string;
  number: string;
  type: number;
  status: number;
  closed: boolean;
  channel: number | null;
  email: string;
  person: string;
  text: string;
  contact: { id: string; name: string } | null;
  receivedOn: string;
  zone: string;
  dueOn: string;
  /** The last day that the law allows: of the month, or of the extension. */
  limitOn: string;
  statutoryOn: string;
  thirtyDaysOn: string;
  extendedOn: string | null;
  extensionReason: string;
  extensionNoticedOn: string | null;
  identityMethod: number | null;
  identityResult: number | null;
  identityOn: string | null;
  identityNote: string;
  decision: number | null;
  decisionCode: number | null;
  decisionReason: string;
  decidedBy: string;
  decidedOn: string | null;
  approvedBy: string;
  approvedOn: string | null;
  answeredOn: string | null;
  packageHash: string | null;
  result: string;
  owner: { id: string; name: string };
}

const text = (row: Row, name: string) => String(row[name] ?? "");
const maybe = (row: Row, name: string) => (typeof row[name] === "string" ? (row[name] as string) : null);
const number = (row: Row, name: string) => (typeof row[name] === "number" ? (row[name] as number) : null);
const named = (row: Row, name: string) => String(row[`_${name}_value${FORMATTED}`] ?? "");

export function read(row: Row): Request {
  const contact = maybe(row, "_assent_contactid_value");
  const extendedOn = maybe(row, "assent_extendedon");
  return {
    id: text(row, "assent_datasubjectrequestid"),
    number: text(row, "assent_name"),
    type: number(row, "assent_type") ?? 0,
    status: number(row, "statuscode") ?? 0,
    closed: row["statecode"] === 1,
    channel: number(row, "assent_channel"),
    email: text(row, "assent_email"),
    person: text(row, "assent_subjectname"),
    text: text(row, "assent_text"),
    contact: contact ? { id: contact, name: named(row, "assent_contactid") || contact } : null,
    receivedOn: text(row, "assent_receivedon"),
    zone: text(row, "assent_timezone") || "UTC",
    dueOn: text(row, "assent_dueon"),
    limitOn: extendedOn ?? text(row, "assent_statutoryon"),
    statutoryOn: text(row, "assent_statutoryon"),
    thirtyDaysOn: text(row, "assent_thirtydayson"),
    extendedOn,
    extensionReason: text(row, "assent_extensionreason"),
    extensionNoticedOn: maybe(row, "assent_extensionnoticedon"),
    identityMethod: number(row, "assent_identitymethod"),
    identityResult: number(row, "assent_identityresult"),
    identityOn: maybe(row, "assent_identityon"),
    identityNote: text(row, "assent_identitynote"),
    decision: number(row, "assent_decision"),
    decisionCode: number(row, "assent_decisioncode"),
    decisionReason: text(row, "assent_decisionreason"),
    decidedBy: named(row, "assent_decidedby"),
    decidedOn: maybe(row, "assent_decidedon"),
    approvedBy: named(row, "assent_approvedby"),
    approvedOn: maybe(row, "assent_approvedon"),
    answeredOn: maybe(row, "assent_answeredon"),
    packageHash: maybe(row, "assent_packagehash"),
    result: text(row, "assent_result"),
    owner: { id: text(row, "_ownerid_value"), name: named(row, "ownerid") },
  };
}

export const hasPlan = (request: Request) => PLANNED_TYPES.has(request.type);
/** An objection holds for everybody with the address, so nobody is chosen. */
export const isForAddress = (request: Request) => request.type === OBJECTION;

const within = (id: string, name: string) => `${SET}(${id})/Microsoft.Dynamics.CRM.${name}`;

export const requestQuery = (id: string) =>
  queryOptions({
    queryKey: ["row", ENTITY, id],
    queryFn: ({ signal }) => call<Row>(`${SET}(${id})`, { signal }),
    select: read,
  });

/** The open ones, and those closed in the last 30 days. */
export const boardQuery = (today: string) =>
  queryOptions({
    queryKey: ["list", ENTITY, "board", today],
    queryFn: async ({ signal }) => {
      const since = new Date(Date.now() - 30 * 86_400_000).toISOString().slice(0, 10);
      const [open, closed] = await Promise.all([
        rows(SET, { $filter: "statecode eq 0", $orderby: "assent_dueon,assent_name" }, signal),
        rows(SET, { $filter: `statecode eq 1 and modifiedon ge ${since}T00:00:00Z`, $orderby: "modifiedon desc", $top: 200 }, signal),
      ]);
      return { open: open.map(read), closed: closed.map(read) };
    },
  });

export interface Candidate {
  Subject: string;
  Entity: string;
  Id: string;
  Name: string;
  Rows: Record<string, number>;
}

export const candidatesQuery = (id: string) =>
  queryOptions({
    queryKey: ["request", id, "candidates"],
    queryFn: async ({ signal }) =>
      (await call<{ Candidates: Candidate[] }>(invoke(within(id, "assent_RequestCandidates")), { signal })).Candidates,
  });

export type Action = "deleted" | "blanked" | "kept" | "given out" | "changed";

export interface Item {
  Entity: string;
  Column: string;
  Rows: number;
  Action: Action;
  Ground: string | null;
  Verified: boolean;
  Result: string | null;
  Record: string | null;
  Held: boolean;
}

export const planQuery = (id: string) =>
  queryOptions({
    queryKey: ["request", id, "plan"],
    queryFn: async ({ signal }) => (await call<{ Items: Item[] }>(invoke(within(id, "assent_ReadPlan")), { signal })).Items,
  });

/** The records that the stored plan began with, as `contact:identifier`. */
export const subjectsQuery = (id: string) =>
  queryOptions({
    queryKey: ["request", id, "subjects"],
    queryFn: async ({ signal }) => {
      const all = await rows("assent_requestsubjects", { $filter: `_assent_requestid_value eq ${id}` }, signal);
      return all.map((it) => ({
        subject: `${String(it["assent_entity"])}:${String(it["assent_recordid"])}`,
        byAddress: it["assent_matchedon"] === "address",
      }));
    },
  });

export interface Found {
  Entity: string;
  Id: string;
  Name: string | null;
  Path: string;
  Ground: string | null;
  Other: boolean;
}

export const foundQuery = (id: string, entity: string) =>
  queryOptions({
    queryKey: ["request", id, "found", entity],
    queryFn: ({ signal }) =>
      call<{ Records: Found[]; Total: number }>(invoke(within(id, "assent_FoundRecords"), { Entity: entity }), { signal }),
  });

export const packageQuery = (id: string) =>
  queryOptions({
    queryKey: ["request", id, "package"],
    queryFn: async ({ signal }) =>
      (await call<{ Package: string }>(invoke(within(id, "assent_PreviewPackage")), { signal })).Package,
    staleTime: Infinity,
    gcTime: 0,
  });

/** The address of an act on a request. */
export const actOn = (id: string, name: string) => within(id, name);

/** A step of the officer: done, everything about the request is read again, and a note says what was done. */
export function useAct<T = unknown>(id: string) {
  const client = useQueryClient();
  const notices = useNotices();
  return useMutation({
    mutationFn: ({ name, body }: { name: string; body?: object; done?: string; undo?: () => void; then?: (answer: T) => void }) =>
      call<T>(within(id, name), { body: body ?? {} }),
    onSuccess: async (answer, { done, undo, then }) => {
      await renew(client, id);
      if (done) notices.done(done, undo);
      then?.(answer);
    },
    onError: notices.failed,
  });
}

export function renew(client: ReturnType<typeof useQueryClient>, id: string) {
  void client.invalidateQueries({ queryKey: ["list", ENTITY] });
  void client.invalidateQueries({ queryKey: ["history", ENTITY, id] });
  return Promise.all([
    client.invalidateQueries({ queryKey: ["row", ENTITY, id] }),
    client.invalidateQueries({ queryKey: ["request", id] }),
  ]);
}
