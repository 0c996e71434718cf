package web

import (
	"os"
	"strings"
	"testing"
	"time"

	"counterclaim/internal/narrative"
	"counterclaim/internal/web/ui"
)

func TestPreview(t *testing.T) {
	for _, f := range []string{"bridge-open", "swans-counted"} {
		l := layout{Title: "x", Skip: ui.Link{Text: "Skip to the comparison", Href: "#comparison"}, Sheets: []sheet{{"site.css", "all"}, {"fact.css", "all"}, {"print.css", "print"}}, Contact: "mailto:desk@example.org",
			Nav: []navLink{{ui.Link{Text: "Facts", Href: "/facts"}, true}, {ui.Link{Text: "Articles", Href: "/articles"}, false}, {ui.Link{Text: "Sources", Href: "/sources"}, false}, {ui.Link{Text: "Parties", Href: "/parties"}, false}, {ui.Link{Text: "Outlets", Href: "/outlets"}, false}, {ui.Link{Text: "Occasions", Href: "/events"}, false}, {ui.Link{Text: "Method", Href: "/about/method"}, false}}}
		v := newFactView(l, compiled(t, narrative.Slug(f)), newColophon("https://example.org", f, 1, 1, time.Date(2031, 7, 2, 0, 0, 0, 0, time.UTC), strings.Repeat("9f3c71d2", 8)))
		var b strings.Builder
		if err := factPage(v).Render(t.Context(), &b); err != nil {
			t.Fatal(err)
		}
		os.MkdirAll("/tmp/preview", 0o755)
		os.WriteFile("/tmp/preview/"+f+".html", []byte(b.String()), 0o644)
	}
}
