import { Button, Dialog, DialogActions, DialogBody, DialogContent, DialogSurface, DialogTitle, Field, Input, Text } from "@fluentui/react-components";
import { useState } from "react";
import { useTranslation } from "react-i18next";

export interface Made {
  name: string;
  link: string;
  minutes: number;
}

/** A link that works once. It is shown once too: only its hash is kept. */
export function OneTimeLink({ made, onClose }: { made: Made | null; onClose(): void }) {
  const { t } = useTranslation("settings");
  const [copied, setCopied] = useState(false);
  if (!made) return null;
  const copy = async () => {
    await navigator.clipboard.writeText(made.link);
    setCopied(true);
  };
  return (
    <Dialog open modalType="alert">
      <DialogSurface>
        <DialogBody>
          <DialogTitle>{t("link.title", { name: made.name })}</DialogTitle>
          <DialogContent>
            <Text block>{t("link.about", { count: Math.round(made.minutes / 60) })}</Text>
            <Field label={t("link.link")} style={{ marginTop: 12 }}>
              <Input readOnly value={made.link} onFocus={(event) => event.target.select()} />
            </Field>
            <Text role="status">{copied && t("link.copied")}</Text>
          </DialogContent>
          <DialogActions>
            <Button onClick={() => void copy()}>{t("link.copy")}</Button>
            <Button appearance="primary" onClick={() => { setCopied(false); onClose(); }}>{t("link.done")}</Button>
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  );
}
