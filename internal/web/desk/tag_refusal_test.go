package desk

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"counterclaim/internal/narrative"
	"counterclaim/internal/narrative/narrativetest"
	"counterclaim/internal/store"
)

// TestHostileTags sends what no browser of ours sends. Nothing may be saved, the field must be named, and what was typed kept.
func TestHostileTags(t *testing.T) {
	t.Parallel()
	s := newBridge(t)
	e := s.as(store.RoleContributor)
	tagging := s.tagging(untold)
	words := "He promised a ferry before the spring fair"
	huge := strings.Repeat("ferry ", 20000)
	for name, c := range map[string]struct {
		change func(url.Values)
		status int
		field  string // whose problem is shown; "" for the page of an error
	}{
		"other words":         {func(f url.Values) { f.Set("passage[0].words", "She promised a ferry") }, 422, "quotation"},
		"moved by one":        {func(f url.Values) { f.Set("passage[0].start", "1") }, 422, "quotation"},
		"beyond the text":     {func(f url.Values) { f.Set("passage[0].end", "99999999") }, 422, "quotation"},
		"below zero":          {func(f url.Values) { f.Set("passage[0].start", "-3") }, 422, "quotation"},
		"no number":           {func(f url.Values) { f.Set("passage[0].start", "one") }, 422, "quotation"},
		"number too large":    {func(f url.Values) { f.Set("passage[0].start", strings.Repeat("9", 40)) }, 422, "quotation"},
		"another capture":     {func(f url.Values) { f.Set("capture", "1") }, 422, "quotation"},
		"no capture":          {func(f url.Values) { f.Del("capture") }, 422, "quotation"},
		"four pieces":         {func(f url.Values) { addPieces(f, 4) }, 422, "quotation"},
		"place of no text":    {func(f url.Values) { f.Set("place", "0-99999999") }, 422, "quotation"},
		"place of rubbish":    {func(f url.Values) { f.Set("place", "<script>") }, 422, "quotation"},
		"no passage":          {func(f url.Values) { dropPassage(f) }, 422, "quotation"},
		"blank quotation":     {func(f url.Values) { dropPassage(f); f.Set("quotation", " \u2028 \u200b … ") }, 422, "quotation"},
		"markup quoted":       {func(f url.Values) { dropPassage(f); f.Set("quotation", "<img src=x onerror=alert(1)>") }, 422, "quotation"},
		"NUL quoted":          {func(f url.Values) { dropPassage(f); f.Set("quotation", "a\x00b") }, 422, "quotation"},
		"no UTF-8 quoted":     {func(f url.Values) { dropPassage(f); f.Set("quotation", "a\xffb") }, 422, "quotation"},
		"huge quotation":      {func(f url.Values) { dropPassage(f); f.Set("quotation", huge) }, 422, "quotation"},
		"no source":           {func(f url.Values) { f.Set("source", "") }, 422, "source"},
		"unknown source":      {func(f url.Values) { f.Set("source", "somebody else") }, 422, "source"},
		"markup as source":    {func(f url.Values) { f.Set("source", "<b>mayor</b>") }, 422, "source"},
		"NUL as source":       {func(f url.Values) { f.Set("source", "mayor\x00") }, 422, "source"},
		"no UTF-8 as source":  {func(f url.Values) { f.Set("source", "\xff\xfe") }, 422, "source"},
		"source twice":        {func(f url.Values) { f.Add("source", "council") }, 422, "source"},
		"source not sent":     {func(f url.Values) { f.Del("source") }, 422, "source"},
		"voice not sent":      {func(f url.Values) { f.Del("voice") }, 422, "voice"},
		"unknown voice":       {func(f url.Values) { f.Set("voice", "shouted") }, 422, "voice"},
		"unknown fact":        {func(f url.Values) { f.Set("stances[0].fact", "no-such-fact") }, 422, "stances[0].fact"},
		"hostile fact":        {func(f url.Values) { f.Set("stances[0].fact", "'; DROP TABLE claims; --\x00") }, 422, "stances[0].fact"},
		"unknown position":    {func(f url.Values) { f.Set("stances[0].choice", "/maybe") }, 422, "stances[0].position"},
		"position of another": {func(f url.Values) { f.Set("stances[0].choice", "by-whom/open") }, 422, "stances[0].position"},
		"no position":         {func(f url.Values) { f.Del("stances[0].choice") }, 422, "stances[0].position"},
		"unknown mode":        {func(f url.Values) { f.Set("stances[0].mode", "sung") }, 422, "stances[0].mode"},
		"no stances sent":     {func(f url.Values) { f.Del("stances") }, 422, "stances"},
		"note with NUL":       {func(f url.Values) { f.Set("note", "a\x00b") }, 422, "note"},
		"note with bad mark":  {func(f url.Values) { f.Set("note", "see [[nowhere]]") }, 422, "note"},
		"huge note":           {func(f url.Values) { f.Set("note", huge) }, 422, "note"},
		"impossible day":      {func(f url.Values) { f.Set("uttered.day", "2024-02-30"); f.Set("uttered.basis", "given") }, 422, "uttered.day"},
		"figure not in it":    {func(f url.Values) { addFigure(f, "seven ferries") }, 422, "figures[0].verbatim"},
		"figure of no number": {func(f url.Values) { addFigure(f, "a ferry before") }, 422, "figures[0].verbatim"},
		"new source, no kind": {func(f url.Values) { f.Set("new_source.name", "The ferryman"); f.Set("new_source.kind", "") }, 422, "new_source.kind"},
		"new fact, bad kind":  {func(f url.Values) { f.Set("new_fact.question", "Is there a ferry?"); f.Set("new_fact.kind", "odd") }, 422, "new_fact.kind"},
		"new label too long":  {func(f url.Values) { f.Set("new_position.label", strings.Repeat("long ", 60)) }, 422, "new_position.label"},
		"1 MB":                {func(f url.Values) { f.Set("note", strings.Repeat("x", 1<<20)) }, 422, "note"},
		"5,000 fields":        {func(f url.Values) { addHops(f, 5000) }, 413, ""},
		"10,000 fields":       {func(f url.Values) { addHops(f, 10000) }, 400, ""}, // more than package url reads
		"300 hops":            {func(f url.Values) { addHops(f, 300) }, 422, "chain"},
	} {
		t.Run(name, func(t *testing.T) {
			f := e.tagFields(untoldPath)
			selected(t, f, tagging, words)
			f.Set("source", "mayor")
			f.Set("stances[0].fact", bridgeOpen)
			f.Set("stances[0].choice", "/open")
			f.Set("office", "kept as it was typed")
			c.change(f)
			page, _ := e.post(untoldPath, f, c.status)
			if got := s.tagging(untold).Claims; len(got) != 0 {
				t.Fatalf("saved %+v", got)
			}
			if c.field == "" {
				return
			}
			if page.Find(`#problems a[href="#`+fieldID(c.field)+`"]`).Length() == 0 {
				t.Errorf("no problem is shown of the field %s but %q", c.field, page.Find("#problems").Text())
			}
			if got := fieldsOf(page.Find("#claim-form")).Get("office"); got != "kept as it was typed" {
				t.Errorf("what was typed has become %q", got)
			}
			if page.Find("#text script, #form script, #form img, #form b").Length() > 0 {
				t.Error("what was sent has become markup")
			}
		})
	}
}

func dropPassage(f url.Values) {
	for name := range f {
		if strings.HasPrefix(name, "passage[") {
			f.Del(name)
		}
	}
}

func addPieces(f url.Values, n int) {
	for i := range n {
		f.Set(row("passage", i, "start"), strconv.Itoa(2*i))
		f.Set(row("passage", i, "end"), strconv.Itoa(2*i+1))
		f.Set(row("passage", i, "words"), "x")
	}
}

func addHops(f url.Values, n int) {
	for i := range n {
		f.Set(row("chain", i, "by"), "mayor")
	}
}

func addFigure(f url.Values, verbatim string) {
	for _, key := range []string{"reads_as", "unit", "rule", "from", "until", "as_of", "counted_by", "part_of", "note"} {
		f.Set(row("figures", 0, key), "")
	}
	f.Set("figures[0].verbatim", verbatim)
	f.Set("figures[0].counted", "ferries")
}

// TestStaleClaim saves a claim that somebody else has saved meanwhile: nothing is lost of either.
func TestStaleClaim(t *testing.T) {
	t.Parallel()
	s := newBridge(t)
	one, two := s.as(store.RoleContributor), s.as(store.RoleEditor)
	c := one.tag("He promised a ferry before the spring fair", "mayor", "/open")
	path := "/desk/claims/" + string(c.Code)
	mine, theirs := one.tagFields(path), two.tagFields(path)
	theirs.Set("office", "the mayor of the upper town")
	two.post(path, theirs, http.StatusSeeOther)
	mine.Set("office", "mayor")
	mine.Set("note", "My own note.")
	page, _ := one.post(path, mine, http.StatusConflict)
	again := fieldsOf(page.Find("#claim-form"))
	if again.Get("office") != "mayor" || strings.TrimSpace(again.Get("note")) != "My own note." {
		t.Errorf("the form holds %q and %q, want what was typed", again.Get("office"), again.Get("note"))
	}
	if got := page.Find("#f-office").Parent().Find(".theirs blockquote").Text(); strings.TrimSpace(got) != "the mayor of the upper town" {
		t.Errorf("beside the office stands %q, want what was saved meanwhile", got)
	}
	if got := page.Find("#f-source").Parent().Find(".theirs").Length(); got != 0 {
		t.Error("the speaker, alike in both, is shown as different")
	}
	_, to := one.post(path, again, http.StatusSeeOther)
	if got := one.claimAt(to); got.Office != "mayor" || got.Note != "My own note." || got.Version != c.Version+2 {
		t.Errorf("saved again is %q, %q in version %d, want mine in version %d", got.Office, got.Note, got.Version, c.Version+2)
	}
}

// TestUndo takes back a change, does it again, and takes back that a claim was made.
func TestUndo(t *testing.T) {
	t.Parallel()
	s := newBridge(t)
	e, other := s.as(store.RoleContributor), s.as(store.RoleEditor)
	c := e.tag("Nobody closed anything.", "mayor", "/open")
	path := "/desk/claims/" + string(c.Code)
	f := e.tagFields(path)
	selected(t, f, s.tagging(untold), "both towns")
	f.Set("stances[0].choice", "by-whom/by-nobody")
	_, to := e.post(path, f, http.StatusSeeOther)
	changed := e.claimAt(to)

	undo := func(e *editor, status int) (url.Values, string) {
		t.Helper()
		fields := url.Values{"version": {strconv.Itoa(changed.Version)}}
		_, to := e.post(path+"/undo", fields, status)
		return fields, to
	}
	undo(other, http.StatusConflict)
	_, to = undo(e, http.StatusSeeOther)
	back := e.claimAt(to)
	if !slices.Equal(back.Words, c.Words) || !slices.Equal(back.Match, c.Match) || !slices.Equal(back.Stances, c.Stances) {
		t.Errorf("undone is %q at %v with %v, want %q at %v with %v", back.Words, back.Match, back.Stances, c.Words, c.Match, c.Stances)
	}
	undo(e, http.StatusConflict) // the version is not that any more
	changed = back
	_, to = undo(e, http.StatusSeeOther)
	if again := e.claimAt(to); again.Words[0] != "both towns" {
		t.Errorf("done again is %q, want the other words", again.Words)
	}

	d := e.tag("The mayor denied", "mayor", "/open")
	page := e.get(untoldPath+"?after="+string(d.Code)+"&done=tagged", http.StatusOK)
	action := page.Find("#undo").AttrOr("action", "")
	if _, to := e.post(action, fieldsOf(page.Find("#undo")), http.StatusSeeOther); !strings.HasPrefix(to, untoldPath) {
		t.Errorf("undoing leads to %s, want %s", to, untoldPath)
	}
	if _, err := s.store.DeskClaim(t.Context(), d.Code); err == nil {
		t.Error("the claim that was just made is still there")
	}
	e.post("/desk/claims/"+narrativetest.Closed+"/undo", url.Values{"version": {"1"}}, http.StatusConflict) // came by import
}

// TestDelete removes a claim that nothing speaks of, and no other.
func TestDelete(t *testing.T) {
	t.Parallel()
	s := newBridge(t)
	contributor, e := s.as(store.RoleContributor), s.as(store.RoleEditor)
	c := contributor.tag("Nobody closed anything.", "mayor", "/open")
	path := "/desk/claims/" + string(c.Code) + "/delete"
	contributor.post(path, url.Values{"version": {"1"}}, http.StatusForbidden)
	e.post(path, url.Values{"version": {"7"}}, http.StatusConflict)
	e.post(path, url.Values{"version": {"x"}}, http.StatusBadRequest)
	e.post(path, url.Values{"version": {strconv.Itoa(c.Version)}, "why": {"a slip"}}, http.StatusSeeOther)
	if _, err := s.store.DeskClaim(t.Context(), c.Code); err == nil {
		t.Error("the claim is still there")
	}
	closed, err := s.store.DeskClaim(t.Context(), narrativetest.Closed)
	if err != nil {
		t.Fatal(err)
	}
	page, _ := e.post("/desk/claims/"+narrativetest.Closed+"/delete", url.Values{"version": {strconv.Itoa(closed.Version)}}, http.StatusConflict)
	for _, want := range []string{"claim " + narrativetest.Open, "claim " + narrativetest.Own, "fact " + bridgeOpen} {
		if !strings.Contains(saidFirst(page), want) {
			t.Errorf("the refusal says %q, want %q in it", saidFirst(page), want)
		}
	}
}

// TestNewInPlace makes a source, a fact, an aspect and a position with a claim: all of them, or none.
func TestNewInPlace(t *testing.T) {
	t.Parallel()
	s := newBridge(t)
	e := s.as(store.RoleContributor)
	f := e.tagFields(untoldPath)
	f.Set("quotation", "He promised a ferry before the spring fair")
	f.Set("new_source.name", "The Ferryman")
	f.Set("new_source.kind", "person")
	f.Set("new_source.party", "lower-town")
	f.Set("new_fact.question", "Will there be a ferry at [[bridge]]?")
	f.Set("new_fact.kind", "yes-no")
	f.Set("new_aspect.question", "By when?")
	f.Set("new_position.label", "Before the spring fair")
	f.Set("figures[0].verbatim", "no such words")
	f.Set("figures[0].counted", "ferries")
	e.post(untoldPath, f, http.StatusUnprocessableEntity)
	if _, err := s.store.Noun(t.Context(), store.NounKey{Kind: narrative.KindSource, Key: "the-ferryman"}); err == nil {
		t.Fatal("the source was made though the claim was refused")
	}
	f.Set("figures[0].verbatim", "")
	f.Set("figures[0].counted", "")
	_, to := e.post(untoldPath, f, http.StatusSeeOther)
	c := e.claimAt(to)
	want := narrative.Stance{Fact: "will-there-be-a-ferry-at-bridge", Aspect: "by-when", Position: "before-the-spring-fair", Mode: narrative.Asserted}
	if c.Source != "the-ferryman" || len(c.Stances) != 1 || c.Stances[0] != want {
		t.Errorf("saved by %s with %v, want the-ferryman with %v", c.Source, c.Stances, want)
	}

	f = e.tagFields(to)
	f.Set("quotation", "he urged both towns to count again")
	f.Set("new_source.name", "The ferryman!")
	f.Set("new_source.kind", "person")
	f.Set("new_position.label", "Before the spring fair?")
	f.Set("new_position.aspect", "by-when")
	_, to = e.post(untoldPath, f, http.StatusSeeOther)
	if c := e.claimAt(to); c.Source != "the-ferryman-2" || c.Stances[0].Position != "before-the-spring-fair-2" || c.Stances[0].Aspect != "by-when" {
		t.Errorf("saved by %s with %v, want slugs with the next number", c.Source, c.Stances)
	}
}

// TestMoveClaims splits a position: the difference is shown first, then all are moved or none.
func TestMoveClaims(t *testing.T) {
	t.Parallel()
	s := newBridge(t)
	e := s.as(store.RoleEditor)
	a := e.tag("Nobody closed anything.", "mayor", "/closed")
	b := e.tag("The mayor denied", "mayor", "/closed")
	path := "/desk/facts/" + bridgeOpen + "/move?position=%2Fclosed"
	page := e.get(path, http.StatusOK)
	if got := page.Find("input[name=claim]").Length(); got != 4 {
		t.Errorf("%d claims on the position, want 4", got)
	}
	f := fieldsOf(page.Find(".moveform"))
	if page, _ := e.post(path, f, http.StatusUnprocessableEntity); page.Find(`#problems a[href="#f-claim"], #problems a[href="#f-to"]`).Length() != 2 {
		t.Errorf("with nothing chosen the problems are %q", page.Find("#problems").Text())
	}
	value := func(c store.Claim) string { return fmt.Sprintf("%s %d ", c.Code, c.Version) }
	f["claim"] = []string{value(a), value(b)}
	f.Set("to", "new")
	f.Set("new_position.label", "It was closed to carts.")
	preview, _ := e.post(path, f, http.StatusOK)
	if got := preview.Find(".movelist li").Length(); got != 2 || !strings.Contains(preview.Find(".movelist").Text(), "It was closed to carts.") {
		t.Fatalf("the difference shows %d claims: %q", got, preview.Find(".movelist").Text())
	}
	if got, _ := s.store.DeskClaim(t.Context(), a.Code); got.Version != a.Version {
		t.Fatal("the preview has moved claims")
	}
	move := fieldsOf(preview.Find(".movelist + form"))
	move.Set("do", "move")

	edit := e.tagFields("/desk/claims/" + string(b.Code))
	edit.Set("office", "mayor")
	e.post("/desk/claims/"+string(b.Code), edit, http.StatusSeeOther)
	e.post(path, move, http.StatusConflict)
	if got, _ := s.store.DeskClaim(t.Context(), a.Code); got.Version != a.Version {
		t.Fatal("one of two claims has moved")
	}
	b.Version++
	move["claim"] = []string{value(a), value(b)}
	e.post(path, move, http.StatusSeeOther)
	for _, c := range []store.Claim{a, b} {
		got, err := s.store.DeskClaim(t.Context(), c.Code)
		if err != nil || got.Stances[0].Position != "it-was-closed-to-carts" {
			t.Errorf("%s takes %v (%v), want the new position", c.Code, got.Stances, err)
		}
	}
	for name, change := range map[string]func(url.Values){
		"no such claim":    func(f url.Values) { f["claim"] = []string{"7K3-M9QX 1 "} },
		"rubbish":          func(f url.Values) { f["claim"] = []string{"\x00 \xff <b>"} },
		"no such position": func(f url.Values) { f.Set("to", "/nowhere") },
		"hostile position": func(f url.Values) { f.Set("to", "\x00/'; --") },
		"other aspect": func(f url.Values) {
			f["claim"] = []string{value(store.Claim{Claim: a.Claim, Version: a.Version + 1}) + "by-whom"}
		},
		"101 claims":     func(f url.Values) { f["claim"] = slices.Repeat([]string{value(a)}, 101) },
		"label too long": func(f url.Values) { f.Set("to", "new"); f.Set("new_position.label", strings.Repeat("long ", 60)) },
	} {
		t.Run(name, func(t *testing.T) {
			f := url.Values{"do": {"move"}, "to": {"/open"}, "why": {""}, "new_position.label": {""}, "new_position.aspect": {""}, "new_aspect.question": {""},
				"claim": {value(store.Claim{Claim: a.Claim, Version: a.Version + 1})}}
			change(f)
			page, _ := e.post(path, f, http.StatusUnprocessableEntity)
			if page.Find("#problems li").Length() == 0 {
				t.Error("the page shows no problem")
			}
		})
	}
}

// TestTagDraft leaves a form that is not saved, and takes it up again.
func TestTagDraft(t *testing.T) {
	t.Parallel()
	s := newBridge(t)
	e := s.as(store.RoleContributor)
	f := e.tagFields(untoldPath)
	selected(t, f, s.tagging(untold), "both towns")
	f.Set("office", "half a thought")
	f.Set("do", "look")
	e.post(untoldPath, f, http.StatusOK)
	if e.get(untoldPath, http.StatusOK).Find(".draft").Length() != 1 {
		t.Fatal("the page says nothing of what was being written")
	}
	again := e.tagFields(takeHref(f.Get(draftField)))
	if again.Get("office") != "half a thought" || again.Get("passage[0].words") != "both towns" {
		t.Errorf("taken up again are %q and the words %q", again.Get("office"), again.Get("passage[0].words"))
	}
	again.Set("source", "mayor")
	e.post(untoldPath, again, http.StatusSeeOther)
	if e.get(untoldPath, http.StatusOK).Find(".draft").Length() != 0 {
		t.Error("the draft is still there after it was saved")
	}
}

// TestTaggingPages asks for pages that are there and not there, as whom they are for and not for.
func TestTaggingPages(t *testing.T) {
	t.Parallel()
	s := newBridge(t)
	reader, contributor := s.as(store.RoleReader), s.as(store.RoleContributor)
	for path, status := range map[string]int{
		untoldPath:                          http.StatusOK,
		"/desk/articles/bridge-closed/tag":  http.StatusOK, // tagged in its excerpt
		"/desk/articles/no-such/tag":        http.StatusNotFound,
		"/desk/articles/%00/tag":            http.StatusBadRequest,
		"/desk/claims/" + narrativetest.Own: http.StatusOK,
		"/desk/claims/7K3-M9QX":             http.StatusNotFound,
		"/desk/claims/nonsense":             http.StatusNotFound,
	} {
		contributor.get(path, status)
		if status == http.StatusOK {
			reader.get(path, http.StatusForbidden)
		}
	}
	contributor.get("/desk/facts/"+bridgeOpen+"/move", http.StatusForbidden)
	s.as(store.RoleEditor).get("/desk/facts/no-such/move", http.StatusNotFound)
	page := contributor.get("/desk/articles/bridge-closed/tag?list=fact&q=council", http.StatusOK)
	if got := page.Find(".notelist li").Length(); got != 2 {
		t.Errorf("the filter leaves %d claims in the list, want 2", got)
	}
}
