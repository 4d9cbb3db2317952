/** Every data subject request by the step it stands at, the earliest due first; what closed lately below. */

import {
  Button, makeStyles, Select, Switch, Tab, TabList, Text, tokens,
} from "@fluentui/react-components";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { may, type Session, useSession } from "../../api/session";
import { AddIcon } from "../../shell/icons";
import { Page } from "../../shell/page";
import { Empty, Loading, Problem } from "../../shell/state";
import { BoardCards } from "./BoardCards";
import { BoardTable } from "./BoardTable";
import { daysLeft, todayIn, urgency } from "./days";
import { NewRequest } from "./NewRequest";
import { boardQuery, type Request, TYPES } from "./request";

const useStyles = makeStyles({
  bar: { display: "flex", flexWrap: "wrap", gap: tokens.spacingHorizontalM, alignItems: "center" },
  grow: { flexGrow: 1 },
});

interface Said {
  type?: number;
  mine?: boolean;
  due?: "soon";
  view?: "list";
}

const read = (search: Record<string, unknown>): Said => ({
  ...(TYPES.some((it) => it === Number(search["type"])) ? { type: Number(search["type"]) } : {}),
  ...(search["mine"] ? { mine: true } : {}),
  ...(search["due"] === "soon" ? { due: "soon" as const } : {}),
  ...(search["view"] === "list" ? { view: "list" as const } : {}),
});

const fits = (request: Request, said: Said, session: Session) =>
  (said.type === undefined || request.type === said.type) &&
  (!said.mine || request.owner.id === session.id) &&
  (said.due === undefined || urgency(daysLeft(request.dueOn, todayIn(request.zone))) !== "calm");

export default function Board() {
  const styles = useStyles();
  const { t } = useTranslation("privacy");
  const session = useSession();
  const navigate = useNavigate();
  const said = read(useSearch({ strict: false }));
  const [adding, setAdding] = useState(false);
  const found = useQuery(boardQuery(todayIn("UTC")));
  const say = (change: Said) => {
    const search = Object.fromEntries(Object.entries({ ...said, ...change }).filter(([, it]) => it !== undefined && it !== false));
    void navigate({ to: ".", search: search as never, replace: true });
  };
  const open = found.data?.open.filter((it) => fits(it, said, session)) ?? [];
  const closed = found.data?.closed.filter((it) => fits(it, { ...said, due: undefined }, session)) ?? [];
  const isNarrowed = said.type !== undefined || said.mine || said.due;
  const late = open.filter((it) => daysLeft(it.dueOn, todayIn(it.zone)) < 0).length;
  return (
    <Page
      title={t("board.title")}
      commands={
        may(session, "Create", "assent_datasubjectrequest") && (
          <Button appearance="primary" icon={<AddIcon />} onClick={() => setAdding(true)}>{t("board.new")}</Button>
        )
      }
    >
      <div className={styles.bar}>
        <Select
          aria-label={t("board.type")}
          value={said.type ?? ""}
          onChange={(_, { value }) => say({ type: value ? Number(value) : undefined })}
        >
          <option value="">{t("board.allTypes")}</option>
          {TYPES.map((it) => <option key={it} value={it}>{t(`type.${it}`)}</option>)}
        </Select>
        <Switch label={t("board.mine")} checked={said.mine ?? false} onChange={(_, { checked }) => say({ mine: checked || undefined })} />
        <Switch label={t("board.soon")} checked={said.due === "soon"} onChange={(_, { checked }) => say({ due: checked ? "soon" : undefined })} />
        <Text role="status" className={styles.grow}>
          {found.data && t("board.standing", { count: open.length })}
          {late > 0 && ` · ${t("board.late", { count: late })}`}
        </Text>
        <TabList
          size="small"
          aria-label={t("board.view")}
          selectedValue={said.view ?? "board"}
          onTabSelect={(_, { value }) => say({ view: value === "list" ? "list" : undefined })}
        >
          <Tab value="board">{t("board.asBoard")}</Tab>
          <Tab value="list">{t("board.asList")}</Tab>
        </TabList>
      </div>
      {found.isPending && <Loading />}
      {found.error && <Problem error={found.error} retry={() => void found.refetch()} />}
      {found.data && open.length === 0 && (
        <Empty title={t(isNarrowed ? "board.nothingFits" : "board.nothingOpen")}>
          {isNarrowed
            ? <Button onClick={() => say({ type: undefined, mine: undefined, due: undefined })}>{t("board.showAll")}</Button>
            : <Text>{t("board.nothingOpenText")}</Text>}
        </Empty>
      )}
      {found.data && (said.view === "list"
        ? <BoardTable open={open} closed={closed} />
        : <BoardCards open={open} closed={closed} />)}
      {adding && <NewRequest onClose={() => setAdding(false)} />}
    </Page>
  );
}
