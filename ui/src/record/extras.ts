/** What the pages of some entities have beside their form: commands, and tabs. One list, by entity. */

import { type ComponentType, lazy, type LazyExoticComponent } from "react";
import type { Row } from "../api/row";

type Part = ComponentType<{ id: string; row: Row }>;

interface Extra {
  commands?: LazyExoticComponent<Part>[];
  tabs?: { value: string; label: string; page: LazyExoticComponent<Part> }[];
}

export const EXTRAS: Record<string, Extra> = {
  contact: {
    commands: [lazy(() => import("../places/person/ContactCommands"))],
    tabs: [
      { value: "insights", label: "person.insights", page: lazy(() => import("../places/insight/Insights")) },
      { value: "lists", label: "person.lists", page: lazy(() => import("../places/person/ContactLists")) },
    ],
  },
  assent_datasubjectrequest: { commands: [lazy(() => import("../places/privacy/OpenRequest"))] },
  msdyncrm_customerjourney: { commands: [lazy(() => import("../places/journey/JourneyCommands"))] },
  msdyncrm_marketingemail: {
    commands: [lazy(() => import("../places/design/OpenEmail")), lazy(() => import("../places/journey/EmailCommands"))],
  },
  msdyncrm_marketingform: { commands: [lazy(() => import("../places/design/OpenForm"))] },
  msdyncrm_marketingpage: { commands: [lazy(() => import("../places/design/OpenPage"))] },
  msdyncrm_segment: { commands: [lazy(() => import("../places/segment/SegmentCommands"))] },
};
