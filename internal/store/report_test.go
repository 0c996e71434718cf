package store_test

import (
	"errors"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"counterclaim/internal/narrative"
	"counterclaim/internal/narrative/narrativetest"
	"counterclaim/internal/store"
	"counterclaim/internal/store/storetest"
)

// TestReport lets readers report: what they send becomes a complaint, the same words twice are one, and too many are refused.
func TestReport(t *testing.T) {
	t.Parallel()
	db, s := withAccount(t)
	ctx, super := t.Context(), storetest.Pool(t, db.URL)
	save(t, s, narrativetest.Bridge())
	home, other := netip.MustParseAddr("192.0.2.7"), netip.MustParseAddr("2001:db8::1")
	report := func(r store.Report, from netip.Addr) int64 {
		t.Helper()
		id, err := s.Report(ctx, r, from)
		if err != nil {
			t.Fatal(err)
		}
		return id
	}
	words := store.Report{About: "/facts/bridge-open/editions/1#7K3-M9QX", Words: "It was open.", Better: "The log of the quay", Sender: "Quizzel"}

	// A button that is pressed several times sends one report.
	ids := make([]int64, 4)
	var sent sync.WaitGroup
	for i := range ids {
		sent.Go(func() { ids[i], _ = s.Report(ctx, words, home) })
	}
	sent.Wait()
	id := ids[0]
	for _, again := range ids {
		if id == 0 || again != id {
			t.Fatalf("the same words became %v", ids)
		}
	}
	c, err := s.Complaint(ctx, id)
	if err != nil || !c.ByForm || c.Outcome != "" || c.Fact != "bridge-open" || c.About != words.About || c.Sender != "Quizzel" ||
		c.Words != "It was open.\n\nA better source, as the reader names it:\nThe log of the quay" || time.Since(c.ReceivedAt) > time.Minute {
		t.Errorf("kept as %+v (%v)", c, err)
	}
	if c.Question == "" || strings.Contains(c.Question, "[[") {
		t.Errorf("its fact asks %q", c.Question)
	}
	if got := list(t, super, `SELECT count(*)::text FROM audit_log WHERE kind = 'complaint'`); got[0] != "0" {
		t.Errorf("%s entries of a log that nobody can shorten", got[0])
	}
	if another := report(words, other); another == id {
		t.Error("the same words from another network are the same report")
	}
	elsewhere := words
	elsewhere.About = "/claims/7K3-M9QX"
	if another := report(elsewhere, home); another == id {
		t.Error("the same words about another page are the same report")
	}
	exec(t, super, `UPDATE complaints SET received_at = now() - interval '25 hours' WHERE id = `+list(t, super, `SELECT max(id)::text FROM complaints`)[0])
	if report(elsewhere, home) == 0 {
		t.Error("a day later the same words have no number")
	}

	// An editor's save leaves how it came.
	c.Answer = "Thank you."
	if c, err = s.SaveComplaint(ctx, c, "ada"); err != nil || !c.ByForm {
		t.Errorf("after a save: %+v (%v)", c, err)
	}

	throttled := func(r store.Report, from netip.Addr) *store.Throttled {
		t.Helper()
		_, err := s.Report(ctx, r, from)
		held, ok := errors.AsType[*store.Throttled](err)
		if !ok {
			t.Fatalf("error %v, want too many", err)
		}
		return held
	}
	for _, more := range []string{"four", "five"} {
		report(store.Report{About: "/", Words: more}, home)
	}
	next := store.Report{About: "/", Words: "six"}
	if held := throttled(next, home); held.House || held.After > 12*time.Minute {
		t.Errorf("the sixth within an hour: %+v", held)
	}
	if report(words, home) != id {
		t.Error("who has reported too often does not learn the number of what was taken")
	}
	report(next, netip.MustParseAddr("2001:db8:0:1::1"))
	exec(t, super, `UPDATE throttles SET free_at = now() + interval '1 day' WHERE key = sha256('7:reports')`)
	before := list(t, super, `SELECT count(*)::text FROM complaints`)
	if held := throttled(next, netip.MustParseAddr("192.0.2.8")); !held.House {
		t.Errorf("one too many for the house: %+v", held)
	}
	if after := list(t, super, `SELECT count(*)::text FROM complaints`); after[0] != before[0] {
		t.Errorf("%s complaints became %s", before[0], after[0])
	}
}

// TestReportUnsound sends what cannot be kept.
func TestReportUnsound(t *testing.T) {
	t.Parallel()
	s := storetest.Open(t, storetest.Database(t))
	good := store.Report{About: "/facts/x", Words: "words"}
	for name, x := range map[string]struct {
		path   string
		change func(*store.Report)
	}{
		"no words":         {"words", func(r *store.Report) { r.Words = "" }},
		"NUL":              {"words", func(r *store.Report) { r.Words = "a\x00" }},
		"no UTF-8":         {"better", func(r *store.Report) { r.Better = "\xff" }},
		"long words":       {"words", func(r *store.Report) { r.Words = strings.Repeat("é", store.LongestReport+1) }},
		"long source":      {"better", func(r *store.Report) { r.Better = strings.Repeat("é", store.LongestBetter+1) }},
		"long sender":      {"sender", func(r *store.Report) { r.Sender = strings.Repeat("é", 301) }},
		"another site":     {"about", func(r *store.Report) { r.About = "//evil.example/" }},
		"the desk":         {"about", func(r *store.Report) { r.About = "/desk/accounts" }},
		"no address":       {"about", func(r *store.Report) { r.About = "" }},
		"a script":         {"about", func(r *store.Report) { r.About = "javascript:alert(1)" }},
		"NUL in the about": {"about", func(r *store.Report) { r.About = "/a\x00" }},
	} {
		r := good
		x.change(&r)
		if id, err := s.Report(t.Context(), r, netip.Addr{}); id != 0 || problemAt(err) != x.path {
			t.Errorf("%s: %d (%v), want a problem of %s", name, id, err, x.path)
		}
	}
	longest := store.Report{About: "/" + strings.Repeat("x", 499), Words: strings.Repeat("é", store.LongestReport), Better: strings.Repeat("é", store.LongestBetter), Sender: strings.Repeat("é", 300)}
	if _, err := s.Report(t.Context(), longest, netip.Addr{}); err != nil {
		t.Errorf("the longest that there can be: %v", err)
	}
}

// TestPageTitle names pages as readers know them, and nothing that was not published.
func TestPageTitle(t *testing.T) {
	t.Parallel()
	s := storetest.Open(t, storetest.Database(t))
	save(t, s, narrativetest.Bridge())
	if title, _, err := s.PageTitle(t.Context(), "fact", "bridge-open"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a fact that is not published is called %q (%v)", title, err)
	}
	publish(t, s, "first words")
	c := narrativetest.Bridge()
	for _, n := range []struct{ kind, name, want string }{
		{"fact", "bridge-open", ""}, {"claim", string(narrativetest.Closed), ": claim " + string(narrativetest.Closed)},
		{"source", string(c.Sources[0].Slug), c.Sources[0].Name}, {"dispute", string(c.Disputes[0].Slug), c.Disputes[0].Title},
		{"article", string(c.Articles[0].Slug), c.Articles[0].Headline},
	} {
		title, invented, err := s.PageTitle(t.Context(), narrative.Kind(n.kind), n.name)
		if err != nil || title == "" || !invented || !strings.HasSuffix(title, n.want) {
			t.Errorf("%s %s is called %q (invented: %t, %v), want %q", n.kind, n.name, title, invented, err, n.want)
		}
	}
	for _, name := range []string{"nothing", "", "x\x00"} {
		if title, _, err := s.PageTitle(t.Context(), "source", name); err == nil {
			t.Errorf("%q is called %q", name, title)
		}
	}
}
