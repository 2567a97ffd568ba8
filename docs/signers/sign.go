package nameplate

import (
	"crypto/hmac"
	"crypto/sha256"
	"fmt"
	"net/url"
	"sort"
	"strings"
)

func mac(key []byte, text string) []byte {
	hash := hmac.New(sha256.New, key)
	hash.Write([]byte(text))
	return hash.Sum(nil)
}

func netstrings(fields ...any) (text string) {
	for _, field := range fields {
		text += fmt.Sprintf("%d:%v,", len(fmt.Sprint(field)), field)
	}
	return text
}

// Sign makes a link of params, pairs of name and value. open is nil for a link without open params.
func Sign(kid string, secret []byte, template, format string, scale int, params [][2]string, open []string, expires string) string {
	purpose, opened, locked, query, size := "nameplate locked v1", map[string]bool{}, map[string]string{}, []string{}, ""
	for _, name := range open {
		opened[name] = true
	}
	for _, param := range params {
		name, text := param[0], param[1]
		if !opened[name] {
			locked[name] = text
			text = strings.ReplaceAll(url.QueryEscape(text), "+", "%20")
		}
		query = append(query, name+"="+text)
	}
	base := netstrings(kid, template, format, scale, expires, "", "", len(locked))
	for _, name := range sortedNames(locked) {
		base += netstrings(name, locked[name])
	}
	base += netstrings(len(opened))
	for _, name := range sortedNames(opened) {
		base += netstrings(name)
	}
	if open != nil {
		purpose = "nameplate open v1"
		query = append(query, "_open="+strings.Join(sortedNames(opened), ","))
	}
	if expires != "" {
		query = append(query, "_exp="+expires)
	}
	if scale != 1 {
		size = fmt.Sprintf("@%dx", scale)
	}
	query = append(query, fmt.Sprintf("_sig=%s.%x", kid, mac(mac(secret, purpose), base)[:16]))
	return "/i/" + template + size + "." + format + "?" + strings.Join(query, "&")
}

func sortedNames[T any](of map[string]T) (names []string) {
	for name := range of {
		names = append(names, name)
	}
	sort.Strings(names)
	return names
}
