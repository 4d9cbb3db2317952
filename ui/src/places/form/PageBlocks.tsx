/** What a landing page says, as blocks: the editor of mails, for everybody instead of for one. */

import { Button, makeStyles, Text, tokens } from "@fluentui/react-components";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Suspense, useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Entity } from "../../api/metadata";
import { Loading } from "../../shell/state";
import { StepButtons } from "../../shell/StepButtons";
import { useSteps } from "../../shell/steps";
import { ask, type Found } from "../design/operations";
import { Blocks } from "../email/Blocks";
import { MediumIs } from "../email/medium";
import { type Design, read } from "../email/model";
import { beginPage } from "../email/templates";

/** The column that keeps the blocks. */
export const DESIGN = "assent_design";

const useStyles = makeStyles({
  bar: { display: "flex", flexWrap: "wrap", gap: tokens.spacingHorizontalS, alignItems: "center" },
  begin: { display: "flex", flexDirection: "column", alignItems: "start", gap: tokens.spacingVerticalM, maxWidth: "640px" },
});

/** What the server finds in a page as it is saved. */
export const usePageCheck = (entity: Entity, id: string, etag: unknown) =>
  useQuery({
    queryKey: ["page", "check", id, etag],
    queryFn: async ({ signal }) => (await ask<{ Problems: Found[] }>(entity, id, "assent_CheckForErrors", {}, signal)).Problems,
    placeholderData: keepPreviousData,
  }).data ?? [];

export function PageBlocks({ title, words, value, found, locked, onChange }: {
  title: string;
  /** The text that the page has without blocks. */
  words: string;
  value: string | null;
  found: Found[];
  locked: boolean;
  onChange(value: string | null): void;
}) {
  const styles = useStyles();
  const { t } = useTranslation("form");
  const { t: ofMail } = useTranslation("email");
  const history = useSteps<Design | null>(() => read(value));
  const { now, set, reset } = history;
  const [selected, setSelected] = useState<string | null>(null);
  const written = now && JSON.stringify(now);
  // What both sides know. A design of a script gets names for its sections when it is read, which is no change of anybody.
  const handed = useRef(written);
  const given = useRef(value);
  useEffect(() => {
    if (written === handed.current) return;
    handed.current = given.current = written;
    onChange(written);
  }, [written, onChange]);
  useEffect(() => {
    if (value === given.current) return;
    // Discarded, or somebody else's: it begins anew.
    const other = read(value);
    given.current = value;
    handed.current = other && JSON.stringify(other);
    reset(other);
  }, [value, reset]);
  const marked = useMemo(() => new Map(found.filter((it) => it.place.startsWith(`${DESIGN}#`)).map((it) => [it.place.slice(DESIGN.length + 1), it])), [found]);
  if (!now)
    return (
      <div className={styles.begin}>
        <Text>{t("pageBlocks.asText")} {t("pageBlocks.beginText")}</Text>
        {!locked && <Button appearance="primary" onClick={() => set(beginPage(title, words, ofMail))}>{t("pageBlocks.begin")}</Button>}
      </div>
    );
  return (
    <Suspense fallback={<Loading />}>
      <div className={styles.bar}>
        <StepButtons steps={history} locked={locked} />
        <Button disabled={locked} title={t("pageBlocks.asTextAgainText")} onClick={() => set(null)}>{t("pageBlocks.asTextAgain")}</Button>
      </div>
      <MediumIs value="page">
        <Blocks
          design={now} sender="" selected={selected} marked={marked} locked={locked} confirmation={false} onSelect={setSelected}
          onChange={(to, about) => set((it) => it && to(it), about)}
        />
      </MediumIs>
    </Suspense>
  );
}
