/** The rows of other entities that refer to this one. */

import { Button, makeStyles, Select, Table, TableBody, TableCell, TableHeader, TableHeaderCell, TableRow, Text, tokens } from "@fluentui/react-components";
import { useQuery, useSuspenseQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { print, rows } from "../api/fetchxml";
import { call, invoke } from "../api/http";
import { type Column, type Detailed, type Related, relatedQuery, useEntities, useEntity } from "../api/metadata";
import { count, shown } from "../api/row";
import { may, useSession } from "../api/session";
import { plain, viewsQuery } from "../list/views";
import { Empty, Problem } from "../shell/state";

const SHOWN = 50;

const useStyles = makeStyles({
  bar: { display: "flex", flexWrap: "wrap", gap: tokens.spacingHorizontalM, alignItems: "center" },
  box: { overflowX: "auto" },
});

export function RelatedLists({ entity, id, title }: { entity: Detailed; id: string; title: string }) {
  const styles = useStyles();
  const { t } = useTranslation();
  const session = useSession();
  const entities = useEntities();
  const { data } = useSuspenseQuery(relatedQuery(entity.name));
  const all = data.filter((it) => may(session, "Read", it.entity) && !entities.get(it.entity)?.intersect);
  const [chosen, setChosen] = useState(all[0]?.name);
  const related = all.find((it) => it.name === chosen);
  if (!related) return <Empty title={t("record.nothingRelated")} />;
  const several = (entity: string) => all.filter((it) => it.entity === entity).length > 1;
  return (
    <>
      <div className={styles.bar}>
        <Select aria-label={t("record.related")} value={related.name} onChange={(_, { value }) => setChosen(value)}>
          {all.map((it) => (
            <option key={it.name} value={it.name}>
              {entities.get(it.entity)?.plural ?? it.entity}
              {several(it.entity) ? ` (${it.column})` : ""}
            </option>
          ))}
        </Select>
      </div>
      <List key={related.name} related={related} target={{ entity: entity.name, id, name: title }} />
    </>
  );
}

function List({ related, target }: { related: Related; target: { entity: string; id: string; name: string } }) {
  const styles = useStyles();
  const { t } = useTranslation();
  const session = useSession();
  const navigate = useNavigate();
  const entity = useEntity(related.entity);
  const { data: views } = useSuspenseQuery(viewsQuery(entity.name));
  const base = views[0]?.query ?? plain(entity);
  const query = {
    ...base,
    filters: [],
    conditions: [{ column: related.column, operator: "eq", value: target.id }],
  };
  const found = useQuery({
    queryKey: ["list", entity.name, "related", related.column, target.id],
    queryFn: async ({ signal }) => {
      const [all, total] = await Promise.all([
        rows(entity, print(query, { number: 1, size: SHOWN }), signal),
        call<{ Count: number }>(invoke("assent_CountRows", { FetchXml: print(query) }), { signal }),
      ]);
      return { rows: all, total: total.Count };
    },
  });
  const columns = query.columns.map((it) => entity.column(it)).filter((it): it is Column => it !== undefined && it.name !== related.column);
  return (
    <>
      {may(session, "Create", entity.name) && (
        <div>
          <Button onClick={() => void navigate({ to: `/new/${entity.name}`, search: { given: { [related.column]: target } } as never })}>
            {t("new", { what: entity.label })}
          </Button>
        </div>
      )}
      {found.error && <Problem error={found.error} retry={() => void found.refetch()} />}
      {found.data?.total === 0 && <Empty title={t("list.empty", { what: entity.plural })} />}
      {found.data && found.data.total > 0 && (
        <div className={styles.box}>
          <Table size="small" aria-label={entity.plural}>
            <TableHeader>
              <TableRow>{columns.map((it) => <TableHeaderCell key={it.name}>{it.label}</TableHeaderCell>)}</TableRow>
            </TableHeader>
            <TableBody>
              {found.data.rows.map((row) => (
                <TableRow key={String(row[entity.key])}>
                  {columns.map((it, at) => (
                    <TableCell key={it.name}>
                      {at === 0 ? <Link to={`/record/${entity.name}/${String(row[entity.key])}`}>{shown(row, it) || "–"}</Link> : shown(row, it)}
                    </TableCell>
                  ))}
                </TableRow>
              ))}
            </TableBody>
          </Table>
          <Text size={200}>
            {found.data.total > SHOWN
              ? t("record.firstOf", { shown: SHOWN, total: count(found.data.total) })
              : t("list.rows", { count: found.data.total, shown: count(found.data.total) })}
          </Text>
        </div>
      )}
    </>
  );
}
