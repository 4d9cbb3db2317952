/** A new record of any entity, on the form of the entity; the address may bring values along. */

import { Button } from "@fluentui/react-components";
import { useMutation, useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { type Detailed, useEntities, useEntity } from "../api/metadata";
import { body, create, type Draft } from "../api/row";
import { useNotices } from "../shell/notices";
import { Page } from "../shell/page";
import { isSame } from "./draft";
import { FormBody } from "./FormBody";
import { formQuery } from "./layout";
import { Unsaved } from "./Unsaved";

export default function NewPage() {
  const { entity: name = "" } = useParams({ strict: false });
  return <New key={name} entity={useEntity(name)} />;
}

function New({ entity }: { entity: Detailed }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const entities = useEntities();
  const notices = useNotices();
  const navigate = useNavigate();
  const { data: form } = useSuspenseQuery(formQuery(entity));
  const { given = {} } = useSearch({ strict: false }) as { given?: Draft };
  const [draft, setDraft] = useState<Draft>(given);
  const dirty = Object.keys(draft).some((it) => !isSame(draft[it] ?? null, given[it] ?? null));
  // A double click is quicker than the button is closed, and one row is meant.
  const begun = useRef(false);
  const making = useMutation({
    mutationFn: () => create(entity.set, body(draft, entity, entities)),
    onSuccess: async (id) => {
      await client.invalidateQueries({ queryKey: ["list", entity.name] });
      notices.done(t("created"));
      void navigate({ to: `/record/${entity.name}/${id}`, replace: true, ignoreBlocker: true });
    },
    onError: (error) => {
      begun.current = false;
      notices.failed(error);
    },
  });
  const make = () => {
    if (begun.current) return;
    begun.current = true;
    making.mutate();
  };
  // Everything that must be there has its place, also where the form has none for it.
  const placed = new Set(form.layout.tabs.flatMap((it) => it.sections).flatMap((it) => it.columns));
  const needed = entity.columns.filter((it) => it.required && it.creatable && !placed.has(it.name) && it.name !== entity.key);
  const open = (name: string) => entity.column(name)?.creatable ?? false;
  return (
    <Page
      title={t("new", { what: entity.label })}
      commands={
        <>
          <Button onClick={() => void navigate({ to: `/list/${entity.name}` })}>{t("cancel")}</Button>
          <Button appearance="primary" disabled={making.isPending} onClick={make}>{t("save")}</Button>
        </>
      }
    >
      {[...form.layout.tabs, ...(needed.length ? [{ label: {}, sections: [{ label: {}, columns: needed.map((it) => it.name) }] }] : [])].map((tab, at) => (
        <FormBody
          key={at}
          tab={{ ...tab, sections: tab.sections.map((it) => ({ ...it, columns: it.columns.filter(open) })).filter((it) => it.columns.length) }}
          entity={entity}
          row={{}}
          draft={draft}
          disabled={false}
          making
          onChange={(name, value) => setDraft({ ...draft, [name]: value })}
        />
      ))}
      <Unsaved dirty={dirty} />
    </Page>
  );
}
