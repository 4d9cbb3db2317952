/** Colours and letters: light or dark as the system says or the person chose, within the page's security policy. */

import {
  createDOMRenderer,
  FluentProvider,
  RendererProvider,
  webDarkTheme,
  webLightTheme,
} from "@fluentui/react-components";
import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from "react";

export type Theme = "system" | "light" | "dark";
const CHOSEN = "assent.theme";

const Chosen = createContext<{ theme: Theme; dark: boolean; choose(theme: Theme): void }>({
  theme: "system",
  dark: false,
  choose: () => undefined,
});
export const useTheme = () => useContext(Chosen);

// The policy lets styles of this nonce in, which is new with each page.
const nonce = document.querySelector<HTMLMetaElement>('meta[name="nonce"]')?.content ?? "";
const renderer = createDOMRenderer(document, { styleElementAttributes: { nonce } });

export function Look({ children }: { children: ReactNode }) {
  const [theme, setTheme] = useState<Theme>(() => (localStorage.getItem(CHOSEN) as Theme | null) ?? "system");
  const query = useMemo(() => matchMedia("(prefers-color-scheme: dark)"), []);
  const [systemDark, setSystemDark] = useState(query.matches);
  useEffect(() => {
    const follow = () => setSystemDark(query.matches);
    query.addEventListener("change", follow);
    return () => query.removeEventListener("change", follow);
  }, [query]);
  const dark = theme === "dark" || (theme === "system" && systemDark);
  const chosen = useMemo(
    () => ({
      theme,
      dark,
      choose(theme: Theme) {
        localStorage.setItem(CHOSEN, theme);
        setTheme(theme);
      },
    }),
    [theme, dark],
  );
  useEffect(() => {
    document.documentElement.style.colorScheme = dark ? "dark" : "light";
  }, [dark]);
  return (
    <RendererProvider renderer={renderer}>
      <FluentProvider theme={dark ? webDarkTheme : webLightTheme} style={{ minHeight: "100vh" }}>
        <Chosen.Provider value={chosen}>{children}</Chosen.Provider>
      </FluentProvider>
    </RendererProvider>
  );
}
