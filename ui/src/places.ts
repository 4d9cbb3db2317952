/** Every place of the application that is made by hand: its path, the page, the namespace of its texts. One list. */

import type { ComponentType } from "react";

export interface Place {
  path: string;
  load: () => Promise<{ default: ComponentType }>;
}

export const PLACES: Place[] = [
  { path: "/", load: () => import("./places/home/Home") },
  { path: "/list/$entity", load: () => import("./list/ListPage") },
  { path: "/record/$entity/$id", load: () => import("./record/RecordPage") },
  { path: "/privacy/board", load: () => import("./places/privacy/Board") },
  { path: "/privacy/request/$id", load: () => import("./places/privacy/RequestPage") },
  { path: "/privacy/suppression", load: () => import("./places/privacy/Suppression") },
  { path: "/privacy/erasures", load: () => import("./places/privacy/Erasures") },
  { path: "/privacy/consent-records", load: () => import("./places/privacy/ConsentRecords") },
  { path: "/privacy/consent", load: () => import("./places/privacy/ConsentTrend") },
  { path: "/privacy/inventory", load: () => import("./places/privacy/Inventory") },
  { path: "/new/$entity", load: () => import("./record/NewPage") },
  { path: "/email/$id", load: () => import("./places/email/EmailDesigner") },
  { path: "/form/$id", load: () => import("./places/form/FormDesigner") },
  { path: "/page/$id", load: () => import("./places/form/PageDesigner") },
  { path: "/pictures", load: () => import("./places/picture/Pictures") },
  { path: "/person/$id", load: () => import("./places/person/PersonPage") },
  { path: "/forms/$entity", load: () => import("./places/customise/FormPage") },
  { path: "/entities", load: () => import("./places/customise/EntitiesPage") },
  { path: "/entities/$entity", load: () => import("./places/customise/EntityPage") },
  { path: "/new/msdyncrm_marketingemail", load: async () => ({ default: (await import("./places/design/NewDesign")).NewMail }) },
  { path: "/new/msdyncrm_marketingform", load: async () => ({ default: (await import("./places/design/NewDesign")).NewForm }) },
  { path: "/new/msdyncrm_marketingpage", load: async () => ({ default: (await import("./places/design/NewDesign")).NewLanding }) },
  { path: "/new/msdyncrm_segment", load: () => import("./places/segment/SegmentPage") },
  { path: "/new/msdyncrm_customerjourney", load: () => import("./places/journey/JourneyPage") },
  { path: "/new/msdyncrm_file", load: () => import("./places/picture/Pictures") },
  { path: "/new/assent_suppression", load: () => import("./places/privacy/Suppression") },
  { path: "/segment/$id", load: () => import("./places/segment/SegmentPage") },
  { path: "/journey/$id", load: () => import("./places/journey/JourneyPage") },
  { path: "/settings", load: () => import("./places/settings/Settings") },
  { path: "/settings/organisation", load: () => import("./places/settings/Organisation") },
  { path: "/settings/consent", load: () => import("./places/settings/Consent") },
  { path: "/settings/intelligence", load: () => import("./places/settings/Intelligence") },
  { path: "/settings/users", load: () => import("./places/settings/Users") },
  { path: "/settings/users/$id", load: () => import("./places/settings/User") },
  { path: "/settings/teams", load: () => import("./places/settings/Teams") },
  { path: "/settings/roles", load: () => import("./places/settings/Roles") },
  { path: "/settings/columns", load: () => import("./places/settings/Columns") },
  { path: "/settings/audit", load: () => import("./places/settings/Audit") },
  { path: "/settings/auditing", load: () => import("./places/settings/Auditing") },
  { path: "/settings/jobs", load: () => import("./places/settings/Jobs") },
  { path: "/import", load: () => import("./places/import/Import") },
  { path: "/start", load: () => import("./places/start/Start") },
  { path: "/outbox", load: () => import("./places/outbox/Outbox") },
  { path: "/outbox/$id", load: () => import("./places/outbox/Mail") },
];
