import { createHmac } from "node:crypto";

const netstring = (text) => `${Buffer.byteLength(String(text))}:${text},`;
const hmac = (key, text) => createHmac("sha256", key).update(text, "utf8").digest();
const escape = (text) => encodeURIComponent(text).replace(/[!'()*]/g, (c) => "%" + c.charCodeAt(0).toString(16).toUpperCase());

export function sign(kid, secret, template, params, { format = "png", scale = 1, open = null, expires = "" } = {}) {
  const opened = [...new Set(open ?? [])].sort();
  const locked = Object.keys(params).filter((name) => !opened.includes(name)).sort();
  const fields = [kid, template, format, scale, expires, "", "", locked.length];
  fields.push(...locked.flatMap((name) => [name, params[name]]), opened.length, ...opened);
  const key = hmac(secret, open === null ? "nameplate locked v1" : "nameplate open v1");
  const seal = hmac(key, fields.map(netstring).join("")).subarray(0, 16).toString("hex");
  const query = Object.entries(params).map(([name, text]) => `${name}=${opened.includes(name) ? text : escape(text)}`);
  if (open !== null) query.push(`_open=${opened.join(",")}`);
  if (expires) query.push(`_exp=${expires}`);
  const size = scale === 1 ? "" : `@${scale}x`;
  return `/i/${template}${size}.${format}?${[...query, `_sig=${kid}.${seal}`].join("&")}`;
}
