/** The canvas with its palette, the outline and the properties of what is chosen. */

import { Button, makeStyles, Text, tokens } from "@fluentui/react-components";
import { useTranslation } from "react-i18next";
import { AddIcon } from "../../shell/icons";
import { useNotices } from "../../shell/notices";
import type { Found } from "../design/operations";
import { Canvas } from "./Canvas";
import { blocks, changeSection, type Design, duplicate, find, insert, type Kind, move, MOST, newSection, remove, type Spot, step } from "./model";
import { KINDS, useMedium } from "./medium";
import { Outline } from "./Outline";
import { Properties } from "./Properties";
import { fresh } from "./templates";

const useStyles = makeStyles({
  heading: { margin: 0 },
  grid: {
    display: "grid", gap: tokens.spacingHorizontalL, alignItems: "start",
    gridTemplateColumns: "minmax(150px, 190px) minmax(0, 1fr) minmax(250px, 300px)",
    "@media (max-width: 1100px)": { gridTemplateColumns: "minmax(0, 1fr)" },
  },
  side: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalS, minWidth: 0, position: "sticky", top: "70px", maxHeight: "calc(100vh - 90px)", overflowY: "auto", padding: "2px",
    "@media (max-width: 1100px)": { position: "static", maxHeight: "none" } },
  palette: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalXXS, "@media (max-width: 1100px)": { flexDirection: "row", flexWrap: "wrap" } },
  add: { justifyContent: "start" },
});

/** What a drag carries: a block that is there, or a kind that comes. */
export const DRAGGED = { block: "application/x-assent-block", kind: "application/x-assent-kind" };

export interface Acts {
  select(id: string | null): void;
  change(to: (design: Design) => Design, about?: string): void;
  add(kind: Kind, spot?: Spot): void;
  move(id: string, spot: Spot): void;
  step(id: string, by: -1 | 1): void;
  duplicate(id: string): void;
  remove(id: string): void;
}

export function Blocks({ design, sender, selected, marked, locked, confirmation, onSelect, onChange }: {
  design: Design;
  sender: string;
  selected: string | null;
  marked: ReadonlyMap<string, Found>;
  locked: boolean;
  confirmation: boolean;
  onSelect(id: string | null): void;
  onChange(to: (design: Design) => Design, about?: string): void;
}) {
  const styles = useStyles();
  const { t } = useTranslation("email");
  const notices = useNotices();
  const medium = useMedium();
  const full = blocks(design).length >= MOST.blocks;
  /** Where something new lands: below what is chosen, else at the end. */
  const here = (): Spot => {
    const found = selected ? find(design, selected) : undefined;
    if (found) return { ...found.spot, at: found.spot.at + 1 };
    const section = design.sections.find((it) => it.id === selected) ?? design.sections.findLast((it) => !it.columns.some((one) => one.blocks.some((block) => block.kind === "footer"))) ?? design.sections.at(-1);
    return { section: section?.id ?? "", column: 0, at: section?.columns[0]?.blocks.length ?? 0 };
  };
  const acts: Acts = {
    select: onSelect,
    change: onChange,
    add(kind, spot) {
      if (full) return;
      const block = fresh(kind, t);
      if (design.sections.length === 0) {
        const section = newSection();
        onChange((it) => insert({ ...it, sections: [section] }, block, { section: section.id, column: 0, at: 0 }));
      } else onChange((it) => insert(it, block, spot ?? here()));
      onSelect(block.id);
    },
    move(id, spot) {
      onChange((it) => move(it, id, spot));
      onSelect(id);
    },
    step: (id, by) => onChange((it) => step(it, id, by)),
    duplicate(id) {
      if (full) return;
      const copied = duplicate(design, id);
      onChange(() => copied.design);
      onSelect(copied.id);
    },
    remove(id) {
      const before = design;
      onChange((it) => remove(it, id));
      onSelect(null);
      notices.done(t("removed"), () => onChange(() => before));
    },
  };
  const addSection = (columns: number) => {
    const section = newSection(columns);
    const at = design.sections.findIndex((it) => it.id === selected || it.columns.some((one) => one.blocks.some((block) => block.id === selected)));
    onChange((it) => ({ ...it, sections: it.sections.toSpliced(at < 0 ? it.sections.length : at + 1, 0, section) }));
    onSelect(section.id);
  };
  return (
    <div className={styles.grid}>
      <div className={styles.side}>
        {!locked && (
          <>
            <Text as="h2" weight="semibold" block className={styles.heading}>{t("palette.blocks")}</Text>
            <div className={styles.palette} role="group" aria-label={t("palette.blocks")}>
              {KINDS[medium].map((kind) => (
                <Button
                  key={kind}
                  size="small"
                  className={styles.add}
                  icon={<AddIcon />}
                  disabled={full}
                  draggable={!full}
                  onDragStart={(event) => event.dataTransfer.setData(DRAGGED.kind, kind)}
                  onClick={() => acts.add(kind)}
                >
                  {t(`kind.${kind}`)}
                </Button>
              ))}
            </div>
            {full && <Text size={200}>{t("palette.full", { most: MOST.blocks })}</Text>}
            <Text as="h2" weight="semibold" block className={styles.heading}>{t("palette.sections")}</Text>
            <div className={styles.palette} role="group" aria-label={t("palette.sections")}>
              {[1, 2, 3].map((columns) => (
                <Button key={columns} size="small" className={styles.add} icon={<AddIcon />} disabled={design.sections.length >= MOST.sections} onClick={() => addSection(columns)}>
                  {t("palette.columns", { count: columns })}
                </Button>
              ))}
            </div>
          </>
        )}
        <Outline design={design} selected={selected} marked={marked} onSelect={onSelect} />
      </div>
      <Canvas design={design} sender={sender} selected={selected} marked={marked} locked={locked} acts={acts} />
      <div className={styles.side}>
        <Properties
          key={selected ?? "mail"}
          design={design}
          selected={selected}
          problem={selected ? marked.get(selected) : undefined}
          locked={locked}
          confirmation={confirmation}
          acts={acts}
          onSection={(id, to, about) => onChange((it) => changeSection(it, id, to), about)}
        />
      </div>
    </div>
  );
}
