/** The HTML itself, for those who write it, beside how it looks. Looking takes nothing away: the design goes when a letter changes. */

import { Field, makeStyles, MessageBar, MessageBarBody, Textarea, tokens } from "@fluentui/react-components";
import { useTranslation } from "react-i18next";
import { ShownFrame } from "../design/ShownFrame";

const useStyles = makeStyles({
  grid: { display: "grid", gap: tokens.spacingHorizontalL, gridTemplateColumns: "repeat(auto-fit, minmax(380px, 1fr))", "@media (max-width: 600px)": { gridTemplateColumns: "minmax(0, 1fr)" } },
  code: { fontFamily: tokens.fontFamilyMonospace, fontSize: tokens.fontSizeBase200, height: "70vh", maxHeight: "none" },
  column: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalM, minWidth: 0 },
});

export function Html({ html, shown, designed, locked, onChange }: {
  html: string;
  shown: string;
  designed: boolean;
  locked: boolean;
  onChange(html: string): void;
}) {
  const styles = useStyles();
  const { t } = useTranslation("email");
  return (
    <>
      {designed && !locked && <MessageBar intent="warning" layout="multiline"><MessageBarBody>{t("html.losesDesign")}</MessageBarBody></MessageBar>}
      <div className={styles.grid}>
        <div className={styles.column}>
          <Field label="HTML">
            <Textarea
              value={html}
              readOnly={locked}
              maxLength={500_000}
              resize="vertical"
              textarea={{ className: styles.code, spellCheck: false }}
              style={{ maxHeight: "none" }}
              onChange={(_, { value }) => onChange(value)}
            />
          </Field>
        </div>
        <div className={styles.column}><ShownFrame html={shown} title={t("tab.look")} dark /></div>
      </div>
    </>
  );
}
