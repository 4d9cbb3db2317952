/** What is beside the drawing: the chosen tile, or the journey itself. */

import { Button, Field, Input, makeStyles, Select, Text, tokens } from "@fluentui/react-components";
import { useTranslation } from "react-i18next";
import { RemoveIcon, WarnIcon } from "../../shell/icons";
import type { Bench } from "./bench";
import { CountsLine } from "./CountsLine";
import { isAudience, ordered, type Place, same, type Settings, type Tile } from "./definition";
import { TileIcon } from "./icons";
import { TileSettings } from "./Tile";
import { free, move } from "./tree";
import { reasonOf } from "../../said/said";
import { outletOf, titleOf } from "./wording";

const useStyles = makeStyles({
  form: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalM },
  head: { display: "flex", gap: tokens.spacingHorizontalS, alignItems: "center" },
  problem: { color: tokens.colorPaletteRedForeground1, display: "flex", gap: tokens.spacingHorizontalXS },
  reasons: { margin: 0, paddingLeft: tokens.spacingHorizontalL },
});

export function TilePanel({ bench, tile, name, onTiles, onName, onSet }: {
  bench: Bench;
  tile: Tile;
  name(entity: string, id: string): string;
  onTiles(tiles: Tile[]): void;
  onName(name: string): void;
  onSet(settings: Settings, kind?: string): void;
}) {
  const styles = useStyles();
  const { t } = useTranslation("journey");
  const counts = bench.counts.get(tile.id);
  const reasons = [
    ...Object.entries(counts?.stopped ?? {}).map(([reason, people]) => ({ reason, people, how: "counts.stopped" })),
    ...Object.entries(counts?.blocked ?? {}).map(([reason, people]) => ({ reason, people, how: "counts.blocked" })),
  ];
  return (
    <div className={styles.form}>
      <span className={styles.head}>
        <TileIcon kind={tile.kind} />
        <Text as="h2" weight="semibold" size={400}>{t(`kind.${tile.kind}`, { defaultValue: tile.kind })}</Text>
      </span>
      {(bench.problems.get(tile.id) ?? []).map((it, at) => (
        <span key={at} className={styles.problem}><WarnIcon /><Text>{it.key ? t(it.key) : it.text}</Text></span>
      ))}
      <Field label={t("name")} hint={t("nameHint")}>
        <Input maxLength={100} disabled={bench.locked} value={tile.name} placeholder={t(`kind.${tile.kind}`)} onChange={(_, { value }) => onName(value)} />
      </Field>
      <TileSettings tile={tile} tiles={bench.tiles} locked={bench.locked} name={name} onSet={onSet} onTiles={onTiles} />
      {!isAudience(tile) && <Hangs bench={bench} tile={tile} onTiles={onTiles} />}
      {counts && counts.reached > 0 && (
        <div>
          <CountsLine counts={counts} />
          {reasons.length > 0 && (
            <ul className={styles.reasons}>
              {reasons.map((it) => <li key={it.how + it.reason}><Text size={200}>{t(it.how, { shown: it.people, count: it.people })}: {reasonOf(it.reason)}</Text></li>)}
            </ul>
          )}
        </div>
      )}
      {!bench.locked && <div><Button icon={<RemoveIcon />} onClick={() => bench.remove(tile.id)}>{t("removeIt")}</Button></div>}
    </div>
  );
}

/** Where the tile hangs: another place moves it. */
function Hangs({ bench, tile, onTiles }: { bench: Bench; tile: Tile; onTiles(tiles: Tile[]): void }) {
  const { t } = useTranslation("journey");
  const places = free(bench.tiles, tile.id);
  const label = (place: Place) => {
    const above = bench.tiles.find((it) => it.id === place.parent);
    const way = outletOf(place, bench.tiles, t);
    const number = ordered(bench.tiles).findIndex((it) => it.id === place.parent) + 1;
    return `${number}. ${above ? titleOf(above, t) : place.parent}${way ? ` – ${way}` : ""}`;
  };
  const now = places.findIndex((it) => same(it, tile.place));
  return (
    <Field label={t("follows")}>
      <Select disabled={bench.locked} value={String(now)} onChange={(_, { value }) => { const place = places[Number(value)]; if (place) onTiles(move(bench.tiles, tile.id, place)); }}>
        {now < 0 && <option value="-1">{t("nowhere")}</option>}
        {places.map((it, at) => <option key={at} value={String(at)}>{label(it)}</option>)}
      </Select>
    </Field>
  );
}
