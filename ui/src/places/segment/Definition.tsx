/** The name and the filter of a segment, with the estimate beside them. */

import { Field, Input, makeStyles, Radio, RadioGroup, Text, Textarea, tokens } from "@fluentui/react-components";
import { useTranslation } from "react-i18next";
import { Estimate } from "./Estimate";
import { Query, type Written } from "./Query";
import { DYNAMIC, type Segment, STATIC } from "./segment";

const PARTS = "minmax(0, 1fr) 300px";

const useStyles = makeStyles({
  parts: { display: "grid", gridTemplateColumns: PARTS, gap: tokens.spacingHorizontalXL, alignItems: "start", "@media (max-width: 1100px)": { gridTemplateColumns: "minmax(0, 1fr)" } },
  column: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalM, minWidth: 0 },
  side: { position: "sticky", top: "72px", display: "flex", flexDirection: "column", gap: tokens.spacingVerticalM },
  names: { display: "grid", gap: tokens.spacingHorizontalM, gridTemplateColumns: "repeat(auto-fit, minmax(240px, 1fr))", alignItems: "start" },
});

export function Definition({ id, draft, locked, onChange, onComplete }: {
  /** Nothing while it is not there yet. */
  id: string | null;
  draft: Segment;
  locked: boolean;
  onChange(change: Partial<Segment>, kind?: string): void;
  /** Whether each condition has its value. */
  onComplete(complete: boolean): void;
}) {
  const styles = useStyles();
  const { t } = useTranslation("segment");
  const isPicked = draft.type === STATIC;
  return (
    <div className={styles.parts}>
      <div className={styles.column}>
        <div className={styles.names}>
          <Field label={t("name")} required validationMessage={draft.name.trim() === "" && id ? t("nameMissing") : undefined}>
            <Input value={draft.name} maxLength={100} disabled={locked} onChange={(_, { value }) => onChange({ name: value }, "name")} />
          </Field>
          <Field label={t("description")}>
            <Textarea rows={2} resize="vertical" value={draft.description} maxLength={2000} disabled={locked} onChange={(_, { value }) => onChange({ description: value }, "description")} />
          </Field>
        </div>
        {!id && (
          <Field label={t("type.label")} hint={t(isPicked ? "type.staticHint" : "type.dynamicHint")}>
            <RadioGroup layout="horizontal" value={String(draft.type)} onChange={(_, { value }) => onChange({ type: Number(value) })}>
              <Radio value={String(DYNAMIC)} label={t("type.dynamic")} />
              <Radio value={String(STATIC)} label={t("type.static")} />
            </RadioGroup>
          </Field>
        )}
        {id && isPicked && <Text>{t("type.staticHint")}</Text>}
        <Query
          text={draft.query}
          segment={id ?? ""}
          disabled={locked}
          onChange={({ text, complete }: Written, kind) => { if (text !== draft.query) onChange({ query: text }, kind); onComplete(complete); }}
        />
      </div>
      <aside className={styles.side} aria-label={t("estimate.title")}><Estimate filter={draft.query} /></aside>
    </div>
  );
}
