package web

import (
	"net/http"
	"strings"
	"testing"

	"counterclaim/internal/web/ui"
)

// TestAPIPage checks that the page tells of everything that the description has.
func TestAPIPage(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	doc := s.get(ui.APIPagePath, http.StatusOK)
	reference := s.server.api.Reference()
	calls, types := texts(doc, "section.part:not(#types) > div > .call > h3"), texts(doc, "#types .call > h3")
	n := 0
	for _, g := range reference.Groups {
		for _, o := range g.Operations {
			n++
			call := doc.Find("#" + o.ID)
			if got := strings.TrimSpace(call.Find("pre").Text()); got != curl(o) || strings.Contains(got, "{") || o.NeedsToken != strings.Contains(got, "Bearer") {
				t.Errorf("%s: the example is %q", o.ID, got)
			}
			for _, p := range o.Parameters {
				if !strings.Contains(call.Text(), p.Description) {
					t.Errorf("%s: nothing is said of %s", o.ID, p.Name)
				}
			}
			if call.Find("dt:contains('20')").Length() == 0 {
				t.Errorf("%s: nothing is said of its answer", o.ID)
			}
		}
	}
	if len(calls) != n || len(types) != len(reference.Types) || n < 20 {
		t.Errorf("%d calls of %d, %d types of %d", len(calls), n, len(types), len(reference.Types))
	}
	for _, x := range reference.Types {
		section := doc.Find("#" + apiTypeID(x.Name))
		if got := section.Find("dt").Length(); got != len(x.Members) || got == 0 {
			t.Errorf("%s: %d members, want %d", x.Name, got, len(x.Members))
		}
	}
	if got := text(doc, "dd:contains('Every call')"); !strings.Contains(got, "422 Unprocessable Entity") || strings.Contains(got, "404") {
		t.Errorf("every call can answer: %q", got)
	}
	if got := doc.Find("script:not([src]):not([type=\"application/ld+json\"])").Length(); got != 0 {
		t.Errorf("%d scripts are written in the page", got)
	}
}
