/** The states of a mail, in groups that people ask for; each has a mark beside its colour. */

export const GROUPS = {
  all: [],
  waiting: [1, 2, 3],
  sent: [4],
  kept: [8],
  blocked: [5],
  failed: [6, 7],
} as const satisfies Record<string, readonly number[]>;

export type Group = keyof typeof GROUPS;

export const isGroup = (text: unknown): text is Group => typeof text === "string" && text in GROUPS;

/** What the colour says, and the mark that says it without colour. */
export function look(status: number): { color: "success" | "warning" | "danger" | "informative"; mark: string } {
  if (status === 4) return { color: "success", mark: "✓" };
  if (status === 5) return { color: "warning", mark: "⊘" };
  if (status === 6 || status === 7) return { color: "danger", mark: "✕" };
  return { color: "informative", mark: status === 8 ? "▣" : "…" };
}
