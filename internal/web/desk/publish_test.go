package desk

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"counterclaim/internal/narrative"
	"counterclaim/internal/store"
)

// addToll adds a second fact that is finished.
func addToll(e *editor) {
	e.t.Helper()
	err := e.store.Import(e.t.Context(), "test", "", func(_ map[store.NounKey]string, now narrative.Collection) (store.Plan, error) {
		now.Facts = append(now.Facts, narrative.Fact{
			Slug: "toll-paid", Dispute: "mill-bridge", Question: "Was the toll paid?", Kind: narrative.YesNo, Background: "The book counts carts [@toll-book].",
			Status:    narrative.FactStatus{State: narrative.Dormant},
			Positions: []narrative.Position{{Slug: "paid", Label: "It was paid."}, {Slug: "owed", Label: "It is owed."}},
		})
		now.Records[0].BearsOn = append(now.Records[0].BearsOn, narrative.Bearing{Fact: "toll-paid"})
		claims := now.Articles[0].Blocks[0].Claims
		claims[0].Stances = append(claims[0].Stances, narrative.Stance{Fact: "toll-paid", Position: "owed", Mode: narrative.Asserted})
		claims[1].Stances = append(claims[1].Stances, narrative.Stance{Fact: "toll-paid", Position: "paid", Mode: narrative.Asserted})
		return store.Plan{Write: now}, nil
	})
	if err != nil {
		e.t.Fatal(err)
	}
}

// Facts are published together, or none of them.
func TestPublishTogether(t *testing.T) {
	t.Parallel()
	s := newClaimedSite(t)
	e := s.as(store.RoleEditor)
	addToll(e)
	const set = publishPath + "?facts=bridge-open,toll-paid"
	doc := e.get(set, http.StatusOK)
	if doc.Find("h1").Length() != 1 || doc.Find("section.differ > h2").Length() != 2 {
		t.Fatalf("%d facts are previewed, want 2", doc.Find("section.differ > h2").Length())
	}
	fields := fieldsOf(doc.Find("form#publish"))
	fields.Set("reason", "Both at once")
	fields.Set("waiver", "alone")
	e.change(func(f *narrative.Fact) { f.Gaps = nil })
	doc, _ = e.post(publishPath, fields, http.StatusConflict)
	if got := doc.Find("#outdated li").Text(); got != "Was the mill bridge open?" {
		t.Errorf("changed since = %q", got)
	}
	s.nobody().get("/facts/toll-paid", http.StatusNotFound)
	fields = fieldsOf(doc.Find("form#publish"))
	if _, to := e.post(publishPath, fields, http.StatusSeeOther); to != set+"&done=published" {
		t.Errorf("leads on to %q", to)
	}
	s.nobody().get("/facts/toll-paid", http.StatusOK)
	s.nobody().get("/facts/bridge-open", http.StatusOK)
}

// What cannot be published is refused with the field named and the input kept, and changes nothing.
func TestPublishRefused(t *testing.T) {
	t.Parallel()
	s := newClaimedSite(t)
	e := s.as(store.RoleEditor)
	good := e.publishForm("A reason")
	good.Set("waiver", "alone")
	for name, tt := range map[string]struct {
		change func(url.Values)
		want   string
	}{
		"no reason":       {func(f url.Values) { f.Set("reason", " ") }, "Reason: missing"},
		"no reason field": {func(f url.Values) { f.Del("reason") }, "Reason: was not sent"},
		"two reasons":     {func(f url.Values) { f.Add("reason", "x") }, "Reason: was sent 2 times"},
		"NUL":             {func(f url.Values) { f.Set("reason", "a\x00b") }, "cannot be seen"},
		"bad UTF-8":       {func(f url.Values) { f.Set("reason", "a\xffb") }, "UTF-8"},
		"a line break":    {func(f url.Values) { f.Set("reason", "a\r\nb") }, "line break"},
		"turned":          {func(f url.Values) { f.Set("waiver", "a\u202eb") }, "cannot be seen"},
		"huge":            {func(f url.Values) { f.Set("reason", strings.Repeat("é", 100_000)) }, "at most 500"},
		"no kind":         {func(f url.Values) { f.Del("kind") }, "Kind: missing"},
		"odd kind":        {func(f url.Values) { f.Set("kind", "withdrawn") }, "Kind: missing"},
		"nothing seen":    {func(f url.Values) { f.Del("seen") }, "facts: were not sent"},
		"seen twice":      {func(f url.Values) { f.Add("seen", f.Get("seen")) }, "once each"},
		"odd fact":        {func(f url.Values) { f.Set("seen", "<b> x") }, "facts: were not sent"},
	} {
		fields := url.Values{}
		for k, v := range good {
			fields[k] = append([]string{}, v...)
		}
		tt.change(fields)
		doc, _ := e.post(publishPath, fields, http.StatusUnprocessableEntity)
		if got := strings.Join(strings.Fields(problemsIn(doc)), " "); !strings.Contains(got, tt.want) {
			t.Errorf("%s: problems = %q, want %q", name, got, tt.want)
		}
	}
	e.post(publishPath, url.Values{"seen": {"no-such-fact x"}, "kind": {"update"}, "reason": {"r"}}, http.StatusNotFound)
	e.post(publishPath, url.Values{"seen": {"bridge-open x"}, "kind": {"update"}, "reason": {"r"}}, http.StatusConflict)
	var many strings.Builder
	for i := range mostTogether + 1 {
		fmt.Fprintf(&many, "fact-%d,", i)
	}
	for path, status := range map[string]int{
		publishPath + "?facts=none-of-it":       http.StatusNotFound,
		publishPath + "?facts=%3Cb%3E,%00,%ff":  http.StatusUnprocessableEntity,
		publishPath + "?facts=" + many.String(): http.StatusUnprocessableEntity,
		publishPath:                             http.StatusOK,
		"/desk/facts/none-of-it/review":         http.StatusNotFound,
		"/desk/facts/NO/review":                 http.StatusNotFound,
	} {
		e.get(path, status)
	}
	s.nobody().get("/facts/bridge-open", http.StatusNotFound)
}

// Each thing has the least role that may do it.
func TestPublishRoles(t *testing.T) {
	t.Parallel()
	s := newClaimedSite(t)
	fields := s.as(store.RoleEditor).publishForm("r")
	fields.Set("waiver", "alone")
	reader, contributor, editor := s.as(store.RoleReader), s.as(store.RoleContributor), s.as(store.RoleEditor)
	reader.get(bridgeReview, http.StatusForbidden)
	reader.post("/desk/facts/bridge-open/newsroom", url.Values{"note": {""}}, http.StatusForbidden)
	contributor.post(publishPath, fields, http.StatusForbidden)
	contributor.post(bridgeReview+"/status", fields, http.StatusForbidden)
	contributor.post("/desk/facts/bridge-open/withdraw", url.Values{"reason": {"r"}}, http.StatusForbidden)
	editor.post(bridgeReview+"/sign", url.Values{"item": {"x"}}, http.StatusForbidden)
	if doc := contributor.get(bridgeReview, http.StatusOK); doc.Find("form#publish, #status").Length() > 0 {
		t.Error("a contributor is offered to publish")
	}
	s.nobody().get("/facts/bridge-open", http.StatusNotFound)
}

func TestWithdraw(t *testing.T) {
	t.Parallel()
	s := newClaimedSite(t)
	e := s.as(store.RoleEditor)
	addToll(e)
	const path = "/desk/facts/bridge-open/withdraw"
	withdraw := func(reason, into string, status int) string {
		t.Helper()
		fields := fieldsOf(e.get(path, http.StatusOK).Find("form.noun"))
		fields.Set("reason", reason)
		fields.Set("into", into)
		doc, _ := e.post(path, fields, status)
		if got := doc.Find("[name=reason]").AttrOr("value", ""); status != http.StatusSeeOther && got != reason {
			t.Errorf("reason kept = %q, want %q", got, reason)
		}
		return problemsIn(doc)
	}
	if got := withdraw("never shown", "", http.StatusUnprocessableEntity); !strings.Contains(got, "not on the lists") {
		t.Errorf("problems = %q", got)
	}
	fields := fieldsOf(e.get(publishPath+"?facts=bridge-open,toll-paid", http.StatusOK).Find("form#publish"))
	fields.Set("reason", "Both")
	fields.Set("waiver", "alone")
	e.post(publishPath, fields, http.StatusSeeOther)
	for _, tt := range []struct{ reason, into, want string }{
		{"", "", "missing"}, {"r", "No Slug", "short name of no fact"}, {"r", "none-of-it", "short name of no fact"}, {"r", "bridge-open", "the fact itself"},
	} {
		if got := withdraw(tt.reason, tt.into, http.StatusUnprocessableEntity); !strings.Contains(got, tt.want) {
			t.Errorf("%q into %q: problems = %q", tt.reason, tt.into, got)
		}
	}
	withdraw("It asked two things", "toll-paid", http.StatusSeeOther)
	if got := e.get(bridgeReview, http.StatusOK).Find(".lede").First().Text(); !strings.Contains(got, "withdrawn or merged") {
		t.Errorf("state = %q", got)
	}
	s.nobody().get("/facts/bridge-open", http.StatusMovedPermanently)
	if got := s.nobody().get("/facts/bridge-open/editions/2", http.StatusOK).Text(); !strings.Contains(got, "It asked two things") {
		t.Error("readers are not told why")
	}
	back := e.publishForm("Back again")
	back.Set("waiver", "still alone")
	e.post(publishPath, back, http.StatusSeeOther)
	s.nobody().get("/facts/bridge-open", http.StatusOK)
	e.get("/desk/facts/none-of-it/withdraw", http.StatusNotFound)
}

// Who may publish finds the page in the navigation and chooses there among what waits to be published.
func TestPublishChosen(t *testing.T) {
	t.Parallel()
	s := newClaimedSite(t)
	e := s.as(store.RoleEditor)
	addToll(e)
	doc := e.get("/desk", http.StatusOK)
	if doc.Find(`nav[aria-label="Desk"] a[href="`+publishPath+`"]`).Length() != 1 {
		t.Error("an editor has no entry Publish")
	}
	contributor := s.as(store.RoleContributor)
	if contributor.get("/desk", http.StatusOK).Find(`nav a[href="`+publishPath+`"]`).Length() != 0 {
		t.Error("a contributor has an entry Publish")
	}
	contributor.get(publishPath, http.StatusForbidden)

	doc = e.get(publishPath, http.StatusOK)
	boxes := doc.Find(`form[method="get"] input[type="checkbox"][name="facts"]`)
	if boxes.Length() != 2 || boxes.Filter("[checked]").Length() != 0 || doc.Find("#publish").Length() != 0 {
		t.Fatalf("%d facts are offered, want 2", boxes.Length())
	}
	if got := doc.Find(`label[for="fact-toll-paid"]`).Text(); !strings.HasPrefix(got, "Was the toll paid?") {
		t.Errorf("the label is %q", got)
	}
	// As a browser sends it with one box ticked and the other field empty.
	doc = e.get(publishPath+"?facts=toll-paid&facts=", http.StatusOK)
	if got := doc.Find("section.differ > h2").Text(); !strings.HasPrefix(got, "Was the toll paid?") {
		t.Errorf("previewed is %q", got)
	}
	// What is wrong beside it leaves the choice as it was.
	doc = e.get(publishPath+"?facts=toll-paid&facts=no+such%2C+A%3Cb", http.StatusUnprocessableEntity)
	if got := doc.Find(`input[name="facts"][checked]`).AttrOr("value", ""); got != "toll-paid" {
		t.Errorf("ticked is %q", got)
	}
	if got := doc.Find("#f-facts").AttrOr("value", ""); got != "no, such, A<b" {
		t.Errorf("the field holds %q", got)
	}
	e.get(publishPath+"?facts=none-of-these", http.StatusNotFound)
}
