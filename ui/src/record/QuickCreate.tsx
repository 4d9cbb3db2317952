/** A row made where it is needed: what must be there, and nothing more. */

import { Field } from "@fluentui/react-components";
import { useMutation, useSuspenseQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type Column, entityQuery, useEntities } from "../api/metadata";
import { body, create, type Draft, type Reference } from "../api/row";
import { FormDialog } from "../shell/FormDialog";
import { useNotices } from "../shell/notices";
import { Input } from "./inputs";

/** What is asked of a person beside what must be there. */
const ALSO = ["firstname", "lastname", "emailaddress1"];

export function QuickCreate({ entity: name, text, onEnd }: { entity: string; text: string; onEnd(made: Reference | null): void }) {
  const { t } = useTranslation();
  const { data: entity } = useSuspenseQuery(entityQuery(name));
  const entities = useEntities();
  const notices = useNotices();
  const isAsked = (it: Column) =>
    it.creatable && it.name !== entity.key && (it.required || it.name === entity.primaryName || ALSO.includes(it.name));
  // A name that is made of parts is not asked for.
  const columns = entity.columns.filter((it) => isAsked(it) && !(it.name === "fullname" && entity.column("lastname")));
  const named = entity.column("lastname") ? "lastname" : entity.primaryName;
  const [draft, setDraft] = useState<Draft>(named && text ? { [named]: text } : {});
  const making = useMutation({
    mutationFn: () => create(entity.set, body(draft, entity, entities)),
    onSuccess: (id) => {
      const parts = named === "lastname" ? [draft["firstname"], draft["lastname"]] : [draft[named ?? ""]];
      onEnd({ entity: name, id, name: parts.filter(Boolean).join(" ") });
    },
    onError: notices.failed,
  });
  return (
    <FormDialog
      title={t("new", { what: entity.label })}
      yes={t("save")}
      busy={making.isPending}
      onYes={() => making.mutate()}
      onNo={() => onEnd(null)}
    >
      {columns.map((it) => (
        <Field key={it.name} label={it.label} required={it.required}>
          <Input column={it} value={draft[it.name] ?? null} onChange={(value) => setDraft({ ...draft, [it.name]: value })} />
        </Field>
      ))}
    </FormDialog>
  );
}
