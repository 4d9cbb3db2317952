import { Button, Checkbox, Popover, PopoverSurface, PopoverTrigger, SearchBox, makeStyles, tokens } from "@fluentui/react-components";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Detailed } from "../api/metadata";
import { ColumnsIcon } from "../shell/icons";

const useStyles = makeStyles({
  surface: { display: "flex", flexDirection: "column", maxHeight: "60vh", gap: tokens.spacingVerticalS },
  columns: { overflow: "auto", display: "flex", flexDirection: "column" },
});

/** Which columns a list shows. */
export function ChooseColumns({ entity, columns, onChange }: {
  entity: Detailed;
  columns: string[];
  onChange(columns: string[]): void;
}) {
  const styles = useStyles();
  const { t } = useTranslation();
  const [text, setText] = useState("");
  const fits = entity.columns.filter((it) => it.kind !== "File" && `${it.label} ${it.name}`.toLowerCase().includes(text.toLowerCase()));
  const toggle = (name: string, on: boolean) => {
    const after = on ? [...columns, name] : columns.filter((it) => it !== name);
    if (after.length > 0) onChange(after);
  };
  return (
    <Popover trapFocus>
      <PopoverTrigger disableButtonEnhancement>
        <Button icon={<ColumnsIcon />}>{t("list.columns")}</Button>
      </PopoverTrigger>
      <PopoverSurface className={styles.surface} aria-label={t("list.columns")}>
        <SearchBox value={text} aria-label={t("list.findColumn")} placeholder={t("list.findColumn")} onChange={(_, { value }) => setText(value)} />
        <div className={styles.columns}>
          {[...fits].sort((one, other) => place(columns, one.name) - place(columns, other.name)).map((it) => (
            <Checkbox
              key={it.name}
              label={it.label}
              title={it.name}
              checked={columns.includes(it.name)}
              onChange={(_, { checked }) => toggle(it.name, checked === true)}
            />
          ))}
        </div>
      </PopoverSurface>
    </Popover>
  );
}

/** Chosen columns stand first, in their order. */
const place = (columns: string[], name: string) => (columns.includes(name) ? columns.indexOf(name) : columns.length);
