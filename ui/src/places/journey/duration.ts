/** A time as definitions have it (`P2D`, `PT4H`), and as people say it: a number and a unit. */

export const UNITS = ["minutes", "hours", "days", "weeks", "months"] as const;
export type Unit = (typeof UNITS)[number];

const LETTERS: Record<Unit, [string, string]> = {
  minutes: ["PT", "M"], hours: ["PT", "H"], days: ["P", "D"], weeks: ["P", "W"], months: ["P", "M"],
};

export const isDuration = (text: string) => /^P(?=[\dT])(\d+Y)?(\d+M)?(\d+W)?(\d+D)?(T(?=\d)(\d+H)?(\d+M)?(\d+S)?)?$/.test(text);

export function write(number: number, unit: Unit): string {
  const [before, behind] = LETTERS[unit];
  return `${before}${number}${behind}`;
}

/** A number and a unit; `null` for a time of several units, or none. */
export function read(text: string): { number: number; unit: Unit } | null {
  for (const unit of UNITS) {
    const [before, behind] = LETTERS[unit];
    const number = new RegExp(`^${before}(\\d+)${behind}$`).exec(text)?.[1];
    if (number) return { number: Number(number), unit };
  }
  return null;
}
