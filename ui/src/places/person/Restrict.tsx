/** Restriction of processing (Art. 18 GDPR): set and lifted with a reason. */

import { Button, Dialog, DialogActions, DialogBody, DialogContent, DialogSurface, DialogTitle, DialogTrigger, Field, Input, Text } from "@fluentui/react-components";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { call } from "../../api/http";
import type { Row } from "../../api/row";
import { useNotices } from "../../shell/notices";

export function Restrict({ id, row }: { id: string; row: Row }) {
  const { t } = useTranslation("person");
  const client = useQueryClient();
  const notices = useNotices();
  const [open, setOpen] = useState(false);
  const [because, setBecause] = useState("");
  const on = row["assent_restrictedon"] === null;
  const acting = useMutation({
    mutationFn: () => call(`contacts(${id})/Microsoft.Dynamics.CRM.assent_Restrict`, { body: { On: on, Because: because } }),
    onSuccess: async () => {
      await client.invalidateQueries();
      setOpen(false);
      notices.done(t(on ? "restrict.done" : "restrict.lifted"));
    },
    onError: notices.failed,
  });
  return (
    <Dialog open={open} onOpenChange={(_, { open }) => setOpen(open)}>
      <DialogTrigger disableButtonEnhancement>
        <Button>{t(on ? "restrict.set" : "restrict.lift")}</Button>
      </DialogTrigger>
      <DialogSurface>
        <DialogBody>
          <DialogTitle>{t(on ? "restrict.set" : "restrict.lift")}</DialogTitle>
          <DialogContent>
            <Text block>{t(on ? "restrict.setText" : "restrict.liftText")}</Text>
            <Field label={t("restrict.because")} required hint={t("restrict.hint")}>
              <Input value={because} onChange={(_, { value }) => setBecause(value)} />
            </Field>
          </DialogContent>
          <DialogActions>
            <DialogTrigger disableButtonEnhancement><Button>{t("cancel")}</Button></DialogTrigger>
            <Button appearance="primary" disabled={!because.trim() || acting.isPending} onClick={() => acting.mutate()}>
              {t(on ? "restrict.set" : "restrict.lift")}
            </Button>
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  );
}
