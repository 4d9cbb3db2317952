/** The library of pictures: what is in it, and how one gets there. The server says by the content what a file is. */

import { queryOptions } from "@tanstack/react-query";
import { call } from "../../api/http";
import { type Row, rows, update } from "../../api/row";

export const PICTURE = "msdyncrm_file";
export const SET = "msdyncrm_files";
/** What the server takes; it looks at the content, the browser at names. */
export const TYPES = "image/png,image/jpeg,image/gif,image/webp";
export const LARGEST = 5 * 1024 * 1024;

export interface Picture {
  id: string;
  name: string;
  alt: string;
  path: string;
  width: number;
  height: number;
  bytes: number;
}

const read = (row: Row): Picture => ({
  id: String(row["msdyncrm_fileid"]),
  name: String(row["msdyncrm_name"] ?? ""),
  alt: String(row["msdyncrm_alttext"] ?? ""),
  path: String(row["assent_path"] ?? ""),
  width: Number(row["msdyncrm_width"] ?? 0),
  height: Number(row["msdyncrm_height"] ?? 0),
  bytes: Number(row["msdyncrm_blobsize"] ?? 0),
});

const COLUMNS = "msdyncrm_name,msdyncrm_alttext,assent_path,msdyncrm_width,msdyncrm_height,msdyncrm_blobsize";
/** So many are shown at once; the others are found by their words. */
export const SHOWN = 60;

export const picturesQuery = (words: string) =>
  queryOptions({
    queryKey: ["pictures", words],
    queryFn: async ({ signal }) => {
      const text = words.trim().replaceAll("'", "''");
      const found = text && ` and (contains(msdyncrm_name,'${text}') or contains(msdyncrm_alttext,'${text}'))`;
      const all = await rows(SET, { $select: COLUMNS, $filter: `statecode eq 0 and assent_path ne null${found}`, $orderby: "createdon desc", $top: SHOWN }, signal);
      return all.map(read);
    },
  });

/** Where a picture is shown. */
export interface Use {
  entity: string;
  id: string;
  name: string;
}

export const usesQuery = (id: string) =>
  queryOptions({
    queryKey: ["pictures", "uses", id],
    queryFn: async ({ signal }) => (await call<{ Uses: Use[] }>(`${SET}(${id})/Microsoft.Dynamics.CRM.assent_PictureUses()`, { signal })).Uses,
  });

/** Puts a file into the library. */
export async function add(file: File, name: string, alt: string): Promise<Picture> {
  const body = { Name: name.trim(), AlternativeText: alt.trim(), FileName: file.name, Content: await base64(file) };
  const made = await call<{ Id: string; Path: string; Width: number; Height: number }>("assent_AddPicture", { body });
  return { id: made.Id, name: body.Name, alt: body.AlternativeText, path: made.Path, width: made.Width, height: made.Height, bytes: file.size };
}

export const describe = (id: string, name: string, alt: string) => update(SET, id, { msdyncrm_name: name.trim(), msdyncrm_alttext: alt.trim() || null });

const base64 = (file: File) =>
  new Promise<string>((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result).split(",", 2)[1] ?? "");
    reader.onerror = () => reject(reader.error ?? new Error(file.name));
    reader.readAsDataURL(file);
  });

/** The name of a file as words: without its ending, with spaces. */
export const nameOf = (file: string) => file.replace(/\.[^.]*$/, "").replaceAll(/[_-]+/g, " ").trim().slice(0, 100);
