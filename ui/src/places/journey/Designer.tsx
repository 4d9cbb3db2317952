/** The designer of a journey, and what is known of it. */

import { Badge, Button, makeStyles, MessageBar, MessageBarBody, Text, tokens } from "@fluentui/react-components";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { lazy, Suspense, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiError, call } from "../../api/http";
import type { Detailed } from "../../api/metadata";
import { type Row, rowQuery } from "../../api/row";
import { may, useSession } from "../../api/session";
import { EditBar } from "../../record/EditBar";
import { isLive, LIVE, LIVE_EDITABLE } from "../../record/life";
import { useNames } from "../../record/names";
import { Status } from "../../record/Status";
import { useWorking, type Way } from "../../record/working";
import { useRowStored } from "../../record/writing";
import { useNotices } from "../../shell/notices";
import { Page } from "../../shell/page";
import { Loading, Problem } from "../../shell/state";
import { StepButtons } from "../../shell/StepButtons";
import { Tabs } from "../../shell/Tabs";
import type { Bench } from "./bench";
import { JourneyPanel } from "./JourneyPanel";
import { JourneyLife } from "./JourneyLife";
import { Outline } from "./Outline";
import { TilePanel } from "./Panel";
import { type Problem as Found, problems as local, refused, told } from "./problems";
import { ProblemList } from "./ProblemList";
import { changes, DEFINITION, type Design, designed, hasDraft, STATE } from "./saved";
import { counted, journeyAddress, standingQuery } from "./standing";
import * as tree from "./tree";
import { fullTitle, referred, summary, titleOf } from "./wording";

const Canvas = lazy(() => import("./Canvas"));
const DryRun = lazy(() => import("./DryRun"));
const Participants = lazy(() => import("./Participants"));
const Results = lazy(() => import("./Results"));
const Why = lazy(() => import("./Why"));

const TABS = ["design", "outline", "dryRun", "participants", "results", "why"] as const;

const useStyles = makeStyles({
  parts: { display: "grid", gridTemplateColumns: "minmax(0, 1fr) 340px", gap: tokens.spacingHorizontalL, flexGrow: 1, minHeight: "520px", "@media (max-width: 1000px)": { gridTemplateColumns: "minmax(0, 1fr)" } },
  drawing: { minHeight: "480px", height: "calc(100vh - 250px)" },
  panel: { overflowY: "auto", maxHeight: "calc(100vh - 250px)", paddingRight: tokens.spacingHorizontalS, "@media (max-width: 1000px)": { maxHeight: "none" } },
});

export function Designer({ entity, id, row }: { entity: Detailed; id: string; row: Row }) {
  const styles = useStyles();
  const { t } = useTranslation("journey");
  const client = useQueryClient();
  const session = useSession();
  const notices = useNotices();
  const navigate = useNavigate();
  const said = useSearch({ strict: false }) as { tab?: string; tile?: string; contact?: string };
  const tab = TABS.find((it) => it === said.tab) ?? "design";
  const [selected, setSelected] = useState<string | null>(said.tile ?? null);
  const [refusal, setRefusal] = useState<Found[]>([]);
  const status = row["statuscode"];
  const mayChange = may(session, "Write", entity.name);
  const way = useMemo<Way<Design>>(() => ({ begin: (row) => designed(row, entity), columns: (design, row) => changes(design, row, entity) }), [entity]);
  const rowStored = useRowStored(entity, id);
  const editing = useWorking<Design>({
    entity, id, row, way,
    stored: {
      read: rowStored.read,
      // What is saved as a draft beside what is live, and what else, differs by the state.
      write: (draft, on, because) => (on["statuscode"] === status ? rowStored.write(draft, on, because) : Promise.reject(new Error(t("otherState")))),
    },
    note: t(status === LIVE ? "draftSaved" : "saved"),
    onFailed: (error) => {
      fail(error);
      void client.invalidateQueries({ queryKey: ["row", entity.name, id] });
    },
  });
  const { steps } = editing;
  const design = steps.now;
  const dirty = editing.count > 0;
  const { tiles } = design;
  const put = (tiles: Design["tiles"], kind?: string) => {
    setRefusal([]);
    steps.set({ ...design, tiles }, kind);
  };

  const renew = async (anew: boolean) => {
    const fresh = await client.fetchQuery({ ...rowQuery(entity, id), staleTime: 0 });
    setRefusal([]);
    if (anew) editing.begin(fresh);
    void client.invalidateQueries({ queryKey: ["list", entity.name] });
    void client.invalidateQueries({ queryKey: ["journey"] });
  };
  /** What the server refused is marked where it is. */
  const fail = (error: unknown) => {
    setRefusal(error instanceof ApiError ? refused(tiles, error.details) : []);
    notices.failed(error);
  };

  const checked = useQuery({
    queryKey: ["journey", "check", id, row["@odata.etag"]],
    enabled: !hasDraft(row),
    queryFn: async ({ signal }) =>
      (await call<{ Problems: { place: string; text: string; warning: boolean }[] }>(`${journeyAddress(id)}/Microsoft.Dynamics.CRM.assent_CheckForErrors()`, { signal })).Problems,
  });
  const standing = useQuery(standingQuery(id, status));
  const found = useMemo(() => {
    const own = local(tiles);
    const server = dirty || hasDraft(row) ? [] : told(tiles, checked.data ?? []);
    // The server says the same of what is wrong in the definition itself.
    const broken = new Set(own.map((it) => it.tile));
    const noTiles = tiles.length === 0;
    return [...own, ...[...server, ...refusal].filter((it) => (it.tile === null ? !noTiles : !broken.has(it.tile)))];
  }, [tiles, dirty, row, checked.data, refusal]);
  const names = useNames(referred(tiles));
  const name = (of: string, it: string) => names.get(`${of}:${it}`) ?? "…";
  const step = (next: Design["tiles"] | null) => { if (next && next !== tiles) put(next); };
  const bench: Bench = {
    tiles, positions: design.positions, selected, locked: !mayChange,
    counts: useMemo(() => counted(tiles, standing.data), [tiles, standing.data]),
    problems: useMemo(() => Map.groupBy(found.filter((it) => it.tile !== null), (it) => it.tile!), [found]),
    summary: (tile) => summary(tile, tiles, name, t),
    select: setSelected,
    add: (kind, place, at) => {
      const { tiles: next, id: made } = tree.add(tiles, kind, place);
      setRefusal([]);
      steps.set({ ...design, tiles: next, positions: at ? { ...design.positions, [made]: at } : design.positions });
      setSelected(made);
    },
    remove: (it) => {
      const next = tree.remove(tiles, it);
      put(next);
      setSelected(null);
      notices.done(t("removed", { count: tiles.length - next.length }));
    },
    earlier: (it) => step(tree.earlier(tiles, it)),
    later: (it) => step(tree.later(tiles, it)),
    rehang: (it, place) => step(tree.rehang(tiles, it, place)),
    put: (positions) => steps.set({ ...design, positions }, "put"),
  };
  const tile = tree.tileOf(tiles, selected);
  const go = (search: Record<string, unknown>) => void navigate({ to: ".", search: search as never, replace: true });
  const jump = (it: Found) => {
    setSelected(it.tile);
    if (tab !== "design" && tab !== "outline") go({ tab: "design" });
  };
  const called = (it: string) => {
    const tile = tree.tileOf(tiles, it);
    return tile ? `“${fullTitle(tile, bench.summary, t)}”` : it;
  };
  const isDesign = tab === "design" || tab === "outline";
  return (
    <Page
      title={String(row["msdyncrm_name"] ?? "")}
      above={<Text size={200}><Link to="/list/msdyncrm_customerjourney">{entity.plural}</Link></Text>}
      commands={
        <>
          <Status entity={entity} status={status} />
          {hasDraft(row) && <Badge size="extra-large" shape="rounded" appearance="tint" color="warning" style={{ alignSelf: "center", whiteSpace: "nowrap" }}>{t("unpublished")}</Badge>}
          {mayChange && (
            <>
              <StepButtons steps={steps} locked={!mayChange} />
              <JourneyLife
                entity={entity} id={id} row={row} design={design} dirty={dirty} standing={standing.data} errors={found.filter((it) => !it.warning).length}
                onRenew={renew} onRefused={fail}
              />
            </>
          )}
          <Button appearance="subtle" onClick={() => void navigate({ to: `/record/${entity.name}/${id}` })}>{t("openRecord")}</Button>
        </>
      }
    >
      <Tabs tabs={TABS.map((it) => ({ value: it, label: t(`tab.${it}`) }))} open={tab} onOpen={(it) => go({ tab: it })} />
      {isDesign && status === LIVE && mayChange && <MessageBar intent="info" layout="multiline"><MessageBarBody>{t(hasDraft(row) ? "draftText" : "liveText")}</MessageBarBody></MessageBar>}
      {isDesign && status === LIVE_EDITABLE && <MessageBar intent="warning" layout="multiline"><MessageBarBody>{t("editableText")}</MessageBarBody></MessageBar>}
      {isDesign && <ProblemList found={found} tiles={tiles} onJump={jump} />}
      {standing.error && isLive(status) && <Problem error={standing.error} retry={() => void standing.refetch()} />}
      <Suspense fallback={<Loading />}>
        {isDesign && (
          <div className={styles.parts}>
            {tab === "design" ? <div className={styles.drawing}><Canvas bench={bench} /></div> : <Outline bench={bench} />}
            <aside className={styles.panel} aria-label={tile ? titleOf(tile, t) : t("theJourney")}>
              {tile ? (
                <TilePanel
                  key={tile.id} bench={bench} tile={tile} name={name} onTiles={put}
                  onName={(it) => put(tree.renamed(tiles, tile.id, it), `name ${tile.id}`)}
                  onSet={(settings, kind) => put(tree.set(tiles, tile.id, settings), kind && `${kind} ${tile.id}`)}
                />
              ) : (
                <JourneyPanel
                  entity={entity} values={design.values} locked={!mayChange || status === LIVE} consentLocked={!mayChange || isLive(status)}
                  onChange={(column, value, kind) => steps.set({ ...design, values: { ...design.values, [column]: value } }, kind)}
                />
              )}
            </aside>
          </div>
        )}
        {tab === "dryRun" && <DryRun id={id} tiles={tiles} dirty={dirty || hasDraft(row)} summary={bench.summary} />}
        {tab === "participants" && <Participants id={id} tiles={tiles} summary={bench.summary} />}
        {tab === "results" && <Results tiles={tiles} standing={standing.data} summary={bench.summary} />}
        {tab === "why" && <Why target={id} contact={said.contact ?? null} tile={called} onContact={(contact) => go({ tab: "why", ...(contact ? { contact } : {}) })} />}
      </Suspense>
      <EditBar
        entity={entity} editing={editing} blocked={!mayChange || String(design.values["msdyncrm_name"] ?? "").trim() === ""} {...(status === LIVE ? { save: t("saveDraft") } : {})}
        named={{ [DEFINITION]: t("tiles"), [STATE]: t(status === LIVE ? "draftTiles" : "arrangement") }} whole={[DEFINITION, STATE]}
      />
    </Page>
  );
}
