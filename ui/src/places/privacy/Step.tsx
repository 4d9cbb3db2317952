/** One step of a request: what is so, what is next. It is open while it is the officer's turn, and opens by hand. */

import { Badge, makeStyles, mergeClasses, Text, tokens } from "@fluentui/react-components";
import { type ReactNode, useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { DownIcon, TickIcon, UpIcon } from "../../shell/icons";

export type Standing = "done" | "now" | "later" | "left";

const useStyles = makeStyles({
  step: { border: `1px solid ${tokens.colorNeutralStroke2}`, borderRadius: tokens.borderRadiusLarge, backgroundColor: tokens.colorNeutralBackground1 },
  now: { borderLeft: `4px solid ${tokens.colorBrandStroke1}` },
  heading: { margin: 0, font: "inherit" },
  head: {
    display: "flex", alignItems: "center", flexWrap: "wrap", gap: tokens.spacingHorizontalM, width: "100%", cursor: "pointer", textAlign: "left",
    padding: tokens.spacingHorizontalM, border: "none", backgroundColor: "transparent", color: "inherit", font: "inherit",
    borderRadius: tokens.borderRadiusLarge,
    ":hover": { backgroundColor: tokens.colorNeutralBackground1Hover },
    ":focus-visible": { outline: `2px solid ${tokens.colorStrokeFocus2}` },
  },
  said: { flexGrow: 1, color: tokens.colorNeutralForeground2, minWidth: "200px" },
  body: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalM, padding: `0 ${tokens.spacingHorizontalM} ${tokens.spacingHorizontalM}` },
});

const COLOURS = { done: "success", now: "brand", later: "informative", left: "informative" } as const;

export function Step({ title, said, standing, children }: { title: string; said: string; standing: Standing; children: ReactNode }) {
  const styles = useStyles();
  const { t } = useTranslation("privacy");
  const id = useId();
  const [chosen, setChosen] = useState<{ at: Standing; open: boolean } | null>(null);
  // Where the step goes on, what was chosen before does not count any more.
  const open = chosen?.at === standing ? chosen.open : standing === "now";
  return (
    <section className={mergeClasses(styles.step, standing === "now" && styles.now)} aria-labelledby={id}>
      <h2 className={styles.heading}>
        <button type="button" className={styles.head} aria-expanded={open} onClick={() => setChosen({ at: standing, open: !open })}>
          <Badge appearance={standing === "done" || standing === "now" ? "filled" : "outline"} color={COLOURS[standing]} icon={standing === "done" ? <TickIcon width={12} height={12} /> : undefined}>
            {t(`standing.${standing}`)}
          </Badge>
          <Text id={id} weight="semibold" size={400}>{title}</Text>
          <Text className={styles.said}>{said}</Text>
          {open ? <UpIcon /> : <DownIcon />}
        </button>
      </h2>
      {open && <div className={styles.body}>{children}</div>}
    </section>
  );
}
