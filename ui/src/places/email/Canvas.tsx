/**
 * The mail as it is being made. A block is moved by dragging it, by the buttons on it, or with Alt and the arrows;
 * Delete takes it away, Ctrl+D doubles it. Where something can be dropped, a line shows.
 */

import { Button, makeStyles, mergeClasses, tokens } from "@fluentui/react-components";
import { type DragEvent, type KeyboardEvent, type MouseEvent, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { DownIcon, RemoveIcon, UpIcon, WarnIcon } from "../../shell/icons";
import type { Found } from "../design/operations";
import type { Acts } from "./Blocks";
import { BlockView } from "./BlockView";
import { DRAGGED } from "./Blocks";
import { useMedium } from "./medium";
import { type Block, brief, type Design, type Kind, type Section, type Spot } from "./model";

const useStyles = makeStyles({
  page: { padding: tokens.spacingVerticalXL, borderRadius: tokens.borderRadiusMedium, border: `1px solid ${tokens.colorNeutralStroke1}`, minWidth: 0, overflowX: "auto" },
  mail: { margin: "0 auto", maxWidth: "100%" },
  section: { position: "relative", outlineOffset: "1px", ":hover": { outline: `1px dotted ${tokens.colorNeutralStrokeAccessible}` } },
  columns: { display: "flex", "@media (max-width: 600px)": { flexDirection: "column" } },
  column: { flex: "1 1 0", minWidth: 0, padding: "8px 0" },
  block: { position: "relative", cursor: "default", ":hover": { outline: `1px dashed ${tokens.colorNeutralStrokeAccessible}` }, ":focus-visible": { outline: `3px solid ${tokens.colorBrandStroke1}` } },
  chosen: { outline: `2px solid ${tokens.colorBrandStroke1}`, ":hover": { outline: `2px solid ${tokens.colorBrandStroke1}` } },
  wrong: { boxShadow: `inset 4px 0 0 ${tokens.colorStatusDangerBorderActive}` },
  bar: {
    position: "absolute", right: "4px", top: "-16px", zIndex: 2, display: "flex", backgroundColor: tokens.colorNeutralBackground1,
    borderRadius: tokens.borderRadiusMedium, boxShadow: tokens.shadow8, color: tokens.colorNeutralForeground1,
  },
  drag: { cursor: "grab" },
  drop: { height: "6px", margin: "-3px 8px", position: "relative", zIndex: 1, borderRadius: "3px" },
  over: { backgroundColor: tokens.colorBrandBackground },
  vacant: { margin: "8px 16px", padding: "16px", border: `1px dashed #767676`, borderRadius: tokens.borderRadiusMedium, color: "#595959", backgroundColor: "#ffffff", textAlign: "center", fontSize: "14px" },
  tag: {
    position: "absolute", left: "-1px", top: "-20px", zIndex: 2, padding: "0 6px", fontSize: "12px", lineHeight: "20px",
    backgroundColor: tokens.colorBrandBackground, color: tokens.colorNeutralForegroundOnBrand, borderRadius: "4px 4px 0 0",
  },
  mark: { position: "absolute", right: "4px", bottom: "4px", backgroundColor: tokens.colorNeutralBackground1, borderRadius: "50%", padding: "2px" },
  error: { color: tokens.colorStatusDangerForeground1 },
  warning: { color: tokens.colorStatusWarningForeground1 },
});

export const FONTS = { sans: "Segoe UI, Helvetica, Arial, sans-serif", serif: "Georgia, Times New Roman, serif", mono: "Consolas, Courier New, monospace" };

export function Canvas({ design, sender, selected, marked, locked, acts }: {
  design: Design;
  sender: string;
  selected: string | null;
  marked: ReadonlyMap<string, Found>;
  locked: boolean;
  acts: Acts;
}) {
  const styles = useStyles();
  const { t } = useTranslation("email");
  const medium = useMedium();
  const root = useRef<HTMLDivElement>(null);
  const { look } = design;
  useEffect(() => {
    if (!selected) return;
    root.current?.querySelector(`[data-id="${CSS.escape(selected)}"]`)?.scrollIntoView({ block: "nearest" });
  }, [selected]);
  /** What moved keeps the focus. */
  const refocus = (id: string) => setTimeout(() => root.current?.querySelector<HTMLElement>(`[data-id="${CSS.escape(id)}"]`)?.focus());
  const onKeyDown = (event: KeyboardEvent, id: string) => {
    if (event.target !== event.currentTarget) return;
    const by = event.key === "ArrowUp" ? -1 : event.key === "ArrowDown" ? 1 : 0;
    if (by !== 0 && event.altKey && !locked) acts.step(id, by);
    else if (by !== 0) {
      const all = [...(root.current?.querySelectorAll<HTMLElement>("[data-id]") ?? [])];
      all[all.indexOf(event.currentTarget as HTMLElement) + by]?.focus();
    } else if (event.key === "Enter" || event.key === " ") acts.select(id);
    else if (event.key === "Escape") acts.select(null);
    else if (event.key === "Delete" && !locked) acts.remove(id);
    else if (event.key.toLowerCase() === "d" && (event.ctrlKey || event.metaKey) && !locked) acts.duplicate(id);
    else return;
    event.preventDefault();
    event.stopPropagation();
    if (by !== 0 && event.altKey) refocus(id);
  };
  const bar = (id: string, name: string) => (
    <div className={styles.bar} role="toolbar" aria-label={name} onClick={(event) => event.stopPropagation()}>
      <Button size="small" appearance="subtle" icon={<UpIcon />} aria-label={t("moveUp")} title={t("moveUp")} onClick={() => acts.step(id, -1)} />
      <Button size="small" appearance="subtle" icon={<DownIcon />} aria-label={t("moveDown")} title={t("moveDown")} onClick={() => acts.step(id, 1)} />
      <Button size="small" appearance="subtle" onClick={() => acts.duplicate(id)}>{t("duplicate")}</Button>
      <Button size="small" appearance="subtle" icon={<RemoveIcon />} aria-label={t("remove")} title={t("remove")} onClick={() => acts.remove(id)} />
    </div>
  );
  /** What can be chosen and moved by the keyboard. */
  const part = (id: string, name: string) => ({
    "data-id": id,
    role: "group",
    "aria-label": name,
    "aria-current": selected === id ? ("true" as const) : undefined,
    tabIndex: 0,
    onClick: (event: MouseEvent) => { event.stopPropagation(); acts.select(id); },
    onKeyDown: (event: KeyboardEvent) => onKeyDown(event, id),
  });
  const block = (it: Block) => {
    const problem = marked.get(it.id);
    const name = `${t(`kind.${it.kind}`)} ${brief(it)}`.trim();
    const chosen = selected === it.id;
    return (
      <div
        key={it.id}
        {...part(it.id, problem ? `${name} – ${problem.text}` : name)}
        className={mergeClasses(styles.block, chosen && styles.chosen, problem && !problem.warning && styles.wrong)}
        draggable={!locked}
        onDragStart={(event) => { event.stopPropagation(); event.dataTransfer.effectAllowed = "move"; event.dataTransfer.setData(DRAGGED.block, it.id); }}
      >
        {chosen && !locked && bar(it.id, name)}
        {it.onlyIf && <span className={styles.tag}>{t("condition.some")}</span>}
        <BlockView block={it} look={look} sender={sender} />
        {problem && !chosen && <span className={mergeClasses(styles.mark, problem.warning ? styles.warning : styles.error)} title={problem.text}><WarnIcon style={{ display: "block" }} /></span>}
      </div>
    );
  };
  const section = (it: Section, at: number) => {
    const name = t("section", { number: at + 1 });
    const chosen = selected === it.id;
    return (
      <div
        key={it.id}
        {...part(it.id, name)}
        className={mergeClasses(styles.section, styles.block, chosen && styles.chosen)}
        style={{ backgroundColor: it.background ?? look.surface }}
      >
        {chosen && !locked && bar(it.id, name)}
        <div className={styles.columns}>
          {it.columns.map(({ blocks }, column) => {
            const spot = (at: number): Spot => ({ section: it.id, column, at });
            return (
              <div key={column} className={styles.column}>
                {blocks.flatMap((one, at) => [
                  <Drop key={`drop-${one.id}`} spot={spot(at)} acts={acts} locked={locked} />,
                  block(one),
                ])}
                {blocks.length === 0 ? (
                  <Drop spot={spot(0)} acts={acts} locked={locked}>{t("vacant")}</Drop>
                ) : (
                  <Drop spot={spot(blocks.length)} acts={acts} locked={locked} />
                )}
              </div>
            );
          })}
        </div>
      </div>
    );
  };
  return (
    <div className={styles.page} style={{ backgroundColor: look.page }} onClick={() => acts.select(null)}>
      <div
        ref={root}
        className={styles.mail}
        role="group"
        aria-label={t("canvas", { context: medium })}
        aria-description={locked ? undefined : t("canvasHelp")}
        style={{ width: look.width, color: look.text, fontFamily: FONTS[look.font], fontSize: 16, lineHeight: 1.5 }}
      >
        {design.sections.map(section)}
        {design.sections.length === 0 && <div className={styles.vacant}>{t("vacant")}</div>}
      </div>
    </div>
  );
}

/** A line between two blocks, or an empty column, that takes what is dropped on it. */
function Drop({ spot, acts, locked, children }: { spot: Spot; acts: Acts; locked: boolean; children?: string }) {
  const styles = useStyles();
  const [over, setOver] = useState(false);
  const takes = (event: DragEvent) => !locked && event.dataTransfer.types.some((it) => it === DRAGGED.block || it === DRAGGED.kind);
  return (
    <div
      className={mergeClasses(children ? styles.vacant : styles.drop, over && styles.over)}
      onDragOver={(event) => {
        if (!takes(event)) return;
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        if (!takes(event)) return;
        event.preventDefault();
        event.stopPropagation();
        setOver(false);
        const id = event.dataTransfer.getData(DRAGGED.block);
        if (id) acts.move(id, spot);
        else acts.add(event.dataTransfer.getData(DRAGGED.kind) as Kind, spot);
      }}
    >
      {children}
    </div>
  );
}

