/** What the interactions of a person amount to, as the server counts them, and the parts in which they are shown. */

import { queryOptions } from "@tanstack/react-query";
import { call } from "../../api/http";
import type { Row } from "../../api/row";

export interface Allowed {
  allowed: boolean;
  /** The column that decides against; empty where it is allowed. */
  fact: string;
  reason: string;
}

export interface Insights {
  since: string;
  zone: string;
  /** Whether opens, clicks and visits are counted. */
  behaviour: Allowed;
  /** Whether conclusions are drawn from them. */
  conclusions: Allowed;
  /** The types that the first is about. */
  tracked: string[];
  withheld: number;
  more: boolean;
  counts: { month: string; kind: string; count: number }[];
  /** Openings by the hour of the person's day. */
  hours: number[];
}

export const insightsQuery = (contact: string) =>
  queryOptions({
    queryKey: ["insights", contact],
    queryFn: ({ signal }) => call<Insights>(`contacts(${contact})/Microsoft.Dynamics.CRM.assent_Insights()`, { signal }),
  });

/** The types of interaction of each part, in the order in which they are told. */
export const KINDS = {
  mail: [
    "EmailSent", "EmailDelivered", "EmailOpened", "EmailClicked", "EmailForwarded", "EmailBlocked", "EmailSendingFailed", "EmailHardBounced", "EmailSoftBounced",
  ],
  pages: ["WebsiteVisited", "FormVisited", "WebsiteClicked", "RedirectLinkClicked"],
  forms: ["FormSubmitted", "EmailSubscriptionSubmit"],
  subscriptions: ["SegmentSubscribed", "SegmentUnsubscribed"],
} as const;

export type Part = keyof typeof KINDS;

/** What a type of interaction stands on the page for where nothing of it happened. */
export const ALWAYS: Record<Part, string[]> = {
  mail: ["EmailSent", "EmailOpened", "EmailClicked", "EmailBlocked", "EmailSendingFailed"],
  pages: ["WebsiteVisited"],
  forms: ["FormSubmitted", "EmailSubscriptionSubmit"],
  subscriptions: ["SegmentSubscribed", "SegmentUnsubscribed"],
};

/** The kinds of a part that are told: what may be counted, of which there is something or which belongs there. */
export function told(part: Part, insights: Insights): string[] {
  const may = (kind: string) => insights.behaviour.allowed || !insights.tracked.includes(kind);
  return KINDS[part].filter((kind) => may(kind) && (ALWAYS[part].includes(kind) || total(insights, [kind]) > 0));
}

export const total = (insights: Insights, kinds: readonly string[]) =>
  insights.counts.reduce((sum, it) => (kinds.includes(it.kind) ? sum + it.count : sum), 0);

/** The months from the first that is counted to the one of this day, none left out. */
export function months(since: string, today: string): string[] {
  const all: string[] = [];
  let [year = 0, month = 0] = since.split("-").map(Number);
  for (let it = since.slice(0, 7); it <= today.slice(0, 7); it = `${year}-${String(month).padStart(2, "0")}`) {
    all.push(`${it}-01`);
    month += 1;
    if (month > 12) [year, month] = [year + 1, 1];
  }
  return all;
}

/** How often each kind happened in each month. */
export const series = (insights: Insights, kinds: readonly string[], of: string[]): number[][] =>
  kinds.map((kind) => of.map((month) => insights.counts.find((it) => it.kind === kind && it.month === month)?.count ?? 0));

/** The hours in which most was opened, around the fullest of them, until the one that follows; none without any. */
export function favourite(hours: number[]): { from: number; to: number; count: number } | null {
  const at = (hour: number) => hours[(hour + 24) % 24] ?? 0;
  const all = hours.map((own, hour) => ({ hour, own, count: at(hour - 1) + own + at(hour + 1) }));
  const best = all.reduce((a, b) => (b.count > a.count || (b.count === a.count && b.own > a.own) ? b : a), { hour: 0, own: 0, count: 0 });
  return best.count > 0 ? { from: (best.hour + 23) % 24, to: (best.hour + 2) % 24, count: best.count } : null;
}

const FORMATTED = "@OData.Community.Display.V1.FormattedValue";

/** With what it happened: the rows that an interaction names. */
export const WITH = [
  { column: "_assent_emailid_value", entity: "msdyncrm_marketingemail" },
  { column: "_assent_pageid_value", entity: "msdyncrm_marketingpage" },
  { column: "_assent_formid_value", entity: "msdyncrm_marketingform" },
  { column: "_assent_listid_value", entity: "list" },
  { column: "_assent_journeyid_value", entity: "msdyncrm_customerjourney" },
] as const;

export const named = (row: Row, column: string) => String(row[column + FORMATTED] ?? row[column] ?? "");
