package desk

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"counterclaim/internal/narrative"
	"counterclaim/internal/narrative/narrativetest"
	"counterclaim/internal/store"
)

const bridgeReview = "/desk/facts/bridge-open/review"

// newClaimedSite starts a desk with the story of the bridge, in which every position is taken by a claim.
func newClaimedSite(t testing.TB) *site {
	t.Helper()
	s := newSite(t)
	c := narrativetest.Bridge()
	open := &c.Articles[0].Blocks[0].Claims[1]
	open.Stances = append(open.Stances, narrative.Stance{Fact: "bridge-open", Aspect: "by-whom", Position: "by-nobody", Mode: narrative.Asserted})
	err := s.store.Import(t.Context(), "test", "", func(map[store.NounKey]string, narrative.Collection) (store.Plan, error) {
		return store.Plan{Write: c}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// change changes the bridge's fact as somebody.
func (e *editor) change(change func(*narrative.Fact)) {
	e.t.Helper()
	n, err := e.store.Noun(e.t.Context(), store.NounKey{Kind: narrative.KindFact, Key: "bridge-open"})
	if err != nil {
		e.t.Fatal(err)
	}
	fact := n.Doc.(narrative.Fact)
	change(&fact)
	if _, err := e.store.Save(e.t.Context(), store.Edit{Doc: fact, Was: "bridge-open", Version: n.Version, Actor: e.name}); err != nil {
		e.t.Fatal(err)
	}
}

// signAll signs off all that waits on the bridge's review page.
func (e *editor) signAll() {
	e.t.Helper()
	doc := e.get(bridgeReview, http.StatusOK)
	fields := fieldsOf(doc.Find("#second form"))
	doc.Find("#second input[type=checkbox]").Each(func(_ int, box *goquery.Selection) { fields.Add("item", box.AttrOr("value", "")) })
	if _, to := e.post(bridgeReview+"/sign", fields, http.StatusSeeOther); !strings.HasPrefix(to, bridgeReview+"?done=signed") {
		e.t.Errorf("signing leads on to %q", to)
	}
}

// publishForm returns the fields of the bridge's form for publishing, with a reason.
func (e *editor) publishForm(reason string) url.Values {
	e.t.Helper()
	fields := fieldsOf(e.get(bridgeReview, http.StatusOK).Find("form#publish"))
	fields.Set("reason", reason)
	return fields
}

// problems returns the summary of what is wrong with a form.
func problemsIn(doc *goquery.Document) string { return doc.Find(".problems").Text() }

func TestReviewAndPublish(t *testing.T) {
	t.Parallel()
	s := newClaimedSite(t)
	e, reviewer := s.as(store.RoleEditor), s.as(store.RoleReviewer)
	doc := e.get(bridgeReview, http.StatusOK)
	if n := doc.Find("h1").Length(); n != 1 {
		t.Errorf("%d headings of the first level, want 1", n)
	}
	if got := doc.Find(".lede").First().Text(); got != "It was never published." {
		t.Errorf("state = %q", got)
	}
	if doc.Find("#page .heads, #page .compared").Length() == 0 || !strings.Contains(doc.Find("#page").Text(), "The council has closed the bridge") {
		t.Error("the page is not drawn as readers would see it")
	}
	if !strings.Contains(doc.Find("#changes").Text(), "no edition before") || doc.Find("#second .second").Length() < 8 {
		t.Errorf("changes %q, %d things wait", doc.Find("#changes").Text(), doc.Find("#second .second").Length())
	}
	if doc.Find("#second input[type=checkbox], #second button").Length() > 0 {
		t.Error("an editor is offered to sign off")
	}

	// Nobody else has looked at it, and no reason is given.
	fields := e.publishForm("A first look")
	doc, _ = e.post(publishPath, fields, http.StatusUnprocessableEntity)
	if !strings.Contains(problemsIn(doc), "somebody else looks") || doc.Find("[name=reason]").AttrOr("value", "") != "A first look" {
		t.Errorf("problems %q, reason kept %q", problemsIn(doc), doc.Find("[name=reason]").AttrOr("value", ""))
	}
	reviewer.signAll()
	if _, to := e.post(publishPath, e.publishForm("A first look"), http.StatusSeeOther); to != bridgeReview+"?done=published" {
		t.Errorf("leads on to %q", to)
	}
	readers := s.nobody().get("/facts/bridge-open", http.StatusOK)
	if strings.Contains(readers.Text(), "One editor") {
		t.Error("readers are told of one editor where two have looked")
	}
	if got := e.get(bridgeReview, http.StatusOK).Find(".lede").First().Text(); !strings.Contains(got, "Nothing differs") {
		t.Errorf("state = %q", got)
	}
	if _, to := e.post(publishPath, e.publishForm("Again"), http.StatusSeeOther); to != bridgeReview+"?done=same" {
		t.Errorf("published again, it leads on to %q", to)
	}

	// A correction: what is different is listed, and readers see what was wrong.
	e.change(func(f *narrative.Fact) { f.Gaps[0].Text = "Nobody counted the carts." })
	doc = e.get(bridgeReview, http.StatusOK)
	if !strings.Contains(doc.Find("#changes").Text(), "1 change since edition 1") || doc.Find("#changes .changes li").Length() == 0 {
		t.Errorf("changes: %s", doc.Find("#changes").Text())
	}
	fields = e.publishForm("We wrote that carts were counted later; nobody did.")
	fields.Set("kind", "correction")
	e.post(publishPath, fields, http.StatusSeeOther)
	if got := s.nobody().get("/corrections", http.StatusOK).Text(); !strings.Contains(got, "We wrote that carts were counted later") {
		t.Errorf("corrections = %s", got)
	}
}

// Whoever wrote something does not sign it off, and readers are told where nobody else has.
func TestReviewOfOne(t *testing.T) {
	t.Parallel()
	s := newClaimedSite(t)
	reviewer := s.as(store.RoleReviewer)
	reviewer.signAll()
	reviewer.change(func(f *narrative.Fact) { f.Question = "Was the bridge open at all?" })
	doc := reviewer.get(bridgeReview, http.StatusOK)
	if doc.Find("#second .second").Length() != 1 || doc.Find("#second input[type=checkbox]").Length() != 0 {
		t.Errorf("waits: %s", doc.Find("#second").Text())
	}
	other := s.as(store.RoleReviewer)
	fields := url.Values{"item": {other.get(bridgeReview, http.StatusOK).Find("#second input[type=checkbox]").AttrOr("value", "")}}
	doc, _ = reviewer.post(bridgeReview+"/sign", fields, http.StatusUnprocessableEntity)
	if !strings.Contains(problemsIn(doc), "you wrote this yourself") {
		t.Errorf("problems = %q", problemsIn(doc))
	}
	publish := reviewer.publishForm("For tonight")
	publish.Set("waiver", "Nobody else is in")
	reviewer.post(publishPath, publish, http.StatusSeeOther)
	if got := s.nobody().get("/facts/bridge-open/editions/1", http.StatusOK).Find(".colophon").Text(); !strings.Contains(got, "One editor: published without a second pair of eyes. Nobody else is in.") {
		t.Errorf("readers are told %q", got)
	}
	// What has changed since it was ticked is not signed.
	reviewer.change(func(f *narrative.Fact) { f.Question = "Was the bridge open or not?" })
	doc, _ = other.post(bridgeReview+"/sign", fields, http.StatusConflict)
	if !strings.Contains(problemsIn(doc), "changed since you looked") {
		t.Errorf("problems = %q", problemsIn(doc))
	}
	if _, err := s.store.Preview(t.Context(), []narrative.Slug{"bridge-open"}); err != nil {
		t.Error(err)
	}
	for name, fields := range map[string]url.Values{"nothing": {}, "no fingerprint": {"item": {"question"}}, "odd": {"item": {"question zz", "x "}}} {
		status := http.StatusBadRequest
		if name == "nothing" {
			status = http.StatusUnprocessableEntity
		}
		other.post(bridgeReview+"/sign", fields, status)
	}
}

// Of two editors who publish the same preview, one does, and the other gets a new one with what he wrote.
func TestPublishTwice(t *testing.T) {
	t.Parallel()
	s := newClaimedSite(t)
	e, other := s.as(store.RoleEditor), s.as(store.RoleEditor)
	mine, theirs := e.publishForm("Mine"), other.publishForm("Theirs")
	mine.Set("waiver", "alone")
	theirs.Set("waiver", "alone too")
	e.post(publishPath, mine, http.StatusSeeOther)
	doc, _ := other.post(publishPath, theirs, http.StatusConflict)
	fields := fieldsOf(doc.Find("form#publish"))
	if !strings.Contains(problemsIn(doc), "changed since you looked") || fields.Get("reason") != "Theirs" || fields.Get("seen") == theirs.Get("seen") {
		t.Errorf("problems %q, form %v", problemsIn(doc), fields)
	}
	other.change(func(f *narrative.Fact) { f.Gaps = nil })
	doc, _ = other.post(publishPath, fields, http.StatusConflict)
	fields = fieldsOf(doc.Find("form#publish"))
	fields.Set("waiver", "still alone")
	other.post(publishPath, fields, http.StatusSeeOther)
	if e, err := s.store.Edition(t.Context(), "bridge-open", 0); err != nil || e.Number != 2 || e.Reason != "Theirs" {
		t.Errorf("edition %d for %q (%v), want 2", e.Number, e.Reason, err)
	}
}

// What is not finished is shown with where it is mended, and is not published.
func TestReviewUnfinished(t *testing.T) {
	t.Parallel()
	s := newClaimedSite(t)
	e := s.as(store.RoleEditor)
	e.change(func(f *narrative.Fact) {
		f.Background = ""
		f.Positions = append(f.Positions, narrative.Position{Slug: "half", Label: "It was half open."})
	})
	doc := e.get(bridgeReview, http.StatusOK)
	if got := doc.Find("#missing").Text(); !strings.Contains(got, "Background") || !strings.Contains(got, "no claim takes the position half") {
		t.Errorf("problems = %q", got)
	}
	if href := doc.Find("#missing a").First().AttrOr("href", ""); href != "/desk/facts/bridge-open#f-background" {
		t.Errorf("it is mended at %q", href)
	}
	fields := e.publishForm("Too early")
	fields.Set("waiver", "alone")
	doc, _ = e.post(publishPath, fields, http.StatusUnprocessableEntity)
	if !strings.Contains(problemsIn(doc), "background") {
		t.Errorf("problems = %q", problemsIn(doc))
	}
	s.nobody().get("/facts/bridge-open", http.StatusNotFound)
}

func TestStatus(t *testing.T) {
	t.Parallel()
	s := newClaimedSite(t)
	s.server.now = func() time.Time { return time.Date(2026, 11, 22, 18, 5, 40, 0, time.UTC) }
	e := s.as(store.RoleEditor)
	form := func() url.Values { return fieldsOf(e.get(bridgeReview, http.StatusOK).Find("#status form")) }
	now, stale := form(), form()
	now.Set("do", "now")
	e.post(bridgeReview+"/status", now, http.StatusSeeOther)
	if got := e.get(bridgeReview, http.StatusOK).Find("#page .eyebrow").Text(); !strings.Contains(got, "Developing; articles read up to 22 November 2026, 18:05 UTC.") {
		t.Errorf("status = %q", got)
	}
	stale.Set("status.state", "dormant")
	stale.Set("status.since", "2024-03-08")
	doc, _ := e.post(bridgeReview+"/status", stale, http.StatusConflict)
	if !strings.Contains(problemsIn(doc), "Somebody else has saved") || doc.Find("#f-status-since").AttrOr("value", "") != "2024-03-08" {
		t.Errorf("problems %q", problemsIn(doc))
	}
	for name, tt := range map[string]struct{ field, value, want string }{
		"future":    {"status.read_to", "2026-11-22T18:07Z", "has not come yet"},
		"no zone":   {"status.read_to", "2026-11-22T18:05", "no minute"},
		"overtaken": {"status.state", "overtaken", "needs the day"},
		"no day":    {"status.since", "yesterday", "no day"},
		"NUL":       {"status.reason", "a\x00b", "cannot be seen"},
		"bad UTF-8": {"status.reason", "a\xff", "UTF-8"},
		"huge":      {"status.reason", strings.Repeat("a", 500_000), "characters long"},
	} {
		fields := form()
		fields.Set(tt.field, tt.value)
		doc, _ := e.post(bridgeReview+"/status", fields, http.StatusUnprocessableEntity)
		if !strings.Contains(problemsIn(doc), tt.want) {
			t.Errorf("%s: problems = %q", name, problemsIn(doc))
		}
	}
	missing := form()
	missing.Del("status.since")
	if doc, _ := e.post(bridgeReview+"/status", missing, http.StatusUnprocessableEntity); !strings.Contains(problemsIn(doc), "was not sent") {
		t.Errorf("problems = %q", problemsIn(doc))
	}
	overtaken := form()
	overtaken.Set("status.state", "overtaken")
	overtaken.Set("status.since", "2024-03-08")
	overtaken.Set("status.reason", "The bridge fell [@"+narrativetest.Closed+"].")
	e.post(bridgeReview+"/status", overtaken, http.StatusSeeOther)
	if got := e.get(bridgeReview, http.StatusOK).Find("#page .eyebrow").Text(); !strings.Contains(got, "Overtaken by events since 8 March 2024: The bridge fell") {
		t.Errorf("status = %q", got)
	}
}
