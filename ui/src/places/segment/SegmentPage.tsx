/** A segment: its filter, built or written, with an estimate beside it; its members, and how they came and went. */

import { makeStyles, Tab, TabList, Text } from "@fluentui/react-components";
import { useSuspenseQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import { type Detailed, useEntity } from "../../api/metadata";
import { rowQuery } from "../../api/row";
import { Loading } from "../../shell/state";
import { Page } from "../../shell/page";
import { Definition } from "./Definition";
import { Members } from "./Members";
import { Movements } from "./Movements";

const Growth = lazy(() => import("./Growth"));

const useStyles = makeStyles({ above: { display: "block" } });

export default function SegmentPage() {
  const { id = "new" } = useParams({ strict: false });
  const entity = useEntity("msdyncrm_segment");
  return id === "new" ? <Definition key="new" entity={entity} id={null} row={{}} /> : <Loaded key={id} entity={entity} id={id} />;
}

function Loaded({ entity, id }: { entity: Detailed; id: string }) {
  const styles = useStyles();
  const { t } = useTranslation("segment");
  const navigate = useNavigate();
  const { data: row } = useSuspenseQuery(rowQuery(entity, id));
  const { tab = "definition" } = useSearch({ strict: false }) as { tab?: string };
  const tabs = (
    <TabList selectedValue={tab} onTabSelect={(_, { value }) => void navigate({ to: ".", search: { tab: String(value) } as never, replace: true })}>
      {["definition", "members", "movements", "growth"].map((it) => <Tab key={it} value={it}>{t(`tab.${it}`)}</Tab>)}
    </TabList>
  );
  if (tab === "definition" || !["members", "movements", "growth"].includes(tab)) return <Definition entity={entity} id={id} row={row} tabs={tabs} />;
  return (
    <Page
      title={String(row["msdyncrm_segmentname"] ?? "")}
      above={<Text size={200} className={styles.above}><Link to="/list/msdyncrm_segment">{entity.plural}</Link></Text>}
    >
      {tabs}
      <Suspense fallback={<Loading />}>
        {tab === "members" && <Members id={id} row={row} />}
        {tab === "movements" && <Movements id={id} row={row} />}
        {tab === "growth" && <Growth id={id} />}
      </Suspense>
    </Page>
  );
}
