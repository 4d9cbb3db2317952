/** The plain-text part: made from the HTML, or written by hand. */

import { makeStyles, Switch, Text, tokens } from "@fluentui/react-components";
import { useTranslation } from "react-i18next";
import type { Cell } from "../../api/row";
import type { Work } from "./EmailDesigner";
import { TextField } from "./TextField";

const useStyles = makeStyles({
  box: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalM, maxWidth: "820px" },
  text: { whiteSpace: "pre-wrap", overflowWrap: "anywhere", padding: tokens.spacingHorizontalM, margin: 0, border: `1px solid ${tokens.colorNeutralStroke1}`, borderRadius: tokens.borderRadiusMedium, fontFamily: tokens.fontFamilyMonospace },
});

export function PlainText({ work, made, locked, confirmation, onChange }: {
  work: Work;
  /** As it is made from the HTML. */
  made: string;
  locked: boolean;
  confirmation: boolean;
  onChange(name: string, value: Cell): void;
}) {
  const styles = useStyles();
  const { t } = useTranslation("email");
  const automatic = work.values["msdyncrm_automaticallygeneratetextpart"] === true;
  return (
    <div className={styles.box}>
      <Text>{t("plain.about")}</Text>
      <Switch
        label={t("plain.automatic")}
        checked={automatic}
        disabled={locked}
        onChange={(_, { checked }) => {
          onChange("msdyncrm_automaticallygeneratetextpart", checked);
          // Who writes it by hand begins from what was made.
          if (!checked && !work.values["msdyncrm_textpart"]) onChange("msdyncrm_textpart", made);
        }}
      />
      {automatic ? (
        <pre className={styles.text} tabIndex={0} aria-label={t("tab.text")}>{made || "–"}</pre>
      ) : (
        <TextField label={t("tab.text")} lines={22} value={String(work.values["msdyncrm_textpart"] ?? "")} confirmation={confirmation} disabled={locked} onChange={(it) => onChange("msdyncrm_textpart", it)} />
      )}
    </div>
  );
}
