import { makeStyles, Text, tokens } from "@fluentui/react-components";
import { type ReactNode, useId } from "react";

const useStyles = makeStyles({
  section: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalS, maxWidth: "900px" },
  head: { display: "flex", flexWrap: "wrap", gap: tokens.spacingHorizontalM, alignItems: "center" },
  heading: { flexGrow: 1, margin: 0 },
  about: { color: tokens.colorNeutralForeground2 },
});

/** A part of a page of settings: what it is about, what can be done. */
export function Section({ title, about, commands, wide, children }: {
  title: string; about?: ReactNode; commands?: ReactNode; wide?: boolean; children?: ReactNode;
}) {
  const styles = useStyles();
  const id = useId();
  return (
    <section className={styles.section} style={wide ? { maxWidth: "none" } : undefined} aria-labelledby={id}>
      <div className={styles.head}>
        <Text as="h2" id={id} size={500} weight="semibold" className={styles.heading}>{title}</Text>
        {commands}
      </div>
      {about && <Text className={styles.about}>{about}</Text>}
      {children}
    </section>
  );
}
