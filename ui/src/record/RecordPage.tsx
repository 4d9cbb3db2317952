/** The page of one record of any entity, laid out by its form: change it, see what refers to it and what became of it. */

import { Button, Tab, TabList, Text } from "@fluentui/react-components";
import { useMutation, useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiError } from "../api/http";
import { type Detailed, useEntities, useEntity } from "../api/metadata";
import { body, type Draft, remove, retrieve, type Row, rowQuery, update } from "../api/row";
import { holds, may, useSession } from "../api/session";
import { useNotices } from "../shell/notices";
import { Page } from "../shell/page";
import { Loading } from "../shell/state";
import { Ask } from "../shell/Ask";
import { Conflict } from "./Conflict";
import { type Clash, clashes, given, settled } from "./draft";
import { EXTRAS } from "./extras";
import { FormBody } from "./FormBody";
import { History } from "./History";
import { useDraft } from "./kept";
import { formQuery, inWords } from "./layout";
import { RelatedLists } from "./Related";
import { SaveBar } from "./SaveBar";
import { Unsaved } from "./Unsaved";

export default function RecordPage() {
  const { entity: name = "", id = "" } = useParams({ strict: false });
  return <Loaded key={`${name} ${id}`} entity={useEntity(name)} id={id} />;
}

function Loaded({ entity, id }: { entity: Detailed; id: string }) {
  const { data: row } = useSuspenseQuery(rowQuery(entity, id));
  return <Record entity={entity} id={id} row={row} />;
}

function Record({ entity, id, row }: { entity: Detailed; id: string; row: Row }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const session = useSession();
  const entities = useEntities();
  const notices = useNotices();
  const navigate = useNavigate();
  const { tab } = useSearch({ strict: false }) as { tab?: string };
  const { data: form } = useSuspenseQuery(formQuery(entity));
  const [draft, setDraft, forget] = useDraft(entity.name, id);
  const [because, setBecause] = useState("");
  const [clash, setClash] = useState<Clash | null>(null);
  const [removing, setRemoving] = useState(false);
  const dirty = Object.keys(draft).length > 0;
  const renew = async () => {
    await client.invalidateQueries({ queryKey: ["row", entity.name, id] });
    void client.invalidateQueries({ queryKey: ["list", entity.name] });
    void client.invalidateQueries({ queryKey: ["history", entity.name, id] });
  };
  const undo = (before: Draft) =>
    update(entity.set, id, body(before, entity, entities)).then(renew).then(() => notices.done(t("undone")), notices.failed);
  const saving = useMutation({
    mutationFn: async ({ draft, on }: { draft: Draft; on: Row }) => {
      const before = Object.fromEntries(Object.keys(draft).map((it) => [it, given(on, entity, it)]));
      await update(entity.set, id, body(draft, entity, entities), String(on["@odata.etag"]), because);
      return before;
    },
    onSuccess: async (before) => {
      setDraft({});
      setBecause("");
      setClash(null);
      await renew();
      notices.done(t("saved"), () => void undo(before));
    },
    onError: async (error, { draft, on }) => {
      if (!(error instanceof ApiError && error.isStale)) return notices.failed(error);
      const theirs = await retrieve(entity, id).catch((error: unknown) => notices.failed(error));
      if (!theirs) return;
      const columns = clashes(draft, on, theirs, entity);
      // Somebody changed other columns: both changes stand.
      if (columns.length === 0) saving.mutate({ draft: settled(draft, theirs, entity), on: theirs });
      else setClash({ columns, theirs, base: on });
    },
  });
  const removal = useMutation({
    mutationFn: () => remove(entity.set, id),
    onSuccess: async () => {
      setDraft({});
      await client.invalidateQueries({ queryKey: ["list", entity.name] });
      notices.done(t("deleted"));
      void navigate({ to: `/list/${entity.name}`, ignoreBlocker: true });
    },
    onError: notices.failed,
  });
  const title = (entity.primaryName && row[entity.primaryName]) || entity.label;
  const changeable = may(session, "Write", entity.name);
  const extras = EXTRAS[entity.name];
  const shownTabs = form.layout.tabs;
  const tabs = [
    ...shownTabs.map((it, at) => ({ value: `form${at}`, label: inWords(it.label) || t(at === 0 ? "record.general" : "record.more") })),
    ...(extras?.tabs ?? []).map((it) => ({ value: it.value, label: t(it.label) })),
    { value: "related", label: t("record.related") },
    ...(holds(session, "prvReadAuditSummary") ? [{ value: "history", label: t("record.history") }] : []),
  ];
  const current = tabs.find((it) => it.value === tab)?.value ?? "form0";
  const extra = extras?.tabs?.find((it) => it.value === current);
  return (
    <Page
      title={String(title)}
      above={
        <Text size={200}>
          <Link to={`/list/${entity.name}`}>{entity.plural}</Link>
        </Text>
      }
      commands={
        <>
          <Suspense>
            {extras?.commands?.map((Command, at) => <Command key={at} id={id} row={row} />)}
          </Suspense>
          {may(session, "Delete", entity.name) && <Button onClick={() => setRemoving(true)}>{t("delete")}</Button>}
        </>
      }
    >
      <TabList
        selectedValue={current}
        onTabSelect={(_, { value }) => void navigate({ to: ".", search: { tab: String(value) } as never, replace: true })}
      >
        {tabs.map((it) => <Tab key={it.value} value={it.value}>{it.label}</Tab>)}
      </TabList>
      <Suspense fallback={<Loading />}>
        {shownTabs.map(
          (it, at) =>
            current === `form${at}` && (
              <FormBody
                key={at}
                tab={it}
                entity={entity}
                row={row}
                draft={draft}
                disabled={!changeable}
                onChange={(name, value) => setDraft(changed(draft, row, entity, name, value))}
              />
            ),
        )}
        {extra && <extra.page id={id} row={row} />}
        {current === "related" && <RelatedLists entity={entity} id={id} title={String(title)} />}
        {current === "history" && <History entity={entity} id={id} />}
      </Suspense>
      {dirty && (
        <SaveBar
          count={Object.keys(draft).length}
          because={because}
          onBecause={setBecause}
          busy={saving.isPending}
          onSave={() => saving.mutate({ draft, on: row })}
          onDiscard={() => setDraft({})}
        />
      )}
      {clash && (
        <Conflict
          entity={entity}
          draft={draft}
          clash={clash}
          onCancel={() => setClash(null)}
          onSettle={(draft) => {
            if (Object.keys(draft).length > 0) return saving.mutate({ draft, on: clash.theirs });
            setDraft({});
            setClash(null);
            void renew();
          }}
        />
      )}
      <Unsaved dirty={dirty} onLeave={forget} />
      <Ask
        open={removing}
        title={t("record.deleteTitle", { name: title })}
        yes={t("delete")}
        onYes={() => { setRemoving(false); removal.mutate(); }}
        onNo={() => setRemoving(false)}
      >
        {t("record.deleteText")}
      </Ask>
    </Page>
  );
}

/** A draft with a value more, or one less where it is what the row has. */
function changed(draft: Draft, row: Row, entity: Detailed, name: string, value: Draft[string]): Draft {
  const { [name]: _, ...rest } = draft;
  return JSON.stringify(value) === JSON.stringify(given(row, entity, name)) ? rest : { ...rest, [name]: value };
}
