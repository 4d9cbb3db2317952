/** The subscription lists: which this contact is on. Somebody is put on one, or taken off, with a way back. */

import { MessageBar, MessageBarBody, Switch, Text } from "@fluentui/react-components";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useEntity } from "../../api/metadata";
import { create, remove, rows } from "../../api/row";
import { may, useSession } from "../../api/session";
import { useNotices } from "../../shell/notices";
import { Empty, Loading, Problem } from "../../shell/state";

const MEMBERS = "assent_listmembers";

export default function ContactLists({ id }: { id: string }) {
  const { t } = useTranslation("person");
  const session = useSession();
  const client = useQueryClient();
  const notices = useNotices();
  const member = useEntity("assent_listmember");
  const found = useQuery({
    queryKey: ["belongs", id, "lists"],
    queryFn: async ({ signal }) => {
      const [lists, on] = await Promise.all([
        rows("lists", { $select: "listname,description", $filter: "statecode eq 0 and msdyncrm_issubscription eq true", $orderby: "listname" }, signal),
        rows(MEMBERS, { $select: "_assent_listid_value", $filter: `_assent_contactid_value eq ${id}` }, signal),
      ]);
      const members = new Map(on.map((it) => [String(it["_assent_listid_value"]), String(it[member.key])]));
      return lists.map((it) => ({ id: String(it["listid"]), name: String(it["listname"]), about: it["description"], member: members.get(String(it["listid"])) }));
    },
  });
  const put = (list: string) =>
    create(MEMBERS, {
      [`${member.navigation("assent_listid", "list")}@odata.bind`]: `/lists(${list})`,
      [`${member.navigation("assent_contactid", "contact")}@odata.bind`]: `/contacts(${id})`,
    });
  const acting = useMutation({
    mutationFn: async ({ list, on }: { list: { id: string; member: string | undefined }; on: boolean }) =>
      on ? put(list.id) : list.member ? void (await remove(MEMBERS, list.member)) : undefined,
    onSuccess: async (made, { list, on }) => {
      await client.invalidateQueries({ queryKey: ["belongs", id] });
      notices.done(t(on ? "onList.put" : "onList.taken"), () => acting.mutate({ list: { id: list.id, member: made ?? undefined }, on: !on }));
    },
    onError: notices.failed,
  });
  if (found.isPending) return <Loading />;
  if (found.error) return <Problem error={found.error} retry={() => void found.refetch()} />;
  if (found.data.length === 0) return <Empty title={t("onList.none")}><Link to="/list/list">{t("onList.make")}</Link></Empty>;
  return (
    <>
      <MessageBar layout="multiline"><MessageBarBody>{t("onList.about")}</MessageBarBody></MessageBar>
      {found.data.map((it) => (
        <div key={it.id}>
          <Switch
            label={it.name}
            checked={it.member !== undefined}
            disabled={acting.isPending || !may(session, it.member ? "Delete" : "Create", "assent_listmember")}
            onChange={(_, { checked }) => acting.mutate({ list: it, on: checked })}
          />
          {it.about && <Text size={200} block>{String(it.about)}</Text>}
        </div>
      ))}
    </>
  );
}
