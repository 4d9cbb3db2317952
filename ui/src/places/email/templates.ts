/** What a mail can begin from. Each holds what the check for errors asks for: the postal address and a way to say no. */

import { type Block, type Content, type Design, LOOK, newId, type Section } from "./model";

type Say = (key: string) => string;

export const TEMPLATES = ["announcement", "newsletter", "letter", "confirmation", "empty"] as const;
export type Template = (typeof TEMPLATES)[number];

const block = (content: Content): Block => ({ id: newId(), ...content });
const section = (...columns: Content[][]): Section => ({ id: newId(), columns: columns.map((it) => ({ blocks: it.map(block) })) });
const text = (...lines: string[]): Content => ({ kind: "text", paragraphs: lines.map((it) => ({ runs: [{ text: it }] })) });

/** A block as it is when it comes from the palette. */
export function fresh(kind: Content["kind"], t: Say): Block {
  switch (kind) {
    case "heading": return block({ kind, text: t("begin.heading"), level: 2 });
    case "text": return block(text(t("begin.text")));
    case "button": return block({ kind, text: t("begin.button"), link: "https://", align: "left" });
    case "image": return block({ kind, source: "", alt: "" });
    case "divider": return block({ kind });
    case "spacer": return block({ kind, height: 24 });
    case "footer": return block(footer(t));
    case "form": return block({ kind });
  }
}

const footer = (t: Say): Content => ({ kind: "footer", text: t("begin.why"), center: t("begin.center"), forward: "" });
const greeting = (t: Say) =>
  text(`${t("begin.hello")} {{#if contact.firstname}}{{contact.firstname}}{{else}}${t("begin.you")}{{/if}},`, t("begin.text"));

function sections(template: Template, t: Say): Section[] {
  switch (template) {
    case "announcement":
      return [
        section([{ kind: "heading", text: t("begin.heading"), level: 1, align: "center" }, greeting(t), { kind: "button", text: t("begin.button"), link: "https://", align: "center" }]),
        section([footer(t)]),
      ];
    case "newsletter":
      return [
        section([{ kind: "heading", text: t("begin.issue"), level: 1 }, greeting(t), { kind: "divider" }]),
        section(
          [{ kind: "heading", text: t("begin.first"), level: 2 }, text(t("begin.text")), { kind: "button", text: t("begin.button"), link: "https://" }],
          [{ kind: "heading", text: t("begin.second"), level: 2 }, text(t("begin.text")), { kind: "button", text: t("begin.button"), link: "https://" }],
        ),
        section([{ kind: "divider" }, footer(t)]),
      ];
    case "letter":
      return [section([greeting(t), text(t("begin.regards"), "…")]), section([footer(t)])];
    case "confirmation":
      return [
        section([
          { kind: "heading", text: t("begin.confirmHeading"), level: 1 },
          text(t("begin.confirmText")),
          { kind: "button", text: t("begin.confirm"), link: "{{Message.ConfirmationRedirectURL}}" },
        ]),
        section([{ kind: "footer", text: t("begin.confirmNot"), center: "", forward: "" }]),
      ];
    case "empty":
      return [section([]), section([footer(t)])];
  }
}

export const begin = (template: Template, t: Say): Design => ({ version: 1, look: LOOK, sections: sections(template, t) });

/** What a page begins from: its text, if it has one, above its form. */
export const beginPage = (title: string, words: string, t: Say): Design => ({
  version: 1,
  look: { ...LOOK, width: 720 },
  sections: [section([{ kind: "heading", text: title, level: 1 }, text(...(words.trim() || t("begin.text")).split(/\n+/)), { kind: "form" }])],
});
