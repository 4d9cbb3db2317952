/** Changes of a layout: each takes one and gives another, so that they can be taken back. */

import type { Layout, Section, Tab } from "../../record/layout";

export interface Place {
  tab: number;
  section: number;
  at: number;
}

const withSection = (layout: Layout, tab: number, section: number, change: (it: Section) => Section): Layout =>
  withTab(layout, tab, (it) => ({ ...it, sections: it.sections.map((one, at) => (at === section ? change(one) : one)) }));

const withTab = (layout: Layout, tab: number, change: (it: Tab) => Tab): Layout => ({
  tabs: layout.tabs.map((it, at) => (at === tab ? change(it) : it)),
});

/** Where a column stands. */
export function find(layout: Layout, column: string): Place | null {
  for (const [tab, it] of layout.tabs.entries())
    for (const [section, { columns }] of it.sections.entries()) {
      const at = columns.indexOf(column);
      if (at >= 0) return { tab, section, at };
    }
  return null;
}

export const without = (layout: Layout, column: string): Layout => ({
  tabs: layout.tabs.map((tab) => ({
    ...tab,
    sections: tab.sections.map((it) => ({ ...it, columns: it.columns.filter((name) => name !== column) })),
  })),
});

/** Puts a column at a place, from wherever it was. */
export function put(layout: Layout, column: string, { tab, section, at }: Place): Layout {
  const before = find(layout, column);
  // What goes down in its own section leaves a gap above its place.
  const shift = before && before.tab === tab && before.section === section && before.at < at ? 1 : 0;
  return withSection(without(layout, column), tab, section, (it) => ({ ...it, columns: it.columns.toSpliced(at - shift, 0, column) }));
}

/** One place up or down; beyond the end of a section into the next one. */
export function step(layout: Layout, column: string, down: boolean): Layout {
  const place = find(layout, column);
  if (!place) return layout;
  const all = layout.tabs.flatMap((tab, at) => tab.sections.map((_, section) => ({ tab: at, section })));
  const here = all.findIndex((it) => it.tab === place.tab && it.section === place.section);
  const columns = layout.tabs[place.tab]?.sections[place.section]?.columns ?? [];
  if (down && place.at < columns.length - 1) return put(layout, column, { ...place, at: place.at + 2 });
  if (!down && place.at > 0) return put(layout, column, { ...place, at: place.at - 1 });
  const next = all[here + (down ? 1 : -1)];
  if (!next) return layout;
  const length = layout.tabs[next.tab]?.sections[next.section]?.columns.length ?? 0;
  return put(layout, column, { ...next, at: down ? 0 : length });
}

export const addSection = (layout: Layout, tab: number): Layout =>
  withTab(layout, tab, (it) => ({ ...it, sections: [...it.sections, { label: {}, columns: [] }] }));

/** Takes a section away; its columns can be put elsewhere again. */
export const removeSection = (layout: Layout, tab: number, section: number): Layout =>
  withTab(layout, tab, (it) => ({ ...it, sections: it.sections.toSpliced(section, 1) }));

export const changeSection = (layout: Layout, tab: number, section: number, change: Partial<Section>): Layout =>
  withSection(layout, tab, section, (it) => ({ ...it, ...change }));

export function moveSection(layout: Layout, tab: number, section: number, down: boolean): Layout {
  return withTab(layout, tab, (it) => {
    const moved = it.sections[section];
    const to = section + (down ? 1 : -1);
    if (!moved || to < 0 || to >= it.sections.length) return it;
    return { ...it, sections: it.sections.toSpliced(section, 1).toSpliced(to, 0, moved) };
  });
}

export const addTab = (layout: Layout): Layout => ({ tabs: [...layout.tabs, { label: {}, sections: [{ label: {}, columns: [] }] }] });

export const removeTab = (layout: Layout, tab: number): Layout => ({ tabs: layout.tabs.toSpliced(tab, 1) });

export const changeTab = (layout: Layout, tab: number, change: Partial<Tab>): Layout =>
  withTab(layout, tab, (it) => ({ ...it, ...change }));
