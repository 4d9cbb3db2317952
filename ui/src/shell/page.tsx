/** The frame of one page: its heading, its commands, its content. */

import { makeStyles, Title2, tokens } from "@fluentui/react-components";
import { type ReactNode, useEffect } from "react";

const useStyles = makeStyles({
  page: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalL, height: "100%", minWidth: 0 },
  head: { display: "flex", flexWrap: "wrap", alignItems: "center", gap: tokens.spacingHorizontalM },
  title: { flexGrow: 1, overflowWrap: "anywhere", margin: 0 },
  commands: { display: "flex", flexWrap: "wrap", gap: tokens.spacingHorizontalS },
});

export function Page({ title, above, commands, children }: {
  title: string;
  /** Where it belongs, above the heading. */
  above?: ReactNode;
  commands?: ReactNode;
  children: ReactNode;
}) {
  const styles = useStyles();
  useEffect(() => {
    document.title = `${title} – Assent`;
  }, [title]);
  return (
    <div className={styles.page}>
      <div>
        {above}
        <div className={styles.head}>
          <Title2 as="h1" className={styles.title}>
            {title}
          </Title2>
          <div className={styles.commands}>{commands}</div>
        </div>
      </div>
      {children}
    </div>
  );
}
