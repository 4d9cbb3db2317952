/** Brings a list of addresses, or of their SHA-256, onto the ledger: first a dry run, then what was confirmed, then a way back. */

import {
  Button, Field, Input, makeStyles, MessageBar, MessageBarBody, MessageBarTitle, ProgressBar, Radio, RadioGroup, Text, Textarea, tokens,
} from "@fluentui/react-components";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { call } from "../../api/http";
import { count } from "../../api/row";
import { useNotices } from "../../shell/notices";
import { Problem } from "../../shell/state";
import { loweringsKey } from "./Lowerings";

interface Report {
  lines: number;
  repeated: number;
  malformed: number[];
  added: number;
  known: number;
  contacts: number;
  lowered: number;
  dry_run: boolean;
  batch: string | null;
}

const NAMED = 20;

const useStyles = makeStyles({
  form: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalM, maxWidth: "640px" },
  bar: { display: "flex", flexWrap: "wrap", gap: tokens.spacingHorizontalM },
  hidden: { display: "none" },
  list: { margin: 0, paddingLeft: tokens.spacingHorizontalL },
});

export function ImportList() {
  const styles = useStyles();
  const { t } = useTranslation("privacy");
  const client = useQueryClient();
  const notices = useNotices();
  const file = useRef<HTMLInputElement>(null);
  const [list, setList] = useState("");
  const [reason, setReason] = useState("list");
  const [source, setSource] = useState("");
  const undoing = useMutation({
    mutationFn: (batch: string) => call("assent_UndoLowering", { body: { Batch: batch, Because: t("import.undoReason") } }),
    onSuccess: () => { notices.done(t("undone")); void client.invalidateQueries({ queryKey: loweringsKey }); },
    onError: notices.failed,
  });
  const importing = useMutation({
    mutationFn: (dry: boolean) =>
      call<Report>("assent_ImportSuppressions", { body: { List: list, Reason: reason, Source: source.trim(), DryRun: dry } }),
    onSuccess: (report) => {
      if (report.dry_run) return;
      void client.invalidateQueries({ queryKey: loweringsKey });
      void client.invalidateQueries({ queryKey: ["list", "assent_suppression"] });
      const { batch } = report;
      notices.done(t("import.done", { count: report.added, shown: count(report.added) }), batch ? () => undoing.mutate(batch) : undefined);
    },
  });
  const change = <T,>(set: (value: T) => void) => (value: T) => { set(value); importing.reset(); };
  const report = importing.data;
  const tried = report?.dry_run === true;
  return (
    <div className={styles.form}>
      <Text>{t("import.what")}</Text>
      <Field label={t("import.list")} required hint={t("import.listHint")}>
        <Textarea rows={8} value={list} resize="vertical" spellCheck={false} onChange={(_, { value }) => change(setList)(value)} />
      </Field>
      <div className={styles.bar}>
        <Button onClick={() => file.current?.click()}>{t("import.file")}</Button>
        <input
          ref={file} type="file" accept=".txt,.csv" className={styles.hidden} tabIndex={-1} aria-hidden="true"
          onChange={(event) => {
            const chosen = event.target.files?.[0];
            if (!chosen) return;
            void chosen.text().then(change(setList), notices.failed);
            if (!source) setSource(chosen.name);
            event.target.value = "";
          }}
        />
      </div>
      <Field label={t("import.reason")}>
        <RadioGroup value={reason} onChange={(_, { value }) => change(setReason)(value)}>
          <Radio value="list" label={t("import.asList")} />
          <Radio value="objection" label={t("import.asObjection")} />
        </RadioGroup>
      </Field>
      <Field label={t("import.source")} required hint={t("import.sourceHint")}>
        <Input value={source} maxLength={100} onChange={(_, { value }) => change(setSource)(value)} />
      </Field>
      <div className={styles.bar}>
        <Button appearance={tried ? "secondary" : "primary"} disabledFocusable={importing.isPending || !list.trim() || !source.trim()} onClick={() => importing.mutate(true)}>{t("import.try")}</Button>
        {tried && <Button appearance="primary" disabledFocusable={importing.isPending} onClick={() => importing.mutate(false)}>{t("import.take", { count: report.added, shown: count(report.added) })}</Button>}
      </div>
      <div role="status">
        {importing.isPending && <ProgressBar aria-label={t("import.busy")} />}
        {importing.error && <Problem error={importing.error} />}
        {report && (
          <MessageBar intent={report.malformed.length > 0 ? "warning" : tried ? "info" : "success"} layout="multiline">
            <MessageBarBody>
              <MessageBarTitle>{t(tried ? "import.would" : "import.did")}</MessageBarTitle>
              <ul className={styles.list}>
                {(["lines", "repeated", "added", "known", "contacts", "lowered"] as const).map((it) => (
                  <li key={it}>{t(`import.report.${it}`, { count: report[it], shown: count(report[it]) })}</li>
                ))}
                {report.malformed.length > 0 && (
                  <li>{t("import.malformed", { count: report.malformed.length, lines: report.malformed.slice(0, NAMED).join(", ") + (report.malformed.length > NAMED ? " …" : "") })}</li>
                )}
              </ul>
            </MessageBarBody>
          </MessageBar>
        )}
      </div>
    </div>
  );
}
