package web

import (
	"net/url"
	"strings"
)

// A helpdesk is where readers report what is wrong or missing. The zero value is none.
type helpdesk struct {
	contact string // as [contactAddress] gives it
	site    string // the site's own address
	form    bool   // there is a form of the site's own, see [Server.MountReport]
}

// longestAbout is the longest address that a report is filled in with, in bytes, so that the link stays one that browsers
// and mail programs take.
const longestAbout = 1000

// about is the link to report something about an address of ours, which is filled in: as subject and text of a letter
// (RFC 6068), or in the parameter "about" of an address of the web. It is "" where there is no contact.
func (d helpdesk) about(path string) string {
	address := d.site + path
	if len(address) > longestAbout {
		address = d.site + "/"
	}
	if to, ok := strings.CutPrefix(d.contact, "mailto:"); ok {
		return "mailto:" + mailEscape(to, "@") + "?subject=" + mailEscape("Something wrong or missing: "+address, "") +
			"&body=" + mailEscape("About "+address+"\r\n\r\n", "")
	}
	u, err := url.Parse(d.contact)
	if err != nil || d.contact == "" {
		return ""
	}
	if u.RawQuery != "" {
		u.RawQuery += "&"
	}
	u.RawQuery += "about=" + url.QueryEscape(address)
	return u.String()
}

// mailEscape escapes a part of a mailto address: everything but letters and digits of ASCII, "-", ".", "_", "~" and what
// is kept (RFC 6068, section 2; a space is %20, never "+").
func mailEscape(s, kept string) string {
	const digits = "0123456789ABCDEF"
	var b strings.Builder
	for _, c := range []byte(s) {
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', strings.IndexByte("-._~"+kept, c) >= 0:
			b.WriteByte(c)
		default:
			b.Write([]byte{'%', digits[c>>4], digits[c&15]})
		}
	}
	return b.String()
}
