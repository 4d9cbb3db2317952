/** Entities and columns, as `EntityDefinitions` describes them, in the words of the person's language. */

import { queryOptions, useQuery, useSuspenseQuery } from "@tanstack/react-query";
import i18n from "i18next";
import type { Layout } from "../record/layout";
import { remember } from "../said/labels";
import { call } from "./http";

interface Wording {
  LocalizedLabels: { Label: string; LanguageCode: number }[];
}

export type Kind =
  | "String" | "Memo" | "Integer" | "BigInt" | "Decimal" | "Double" | "Money" | "Boolean" | "DateTime"
  | "Picklist" | "State" | "Status" | "MultiSelectPicklist" | "Virtual" | "Lookup" | "Owner" | "Customer"
  | "Uniqueidentifier" | "File";

export interface Option {
  value: number;
  label: string;
  description: string;
}

export interface Column {
  name: string;
  label: string;
  description: string;
  kind: Kind;
  format: string;
  required: boolean;
  secured: boolean;
  /** Whether it was added here, or by a solution, beside what the product brings. */
  added: boolean;
  creatable: boolean;
  updatable: boolean;
  maxLength: number | undefined;
  min: number | undefined;
  max: number | undefined;
  options: Option[];
  targets: string[];
  sensitivity: "none" | "personal" | "sensitive";
  category: string;
}

export interface Entity {
  name: string;
  set: string;
  key: string;
  primaryName: string | null;
  label: string;
  plural: string;
  description: string;
  /** Whether it was added here, beside what the product brings. */
  added: boolean;
  intersect: boolean;
  owned: boolean;
}

export interface Detailed extends Entity {
  /** How the entity file lays its record page out. */
  layout: Layout;
  /** The paths to the data subject; none where no row is about a person. */
  subject: string[];
  columns: Column[];
  column(name: string): Column | undefined;
  /** The name of a view in the person's language; saved views carry the English one. */
  viewName(name: string): string;
  /** The navigation property of a lookup to a row of this entity. */
  navigation(column: string, target: string): string;
}

/* The shapes of the wire; only what is read. */
interface EntityRow {
  LogicalName: string; EntitySetName: string; PrimaryIdAttribute: string; PrimaryNameAttribute: string | null;
  DisplayName: Wording; DisplayCollectionName: Wording; Description: Wording;
  IsIntersect: boolean; OwnershipType: string; "Assent.Solution": string | null; "Assent.Subject": string[];
  "Assent.Layout": Layout; "Assent.Views": Wording[]; Attributes?: ColumnRow[];
}
interface LinkRow {
  ReferencedEntity: string; ReferencingEntity: string; ReferencingAttribute: string;
  ReferencingEntityNavigationPropertyName: string;
}
interface ColumnRow {
  "@odata.type": string; LogicalName: string; AttributeType: Kind; DisplayName: Wording; Description: Wording;
  RequiredLevel: { Value: string }; IsSecured: boolean; "Assent.Solution": string | null; IsValidForCreate: boolean;
  IsValidForUpdate: boolean; AttributeOf: string | null; MaxLength?: number; MinValue?: number; MaxValue?: number;
  Format?: string; DateTimeBehavior?: { Value: string }; Targets?: string[];
  OptionSet?: { Options: { Value: number; Label: Wording; Description: Wording }[] } | null;
  "Assent.Privacy"?: { Sensitivity: Column["sensitivity"]; Category: string };
}

const LANGUAGES: Record<string, number> = { en: 1033, de: 1031, fr: 1036 };

/** The label in the language in force, else in English. */
export function said(wording: Wording | null | undefined): string {
  const all = wording?.LocalizedLabels ?? [];
  const find = (code: number | undefined) => all.find((it) => it.LanguageCode === code)?.Label;
  return find(LANGUAGES[i18n.language]) ?? find(LANGUAGES["en"]) ?? all[0]?.Label ?? "";
}

function entity(row: EntityRow): Entity {
  return {
    name: row.LogicalName,
    set: row.EntitySetName,
    key: row.PrimaryIdAttribute,
    primaryName: row.PrimaryNameAttribute,
    label: said(row.DisplayName) || row.LogicalName,
    plural: said(row.DisplayCollectionName) || row.LogicalName,
    description: said(row.Description),
    added: row["Assent.Solution"] !== null,
    intersect: row.IsIntersect,
    owned: row.OwnershipType === "UserOwned",
  };
}

function column(row: ColumnRow): Column {
  const multi = row["@odata.type"].includes("MultiSelectPicklist");
  const file = row["@odata.type"].includes("FileAttribute");
  return {
    name: row.LogicalName,
    label: said(row.DisplayName) || row.LogicalName,
    description: said(row.Description),
    kind: multi ? "MultiSelectPicklist" : file ? "File" : row.AttributeType,
    format: row.DateTimeBehavior?.Value === "DateOnly" ? "DateOnly" : (row.Format ?? ""),
    required: row.RequiredLevel.Value !== "None",
    secured: row.IsSecured,
    added: row["Assent.Solution"] !== null,
    creatable: row.IsValidForCreate,
    updatable: row.IsValidForUpdate,
    maxLength: row.MaxLength,
    min: row.MinValue,
    max: row.MaxValue,
    options: (row.OptionSet?.Options ?? []).map((it) => ({
      value: it.Value,
      label: said(it.Label) || String(it.Value),
      description: said(it.Description),
    })),
    targets: row.Targets ?? [],
    sensitivity: row["Assent.Privacy"]?.Sensitivity ?? "none",
    category: row["Assent.Privacy"]?.Category ?? "",
  };
}

const ENTITIES =
  "EntityDefinitions?$select=LogicalName,EntitySetName,PrimaryIdAttribute,PrimaryNameAttribute,DisplayName," +
  "DisplayCollectionName,Description,IsIntersect,OwnershipType,Assent.Solution";

/** All entities by name. */
export const entitiesQuery = () =>
  queryOptions({
    queryKey: ["metadata", "entities", i18n.language],
    queryFn: async ({ signal }) => {
      const { value } = await call<{ value: EntityRow[] }>(ENTITIES, { signal });
      const all = value.map(entity);
      for (const it of all) remember(it);
      return new Map(all.map((it) => [it.name, it]));
    },
    staleTime: 60_000,
  });

/** One entity with its columns. */
export const entityQuery = (name: string) =>
  queryOptions({
    queryKey: ["metadata", "entity", name, i18n.language],
    queryFn: async ({ signal }): Promise<Detailed> => {
      const address = `EntityDefinitions(LogicalName='${encodeURIComponent(name)}')`;
      const [row, { value: links }] = await Promise.all([
        call<EntityRow>(`${address}?$expand=Attributes`, { signal }),
        call<{ value: LinkRow[] }>(`${address}/ManyToOneRelationships`, { signal }),
      ]);
      const columns = (row.Attributes ?? []).filter((it) => !it.AttributeOf).map(column);
      const byName = new Map(columns.map((it) => [it.name, it]));
      remember(entity(row), columns);
      return {
        ...entity(row),
        layout: row["Assent.Layout"],
        subject: row["Assent.Subject"],
        columns,
        column: (it) => byName.get(it),
        viewName: (name) => said(row["Assent.Views"].find((it) => it.LocalizedLabels.some(({ Label }) => Label === name))) || name,
        navigation: (column, target) =>
          links.find((it) => it.ReferencingAttribute === column && it.ReferencedEntity === target)
            ?.ReferencingEntityNavigationPropertyName ?? column,
      };
    },
    staleTime: 60_000,
  });

export const useEntities = () => useSuspenseQuery(entitiesQuery()).data;
export const useEntity = (name: string) => useSuspenseQuery(entityQuery(name)).data;
export const useMaybeEntity = (name: string | undefined) =>
  useQuery({ ...entityQuery(name ?? ""), enabled: name !== undefined }).data;

/** A relationship from rows of another entity to rows of this one. */
export interface Related {
  entity: string;
  column: string;
  name: string;
}

/** The entities whose rows refer to rows of this one. */
export const relatedQuery = (name: string) =>
  queryOptions({
    queryKey: ["metadata", "related", name],
    queryFn: async ({ signal }): Promise<Related[]> => {
      const address = `EntityDefinitions(LogicalName='${encodeURIComponent(name)}')/OneToManyRelationships`;
      const { value } = await call<{ value: (LinkRow & { SchemaName: string })[] }>(address, { signal });
      return value.map((it) => ({ entity: it.ReferencingEntity, column: it.ReferencingAttribute, name: it.SchemaName }));
    },
    staleTime: 60_000,
  });

/** The name of a column's value in a row of the Web API. */
export const wire = (column: Pick<Column, "name" | "kind">) =>
  isLookup(column) ? `_${column.name}_value` : column.name;

export const isLookup = (column: Pick<Column, "kind">) =>
  column.kind === "Lookup" || column.kind === "Owner" || column.kind === "Customer";
export const isOption = (column: Pick<Column, "kind">) =>
  column.kind === "Picklist" || column.kind === "State" || column.kind === "Status";
export const isText = (column: Pick<Column, "kind">) => column.kind === "String" || column.kind === "Memo";
export const isNumber = (column: Pick<Column, "kind">) =>
  ["Integer", "BigInt", "Decimal", "Double", "Money"].includes(column.kind);
