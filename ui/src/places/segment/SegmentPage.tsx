/** A segment: its filter, built or written, with an estimate beside it; its members, and how they came and went. */

import { Button, MessageBar, MessageBarBody, Text } from "@fluentui/react-components";
import { useSuspenseQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { type Detailed, useEntity } from "../../api/metadata";
import { type Row, rowQuery } from "../../api/row";
import { may, useSession } from "../../api/session";
import { EditBar } from "../../record/EditBar";
import { isLive, LIVE } from "../../record/life";
import { Status } from "../../record/Status";
import { useWorking } from "../../record/working";
import { useRowStored } from "../../record/writing";
import { Page } from "../../shell/page";
import { Loading } from "../../shell/state";
import { StepButtons } from "../../shell/StepButtons";
import { Tabs, useTab } from "../../shell/Tabs";
import { Definition } from "./Definition";
import { Life } from "./Life";
import { Members } from "./Members";
import { Movements } from "./Movements";
import { NewSegment } from "./NewSegment";
import { WAY } from "./segment";

const Growth = lazy(() => import("./Growth"));

const TABS = ["definition", "members", "movements", "growth"] as const;

export default function SegmentPage() {
  const { id = "new" } = useParams({ strict: false });
  const entity = useEntity("msdyncrm_segment");
  return id === "new" ? <NewSegment entity={entity} /> : <Loaded key={id} entity={entity} id={id} />;
}

function Loaded({ entity, id }: { entity: Detailed; id: string }) {
  const { data: row } = useSuspenseQuery(rowQuery(entity, id));
  return <Segment entity={entity} id={id} row={row} />;
}

function Segment({ entity, id, row }: { entity: Detailed; id: string; row: Row }) {
  const { t } = useTranslation("segment");
  const session = useSession();
  const navigate = useNavigate();
  const [tab, open] = useTab(TABS);
  const editing = useWorking({ entity, id, row, way: WAY, stored: useRowStored(entity, id) });
  const { steps, count } = editing;
  const [isComplete, setComplete] = useState(true);
  const status = row["statuscode"];
  const mayChange = may(session, "Write", entity.name);
  const locked = status === LIVE || !mayChange;
  const incomplete = count > 0 && !isComplete;
  return (
    <Page
      title={String(row["msdyncrm_segmentname"] ?? "")}
      above={<Text size={200}><Link to={`/list/${entity.name}`}>{entity.plural}</Link></Text>}
      commands={
        <>
          <Status entity={entity} status={status} />
          {tab === "definition" && !locked && <StepButtons steps={steps} locked={locked} />}
          {mayChange && <Life entity={entity} id={id} row={row} dirty={count > 0} />}
          <Button appearance="subtle" onClick={() => void navigate({ to: `/record/${entity.name}/${id}` })}>{t("openRecord")}</Button>
        </>
      }
    >
      <Tabs tabs={TABS.map((it) => ({ value: it, label: t(`tab.${it}`) }))} open={tab} onOpen={open} />
      <Suspense fallback={<Loading />}>
        {tab === "definition" && (
          <>
            {status === LIVE && <MessageBar intent="info" layout="multiline"><MessageBarBody>{t("lockedText")}</MessageBarBody></MessageBar>}
            {isLive(status) && status !== LIVE && <MessageBar intent="warning" layout="multiline"><MessageBarBody>{t("editableText")}</MessageBarBody></MessageBar>}
            {incomplete && <MessageBar intent="warning"><MessageBarBody>{t("incomplete")}</MessageBarBody></MessageBar>}
            <Definition id={id} draft={steps.now} locked={locked} onChange={(it, kind) => steps.set((now) => ({ ...now, ...it }), kind)} onComplete={setComplete} />
          </>
        )}
        {tab === "members" && <Members id={id} row={row} />}
        {tab === "movements" && <Movements id={id} row={row} />}
        {tab === "growth" && <Growth id={id} />}
      </Suspense>
      <EditBar entity={entity} editing={editing} blocked={locked || incomplete || steps.now.name.trim() === ""} />
    </Page>
  );
}
