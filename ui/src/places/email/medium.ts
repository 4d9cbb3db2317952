/** What the blocks become: a mail to one person, or a page for everybody. */

import { createContext, useContext } from "react";
import type { Kind } from "./model";

export type Medium = "mail" | "page";

const Place = createContext<Medium>("mail");
export const MediumIs = Place.Provider;
export const useMedium = () => useContext(Place);

/** The kinds of block that each has. */
export const KINDS: Record<Medium, Kind[]> = {
  mail: ["heading", "text", "button", "image", "divider", "spacer", "footer"],
  page: ["heading", "text", "button", "image", "divider", "spacer", "form"],
};
