/** The journey as a list of lists: for whoever hears it, or works by keyboard. */

import { Button, makeStyles, mergeClasses, Text, tokens } from "@fluentui/react-components";
import { Fragment } from "react";
import { useTranslation } from "react-i18next";
import { DownIcon, RemoveIcon, UpIcon, WarnIcon } from "../../shell/icons";
import { AddMenu } from "./AddMenu";
import type { Bench } from "./bench";
import { CountsLine } from "./CountsLine";
import { isAudience, outlets, type Place, type Tile } from "./definition";
import { TileIcon } from "./icons";
import { earlier, later, tileAt } from "./tree";
import { outletOf, titleOf } from "./wording";

const useStyles = makeStyles({
  list: { listStyleType: "none", margin: 0, padding: 0, display: "flex", flexDirection: "column", gap: tokens.spacingVerticalXS },
  nested: { paddingLeft: tokens.spacingHorizontalXL, borderLeft: `2px solid ${tokens.colorNeutralStroke2}`, marginLeft: tokens.spacingHorizontalM },
  row: { display: "flex", flexWrap: "wrap", gap: tokens.spacingHorizontalS, alignItems: "center", padding: tokens.spacingVerticalXS, borderRadius: tokens.borderRadiusMedium, border: `1px solid ${tokens.colorNeutralStroke2}`, backgroundColor: tokens.colorNeutralBackground1 },
  selected: { outline: `2px solid ${tokens.colorStrokeFocus2}` },
  name: { justifyContent: "flex-start", textAlign: "left", minWidth: "240px" },
  summary: { flexGrow: 1, minWidth: "160px" },
  problem: { color: tokens.colorPaletteRedForeground1, display: "inline-flex", alignItems: "center" },
});

export function Outline({ bench }: { bench: Bench }) {
  const styles = useStyles();
  const { t } = useTranslation("journey");
  const first = bench.tiles.filter((it) => isAudience(it) || !it.place);
  return (
    <div>
      <ol className={styles.list} aria-label={t("outline")}>
        {first.map((it) => <li key={it.id}><Way bench={bench} tile={it} /></li>)}
      </ol>
      {!bench.locked && <p><AddMenu text audience label={t("addAudience")} onAdd={(kind) => bench.add(kind, null)} /></p>}
    </div>
  );
}

/** A tile, and what follows it as long as one way leads on. */
function Way({ bench, tile }: { bench: Bench; tile: Tile }) {
  const styles = useStyles();
  const { t } = useTranslation("journey");
  const line: Tile[] = [tile];
  for (let it = tile; outlets(it).length === 1; ) {
    const next = tileAt(bench.tiles, outlets(it)[0]!);
    if (!next) break;
    line.push(next);
    it = next;
  }
  const last = line.at(-1)!;
  const ways = outlets(last);
  return (
    <>
      <ol className={styles.list}>
        {line.map((it) => <li key={it.id}><Row bench={bench} tile={it} /></li>)}
      </ol>
      {ways.length === 1 && !bench.locked && <End bench={bench} place={ways[0]!} above={last} />}
      {ways.length > 1 && (
        <ul className={mergeClasses(styles.list, styles.nested)}>
          {ways.map((place) => {
            const next = tileAt(bench.tiles, place);
            return (
              <li key={`${place.outlet}${place.branch ?? ""}`}>
                <Text weight="semibold" block>{outletOf(place, bench.tiles, t)}</Text>
                {next ? <Way bench={bench} tile={next} /> : bench.locked ? <Text>{t("end")}</Text> : <End bench={bench} place={place} above={last} />}
              </li>
            );
          })}
        </ul>
      )}
    </>
  );
}

function End({ bench, place, above }: { bench: Bench; place: Place; above: Tile }) {
  const { t } = useTranslation("journey");
  const way = outletOf(place, bench.tiles, t);
  return <AddMenu text label={t("addBelow", { above: titleOf(above, t) }) + (way ? ` (${way})` : "")} onAdd={(kind) => bench.add(kind, place)} />;
}

function Row({ bench, tile }: { bench: Bench; tile: Tile }) {
  const styles = useStyles();
  const { t } = useTranslation("journey");
  const wrong = bench.problems.get(tile.id) ?? [];
  const name = titleOf(tile, t);
  const isChosen = bench.selected === tile.id;
  const next = outlets(tile).length === 1 && tileAt(bench.tiles, outlets(tile)[0]!);
  return (
    <div
      className={mergeClasses(styles.row, isChosen && styles.selected)}
      onKeyDown={(event) => {
        if (bench.locked || !event.altKey) return;
        if (event.key === "ArrowUp") bench.earlier(tile.id);
        else if (event.key === "ArrowDown") bench.later(tile.id);
        else return;
        event.preventDefault();
      }}
    >
      <Button appearance="subtle" className={styles.name} icon={<TileIcon kind={tile.kind} />} aria-pressed={isChosen} onClick={() => bench.select(tile.id)}>
        <span>
          {name}
          {tile.name && <Text size={200} block>{t(`kind.${tile.kind}`)}</Text>}
        </span>
      </Button>
      <span className={styles.summary}>
        <Text size={300} block>{bench.summary(tile)}</Text>
        <CountsLine counts={bench.counts.get(tile.id)} />
      </span>
      {wrong.map((it, at) => (
        <Fragment key={at}>
          <span className={styles.problem}><WarnIcon /><Text size={200}>{it.key ? t(it.key) : it.text}</Text></span>
        </Fragment>
      ))}
      {!bench.locked && (
        <span>
          {next && <AddMenu label={t("addBelow", { above: name })} onAdd={(kind) => bench.add(kind, outlets(tile)[0]!)} />}
          {!isAudience(tile) && (
            <>
              <Button size="small" appearance="subtle" icon={<UpIcon />} aria-label={t("earlier", { name })} disabled={!earlier(bench.tiles, tile.id)} onClick={() => bench.earlier(tile.id)} />
              <Button size="small" appearance="subtle" icon={<DownIcon />} aria-label={t("later", { name })} disabled={!later(bench.tiles, tile.id)} onClick={() => bench.later(tile.id)} />
            </>
          )}
          <Button size="small" appearance="subtle" icon={<RemoveIcon />} aria-label={t("removeTile", { name })} onClick={() => bench.remove(tile.id)} />
        </span>
      )}
    </div>
  );
}
