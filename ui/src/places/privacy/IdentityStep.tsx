/** How it was checked that the person is who they say (Art. 12(6) GDPR), and what came of it. */

import { Button, Field, makeStyles, Radio, RadioGroup, Select, Text, Textarea, tokens } from "@fluentui/react-components";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { moment } from "../../api/row";
import { METHODS, type Request, useAct } from "./request";
import { type Standing, Step } from "./Step";

const useStyles = makeStyles({
  form: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalM, maxWidth: "560px" },
  start: { alignSelf: "flex-start" },
});

const RESULTS = ["confirmed", "doubtful", "failed"] as const;

export function IdentityStep({ request, editable, standing }: { request: Request; editable: boolean; standing: Standing }) {
  const styles = useStyles();
  const { t } = useTranslation("privacy");
  const [method, setMethod] = useState<string>(METHODS[(request.identityMethod ?? 2) - 1] ?? "email");
  const [result, setResult] = useState<string>("confirmed");
  const [note, setNote] = useState(request.identityNote);
  const act = useAct(request.id);
  const said = request.identityResult === null
    ? t("identity.open")
    : t(`identity.was.${request.identityResult}`, { how: t(`method.${METHODS[(request.identityMethod ?? 5) - 1]}`) });
  return (
    <Step title={t("identity.title")} said={said} standing={standing}>
      {request.identityOn && (
        <Text>
          {t("identity.on", { on: moment(request.identityOn) })}
          {request.identityNote && ` – ${request.identityNote}`}
        </Text>
      )}
      {editable && (
        <div className={styles.form}>
          <Text>{t("identity.rule")}</Text>
          <Field label={t("identity.method")}>
            <Select value={method} onChange={(_, { value }) => setMethod(value)}>
              {METHODS.map((it) => <option key={it} value={it}>{t(`method.${it}`)}</option>)}
            </Select>
          </Field>
          <Field label={t("identity.result")}>
            <RadioGroup layout="horizontal" value={result} onChange={(_, { value }) => setResult(value)}>
              {RESULTS.map((it) => <Radio key={it} value={it} label={t(`identity.${it}`)} />)}
            </RadioGroup>
          </Field>
          <Field label={t("identity.note")} hint={t("identity.noteHint")}>
            <Textarea value={note} maxLength={2000} onChange={(_, { value }) => setNote(value)} />
          </Field>
          {result === "failed" && <Text>{t("identity.failedHint")}</Text>}
          <Button
            className={styles.start}
            appearance={standing === "now" ? "primary" : "secondary"}
            disabledFocusable={act.isPending}
            onClick={() => act.mutate({ name: "assent_IdentifyRequest", body: { Method: method, Result: result, Note: note.trim() || null }, done: t("identity.noted") })}
          >
            {t("identity.save")}
          </Button>
        </div>
      )}
    </Step>
  );
}
