/** A form of settings: what was changed is saved together, at a button, and can be taken back. */

import { Button, Field, Input, makeStyles, mergeClasses, Select, Text, tokens } from "@fluentui/react-components";
import { type ReactNode, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { Unsaved } from "../../record/Unsaved";
import { useSaving } from "./setting";

const useStyles = makeStyles({
  form: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalXL, maxWidth: "720px" },
  bar: { display: "flex", gap: tokens.spacingHorizontalM, alignItems: "center", padding: `${tokens.spacingVerticalM} 0` },
  // What is to be saved is never out of sight.
  waiting: { position: "sticky", bottom: 0, backgroundColor: tokens.colorNeutralBackground1, borderTop: `1px solid ${tokens.colorNeutralStroke2}` },
});

export interface Draft {
  value(name: string): string;
  set(name: string, value: string): void;
  disabled: boolean;
}

export function Values({ there, disabled, check, next, children }: {
  there: Map<string, string>;
  disabled: boolean;
  /** What is wrong with a value, if anything is. */
  check?: (name: string, value: string) => string | undefined;
  /** Where it goes on once it is saved, or where nothing is to be saved. */
  next?: { label: string; go(): void };
  children: (draft: Draft, problem: (name: string) => string | undefined) => ReactNode;
}) {
  const styles = useStyles();
  const { t } = useTranslation("settings");
  const [draft, setDraft] = useState<Record<string, string>>({});
  const saving = useSaving();
  const changed = Object.entries(draft).filter(([name, value]) => value.trim() !== (there.get(name) ?? ""));
  const problem = (name: string) => (name in draft ? check?.(name, draft[name]!.trim()) : undefined);
  const wrong = changed.some(([name]) => problem(name) !== undefined);
  const set = (name: string, value: string) => {
    setDone(false);
    setDraft((it) => ({ ...it, [name]: value }));
  };
  // It goes on once the draft is drawn away: what is saved blocks no way.
  const [isDone, setDone] = useState(false);
  useEffect(() => {
    if (!isDone || changed.length > 0) return;
    setDone(false);
    next?.go();
  }, [isDone, changed.length, next]);
  const save = () => {
    const sent = draft;
    const values = Object.fromEntries(changed.map(([name, value]) => [name, value.trim()]));
    const before = Object.fromEntries(changed.map(([name]) => [name, there.get(name) ?? ""]));
    const left = (now: Record<string, string>) => Object.fromEntries(Object.entries(now).filter(([name, value]) => sent[name] !== value));
    saving.mutate({ values, before }, { onSuccess: () => { setDraft(left); setDone(true); } });
  };
  return (
    <form className={styles.form} onSubmit={(event) => { event.preventDefault(); if (wrong) return; if (changed.length) save(); else next?.go(); }}>
      {children({ value: (name) => draft[name] ?? there.get(name) ?? "", set, disabled }, problem)}
      {!disabled && (
        <div className={mergeClasses(styles.bar, changed.length > 0 && styles.waiting)}>
          <Button type="submit" appearance="primary" disabled={(changed.length === 0 && !next) || wrong || saving.isPending}>{next?.label ?? t("save")}</Button>
          {changed.length > 0 && <Button type="button" onClick={() => setDraft({})}>{t("discard")}</Button>}
          <Text role="status">{changed.length > 0 && t("changes", { count: changed.length })}</Text>
        </div>
      )}
      <Unsaved dirty={changed.length > 0} within />
    </form>
  );
}

/** One text of it. */
export function TextValue({ draft, name, label, hint, type = "text", problem }: {
  draft: Draft; name: string; label: string; hint?: string; type?: "text" | "email" | "url" | "number"; problem?: string | undefined;
}) {
  return (
    <Field label={label} hint={hint} {...(problem ? { validationState: "error", validationMessage: problem } : {})}>
      <Input type={type} value={draft.value(name)} disabled={draft.disabled} maxLength={1000} onChange={(_, { value }) => draft.set(name, value)} />
    </Field>
  );
}

/** One of several values. */
export function ChoiceValue({ draft, name, label, hint, options }: {
  draft: Draft; name: string; label: string; hint?: string; options: [value: string, label: string][];
}) {
  const value = draft.value(name);
  return (
    <Field label={label} hint={hint}>
      <Select value={value} disabled={draft.disabled} onChange={(_, { value }) => draft.set(name, value)}>
        <option value="">–</option>
        {value && !options.some(([it]) => it === value) && <option value={value}>{value}</option>}
        {options.map(([it, label]) => <option key={it} value={it}>{label}</option>)}
      </Select>
    </Field>
  );
}
