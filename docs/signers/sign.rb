require "erb"
require "openssl"

def netstring(text) = "#{text.to_s.bytesize}:#{text},"

def sign(kid, secret, template, params, format: "png", scale: 1, open: nil, expires: "")
  opened = (open || []).uniq.sort
  locked = params.reject { |name, _| opened.include?(name) }.sort
  fields = [kid, template, format, scale, expires, "", "", locked.size, *locked.flatten, opened.size, *opened]
  key = OpenSSL::HMAC.digest("SHA256", secret, open.nil? ? "nameplate locked v1" : "nameplate open v1")
  seal = OpenSSL::HMAC.hexdigest("SHA256", key, fields.map { |field| netstring(field) }.join)[0, 32]
  query = params.map { |name, text| "#{name}=#{opened.include?(name) ? text : ERB::Util.url_encode(text)}" }
  query << "_open=#{opened.join(',')}" unless open.nil?
  query << "_exp=#{expires}" unless expires.empty?
  size = scale == 1 ? "" : "@#{scale}x"
  "/i/#{template}#{size}.#{format}?#{[*query, "_sig=#{kid}.#{seal}"].join('&')}"
end
