/** What is written to the person, made from the request in the language of the person; a letter names the remedies. */

import i18n, { type TFunction } from "i18next";
import { ACCESS, COMPLETED, DECLINED, ERASURE, hasPlan, type Item, REASONS, type Request, WITHDRAWN } from "./request";

export type Kind = "receipt" | "identity" | "extension" | "answer" | "refusal" | "withdrawn";

/** The letters that fit how the request stands, the likeliest first. */
export function kinds(request: Request): Kind[] {
  if (request.status === DECLINED) return ["refusal"];
  if (request.status === WITHDRAWN) return ["withdrawn"];
  if (request.status === COMPLETED) return ["answer"];
  return [
    ...(request.extendedOn ? ["extension" as const] : []),
    "receipt",
    ...(request.identityResult === 1 ? [] : ["identity" as const]),
  ];
}

export async function letter(kind: Kind, language: string, request: Request, items: Item[], label: (entity: string) => string): Promise<string> {
  await i18n.loadLanguages([language]);
  const t = i18n.getFixedT(language, "privacy") as TFunction;
  const date = (text: string) => new Intl.DateTimeFormat(language, { dateStyle: "long", timeZone: "UTC" }).format(new Date(text.slice(0, 10)));
  const facts = {
    number: request.number,
    received: date(request.receivedOn),
    due: date(request.dueOn),
    until: request.extendedOn ? date(request.extendedOn) : "",
    why: request.extensionReason,
    what: t(`letter.what.${request.type}`),
    reason: request.decisionCode ? t(`reason.${REASONS[request.decisionCode - 1]}`) : "",
    text: request.decisionReason,
    result: request.result,
    hash: request.packageHash ?? "",
  };
  const say = (name: string) => t(`letter.${name}`, facts);
  const parts = [
    date(new Date().toISOString()),
    say("subject"),
    request.person ? t("letter.dearName", { name: request.person }) : say("dear"),
    ...body(kind, request, items, say, label),
    say("regards"),
  ];
  return parts.join("\n\n");
}

function body(kind: Kind, request: Request, items: Item[], say: (name: string) => string, label: (entity: string) => string): string[] {
  if (kind === "refusal") return [say("refusal"), say("reasons"), say("remedies")];
  if (kind !== "answer") return kind === "extension" ? [say(kind), say("remedies")] : [say(kind)];
  const kept = new Map(
    items.filter((it) => it.Action === "kept" && it.Ground && it.Rows > 0 && !it.Entity.startsWith("(")).map((it) => [`${label(it.Entity)}: ${it.Ground}`, true]),
  );
  const list = [...kept.keys()].map((it) => `– ${it}`).join("\n");
  return [
    say(hasPlan(request) ? `answer.${request.type}` : "answer.byHand"),
    ...(request.decision === 2 ? [say("partly")] : []),
    ...(list && request.type === ERASURE ? [`${say("kept")}\n${list}`] : []),
    ...(list && request.type === ACCESS ? [`${say("leftOut")}\n${list}`] : []),
    ...(request.type === ACCESS ? [say("rights")] : []),
    say("remedies"),
  ];
}
