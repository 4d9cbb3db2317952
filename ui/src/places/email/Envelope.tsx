/** What is around the message: subject and what is shown beside it, the sender, what kind of mail it is. */

import { Field, Input, makeStyles, Select, Text, tokens } from "@fluentui/react-components";
import { useTranslation } from "react-i18next";
import type { Detailed } from "../../api/metadata";
import type { Cell } from "../../api/row";
import type { Found } from "../design/operations";
import type { Work } from "./EmailDesigner";
import { TextField } from "./TextField";

const useStyles = makeStyles({
  form: { display: "grid", gap: tokens.spacingVerticalL, maxWidth: "720px" },
  pair: { display: "grid", gap: tokens.spacingHorizontalL, gridTemplateColumns: "repeat(auto-fit, minmax(240px, 1fr))" },
});

const LANGUAGES = [[1033, "English"], [1031, "Deutsch"], [1036, "Français"]] as const;
/** Mail programs on phones show so many letters of a subject. */
const SHORT = 60;

export function Envelope({ entity, work, locked, found, onChange }: {
  entity: Detailed;
  work: Work;
  locked: boolean;
  found: Found[];
  onChange(name: string, value: Cell): void;
}) {
  const styles = useStyles();
  const { t } = useTranslation("email");
  const confirmation = work.values["msdyncrm_email_contenttype"] === 1;
  const label = (name: string) => entity.column(name)?.label ?? name;
  const value = (name: string) => String(work.values[name] ?? "");
  const problem = (name: string) => {
    const it = found.find((one) => one.place === name);
    return it ? { validationMessage: it.text, validationState: it.warning ? ("warning" as const) : ("error" as const) } : {};
  };
  const text = (name: string, hint?: string) => (
    <TextField
      label={label(name)}
      value={value(name)}
      hint={hint}
      confirmation={confirmation}
      disabled={locked}
      maxLength={entity.column(name)?.maxLength}
      onChange={(it) => onChange(name, it)}
      {...problem(name)}
    />
  );
  const choice = (name: string, hint: string) => (
    <Field label={label(name)} hint={hint}>
      <Select disabled={locked} value={value(name)} onChange={(_, { value }) => onChange(name, Number(value))}>
        {entity.column(name)?.options.map((it) => <option key={it.value} value={it.value}>{it.label}</option>)}
      </Select>
    </Field>
  );
  return (
    <div className={styles.form}>
      <Field label={label("msdyncrm_name")} hint={t("nameHint")} required>
        <Input disabled={locked} value={value("msdyncrm_name")} maxLength={200} onChange={(_, { value }) => onChange("msdyncrm_name", value)} />
      </Field>
      {text("msdyncrm_subject", t("subjectHint", { count: value("msdyncrm_subject").length, most: SHORT }))}
      {text("msdyncrm_previewtext", t("previewHint"))}
      <div className={styles.pair}>
        {text("msdyncrm_fromname")}
        {text("msdyncrm_fromemail")}
      </div>
      {text("msdyncrm_replytoemail", t("replyHint"))}
      <div className={styles.pair}>
        {choice("msdyncrm_messagedesignation", t("designationHint"))}
        {choice("msdyncrm_email_contenttype", t("contentTypeHint"))}
      </div>
      <Field label={t("language")} hint={t("languageHint")}>
        <Select disabled={locked} value={value("msdyncrm_email_contentlanguage")} onChange={(_, { value }) => onChange("msdyncrm_email_contentlanguage", value ? Number(value) : null)}>
          <option value="">{t("none")}</option>
          {LANGUAGES.map(([code, name]) => <option key={code} value={code}>{name}</option>)}
        </Select>
      </Field>
      <Text size={200}>{t("toNote")}</Text>
    </div>
  );
}
