/** How the mail looks, for somebody who was chosen or with its expressions as they are. Nothing is sent. */

import { Field, makeStyles, Text, tokens } from "@fluentui/react-components";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Column, Entity } from "../../api/metadata";
import type { Reference } from "../../api/row";
import { Input as ValueInput } from "../../record/inputs";
import { Loading, Problem } from "../../shell/state";
import { act } from "../design/operations";
import { ShownFrame } from "../design/ShownFrame";
import type { Preview } from "./EmailDesigner";

const useStyles = makeStyles({
  head: { display: "grid", gridTemplateColumns: "max-content 1fr", columnGap: tokens.spacingHorizontalM, margin: 0, "& dt": { color: tokens.colorNeutralForeground3 }, "& dd": { margin: 0, overflowWrap: "anywhere" } },
  box: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalM },
  contact: { minWidth: "280px" },
});

/** A lookup of contacts that is no column of anything. */
const CONTACT: Column = {
  name: "contact", label: "", description: "", kind: "Lookup", format: "", required: false, secured: false, added: false, creatable: true,
  updatable: true, maxLength: undefined, min: undefined, max: undefined, options: [], targets: ["contact"], sensitivity: "none", category: "",
};

export function Looks({ entity, id, draft, etag }: { entity: Entity; id: string; draft: string; etag: string }) {
  const styles = useStyles();
  const { t } = useTranslation("email");
  const [contact, setContact] = useState<Reference | null>(null);
  const shown = useQuery({
    queryKey: ["email", "preview", id, etag, draft, contact?.id],
    queryFn: ({ signal }) => act<Preview>(entity, id, "assent_PreviewEmail", { Draft: draft, ...(contact ? { ContactId: contact.id } : {}) }, signal),
    placeholderData: keepPreviousData,
  });
  if (shown.error) return <Problem error={shown.error} retry={() => void shown.refetch()} />;
  if (!shown.data) return <Loading />;
  return (
    <div className={styles.box}>
      <dl className={styles.head}>
        <dt>{t("look.from")}</dt><dd>{shown.data.From || "–"}</dd>
        <dt>{t("look.subject")}</dt><dd><Text weight="semibold">{shown.data.Subject || "–"}</Text></dd>
      </dl>
      <ShownFrame html={shown.data.Html} title={t("tab.look")} dark>
        <Field label={t("look.as")} hint={t("look.asHint")} className={styles.contact}>
          <ValueInput column={CONTACT} value={contact} onChange={(it) => setContact(it as Reference | null)} />
        </Field>
      </ShownFrame>
    </div>
  );
}
