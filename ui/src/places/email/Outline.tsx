/** The mail as a list: where everything is, and a quick way there. */

import { makeStyles, mergeClasses, Text, tokens } from "@fluentui/react-components";
import { useTranslation } from "react-i18next";
import { WarnIcon } from "../../shell/icons";
import type { Found } from "../design/operations";
import { useMedium } from "./medium";
import { type Block, brief, type Design } from "./model";

const useStyles = makeStyles({
  heading: { margin: 0 },
  list: { listStyleType: "none", margin: 0, padding: 0 },
  inner: { paddingLeft: tokens.spacingHorizontalM },
  item: {
    display: "flex", alignItems: "center", gap: tokens.spacingHorizontalXS, width: "100%", border: "none", backgroundColor: "transparent", color: "inherit", font: "inherit",
    textAlign: "left", cursor: "pointer", padding: `2px ${tokens.spacingHorizontalXS}`, borderRadius: tokens.borderRadiusSmall,
    ":hover": { backgroundColor: tokens.colorNeutralBackground1Hover },
    ":focus-visible": { outline: `2px solid ${tokens.colorStrokeFocus2}` },
  },
  text: { overflow: "hidden", whiteSpace: "nowrap", textOverflow: "ellipsis" },
  here: { backgroundColor: tokens.colorNeutralBackground1Selected, fontWeight: tokens.fontWeightSemibold },
  mark: { flexShrink: 0, width: "16px", height: "16px" },
  error: { color: tokens.colorStatusDangerForeground1 },
  warning: { color: tokens.colorStatusWarningForeground1 },
});

export function Outline({ design, selected, marked, onSelect }: {
  design: Design;
  selected: string | null;
  marked: ReadonlyMap<string, Found>;
  onSelect(id: string | null): void;
}) {
  const styles = useStyles();
  const { t } = useTranslation("email");
  const medium = useMedium();
  const item = (id: string | null, text: string, problem?: Found) => (
    <button type="button" className={mergeClasses(styles.item, selected === id && styles.here)} aria-current={selected === id ? "true" : undefined} onClick={() => onSelect(id)}>
      {problem && <WarnIcon className={mergeClasses(styles.mark, problem.warning ? styles.warning : styles.error)} aria-hidden={false} role="img" aria-label={problem.text} />}
      <span className={styles.text}>{text}</span>
    </button>
  );
  const block = (it: Block) => {
    const text = brief(it).trim();
    return <li key={it.id}>{item(it.id, text ? `${t(`kind.${it.kind}`)}: ${text}` : t(`kind.${it.kind}`), marked.get(it.id))}</li>;
  };
  return (
    <nav aria-label={t("outline")}>
      <Text as="h2" weight="semibold" block className={styles.heading}>{t("outline")}</Text>
      {item(null, t("wholeMail", { context: medium }))}
      <ol className={styles.list}>
        {design.sections.map((section, at) => (
          <li key={section.id}>
            {item(section.id, t("section", { number: at + 1 }))}
            <ol className={mergeClasses(styles.list, styles.inner)}>{section.columns.flatMap((it) => it.blocks.map(block))}</ol>
          </li>
        ))}
      </ol>
    </nav>
  );
}
