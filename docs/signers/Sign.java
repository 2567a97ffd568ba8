import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;

import java.net.URLEncoder;
import java.security.GeneralSecurityException;
import java.util.*;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

class Sign {
  static byte[] mac(byte[] key, String text) throws GeneralSecurityException {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key, "HmacSHA256"));
    return mac.doFinal(text.getBytes(UTF_8));
  }

  static String netstring(Object field) {
    return field.toString().getBytes(UTF_8).length + ":" + field + ",";
  }

  static String escape(String text) {
    return URLEncoder.encode(text, UTF_8).replace("+", "%20").replace("*", "%2A").replace("%7E", "~");
  }

  /** A link of params in their order; open is null for a link without open params. */
  static String sign(String kid, byte[] secret, String template, String format, int scale,
      Map<String, String> params, Collection<String> open, String expires) throws GeneralSecurityException {
    var opened = new TreeSet<String>(open == null ? List.of() : open);
    var locked = new TreeMap<String, String>(params);
    locked.keySet().removeAll(opened);
    var fields = new ArrayList<Object>(List.of(kid, template, format, scale, expires, "", "", locked.size()));
    locked.forEach((name, text) -> Collections.addAll(fields, name, text));
    fields.add(opened.size());
    fields.addAll(opened);
    byte[] key = mac(secret, open == null ? "nameplate locked v1" : "nameplate open v1");
    byte[] seal = mac(key, fields.stream().map(Sign::netstring).collect(joining()));
    var query = new ArrayList<String>();
    params.forEach((name, text) -> query.add(name + "=" + (opened.contains(name) ? text : escape(text))));
    if (open != null) query.add("_open=" + String.join(",", opened));
    if (!expires.isEmpty()) query.add("_exp=" + expires);
    query.add("_sig=" + kid + "." + HexFormat.of().formatHex(seal, 0, 16));
    return "/i/" + template + (scale == 1 ? "" : "@" + scale + "x") + "." + format + "?" + String.join("&", query);
  }
}
