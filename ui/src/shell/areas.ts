/**
 * The areas of the navigation, one list. An item is a place or the list of an entity; it is there for whoever holds the
 * privileges that the place asks for, by whatever role. What an administrator added stands under Records by itself.
 */

import type { Entity } from "../api/metadata";
import { holds, may, type Session } from "../api/session";

export interface Item {
  /** The key of its label, or the label itself for entities. */
  label: string;
  to: string;
  entity?: string;
}

export interface Area {
  label: string;
  items: Item[];
}

interface Rule {
  entity?: string;
  to?: string;
  label?: string;
  allowed?: (session: Session, entities: Map<string, Entity>) => boolean;
}

const reads = (entity: string) => (session: Session) => may(session, "Read", entity);
const act = (privilege: string) => (session: Session) => holds(session, privilege);

/** Whoever watches over the installation. */
export const oversees = act("prvReadAuditSummary");
export const keepsUsers = (session: Session) => oversees(session) || may(session, "Write", "systemuser") || holds(session, "prvAssentManageSignIn");
export const keepsRoles = (session: Session) => oversees(session) || may(session, "Write", "role");
export const customises = (session: Session) =>
  may(session, "Write", "systemform") ||
  ["Create", "Write", "Delete"].some((it) => holds(session, `prv${it}Entity`) || holds(session, `prv${it}Attribute`));

/** A file can be brought in by whoever may make, read and change records of some entity that people have by name. */
const imports = (session: Session, entities: Map<string, Entity>) =>
  [...entities.values()].some((it) => !it.intersect && it.primaryName && (["Create", "Read", "Write"] as const).every((one) => may(session, one, it.name)));

const AREAS: { label: string; items: Rule[] }[] = [
  {
    label: "area.marketing",
    items: [
      { entity: "contact" },
      { entity: "lead" },
      { entity: "msdyncrm_segment" },
      { entity: "msdyncrm_customerjourney" },
      { entity: "msdyncrm_marketingemail" },
      { entity: "msdyncrm_marketingform" },
      { entity: "msdyncrm_marketingpage" },
      { entity: "msdyncrm_file", to: "/pictures" },
      { entity: "list" },
      { to: "/outbox", label: "nav.outbox", allowed: reads("assent_outgoingmail") },
    ],
  },
  {
    label: "area.privacy",
    items: [
      { to: "/privacy/board", label: "privacyItem.board", allowed: reads("assent_datasubjectrequest") },
      { to: "/privacy/consent-records", label: "privacyItem.consent", allowed: reads("msgdpr_gdprconsentchangerecord") },
      { to: "/privacy/consent", label: "privacyItem.levels", allowed: act("prvAssentReadConsentTrend") },
      { to: "/privacy/suppression", label: "privacyItem.suppression", allowed: reads("assent_suppression") },
      { to: "/privacy/erasures", label: "privacyItem.erasures", allowed: reads("assent_erasureproof") },
      { to: "/privacy/inventory", label: "privacyItem.inventory", allowed: act("prvAssentReadInventory") },
    ],
  },
  {
    label: "area.records",
    items: [{ entity: "account" }, { entity: "opportunity" }, { entity: "task" }, { to: "/import", label: "nav.import", allowed: imports }],
  },
  {
    label: "area.settings",
    items: [
      { to: "/settings", label: "nav.settings", allowed: (session) => keepsUsers(session) || keepsRoles(session) || may(session, "Read", "assent_setting") },
      { to: "/settings/users", label: "nav.users", allowed: keepsUsers },
      { to: "/settings/roles", label: "nav.roles", allowed: keepsRoles },
      { to: "/settings/audit", label: "nav.audit", allowed: oversees },
      { to: "/settings/jobs", label: "nav.jobs", allowed: oversees },
      { to: "/entities", label: "entities", allowed: customises },
    ],
  },
];

/** What the person sees, from their privileges and the entities that there are. */
export function areas(session: Session, entities: Map<string, Entity>): Area[] {
  const named = new Set(AREAS.flatMap((it) => it.items.map((item) => item.entity)));
  const added: Rule[] = [...entities.values()]
    .filter((it) => it.added && !it.intersect && !named.has(it.name))
    .map((it) => ({ entity: it.name }));
  return AREAS.map(({ label, items }) => ({
    label,
    items: (label === "area.records" ? [...items, ...added] : items).flatMap((rule): Item[] => {
      if (rule.entity) {
        const entity = entities.get(rule.entity);
        if (!entity || !may(session, "Read", entity.name)) return [];
        return [{ label: entity.plural, to: rule.to ?? `/list/${entity.name}`, entity: entity.name }];
      }
      const allowed = rule.allowed?.(session, entities) ?? true;
      return allowed && rule.to ? [{ label: rule.label ?? rule.to, to: rule.to }] : [];
    }),
  })).filter((it) => it.items.length > 0);
}
