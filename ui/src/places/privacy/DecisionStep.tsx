/** Honour, honour in part, or decline. What is refused is refused with its reason, in time, with the remedies named. */

import { Button, Field, makeStyles, Radio, RadioGroup, Select, Text, Textarea, tokens } from "@fluentui/react-components";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { moment } from "../../api/row";
import { ACCESS, type Item, PLANNED, REASONS, type Request, useAct } from "./request";
import { type Standing, Step } from "./Step";

const useStyles = makeStyles({
  form: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalM, maxWidth: "560px" },
  start: { alignSelf: "flex-start" },
});

type Choice = "honour" | "partly" | "decline";

export function DecisionStep({ request, editable, items, standing }: { request: Request; editable: boolean; items: Item[]; standing: Standing }) {
  const { t } = useTranslation("privacy");
  const said = request.decision === null ? t("decision.open") : t(`decision.was.${request.decision}`);
  return (
    <Step title={t("decision.title")} said={said} standing={standing}>
      {request.decidedOn && <Text>{t("decision.by", { who: request.decidedBy || t("decision.system"), on: moment(request.decidedOn) })}</Text>}
      {request.decisionReason && (
        <Text>{request.decisionCode !== null && `${t(`reason.${REASONS[request.decisionCode - 1]}`)}: `}{request.decisionReason}</Text>
      )}
      {editable && <Decide request={request} items={items} />}
    </Step>
  );
}

function Decide({ request, items }: { request: Request; items: Item[] }) {
  const styles = useStyles();
  const { t } = useTranslation("privacy");
  const held = items.filter((it) => it.Held);
  const waits = request.status === PLANNED;
  const [given, setChoice] = useState<Choice | null>(null);
  const choice: Choice = given ?? (held.length > 0 ? "partly" : waits ? "honour" : "decline");
  const [named, setReason] = useState<string | null>(null);
  const likely = choice === "decline" && request.identityResult !== 1 ? "not-identified" : request.type === ACCESS ? "rights-of-others" : "legal-duty";
  const reason = named ?? likely;
  const [text, setText] = useState<string | null>(null);
  const [tried, setTried] = useState(false);
  const act = useAct(request.id);
  const words = text ?? (choice === "partly" ? [...new Set(held.map((it) => it.Ground ?? ""))].join("\n") : "");
  const needsReason = choice !== "honour";
  const send = () => {
    setTried(true);
    if (needsReason && !words.trim()) return;
    const body = needsReason ? { Reason: reason, Text: words.trim() } : {};
    act.mutate({
      name: choice === "decline" ? "assent_DeclineRequest" : "assent_ApproveRequest",
      body,
      done: t(`decision.done.${choice}`),
      then: () => { setChoice(null); setText(null); setTried(false); },
    });
  };
  return (
    <div className={styles.form}>
      {request.identityResult !== 1 && <Text weight="semibold">{t("decision.noIdentity")}</Text>}
      {!waits && <Text>{t("decision.onlyDecline")}</Text>}
      <Field label={t("decision.choice")}>
        <RadioGroup value={choice} onChange={(_, { value }) => setChoice(value as Choice)}>
          <Radio value="honour" disabled={!waits || held.length > 0} label={t("decision.honour")} />
          <Radio value="partly" disabled={!waits} label={t("decision.partly")} />
          <Radio value="decline" label={t("decision.decline")} />
        </RadioGroup>
      </Field>
      {needsReason && (
        <>
          <Field label={t("decision.reason")}>
            <Select value={reason} onChange={(_, { value }) => setReason(value)}>
              {REASONS.map((it) => <option key={it} value={it}>{t(`reason.${it}`)}</option>)}
            </Select>
          </Field>
          <Field label={t("decision.text")} required hint={t("decision.textHint")} {...(tried && !words.trim() ? { validationMessage: t("decision.textMissing") } : {})}>
            <Textarea value={words} rows={4} maxLength={10_000} resize="vertical" onChange={(_, { value }) => setText(value)} />
          </Field>
        </>
      )}
      {choice === "decline" && <Text>{t("decision.declineRule")}</Text>}
      <Button className={styles.start} appearance={waits ? "primary" : "secondary"} disabledFocusable={act.isPending} onClick={send}>
        {t(`decision.act.${choice}`)}
      </Button>
    </div>
  );
}
