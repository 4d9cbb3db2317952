/** What a form does with an answer, and what visitors read afterwards. */

import { Field, makeStyles, Text, tokens } from "@fluentui/react-components";
import { useTranslation } from "react-i18next";
import type { Detailed } from "../../api/metadata";
import type { Draft } from "../../api/row";
import { Input as ValueInput } from "../../record/inputs";
import { SETTINGS } from "./model";

const useStyles = makeStyles({
  form: { display: "grid", gap: tokens.spacingVerticalXL, maxWidth: "860px" },
  group: { display: "grid", gap: tokens.spacingHorizontalL, alignItems: "start", gridTemplateColumns: "repeat(auto-fit, minmax(300px, 1fr))", border: "none", padding: 0, margin: 0 },
  heading: { margin: 0, gridColumn: "1 / -1" },
});

const LANDING = 0;
/** Only of matter while the form confirms by itself. */
const OPTIN = /^msdyncrm_doubleoptin/;

export function Settings({ entity, value, locked, asksConsent, onChange }: {
  entity: Detailed;
  value(name: string): Draft[string];
  locked: boolean;
  asksConsent: boolean;
  onChange(name: string, value: Draft[string]): void;
}) {
  const styles = useStyles();
  const { t } = useTranslation("form");
  const landing = Number(value("msdyncrm_validforpagetype") ?? LANDING) === LANDING;
  return (
    <div className={styles.form}>
      {SETTINGS.filter((it) => landing || !it.landing).map((group) => (
        <fieldset key={group.name} className={styles.group} aria-labelledby={`group-${group.name}`}>
          <Text as="h2" id={`group-${group.name}`} weight="semibold" size={400} className={styles.heading}>{t(`settings.${group.name}`)}</Text>
          {group.columns
            .filter((it) => !OPTIN.test(it) || value("msdyncrm_enabledoubleoptin") === true)
            .map((name) => {
              const column = entity.column(name);
              if (!column) return null;
              const missing = name === "assent_wording" && asksConsent && !value(name);
              return (
                <Field
                  key={name}
                  label={column.label}
                  hint={t(`hint.${name}`, { defaultValue: column.description })}
                  required={column.required || (name === "assent_wording" && asksConsent)}
                  {...(missing ? { validationState: "error" as const, validationMessage: t("consent.noWording") } : {})}
                  {...(column.kind === "Memo" ? { style: { gridColumn: "1 / -1" } } : {})}
                >
                  <ValueInput column={column} value={value(name)} disabled={locked} onChange={(it) => onChange(name, it)} />
                </Field>
              );
            })}
        </fieldset>
      ))}
    </div>
  );
}

