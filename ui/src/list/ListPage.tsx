/** The list of any entity: its views, narrowed, ordered and searched; what is chosen can be changed, deleted, taken along. */

import {
  Button,
  Dropdown,
  Link as TextLink,
  makeStyles,
  Option,
  OptionGroup,
  Text,
  tokens,
} from "@fluentui/react-components";
import { useSuspenseQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useCallback, useEffect, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import type { ListQuery, Order } from "../api/fetchxml";
import { type Column, type Detailed, isText, useEntity } from "../api/metadata";
import { count, reference, type Row, shown } from "../api/row";
import { may, useSession } from "../api/session";
import { Find } from "../shell/Find";
import { AddIcon } from "../shell/icons";
import { Page } from "../shell/page";
import { Empty, Problem } from "../shell/state";
import { Bulk } from "./Bulk";
import { ChooseColumns } from "./ChooseColumns";
import { Conditions } from "./Conditions";
import { Export } from "./Export";
import { Grid, type GridColumn } from "./Grid";
import { usePages } from "./pages";
import { SaveView } from "./SaveView";
import { type Narrowed, narrowed, plain, read, type View, viewsQuery, write } from "./views";

const useStyles = makeStyles({
  bar: { display: "flex", flexWrap: "wrap", gap: tokens.spacingHorizontalS, alignItems: "center" },
  view: { minWidth: "220px" },
  search: { minWidth: "200px", flexGrow: 1, maxWidth: "360px" },
  body: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalS, height: "calc(100vh - 240px)", minHeight: "360px" },
});

export default function ListPage() {
  const { entity: name = "" } = useParams({ strict: false });
  return <List key={name} entity={useEntity(name)} />;
}

function List({ entity }: { entity: Detailed }) {
  const styles = useStyles();
  const { t } = useTranslation();
  const session = useSession();
  const navigate = useNavigate();
  const said = read(useSearch({ strict: false }));
  const { data: views } = useSuspenseQuery(viewsQuery(entity.name));
  const view: View | undefined = views.find((it) => it.id === said.view) ?? views[0];
  const base = useMemo(() => cleaned(view?.query ?? plain(entity), entity), [view, entity]);
  const query = narrowed(base, said);
  const search = useMemo(
    () => (said.q ? { text: said.q, columns: searched(entity, query) } : undefined),
    [said.q, entity, query.columns.join()],
  );
  const pages = usePages(entity, query, search);
  const [chosen, setChosen] = useState<ReadonlyMap<number, string>>(new Map());
  // What is chosen belongs to one query.
  useEffect(() => setChosen(new Map()), [pages.text]);

  const say = (change: Narrowed) =>
    void navigate({ to: ".", search: write({ ...said, ...change }) as never, replace: true });
  const onOrder = (column: string, add: boolean) => say({ order: ordered(query.order, column, add) });
  const place = (at: number) => {
    const id = pages.row(at)?.[entity.key];
    return id === undefined ? undefined : `/record/${entity.name}/${String(id)}`;
  };
  const onOpen = (at: number) => {
    const to = place(at);
    if (to) void navigate({ to });
  };
  const { row } = pages;
  const onChoose = useCallback(
    (places: number[], on: boolean) =>
      setChosen((before) => {
        const after = new Map(before);
        for (const at of places) {
          const id = row(at)?.[entity.key];
          if (on && id !== undefined) after.set(at, String(id));
          else after.delete(at);
        }
        return after;
      }),
    [row, entity.key],
  );
  const places = useMemo(() => new Set(chosen.keys()), [chosen]);
  const columns = query.columns
    .map((it) => entity.column(it))
    .filter((it): it is Column => it !== undefined)
    .map((column, at): GridColumn => ({ column, width: at === 0 ? 220 : 140, draw: (it) => drawn(it, column, entity) }));
  const changes = may(session, "Write", entity.name) || may(session, "Delete", entity.name);
  return (
    <Page
      title={entity.plural}
      commands={
        <>
          {may(session, "Create", entity.name) && filledIn(entity) && (
            <Button appearance="primary" icon={<AddIcon />} onClick={() => void navigate({ to: `/new/${entity.name}` })}>
              {t("new", { what: entity.label })}
            </Button>
          )}
          {session.privileges.has("prvExportToExcel") && <Export entity={entity} fetchxml={pages.text} total={pages.total ?? 0} />}
        </>
      }
    >
      <div className={styles.body}>
        <div className={styles.bar}>
          <Dropdown
            className={styles.view}
            aria-label={t("list.view")}
            value={view ? (view.personal ? view.name : entity.viewName(view.name)) : t("list.all")}
            selectedOptions={view ? [view.id] : []}
            onOptionSelect={(_, { optionValue }) => void navigate({ to: ".", search: write({ view: optionValue }) as never })}
          >
            <OptionGroup label={t("list.views")}>
              {views.filter((it) => !it.personal).map((it) => <Option key={it.id} value={it.id}>{entity.viewName(it.name)}</Option>)}
            </OptionGroup>
            {views.some((it) => it.personal) && (
              <OptionGroup label={t("list.ownViews")}>
                {views.filter((it) => it.personal).map((it) => <Option key={it.id} value={it.id}>{it.name}</Option>)}
              </OptionGroup>
            )}
          </Dropdown>
          <Find className={styles.search} placeholder={t("list.search")} aria-label={t("list.search")} value={said.q ?? ""} onFind={(q) => say({ q })} />
          <Conditions entity={entity} conditions={query.conditions} onChange={(where) => say({ where })} />
          <ChooseColumns entity={entity} columns={query.columns} onChange={(columns) => say({ columns })} />
          <SaveView entity={entity} view={view} query={query} onSaved={(id) => void navigate({ to: ".", search: write({ view: id }) as never })} />
        </div>
        {changes && (
          <Bulk
            entity={entity}
            query={query}
            fetchxml={pages.text}
            total={pages.total ?? 0}
            chosen={chosen}
            onClear={() => setChosen(new Map())}
          />
        )}
        {pages.error && <Problem error={pages.error} />}
        {pages.total === 0 && !pages.isFetching ? (
          <Empty title={t(said.q || query.conditions.length ? "list.nothingFits" : "list.empty", { what: entity.plural })}>
            {said.q || query.conditions.length ? (
              <TextLink onClick={() => say({ q: undefined, where: undefined })}>{t("list.showAll")}</TextLink>
            ) : (
              <Text>{entity.description}</Text>
            )}
          </Empty>
        ) : pages.total === undefined && pages.error ? null : (
          <Grid
            label={entity.plural}
            columns={columns}
            total={pages.total ?? 0}
            row={pages.row}
            order={query.order}
            chosen={places}
            onView={pages.onView}
            onOrder={onOrder}
            onOpen={onOpen}
            onChoose={changes ? onChoose : undefined}
          />
        )}
        <Text size={200} role="status">
          {pages.total !== undefined && t("list.rows", { count: pages.total, shown: count(pages.total) })}
        </Text>
      </div>
    </Page>
  );
}

/** Whether a form can make a row: nobody fills in what is required and only the product gives. */
const filledIn = (entity: Detailed) => entity.columns.every((it) => it.creatable || !it.required || it.name === entity.key);

/** What the view shows of columns that there are. */
const cleaned = (query: ListQuery, entity: Detailed): ListQuery => ({
  ...query,
  columns: query.columns.filter((it) => it !== entity.key && entity.column(it) !== undefined),
});

/** The text columns that are looked through: those shown, and the name. */
function searched(entity: Detailed, query: ListQuery): string[] {
  const names = new Set([...query.columns, ...(entity.primaryName ? [entity.primaryName] : [])]);
  return [...names].filter((it) => {
    const column = entity.column(it);
    return column !== undefined && isText(column);
  });
}

/** A click orders by a column and turns it round; with Shift it is one more. */
function ordered(order: Order[], column: string, add: boolean): Order[] {
  const before = order.find((it) => it.column === column);
  const next = { column, descending: before ? !before.descending : false };
  return add ? [...order.filter((it) => it.column !== column), next] : [next];
}

function drawn(row: Row, column: Column, entity: Detailed) {
  const text = shown(row, column);
  const it = reference(row, column);
  if (it && column.targets.length > 0) {
    return (
      <Link to={`/record/${it.entity}/${it.id}`} onClick={(event) => event.stopPropagation()} tabIndex={-1}>
        {text}
      </Link>
    );
  }
  if (column.name === entity.primaryName) {
    return (
      <Link to={`/record/${entity.name}/${String(row[entity.key])}`} onClick={(event) => event.stopPropagation()} tabIndex={-1}>
        {text || "–"}
      </Link>
    );
  }
  return text;
}
