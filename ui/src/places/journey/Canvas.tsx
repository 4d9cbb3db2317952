/** The drawing of a journey. Whatever can be done here can be done in the outline too. */

import "@xyflow/react/dist/base.css";
import { Button, makeStyles, mergeClasses, Text, tokens } from "@fluentui/react-components";
import {
  Background, BaseEdge, type Connection, ControlButton, Controls, type Edge, EdgeLabelRenderer, type EdgeProps, getSmoothStepPath, Handle, type Node,
  type NodeProps, type OnNodeDrag, Panel, Position, ReactFlow, ReactFlowProvider, useReactFlow,
} from "@xyflow/react";
import { createContext, type DragEvent, type KeyboardEvent, useContext, useEffect, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { WarnIcon } from "../../shell/icons";
import { useTheme } from "../../shell/look";
import { AddMenu } from "./AddMenu";
import type { Bench } from "./bench";
import { CountsLine } from "./CountsLine";
import { AUDIENCES, isAudience, type Kind, outlets, type Place, STEPS, type Tile } from "./definition";
import { TileIcon } from "./icons";
import { endOf, HEIGHT, layout, type Point, WIDTH } from "./layout";
import { tileAt } from "./tree";
import { outletOf, titleOf } from "./wording";

const DRAGGED = "application/x-assent-tile";

const useStyles = makeStyles({
  box: { height: "100%", minHeight: "420px", border: `1px solid ${tokens.colorNeutralStroke2}`, borderRadius: tokens.borderRadiusMedium, backgroundColor: tokens.colorNeutralBackground2 },
  tile: {
    width: `${WIDTH}px`, minHeight: "72px", boxSizing: "border-box", padding: tokens.spacingHorizontalS, display: "flex", flexDirection: "column", gap: tokens.spacingVerticalXXS,
    backgroundColor: tokens.colorNeutralBackground1, color: tokens.colorNeutralForeground1, border: `1px solid ${tokens.colorNeutralStroke1}`,
    borderRadius: tokens.borderRadiusLarge, boxShadow: tokens.shadow4, cursor: "pointer",
  },
  audience: { borderTop: `4px solid ${tokens.colorBrandStroke1}` },
  selected: { outline: `2px solid ${tokens.colorStrokeFocus2}`, outlineOffset: "1px" },
  wrong: { border: `2px solid ${tokens.colorPaletteRedBorder2}` },
  head: { display: "flex", gap: tokens.spacingHorizontalXS, alignItems: "center" },
  title: { flexGrow: 1, overflow: "hidden", textOverflow: "ellipsis", whiteSpace: "nowrap" },
  summary: { overflow: "hidden", textOverflow: "ellipsis", display: "-webkit-box", WebkitLineClamp: 2, WebkitBoxOrient: "vertical" },
  problem: { color: tokens.colorPaletteRedForeground1, display: "inline-flex", alignItems: "center", gap: "2px" },
  handle: { width: "10px", height: "10px", backgroundColor: tokens.colorBrandBackground, border: `2px solid ${tokens.colorNeutralBackground1}` },
  end: { width: `${WIDTH}px`, display: "flex", justifyContent: "center", borderRadius: tokens.borderRadiusLarge },
  over: { backgroundColor: tokens.colorBrandBackground2 },
  label: { position: "absolute", pointerEvents: "all", display: "flex", gap: tokens.spacingHorizontalXS, alignItems: "center" },
  word: { backgroundColor: tokens.colorNeutralBackground1, color: tokens.colorNeutralForeground1, border: `1px solid ${tokens.colorNeutralStroke2}`, borderRadius: tokens.borderRadiusMedium, padding: "0 4px", fontSize: tokens.fontSizeBase200 },
  palette: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalXXS, padding: tokens.spacingHorizontalXS, backgroundColor: tokens.colorNeutralBackground1, borderRadius: tokens.borderRadiusMedium, border: `1px solid ${tokens.colorNeutralStroke2}` },
  kind: { justifyContent: "flex-start" },
  controls: { "& button": { backgroundColor: tokens.colorNeutralBackground1, color: tokens.colorNeutralForeground1, fill: "currentColor", border: `1px solid ${tokens.colorNeutralStroke2}`, width: "28px", height: "28px", padding: "6px", cursor: "pointer", display: "block" } },
});

const Here = createContext<Bench | null>(null);
const useBench = (): Bench => {
  const bench = useContext(Here);
  if (!bench) throw new Error("a tile is drawn on a canvas");
  return bench;
};

type TileNode = Node<{ tile: Tile }, "tile">;
type EndNode = Node<{ place: Place }, "end">;
type Way = Edge<{ place: Place }, "way">;

const handleOf = (place: Pick<Place, "outlet" | "branch">) => `${place.outlet}:${place.branch ?? ""}`;

function TileBox({ data: { tile } }: NodeProps<TileNode>) {
  const styles = useStyles();
  const { t } = useTranslation("journey");
  const bench = useBench();
  const wrong = bench.problems.get(tile.id) ?? [];
  const ways = outlets(tile);
  return (
    <div className={mergeClasses(styles.tile, isAudience(tile) && styles.audience, wrong.length > 0 && styles.wrong, bench.selected === tile.id && styles.selected)}>
      {!isAudience(tile) && <Handle type="target" position={Position.Top} className={styles.handle} isConnectable={!bench.locked} />}
      <span className={styles.head}>
        <TileIcon kind={tile.kind} />
        <Text weight="semibold" className={styles.title} title={titleOf(tile, t)}>{titleOf(tile, t)}</Text>
        {wrong.length > 0 && <span className={styles.problem} title={t("problems.here", { count: wrong.length })}><WarnIcon /><Text size={200}>{wrong.length}</Text></span>}
      </span>
      <Text size={200} className={styles.summary} title={bench.summary(tile)}>{bench.summary(tile)}</Text>
      <CountsLine counts={bench.counts.get(tile.id)} />
      {ways.map((it, at) => (
        <Handle
          key={handleOf(it)} id={handleOf(it)} type="source" position={Position.Bottom} className={styles.handle} isConnectable={!bench.locked}
          style={{ left: `${((at + 1) * 100) / (ways.length + 1)}%` }}
        />
      ))}
    </div>
  );
}

function EndBox({ data: { place } }: NodeProps<EndNode>) {
  const styles = useStyles();
  const { t } = useTranslation("journey");
  const bench = useBench();
  const drop = useDrop((kind) => bench.add(kind, place));
  const above = bench.tiles.find((it) => it.id === place.parent);
  return (
    <div className={mergeClasses(styles.end, drop.over && styles.over)} {...drop.props}>
      <Handle type="target" position={Position.Top} style={{ visibility: "hidden" }} isConnectable={false} />
      {bench.locked ? <Text size={200}>{t("end")}</Text> : <AddMenu label={t("addBelow", { above: above ? titleOf(above, t) : "" })} onAdd={(kind) => bench.add(kind, place)} />}
    </div>
  );
}

function WayLine({ sourceX, sourceY, targetX, targetY, data, target }: EdgeProps<Way>) {
  const styles = useStyles();
  const { t } = useTranslation("journey");
  const bench = useBench();
  const [path, labelX, labelY] = getSmoothStepPath({ sourceX, sourceY, targetX, targetY, sourcePosition: Position.Bottom, targetPosition: Position.Top });
  const drop = useDrop((kind) => data && bench.add(kind, data.place));
  if (!data) return <BaseEdge path={path} />;
  const word = outletOf(data.place, bench.tiles, t);
  const below = bench.tiles.find((it) => it.id === target);
  return (
    <>
      <BaseEdge path={path} style={{ stroke: tokens.colorNeutralStroke1Pressed, strokeWidth: 1.5 }} />
      <EdgeLabelRenderer>
        <div
          className={mergeClasses(styles.label, drop.over && styles.over)}
          style={{ transform: `translate(-50%, -50%) translate(${word ? targetX : labelX}px, ${word ? targetY - 24 : labelY}px)` }}
          {...drop.props}
        >
          {word && <span className={styles.word}>{word}</span>}
          {below && !bench.locked && <AddMenu label={t("addBefore", { below: titleOf(below, t) })} onAdd={(kind) => bench.add(kind, data.place)} />}
        </div>
      </EdgeLabelRenderer>
    </>
  );
}

/** A place where a kind of tile can be let go. */
function useDrop(onKind: (kind: Kind) => void) {
  const [over, setOver] = useState(false);
  const bench = useBench();
  return {
    over,
    props: {
      onDragOver: (event: DragEvent) => {
        if (bench.locked || !event.dataTransfer.types.includes(DRAGGED)) return;
        event.preventDefault();
        event.stopPropagation();
        setOver(true);
      },
      onDragLeave: () => setOver(false),
      onDrop: (event: DragEvent) => {
        setOver(false);
        const kind = event.dataTransfer.getData(DRAGGED) as Kind;
        if (!kind || AUDIENCES.includes(kind)) return;
        event.preventDefault();
        event.stopPropagation();
        onKind(kind);
      },
    },
  };
}

const NODES = { tile: TileBox, end: EndBox };
const EDGES = { way: WayLine };

function Drawing() {
  const styles = useStyles();
  const { t } = useTranslation("journey");
  const { dark } = useTheme();
  const bench = useBench();
  const flow = useReactFlow();
  const points = useMemo(() => layout(bench.tiles), [bench.tiles]);
  const [moving, setMoving] = useState<Record<string, Point>>({});
  const shift = (tile: string): Point => {
    const own = bench.positions[tile];
    const natural = points.get(tile);
    return own && natural ? { x: own.x - natural.x, y: own.y - natural.y } : { x: 0, y: 0 };
  };
  const nodes: (TileNode | EndNode)[] = bench.tiles.flatMap((tile): (TileNode | EndNode)[] => {
    const place = moving[tile.id] ?? bench.positions[tile.id] ?? points.get(tile.id) ?? { x: 0, y: 0 };
    const ends = outlets(tile).filter((it) => !tileAt(bench.tiles, it));
    const by = moving[tile.id] && points.get(tile.id) ? { x: place.x - points.get(tile.id)!.x, y: place.y - points.get(tile.id)!.y } : shift(tile.id);
    return [
      {
        id: tile.id, type: "tile", position: place, data: { tile }, selected: bench.selected === tile.id, draggable: !bench.locked, width: WIDTH,
        ariaLabel: `${titleOf(tile, t)}: ${bench.summary(tile)}`,
      },
      ...ends.map((it): EndNode => {
        const end = points.get(endOf(it)) ?? place;
        return { id: endOf(it), type: "end", position: { x: end.x + by.x, y: end.y + by.y - 24 }, data: { place: it }, draggable: false, selectable: false, focusable: false, width: WIDTH };
      }),
    ];
  });
  const edges: Way[] = bench.tiles.flatMap((tile) =>
    outlets(tile).map((place): Way => {
      const next = tileAt(bench.tiles, place);
      const target = next?.id ?? endOf(place);
      return { id: `${endOf(place)}>`, type: "way", source: tile.id, sourceHandle: handleOf(place), target, data: { place }, focusable: false };
    }),
  );
  // A new tile may lie outside of what is seen.
  const size = bench.tiles.length;
  useEffect(() => void flow.fitView({ padding: 0.15, maxZoom: 1, duration: 200 }), [flow, size]);
  const onDrag: OnNodeDrag = (_, node) => setMoving((before) => ({ ...before, [node.id]: node.position }));
  const onDragStop: OnNodeDrag = (_, node, all) => {
    setMoving({});
    const natural = points.get(node.id);
    if (natural && Math.hypot(natural.x - node.position.x, natural.y - node.position.y) < 4) return;
    bench.put({ ...bench.positions, ...Object.fromEntries(all.map((it) => [it.id, it.position])) });
  };
  const onConnect = ({ source, sourceHandle, target }: Connection) => {
    const [outlet = "default", branch = ""] = (sourceHandle ?? "").split(":");
    bench.rehang(target, { parent: source, outlet: outlet as Place["outlet"], branch: branch === "" ? null : Number(branch) });
  };
  const onKey = (event: KeyboardEvent) => {
    if (bench.locked || (event.target as HTMLElement).closest("input, textarea, [role=menu]")) return;
    const focused = (event.target as HTMLElement).closest<HTMLElement>(".react-flow__node")?.dataset["id"];
    const id = focused ?? bench.selected;
    if (!id || !bench.tiles.some((it) => it.id === id)) return;
    if (event.key === "Delete" || event.key === "Backspace") bench.remove(id);
    else if (event.altKey && event.key === "ArrowUp") bench.earlier(id);
    else if (event.altKey && event.key === "ArrowDown") bench.later(id);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div className={styles.box} onKeyDownCapture={onKey}>
      <ReactFlow
        nodes={nodes}
        edges={edges}
        nodeTypes={NODES}
        edgeTypes={EDGES}
        colorMode={dark ? "dark" : "light"}
        fitView
        fitViewOptions={{ padding: 0.15, maxZoom: 1 }}
        minZoom={0.2}
        deleteKeyCode={null}
        selectionKeyCode={null}
        multiSelectionKeyCode={null}
        disableKeyboardA11y={false}
        nodesConnectable={!bench.locked}
        onNodeClick={(_, node) => bench.select(node.type === "tile" ? node.id : null)}
        onPaneClick={() => bench.select(null)}
        onNodesChange={(changes) => {
          for (const it of changes) {
            if (it.type === "select" && it.selected && bench.tiles.some((tile) => tile.id === it.id)) bench.select(it.id);
            // Arrow keys move a tile that is focused; a pointer's way ends in onNodeDragStop.
            if (it.type === "position" && it.dragging === false && it.position && !(it.id in moving)) bench.put({ ...bench.positions, [it.id]: it.position });
          }
        }}
        onNodeDrag={onDrag}
        onNodeDragStop={onDragStop}
        onConnect={onConnect}
        isValidConnection={({ source, target }) => source !== target && bench.tiles.some((it) => it.id === target && !isAudience(it))}
        onDragOver={(event) => { if (!bench.locked && event.dataTransfer.types.includes(DRAGGED)) event.preventDefault(); }}
        onDrop={(event) => {
          const kind = event.dataTransfer.getData(DRAGGED) as Kind;
          if (kind && AUDIENCES.includes(kind)) bench.add(kind, null, flow.screenToFlowPosition({ x: event.clientX - WIDTH / 2, y: event.clientY - HEIGHT / 2 }));
        }}
        ariaLabelConfig={{
          "node.a11yDescription.default": t("keys"), "node.a11yDescription.keyboardDisabled": t("keys"), "controls.ariaLabel": t("zoom.label"),
          "controls.zoomIn.ariaLabel": t("zoom.in"), "controls.zoomOut.ariaLabel": t("zoom.out"), "controls.fitView.ariaLabel": t("zoom.fit"),
          "node.a11yDescription.ariaLiveMessage": ({ x, y }) => t("moved", { x: Math.round(x), y: Math.round(y) }), "handle.ariaLabel": t("handle"),
        }}
        proOptions={{ hideAttribution: true }}
      >
        <Background />
        <Controls showInteractive={false} className={styles.controls}>
          {!bench.locked && Object.keys(bench.positions).length > 0 && (
            <ControlButton onClick={() => bench.put({})} aria-label={t("tidy")} title={t("tidy")}>
              <svg viewBox="0 0 20 20" aria-hidden="true"><path d="M8 2h4v4H8zM2 13h4v4H2zM14 13h4v4h-4zM9.500 6v4H4v3h1v-2h10v2h1v-3h-5.500V6z" /></svg>
            </ControlButton>
          )}
        </Controls>
        {!bench.locked && (
          <Panel position="top-left">
            <div className={styles.palette} role="toolbar" aria-orientation="vertical" aria-label={t("palette")}>
              {[...AUDIENCES, ...STEPS].map((kind) => (
                <Button
                  key={kind} size="small" appearance="subtle" className={styles.kind} icon={<TileIcon kind={kind} />} draggable
                  title={t(AUDIENCES.includes(kind) ? "addAudience" : "addHint")}
                  onDragStart={(event) => { event.dataTransfer.setData(DRAGGED, kind); event.dataTransfer.effectAllowed = "copy"; }}
                  onClick={() => bench.add(kind, AUDIENCES.includes(kind) ? null : behind(bench))}
                >
                  {t(`kind.${kind}`)}
                </Button>
              ))}
            </div>
          </Panel>
        )}
      </ReactFlow>
    </div>
  );
}

/** Where a tile goes that is added without a place: below the chosen one, else at the first free end. */
function behind(bench: Bench): Place | null {
  const chosen = bench.tiles.find((it) => it.id === bench.selected);
  if (chosen) return outlets(chosen)[0] ?? null;
  return bench.tiles.flatMap(outlets).find((it) => !tileAt(bench.tiles, it)) ?? null;
}

export default function Canvas({ bench }: { bench: Bench }) {
  return (
    <Here value={bench}>
      <ReactFlowProvider>
        <Drawing />
      </ReactFlowProvider>
    </Here>
  );
}
