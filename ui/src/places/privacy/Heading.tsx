/** The heading of a part of a page. */

import { makeStyles, Text } from "@fluentui/react-components";
import type { ReactNode } from "react";

const useStyles = makeStyles({ heading: { margin: 0 } });

export function Heading({ id, small = false, children }: { id?: string; small?: boolean; children: ReactNode }) {
  const styles = useStyles();
  return (
    <Text as={small ? "h3" : "h2"} {...(id ? { id } : {})} size={small ? 300 : 500} weight="semibold" block className={styles.heading}>
      {children}
    </Text>
  );
}
