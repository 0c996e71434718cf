package desk

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/google/go-cmp/cmp"

	"counterclaim/internal/store"
)

// hostile is what is tried in every field.
func hostile() map[string]string {
	return map[string]string{
		"markup": `"><script>alert(1)</script>{{.}}[[x]]<!--`, "NUL": "a\x00b", "invalid": "a\xffb", "direction": "a\u202eb",
		"long": strings.Repeat("x", 100_000), "lines": strings.Repeat("x\n", 1000), "quotes": `';DROP TABLE facts;--`,
	}
}

// TestHostileForms sends every form what no form should hold: it is refused, nothing is lost and nothing is changed.
func TestHostileForms(t *testing.T) {
	t.Parallel()
	s := nounSite(t)
	e := s.as(store.RoleEditor)
	for kind, key := range sampleNouns {
		before := s.savedNoun(kind, key)
		_, whole := e.formPage(kind, key)
		again := func() url.Values {
			fields := url.Values{}
			for name, values := range whole {
				fields[name] = slices.Clone(values)
			}
			return fields
		}
		refused := func(what string, fields url.Values) *goquery.Document {
			t.Helper()
			r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.url+nounPath(kind, key), strings.NewReader(fields.Encode()))
			if err != nil {
				t.Fatal(err)
			}
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			r.Header.Set("Sec-Fetch-Site", "same-origin")
			response, body := e.do(r)
			if response.StatusCode/100 != 4 {
				t.Errorf("%s: %s: status %d, %s", kind, what, response.StatusCode, response.Header.Get("Location"))
			}
			doc, err := goquery.NewDocumentFromReader(strings.NewReader(string(body)))
			if err != nil {
				t.Fatal(err)
			}
			if strings.Contains(string(body), "<script>alert") {
				t.Errorf("%s: %s: markup is answered as such", kind, what)
			}
			return doc
		}
		n, _ := formOf(kind)
		for what, text := range hostile() {
			fields := again()
			fields.Set("slug", text)
			doc := refused(what+" as slug", fields)
			if doc.Find(`#problems a[href="#f-slug"]`).Length() == 0 {
				t.Errorf("%s: %s as slug: the field is not named", kind, what)
			}
			fields = again()
			fields.Set(n.title, text)
			if what == "NUL" || what == "invalid" || what == "direction" || what == "long" {
				if doc := refused(what, fields); doc.Find(`#problems a[href="#`+fieldID(n.title)+`"]`).Length() == 0 {
					t.Errorf("%s: %s: the field is not named: %s", kind, what, doc.Find("#problems").Text())
				}
			}
		}
		fields := again()
		fields.Set(versionField, "0")
		if doc := refused("an old version", fields); doc.Find("[role=alert]").Length() == 0 {
			t.Errorf("%s: nobody is told of an old version", kind)
		}
		fields = again()
		fields.Del("slug")
		refused("a missing field", fields)
		fields = again()
		fields.Add(n.title, "twice")
		if doc := refused("a repeated field", fields); doc.Find(`#problems a[href="#`+fieldID(n.title)+`"]`).Length() == 0 {
			t.Errorf("%s: the repeated field is not named", kind)
		}
		refused("nothing", url.Values{})
		fields = again()
		fields.Set(doField, "explode")
		refused("an unknown button", fields)
		fields = again()
		for i := range 10_000 {
			fields.Set(fmt.Sprintf("names[%d].form", i), "x")
		}
		refused("10,000 fields", fields)
		fields = again()
		fields.Set(n.title, strings.Repeat("x", 1<<20))
		refused("1 MB", fields)
		fields = again()
		fields.Set(whyField, strings.Repeat("x", 301))
		if doc := refused("a long reason", fields); !strings.Contains(doc.Find("#problems").Text(), "301 characters") {
			t.Errorf("%s: a long reason: %s", kind, doc.Find("#problems").Text())
		}
		for _, path := range []string{"/retire", "/remove", "/merge"} {
			for what, text := range hostile() {
				r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.url+nounPath(kind, key)+path,
					strings.NewReader(url.Values{versionField: {"99"}, "into": {text}, "into_version": {text}, whyField: {text}}.Encode()))
				if err != nil {
					t.Fatal(err)
				}
				r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
				r.Header.Set("Sec-Fetch-Site", "same-origin")
				if response, _ := e.do(r); response.StatusCode/100 != 4 {
					t.Errorf("%s%s: %s: status %d", kind, path, what, response.StatusCode)
				}
			}
		}
		if after := s.savedNoun(kind, key); !cmp.Equal(before, after) {
			t.Errorf("%s has changed\n%s", kind, cmp.Diff(before, after))
		}
	}
	if strings.Contains(s.log.String(), `"level":"ERROR"`) {
		t.Errorf("the log has errors:\n%.3000s", s.log)
	}
}
