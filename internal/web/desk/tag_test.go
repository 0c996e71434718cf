package desk

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"counterclaim/internal/narrative"
	"counterclaim/internal/narrative/narrativetest"
	"counterclaim/internal/passage"
	"counterclaim/internal/store"
)

// The article that nobody has tagged yet, with what is said in it. Its text has letters of several scripts, characters
// outside the basic plane, and a letter with a mark that is no character of its own.
const (
	untold     = "bridge-untold"
	untoldText = "The bridge has been shut since Monday, the council said on Friday. “Nobody closed anything,” the spokeswoman told the Courier 🌉, and at least 40 carts wait at the gate.\n\n" +
		"The mayor denied that the council had ever asked. He promised a ferry before the spring fair 🚣🏽‍♀️, and he urged both towns to count again. Nobody closed anything.\n\n" +
		"Քաղաքապետն ասաց, որ կամուրջը փակ է երեք օր։ 🌉 Եվ ոչ ոք չի անցել։\n\n" +
		"قال رئيس البلدية إن الجسر مغلق منذ ثلاثة أيام 🌉 ولم يعبره أحد.\n\n" +
		"A q\u0303uiet word 𝒻𝓇𝑜𝓂 the gate keeper closed the day."
	untoldPath = "/desk/articles/" + untold + "/tag"
	bridgeOpen = "bridge-open"
)

// newBridge starts a site with the sample's articles, one more that nobody has tagged, and its whole text.
func newBridge(t testing.TB) *site {
	t.Helper()
	s := newSite(t)
	c := narrativetest.Bridge()
	a := c.Articles[0]
	a.Slug, a.URL, a.ReadFor, a.Blocks = untold, "https://courier.example/untold", nil, nil
	c.Articles = append(c.Articles, a)
	s.load(c)
	s.capture(untold, untoldText)
	return s
}

// load puts a collection on the desk.
func (s *site) load(c narrative.Collection) {
	s.t.Helper()
	err := s.store.Import(s.t.Context(), "test", "a test", func(map[store.NounKey]string, narrative.Collection) (store.Plan, error) {
		return store.Plan{Write: c}, nil
	})
	if err != nil {
		s.t.Fatal(err)
	}
}

// capture gives an article its whole text.
func (s *site) capture(article narrative.Slug, raw string) {
	s.t.Helper()
	text, err := passage.NewText(raw)
	if err != nil {
		s.t.Fatal(err)
	}
	_, err = s.store.Capture(s.t.Context(), "test", "a test", []store.FullText{{Article: article, Original: []byte(raw), Text: text, At: time.Now()}})
	if err != nil {
		s.t.Fatal(err)
	}
}

// tagging is the article's view as the store gives it.
func (s *site) tagging(article narrative.Slug) store.Tagging {
	s.t.Helper()
	t, err := s.store.Tagging(s.t.Context(), article)
	if err != nil {
		s.t.Fatal(err)
	}
	return t
}

// tagFields are the fields of an article's empty form, as a browser has them.
func (e *editor) tagFields(path string) url.Values {
	e.t.Helper()
	return fieldsOf(e.get(path, http.StatusOK).Find("#claim-form"))
}

// tag saves a claim by the form alone and returns it.
func (e *editor) tag(quotation, source, choice string) store.Claim {
	e.t.Helper()
	f := e.tagFields(untoldPath)
	f.Set("quotation", quotation)
	f.Set("source", source)
	f.Set("stances[0].fact", bridgeOpen)
	f.Set("stances[0].choice", choice)
	_, to := e.post(untoldPath, f, http.StatusSeeOther)
	return e.claimAt(to)
}

// claimAt returns the claim that the address after a save names.
func (e *editor) claimAt(to string) store.Claim {
	e.t.Helper()
	u, err := url.Parse(to)
	if err != nil {
		e.t.Fatal(err)
	}
	c, err := e.store.DeskClaim(e.t.Context(), narrative.Code(u.Query().Get("after")))
	if err != nil {
		e.t.Fatalf("after %s: %v", to, err)
	}
	return c
}

// selected are the fields of a passage as the browser sends a selection: the place of the words in the text.
func selected(t testing.TB, f url.Values, tagging store.Tagging, words ...string) {
	t.Helper()
	found := passage.Find(tagging.Text, passage.Quote{Segments: words})
	if len(found) == 0 {
		t.Fatalf("%q does not stand in the text", words)
	}
	f.Del("quotation")
	for i, s := range found[0] {
		f.Set(row("passage", i, "start"), strconv.Itoa(s.Start))
		f.Set(row("passage", i, "end"), strconv.Itoa(s.End))
		f.Set(row("passage", i, "words"), words[i])
	}
}

// TestQuickTag tags without scripts: the quotation is pasted, the rest is preset from the text.
func TestQuickTag(t *testing.T) {
	t.Parallel()
	s := newBridge(t)
	e := s.as(store.RoleContributor)
	for _, c := range []struct {
		words, source, choice string
		voice                 narrative.Voice
		chain                 []narrative.Hop
		figures               []string
	}{
		{"The bridge has been shut since Monday", "Lower Town council", "/closed", narrative.Paraphrase,
			[]narrative.Hop{{By: "courier", Role: narrative.RoleOutlet, Verb: "said", Class: narrative.VerbNeutral}}, nil},
		{"the council had ever asked", "the mayor", "/open", narrative.Paraphrase,
			[]narrative.Hop{{By: "courier", Role: narrative.RoleOutlet, Verb: "denied", Class: narrative.VerbDenying}}, nil},
		{"at least 40 carts wait at the gate", "courier", "by-whom/by-council", narrative.OutletVoice, nil, []string{"at least 40 carts"}},
		{"“Nobody closed anything,”", "The mayor's spokeswoman", "by-whom/by-nobody", narrative.DirectQuote,
			[]narrative.Hop{{By: "courier", Role: narrative.RoleOutlet, Verb: "told", Class: narrative.VerbNeutral}}, nil},
	} {
		t.Run(c.words, func(t *testing.T) {
			got := e.tag(c.words, c.source, c.choice)
			if got.Words[0] != c.words || got.Voice != c.voice || !slices.Equal(got.Chain, c.chain) {
				t.Errorf("saved %q, voice %s, chain %v; want %q, %s, %v", got.Words, got.Voice, got.Chain, c.words, c.voice, c.chain)
			}
			aspect, position, _ := strings.Cut(c.choice, "/")
			want := narrative.Stance{Fact: bridgeOpen, Aspect: narrative.Slug(aspect), Position: narrative.Slug(position), Mode: narrative.Asserted}
			if len(got.Stances) != 1 || got.Stances[0] != want {
				t.Errorf("stances %v, want %v", got.Stances, want)
			}
			var figures []string
			for _, f := range got.Figures {
				figures = append(figures, f.Verbatim)
			}
			if !slices.Equal(figures, c.figures) {
				t.Errorf("figures %q, want %q", figures, c.figures)
			}
			if want := []string{"voice", "chain", "issued", "figures", "stances"}; !slices.Equal(got.Preset, want) {
				t.Errorf("to complete are %q, want %q", got.Preset, want)
			}
		})
	}
}

// TestNextClaimGoesOn wants speaker, chain and fact to stay for the next claim, and a claim saved as complete to be so.
func TestNextClaimGoesOn(t *testing.T) {
	t.Parallel()
	s := newBridge(t)
	e := s.as(store.RoleContributor)
	f := e.tagFields(untoldPath)
	f.Set("quotation", "He promised a ferry before the spring fair")
	f.Set("source", "mayor")
	f.Set("office", "mayor of the upper town")
	f.Set("stances[0].fact", bridgeOpen)
	f.Set("stances[0].choice", "/closed")
	f.Set("chain[0].by", "spokeswoman")
	f.Set("chain[0].role", "spokesperson")
	f.Set("chain[1].by", "The Courier")
	f.Set("chain[1].role", "outlet")
	f.Set("do", "complete")
	_, to := e.post(untoldPath, f, http.StatusSeeOther)
	if c := e.claimAt(to); len(c.Preset) != 0 || len(c.Chain) != 2 {
		t.Fatalf("saved as complete with %q to complete and %d hops, want none and 2", c.Preset, len(c.Chain))
	}
	next := e.tagFields(to)
	for path, want := range map[string]string{
		"source": "the mayor", "office": "mayor of the upper town", "stances[0].fact": bridgeOpen, "stances[0].position": "",
		"chain[0].by": "the mayor's spokeswoman", "chain[0].role": "spokesperson", "chain[1].by": "The Courier", "quotation": "",
	} {
		if got := strings.TrimPrefix(next.Get(path), "\n"); got != want {
			t.Errorf("%s = %q, want %q", path, got, want)
		}
	}
}

// TestChosenByEditorStays looks up what is preset after the editor has changed a part of it.
func TestChosenByEditorStays(t *testing.T) {
	t.Parallel()
	s := newBridge(t)
	e := s.as(store.RoleContributor)
	f := e.tagFields(untoldPath)
	f.Set("voice", "paraphrase")
	f.Set("chain[0].verb", "whispered")
	f.Set("chain[0].class", "neutral")
	f.Set("source", "spokeswoman")
	f.Set("quotation", "“Nobody closed anything,” the spokeswoman")
	f.Set("do", "look")
	page, _ := e.post(untoldPath, f, http.StatusOK)
	got := fieldsOf(page.Find("#claim-form"))
	if got.Get("chain[0].verb") != "whispered" || slices.Contains(got["preset"], "chain") {
		t.Errorf("the verb is %q and preset %q, want what the editor wrote and no chain in it", got.Get("chain[0].verb"), got["preset"])
	}
	if got.Get("voice") != "direct" || !slices.Contains(got["preset"], "voice") {
		t.Errorf("the voice is %q and preset %q, want direct and voice in it", got.Get("voice"), got["preset"])
	}
}

// TestQuotation pastes quotations that stand in several places, nowhere, or in pieces.
func TestQuotation(t *testing.T) {
	t.Parallel()
	s := newBridge(t)
	e := s.as(store.RoleContributor)
	look := func(quotation, do string, status int) url.Values {
		t.Helper()
		f := e.tagFields(untoldPath)
		f.Set("quotation", quotation)
		f.Set("source", "mayor")
		f.Set("do", do)
		page, _ := e.post(untoldPath, f, status)
		got := fieldsOf(page.Find("#claim-form"))
		got["places"] = nil
		page.Find("input[name=place]").Each(func(_ int, place *goquery.Selection) { got.Add("places", place.AttrOr("value", "")) })
		got.Set("wrong", page.Find("#f-quotation-errors").Text())
		return got
	}
	if got := look("Nobody closed anything", "save", http.StatusUnprocessableEntity); len(got["places"]) != 2 || !strings.Contains(got.Get("wrong"), "2 places") {
		t.Errorf("of words that stand twice the form offers %q (%s), want two places", got["places"], got.Get("wrong"))
	} else {
		got.Set("place", got["places"][1])
		got.Set("do", "save")
		_, to := e.post(untoldPath, got, http.StatusSeeOther)
		if c := e.claimAt(to); placeValue(c.Match) != got["places"][1] {
			t.Errorf("the claim stands at %v, want the place chosen, %s", c.Match, got["places"][1])
		}
	}
	if got := look("The bridge has been closed since Monday", "save", http.StatusUnprocessableEntity); len(got["places"]) == 0 || !strings.Contains(got.Get("wrong"), "nearest") {
		t.Errorf("of words that are a little otherwise the form offers %q (%s), want the nearest", got["places"], got.Get("wrong"))
	}
	if got := look("A dragon ate all of the marzipan", "save", http.StatusUnprocessableEntity); len(got["places"]) != 0 || !strings.Contains(got.Get("wrong"), "not found") || strings.TrimSpace(got.Get("quotation")) != "A dragon ate all of the marzipan" {
		t.Errorf("of words that stand nowhere the form says %q and keeps %q", got.Get("wrong"), got.Get("quotation"))
	}
	if got := look("\"Nobody closed anything,\" … at least 40 carts", "look", http.StatusOK); got.Get("passage[0].words") != "“Nobody closed anything,”" || got.Get("passage[1].words") != "at least 40 carts" {
		t.Errorf("words in pieces with other quotation marks give %q and %q", got.Get("passage[0].words"), got.Get("passage[1].words"))
	}
}

// TestOffsets sends what a browser selects in several scripts, and wants the same words to be saved, anchored and shown.
func TestOffsets(t *testing.T) {
	t.Parallel()
	s := newBridge(t)
	e := s.as(store.RoleContributor)
	tagging := s.tagging(untold)
	for _, words := range []string{
		"a ferry before the spring fair 🚣🏽‍♀️", "կամուրջը փակ է երեք օր։ 🌉 Եվ ոչ ոք", "الجسر مغلق منذ ثلاثة أيام 🌉", "q\u0303uiet word 𝒻𝓇𝑜𝓂 the gate",
	} {
		t.Run(words, func(t *testing.T) {
			f := e.tagFields(untoldPath)
			selected(t, f, tagging, words)
			f.Set("source", "mayor")
			_, to := e.post(untoldPath, f, http.StatusSeeOther)
			c := e.claimAt(to)
			if c.Words[0] != words || strconv.Itoa(c.Match[0].Start) != f.Get("passage[0].start") {
				t.Fatalf("saved %q at %d, want %q at %s", c.Words, c.Match[0].Start, words, f.Get("passage[0].start"))
			}
			page := e.get(untoldPath, http.StatusOK)
			var shown strings.Builder
			page.Find(`#text mark`).Each(func(_ int, mark *goquery.Selection) {
				if mark.Find(`a[data-claim="`+string(c.Code)+`"]`).Length() > 0 {
					mark.Find("sup").Remove()
					shown.WriteString(mark.Text())
				}
			})
			if shown.String() != words {
				t.Errorf("shown as the claim's are %q, want %q", shown.String(), words)
			}
		})
	}
	page := e.get(untoldPath, http.StatusOK)
	page.Find("#text [data-aside]").Remove()
	blocks := tagging.Text.Blocks()
	page.Find("#text .said").Each(func(i int, p *goquery.Selection) {
		want, err := tagging.Text.Slice(blocks[i])
		if err != nil {
			t.Fatal(err)
		}
		if got := p.Text(); got != want || p.AttrOr("data-start", "") != strconv.Itoa(blocks[i].Start) {
			t.Errorf("paragraph %d is %q from %s, want %q from %d", i, got, p.AttrOr("data-start", ""), want, blocks[i].Start)
		}
	})
}

// TestOverlap wants each claim to be reachable from each stretch of its passage, however passages lie on each other.
func TestOverlap(t *testing.T) {
	t.Parallel()
	s := newBridge(t)
	e := s.as(store.RoleContributor)
	outer := e.tag("The mayor denied that the council had ever asked", "mayor", "/open")
	inner := e.tag("the council had", "council", "/open")
	across := e.tag("asked. He promised a ferry", "mayor", "/open")
	page := e.get(untoldPath, http.StatusOK)
	want := map[string][]string{
		"The mayor denied that ": {string(outer.Code)},
		"the council had":        {string(outer.Code), string(inner.Code)},
		" ever ":                 {string(outer.Code)},
		"asked":                  {string(outer.Code), string(across.Code)},
		". He promised a ferry":  {string(across.Code)},
	}
	page.Find("#text mark").Each(func(_ int, mark *goquery.Selection) {
		codes := mark.Find("sup a").Map(func(_ int, a *goquery.Selection) string { return a.AttrOr("data-claim", "") })
		mark.Find("sup").Remove()
		if !slices.Equal(codes, want[mark.Text()]) {
			t.Errorf("%q leads to %q, want %q", mark.Text(), codes, want[mark.Text()])
		}
		delete(want, mark.Text())
	})
	if len(want) > 0 {
		t.Errorf("not shown: %v", want)
	}
}

// TestEdges moves the edges of a passage by its buttons.
func TestEdges(t *testing.T) {
	t.Parallel()
	s := newBridge(t)
	e := s.as(store.RoleContributor)
	tagging := s.tagging(untold)
	for _, c := range []struct{ from, do, to string }{
		{"a ferry before", "edge 0 start word out", "promised a ferry before"},
		{"a ferry before", "edge 0 start word in", "ferry before"},
		{"a ferry before", "edge 0 end word out", "a ferry before the"},
		{"a ferry before", "edge 0 end word in", "a ferry"},
		{"a ferry", "edge 0 start sentence out", "He promised a ferry"},
		{"and he urged both towns", "edge 0 end sentence out", "and he urged both towns to count again."},
		{"had ever asked. He promised", "edge 0 end sentence in", "had ever asked."},
		{"He promised", "edge 0 start sentence out", "The mayor denied that the council had ever asked. He promised"},
		{"asked", "edge 0 end word in", "asked"}, // nothing would be left
		{"The mayor denied", "edge 0 start word out", "The mayor denied"},
	} {
		t.Run(c.from+" "+c.do, func(t *testing.T) {
			f := e.tagFields(untoldPath)
			selected(t, f, tagging, c.from)
			f.Set("do", c.do)
			page, _ := e.post(untoldPath, f, http.StatusOK)
			if got := fieldsOf(page.Find("#claim-form")).Get("passage[0].words"); got != c.to {
				t.Errorf("%q, want %q", got, c.to)
			}
		})
	}
}
