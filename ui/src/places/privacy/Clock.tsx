/** Both clocks of a request, and the rule by which they were counted, in words; the one extension that the law gives. */

import { Button, Card, Field, Input, makeStyles, Text, Textarea, tokens } from "@fluentui/react-components";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { day, moment } from "../../api/row";
import { FormDialog } from "../../shell/FormDialog";
import { daysLeft, todayIn } from "./days";
import { Due } from "./Due";
import { type Request, useAct } from "./request";

const useStyles = makeStyles({
  heading: { margin: 0 },
  small: { color: tokens.colorNeutralForeground2 },
  rules: { margin: 0, paddingLeft: tokens.spacingHorizontalL },
  start: { alignSelf: "flex-start" },
});

export function Clock({ request, editable }: { request: Request; editable: boolean }) {
  const styles = useStyles();
  const { t } = useTranslation("privacy");
  const [extending, setExtending] = useState(false);
  const dates = { received: day(request.receivedOn), thirty: day(request.thirtyDaysOn), month: day(request.statutoryOn), due: day(request.dueOn) };
  const inTime = daysLeft(request.extendedOn ? request.thirtyDaysOn : request.dueOn, todayIn(request.zone)) >= 0;
  return (
    <Card>
      <Text as="h2" weight="semibold" className={styles.heading}>{t("clock.title")}</Text>
      {request.closed ? (
        request.answeredOn && <Text>{t("clock.answered", { on: day(request.answeredOn), due: dates.due })}</Text>
      ) : (
        <>
          <Due on={request.dueOn} zone={request.zone} label={`${t("clock.due")} ${dates.due}`} />
          {request.limitOn !== request.dueOn && <Due on={request.limitOn} zone={request.zone} label={`${t("clock.limit")} ${day(request.limitOn)}`} />}
        </>
      )}
      <Text>{t("clock.why")}</Text>
      <ul className={styles.rules}>
        <li>{t("clock.thirty", dates)}</li>
        <li>{t("clock.month", dates)}</li>
      </ul>
      <Text size={200} className={styles.small}>{t("clock.zone", { zone: request.zone })}</Text>
      {request.extendedOn ? (
        <>
          <Text weight="semibold">{t("clock.extendedTo", { on: day(request.extendedOn) })}</Text>
          <Text>{request.extensionReason}</Text>
          {request.extensionNoticedOn && <Text size={200} className={styles.small}>{t("clock.noticed", { on: moment(request.extensionNoticedOn) })}</Text>}
        </>
      ) : (
        editable && (inTime
          ? <Button className={styles.start} onClick={() => setExtending(true)}>{t("clock.extend")}</Button>
          : <Text size={200}>{t("clock.tooLate")}</Text>)
      )}
      {extending && <Extend request={request} onClose={() => setExtending(false)} />}
    </Card>
  );
}

/** Three months after the receipt; the server counts the working day exactly and refuses what is later. */
function latest(receivedOn: string): string {
  const date = new Date(`${receivedOn.slice(0, 10)}T00:00:00Z`);
  const wanted = (date.getUTCMonth() + 3) % 12;
  date.setUTCMonth(date.getUTCMonth() + 3);
  // A day that the month does not have becomes its last.
  if (date.getUTCMonth() !== wanted) date.setUTCDate(0);
  return date.toISOString().slice(0, 10);
}

function Extend({ request, onClose }: { request: Request; onClose(): void }) {
  const { t } = useTranslation("privacy");
  const [until, setUntil] = useState(latest(request.receivedOn));
  const [reason, setReason] = useState("");
  const [tried, setTried] = useState(false);
  const act = useAct(request.id);
  const send = () => {
    setTried(true);
    if (!reason.trim()) return;
    act.mutate({ name: "assent_ExtendRequest", body: { Until: until, Reason: reason.trim() }, done: t("clock.extensionNoted"), then: onClose });
  };
  return (
    <FormDialog title={t("clock.extend")} yes={t("clock.extendNow")} busy={act.isPending} onYes={send} onNo={onClose}>
      <Text>{t("clock.extendRule")}</Text>
      <Field label={t("clock.until")} required>
        <Input type="date" value={until} min={request.dueOn} onChange={(_, { value }) => setUntil(value)} />
      </Field>
      <Field label={t("clock.reason")} required hint={t("clock.reasonHint")} {...(tried && !reason.trim() ? { validationMessage: t("clock.reasonMissing") } : {})}>
        <Textarea value={reason} maxLength={2000} resize="vertical" onChange={(_, { value }) => setReason(value)} />
      </Field>
    </FormDialog>
  );
}
