import { makeStyles, Text, tokens } from "@fluentui/react-components";
import { useTranslation } from "react-i18next";
import { count } from "../../api/row";
import { type Counts, sum } from "./standing";

const useStyles = makeStyles({ line: { display: "block", color: tokens.colorNeutralForeground2, fontVariantNumeric: "tabular-nums" } });

/** Who is at a tile, and what became of its mails; what is none is not said. */
export function CountsLine({ counts }: { counts: Counts | undefined }) {
  const styles = useStyles();
  const { t } = useTranslation("journey");
  if (!counts || counts.reached === 0) return null;
  const told = (all: [string, number][]) => all.filter(([, it]) => it > 0).map(([name, it]) => t(`counts.${name}`, { shown: count(it), count: it })).join(" · ");
  const people = told([
    ["reached", counts.reached], ["inProgress", counts.inProgress], ["waiting", counts.waiting], ["finished", counts.finished], ["stopped", sum(counts.stopped)],
  ]);
  const mails = told([
    ["sent", counts.mails["EmailSent"] ?? 0], ["opened", counts.mails["EmailOpened"] ?? 0], ["clicked", counts.mails["EmailClicked"] ?? 0],
    ["failed", counts.mails["EmailSendingFailed"] ?? 0], ["blocked", sum(counts.blocked)],
  ]);
  return (
    <>
      <Text size={100} className={styles.line}>{people}</Text>
      {mails && <Text size={100} className={styles.line}>{mails}</Text>}
    </>
  );
}
