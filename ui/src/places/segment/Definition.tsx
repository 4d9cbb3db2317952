/** The name and the filter of a segment, its life cycle, and the estimate. */

import {
  Button, Field, Input, makeStyles, MessageBar, MessageBarActions, MessageBarBody, MessageBarTitle, Radio, RadioGroup, Text, Textarea, tokens,
} from "@fluentui/react-components";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link, useBlocker, useNavigate } from "@tanstack/react-router";
import { type ReactNode, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiError } from "../../api/http";
import type { Detailed } from "../../api/metadata";
import { create, retrieve, type Row, update } from "../../api/row";
import { may, useSession } from "../../api/session";
import { isLive, LIVE } from "../../record/life";
import { Status } from "../../record/Status";
import { useSteps } from "../../shell/steps";
import { useNotices } from "../../shell/notices";
import { Page } from "../../shell/page";
import { Estimate } from "./Estimate";
import { Life } from "./Life";
import { Query, type Written } from "./Query";
import { DYNAMIC, STATIC } from "./segment";

const PARTS = "minmax(0, 1fr) 300px";

const useStyles = makeStyles({
  parts: { display: "grid", gridTemplateColumns: PARTS, gap: tokens.spacingHorizontalXL, alignItems: "start", "@media (max-width: 1100px)": { gridTemplateColumns: "minmax(0, 1fr)" } },
  column: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalM, minWidth: 0 },
  side: { position: "sticky", top: "72px", display: "flex", flexDirection: "column", gap: tokens.spacingVerticalM },
  names: { display: "grid", gap: tokens.spacingHorizontalM, gridTemplateColumns: "repeat(auto-fit, minmax(240px, 1fr))", alignItems: "start" },
});

interface Draft {
  name: string;
  description: string;
  type: number;
  query: string;
}

const drafted = (row: Row): Draft => ({
  name: String(row["msdyncrm_segmentname"] ?? ""),
  description: String(row["msdyncrm_description"] ?? ""),
  type: Number(row["msdyncrm_segmenttype"] ?? DYNAMIC),
  query: String(row["msdyncrm_segmentquery"] ?? ""),
});

export function Definition({ entity, id, row, tabs }: { entity: Detailed; id: string | null; row: Row; tabs?: ReactNode }) {
  const styles = useStyles();
  const { t } = useTranslation("segment");
  const client = useQueryClient();
  const session = useSession();
  const notices = useNotices();
  const navigate = useNavigate();
  const [base, setBase] = useState(row);
  const saved = drafted(base);
  const steps = useSteps<Draft>(() => saved);
  const draft = steps.now;
  const [isComplete, setComplete] = useState(true);
  const [isStale, setStale] = useState(false);
  const dirty = JSON.stringify(draft) !== JSON.stringify(saved);
  // What came from the server anew is shown, unless somebody is writing.
  useEffect(() => {
    if (row["@odata.etag"] === base["@odata.etag"] || dirty) return;
    setBase(row);
    steps.reset(drafted(row));
  }, [row, base, dirty, steps]);
  const status = row["statuscode"];
  const mayChange = may(session, id ? "Write" : "Create", entity.name);
  const locked = status === LIVE || !mayChange;
  const change = (it: Partial<Draft>, kind?: string) => steps.set({ ...draft, ...it }, kind);
  const saving = useMutation({
    mutationFn: async (over: boolean) => {
      const values = {
        msdyncrm_segmentname: draft.name.trim(), msdyncrm_description: draft.description || null, msdyncrm_segmentquery: draft.query || null,
        ...(id ? {} : { msdyncrm_segmenttype: draft.type, msdyncrm_querytype: draft.query.includes("assent_interaction_") ? 192_350_000 : 192_350_001 }),
      };
      if (!id) return create(entity.set, values);
      await update(entity.set, id, values, over ? "*" : String(base["@odata.etag"]));
      return id;
    },
    onSuccess: async (made) => {
      setStale(false);
      void client.invalidateQueries({ queryKey: ["list", entity.name] });
      notices.done(t("saved"));
      if (!id) return void navigate({ to: `/segment/${made}`, replace: true, ignoreBlocker: true });
      const fresh = await client.fetchQuery({ queryKey: ["row", entity.name, id], queryFn: () => retrieve(entity, id), staleTime: 0 });
      setBase(fresh);
      steps.reset(drafted(fresh));
    },
    onError: (error) => (error instanceof ApiError && error.isStale ? setStale(true) : notices.failed(error)),
  });
  const canSave = dirty && isComplete && draft.name.trim() !== "" && !locked && !saving.isPending;
  useBlocker({ shouldBlockFn: () => !confirm(t("record.unsavedText")), disabled: !dirty || saving.isPending, enableBeforeUnload: dirty });
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (!(event.ctrlKey || event.metaKey)) return;
      const key = event.key.toLowerCase();
      if (key === "s") {
        event.preventDefault();
        if (canSave) saving.mutate(false);
      }
      // Within a text the browser's own way back is meant.
      if (event.target instanceof HTMLElement && event.target.closest("input, textarea")) return;
      const step = key === "z" ? (event.shiftKey ? steps.redo : steps.undo) : key === "y" ? steps.redo : undefined;
      if (step) {
        event.preventDefault();
        step();
      }
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  });
  const isPicked = draft.type === STATIC;
  return (
    <Page
      title={id ? String(row["msdyncrm_segmentname"] ?? "") : t("new", { what: entity.label })}
      above={<Text size={200}><Link to="/list/msdyncrm_segment">{entity.plural}</Link></Text>}
      commands={
        <>
          {id && <Status entity={entity} status={status} />}
          {!locked && (
            <>
              <Button disabled={!steps.undo} onClick={steps.undo}>{t("undo")}</Button>
              <Button disabled={!steps.redo} onClick={steps.redo}>{t("redo")}</Button>
              <Button appearance={id ? "secondary" : "primary"} disabled={!canSave} onClick={() => saving.mutate(false)}>{t("save")}</Button>
            </>
          )}
          {id && mayChange && <Life entity={entity} id={id} row={row} dirty={dirty} />}
          {id && <Button appearance="subtle" onClick={() => void navigate({ to: `/record/msdyncrm_segment/${id}` })}>{t("openRecord")}</Button>}
        </>
      }
    >
      {tabs}
      {isStale && (
        <MessageBar intent="warning" layout="multiline" role="alert">
          <MessageBarBody><MessageBarTitle>{t("conflict.title")}</MessageBarTitle>{t("staleText")}</MessageBarBody>
          <MessageBarActions>
            <Button onClick={() => saving.mutate(true)}>{t("staleMine")}</Button>
            <Button onClick={() => { setStale(false); setBase(row); steps.reset(drafted(row)); }}>{t("staleTheirs")}</Button>
          </MessageBarActions>
        </MessageBar>
      )}
      {status === LIVE && <MessageBar intent="info" layout="multiline"><MessageBarBody>{t("lockedText")}</MessageBarBody></MessageBar>}
      {isLive(status) && status !== LIVE && <MessageBar intent="warning" layout="multiline"><MessageBarBody>{t("editableText")}</MessageBarBody></MessageBar>}
      {dirty && !isComplete && <MessageBar intent="warning"><MessageBarBody>{t("incomplete")}</MessageBarBody></MessageBar>}
      <div className={styles.parts}>
        <div className={styles.column}>
          <div className={styles.names}>
            <Field label={t("name")} required validationMessage={draft.name.trim() === "" && dirty ? t("nameMissing") : undefined}>
              <Input value={draft.name} maxLength={100} disabled={locked} onChange={(_, { value }) => change({ name: value }, "name")} />
            </Field>
            <Field label={t("description")}>
              <Textarea rows={2} resize="vertical" value={draft.description} maxLength={2000} disabled={locked} onChange={(_, { value }) => change({ description: value }, "description")} />
            </Field>
          </div>
          {!id && (
            <Field label={t("type.label")} hint={t(isPicked ? "type.staticHint" : "type.dynamicHint")}>
              <RadioGroup layout="horizontal" value={String(draft.type)} onChange={(_, { value }) => change({ type: Number(value) })}>
                <Radio value={String(DYNAMIC)} label={t("type.dynamic")} />
                <Radio value={String(STATIC)} label={t("type.static")} />
              </RadioGroup>
            </Field>
          )}
          {id && isPicked && <Text>{t("type.staticHint")}</Text>}
          <Query
            text={draft.query}
            segment={id ?? ""}
            disabled={locked}
            onChange={({ text, complete }: Written, kind) => { if (text !== draft.query) change({ query: text }, kind); setComplete(complete); }}
          />
        </div>
        <aside className={styles.side} aria-label={t("estimate.title")}><Estimate filter={draft.query} /></aside>
      </div>
    </Page>
  );
}
