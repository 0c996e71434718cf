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
		if got := (helpdesk{contact: tt.contact, site: site}).about(tt.path); got != tt.want {
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
		letter := helpdesk{contact: "mailto:desk@x.example", site: "https://s.example"}.about(path)
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
		page, err := url.Parse(helpdesk{contact: "https://desk.example/form", site: "https://s.example"}.about(path))
		if err != nil || page.Query().Get("about") != want || len(page.Query()) != 1 {
			t.Errorf("%q becomes %q (%v)", path, page, err)
		}
	})
}

// TestReportLinks checks the links to the site's own form, beside which the contact is the second way.
func TestReportLinks(t *testing.T) {
	t.Parallel()
	mail := helpdesk{contact: "mailto:desk@x.example", site: "https://s.example"}
	both := mail
	both.form = true
	for _, tt := range []struct {
		name, path, wrong, contact string
		desk                       helpdesk
	}{
		{"both", "/facts/a?asof=2023-01&b=c#7K3-M9QX", "/report?about=%2Ffacts%2Fa%3Fasof%3D2023-01%26b%3Dc%237K3-M9QX", both.about("/facts/a?asof=2023-01&b=c#7K3-M9QX"), both},
		{"the form alone", "/", "/report?about=%2F", "", helpdesk{form: true, site: "https://s.example"}},
		{"the contact alone", "/", mail.about("/"), "", mail},
		{"nothing", "/", "", "", helpdesk{site: "https://s.example"}},
		{"too long an address", "/" + strings.Repeat("x", longestReportAbout), "/report?about=%2F", both.about("/" + strings.Repeat("x", longestReportAbout)), both},
	} {
		l := layout{desk: tt.desk}
		l.isAbout(tt.path)
		if l.Wrong != tt.wrong || l.Contact != tt.contact {
			t.Errorf("%s: %q and %q, want %q and %q", tt.name, l.Wrong, l.Contact, tt.wrong, tt.contact)
		}
		if len(l.Wrong) > longestQuery {
			t.Errorf("%s: the address is one that we refuse ourselves", tt.name)
		}
	}
	if got := (layout{Contact: "https://desk.example/"}).contactWords(); strings.Contains(got, "mail") {
		t.Errorf("a page is called %q", got)
	}
}
