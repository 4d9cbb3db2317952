/** Entities and columns as the Web API takes them (`EntityDefinitions`). */

import i18n from "i18next";
import { call, send } from "../../api/http";

const LANGUAGES: Record<string, number> = { en: 1033, de: 1031, fr: 1036 };

export const wording = (text: string) => ({ LocalizedLabels: [{ Label: text, LanguageCode: LANGUAGES[i18n.language] ?? 1033 }] });

export const TYPES = [
  "String", "Memo", "Integer", "Decimal", "Money", "Double", "Boolean", "DateTime", "DateOnly", "Picklist", "MultiSelectPicklist", "Lookup", "File",
] as const;
export type Type = (typeof TYPES)[number];

export interface NewColumn {
  name: string;
  label: string;
  description: string;
  type: Type;
  maxLength: number;
  format: "Text" | "Email" | "Url" | "Phone";
  required: boolean;
  options: string[];
  target: string;
  sensitivity: "none" | "personal" | "sensitive";
  category: string;
}

/** A logical name from what people say: `Shoe size` is `new_shoesize`. */
export const logical = (label: string) =>
  `new_${label.normalize("NFKD").toLowerCase().replaceAll(/[^a-z0-9]/g, "")}`.slice(0, 60);

export function attribute(it: NewColumn): Record<string, unknown> {
  const kind = it.type === "DateOnly" ? "DateTime" : it.type;
  const body: Record<string, unknown> = {
    "@odata.type": `Microsoft.Dynamics.CRM.${kind}AttributeMetadata`,
    SchemaName: it.name,
    DisplayName: wording(it.label),
    ...(it.description ? { Description: wording(it.description) } : {}),
    RequiredLevel: { Value: it.required ? "ApplicationRequired" : "None" },
    "Assent.Privacy": { Sensitivity: it.sensitivity, ...(it.sensitivity === "none" ? {} : { Category: it.category }) },
  };
  if (it.type === "String") Object.assign(body, { MaxLength: it.maxLength, FormatName: { Value: it.format } });
  if (it.type === "Memo") body["MaxLength"] = Math.max(it.maxLength, 2000);
  if (it.type === "DateOnly") body["Format"] = "DateOnly";
  if (it.type === "Lookup") body["Targets"] = [it.target];
  if (it.type === "Picklist" || it.type === "MultiSelectPicklist")
    body["OptionSet"] = { Options: it.options.map((one) => one.trim()).filter(Boolean).map((label, at) => ({ Value: 100_000_000 + at, Label: wording(label) })) };
  return body;
}

const of = (entity: string) => `EntityDefinitions(LogicalName='${encodeURIComponent(entity)}')`;

export const addColumn = (entity: string, column: NewColumn) => call(`${of(entity)}/Attributes`, { body: attribute(column) });

export const relabelColumn = (entity: string, column: string, label: string, description: string) =>
  send(`${of(entity)}/Attributes(LogicalName='${column}')`, {
    method: "PUT",
    headers: { "MSCRM.MergeLabels": "true" },
    body: { DisplayName: wording(label), Description: wording(description) },
  });

export const removeColumn = (entity: string, column: string) =>
  send(`${of(entity)}/Attributes(LogicalName='${column}')`, { method: "DELETE" });

export const removeEntity = (entity: string) => send(of(entity), { method: "DELETE" });

export interface NewEntityGiven {
  label: string;
  plural: string;
  name: string;
  owned: boolean;
  /** The entity that its rows are about, if they are about a person. */
  subject: string;
  roles: string[];
}

export const addEntity = (it: NewEntityGiven) => {
  const about = it.subject !== "";
  const lookup = `${it.name.slice(0, 50)}_${it.subject}id`;
  return call("EntityDefinitions", {
    body: {
      "@odata.type": "Microsoft.Dynamics.CRM.EntityMetadata",
      SchemaName: it.name,
      DisplayName: wording(it.label),
      DisplayCollectionName: wording(it.plural),
      OwnershipType: it.owned ? "UserOwned" : "OrganizationOwned",
      Attributes: [
        {
          "@odata.type": "Microsoft.Dynamics.CRM.StringAttributeMetadata",
          SchemaName: `${it.name}_name`, IsPrimaryName: true, MaxLength: 200, DisplayName: wording(i18n.t("name")),
          RequiredLevel: { Value: "ApplicationRequired" },
          "Assent.Privacy": about ? { Sensitivity: "personal", Category: "user.content" } : { Sensitivity: "none" },
        },
        ...(about
          ? [{
              "@odata.type": "Microsoft.Dynamics.CRM.LookupAttributeMetadata",
              SchemaName: lookup, Targets: [it.subject], DisplayName: wording(it.subject === "contact" ? i18n.t("customise:contact") : i18n.t("customise:lead")),
              RequiredLevel: { Value: "ApplicationRequired" },
              "Assent.Privacy": { Sensitivity: "personal", Category: "user.unique_id" },
            }]
          : []),
      ],
      ...(about ? { "Assent.Subject": lookup } : {}),
      "Assent.Roles": Object.fromEntries(
        it.roles.map((role) => [role, `create,read,write,delete,append,appendto:${it.owned ? "user" : "organization"}`]),
      ),
    },
  });
};
