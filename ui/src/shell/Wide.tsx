import { makeStyles } from "@fluentui/react-components";
import type { ReactNode } from "react";

const useStyles = makeStyles({ box: { overflowX: "auto" } });

/** What needs so much room to be read, such as a table of many columns: where there is less, it moves sideways by itself. */
export function Wide({ label, least, children }: { label: string; least: number; children: ReactNode }) {
  const styles = useStyles();
  return (
    <div className={styles.box} role="region" aria-label={label} tabIndex={0}>
      <div style={{ minWidth: least }}>{children}</div>
    </div>
  );
}
