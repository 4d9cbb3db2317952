/** One tab of a form: its sections with their columns, to be read and to be changed. */

import { Badge, Field, makeStyles, Text, tokens } from "@fluentui/react-components";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { type Column, type Detailed, isLookup } from "../api/metadata";
import { type Draft, reference, type Row, shown } from "../api/row";
import { isOne, useSession } from "../api/session";
import { given } from "./draft";
import { FileField } from "./FileField";
import { Input } from "./inputs";
import { inWords, type Tab } from "./layout";

const useStyles = makeStyles({
  sections: {
    display: "grid", gap: tokens.spacingHorizontalXL, alignItems: "start",
    gridTemplateColumns: "repeat(auto-fill, minmax(min(320px, 100%), 1fr))",
  },
  section: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalM, minWidth: 0 },
  heading: { margin: 0, borderBottom: `1px solid ${tokens.colorNeutralStroke2}`, paddingBottom: tokens.spacingVerticalXS },
  still: { minHeight: "32px", display: "flex", alignItems: "center", overflowWrap: "anywhere", whiteSpace: "pre-wrap" },
});

export function FormBody({ tab, entity, row, draft, disabled, making, onChange }: {
  tab: Tab;
  entity: Detailed;
  row: Row;
  draft: Draft;
  disabled: boolean;
  /** A row that is not there yet. */
  making?: boolean;
  onChange(name: string, value: Draft[string]): void;
}) {
  const styles = useStyles();
  const session = useSession();
  return (
    <div className={styles.sections}>
      {tab.sections
        .filter((it) => !it.roles?.length || isOne(session, ...it.roles))
        .map((section, at) => (
          <section key={at} className={styles.section} aria-label={inWords(section.label) || entity.label}>
            {inWords(section.label) && (
              <Text as="h2" weight="semibold" size={400} className={styles.heading}>
                {inWords(section.label)}
              </Text>
            )}
            {section.columns.map((name) => {
              const column = entity.column(name);
              if (!column) return null;
              const open = !disabled && (making ? column.creatable : column.updatable);
              return (
                <Field
                  key={name}
                  label={{ children: <Label column={column} changed={name in draft} /> }}
                  required={column.required && open}
                  hint={column.description || undefined}
                >
                  {column.kind === "File" ? (
                    <FileField entity={entity} id={String(row[entity.key] ?? "")} column={column} row={row} disabled={!open || making === true} />
                  ) : open ? (
                    <Input
                      column={column}
                      value={name in draft ? (draft[name] ?? null) : given(row, entity, name)}
                      onChange={(value) => onChange(name, value)}
                    />
                  ) : (
                    <Still row={row} column={column} />
                  )}
                </Field>
              );
            })}
          </section>
        ))}
    </div>
  );
}

function Label({ column, changed }: { column: Column; changed: boolean }) {
  const { t } = useTranslation();
  return (
    <>
      {column.label}
      {column.sensitivity === "sensitive" && <Badge size="small" color="danger" style={{ marginLeft: 6 }}>{t("record.sensitive")}</Badge>}
      {column.secured && <Badge size="small" color="informative" style={{ marginLeft: 6 }}>{t("record.secured")}</Badge>}
      {changed && <Badge size="small" color="warning" style={{ marginLeft: 6 }}>{t("record.changed")}</Badge>}
    </>
  );
}

/** A value that is only read. */
function Still({ row, column }: { row: Row; column: Column }) {
  const styles = useStyles();
  const text = shown(row, column);
  const it = isLookup(column) ? reference(row, column) : null;
  if (it) return <span className={styles.still}><Link to={`/record/${it.entity}/${it.id}`}>{it.name}</Link></span>;
  return <span className={styles.still}>{text || "–"}</span>;
}
