/** Carries the approved plan out: what cannot be taken back is asked for once more, and it goes on without the page. */

import {
  Button, Dialog, DialogActions, DialogBody, DialogContent, DialogSurface, DialogTitle, Field, Input, makeStyles, ProgressBar,
  Text, tokens,
} from "@fluentui/react-components";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { moment } from "../../api/row";
import { useNotices } from "../../shell/notices";
import { Problem } from "../../shell/state";
import { backgroundQuery, begin, forget, remember, remembered } from "./background";
import { actOn, APPROVED, COMPLETED, ERASURE, type Item, renew, type Request } from "./request";
import { type Standing, Step } from "./Step";

const useStyles = makeStyles({
  start: { alignSelf: "flex-start" },
  form: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalM },
  list: { margin: 0, paddingLeft: tokens.spacingHorizontalL },
});

export interface Ran {
  Package?: string;
  Sha256?: string;
  Rows?: number;
}

/** The answer of a run that this tab began, while the server remembers it. */
export const useRan = (id: string) => {
  const operation = remembered(id);
  return useQuery({ ...backgroundQuery<Ran>(operation ?? ""), enabled: operation !== null }).data?.answer ?? null;
};

export function RunStep({ request, editable, items, standing }: { request: Request; editable: boolean; items: Item[]; standing: Standing }) {
  const styles = useStyles();
  const { t } = useTranslation("privacy");
  const client = useQueryClient();
  const notices = useNotices();
  const [operation, setOperation] = useState(() => remembered(request.id));
  const [asking, setAsking] = useState(false);
  const running = useQuery({ ...backgroundQuery<Ran>(operation ?? ""), enabled: operation !== null });
  const starting = useMutation({
    mutationFn: () => begin(actOn(request.id, "assent_RunRequest"), {}),
    onSuccess: (it) => {
      remember(request.id, it);
      setOperation(it);
    },
    onError: notices.failed,
  });
  const over = running.data?.over ?? false;
  const open = request.status === APPROVED;
  useEffect(() => {
    if (over && open) void renew(client, request.id);
  }, [over, open, client, request.id]);
  const failed = running.error && open;
  const busy = starting.isPending || (operation !== null && !over && !running.error && open);
  const again = () => {
    forget(request.id);
    setOperation(null);
  };
  const start = () => {
    setAsking(false);
    again();
    starting.mutate();
  };
  const said = request.status === COMPLETED ? t("run.done") : busy ? t("run.running") : open ? t("run.ready") : t("run.notYet");
  return (
    <Step title={t("run.title")} said={said} standing={standing}>
      {request.approvedOn && <Text>{t("run.approved", { who: request.approvedBy || t("decision.system"), on: moment(request.approvedOn) })}</Text>}
      <Text>{t(`run.rule.${request.type}`)}</Text>
      {request.status === COMPLETED && <Text weight="semibold">{request.result}</Text>}
      {busy && (
        <Field validationState="none" validationMessage={t("run.leave")}>
          <ProgressBar aria-label={t("run.running")} />
        </Field>
      )}
      {failed && <Problem error={running.error} retry={again} />}
      {editable && open && !busy && (
        <Button className={styles.start} appearance="primary" onClick={() => (request.type === ERASURE ? setAsking(true) : start())}>
          {t(`run.act.${request.type}`)}
        </Button>
      )}
      {asking && <Confirm request={request} items={items} onYes={start} onNo={() => setAsking(false)} />}
    </Step>
  );
}

function Confirm({ request, items, onYes, onNo }: { request: Request; items: Item[]; onYes(): void; onNo(): void }) {
  const styles = useStyles();
  const { t } = useTranslation("privacy");
  const [typed, setTyped] = useState("");
  const of = (...actions: string[]) => items.filter((it) => actions.includes(it.Action) && it.Rows > 0).length;
  return (
    <Dialog open modalType="alert" onOpenChange={(_, { open }) => { if (!open) onNo(); }}>
      <DialogSurface>
        <DialogBody>
          <DialogTitle>{t("run.confirm", { person: request.person || request.email })}</DialogTitle>
          <DialogContent className={styles.form}>
            <Text>{t("run.confirmText")}</Text>
            <ul className={styles.list}>
              <li>{t("run.removes", { count: of("deleted") })}</li>
              <li>{t("run.blanks", { count: of("blanked") })}</li>
              <li>{t("run.keeps", { count: of("kept") })}</li>
            </ul>
            <Field label={t("run.type", { number: request.number })}>
              <Input value={typed} autoComplete="off" onChange={(_, { value }) => setTyped(value)} />
            </Field>
          </DialogContent>
          <DialogActions>
            <Button appearance="primary" onClick={onNo}>{t("cancel")}</Button>
            <Button disabled={typed.trim() !== request.number} onClick={onYes}>{t("run.act.2")}</Button>
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  );
}
