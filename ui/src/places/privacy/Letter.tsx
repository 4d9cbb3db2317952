/** The letter to the person: written from the request, changed by the officer, printed or copied. It is not sent. */

import { Button, Field, makeStaticStyles, makeStyles, Select, Textarea, tokens } from "@fluentui/react-components";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { createPortal } from "react-dom";
import { useTranslation } from "react-i18next";
import { useEntities } from "../../api/metadata";
import { useNotices } from "../../shell/notices";
import { LANGUAGES } from "../../text/i18n";
import { type Kind, kinds, letter } from "./letter";
import type { Item, Request } from "./request";

const useStyles = makeStyles({
  bar: { display: "flex", flexWrap: "wrap", gap: tokens.spacingHorizontalM, alignItems: "flex-end" },
  text: { width: "100%", minHeight: "380px", maxHeight: "none" },
});

/** On paper there is the letter alone, while one is open. */
const usePaper = makeStaticStyles(`
  .assent-paper { display: none; }
  @media print {
    body:has(> .assent-paper) > *:not(.assent-paper) { display: none !important; }
    .assent-paper { display: block; white-space: pre-wrap; font-size: 11pt; line-height: 1.5; color: #000; }
  }
`);

export function Letter({ request, items }: { request: Request; items: Item[] }) {
  const styles = useStyles();
  usePaper();
  const { t, i18n } = useTranslation("privacy");
  const notices = useNotices();
  const entities = useEntities();
  const fitting = kinds(request);
  const [language, setLanguage] = useState(i18n.language);
  const [chosen, setKind] = useState<Kind | null>(null);
  const kind = chosen && fitting.includes(chosen) ? chosen : fitting[0]!;
  const [changed, setChanged] = useState<string | null>(null);
  const written = useQuery({
    queryKey: ["letter", request, kind, language, items.length],
    queryFn: () => letter(kind, language, request, items, (it) => entities.get(it)?.plural ?? it),
    staleTime: Infinity,
  });
  const text = changed ?? written.data ?? "";
  return (
    <>
      <div className={styles.bar}>
        <Field label={t("letter.kind")}>
          <Select value={kind} onChange={(_, { value }) => { setKind(value as Kind); setChanged(null); }}>
            {fitting.map((it) => <option key={it} value={it}>{t(`letter.title.${it}`)}</option>)}
          </Select>
        </Field>
        <Field label={t("letter.language")}>
          <Select value={language} onChange={(_, { value }) => { setLanguage(value); setChanged(null); }}>
            {Object.entries(LANGUAGES).map(([it, label]) => <option key={it} value={it}>{label}</option>)}
          </Select>
        </Field>
        <Button onClick={() => window.print()}>{t("letter.print")}</Button>
        <Button onClick={() => void navigator.clipboard.writeText(text).then(() => notices.done(t("letter.copied")), notices.failed)}>{t("letter.copy")}</Button>
        {changed !== null && <Button appearance="subtle" onClick={() => setChanged(null)}>{t("letter.asWritten")}</Button>}
      </div>
      <Field label={t("letter.text")} hint={t("letter.hint")}>
        <Textarea textarea={{ className: styles.text }} resize="vertical" value={text} onChange={(_, { value }) => setChanged(value)} />
      </Field>
      {createPortal(<div className="assent-paper">{text}</div>, document.body)}
    </>
  );
}
