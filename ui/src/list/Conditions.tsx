/** The person's own conditions on a list. They are part of the address, so a colleague sees the same rows. */

import { Badge, Button, Field, Input, makeStyles, Popover, PopoverSurface, PopoverTrigger, Select, tokens } from "@fluentui/react-components";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type Condition, operators } from "../api/fetchxml";
import type { Column, Detailed } from "../api/metadata";
import { AddIcon, FilterIcon, RemoveIcon } from "../shell/icons";

const useStyles = makeStyles({
  surface: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalM, maxHeight: "70vh", overflow: "auto" },
  line: { display: "flex", flexWrap: "wrap", gap: tokens.spacingHorizontalS, alignItems: "end" },
  buttons: { display: "flex", gap: tokens.spacingHorizontalS },
});

export function Conditions({ entity, conditions, onChange }: {
  entity: Detailed;
  conditions: Condition[];
  onChange(conditions: Condition[]): void;
}) {
  const styles = useStyles();
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const [draft, setDraft] = useState(conditions);
  const columns = entity.columns.filter((it) => operators(it).length > 0).sort((one, other) => one.label.localeCompare(other.label));
  const set = (at: number, it: Condition) => setDraft(draft.with(at, it));
  const begin = (name: string | null): Condition => {
    const column = (name ? entity.column(name) : undefined) ?? columns[0]!;
    return { column: column.name, operator: operators(column)[0]!.name };
  };
  const apply = (all: Condition[]) => {
    onChange(all.filter((it) => it.value !== "" && (it.value !== undefined || takes(entity.column(it.column), it.operator) === "nothing")));
    setOpen(false);
  };
  return (
    <Popover
      trapFocus
      open={open}
      onOpenChange={(_, { open }) => {
        setOpen(open);
        setDraft(conditions.length ? conditions : [begin(entity.primaryName)]);
      }}
    >
      <PopoverTrigger disableButtonEnhancement>
        <Button icon={<FilterIcon />}>
          {t("list.filter")}
          {conditions.length > 0 && <Badge style={{ marginLeft: 6 }}>{conditions.length}</Badge>}
        </Button>
      </PopoverTrigger>
      <PopoverSurface className={styles.surface} aria-label={t("list.filter")}>
        {draft.map((it, at) => {
          const column = entity.column(it.column);
          return (
            <div key={at} className={styles.line}>
              <Field label={t("list.column")}>
                <Select value={it.column} onChange={(_, { value }) => set(at, begin(value))}>
                  {columns.map((it) => <option key={it.name} value={it.name}>{it.label}</option>)}
                </Select>
              </Field>
              <Field label={t("list.operator")}>
                <Select value={it.operator} onChange={(_, { value }) => set(at, { column: it.column, operator: value })}>
                  {column && operators(column).map(({ name }) => <option key={name} value={name}>{t(`operator.${name}`)}</option>)}
                </Select>
              </Field>
              {column && <Value column={column} condition={it} onChange={(value) => set(at, { ...it, value })} />}
              <Button appearance="subtle" icon={<RemoveIcon />} aria-label={t("remove")} onClick={() => setDraft(draft.toSpliced(at, 1))} />
            </div>
          );
        })}
        <div className={styles.buttons}>
          <Button icon={<AddIcon />} onClick={() => setDraft([...draft, begin(null)])}>{t("list.addCondition")}</Button>
          <Button appearance="primary" onClick={() => apply(draft)}>{t("apply")}</Button>
          {conditions.length > 0 && <Button onClick={() => apply([])}>{t("list.noConditions")}</Button>}
        </div>
      </PopoverSurface>
    </Popover>
  );
}

const takes = (column: Column | undefined, operator: string) =>
  (column && operators(column).find((it) => it.name === operator)?.takes) ?? "nothing";

function Value({ column, condition, onChange }: { column: Column; condition: Condition; onChange(value: string): void }) {
  const { t } = useTranslation();
  const how = takes(column, condition.operator);
  if (how === "nothing") return null;
  const days = condition.operator.endsWith("-x-days");
  if (how === "list") {
    const chosen = condition.value?.split(",").filter(Boolean) ?? [];
    return (
      <Field label={t("list.value")}>
        <select
          multiple
          value={chosen}
          onChange={(event) => onChange([...event.target.selectedOptions].map((it) => it.value).join(","))}
        >
          {column.options.map((it) => <option key={it.value} value={it.value}>{it.label}</option>)}
        </select>
      </Field>
    );
  }
  if (column.kind === "Boolean")
    return (
      <Field label={t("list.value")}>
        <Select value={condition.value ?? ""} onChange={(_, { value }) => onChange(value)}>
          <option value="">{t("list.choose")}</option>
          <option value="true">{t("yes")}</option>
          <option value="false">{t("no")}</option>
        </Select>
      </Field>
    );
  // A pattern is what is looked for; the signs around it are ours.
  const pattern = condition.operator === "like" || condition.operator === "not-like";
  const text = pattern ? (condition.value ?? "").replace(/^%|%$/g, "") : (condition.value ?? "");
  return (
    <Field label={t("list.value")}>
      <Input
        type={column.kind === "DateTime" && !days ? "date" : days || column.options.length ? "number" : "text"}
        value={text}
        onChange={(_, { value }) => onChange(pattern && value ? `%${value}%` : value)}
      />
    </Field>
  );
}
