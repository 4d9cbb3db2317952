/** The page of one record of any entity, laid out by its form: change it, see what refers to it and what became of it. */

import { Button, Text } from "@fluentui/react-components";
import { useMutation, useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { type Detailed, useEntity } from "../api/metadata";
import { remove, type Row, rowQuery } from "../api/row";
import { holds, may, useSession } from "../api/session";
import { useNotices } from "../shell/notices";
import { Page } from "../shell/page";
import { Loading } from "../shell/state";
import { Ask } from "../shell/Ask";
import { Tabs, useTab } from "../shell/Tabs";
import { EditBar } from "./EditBar";
import { useEditing } from "./editing";
import { EXTRAS } from "./extras";
import { FormBody } from "./FormBody";
import { History } from "./History";
import { formQuery, inWords } from "./layout";
import { RelatedLists } from "./Related";

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
  const notices = useNotices();
  const navigate = useNavigate();
  const { data: form } = useSuspenseQuery(formQuery(entity));
  const editing = useEditing(entity, id, row);
  const [removing, setRemoving] = useState(false);
  const removal = useMutation({
    mutationFn: () => remove(entity.set, id),
    onSuccess: async () => {
      editing.discard();
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
  const [current, open] = useTab(tabs.map((it) => it.value), "form0");
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
      <Tabs tabs={tabs} open={current} onOpen={open} />
      <Suspense fallback={<Loading />}>
        {shownTabs.map(
          (it, at) =>
            current === `form${at}` && (
              <FormBody
                key={at}
                tab={it}
                entity={entity}
                row={row}
                draft={editing.draft}
                disabled={!changeable}
                onChange={editing.set}
              />
            ),
        )}
        {extra && <extra.page id={id} row={row} />}
        {current === "related" && <RelatedLists entity={entity} id={id} title={String(title)} />}
        {current === "history" && <History entity={entity} id={id} />}
      </Suspense>
      <EditBar entity={entity} editing={editing} />
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
