import { Link as TextLink, makeStyles, MessageBar, MessageBarBody, MessageBarTitle, tokens } from "@fluentui/react-components";
import { useTranslation } from "react-i18next";
import type { Tile } from "./definition";
import type { Problem } from "./problems";
import { titleOf } from "./wording";

const useStyles = makeStyles({ list: { margin: 0, paddingLeft: tokens.spacingHorizontalL, maxHeight: "120px", overflowY: "auto" } });

/** What keeps the journey from going live; each entry leads to its tile. */
export function ProblemList({ found, tiles, onJump }: { found: Problem[]; tiles: Tile[]; onJump(problem: Problem): void }) {
  const styles = useStyles();
  const { t } = useTranslation("journey");
  if (found.length === 0) return null;
  const errors = found.some((it) => !it.warning);
  return (
    <MessageBar intent={errors ? "error" : "warning"} layout="multiline" role="status">
      <MessageBarBody>
        <MessageBarTitle>{t("problems.title", { count: found.length })}</MessageBarTitle>
        <ul className={styles.list}>
          {found.map((it, at) => {
            const tile = tiles.find((tile) => tile.id === it.tile);
            const text = it.key ? t(it.key) : it.text;
            return <li key={at}>{tile ? <TextLink as="button" onClick={() => onJump(it)}>{titleOf(tile, t)}: {text}</TextLink> : text}</li>;
          })}
        </ul>
      </MessageBarBody>
    </MessageBar>
  );
}
