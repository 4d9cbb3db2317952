/**
 * The design of a mail or a page: sections of columns of blocks, and every change of it as a function from one to the next.
 * The shape is that of the column `assent_design`; what the server makes of it is in the HTML body.
 */

export type Align = "left" | "center" | "right";

export interface Run {
  text: string;
  bold?: boolean;
  italic?: boolean;
  link?: string;
}

export interface Paragraph {
  list?: "bullet" | "number";
  runs: Run[];
}

export interface Condition {
  column: string;
  is: "filled" | "empty" | "equal" | "unequal";
  value?: string | number | boolean;
}

interface Common {
  id: string;
  onlyIf?: Condition;
}

export type Content =
  | { kind: "heading"; text: string; level: 1 | 2 | 3; align?: Align }
  | { kind: "text"; paragraphs: Paragraph[]; align?: Align }
  | { kind: "button"; text: string; link: string; align?: Align }
  | { kind: "image"; source: string; alt: string; decorative?: boolean; link?: string; width?: number; align?: Align }
  | { kind: "divider" }
  | { kind: "spacer"; height: number }
  | { kind: "footer"; text: string; center: string; forward: string; align?: Align }
  | { kind: "form" };

export type Block = Common & Content;
export type Kind = Content["kind"];

export interface Section {
  id: string;
  background?: string;
  columns: { blocks: Block[] }[];
}

export interface Look {
  width: number;
  page: string;
  surface: string;
  text: string;
  accent: string;
  font: "sans" | "serif" | "mono";
}

export interface Design {
  version: 1;
  look: Look;
  sections: Section[];
}

export const LOOK: Look = { width: 600, page: "#f3f3f3", surface: "#ffffff", text: "#242424", accent: "#0f548c", font: "sans" };

/** What the server takes at most. */
export const MOST = { blocks: 200, sections: 60 };

export const newId = () => crypto.randomUUID().slice(0, 8);

/** A place for a block. */
export interface Spot {
  section: string;
  column: number;
  at: number;
}

export function read(text: string | null): Design | null {
  if (!text) return null;
  try {
    const design = JSON.parse(text) as Design;
    // A section of a script may have no name.
    const sections = design.sections.map((it) => ({ ...it, id: it.id ?? newId() }));
    return { ...design, look: { ...LOOK, ...design.look }, sections };
  } catch {
    return null;
  }
}

export const blocks = (design: Design): Block[] => design.sections.flatMap((it) => it.columns.flatMap((column) => column.blocks));

export function find(design: Design, id: string): { block: Block; spot: Spot } | undefined {
  for (const section of design.sections)
    for (const [column, { blocks }] of section.columns.entries()) {
      const at = blocks.findIndex((it) => it.id === id);
      if (at >= 0) return { block: blocks[at]!, spot: { section: section.id, column, at } };
    }
  return undefined;
}

const inColumn = (design: Design, section: string, column: number, to: (blocks: Block[]) => Block[]): Design => ({
  ...design,
  sections: design.sections.map((it) =>
    it.id === section ? { ...it, columns: it.columns.map((one, at) => (at === column ? { blocks: to(one.blocks) } : one)) } : it,
  ),
});

export const insert = (design: Design, block: Block, { section, column, at }: Spot): Design =>
  inColumn(design, section, column, (all) => all.toSpliced(at, 0, block));

export function remove(design: Design, id: string): Design {
  const found = find(design, id);
  if (!found) return { ...design, sections: design.sections.filter((it) => it.id !== id) };
  return inColumn(design, found.spot.section, found.spot.column, (all) => all.toSpliced(found.spot.at, 1));
}

export function change(design: Design, id: string, to: (block: Block) => Block): Design {
  const found = find(design, id);
  return found ? inColumn(design, found.spot.section, found.spot.column, (all) => all.with(found.spot.at, to(found.block))) : design;
}

export const changeSection = (design: Design, id: string, to: (section: Section) => Section): Design => ({
  ...design,
  sections: design.sections.map((it) => (it.id === id ? to(it) : it)),
});

/** A block to another spot; the spot is counted before it is taken away. */
export function move(design: Design, id: string, to: Spot): Design {
  const found = find(design, id);
  if (!found) return design;
  const { spot, block } = found;
  const below = spot.section === to.section && spot.column === to.column && spot.at < to.at;
  if (spot.section === to.section && spot.column === to.column && (to.at === spot.at || to.at === spot.at + 1)) return design;
  return insert(remove(design, id), block, { ...to, at: below ? to.at - 1 : to.at });
}

/** One step up or down, through columns and sections. */
export function step(design: Design, id: string, by: -1 | 1): Design {
  const found = find(design, id);
  if (!found) return stepSection(design, id, by);
  const columns = design.sections.flatMap((it) => it.columns.map((one, column) => ({ section: it.id, column, size: one.blocks.length })));
  const here = columns.findIndex((it) => it.section === found.spot.section && it.column === found.spot.column);
  const at = found.spot.at + by;
  if (at >= 0 && at < columns[here]!.size) return move(design, id, { ...found.spot, at: by > 0 ? at + 1 : at });
  const there = columns[here + by];
  return there ? move(design, id, { section: there.section, column: there.column, at: by > 0 ? 0 : there.size }) : design;
}

function stepSection(design: Design, id: string, by: -1 | 1): Design {
  const at = design.sections.findIndex((it) => it.id === id);
  const to = at + by;
  if (at < 0 || to < 0 || to >= design.sections.length) return design;
  const section = design.sections[at]!;
  return { ...design, sections: design.sections.toSpliced(at, 1).toSpliced(to, 0, section) };
}

export function duplicate(design: Design, id: string): { design: Design; id: string } {
  const copy = newId();
  const found = find(design, id);
  if (found) {
    const spot = { ...found.spot, at: found.spot.at + 1 };
    return { design: insert(design, { ...structuredClone(found.block), id: copy }, spot), id: copy };
  }
  const at = design.sections.findIndex((it) => it.id === id);
  const section = design.sections[at];
  if (!section) return { design, id };
  const columns = section.columns.map((it) => ({ blocks: it.blocks.map((block) => ({ ...structuredClone(block), id: newId() })) }));
  return { design: { ...design, sections: design.sections.toSpliced(at + 1, 0, { ...section, id: copy, columns }) }, id: copy };
}

/** A section with so many columns; what stood in one that goes stands in the last that stays. */
export function layOut(section: Section, count: number): Section {
  const kept = section.columns.slice(0, count);
  const more = Array.from({ length: Math.max(0, count - kept.length) }, () => ({ blocks: [] as Block[] }));
  const left = section.columns.slice(count).flatMap((it) => it.blocks);
  const columns = [...kept, ...more];
  return { ...section, columns: left.length ? columns.with(-1, { blocks: [...columns.at(-1)!.blocks, ...left] }) : columns };
}

export const newSection = (columns = 1): Section => ({ id: newId(), columns: Array.from({ length: columns }, () => ({ blocks: [] })) });

/** The text of a block in one line, for lists. */
export function brief(block: Block): string {
  switch (block.kind) {
    case "heading": case "button": return block.text;
    case "text": return block.paragraphs.map((it) => it.runs.map((run) => run.text).join("")).join(" ");
    case "image": return block.alt;
    case "footer": return block.text;
    default: return "";
  }
}
