package desk

import (
	"maps"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"counterclaim/internal/narrative"
	"counterclaim/internal/narrative/narrativetest"
	"counterclaim/internal/store"
)

// newBridgeSite starts a desk on which the story of the bridge was brought in.
func newBridgeSite(t testing.TB) *site {
	t.Helper()
	s := newSite(t)
	err := s.store.Import(t.Context(), "test", "", func(map[store.NounKey]string, narrative.Collection) (store.Plan, error) {
		return store.Plan{Write: narrativetest.Bridge()}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// counters returns the links that a claim holds.
func (s *site) counters(code narrative.Code) []narrative.Counter {
	s.t.Helper()
	c, err := s.store.DeskClaim(s.t.Context(), code)
	if err != nil {
		s.t.Fatal(err)
	}
	return c.Counters
}

func TestJoin(t *testing.T) {
	t.Parallel()
	s := newBridgeSite(t)
	e := s.as(store.RoleEditor)
	path := joinPath(narrativetest.Closed)
	doc := e.get(path, http.StatusOK)
	if n := doc.Find(".candidate").Length(); n < 2 {
		t.Fatalf("%d claims are offered, want 2 or more", n)
	}
	choice := doc.Find(".candidate").FilterFunction(func(_ int, c *goquery.Selection) bool {
		return strings.HasPrefix(c.Find("input").AttrOr("value", ""), narrativetest.Open)
	}).Find("input").AttrOr("value", "")
	fields := fieldsOf(doc.Find("form.noun"))
	fields.Set("other", choice)
	if fields.Has("direction") || fields.Get("relation")+fields.Get("difference") != "" {
		t.Errorf("chosen for the editor is %q %q %q, want nothing", fields.Get("direction"), fields.Get("relation"), fields.Get("difference"))
	}
	if own := doc.Find(".own .who").Text(); !strings.Contains(own, "in Courier") && !strings.Contains(own, "The Courier") {
		t.Errorf("of the claim itself stands %q, want its speaker, outlet and day", own)
	}
	fields.Set("direction", forwards)
	fields.Set("relation", "answers")
	fields.Set("difference", "direct")
	fields.Set("why", "The mayor replied to the council.")
	_, to := e.post(path, fields, http.StatusSeeOther)
	if !strings.HasPrefix(to, path+"?done=") {
		t.Errorf("leads on to %q", to)
	}
	got := s.counters(narrativetest.Closed)
	if len(got) != 1 || got[0].To != narrativetest.Open || got[0].Relation != narrative.Answers || got[0].Why != "The mayor replied to the council." {
		t.Fatalf("counters = %+v", got)
	}

	// Once more from the same page: the claim has changed since, and what was typed is kept.
	fields.Set("why", "Another reason.")
	doc, _ = e.post(path, fields, http.StatusConflict)
	if got := doc.Find("#f-why").AttrOr("value", ""); got != "Another reason." {
		t.Errorf("the form holds %q", got)
	}

	// And it can be taken away.
	part := doc.Find(".links form")
	e.post(part.AttrOr("action", ""), fieldsOf(part), http.StatusSeeOther)
	if got := s.counters(narrativetest.Closed); len(got) != 0 {
		t.Errorf("counters = %+v, want none", got)
	}
}

func TestJoinBackwards(t *testing.T) {
	t.Parallel()
	s := newBridgeSite(t)
	e := s.as(store.RoleEditor)
	path := joinPath(narrativetest.Closed)
	doc := e.get(path, http.StatusOK)
	fields := fieldsOf(doc.Find("form.noun"))
	fields.Set("other", doc.Find(`.candidate input[value^="`+narrativetest.Open+`"]`).AttrOr("value", ""))
	fields.Set("direction", backwards)
	fields.Set("relation", "in-tension")
	fields.Set("difference", "scope")
	fields.Set("why", "One speaks of carts, the other of all traffic.")
	e.post(path, fields, http.StatusSeeOther)
	found := false
	for _, c := range s.counters(narrativetest.Open) {
		found = found || c.To == narrativetest.Closed && c.Relation == narrative.InTension && c.Difference == narrative.DiffersScope
	}
	if !found {
		t.Errorf("counters = %+v, want one in tension with the other", s.counters(narrativetest.Open))
	}
}

func TestJoinRefused(t *testing.T) {
	t.Parallel()
	s := newBridgeSite(t)
	e := s.as(store.RoleEditor)
	path := joinPath(narrativetest.Closed)
	page := e.get(path, http.StatusOK)
	good := fieldsOf(page.Find("form.noun"))
	good.Set("other", page.Find(`.candidate input[value^="`+narrativetest.Open+`"]`).AttrOr("value", ""))
	good.Set("direction", forwards)
	good.Set("relation", string(narrative.Contradicts))
	good.Set("difference", string(narrative.DiffersDirect))
	good.Set("why", "A reason.")
	for name, test := range map[string]struct {
		change func(url.Values)
		field  string
	}{
		"nothing chosen":  {func(v url.Values) { v.Del("other") }, "other"},
		"no such claim":   {func(v url.Values) { v.Set("other", "AAA-AAA1 1 bridge-open") }, "other"},
		"itself":          {func(v url.Values) { v.Set("other", narrativetest.Closed+" 1 bridge-open") }, "other"},
		"another fact":    {func(v url.Values) { v.Set("other", narrativetest.Open+" 1 no-such-fact") }, "other"},
		"no direction":    {func(v url.Values) { v.Set("direction", "sideways") }, "direction"},
		"no reason":       {func(v url.Values) { v.Set("why", "") }, "why"},
		"long reason":     {func(v url.Values) { v.Set("why", strings.Repeat("a", 400)) }, "why"},
		"NUL":             {func(v url.Values) { v.Set("why", "a\x00b") }, "why"},
		"no UTF-8":        {func(v url.Values) { v.Set("why", "a\xffb") }, "why"},
		"unknown mark":    {func(v url.Values) { v.Set("why", "[[nowhere]]") }, "why"},
		"no relation":     {func(v url.Values) { v.Set("relation", "") }, "relation"},
		"no such kind":    {func(v url.Values) { v.Set("relation", "refutes") }, "relation"},
		"no difference":   {func(v url.Values) { v.Set("relation", "answers"); v.Set("difference", "") }, "difference"},
		"strange version": {func(v url.Values) { v.Set("version", "x") }, "other"},
	} {
		fields := url.Values{}
		maps.Copy(fields, good)
		test.change(fields)
		before := s.counters(narrativetest.Closed)
		doc, _ := e.post(path, fields, http.StatusUnprocessableEntity)
		if doc.Find(`.problems a[href="#`+fieldID(test.field)+`"]`).Length() == 0 {
			t.Errorf("%s: the field %s is not named: %s", name, test.field, doc.Find(".problems").Text())
		}
		if after := s.counters(narrativetest.Closed); len(after) != len(before) {
			t.Errorf("%s: it was saved: %+v", name, after)
		}
	}
}
