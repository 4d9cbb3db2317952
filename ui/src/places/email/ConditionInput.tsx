/** Who gets a block: everybody, or those of whom something is so. */

import { Combobox, Field, Input, makeStyles, Option, Select, Text, tokens } from "@fluentui/react-components";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMaybeEntity } from "../../api/metadata";
import { useNames } from "./Expressions";
import type { Condition } from "./model";

const useStyles = makeStyles({
  box: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalS },
});

export function ConditionInput({ condition, onChange }: { condition: Condition | undefined; onChange(condition: Condition | undefined): void }) {
  const styles = useStyles();
  const { t } = useTranslation("email");
  const contact = useMaybeEntity("contact");
  const names = useNames(false)[0]?.names ?? [];
  const [words, setWords] = useState<string | null>(null);
  const chosen = names.find((it) => it.expression === condition?.column);
  const column = contact?.column(condition?.column.split(".")[1] ?? "");
  const compares = condition?.is === "equal" || condition?.is === "unequal";
  const fits = names.filter((it) => !words || `${it.label} ${it.expression}`.toLowerCase().includes(words.toLowerCase())).slice(0, 60);
  const value = (text: string): Condition["value"] => {
    if (column?.kind === "Boolean") return text === "true";
    return column?.options.length || ["Integer", "BigInt"].includes(column?.kind ?? "") ? Number(text) : text.replace(/["\\{}<>&]/g, "");
  };
  return (
    <div className={styles.box}>
      <Field label={t("condition.label")}>
        <Select
          value={condition ? "some" : "all"}
          onChange={(_, { value }) => onChange(value === "all" ? undefined : { column: "contact.firstname", is: "filled" })}
        >
          <option value="all">{t("condition.all")}</option>
          <option value="some">{t("condition.some")}</option>
        </Select>
      </Field>
      {condition && (
        <>
          <Field label={t("condition.column")}>
            <Combobox
              freeform
              value={words ?? chosen?.label ?? condition.column}
              selectedOptions={[condition.column]}
              onChange={(event) => setWords(event.target.value)}
              onOpenChange={(_, { open }) => setWords(open ? "" : null)}
              onOptionSelect={(_, { optionValue }) => { setWords(null); if (optionValue) onChange({ column: optionValue, is: condition.is === "empty" ? "empty" : "filled" }); }}
            >
              {fits.map((it) => <Option key={it.expression} value={it.expression}>{it.label}</Option>)}
            </Combobox>
          </Field>
          <Field label={t("condition.is")}>
            <Select value={condition.is} onChange={(_, { value: is }) => onChange({ column: condition.column, is: is as Condition["is"], ...(is === "equal" || is === "unequal" ? { value: condition.value ?? value(String(column?.options[0]?.value ?? "")) ?? "" } : {}) })}>
              {(["filled", "empty", "equal", "unequal"] as const).map((it) => <option key={it} value={it}>{t(`condition.${it}`)}</option>)}
            </Select>
          </Field>
          {compares && (
            <Field label={t("condition.value")}>
              {column?.options.length ? (
                <Select value={String(condition.value ?? "")} onChange={(_, { value: it }) => onChange({ ...condition, value: Number(it) })}>
                  {column.options.map((it) => <option key={it.value} value={it.value}>{it.label}</option>)}
                </Select>
              ) : column?.kind === "Boolean" ? (
                <Select value={String(condition.value ?? "true")} onChange={(_, { value: it }) => onChange({ ...condition, value: it === "true" })}>
                  <option value="true">{t("yes")}</option>
                  <option value="false">{t("no")}</option>
                </Select>
              ) : (
                <Input value={String(condition.value ?? "")} onChange={(_, { value: it }) => onChange({ ...condition, value: value(it) ?? "" })} />
              )}
            </Field>
          )}
          <Text size={200}>{t("condition.note")}</Text>
        </>
      )}
    </div>
  );
}
