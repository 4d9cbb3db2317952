/** Goes live, stops, publishes the draft of what is live. What would happen to people on the way is told before. */

import { Button, Text } from "@fluentui/react-components";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Detailed } from "../../api/metadata";
import { count, type Row, update } from "../../api/row";
import { Ask } from "../../shell/Ask";
import { GOING_LIVE, isLive, LIVE, LIVE_EDITABLE, STOPPING } from "../../record/life";
import { useNotices } from "../../shell/notices";
import { act as post } from "../design/operations";
import { type Design, hasDraft, running } from "./saved";
import { type Standing, stranded } from "./standing";
import { titleOf } from "./wording";

type Act = "live" | "stop" | "publish" | "discard" | "lock";

export function JourneyLife({ entity, id, row, design, dirty, standing, errors, onRenew, onRefused }: {
  entity: Detailed;
  id: string;
  row: Row;
  design: Design;
  dirty: boolean;
  standing: Standing | undefined;
  errors: number;
  /** It is another now; whether what was worked on is done with. */
  onRenew(anew: boolean): Promise<void>;
  onRefused(error: unknown): void;
}) {
  const { t } = useTranslation("journey");
  const notices = useNotices();
  const [asked, setAsked] = useState<Act | null>(null);
  const status = row["statuscode"];
  const write = (values: Record<string, unknown>) => update(entity.set, id, values);
  const acting = useMutation({
    mutationFn: async (act: Act) => {
      switch (act) {
        case "live":
          return write({ statuscode: GOING_LIVE });
        case "stop":
          return write({ statuscode: STOPPING });
        case "lock":
          return write({ statuscode: LIVE });
        case "discard":
          return write({ msdyncrm_customerjourneydesignerstate: JSON.stringify({ Positions: design.positions }) });
        case "publish":
          return post(entity, id, "assent_PublishDraft", { Version: Number(row["versionnumber"]) });
      }
    },
    onSuccess: async (_, act) => {
      await onRenew(act === "publish" || act === "discard");
      notices.done(t(`life.done.${act}`));
    },
    onError: onRefused,
  });
  const act = (it: Act) => {
    setAsked(null);
    acting.mutate(it);
  };
  const off = acting.isPending;
  const lost = asked === "publish" ? stranded(design.tiles, standing) : [];
  const named = (id: string) => {
    const tile = running(row).find((it) => it.id === id);
    return tile ? titleOf(tile, t) : id;
  };
  const under = (standing?.tiles ?? []).reduce((sum, it) => sum + it.in_progress + it.waiting, 0);
  return (
    <>
      {!isLive(status) && <Button appearance="primary" disabled={off || dirty || errors > 0} title={dirty ? t("life.saveFirst") : errors > 0 ? t("life.errorsFirst") : undefined} onClick={() => setAsked("live")}>{t("life.live")}</Button>}
      {hasDraft(row) && <Button appearance="primary" disabled={off || dirty || errors > 0} title={dirty ? t("life.saveFirst") : undefined} onClick={() => setAsked("publish")}>{t("life.publish")}</Button>}
      {hasDraft(row) && <Button disabled={off} onClick={() => setAsked("discard")}>{t("life.discard")}</Button>}
      {status === LIVE_EDITABLE && <Button appearance="primary" disabled={off || dirty} onClick={() => act("lock")}>{t("life.lock")}</Button>}
      {isLive(status) && <Button disabled={off} onClick={() => setAsked("stop")}>{t("life.stop")}</Button>}
      <Ask open={asked !== null} title={asked ? t(`life.${asked}Title`) : ""} yes={asked ? t(`life.${asked}`) : ""} onYes={() => asked && act(asked)} onNo={() => setAsked(null)}>
        {asked && <Text block>{t(`life.${asked}Text`, { shown: count(under), before: running(row).length, after: design.tiles.length })}</Text>}
        {lost.length > 0 && (
          <>
            <Text block weight="semibold">{t("life.stranded")}</Text>
            <ul>{lost.map((it) => <li key={it.tile}>{named(it.tile)}: {count(it.people)}</li>)}</ul>
          </>
        )}
      </Ask>
    </>
  );
}
