/** Sends the mail, as it is saved, to whoever asks. */

import { Button } from "@fluentui/react-components";
import { useMutation } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { Entity } from "../../api/metadata";
import { useNotices } from "../../shell/notices";
import { act } from "../design/operations";

export function TestMail({ entity, id, dirty }: { entity: Entity; id: string; dirty: boolean }) {
  const { t } = useTranslation("email");
  const notices = useNotices();
  const sending = useMutation({
    mutationFn: () => act<{ To: string }>(entity, id, "assent_SendTestMail"),
    onSuccess: ({ To }) => notices.done(t("test.sent", { to: To })),
    onError: notices.failed,
  });
  return (
    <Button disabled={dirty || sending.isPending} title={t(dirty ? "test.saveFirst" : "test.about")} onClick={() => sending.mutate()}>
      {t("test.send")}
    </Button>
  );
}
