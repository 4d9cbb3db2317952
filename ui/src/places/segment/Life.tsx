/** Goes live, stops, is edited while live. Who would notice is told before. */

import { Button, Text } from "@fluentui/react-components";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Entity } from "../../api/metadata";
import { type Row, rows } from "../../api/row";
import { Ask } from "../../shell/Ask";
import { GOING_LIVE, isLive, LIVE, LIVE_EDITABLE, STOPPING, useLife } from "../../record/life";
import { useNotices } from "../../shell/notices";

export function Life({ entity, id, row, dirty }: { entity: Entity; id: string; row: Row; dirty: boolean }) {
  const { t } = useTranslation("segment");
  const notices = useNotices();
  const [stopping, setStopping] = useState(false);
  const life = useLife(entity, id, (status) => notices.done(t(`life.done.${status}`)), notices.failed);
  const status = row["statuscode"];
  const users = useQuery({
    queryKey: ["segment", "users", id],
    enabled: stopping,
    queryFn: async ({ signal }) => {
      const live = `(statuscode eq ${LIVE} or statuscode eq ${LIVE_EDITABLE})`;
      const [journeys, segments] = await Promise.all([
        rows("msdyncrm_customerjourneys", { $select: "msdyncrm_name,msdyncrm_workflowdefinition,_msdyncrm_suppressionsegmentid_value", $filter: live, $top: 500 }, signal),
        rows("msdyncrm_segments", { $select: "msdyncrm_segmentname", $filter: `${live} and contains(msdyncrm_segmentquery,'${id}')`, $top: 50 }, signal),
      ]);
      return [
        ...journeys
          .filter((it) => JSON.stringify(it["msdyncrm_workflowdefinition"] ?? "").includes(id) || it["_msdyncrm_suppressionsegmentid_value"] === id)
          .map((it) => ({ to: `/journey/${String(it["msdyncrm_customerjourneyid"])}`, name: String(it["msdyncrm_name"]) })),
        ...segments.map((it) => ({ to: `/segment/${String(it["msdyncrm_segmentid"])}`, name: String(it["msdyncrm_segmentname"]) })),
      ];
    },
  });
  const go = (to: number) => life.mutate({ status: to });
  const busy = life.isPending;
  return (
    <>
      {!isLive(status) && <Button appearance="primary" disabled={busy || dirty} title={dirty ? t("life.saveFirst") : undefined} onClick={() => go(GOING_LIVE)}>{t("life.go")}</Button>}
      {status === LIVE && <Button disabled={busy} onClick={() => go(LIVE_EDITABLE)}>{t("life.edit")}</Button>}
      {status === LIVE_EDITABLE && <Button appearance="primary" disabled={busy || dirty} onClick={() => go(LIVE)}>{t("life.lock")}</Button>}
      {isLive(status) && <Button disabled={busy} onClick={() => setStopping(true)}>{t("life.stop")}</Button>}
      <Ask open={stopping} title={t("life.stopTitle")} yes={t("life.stop")} onYes={() => { setStopping(false); go(STOPPING); }} onNo={() => setStopping(false)}>
        <Text block>{t("life.stopText")}</Text>
        {users.data && users.data.length > 0 && (
          <>
            <Text block weight="semibold">{t("life.usedBy")}</Text>
            <ul>{users.data.map((it) => <li key={it.to}><Link to={it.to}>{it.name}</Link></li>)}</ul>
          </>
        )}
      </Ask>
    </>
  );
}
