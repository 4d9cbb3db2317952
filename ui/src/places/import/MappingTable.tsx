/** Each column of the file with what stands in it, and the column of the entity that it becomes. */

import {
  Button, Dialog, DialogActions, DialogBody, DialogContent, DialogSurface, DialogTitle, Field, Input, makeStyles, Select, Table, TableBody, TableCell, TableHeader, TableHeaderCell, TableRow, Text, tokens,
} from "@fluentui/react-components";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Column, Detailed } from "../../api/metadata";
import { CONSENT, DATES, takesFormat, takesWords, treatment, writable } from "./guess";
import { EVIDENCE, type Mapping, type Treatment } from "./mapping";

const useStyles = makeStyles({
  box: { overflowX: "auto" },
  samples: { color: tokens.colorNeutralForeground2, overflow: "hidden", textOverflow: "ellipsis", whiteSpace: "nowrap", maxWidth: "260px", display: "block" },
  line: { display: "flex", gap: tokens.spacingHorizontalS, alignItems: "center", flexWrap: "wrap" },
  words: { display: "grid", gridTemplateColumns: "minmax(120px, 1fr) minmax(160px, 2fr)", gap: tokens.spacingVerticalS, alignItems: "center", maxHeight: "50vh", overflow: "auto" },
});

/** So many different words of a column can be told what they stand for. */
const WORDS = 40;

export function MappingTable({ entity, mapping, header, rows, onChange }: {
  entity: Detailed;
  mapping: Mapping;
  header: string[];
  /** Rows of the file below its heading. */
  rows: string[][];
  onChange(mapping: Mapping): void;
}) {
  const styles = useStyles();
  const { t } = useTranslation("import");
  const [words, setWords] = useState<{ column: Column; at: number } | null>(null);
  const columns = writable(entity);
  const consent = entity.column(CONSENT) !== undefined;
  const set = (at: number, target: string) => {
    const targets = mapping.targets.map((it, other) => (other === at ? target : it === target && target !== "" ? "" : it));
    const column = columns.find((it) => it.name === target);
    const treatments = { ...mapping.treatments };
    if (column) treatments[target] = treatment(column, rows.map((it) => it[at] ?? "").filter(Boolean));
    const present = (it: string) => targets.includes(it) || it in mapping.constants;
    onChange({ ...mapping, targets, treatments, match: mapping.match.map((it) => it.filter(present)).filter((it) => it.length > 0) });
  };
  const treat = (target: string, change: Treatment) =>
    onChange({ ...mapping, treatments: { ...mapping.treatments, [target]: { ...mapping.treatments[target], ...change } } });
  return (
    <div className={styles.box}>
      <Table size="small" aria-label={t("mapping.title")}>
        <TableHeader>
          <TableRow>
            <TableHeaderCell style={{ width: 180 }}>{t("mapping.ofFile")}</TableHeaderCell>
            <TableHeaderCell>{t("mapping.samples")}</TableHeaderCell>
            <TableHeaderCell style={{ width: 260 }}>{t("mapping.becomes")}</TableHeaderCell>
            <TableHeaderCell style={{ width: 320 }}>{t("mapping.treatment")}</TableHeaderCell>
          </TableRow>
        </TableHeader>
        <TableBody>
          {mapping.targets.map((target, at) => {
            const name = header[at] || t("mapping.nth", { number: at + 1 });
            const column = columns.find((it) => it.name === target);
            const samples = rows.map((it) => it[at] ?? "").filter(Boolean).slice(0, 3);
            const given = mapping.treatments[target] ?? {};
            return (
              <TableRow key={at}>
                <TableCell>{name}</TableCell>
                <TableCell><span className={styles.samples} title={samples.join(" · ")}>{samples.join(" · ") || "–"}</span></TableCell>
                <TableCell>
                  <Select aria-label={t("mapping.becomesOf", { name })} value={target} onChange={(_, { value }) => set(at, value)}>
                    <option value="">{t("mapping.nothing")}</option>
                    {consent && (
                      <optgroup label={t("mapping.consent")}>
                        {EVIDENCE.map((it) => <option key={it} value={`consent.${it}`}>{t(`evidence.${it}`)}</option>)}
                      </optgroup>
                    )}
                    <optgroup label={entity.plural}>
                      {columns.map((it) => <option key={it.name} value={it.name}>{it.label}{it.required ? " *" : ""}</option>)}
                    </optgroup>
                  </Select>
                </TableCell>
                <TableCell>
                  {column && (
                    <div className={styles.line}>
                      {takesFormat(column) && <Format column={column} name={name} value={given.format ?? ""} onChange={(format) => treat(target, { format })} />}
                      {takesWords(column) && (
                        <Button size="small" onClick={() => setWords({ column, at })}>
                          {t("mapping.words", { count: Object.keys(given.map ?? {}).length })}
                        </Button>
                      )}
                      <Select aria-label={t("mapping.unfitOf", { name })} value={given.unfit ?? "refuse"} onChange={(_, { value }) => treat(target, { unfit: value as "refuse" | "empty" })}>
                        <option value="refuse">{t("mapping.refuse")}</option>
                        <option value="empty">{t("mapping.empty")}</option>
                      </Select>
                    </div>
                  )}
                  {target.startsWith("consent.") && <Text size={200}>{t(`evidence.about.${target.slice("consent.".length)}`)}</Text>}
                </TableCell>
              </TableRow>
            );
          })}
        </TableBody>
      </Table>
      {words && (
        <Words
          column={words.column}
          values={distinct(rows, words.at)}
          map={mapping.treatments[words.column.name]?.map ?? {}}
          onClose={() => setWords(null)}
          onSave={(map) => {
            const { map: _, ...rest } = mapping.treatments[words.column.name] ?? {};
            const next = Object.keys(map).length ? { ...rest, map } : rest;
            onChange({ ...mapping, treatments: { ...mapping.treatments, [words.column.name]: next } });
            setWords(null);
          }}
        />
      )}
    </div>
  );
}

const distinct = (rows: string[][], at: number) =>
  [...new Set(rows.map((it) => (it[at] ?? "").trim()).filter(Boolean))].sort().slice(0, WORDS);

/** How days and numbers are written in the file. */
function Format({ column, name, value, onChange }: { column: Column; name: string; value: string; onChange(value: string): void }) {
  const { t } = useTranslation("import");
  const label = t("mapping.formatOf", { name });
  if (column.kind !== "DateTime")
    return (
      <Select aria-label={label} value={value} onChange={(_, { value }) => onChange(value)}>
        <option value="">1,234.56</option>
        <option value="comma">1.234,56</option>
      </Select>
    );
  const own = value !== "" && !DATES.includes(value);
  const shown: Record<string, string> = { date: "2026-01-31", "%d.%m.%Y": "31.01.2026", "%d/%m/%Y": "31/01/2026", "%m/%d/%Y": "01/31/2026", "%Y%m%d": "20260131" };
  return (
    <>
      <Select aria-label={label} value={own ? "own" : value} onChange={(_, { value }) => onChange(value === "own" ? "%Y/%m/%d" : value)}>
        {column.format !== "DateOnly" && <option value="">{t("mapping.instant")}</option>}
        {DATES.map((it) => <option key={it} value={it}>{shown[it]}</option>)}
        <option value="own">{t("mapping.ownFormat")}</option>
      </Select>
      {own && <Input aria-label={label} value={value} style={{ width: 110 }} onChange={(_, { value }) => onChange(value)} />}
    </>
  );
}

/** What the words of the file stand for. */
function Words({ column, values, map, onClose, onSave }: {
  column: Column; values: string[]; map: Record<string, string | number>; onClose(): void; onSave(map: Record<string, string | number>): void;
}) {
  const styles = useStyles();
  const { t } = useTranslation("import");
  const [draft, setDraft] = useState<Record<string, string | number>>(map);
  const options: [string, string][] = column.kind === "Boolean" ? [["true", t("yes")], ["false", t("no")]] : column.options.map((it) => [String(it.value), it.label]);
  const all = [...new Set([...values, ...Object.keys(map).filter((it) => it !== "*")]), "*"];
  const known = (word: string) => options.find(([value, label]) => value === word || label.toLowerCase() === word.toLowerCase())?.[0];
  const set = (word: string, value: string) => {
    const { [word]: _, ...rest } = draft;
    setDraft(value === "-" ? rest : { ...rest, [word]: column.kind === "Boolean" || value === "" ? value : Number(value) });
  };
  const guessed = () => setDraft(Object.fromEntries(all.flatMap((word) => { const it = known(word); return it === undefined ? [] : [[word, column.kind === "Boolean" ? it : Number(it)]]; })));
  return (
    <Dialog open onOpenChange={(_, { open }) => { if (!open) onClose(); }}>
      <DialogSurface>
        <DialogBody>
          <DialogTitle>{t("words.title", { column: column.label })}</DialogTitle>
          <DialogContent>
            <Text block style={{ marginBottom: 12 }}>{t("words.about")}</Text>
            <div className={styles.words}>
              {all.map((word) => (
                <Field key={word} label={word === "*" ? t("words.others") : word} orientation="horizontal" style={{ gridColumn: "1 / -1" }}>
                  <Select value={word in draft ? String(draft[word]) : "-"} onChange={(_, { value }) => set(word, value)}>
                    <option value="-">{t(Object.keys(draft).length ? "words.refused" : "words.asItIs")}</option>
                    <option value="">{t("words.empty")}</option>
                    {options.map(([value, label]) => <option key={value} value={value}>{label}</option>)}
                  </Select>
                </Field>
              ))}
            </div>
          </DialogContent>
          <DialogActions>
            <Button onClick={guessed}>{t("words.guess")}</Button>
            <Button onClick={onClose}>{t("cancel")}</Button>
            <Button appearance="primary" onClick={() => onSave(draft)}>{t("apply")}</Button>
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  );
}
