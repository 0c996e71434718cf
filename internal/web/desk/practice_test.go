package desk

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"counterclaim/internal/store"
)

// TestPractice: on a desk where all is invented, every page that shows a fact or an outlet or source says so of it or of all, and none
// shows a mark of a place.
func TestPractice(t *testing.T) {
	t.Parallel()
	s := newBridgeSite(t)
	e := s.as(store.RoleAdmin)
	for _, path := range []string{
		"/desk", "/desk/inbox/waiting", "/desk/facts", "/desk/outlets", "/desk/sources", "/desk/articles", "/desk/publish",
		"/desk/articles/new", "/desk/facts/new", "/desk/facts/bridge-open", "/desk/facts/bridge-open/review", "/desk/facts/bridge-open/history",
		"/desk/facts/bridge-open/merge", "/desk/facts/bridge-open/move", "/desk/articles/bridge-closed/tag", "/desk/outlets/courier",
	} {
		page := e.get(path, http.StatusOK)
		if page.Find("main .fiction").Length() == 0 && !strings.Contains(page.Find("main").Text(), practiceMark) {
			t.Errorf("%s does not say that what it shows is invented", path)
		}
		page.Find("textarea, input, script").Remove() // what is written is shown as it is written
		page.Find(".help, datalist").Remove()
		if text := page.Find("main h1, main li, main option, title").Text(); strings.Contains(text, "[[") {
			t.Errorf("%s shows the mark of a place: %s", path, text)
		}
	}
	var answer struct {
		Found []struct{ Name string }
	}
	e.asJSON("/desk/search.json?kind=fact&q=bridge", &answer)
	if len(answer.Found) == 0 || !strings.Contains(answer.Found[0].Name, practiceMark) || strings.Contains(answer.Found[0].Name, "[[") {
		t.Errorf("a fact is found as %v", answer.Found)
	}
	e.post("/desk/articles/bridge-closed/readings", url.Values{"fact": {"bridge-open"}, "next": {"/desk"}}, http.StatusSeeOther)
}
