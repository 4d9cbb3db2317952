/**
 * What people read, from plain files: one namespace a folder (`…/text/en.json`), loaded with the place that says it.
 * A language that lacks a text shows the English one; a test keeps the three alike.
 */

import i18n from "i18next";
import { initReactI18next } from "react-i18next";

export const LANGUAGES = { en: "English", de: "Deutsch", fr: "Français" } as const;
export type Language = keyof typeof LANGUAGES;

const FILES = import.meta.glob<Record<string, unknown>>("../**/text/{en,de,fr}.json", { import: "default" });
const CHOSEN = "assent.language";

/** The file of a namespace: the name of the folder that it stands in, `shell` for the frame. */
async function read(language: string, namespace: string) {
  const ending = `/${namespace}/text/${language}.json`;
  const path = Object.keys(FILES).find((it) => it.endsWith(ending));
  return path ? await FILES[path]!() : {};
}

function preferred(): Language {
  const wanted = [localStorage.getItem(CHOSEN) ?? "", ...navigator.languages].map((it) => it.slice(0, 2));
  return (wanted.find((it) => it in LANGUAGES) as Language | undefined) ?? "en";
}

export async function begin() {
  await i18n
    .use(initReactI18next)
    .use({ type: "backend" as const, read })
    .init({
      lng: preferred(),
      fallbackLng: "en",
      // The sentences of the server are said at once, wherever it refuses.
      ns: ["shell", "said"],
      defaultNS: "shell",
      fallbackNS: "shell",
      interpolation: { escapeValue: false },
      returnNull: false,
    });
  document.documentElement.lang = i18n.language;
}

/** Another language, from now on. */
export async function choose(language: Language) {
  localStorage.setItem(CHOSEN, language);
  await i18n.changeLanguage(language);
  document.documentElement.lang = language;
}
