/**
 * The areas of the navigation, one list. An item is a place or the list of an entity; it is there for whoever has the
 * role, or may read the entity. What an administrator added stands under Records by itself.
 */

import type { Entity } from "../api/metadata";
import { isOne, may, type Session } from "../api/session";

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
  roles?: string[];
}

const OFFICER = "privacy-officer";
const MARKETER = "marketer";
const AUDITOR = "auditor";

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
      { to: "/outbox", label: "nav.outbox", roles: [MARKETER, OFFICER, AUDITOR, "integrator"] },
    ],
  },
  {
    label: "area.privacy",
    items: [
      { to: "/privacy/board", label: "privacyItem.board", roles: [OFFICER, AUDITOR] },
      { to: "/privacy/consent-records", label: "privacyItem.consent", roles: [OFFICER, AUDITOR, MARKETER] },
      { to: "/privacy/consent", label: "privacyItem.levels", roles: [OFFICER, AUDITOR, MARKETER] },
      { to: "/privacy/suppression", label: "privacyItem.suppression", roles: [OFFICER, AUDITOR] },
      { to: "/privacy/erasures", label: "privacyItem.erasures", roles: [OFFICER, AUDITOR] },
      { to: "/privacy/inventory", label: "privacyItem.inventory", roles: [OFFICER, AUDITOR] },
    ],
  },
  {
    label: "area.records",
    items: [{ entity: "account" }, { entity: "opportunity" }, { entity: "task" }, { to: "/import", label: "nav.import", roles: [MARKETER, OFFICER, "sales-person", "integrator"] }],
  },
  {
    label: "area.settings",
    items: [
      { to: "/settings", label: "nav.settings", roles: [OFFICER, AUDITOR] },
      { to: "/settings/users", label: "nav.users", roles: [OFFICER, AUDITOR] },
      { to: "/settings/roles", label: "nav.roles", roles: [OFFICER, AUDITOR] },
      { to: "/settings/audit", label: "nav.audit", roles: [OFFICER, AUDITOR] },
      { to: "/settings/jobs", label: "nav.jobs", roles: [OFFICER, AUDITOR] },
      { to: "/entities", label: "entities", roles: [] },
    ],
  },
];

export { AUDITOR, MARKETER, OFFICER };

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
      const allowed = rule.roles === undefined || isOne(session, ...rule.roles);
      return allowed && rule.to ? [{ label: rule.label ?? rule.to, to: rule.to }] : [];
    }),
  })).filter((it) => it.items.length > 0);
}
