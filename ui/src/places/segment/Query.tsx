/** The filter, built or written. The text is what counts: the builder shows it where it has a shape for it. */

import {
  Button, Field, makeStyles, Menu, MenuItem, MenuList, MenuPopover, MenuTrigger, MessageBar, MessageBarBody, Tab, TabList, Text, Textarea, tokens,
} from "@fluentui/react-components";
import { useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import { lazy, Suspense, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useEntities } from "../../api/metadata";
import { may, useSession } from "../../api/session";
import { AddIcon } from "../../shell/icons";
import { Loading } from "../../shell/state";
import { type Scope, scopeQuery, SEGMENT } from "./fields";
import { parse, print, Unreadable } from "./filter";
import { complete, empty, type Group, toGroup, toNode } from "./rules";
import { Sentence } from "./Sentence";

const Builder = lazy(() => import("./Builder"));
const LONGEST = 4_000;

const useStyles = makeStyles({
  box: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalS },
  bar: { display: "flex", flexWrap: "wrap", alignItems: "center", justifyContent: "space-between" },
  text: { "& textarea": { fontFamily: tokens.fontFamilyMonospace, minHeight: "140px" } },
});

export interface Written {
  text: string;
  /** Whether each condition has its value. */
  complete: boolean;
}

export function Query({ text, segment, disabled, onChange }: {
  text: string;
  segment: string;
  disabled: boolean;
  onChange(written: Written, kind?: string): void;
}) {
  const styles = useStyles();
  const { t, i18n } = useTranslation("segment");
  const client = useQueryClient();
  const session = useSession();
  const entities = useEntities();
  const { data: scope } = useSuspenseQuery(scopeQuery(client, entities, (it) => may(session, "Read", it), t, i18n.language));
  const [shown, setShown] = useState<"build" | "text">("build");
  // What is being built may have conditions without a value, which the text has not.
  const building = useRef<{ text: string; group: Group } | null>(null);
  const group = useMemo(() => (building.current?.text === text ? building.current.group : read(text, scope)), [text, scope]);
  const [, redraw] = useState(0);
  const build = (next: Group) => {
    const node = toNode(next, scope);
    const written = node ? print(node) : "";
    building.current = { text: written, group: next };
    if (written === text) redraw((it) => it + 1);
    onChange({ text: written, complete: complete(next, scope) }, "build");
  };
  const now = building.current?.text === text ? building.current.group : group;
  const mode = now ? shown : "text";
  const wrap = (how: "or" | "and" | "except") => {
    const rule = { field: SEGMENT, operator: how === "except" ? "isNotIn" : "isIn", value: "" };
    const before = now && now.rules.length > 0 ? now : null;
    build({ combinator: how === "or" ? "or" : "and", rules: [...(before ? [unwrapped(before)] : []), rule] });
  };
  return (
    <section className={styles.box} aria-label={t("filter")}>
      <div className={styles.bar}>
        <TabList selectedValue={mode} onTabSelect={(_, { value }) => setShown(value as "build" | "text")}>
          <Tab value="build" disabled={!now}>{t("build")}</Tab>
          <Tab value="text">{t("text")}</Tab>
        </TabList>
        {mode === "build" && !disabled && (
          <Menu>
            <MenuTrigger disableButtonEnhancement>
              <Button size="small" icon={<AddIcon />}>{t("combine.label")}</Button>
            </MenuTrigger>
            <MenuPopover>
              <MenuList>
                <MenuItem onClick={() => wrap("or")} secondaryContent={t("combine.unionHint")}>{t("combine.union")}</MenuItem>
                <MenuItem onClick={() => wrap("and")} secondaryContent={t("combine.intersectHint")}>{t("combine.intersect")}</MenuItem>
                <MenuItem onClick={() => wrap("except")} secondaryContent={t("combine.exceptHint")}>{t("combine.except")}</MenuItem>
              </MenuList>
            </MenuPopover>
          </Menu>
        )}
      </div>
      {mode === "build" && now && (
        <Suspense fallback={<Loading />}>
          <Builder group={now} scope={scope} segment={segment} disabled={disabled} onChange={build} />
          <Text role="note"><Sentence group={now} scope={scope} /></Text>
        </Suspense>
      )}
      {mode === "text" && (
        <>
          <Field
            className={styles.text}
            label={t("filter")}
            hint={t("textHint")}
            validationState={text.length > LONGEST ? "error" : "none"}
            validationMessage={text.length > LONGEST ? t("tooLong", { count: LONGEST }) : undefined}
          >
            <Textarea value={text} disabled={disabled} resize="vertical" spellCheck={false} onChange={(_, { value }) => { building.current = null; onChange({ text: value, complete: true }, "text"); }} />
          </Field>
          {!now && text.trim() !== "" && <MessageBar layout="multiline"><MessageBarBody>{unshown(text, t)}</MessageBarBody></MessageBar>}
        </>
      )}
    </section>
  );
}

/** The filter as the builder shows it; `null` where it has no shape for it. */
function read(text: string, scope: Scope): Group | null {
  if (text.trim() === "") return empty();
  try {
    return toGroup(parse(text), scope);
  } catch (error) {
    if (error instanceof Unreadable) return null;
    throw error;
  }
}

function unshown(text: string, t: (key: string, options?: Record<string, unknown>) => string): string {
  try {
    parse(text);
    return t("unshown");
  } catch (error) {
    return t("unreadable", { at: error instanceof Unreadable ? error.at : 0 });
  }
}

/** A group of one condition that is not turned round is that condition. */
const unwrapped = (group: Group) => (group.rules.length === 1 && !group.not && typeof group.rules[0] === "object" ? group.rules[0] : group);
