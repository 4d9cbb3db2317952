/** Takes a column, a kind of record or one record out of the plan. The ground is what the person is told. */

import { Field, Select, Text, Textarea } from "@fluentui/react-components";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { FormDialog } from "../../shell/FormDialog";
import { Problem } from "../../shell/state";
import { ACCESS, APPROVED, type Request, useAct } from "./request";

export interface Target {
  label: string;
  body: { Column?: string; Record?: string };
}

/** Grounds that the law knows; the officer makes them more exact. */
const GROUNDS = {
  access: ["others", "secret", "scope"],
  erasure: ["duty", "claims", "interest"],
};

export function HoldBack({ request, entity, target, onClose }: { request: Request; entity: string; target: Target; onClose(): void }) {
  const { t } = useTranslation("privacy");
  const [ground, setGround] = useState("");
  const [tried, setTried] = useState(false);
  const act = useAct(request.id);
  const body = { Entity: entity, ...target.body };
  const kind = request.type === ACCESS ? "access" : "erasure";
  const back = () => act.mutate({ name: "assent_HoldBack", body, done: t("hold.putBack") });
  const send = () => {
    setTried(true);
    if (!ground.trim()) return;
    act.mutate({ name: "assent_HoldBack", body: { ...body, Ground: ground.trim() }, done: t("hold.done"), undo: back, then: onClose });
  };
  return (
    <FormDialog title={t(`hold.title.${kind}`, { what: target.label })} yes={t("hold.take")} busy={act.isPending} onYes={send} onNo={onClose}>
      <Text>{t(`hold.rule.${kind}`)}</Text>
      {request.status === APPROVED && <Text weight="semibold">{t("hold.approvedBefore")}</Text>}
      <Field label={t("hold.suggestion")}>
        <Select value="" onChange={(_, { value }) => { if (value) setGround(t(`hold.ground.${value}`)); }}>
          <option value="">{t("hold.chooseGround")}</option>
          {GROUNDS[kind].map((it) => <option key={it} value={it}>{t(`hold.ground.${it}`)}</option>)}
        </Select>
      </Field>
      <Field label={t("hold.groundLabel")} required hint={t("hold.groundHint")} {...(tried && !ground.trim() ? { validationMessage: t("hold.groundMissing") } : {})}>
        <Textarea value={ground} maxLength={2000} resize="vertical" onChange={(_, { value }) => setGround(value)} />
      </Field>
      {act.error ? <Problem error={act.error} /> : null}
    </FormDialog>
  );
}
