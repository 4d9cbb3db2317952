import i18n from "i18next";

/** How dates and numbers are written: as the browser of whoever reads has it for the language that they read. */
export const locale = (): string => navigator.languages.find((it) => it.slice(0, 2) === i18n.language) ?? i18n.language;
