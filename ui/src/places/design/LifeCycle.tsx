/** Where a thing stands, and the way to the next state: check, go live, stop. */

import { Badge, Button } from "@fluentui/react-components";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Detailed } from "../../api/metadata";
import { type Row, shown, update } from "../../api/row";
import { may, useSession } from "../../api/session";
import { GOING_LIVE } from "../../record/life";
import { Ask } from "../../shell/Ask";
import { useNotices } from "../../shell/notices";
import { stage, stopping } from "./state";

const COLOURS = { draft: "informative", live: "success", stopped: "warning", other: "important" } as const;

export function LifeCycle({ entity, id, row, dirty, errors, onRefused }: {
  entity: Detailed;
  id: string;
  row: Row;
  /** What is not saved is saved first. */
  dirty?: boolean;
  /** How many errors are known by now. */
  errors?: number | undefined;
  onRefused?: (() => void) | undefined;
}) {
  const { t } = useTranslation("design");
  const session = useSession();
  const client = useQueryClient();
  const notices = useNotices();
  const [asking, setAsking] = useState(false);
  const at = stage(entity.name, row);
  const going = useMutation({
    mutationFn: (live: boolean) => update(entity.set, id, { statuscode: live ? GOING_LIVE : stopping(entity.name) }, String(row["@odata.etag"])),
    onSuccess: async (_, live) => {
      await client.invalidateQueries({ queryKey: ["row", entity.name, id] });
      void client.invalidateQueries({ queryKey: ["list", entity.name] });
      notices.done(t(live ? "life.isLive" : "life.isStopped"));
    },
    onError: (error) => {
      notices.failed(error);
      onRefused?.();
    },
  });
  const status = entity.column("statuscode");
  const changeable = may(session, "Write", entity.name);
  return (
    <>
      <Badge size="large" appearance="tint" color={COLOURS[at]} style={{ alignSelf: "center" }}>
        {status ? shown(row, status) : at}
      </Badge>
      {changeable && at !== "live" && (
        <Button
          appearance="primary"
          disabled={dirty || going.isPending || (errors ?? 0) > 0}
          title={dirty ? t("life.saveFirst") : (errors ?? 0) > 0 ? t("life.mendFirst") : undefined}
          onClick={() => going.mutate(true)}
        >
          {t("life.goLive")}
        </Button>
      )}
      {changeable && at === "live" && <Button disabled={going.isPending} onClick={() => setAsking(true)}>{t("life.stop")}</Button>}
      <Ask open={asking} title={t("life.stopTitle")} yes={t("life.stop")} onYes={() => { setAsking(false); going.mutate(false); }} onNo={() => setAsking(false)}>
        {t(`life.stopText.${entity.name}`)}
      </Ask>
    </>
  );
}
