/** What a condition can be about: columns of contacts and of what they refer to, rows that refer to them, and blocks. */

import { queryOptions } from "@tanstack/react-query";
import type { QueryClient } from "@tanstack/react-query";
import { call } from "../../api/http";
import { type Column, type Detailed, type Entity, entityQuery, isLookup } from "../../api/metadata";

/** Blocks that are more than a condition: they have an editor of their own. */
export const DID = "~did";
export const SEGMENT = "~segment";
export const LIST = "~list";

export const INTERACTIONS = "assent_interaction_assent_contactid_contact";
export const MEMBERSHIPS = "assent_segmentmember_assent_contactid_contact";
export const LISTS = "listcontact_association";

export interface Field {
  name: string;
  label: string;
  group: string;
  is: "column" | "rows" | "block";
  column?: Column;
  /** The entity of the rows. */
  entity?: string;
}

/** Fields by their name, of contacts or of rows that refer to them. */
export interface Scope {
  label: string;
  fields: Map<string, Field>;
  /** What rows of an entity are narrowed by. */
  inside(entity: string): Scope | undefined;
}

interface OneToMany {
  ReferencingEntity: string;
  ReferencingAttribute: string;
  ReferencedEntityNavigationPropertyName: string;
}
interface ManyToMany {
  Entity1LogicalName: string;
  Entity2LogicalName: string;
  Entity1NavigationPropertyName: string;
  Entity2NavigationPropertyName: string;
}

/** Entities whose rows say nothing about a person. */
const TECHNICAL = new Set(["principalobjectaccess", "systemuser", "team", "businessunit"]);

export const scopeQuery = (client: QueryClient, entities: Map<string, Entity>, mayRead: (entity: string) => boolean, t: (key: string) => string, language: string) =>
  queryOptions({
    queryKey: ["segment", "scope", language],
    queryFn: async ({ signal }): Promise<Scope> => {
      const address = "EntityDefinitions(LogicalName='contact')";
      const [contact, ones, manys] = await Promise.all([
        client.ensureQueryData(entityQuery("contact")),
        call<{ value: OneToMany[] }>(`${address}/OneToManyRelationships`, { signal }),
        call<{ value: ManyToMany[] }>(`${address}/ManyToManyRelationships`, { signal }),
      ]);
      const readable = (name: string) => entities.has(name) && mayRead(name) && !TECHNICAL.has(name);
      const collections = [
        ...ones.value.map((it) => ({ name: it.ReferencedEntityNavigationPropertyName, entity: it.ReferencingEntity, by: it.ReferencingAttribute })),
        ...manys.value.map((it) =>
          it.Entity1LogicalName === "contact"
            ? { name: it.Entity1NavigationPropertyName, entity: it.Entity2LogicalName, by: "" }
            : { name: it.Entity2NavigationPropertyName, entity: it.Entity1LogicalName, by: "" },
        ),
      ].filter((it) => readable(it.entity));
      const ways = contact.columns
        .filter((it) => isLookup(it))
        .flatMap((column) => column.targets.map((target) => ({ column, target, path: contact.navigation(column.name, target) })))
        .filter((it) => readable(it.target));
      const needed = [...new Set([...collections.map((it) => it.entity), ...ways.map((it) => it.target)])];
      const details = new Map((await Promise.all(needed.map((it) => client.ensureQueryData(entityQuery(it))))).map((it) => [it.name, it]));
      const several = (entity: string) => collections.filter((it) => it.entity === entity).length > 1;
      const all: Field[] = [
        { name: DID, label: t("field.did"), group: t("group.blocks"), is: "block" },
        { name: SEGMENT, label: t("field.segment"), group: t("group.blocks"), is: "block" },
        ...(details.has("list") ? [{ name: LIST, label: t("field.list"), group: t("group.blocks"), is: "block" as const }] : []),
        ...own(contact, contact.label),
        ...ways.flatMap(({ column, target, path }) => {
          const entity = details.get(target);
          if (!entity) return [];
          const group = entity.label === column.label ? column.label : `${column.label} (${entity.label})`;
          return own(entity, group, `${path}/`).map((it) => ({ ...it, label: `${group}: ${it.label}` }));
        }),
        ...collections.map(({ name, entity, by }): Field => {
          const detailed = details.get(entity);
          const way = several(entity) && by ? ` (${detailed?.column(by)?.label ?? by})` : "";
          return { name, label: `${detailed?.plural ?? entity}${way}`, group: t("group.rows"), is: "rows", entity };
        }),
      ];
      const inside = (name: string): Scope | undefined => {
        const entity = details.get(name);
        return entity && { label: entity.label, fields: byName(own(entity, entity.label)), inside: () => undefined };
      };
      return { label: contact.label, fields: byName(all), inside };
    },
    staleTime: 60_000,
  });

const byName = (fields: Field[]) => new Map(fields.map((it) => [it.name, it]));

const own = (entity: Detailed, group: string, before = ""): Field[] =>
  entity.columns
    .filter((it) => it.kind !== "Uniqueidentifier" && it.kind !== "File" && it.kind !== "Virtual")
    .map((column) => ({ name: before + column.name, label: column.label, group, is: "column" as const, column }))
    .sort((one, other) => one.label.localeCompare(other.label));
