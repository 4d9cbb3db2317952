/** What keeps something from going live, and what only warns; each leads to its place. */

import { Button, makeStyles, Text, tokens } from "@fluentui/react-components";
import { useTranslation } from "react-i18next";
import { TickIcon, WarnIcon } from "../../shell/icons";
import type { Found } from "./operations";

const useStyles = makeStyles({
  list: { listStyleType: "none", margin: 0, padding: 0, display: "flex", flexDirection: "column", gap: tokens.spacingVerticalXS },
  item: { display: "flex", gap: tokens.spacingHorizontalS, alignItems: "start" },
  error: { color: tokens.colorStatusDangerForeground1, flexShrink: 0 },
  warning: { color: tokens.colorStatusWarningForeground1, flexShrink: 0 },
  good: { display: "flex", gap: tokens.spacingHorizontalS, alignItems: "center" },
});

export function Problems({ found, nameOf, onShow }: {
  found: Found[];
  /** What a place is called; without a name it is not said. */
  nameOf?(place: string): string | undefined;
  onShow?: ((place: string) => void) | undefined;
}) {
  const styles = useStyles();
  const { t } = useTranslation("design");
  if (found.length === 0) return <Text className={styles.good}><TickIcon /> {t("problems.none")}</Text>;
  const ordered = [...found].sort((one, other) => Number(one.warning) - Number(other.warning));
  return (
    <ul className={styles.list} aria-label={t("problems.title")}>
      {ordered.map((it, at) => {
        const name = nameOf?.(it.place);
        return (
          <li key={at} className={styles.item}>
            <WarnIcon className={it.warning ? styles.warning : styles.error} />
            <span>
              <Text weight="semibold">{t(it.warning ? "problems.warning" : "problems.error")}{name ? ` – ${name}` : ""}: </Text>
              {it.text}{" "}
              {onShow && name && <Button size="small" appearance="transparent" onClick={() => onShow(it.place)}>{t("problems.show")}</Button>}
            </span>
          </li>
        );
      })}
    </ul>
  );
}
