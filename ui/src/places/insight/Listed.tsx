/** Rows about a person, the newest first, more of them on demand. */

import { Button, makeStyles, Table, TableBody, TableCell, TableHeader, TableHeaderCell, TableRow, tokens } from "@fluentui/react-components";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { type Row, rows } from "../../api/row";
import { Empty, Loading, Problem } from "../../shell/state";

const SOME = 25;

const useStyles = makeStyles({
  box: { overflowX: "auto" },
  cell: { overflowWrap: "anywhere", verticalAlign: "top", paddingTop: tokens.spacingVerticalXS, paddingBottom: tokens.spacingVerticalXS },
});

export interface Asked {
  set: string;
  key: string;
  select: string;
  filter: string;
  order: string;
}

export function Listed({ label, asked, columns, none, why }: {
  label: string;
  asked: Asked;
  columns: { name: string; of(row: Row): ReactNode }[];
  none: string;
  /** What has to be so that there is something. */
  why: ReactNode;
}) {
  const styles = useStyles();
  const { t } = useTranslation("insight");
  const [most, setMost] = useState(SOME);
  const found = useQuery({
    queryKey: ["insights", asked.set, asked.filter, most],
    queryFn: ({ signal }) => rows(asked.set, { $select: asked.select, $filter: asked.filter, $orderby: asked.order, $top: most + 1 }, signal),
    placeholderData: (before) => before,
  });
  if (found.isPending) return <Loading />;
  if (found.error) return <Problem error={found.error} retry={() => void found.refetch()} />;
  if (found.data.length === 0) return <Empty title={none}>{why}</Empty>;
  return (
    <>
      <div className={styles.box}>
        <Table size="small" aria-label={label}>
          <TableHeader>
            <TableRow>{columns.map((it) => <TableHeaderCell key={it.name}>{it.name}</TableHeaderCell>)}</TableRow>
          </TableHeader>
          <TableBody>
            {found.data.slice(0, most).map((row) => (
              <TableRow key={String(row[asked.key])}>
                {columns.map((it) => <TableCell key={it.name} className={styles.cell}>{it.of(row)}</TableCell>)}
              </TableRow>
            ))}
          </TableBody>
        </Table>
      </div>
      {found.data.length > most && <Button style={{ alignSelf: "start" }} disabled={found.isFetching} onClick={() => setMost(most + 4 * SOME)}>{t("more")}</Button>}
    </>
  );
}
