/** A name as a part of an address: plain letters, digits and dashes. */
export const asAddress = (name: string) =>
  name.replaceAll("ß", "ss").normalize("NFD").replaceAll(/\p{M}/gu, "").toLowerCase().replaceAll(/[^a-z0-9]+/g, "-").slice(0, 100).replaceAll(/^-+|-+$/g, "");
