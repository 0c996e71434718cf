package web

import (
	"net/url"
	"strings"
	"testing"
	"unicode/utf8"
)

// TestAbout checks the links by which readers report what is wrong, as a mail program and a site read them.
func TestAbout(t *testing.T) {
	t.Parallel()
	const site = "https://counterclaim.example"
	for _, tt := range []struct {
		name, contact, path, want string
	}{
		{"a mail address", "mailto:desk@counterclaim.example", "/facts/a/editions/2#7K3-M9QX", "mailto:desk@counterclaim.example" +
			"?subject=Something%20wrong%20or%20missing%3A%20https%3A%2F%2Fcounterclaim.example%2Ffacts%2Fa%2Feditions%2F2%237K3-M9QX" +
			"&body=About%20https%3A%2F%2Fcounterclaim.example%2Ffacts%2Fa%2Feditions%2F2%237K3-M9QX%0D%0A%0D%0A"},
		{"an odd mail address", "mailto:a&b?c+d%e@x.example", "/", "mailto:a%26b%3Fc%2Bd%25e@x.example" +
			"?subject=Something%20wrong%20or%20missing%3A%20https%3A%2F%2Fcounterclaim.example%2F&body=About%20https%3A%2F%2Fcounterclaim.example%2F%0D%0A%0D%0A"},
		{"an address of the web", "https://desk.example/form", "/claims/7K3-M9QX", "https://desk.example/form?about=https%3A%2F%2Fcounterclaim.example%2Fclaims%2F7K3-M9QX"},
		{"one with a query", "https://desk.example/form?of=x&y#top", "/a?b=c&d", "https://desk.example/form?of=x&y&about=https%3A%2F%2Fcounterclaim.example%2Fa%3Fb%3Dc%26d#top"},
		{"a page with too long an address", "https://desk.example/", "/" + strings.Repeat("x", longestAbout), "https://desk.example/?about=https%3A%2F%2Fcounterclaim.example%2F"},
		{"nobody", "", "/", ""},
	} {
		if got := (helpdesk{tt.contact, site}).about(tt.path); got != tt.want {
			t.Errorf("%s:\n%s, want\n%s", tt.name, got, tt.want)
		}
	}
}

// FuzzAbout checks that no address of ours gets out of the field that it is filled in.
func FuzzAbout(f *testing.F) {
	for _, path := range []string{"/", "/facts/a", "/x?subject=y&body=z", "/\r\nBcc: somebody@x.example", "/%0D%0A", "/é\x00\xff", "/a#b"} {
		f.Add(path)
	}
	f.Fuzz(func(t *testing.T, path string) {
		want := "https://s.example" + path
		if len(want) > longestAbout {
			want = "https://s.example/"
		}
		letter := helpdesk{"mailto:desk@x.example", "https://s.example"}.about(path)
		u, err := url.Parse(letter)
		if err != nil {
			t.Fatal(err)
		}
		fields, err := url.ParseQuery(strings.ReplaceAll(u.RawQuery, "+", "%2B"))
		if err != nil || len(fields) != 2 || fields.Get("body") != "About "+want+"\r\n\r\n" || fields.Get("subject") != "Something wrong or missing: "+want {
			t.Errorf("%q becomes %q (%v)", path, fields, err)
		}
		if strings.ContainsFunc(letter, func(r rune) bool { return r <= ' ' || r > '~' || r == utf8.RuneError }) {
			t.Errorf("%q has letters that no address has", letter)
		}
		page, err := url.Parse(helpdesk{"https://desk.example/form", "https://s.example"}.about(path))
		if err != nil || page.Query().Get("about") != want || len(page.Query()) != 1 {
			t.Errorf("%q becomes %q (%v)", path, page, err)
		}
	})
}
