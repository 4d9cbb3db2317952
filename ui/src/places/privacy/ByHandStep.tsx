/** A request that the product does not carry out: the records of the person to work on, and what was done, in words. */

import { Button, Field, makeStyles, Radio, RadioGroup, Select, Text, Textarea, tokens } from "@fluentui/react-components";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useEntities } from "../../api/metadata";
import { candidatesQuery, REASONS, type Request, useAct } from "./request";
import { type Standing, Step } from "./Step";

const useStyles = makeStyles({
  form: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalM, maxWidth: "560px" },
  start: { alignSelf: "flex-start" },
});

type Outcome = "completed" | "declined";

export function ByHandStep({ request, editable, standing }: { request: Request; editable: boolean; standing: Standing }) {
  const styles = useStyles();
  const { t } = useTranslation("privacy");
  const entities = useEntities();
  const found = useQuery({ ...candidatesQuery(request.id), enabled: !request.closed && request.email !== "" });
  const [outcome, setOutcome] = useState<Outcome>("completed");
  const [reason, setReason] = useState<string>(REASONS[0]);
  const [text, setText] = useState("");
  const [tried, setTried] = useState(false);
  const act = useAct(request.id);
  const send = () => {
    setTried(true);
    if (!text.trim()) return;
    if (outcome === "declined")
      act.mutate({ name: "assent_DeclineRequest", body: { Reason: reason, Text: text.trim() }, done: t("decision.done.decline") });
    else act.mutate({ name: "assent_CloseRequest", body: { Outcome: outcome, Result: text.trim() }, done: t("byHand.done") });
  };
  return (
    <Step title={t("byHand.title")} said={request.closed ? request.result : t("byHand.open")} standing={standing}>
      <Text>{t(`byHand.rule.${request.type}`)}</Text>
      {(found.data ?? []).length > 0 && (
        <ul>
          {found.data?.map((it) => (
            <li key={it.Subject}>
              <Link to={`/record/${it.Entity}/${it.Id}`}>{it.Name || it.Id}</Link> ({entities.get(it.Entity)?.label ?? it.Entity})
            </li>
          ))}
        </ul>
      )}
      {found.data?.length === 0 && <Text>{t("person.nobody")}</Text>}
      {editable && (
        <div className={styles.form}>
          <Field label={t("byHand.outcome")}>
            <RadioGroup value={outcome} onChange={(_, { value }) => setOutcome(value as Outcome)}>
              <Radio value="completed" label={t("byHand.completed")} />
              <Radio value="declined" label={t("decision.decline")} />
            </RadioGroup>
          </Field>
          {outcome === "declined" && (
            <Field label={t("decision.reason")}>
              <Select value={reason} onChange={(_, { value }) => setReason(value)}>
                {REASONS.map((it) => <option key={it} value={it}>{t(`reason.${it}`)}</option>)}
              </Select>
            </Field>
          )}
          <Field label={t("byHand.result")} required hint={t("byHand.resultHint")} {...(tried && !text.trim() ? { validationMessage: t("byHand.resultMissing") } : {})}>
            <Textarea value={text} rows={4} resize="vertical" onChange={(_, { value }) => setText(value)} />
          </Field>
          <Button className={styles.start} appearance="primary" disabledFocusable={act.isPending} onClick={send}>
            {t(outcome === "declined" ? "decision.act.decline" : "byHand.close")}
          </Button>
        </div>
      )}
    </Step>
  );
}
