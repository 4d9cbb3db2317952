/** How much is not saved yet, and the way to save it; Ctrl+S does it too. */

import { Button, Field, Input, makeStyles, Text, tokens } from "@fluentui/react-components";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";

const useStyles = makeStyles({
  bar: {
    position: "sticky", bottom: 0, zIndex: 3, display: "flex", flexWrap: "wrap", alignItems: "end",
    gap: tokens.spacingHorizontalM, padding: tokens.spacingVerticalM, backgroundColor: tokens.colorNeutralBackground1,
    borderTop: `1px solid ${tokens.colorNeutralStroke1}`, boxShadow: tokens.shadow8,
  },
  because: { flexGrow: 1, maxWidth: "480px" },
});

export function SaveBar({ count, because, busy, blocked, save, onBecause, onSave, onDiscard }: {
  count: number;
  because: string;
  busy: boolean;
  /** What is there cannot be saved as it is. */
  blocked: boolean;
  save?: string | undefined;
  onBecause(text: string): void;
  onSave(): void;
  onDiscard(): void;
}) {
  const styles = useStyles();
  const { t } = useTranslation();
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== "s" || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      if (!busy && !blocked) onSave();
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, [busy, blocked, onSave]);
  return (
    <div className={styles.bar} role="region" aria-label={t("record.changes")}>
      <Text weight="semibold" role="status">{t("record.unsavedColumns", { count })}</Text>
      <Field className={styles.because} label={t("because")} size="small">
        <Input value={because} maxLength={2000} onChange={(_, { value }) => onBecause(value)} />
      </Field>
      <Button onClick={onDiscard} disabled={busy}>{t("discard")}</Button>
      <Button appearance="primary" onClick={onSave} disabledFocusable={busy || blocked}>{save ?? t("save")}</Button>
    </div>
  );
}
