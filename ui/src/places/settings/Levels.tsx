/** What each level of consent means, in one's own words: people read them on forms, in mails and in receipts. */

import {
  Button, Field, Input, makeStyles, Select, Table, TableBody, TableCell, TableHeader, TableHeaderCell, TableRow, Text, Textarea,
} from "@fluentui/react-components";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import i18n from "i18next";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { changeSet } from "../../api/batch";
import { call } from "../../api/http";
import { holds, useSession } from "../../api/session";
import { FormDialog } from "../../shell/FormDialog";
import { useNotices } from "../../shell/notices";
import { Loading, Problem } from "../../shell/state";

interface Level {
  Level: number;
  Label: Record<string, string>;
  Description: Record<string, string>;
  Iri: string | null;
}

const useStyles = makeStyles({ box: { overflowX: "auto" } });

const LANGUAGES = "en de fr bg cs da el es et fi ga hr hu it lt lv mt nl pl pt ro sk sl sv".split(" ");

export function Levels() {
  const styles = useStyles();
  const { t } = useTranslation("settings");
  const allowed = holds(useSession(), "prvAssentDescribeConsent");
  const [editing, setEditing] = useState<Level | null>(null);
  const found = useQuery({
    queryKey: ["settings", "levels"],
    queryFn: async ({ signal }) => (await call<{ value: Level[] }>("assent_ConsentLevels()", { signal })).value,
  });
  if (found.error) return <Problem error={found.error} retry={() => void found.refetch()} />;
  if (!found.data) return <Loading />;
  const said = (all: Record<string, string>) => all[i18n.language] ?? all["en"] ?? "";
  return (
    <>
      <div className={styles.box}>
        <Table size="small" aria-label={t("consent.levels")}>
          <TableHeader>
            <TableRow>
              <TableHeaderCell style={{ width: 190 }}>{t("consent.level")}</TableHeaderCell>
              <TableHeaderCell>{t("consent.meaning")}</TableHeaderCell>
              <TableHeaderCell style={{ width: 110 }}>{t("consent.languages")}</TableHeaderCell>
              {allowed && <TableHeaderCell style={{ width: 130 }} aria-label={t("consent.change")} />}
            </TableRow>
          </TableHeader>
          <TableBody>
            {found.data.map((it) => (
              <TableRow key={it.Level}>
                <TableCell>{said(it.Label) || it.Level}</TableCell>
                <TableCell>{said(it.Description)}</TableCell>
                <TableCell>{Object.keys(it.Description).join(", ")}</TableCell>
                {allowed && (
                  <TableCell><Button size="small" aria-label={t("consent.changeOne", { level: said(it.Label) })} onClick={() => setEditing(it)}>{t("consent.change")}</Button></TableCell>
                )}
              </TableRow>
            ))}
          </TableBody>
        </Table>
      </div>
      {editing && <Edit key={editing.Level} level={editing} onClose={() => setEditing(null)} />}
    </>
  );
}

function Edit({ level, onClose }: { level: Level; onClose(): void }) {
  const { t } = useTranslation("settings");
  const client = useQueryClient();
  const notices = useNotices();
  const [language, setLanguage] = useState(i18n.language);
  const [given, setGiven] = useState<Record<string, { label: string; description: string }>>({});
  const [iri, setIri] = useState(level.Iri ?? "");
  const there = (it: string) => ({ label: level.Label[it] ?? "", description: level.Description[it] ?? "" });
  const now = given[language] ?? there(language);
  const set = (change: Partial<typeof now>) => setGiven({ ...given, [language]: { ...now, ...change } });
  const saving = useMutation({
    mutationFn: (all: { language: string; label?: string; description?: string; iri?: string }[]) =>
      changeSet(all.map((it) => ({
        method: "POST", path: "assent_DescribeConsentLevel",
        body: { Level: String(level.Level), Language: it.language, Label: it.label || null, Description: it.description || null, Iri: it.iri || null },
      }))),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ["settings", "levels"] });
      notices.done(t("saved"));
      onClose();
    },
    onError: notices.failed,
  });
  const save = () =>
    saving.mutate([
      ...Object.entries(given).map(([language, it]) => ({ language, ...it })),
      ...(iri !== (level.Iri ?? "") ? [{ language, iri }] : []),
    ]);
  const names = new Intl.DisplayNames([i18n.language], { type: "language" });
  return (
    <FormDialog
      title={t("consent.changeOne", { level: level.Label[i18n.language] ?? level.Label["en"] ?? level.Level })}
      yes={t("save")}
      ready={Object.keys(given).length > 0 || iri !== (level.Iri ?? "")}
      busy={saving.isPending}
      onYes={save}
      onNo={onClose}
    >
      <Text>{t("consent.wordsAbout")}</Text>
      <Field label={t("consent.language")}>
        <Select value={language} onChange={(_, { value }) => setLanguage(value)}>
          {LANGUAGES.map((it) => <option key={it} value={it}>{names.of(it)}{level.Description[it] ? "" : ` ${t("consent.notYet")}`}</option>)}
        </Select>
      </Field>
      <Field label={t("consent.label")}><Input value={now.label} maxLength={200} lang={language} onChange={(_, { value }) => set({ label: value })} /></Field>
      <Field label={t("consent.meaning")}><Textarea value={now.description} maxLength={2000} rows={4} lang={language} onChange={(_, { value }) => set({ description: value })} /></Field>
      <Field label={t("consent.iri")} hint={t("consent.iriHint")}><Input type="url" value={iri} onChange={(_, { value }) => setIri(value)} /></Field>
    </FormDialog>
  );
}
