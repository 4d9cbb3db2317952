/**
 * A table of any number of rows: those in view are drawn, the pages they are on are asked for. By keyboard: arrows,
 * Page up and down, Home and End move, space chooses, Enter opens.
 *
 * A browser draws no page that is higher than some ten million points; beyond that the way of the scroll bar is
 * scaled, and rows keep their height.
 */

import { Checkbox, makeStyles, mergeClasses, Skeleton, SkeletonItem, tokens } from "@fluentui/react-components";
import { type KeyboardEvent, type ReactNode, useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Order } from "../api/fetchxml";
import type { Column } from "../api/metadata";
import type { Row } from "../api/row";
import { DownIcon, UpIcon } from "../shell/icons";

const HEIGHT = 36;
const CHECK = 40;
const TALLEST = 8_000_000;
const BEFORE_AND_BEHIND = 6;

const useStyles = makeStyles({
  grid: {
    flexGrow: 1,
    minHeight: "240px",
    overflow: "auto",
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    borderRadius: tokens.borderRadiusMedium,
    position: "relative",
    outlineStyle: "none",
    ":focus-visible": { boxShadow: `0 0 0 2px ${tokens.colorStrokeFocus2}` },
  },
  head: {
    position: "sticky",
    top: 0,
    zIndex: 2,
    display: "grid",
    backgroundColor: tokens.colorNeutralBackground3,
    borderBottom: `1px solid ${tokens.colorNeutralStroke1}`,
    minWidth: "100%",
  },
  heading: {
    display: "flex",
    alignItems: "center",
    gap: tokens.spacingHorizontalXS,
    padding: `0 ${tokens.spacingHorizontalS}`,
    height: `${HEIGHT}px`,
    fontWeight: tokens.fontWeightSemibold,
    backgroundColor: "transparent",
    border: "none",
    color: "inherit",
    fontFamily: "inherit",
    fontSize: "inherit",
    textAlign: "left",
    cursor: "pointer",
    overflow: "hidden",
    whiteSpace: "nowrap",
    textOverflow: "ellipsis",
    ":focus-visible": { outline: `2px solid ${tokens.colorStrokeFocus2}`, outlineOffset: "-2px" },
  },
  canvas: { position: "relative", minWidth: "100%" },
  row: {
    position: "absolute",
    left: 0,
    right: 0,
    display: "grid",
    height: `${HEIGHT}px`,
    alignItems: "center",
    borderBottom: `1px solid ${tokens.colorNeutralStroke3}`,
    cursor: "pointer",
    ":hover": { backgroundColor: tokens.colorNeutralBackground1Hover },
  },
  chosen: { backgroundColor: tokens.colorNeutralBackground1Selected },
  current: { boxShadow: `inset 3px 0 0 ${tokens.colorBrandStroke1}` },
  cell: { padding: `0 ${tokens.spacingHorizontalS}`, overflow: "hidden", whiteSpace: "nowrap", textOverflow: "ellipsis" },
});

export interface GridColumn {
  column: Column;
  width: number;
  draw(row: Row): ReactNode;
}

export function Grid({ label, columns, total, row, order, chosen, onView, onOrder, onOpen, onChoose }: {
  label: string;
  columns: GridColumn[];
  total: number;
  /** The row at a place, if it has come. */
  row(at: number): Row | undefined;
  order: Order[];
  chosen: ReadonlySet<number>;
  /** These places are in view. */
  onView(from: number, to: number): void;
  onOrder(column: string, add: boolean): void;
  onOpen(at: number): void;
  onChoose?: ((places: number[], on: boolean) => void) | undefined;
}) {
  const styles = useStyles();
  const { t } = useTranslation();
  const box = useRef<HTMLDivElement>(null);
  const [{ top, height }, setWindow] = useState({ top: 0, height: 600 });
  const [current, setCurrent] = useState(0);
  const anchor = useRef(0);

  const whole = total * HEIGHT;
  const drawn = Math.min(whole, TALLEST);
  const room = Math.max(height - HEIGHT, HEIGHT);
  // How far rows go for each point that the bar goes.
  const scale = drawn > room && whole > drawn ? (whole - room) / (drawn - room) : 1;
  const first = Math.max(0, Math.floor((top * scale) / HEIGHT) - BEFORE_AND_BEHIND);
  const last = Math.min(total, Math.ceil((top * scale + room) / HEIGHT) + BEFORE_AND_BEHIND);

  useLayoutEffect(() => {
    const it = box.current;
    if (!it) return;
    const measure = () => setWindow((before) => ({ ...before, height: it.clientHeight }));
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(it);
    return () => observer.disconnect();
  }, []);
  useEffect(() => onView(first, last), [first, last, onView]);
  // Another query begins at its first row.
  const reset = useCallback(() => {
    setCurrent(0);
    anchor.current = 0;
    box.current?.scrollTo({ top: 0 });
  }, []);
  const orderText = order.map((it) => it.column + it.descending).join();
  useEffect(reset, [reset, orderText]);

  const show = (at: number) => {
    const it = box.current;
    if (!it) return;
    const above = at * HEIGHT;
    const seen = it.scrollTop * scale;
    if (above < seen) it.scrollTop = above / scale;
    else if (above + HEIGHT > seen + room) it.scrollTop = (above + HEIGHT - room) / scale;
  };
  const go = (to: number, range: boolean) => {
    const at = Math.max(0, Math.min(total - 1, to));
    setCurrent(at);
    show(at);
    if (range && onChoose) onChoose(between(anchor.current, at), true);
    else anchor.current = at;
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.target !== box.current) return;
    const page = Math.max(1, Math.floor(room / HEIGHT) - 1);
    const to: Record<string, number> = {
      ArrowDown: current + 1, ArrowUp: current - 1, PageDown: current + page, PageUp: current - page, Home: 0, End: total - 1,
    };
    if (event.key in to) go(to[event.key]!, event.shiftKey);
    else if (event.key === "Enter") onOpen(current);
    else if (event.key === " " && onChoose) onChoose([current], !chosen.has(current));
    else return;
    event.preventDefault();
  };

  const template = `${onChoose ? `${CHECK}px ` : ""}${columns.map((it) => `minmax(${it.width}px, 1fr)`).join(" ")}`;
  const minWidth = columns.reduce((sum, it) => sum + it.width, onChoose ? CHECK : 0);
  const places = Array.from({ length: Math.max(0, last - first) }, (_, at) => first + at);
  return (
    <div
      ref={box}
      className={styles.grid}
      role="grid"
      aria-label={label}
      aria-rowcount={total + 1}
      aria-colcount={columns.length}
      aria-multiselectable={onChoose !== undefined}
      aria-activedescendant={row(current) ? `row-${current}` : undefined}
      tabIndex={0}
      onKeyDown={onKey}
      onScroll={(event) => {
        const { scrollTop: top } = event.currentTarget;
        setWindow((before) => ({ ...before, top }));
      }}
    >
      <div role="row" aria-rowindex={1} className={styles.head} style={{ gridTemplateColumns: template, minWidth }}>
        {onChoose && <span role="columnheader" aria-label={t("chosen")} />}
        {columns.map(({ column }) => {
          const at = order.find((it) => it.column === column.name);
          return (
            <div
              key={column.name}
              role="columnheader"
              aria-sort={at ? (at.descending ? "descending" : "ascending") : "none"}
              style={{ minWidth: 0 }}
            >
              <button
                type="button"
                className={styles.heading}
                style={{ width: "100%" }}
                title={column.description || column.label}
                onClick={(event) => onOrder(column.name, event.shiftKey)}
              >
                {column.label}
                {at && (at.descending ? <DownIcon width={14} /> : <UpIcon width={14} />)}
              </button>
            </div>
          );
        })}
      </div>
      <div role="rowgroup" className={styles.canvas} style={{ height: drawn, minWidth }}>
        {places.map((at) => {
          const it = row(at);
          const isChosen = chosen.has(at);
          return (
            <div
              key={at}
              id={`row-${at}`}
              role="row"
              aria-rowindex={at + 2}
              aria-selected={onChoose ? isChosen : undefined}
              className={mergeClasses(styles.row, isChosen && styles.chosen, at === current && styles.current)}
              style={{ top: top + at * HEIGHT - top * scale, gridTemplateColumns: template }}
              onClick={(event) => {
                setCurrent(at);
                if (event.shiftKey && onChoose) onChoose(between(anchor.current, at), true);
                else if ((event.ctrlKey || event.metaKey) && onChoose) onChoose([at], !isChosen);
                else onOpen(at);
              }}
            >
              {onChoose && (
                <span role="gridcell" onClick={(event) => event.stopPropagation()}>
                  <Checkbox
                    checked={isChosen}
                    disabled={!it}
                    tabIndex={-1}
                    aria-label={t("choose")}
                    onChange={(_, { checked }) => {
                      anchor.current = at;
                      onChoose([at], checked === true);
                    }}
                  />
                </span>
              )}
              {columns.map(({ column, draw }) => (
                <span key={column.name} role="gridcell" className={styles.cell}>
                  {it ? draw(it) : <Placeholder />}
                </span>
              ))}
            </div>
          );
        })}
      </div>
    </div>
  );
}

const between = (one: number, other: number) => {
  const [from, to] = [Math.min(one, other), Math.max(one, other)];
  return Array.from({ length: to - from + 1 }, (_, at) => from + at);
};

const Placeholder = () => (
  <Skeleton aria-hidden>
    <SkeletonItem size={12} style={{ width: "60%" }} />
  </Skeleton>
);
