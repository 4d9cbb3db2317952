/** A form or a page as visitors see it, in each language, live or not: what is saved, made by the code that makes the public one. */

import { Field, MessageBar, MessageBarBody, Select } from "@fluentui/react-components";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Entity } from "../../api/metadata";
import { Loading, Problem } from "../../shell/state";
import { LANGUAGES } from "../../text/i18n";
import { ask } from "./operations";
import { ShownFrame } from "./ShownFrame";

export function VisitorView({ entity, id, stamp, dirty }: { entity: Entity; id: string; stamp: unknown; dirty: boolean }) {
  const { t, i18n } = useTranslation("design");
  const [language, setLanguage] = useState(i18n.language);
  const shown = useQuery({
    queryKey: ["look", entity.name, id, language, stamp],
    queryFn: ({ signal }) => ask<{ Html: string }>(entity, id, "assent_Preview", { Language: language }, signal),
    placeholderData: keepPreviousData,
  });
  if (shown.error) return <Problem error={shown.error} retry={() => void shown.refetch()} />;
  if (!shown.data) return <Loading />;
  return (
    <>
      {dirty && <MessageBar intent="info"><MessageBarBody>{t("notSaved")}</MessageBarBody></MessageBar>}
      <ShownFrame html={shown.data.Html} title={t("preview")}>
        <Field label={t("previewLanguage")}>
          <Select value={language} onChange={(_, { value }) => setLanguage(value)}>
            {Object.entries(LANGUAGES).map(([value, label]) => <option key={value} value={value}>{label}</option>)}
          </Select>
        </Field>
      </ShownFrame>
    </>
  );
}
