/** The settings of the journey itself: its name, the minimum consent with its meaning, its time, who is left out. */

import { Dropdown, Field, Input, makeStyles, MessageBar, MessageBarBody, Option, Text, Textarea, tokens } from "@fluentui/react-components";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { call } from "../../api/http";
import type { Detailed } from "../../api/metadata";
import type { Cell, Draft } from "../../api/row";
import { Input as ColumnInput } from "../../record/inputs";

const useStyles = makeStyles({
  form: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalM },
});

interface Level {
  Value: number;
  Label: Record<string, string>;
  Description: Record<string, string>;
}

export function useLevels() {
  const { i18n } = useTranslation();
  const found = useQuery({
    queryKey: ["consent", "levels"],
    queryFn: async ({ signal }) => (await call<{ value: Level[] }>("assent_ConsentLevels()", { signal })).value,
    staleTime: 300_000,
  });
  const said = (text: Record<string, string>) => text[i18n.language] ?? text["en"] ?? "";
  return (found.data ?? []).map((it) => ({ value: it.Value, label: said(it.Label), meaning: said(it.Description) }));
}

const NONE = 587_030_000;

/** The minimum consent of a journey, and what it means. */
export function MinimumConsent({ value, disabled, onChange }: { value: number | null; disabled: boolean; onChange(value: number): void }) {
  const { t } = useTranslation("journey");
  const levels = [{ value: NONE, label: t("level.none"), meaning: t("level.noneMeaning") }, ...useLevels()];
  const chosen = levels.find((it) => it.value === (value ?? NONE));
  return (
    <Field label={t("minimum")} hint={chosen && chosen.value > NONE ? t("minimumHint", { meaning: chosen.meaning }) : chosen?.meaning}>
      <Dropdown disabled={disabled} value={chosen?.label ?? ""} selectedOptions={[String(value ?? NONE)]} onOptionSelect={(_, { optionValue }) => onChange(Number(optionValue))}>
        {levels.map((it) => (
          <Option key={it.value} value={String(it.value)} text={it.label}>
            <span>
              <Text block weight="semibold">{it.label}</Text>
              <Text block size={200}>{it.meaning}</Text>
            </span>
          </Option>
        ))}
      </Dropdown>
    </Field>
  );
}

const COLUMNS = ["msdyncrm_startdatetime", "msdyncrm_enddatetime", "msdyncrm_contentsettingsid", "msdyncrm_suppressionsegmentid"];

export function JourneyPanel({ entity, values, locked, consentLocked, onChange }: {
  entity: Detailed;
  values: Draft;
  locked: boolean;
  consentLocked: boolean;
  onChange(name: string, value: Draft[string], kind?: string): void;
}) {
  const styles = useStyles();
  const { t } = useTranslation("journey");
  const text = (name: string) => (typeof values[name] === "string" ? String(values[name]) : "");
  return (
    <div className={styles.form}>
      <Text as="h2" weight="semibold" size={400}>{t("theJourney")}</Text>
      {locked && <MessageBar layout="multiline"><MessageBarBody>{t("settingsLocked")}</MessageBarBody></MessageBar>}
      <Field label={t("name")} required validationMessage={text("msdyncrm_name").trim() ? undefined : t("nameMissing")}>
        <Input maxLength={100} disabled={locked} value={text("msdyncrm_name")} onChange={(_, { value }) => onChange("msdyncrm_name", value, "name")} />
      </Field>
      <MinimumConsent value={(values["msgdpr_requiredconsent"] as Cell) === null ? null : Number(values["msgdpr_requiredconsent"])} disabled={consentLocked} onChange={(it) => onChange("msgdpr_requiredconsent", it)} />
      <Field label={entity.column("msdyncrm_description")?.label ?? ""}>
        <Textarea resize="vertical" maxLength={5000} disabled={locked} value={text("msdyncrm_description")} onChange={(_, { value }) => onChange("msdyncrm_description", value || null, "description")} />
      </Field>
      {COLUMNS.map((name) => {
        const column = entity.column(name);
        return (
          column && (
            <Field key={name} label={column.label} hint={t(`column.${name}`)}>
              <ColumnInput column={column} disabled={locked} value={values[name] ?? null} onChange={(it) => onChange(name, it)} />
            </Field>
          )
        );
      })}
    </div>
  );
}
