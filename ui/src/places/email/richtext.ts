/** Simple rich text, between the paragraphs of a design and the nodes of an editor. Whatever else is pasted falls away. */

import type { Paragraph, Run } from "./model";

/** The editor's nodes for these paragraphs. */
export function draw(paragraphs: Paragraph[], document: Document): DocumentFragment {
  const out = document.createDocumentFragment();
  let list = null as { kind: string; node: HTMLElement } | null;
  for (const it of paragraphs.length ? paragraphs : [{ runs: [] }]) {
    if (it.list) {
      if (list?.kind !== it.list) {
        list = { kind: it.list, node: document.createElement(it.list === "bullet" ? "ul" : "ol") };
        out.append(list.node);
      }
      list.node.append(line("li", it.runs, document));
    } else {
      list = null;
      out.append(line("p", it.runs, document));
    }
  }
  return out;
}

function line(name: string, runs: Run[], document: Document): HTMLElement {
  const node = document.createElement(name);
  for (const run of runs) {
    let inner: Node = document.createDocumentFragment();
    run.text.split("\n").forEach((text, at) => {
      if (at > 0) inner.appendChild(document.createElement("br"));
      inner.appendChild(document.createTextNode(text));
    });
    const around = (tag: string) => {
      const it = document.createElement(tag);
      it.append(inner);
      inner = it;
      return it;
    };
    if (run.bold) around("b");
    if (run.italic) around("i");
    if (run.link) around("a").setAttribute("href", run.link);
    node.append(inner);
  }
  if (runs.every((it) => it.text === "")) node.append(document.createElement("br"));
  return node;
}

const BLOCKS = new Set(["P", "DIV", "LI", "H1", "H2", "H3", "H4", "H5", "H6", "BLOCKQUOTE", "TR", "SECTION", "ARTICLE"]);
const SKIPPED = new Set(["STYLE", "SCRIPT", "HEAD", "TITLE", "META", "LINK"]);

interface Style {
  bold?: true;
  italic?: true;
  link?: string;
}

/** What stands in the editor, or in what is pasted. */
export function take(root: Node): Paragraph[] {
  const all: Paragraph[] = [];
  let now: Paragraph | null = null;
  const open = (list: Paragraph["list"]) => {
    now = list ? { list, runs: [] } : { runs: [] };
    all.push(now);
  };
  const push = (text: string, style: Style, list: Paragraph["list"]) => {
    if (!now) open(list);
    const runs = now!.runs;
    const last = runs.at(-1);
    if (last && last.bold === style.bold && last.italic === style.italic && last.link === style.link) last.text += text;
    else runs.push({ text, ...style });
  };
  const walk = (node: Node, style: Style, list: Paragraph["list"]) => {
    if (node.nodeType === Node.TEXT_NODE) {
      const text = (node.textContent ?? "").replace(/[\t\r\n ]+/g, " ").replaceAll("\u00a0", " ");
      if (text && !(text === " " && !now)) push(text, style, list);
      return;
    }
    if (!(node instanceof Element) && !(node instanceof DocumentFragment)) return;
    const name = node instanceof Element ? node.tagName : "";
    if (SKIPPED.has(name)) return;
    if (name === "BR") {
      // The last one in a line only keeps the line open.
      if (node.nextSibling) push("\n", style, list);
      return;
    }
    const own: Style = { ...style };
    if (node instanceof HTMLElement) {
      const weight = node.style.fontWeight;
      if (name === "B" || name === "STRONG" || weight === "bold" || Number(weight) >= 600) own.bold = true;
      if (name === "I" || name === "EM" || node.style.fontStyle === "italic") own.italic = true;
      const href = name === "A" ? node.getAttribute("href") : null;
      if (href) own.link = href;
    }
    const inside = name === "UL" ? "bullet" : name === "OL" ? "number" : list;
    const breaks = BLOCKS.has(name) && !(name === "DIV" && [...node.children].some((it) => BLOCKS.has(it.tagName)));
    if (breaks) open(inside);
    for (const it of node.childNodes) walk(it, own, inside);
    if (breaks || name === "UL" || name === "OL") now = null;
  };
  walk(root, {}, undefined);
  const tidy = all.map((it) => ({ ...it, runs: it.runs.map((run, at) => (at === 0 ? { ...run, text: run.text.trimStart() } : run)) }));
  return tidy.length ? tidy : [{ runs: [] }];
}
