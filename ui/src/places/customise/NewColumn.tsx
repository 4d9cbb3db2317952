import { Checkbox, Field, Input, Select, Textarea } from "@fluentui/react-components";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type Detailed, useEntities } from "../../api/metadata";
import { FormDialog } from "../../shell/FormDialog";
import { useNotices } from "../../shell/notices";
import { addColumn, logical, type NewColumn as Given, type Type, TYPES } from "./definition";

const CATEGORIES = ["user.content", "user.contact.email", "user.contact.phone_number", "user.contact.address", "user.name", "user.demographic", "user.preferences", "user.behavior", "user.unique_id", "user.financial", "user.health_and_medical"];

/** A new column with its privacy classification; it is live at once, in data subject requests too. */
export function NewColumn({ entity, onEnd }: { entity: Detailed; onEnd(): void }) {
  const { t } = useTranslation("customise");
  const client = useQueryClient();
  const entities = useEntities();
  const notices = useNotices();
  const about = entity.subject.length > 0;
  const [it, set] = useState<Given>({
    name: "", label: "", description: "", type: "String", maxLength: 100, format: "Text", required: false, options: [], target: "contact",
    sensitivity: about ? "personal" : "none", category: "user.content",
  });
  const change = (more: Partial<Given>) => set({ ...it, ...more });
  const name = it.name || logical(it.label);
  const making = useMutation({
    mutationFn: () => addColumn(entity.name, { ...it, name }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ["metadata"] });
      notices.done(t("columnMade", { name: it.label }));
      onEnd();
    },
    onError: notices.failed,
  });
  const choice = it.type === "Picklist" || it.type === "MultiSelectPicklist";
  return (
    <FormDialog
      title={t("newColumn")}
      yes={t("save")}
      ready={it.label.trim() !== "" && (!choice || it.options.some((one) => one.trim()))}
      busy={making.isPending}
      onYes={() => making.mutate()}
      onNo={onEnd}
    >
      <Field label={t("label")} required><Input value={it.label} maxLength={100} autoFocus onChange={(_, { value }) => change({ label: value })} /></Field>
      <Field label={t("logicalName")} required hint={t("logicalHint")}><Input value={name} onChange={(_, { value }) => change({ name: value })} /></Field>
      <Field label={t("head.type")}>
        <Select value={it.type} onChange={(_, { value }) => change({ type: value as Type })}>
          {TYPES.map((type) => <option key={type} value={type}>{t(`type.${type}`)}</option>)}
        </Select>
      </Field>
      {it.type === "String" && (
        <>
          <Field label={t("maxLength")}><Input type="number" min={1} max={4000} value={String(it.maxLength)} onChange={(_, { value }) => change({ maxLength: Number(value) })} /></Field>
          <Field label={t("format")}>
            <Select value={it.format} onChange={(_, { value }) => change({ format: value as Given["format"] })}>
              {(["Text", "Email", "Url", "Phone"] as const).map((format) => <option key={format} value={format}>{t(`formats.${format}`)}</option>)}
            </Select>
          </Field>
        </>
      )}
      {choice && (
        <Field label={t("options")} hint={t("optionsHint")} required>
          <Textarea value={it.options.join("\n")} onChange={(_, { value }) => change({ options: value.split("\n") })} />
        </Field>
      )}
      {it.type === "Lookup" && (
        <Field label={t("target")}>
          <Select value={it.target} onChange={(_, { value }) => change({ target: value })}>
            {[...entities.values()].filter((it) => !it.intersect).sort((one, other) => one.label.localeCompare(other.label)).map((it) => <option key={it.name} value={it.name}>{it.label}</option>)}
          </Select>
        </Field>
      )}
      <Field label={t("head.privacy")} hint={t("sensitivityHint")}>
        <Select value={it.sensitivity} onChange={(_, { value }) => change({ sensitivity: value as Given["sensitivity"] })}>
          {(["none", "personal", "sensitive"] as const).map((it) => <option key={it} value={it}>{t(`sensitivity.${it}`)}</option>)}
        </Select>
      </Field>
      {it.sensitivity !== "none" && (
        <Field label={t("category")}>
          <Select value={it.category} onChange={(_, { value }) => change({ category: value })}>
            {CATEGORIES.map((it) => <option key={it}>{it}</option>)}
          </Select>
        </Field>
      )}
      <Field label={t("description")}><Input value={it.description} maxLength={500} onChange={(_, { value }) => change({ description: value })} /></Field>
      <Checkbox label={t("required")} checked={it.required} onChange={(_, { checked }) => change({ required: checked === true })} />
    </FormDialog>
  );
}
