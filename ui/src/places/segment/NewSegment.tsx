/** A segment that is not there yet. */

import { Button, MessageBar, MessageBarBody, Text } from "@fluentui/react-components";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Detailed } from "../../api/metadata";
import { create } from "../../api/row";
import { may, useSession } from "../../api/session";
import { Unsaved } from "../../record/Unsaved";
import { useNotices } from "../../shell/notices";
import { Page } from "../../shell/page";
import { StepButtons } from "../../shell/StepButtons";
import { useSteps } from "../../shell/steps";
import { Definition } from "./Definition";
import { WAY, written } from "./segment";

const BEHAVIOUR = 192_350_000;
const PROFILE = 192_350_001;
const NOTHING = WAY.begin({});

export function NewSegment({ entity }: { entity: Detailed }) {
  const { t } = useTranslation("segment");
  const client = useQueryClient();
  const session = useSession();
  const notices = useNotices();
  const navigate = useNavigate();
  const steps = useSteps(NOTHING);
  const [isComplete, setComplete] = useState(true);
  const draft = steps.now;
  const dirty = JSON.stringify(draft) !== JSON.stringify(NOTHING);
  const locked = !may(session, "Create", entity.name);
  const making = useMutation({
    mutationFn: () =>
      create(entity.set, {
        ...written(draft), msdyncrm_segmenttype: draft.type, msdyncrm_querytype: draft.query.includes("assent_interaction_") ? BEHAVIOUR : PROFILE,
      }),
    onSuccess: (id) => {
      void client.invalidateQueries({ queryKey: ["list", entity.name] });
      notices.done(t("saved"));
      void navigate({ to: `/segment/${id}`, replace: true, ignoreBlocker: true });
    },
    onError: notices.failed,
  });
  return (
    <Page
      title={t("new", { what: entity.label })}
      above={<Text size={200}><Link to={`/list/${entity.name}`}>{entity.plural}</Link></Text>}
      commands={
        <>
          <StepButtons steps={steps} locked={locked} />
          <Button appearance="primary" disabled={locked || !isComplete || draft.name.trim() === "" || making.isPending} onClick={() => making.mutate()}>{t("save")}</Button>
        </>
      }
    >
      {!isComplete && <MessageBar intent="warning"><MessageBarBody>{t("incomplete")}</MessageBarBody></MessageBar>}
      <Definition id={null} draft={draft} locked={locked} onChange={(it, kind) => steps.set((now) => ({ ...now, ...it }), kind)} onComplete={setComplete} />
      <Unsaved dirty={dirty} />
    </Page>
  );
}
