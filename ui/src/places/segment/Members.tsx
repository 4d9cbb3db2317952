/** Who is in a segment now. In a static one they are picked and taken out here. */

import {
  Button, makeStyles, SearchBox, Table, TableBody, TableCell, TableHeader, TableHeaderCell, TableRow, Text, tokens,
} from "@fluentui/react-components";
import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useDeferredValue, useState } from "react";
import { useTranslation } from "react-i18next";
import { call } from "../../api/http";
import { count, create, moment, remove, type Row } from "../../api/row";
import { may, useSession } from "../../api/session";
import { RowInput } from "../../record/RowInput";
import { RemoveIcon } from "../../shell/icons";
import { useNotices } from "../../shell/notices";
import { Empty, Loading, Problem } from "../../shell/state";
import { isStatic } from "./segment";

const SIZE = 50;
const SET = "assent_segmentmembers";

const useStyles = makeStyles({
  bar: { display: "flex", flexWrap: "wrap", gap: tokens.spacingHorizontalM, alignItems: "center" },
  search: { minWidth: "260px" },
  box: { overflowX: "auto" },
});

interface Page {
  value: (Row & { assent_contactid: Row | null })[];
  "@odata.count"?: number;
  "@odata.nextLink"?: string;
}

export function Members({ id, row }: { id: string; row: Row }) {
  const styles = useStyles();
  const { t } = useTranslation("segment");
  const session = useSession();
  const client = useQueryClient();
  const notices = useNotices();
  const [text, setText] = useState("");
  const words = useDeferredValue(text.trim());
  const key = ["segment", "members", id];
  const found = useInfiniteQuery({
    queryKey: [...key, words],
    initialPageParam: first(id, words),
    queryFn: ({ pageParam, signal }) => call<Page>(pageParam, { signal, headers: { Prefer: `odata.maxpagesize=${SIZE}` } }),
    getNextPageParam: (page) => page["@odata.nextLink"]?.replace(/^https?:\/\/[^/]+/, ""),
    placeholderData: (before) => before,
  });
  const again = () => {
    void client.invalidateQueries({ queryKey: key });
    void client.invalidateQueries({ queryKey: ["row", "msdyncrm_segment", id] });
  };
  const bind = (contact: string) => ({
    "assent_segmentid@odata.bind": `/msdyncrm_segments(${id})`, "assent_contactid@odata.bind": `/contacts(${contact})`,
  });
  const adding = useMutation({
    mutationFn: (contact: string) => create(SET, bind(contact)),
    onSuccess: (member) => {
      again();
      notices.done(t("members.added"), () => void remove(SET, member).then(again, notices.failed));
    },
    onError: notices.failed,
  });
  const removing = useMutation({
    mutationFn: async ({ member }: { member: string; contact: string }) => void (await remove(SET, member)),
    onSuccess: (_, { contact }) => {
      again();
      notices.done(t("members.removed"), () => adding.mutate(contact));
    },
    onError: notices.failed,
  });
  const byHand = isStatic(row) && may(session, "Create", "assent_segmentmember");
  const all = found.data?.pages.flatMap((it) => it.value) ?? [];
  const total = found.data?.pages[0]?.["@odata.count"];
  return (
    <>
      <div className={styles.bar}>
        <SearchBox className={styles.search} value={text} aria-label={t("members.search")} placeholder={t("members.search")} onChange={(_, { value }) => setText(value)} />
        {byHand && <RowInput entities={["contact"]} value={null} label={t("members.add")} onChange={(contact) => contact && adding.mutate(contact)} />}
        {byHand && <Text size={200}>{t("members.add")}</Text>}
      </div>
      {found.error && <Problem error={found.error} retry={() => void found.refetch()} />}
      {found.isPending && <Loading />}
      {found.isSuccess && all.length === 0 && (
        <Empty title={t(words ? "members.nothingFits" : "members.none")}>
          {!words && <Text>{t(isStatic(row) ? "members.noneStatic" : "members.noneDynamic")}</Text>}
        </Empty>
      )}
      {all.length > 0 && (
        <div className={styles.box}>
          <Table size="small" aria-label={t("tab.members")}>
            <TableHeader>
              <TableRow>
                <TableHeaderCell>{t("members.name")}</TableHeaderCell>
                <TableHeaderCell>{t("members.email")}</TableHeaderCell>
                <TableHeaderCell>{t("members.since")}</TableHeaderCell>
                {byHand && <TableHeaderCell aria-label={t("remove")} />}
              </TableRow>
            </TableHeader>
            <TableBody>
              {all.map((it) => {
                const member = String(it["assent_segmentmemberid"]);
                const contact = String(it["_assent_contactid_value"]);
                const person = it.assent_contactid;
                const name = String(person?.["fullname"] ?? person?.["emailaddress1"] ?? contact);
                return (
                  <TableRow key={member}>
                    <TableCell><Link to={`/record/contact/${contact}`}>{name}</Link></TableCell>
                    <TableCell>{String(person?.["emailaddress1"] ?? "")}</TableCell>
                    <TableCell>{moment(String(it["createdon"]))}</TableCell>
                    {byHand && (
                      <TableCell>
                        <Button size="small" appearance="subtle" icon={<RemoveIcon />} aria-label={t("members.take", { name })} onClick={() => removing.mutate({ member, contact })} />
                      </TableCell>
                    )}
                  </TableRow>
                );
              })}
            </TableBody>
          </Table>
        </div>
      )}
      <div className={styles.bar}>
        <Text size={200} role="status">
          {all.length > 0 && total !== undefined && t("record.firstOf", { shown: count(all.length), total: count(words ? total : Math.max(total, Number(row["msdyncrm_segmentsize"] ?? 0))) })}
        </Text>
        {found.hasNextPage && <Button disabled={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>{t("more")}</Button>}
      </div>
    </>
  );
}

function first(id: string, words: string): string {
  const text = words.replaceAll("'", "''");
  const search = text ? ` and (contains(assent_contactid/fullname,'${text}') or contains(assent_contactid/emailaddress1,'${text}'))` : "";
  const options = {
    $select: "createdon,_assent_contactid_value", $expand: "assent_contactid($select=fullname,emailaddress1)",
    $filter: `assent_segmentid eq ${id}${search}`, $orderby: "createdon desc", $count: "true",
  };
  return `${SET}?${Object.entries(options).map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join("&")}`;
}
