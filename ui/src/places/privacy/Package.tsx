/** The package of an access request, opened in the page: a table for each kind of record, each file with its size. */

import {
  Button, makeStyles, MessageBar, MessageBarBody, Select, Table, TableBody, TableCell, TableHeader, TableHeaderCell, TableRow,
  Text, tokens,
} from "@fluentui/react-components";
import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { download } from "../../api/http";
import { type Entity, useEntities, useMaybeEntity } from "../../api/metadata";
import { count } from "../../api/row";
import { holds, useSession } from "../../api/session";
import { Loading, Problem } from "../../shell/state";
import { parseCsv } from "../../shell/csv";
import { HoldBack, type Target } from "./HoldBack";
import { COMPLETED, packageQuery, type Request } from "./request";
import { useRan } from "./RunStep";
import { fromBase64, type ZipFile, zipFiles } from "./zip";

const SHOWN = 100;

const useStyles = makeStyles({
  bar: { display: "flex", flexWrap: "wrap", gap: tokens.spacingHorizontalM, alignItems: "center" },
  box: { overflow: "auto", maxHeight: "480px" },
  table: { tableLayout: "auto", width: "max-content", minWidth: "100%" },
  cell: { minWidth: "120px", maxWidth: "320px", overflowWrap: "anywhere", verticalAlign: "top" },
  hash: { overflowWrap: "anywhere", fontFamily: tokens.fontFamilyMonospace },
});

export function Package({ request, editable }: { request: Request; editable: boolean }) {
  const styles = useStyles();
  const { t } = useTranslation("privacy");
  const session = useSession();
  const ran = useRan(request.id);
  const [looking, setLooking] = useState(false);
  const written = request.status === COMPLETED ? ran?.Package : undefined;
  const preview = useQuery({ ...packageQuery(request.id), enabled: looking && !written });
  const base64 = written ?? preview.data;
  const bytes = useMemo(() => (base64 ? fromBase64(base64) : null), [base64]);
  const files = useMemo(() => (bytes ? zipFiles(bytes) : []), [bytes]);
  const save = () => {
    if (bytes) download(written ? `${request.number}.zip` : `${request.number}-${t("package.previewName")}.zip`, new Blob([bytes], { type: "application/zip" }));
  };
  return (
    <>
      {request.packageHash && <Text>{t("package.hash")} <span className={styles.hash}>{request.packageHash}</span></Text>}
      {written && <MessageBar intent="warning" layout="multiline"><MessageBarBody>{t("package.saveNow")}</MessageBarBody></MessageBar>}
      {request.status === COMPLETED && !written && <Text>{t("package.afterwards")}</Text>}
      {!bytes && holds(session, "prvAssentExportSubject") && (
        <div className={styles.bar}>
          <Button disabled={preview.isFetching} onClick={() => setLooking(true)}>{t(request.status === COMPLETED ? "package.again" : "package.look")}</Button>
          {!request.closed && <Text>{t("package.lookHint")}</Text>}
        </div>
      )}
      {looking && preview.isFetching && <Loading />}
      {looking && preview.error && <Problem error={preview.error} retry={() => void preview.refetch()} />}
      {bytes && (
        <>
          <div className={styles.bar}>
            <Button appearance={written ? "primary" : "secondary"} onClick={save}>{t(written ? "package.save" : "package.savePreview")}</Button>
            <Text>{t("package.files", { count: files.length, size: count(Math.ceil(bytes.length / 1024)) })}</Text>
          </div>
          <Tables files={files} request={request} changeable={editable} />
        </>
      )}
    </>
  );
}

const setOf = (name: string) => /^data\/(.+)\.csv$/.exec(name)?.[1];

function Tables({ files, request, changeable }: { files: ZipFile[]; request: Request; changeable: boolean }) {
  const styles = useStyles();
  const { t } = useTranslation("privacy");
  const bySet = new Map([...useEntities().values()].map((it) => [it.set, it]));
  const tables = files.filter((it) => setOf(it.name));
  const others = files.filter((it) => !setOf(it.name));
  const [chosen, setChosen] = useState("");
  const file = tables.find((it) => it.name === chosen) ?? tables[0];
  return (
    <>
      <div className={styles.bar}>
        <Select aria-label={t("package.table")} value={file?.name ?? ""} onChange={(_, { value }) => setChosen(value)}>
          {tables.map((it) => <option key={it.name} value={it.name}>{bySet.get(setOf(it.name)!)?.plural ?? it.name}</option>)}
        </Select>
        <Text size={200}>{t("package.others", { names: others.map((it) => it.name).join(", ") })}</Text>
      </div>
      {file && <OneTable key={file.name} file={file} entity={bySet.get(setOf(file.name)!)} request={request} changeable={changeable} />}
    </>
  );
}

function OneTable({ file, entity, request, changeable }: { file: ZipFile; entity: Entity | undefined; request: Request; changeable: boolean }) {
  const styles = useStyles();
  const { t } = useTranslation("privacy");
  const detailed = useMaybeEntity(entity?.name);
  const [target, setTarget] = useState<Target | null>(null);
  const table = useQuery({
    queryKey: ["package", file, file.name],
    gcTime: 0,
    queryFn: async () => parseCsv(new TextDecoder().decode(await file.read())),
  });
  if (table.error) return <Problem error={table.error} />;
  if (!table.data || !entity) return <Loading />;
  const [names = [], ...rows] = table.data;
  const key = names.indexOf(entity.key);
  // Empty columns say nothing; they are in the file all the same.
  const shown = names.map((name, at) => ({ name, at })).filter(({ at }) => at !== key && rows.some((row) => row[at]));
  return (
    <>
      <div className={styles.box} role="region" tabIndex={0} aria-label={entity.plural}>
        <Table size="small" aria-label={entity.plural} className={styles.table}>
          <TableHeader>
            <TableRow>
              {changeable && <TableHeaderCell className={styles.cell}>{t("plan.head.change")}</TableHeaderCell>}
              {shown.map(({ name }) => <TableHeaderCell key={name} className={styles.cell}>{detailed?.column(name)?.label ?? name}</TableHeaderCell>)}
            </TableRow>
          </TableHeader>
          <TableBody>
            {rows.slice(0, SHOWN).map((row, n) => (
              <TableRow key={row[key] ?? n}>
                {changeable && (
                  <TableCell className={styles.cell}>
                    <Button size="small" aria-label={t("hold.what", { what: t("package.row", { number: n + 1 }) })} onClick={() => setTarget({ label: t("package.row", { number: n + 1 }), body: { Record: row[key] ?? "" } })}>
                      {t("hold.leave")}
                    </Button>
                  </TableCell>
                )}
                {shown.map(({ name, at }) => <TableCell key={name} className={styles.cell}>{row[at]}</TableCell>)}
              </TableRow>
            ))}
          </TableBody>
        </Table>
      </div>
      <Text size={200}>
        {rows.length > SHOWN ? t("plan.firstOf", { shown: SHOWN, total: count(rows.length) }) : t("plan.rows", { count: rows.length })}
      </Text>
      {target && <HoldBack request={request} entity={entity.name} target={target} onClose={() => setTarget(null)} />}
    </>
  );
}
