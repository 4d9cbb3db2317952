/** Who takes part, and where they stand. */

import {
  Badge, Button, makeStyles, SearchBox, Select, Table, TableBody, TableCell, TableHeader, TableHeaderCell, TableRow, Text, tokens,
} from "@fluentui/react-components";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useDeferredValue, useState } from "react";
import { useTranslation } from "react-i18next";
import { call } from "../../api/http";
import { useEntity } from "../../api/metadata";
import { count, moment, type Row } from "../../api/row";
import { Empty, Loading, Problem } from "../../shell/state";
import { ordered, type Tile } from "./definition";
import { reasonOf } from "../../said/said";
import { fullTitle } from "./wording";

const SIZE = 50;
const WAITING = 2;
const STOPPED = 4;
const FAILED = 5;

const useStyles = makeStyles({
  bar: { display: "flex", flexWrap: "wrap", gap: tokens.spacingHorizontalM, alignItems: "center" },
  search: { minWidth: "240px" },
  box: { overflowX: "auto" },
});

interface Page {
  value: (Row & { assent_contactid: Row | null })[];
  "@odata.count"?: number;
  "@odata.nextLink"?: string;
}

export default function Participants({ id, tiles, summary }: { id: string; tiles: Tile[]; summary(tile: Tile): string }) {
  const styles = useStyles();
  const { t } = useTranslation("journey");
  const entity = useEntity("assent_participant");
  const statuses = entity.column("statuscode")?.options ?? [];
  const [text, setText] = useState("");
  const [status, setStatus] = useState("");
  const [tile, setTile] = useState("");
  const words = useDeferredValue(text.trim());
  const found = useInfiniteQuery({
    queryKey: ["journey", "participants", id, words, status, tile],
    initialPageParam: first(id, words, status, tile),
    queryFn: ({ pageParam, signal }) => call<Page>(pageParam, { signal, headers: { Prefer: `odata.maxpagesize=${SIZE}` } }),
    getNextPageParam: (page) => page["@odata.nextLink"]?.replace(/^https?:\/\/[^/]+/, ""),
    placeholderData: (before) => before,
  });
  const all = found.data?.pages.flatMap((it) => it.value) ?? [];
  const total = found.data?.pages[0]?.["@odata.count"];
  const isNarrowed = words !== "" || status !== "" || tile !== "";
  const name = (it: string) => {
    const tile = tiles.find((tile) => tile.id === it);
    return tile ? fullTitle(tile, summary, t) : it;
  };
  const color = (it: unknown) => (it === WAITING ? "informative" : it === STOPPED ? "warning" : it === FAILED ? "danger" : it === 3 ? "success" : "brand");
  return (
    <>
      <div className={styles.bar}>
        <SearchBox className={styles.search} value={text} aria-label={t("people.search")} placeholder={t("people.search")} onChange={(_, { value }) => setText(value)} />
        <Select aria-label={t("people.status")} value={status} onChange={(_, { value }) => setStatus(value)}>
          <option value="">{t("people.anyStatus")}</option>
          {statuses.map((it) => <option key={it.value} value={it.value}>{it.label}</option>)}
        </Select>
        <Select aria-label={t("people.tile")} value={tile} onChange={(_, { value }) => setTile(value)}>
          <option value="">{t("people.anyTile")}</option>
          {ordered(tiles).map((it) => <option key={it.id} value={it.id}>{fullTitle(it, summary, t)}</option>)}
        </Select>
      </div>
      {found.error && <Problem error={found.error} retry={() => void found.refetch()} />}
      {found.isPending && <Loading />}
      {found.isSuccess && all.length === 0 && <Empty title={t(isNarrowed ? "people.nothingFits" : "people.none")}>{!isNarrowed && <Text>{t("people.noneText")}</Text>}</Empty>}
      {all.length > 0 && (
        <div className={styles.box}>
          <Table size="small" aria-label={t("tab.participants")}>
            <TableHeader>
              <TableRow>
                {["contact", "tile", "status", "entered", "due", "reason"].map((it) => <TableHeaderCell key={it}>{t(`people.${it}`)}</TableHeaderCell>)}
                <TableHeaderCell aria-label={t("tab.why")} />
              </TableRow>
            </TableHeader>
            <TableBody>
              {all.map((it) => {
                const contact = String(it["_assent_contactid_value"]);
                const person = it.assent_contactid;
                return (
                  <TableRow key={String(it["assent_participantid"])}>
                    <TableCell><Link to={`/record/contact/${contact}`}>{String(person?.["fullname"] ?? person?.["emailaddress1"] ?? contact)}</Link></TableCell>
                    <TableCell>{name(String(it["assent_tile"] ?? ""))}</TableCell>
                    <TableCell><Badge appearance="tint" color={color(it["statuscode"])}>{statuses.find((option) => option.value === it["statuscode"])?.label}</Badge></TableCell>
                    <TableCell>{it["assent_enteredon"] ? moment(String(it["assent_enteredon"])) : ""}</TableCell>
                    <TableCell>{it["assent_dueon"] && it["statuscode"] === WAITING ? moment(String(it["assent_dueon"])) : ""}</TableCell>
                    <TableCell>{it["assent_stopreason"] ? reasonOf(String(it["assent_stopreason"])) : ""}</TableCell>
                    <TableCell><Link to="." search={{ tab: "why", contact } as never}>{t("tab.why")}</Link></TableCell>
                  </TableRow>
                );
              })}
            </TableBody>
          </Table>
        </div>
      )}
      <div className={styles.bar}>
        <Text size={200} role="status">{all.length > 0 && total !== undefined && t("record.firstOf", { shown: count(all.length), total: count(total) })}</Text>
        {found.hasNextPage && <Button disabled={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>{t("more")}</Button>}
      </div>
    </>
  );
}

function first(id: string, words: string, status: string, tile: string): string {
  const quoted = (it: string) => `'${it.replaceAll("'", "''")}'`;
  const filter = [
    `assent_journeyid eq ${id}`,
    ...(words ? [`(contains(assent_contactid/fullname,${quoted(words)}) or contains(assent_contactid/emailaddress1,${quoted(words)}))`] : []),
    ...(status ? [`statuscode eq ${status}`] : []),
    ...(tile ? [`assent_tile eq ${quoted(tile)}`] : []),
  ];
  const options = { $expand: "assent_contactid($select=fullname,emailaddress1)", $filter: filter.join(" and "), $orderby: "assent_enteredon desc", $count: "true" };
  return `assent_participants?${Object.entries(options).map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join("&")}`;
}
